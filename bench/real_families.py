"""Real columns of positive values: how often normals need more components than another shape.

    python bench/real_families.py columns.parquet [--out real.jsonl] [--dataset AER/CASchools]

Every column whose values are all
above 0, with enough rows and distinct values, is fitted twice (of a longer one 1000 rows at random):
`mix1d.fit(x)`, whose components are normal, and `mix1d.fit(x, family="auto")`. Components of weight 0 do not
count. `said` is the share of the columns with fewer components in "auto" in which a finding of the default
says so (`single_population` or `other_shape`). The two BICs are compared where both are of densities of the
same values: not for families of counts, nor where a fit has set repeated values apart.
"""

import argparse
import time
from pathlib import Path

import numpy as np

import mix1d
from judging import collect
from real_columns import columns_of

SAYS = ("single_population", "other_shape")
COUNTS = ("poisson", "negative_binomial")


def read(path, least, most, distinct):
    """Return the columns that qualify, by data set and name, with `most` of their rows."""
    columns = {}
    for name, x in columns_of(path).items():
        if len(x) > most:
            x = np.random.default_rng(0).choice(x, most, replace=False)
        if len(x) >= least and x.min() > 0.0 and len(np.unique(x)) >= distinct:
            columns[name] = x
    return columns


def number(result):
    """Components of positive weight."""
    return int(np.count_nonzero(result.weights))


def judge(name, values):
    """Fit one column twice; a flat record."""
    x = np.array(values)
    begin = time.process_time()
    normals = mix1d.fit(x, threads=1)
    between = time.process_time()
    auto = mix1d.fit(x, family="auto", threads=1)
    seconds = between - begin, time.process_time() - between
    return {
        "name": name,
        "n": len(x),
        "distinct": len(np.unique(x)),
        "normals": number(normals),
        "auto": number(auto),
        "family": auto.family,
        "lead": float(normals.bic - auto.bic),
        "apart": bool(normals.set_apart or auto.set_apart),
        "said": [finding.code for finding in normals.findings if finding.code in SAYS],
        "seconds": seconds,
    }


def line(name, group):
    fewer = np.array([r["normals"] - r["auto"] for r in group])
    leads = [r["lead"] for r in group if not r["apart"] and r["family"] not in COUNTS]
    lead = f"{np.median(leads):12.1f}" if leads else f"{'-':>12}"
    means = [np.mean([r[key] for r in group]) for key in ("normals", "auto")]
    print(
        f"{name:20}{len(group):8}{np.sum(fewer > 0):8}{np.sum(fewer == 0):8}{np.sum(fewer < 0):8}"
        f"{means[0]:10.2f}{means[1]:10.2f}{lead}"
    )


def summarise(records):
    print(
        f"{'chosen by auto':20}{'columns':>8}{'more':>8}{'as many':>8}{'fewer':>8}{'normals':>10}{'auto':>10}"
        f"{'BIC lower':>12}"
    )
    families = sorted({r["family"] for r in records})
    for family in families:
        line(family, [r for r in records if r["family"] == family])
    line("all", records)
    print("more, as many, fewer: columns by the number of normals against that of auto; normals, auto: mean")
    print("number of components; BIC lower: median lead of auto where the two compare.")
    more = [r for r in records if r["normals"] > r["auto"]]
    one = [r for r in records if r["auto"] == 1 and r["normals"] > 1]
    said = np.mean([bool(r["said"]) for r in more]) if more else float("nan")
    print(f"one population for auto and several normals: {len(one)}; said of what needs more: {said:.2f}")
    seconds = np.array([r["seconds"] for r in records])
    normals, auto = np.median(seconds, axis=0)
    print(f"processor seconds a column, median: normals {normals:.3f}, auto {auto:.3f}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path)
    parser.add_argument("--least", type=int, default=50, help="rows of a column at least")
    parser.add_argument("--most", type=int, default=1000, help="rows of a column at most")
    parser.add_argument("--distinct", type=int, default=20, help="distinct values at least")
    parser.add_argument("--dataset", help="only columns of this data set")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, help="append records here and skip those already in it")
    options = parser.parse_args()
    columns = read(options.path, options.least, options.most, options.distinct)
    tasks = [
        {"name": name, "values": x.tolist()}
        for name, x in columns.items()
        if options.dataset in (None, name.split("\t")[0])
    ]
    summarise(collect(judge, tasks, lambda r: r["name"], options.jobs, options.out))


if __name__ == "__main__":
    main()
