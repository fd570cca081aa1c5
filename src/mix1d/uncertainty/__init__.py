"""HOW SURE: what the data leave open about each parameter, and about what follows from them."""
