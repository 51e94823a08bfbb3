"""The Differentiable Neural Computer of Graves et al. (2016): addressing, access, controller, cell."""
