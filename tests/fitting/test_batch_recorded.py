"""fit_many of bins, limits, errors, windows, labels and constraints: the table is that of a loop over fit."""

import numpy as np
import pandas
import pytest

import mix1d
from batches import BEYOND, assert_row

RNG = np.random.default_rng(21)
N, M = 90, 4
X = np.concatenate([RNG.normal(6.0, 1.0, (50, M)), RNG.normal(11.0, 1.2, (40, M))])
ERRORS = RNG.lognormal(-1.5, 0.4, (N, M))
EDGES = np.array([-np.inf, *np.arange(4.0, 15.0, 0.8), np.inf])
COUNTS = np.stack([np.histogram(X[:, i], EDGES)[0] for i in range(M)], axis=1)
LABELS = np.where(RNG.random(N) < 0.2, (np.arange(N) >= 50).astype(int), -1)


def row_of(*data, **options):
    try:
        r = mix1d.fit(*data, missing="drop", **options)
    except mix1d.InputError as error:
        return {"k": 0, "error": str(error)}
    errors = r.standard_errors()
    codes = dict.fromkeys(finding.code for finding in r.findings if finding.code not in BEYOND)
    return {
        "n": r.n_obs,
        "total_weight": r.total_weight,
        "k": len(r.mixture.means),
        **{f"{name}s": getattr(r.mixture, f"{name}s") for name in ("weight", "mean", "sd")},
        **{f"{name}_errors": getattr(errors, f"{name}s") for name in ("weight", "mean", "sd")},
        **{name: getattr(r, name) for name in ("log_likelihood", "aic", "bic", "icl")},
        "converged": r.converged,
        "regularized": r.regularized,
        "findings": " ".join(codes),
        "error": "",
    }


def assert_table(table, expected):
    assert len(table["k"]) == len(expected)
    for i, row in enumerate(expected):
        assert row["k"] > 0, row["error"]
        assert_row(table, i, row)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("k", [2, [1, 2, 3]])
def test_counts_of_many_columns_in_the_same_bins(k, threads):
    table = mix1d.fit_many((COUNTS, EDGES), k, threads=threads)
    assert table["column"].tolist() == list(range(M))
    assert_table(table, [row_of((COUNTS[:, i], EDGES), k) for i in range(M)])


def test_counts_in_a_frame_keep_their_names():
    table = mix1d.fit_many((pandas.DataFrame(COUNTS, columns=list("abcd")), EDGES), 2)
    assert table["column"].tolist() == list("abcd")
    assert table.index.tolist() == list("abcd")


def test_a_mapping_of_anything():
    columns = {
        "bins": (COUNTS[:, 0], EDGES),
        "observations": mix1d.Observations(X[:, 1], errors=ERRORS[:, 1]),
        "limits": [*X[:, 2].tolist(), "<4", "<5", None],
        "plain": X[:, 3],
        "intervals": pandas.Series(
            pandas.IntervalIndex.from_arrays(np.floor(X[:, 0]), np.floor(X[:, 0]) + 1)
        ),
        "sketch": mix1d.Sketch.of(X[:, 0]),
    }
    assert_table(mix1d.fit_many(columns, [1, 2]), [row_of(one, [1, 2]) for one in columns.values()])


@pytest.mark.parametrize(
    ("options", "of_column"),
    [
        ({"errors": ERRORS}, lambda i: {"errors": ERRORS[:, i]}),
        ({"errors": 0.2}, lambda i: {"errors": 0.2}),
        ({"errors": ERRORS[:, 0]}, lambda i: {"errors": ERRORS[:, 0]}),
        ({"upper": np.ceil(X * 2) / 2 + 0.5}, lambda i: {"upper": np.ceil(X[:, i] * 2) / 2 + 0.5}),
        ({"truncation": (2.0, None)}, lambda i: {"truncation": (2.0, None)}),
        ({"truncation": (np.full((N, M), 2.0), 20.0)}, lambda i: {"truncation": (np.full(N, 2.0), 20.0)}),
        ({"resolution": 0.5}, lambda i: {"resolution": 0.5}),
        ({"labels": LABELS}, lambda i: {"labels": LABELS}),
        ({"means": "equal"}, None),
        ({"means": [6.0, None]}, None),
        ({"weights": "equal"}, None),
        ({"sds": "proportional"}, None),
        ({"sds": 0, "errors": 0.9}, None),
        ({"background": True}, None),
        ({"background": (0.0, 20.0), "errors": 0.2}, None),
        ({"set_apart": None}, None),
        ({"set_apart": [float(X[0, 0])]}, None),
        ({"resolution": 0}, None),
    ],
)
def test_keywords_of_all_columns(options, of_column):
    table = mix1d.fit_many(X, 2, **options)
    expected = [row_of(X[:, i], 2, **(options if of_column is None else of_column(i))) for i in range(M)]
    assert_table(table, expected)
    assert ("background_weight" in table) == ("background" in options)
    if "background" in options:
        assert table["background_weight"][1] == mix1d.fit(X[:, 1], 2, **options).background_weight


def test_groups_of_rows_with_what_was_recorded_beside_them():
    by = np.array(list("abc") * (N // 3))
    frame = pandas.DataFrame({"x": X[:, 0], "se": ERRORS[:, 0], "known": LABELS, "low": 1.0, "who": by})
    table = mix1d.fit_many(frame, 2, by="who", errors="se", labels="known", truncation=("low", None))
    for i, key in enumerate("abc"):
        rows = by == key
        expected = row_of(
            X[rows, 0], 2, errors=ERRORS[rows, 0], labels=LABELS[rows], truncation=(np.ones(rows.sum()), None)
        )
        assert_row(
            {name: table[name].to_numpy() for name in ("n", "k", "bic", "error")},
            i,
            {name: expected[name] for name in ("n", "k", "bic", "error")},
        )


def test_columns_beside_others_are_not_fitted():
    frame = pandas.DataFrame({"x": X[:, 0], "y": X[:, 1], "se": ERRORS[:, 0]})
    table = mix1d.fit_many(frame, 2, errors="se")
    assert table["column"].tolist() == ["x", "y"]
    assert table["bic"].tolist() == [mix1d.fit(X[:, i], 2, errors=ERRORS[:, 0]).bic for i in range(2)]


def test_a_mapping_of_errors_for_some_of_the_columns():
    table = mix1d.fit_many({"a": X[:, 0], "b": X[:50, 1]}, 2, errors={"a": ERRORS[:, 0]})
    assert_table(table, [row_of(X[:, 0], 2, errors=ERRORS[:, 0]), row_of(X[:50, 1], 2)])


def test_a_column_that_is_refused_leaves_the_others():
    table = mix1d.fit_many({"a": X[:, 0], "b": -X[:, 1]}, 2, sds="proportional", means="spaced", threads=2)
    assert table["k"].tolist() == [2, 2] or "proportional" in " ".join(table["error"])
    bad = ERRORS.copy()
    bad[3, 1] = -1.0
    table = mix1d.fit_many(X, 2, errors=bad)
    assert table["k"].tolist() == [2, 0, 2, 2]
    assert table["error"][1].startswith("errors must be")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"errors": ERRORS[:, :2]}, r"errors must have shape \(90,\) or \(90, 4\), got \(90, 2\)"),
        ({"errors": [1.0, 2.0]}, r"errors must have shape \(90,\) or \(90, 4\), got \(2,\)"),
        ({"errors": "se"}, "only columns of a data frame have names"),
        ({"errors": {"x": 1.0}}, "errors: there is no column 'x'"),
        ({"truncation": 3.0}, r"truncation must be \(low, high\), got 3.0"),
        ({"resolution": -1.0}, "resolution must be"),
        ({"means": "odd"}, "means must be"),
        ({"sds": "odd"}, "sds must be"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(options, words):
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.fit_many(X, 2, **options)


def test_lists_beside_a_mapping_are_refused():
    with pytest.raises(mix1d.InputError, match="errors must be one number or a mapping with the names"):
        mix1d.fit_many({"a": X[:, 0]}, 2, errors=ERRORS[:, 0])


def test_counts_that_lie_on_their_side():
    with pytest.raises(mix1d.InputError, match=r"counts must have a row for each of the 15 bins.*counts\.T"):
        mix1d.fit_many((COUNTS.T, EDGES), 2)
    with pytest.raises(mix1d.InputError, match="sample_weight must be None for counts"):
        mix1d.fit_many((COUNTS, EDGES), 2, sample_weight=np.ones(15))


@pytest.mark.filterwarnings("error")
def test_a_background_that_takes_everything_leaves_no_errors():
    even = np.arange(1.0, 9.0)
    result = mix1d.fit(even, 1, background=True)
    assert result.background_weight == 1.0
    assert np.isnan(result.standard_errors().means).all()
    assert mix1d.fit_many({"even": even}, 1, background=True)["background_weight"].tolist() == [1.0]
