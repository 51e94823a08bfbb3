"""`memlab study dnc-brain`: what a blog of 2017 claimed of the DNC as a model of human memory, claim by claim.

The blog is known to us only through a description of its claims and of its training; its code and its figures are not.
"""
