"""Studies: one command that asks a set of questions of many models, and answers each with numbers."""
