"""HOW MANY: tests for the number of components."""
