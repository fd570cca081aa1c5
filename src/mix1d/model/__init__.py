"""WHAT IS FITTED: the mixture of normals, and what follows from its parameters alone."""
