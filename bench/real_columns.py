"""The columns of a Parquet file with the columns dataset, column and value, a row for each value."""

import numpy as np


def columns_of(path):
    """Return the finite values of each column, by data set and name."""
    import pyarrow.parquet as parquet

    table = parquet.read_table(path)
    datasets, names = (table[name].to_pylist() for name in ("dataset", "column"))
    values = table["value"].to_numpy()
    places = {}
    for i, name in enumerate(zip(datasets, names, strict=True)):
        places.setdefault(name, []).append(i)
    columns = {f"{dataset}\t{name}": values[rows] for (dataset, name), rows in places.items()}
    return {name: x[np.isfinite(x)] for name, x in columns.items()}
