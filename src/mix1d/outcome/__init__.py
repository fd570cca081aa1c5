"""WHAT WAS FOUND: all that the search returned for one column, without a way to show itself."""
