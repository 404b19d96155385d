"""Question 2: a convolution and a pooling by hand, every multiply-add as data. NumPy only."""

from core.convolution.walkthrough import ConvolutionError, Step, Term, Walkthrough, convolve, pool, relu

__all__ = ["ConvolutionError", "Step", "Term", "Walkthrough", "convolve", "pool", "relu"]
