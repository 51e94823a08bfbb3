"""Trained networks behind the recall interface. Only here is torch imported."""
