"""WHAT IS GIVEN: columns of numbers and arguments, checked once."""
