"""One-dimensional Gaussian mixtures: which sub-populations, how many, and how sure."""
