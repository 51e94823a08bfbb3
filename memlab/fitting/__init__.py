"""Fitting: a model's parameters found from people's recalls, by likelihood, by curves or by counts."""
