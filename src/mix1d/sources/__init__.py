"""Where data live: readers that hand their values to the public functions."""
