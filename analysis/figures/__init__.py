"""Figures: each takes a tidy table and draws it; nothing here computes a curve."""
