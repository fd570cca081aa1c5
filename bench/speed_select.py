"""fit(x) with the number of components chosen from 1..10: 6 ms at n = 272, 0.2 s at n = 10,000.

Equal and free sds are compared, as by default.
"""

from pathlib import Path

import numpy as np

import mix1d
from measure import heading, three_normals, timed, within_time

DATA = Path(__file__).parent.parent / "tests" / "data"


def main():
    heading("fit(x), 1..10 components, chosen by BIC")
    for name in ("faithful_waiting", "faithful_eruptions"):
        x = np.loadtxt(DATA / f"{name}.csv", skiprows=1)
        within_time(f"{name}, n = {len(x)}", timed(lambda x=x: mix1d.fit(x), 15), 6e-3, n=len(x))
    x = three_normals(10_000)
    within_time(f"three normals, n = {len(x):,}", timed(lambda: mix1d.fit(x), 5), 0.2, n=len(x))


if __name__ == "__main__":
    main()
