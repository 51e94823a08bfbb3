"""Human data shipped as numbers, and trial-level data that a user brings or downloads."""
