"""Recalls in, tidy tables out: one analysis a concept, the same for people and models."""
