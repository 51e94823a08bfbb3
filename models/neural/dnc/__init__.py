"""The Differentiable Neural Computer of Graves et al. (2016), step by step: addressing, access, cell."""
