"""FITTING: one column, or many, from what is given to what was found."""
