"""The explorer: a local page to choose a column and see its fit change at once (extra ``explore``)."""
