"""SKETCH: mergeable, n-independent stand-in for a sample of any size."""
