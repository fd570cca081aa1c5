"""What the benchmarks promise: in words, and by which rows of which scripts it is judged."""

PROMISES = (
    (
        "one EM pass, n = 1,000,000, k = 3, one thread: faster than scikit-learn's / mclust's",
        ("speed_pass.py", "^one EM pass"),
    ),
    (
        "whole fit in memory with its search, k = 3, n = 1,000,000 / 10,000,000: faster than scikit-learn's "
        "EM alone, to a relative 1e-8",
        ("speed_large.py", "against scikit-learn, all threads$"),
    ),
    (
        "whole fit at given k with its search, one thread: n = 200, k = 2 / 200, 3 / 500, 3 / 2000, 3 / "
        "2000, 6",
        ("speed_small.py", r"k = \d$"),
    ),
    ('`objective="highest"`, the same, against the default', ("speed_small.py", '"highest"$')),
    ("a pass for any family and row against that of normals, k = 2, 3, 6", ("speed_general.py", "")),
    (
        "the same for lognormals, k = 2 / 3 / 6",
        ("speed_families.py", "pass.*lognormal"),
    ),
    (
        "the same for another family with two parameters, k = 2, 3, 6",
        ("speed_families.py", "pass.*(gamma|weibull|gaussian|logistic|beta)"),
    ),
    (
        "whole fit, n = 500, k = 3: lognormal / gamma / Weibull, against that of normals",
        ("speed_families.py", "^whole fit, (lognormal|gamma|weibull)"),
    ),
    (
        "the same: inverse Gaussian / logistic / Student t",
        ("speed_families.py", "^whole fit, (inverse|logistic|student)"),
    ),
    ("the same: skew-normal", ("speed_families.py", "^whole fit, skew")),
    (
        '`family="auto"`, k = 1 to 5, n = 500: of normals / gammas / counts',
        ("speed_families.py", "^family="),
    ),
    (
        "whole fit: 40 bins, k = 3 / n = 200 with errors, k = 2 / n = 500 truncated, k = 3",
        ("speed_kinds.py", r"k = \d$"),
    ),
    (
        "bootstrap test, 1 against 2, n = 200, 999 replicates, two threads: normals / gammas / bins",
        ("speed_order_test.py", "^1 against 2$|gamma"),
        ("speed_kinds.py", "^bootstrap test, bins"),
    ),
    ("the same against mclust's, which does not search", ("speed_order_test.py", "mclust")),
    (
        "`fit_many`, 20,000 columns of 500 values, k = 1 to 3: free sds / free and equal compared",
        ("speed_many.py", "columns"),
    ),
    ("sketching float64 values in memory, one thread / two", ("speed_sketch.py", "^float64, . threads")),
    ("the same with weights, at two thirds of that", ("speed_sketch.py", "^float64 with weights")),
    ("k chosen from 1 to 10, n = 272, two columns / n = 10,000", ("speed_select.py", "")),
    ("a refit from a start, n = 200, k = 2: from the answer / nearby", ("speed_refit.py", "")),
    ("999 bootstrap replicates of a fit, n = 300, k = 2, two threads", ("speed_bootstrap.py", "two threads")),
    ("profile intervals of all 9 parameters, n = 1000, k = 3: two threads / one", ("speed_intervals.py", "")),
    ("the certificate, n = 500", ("speed_certificate.py", "")),
    ("extra memory of a fit, n from 10,000 to 30,000,000", ("memory.py", "")),
    ("`import mix1d`, beyond NumPy's own", ("speed_import.py", "^import mix1d")),
    ("`mix1d fit` on 272 rows, the whole process: k chosen / given", ("speed_cli.py", "")),
    (
        "memory of one process, 100,000,000 rows of Parquet: one pass / sketches of parts / their sum",
        ("engines.py", "peak$"),
    ),
    ("the same mixture by a sum of sketches, Dask and Spark", ("engines.py", "apart$")),
)
