"""fit_many: the table is that of a loop over fit, to the bit."""

import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
from batches import BEYOND, assert_row
from mix1d.fitting.columns import group_codes
from processes import assert_interruptible


def drawn(n, weights, means, sds, seed):
    return mix1d.Mixture(weights, means, sds).sample(n, rng=seed)


BAG = {
    "two": drawn(120, [0.4, 0.6], [0.0, 4.0], [1.0, 0.7], 1),
    "three": drawn(150, [0.3, 0.4, 0.3], [0.0, 3.0, 6.5], [1.0, 0.8, 0.5], 2),
    "one": drawn(80, [1.0], [5.0], [2.0], 3),
    "ties": np.round(drawn(90, [0.5, 0.5], [0.0, 3.0], [1.0, 1.0], 4), 1),
    "integers": np.round(drawn(100, [0.5, 0.5], [10.0, 30.0], [4.0, 5.0], 5)).astype(np.int16),
    "single precision": drawn(60, [0.5, 0.5], [0.0, 5.0], [1.0, 1.0], 6).astype(np.float32),
    "outliers": np.random.default_rng(7).standard_cauchy(70),
    "far": 1e9 + drawn(60, [0.5, 0.5], [0.0, 5.0], [1.0, 1.0], 8),
    "spike": np.concatenate([np.full(30, 2.0), drawn(60, [1.0], [0.0], [1.0], 9)]),
    "small": [1.0, 2.0, 4.0, 8.0, 9.0],
    "constant": [3.0, 3.0, 3.0],
    "lonely": [7.5],
    "gaps": [1.0, None, 2.0, float("nan"), 5.0, 5.5, 6.0, 9.0],
}
BAD = {
    "nothing": [],
    "missing": [None, float("nan")],
    "endless": [1.0, float("inf"), 2.0],
    "words": ["a", "b"],
    "truth": np.array([True, False]),
    "nested": np.zeros((2, 3)),
}


def expected_row(column, n_components, **options):
    """What the table should say of a column: that of `fit`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mix1d.NotConvergedWarning)
        try:
            r = mix1d.fit(column, n_components, **options)
        except mix1d.InputError as error:
            return {"k": 0, "n": 0, "error": str(error), "findings": "", "converged": False}
    (chosen,) = (row for row in r.selection if row.chosen)
    errors = r.standard_errors()
    codes = dict.fromkeys(finding.code for finding in r.findings if finding.code not in BEYOND)
    cuts = r.mixture.thresholds()
    return {
        "n": r.n_obs,
        "total_weight": r.total_weight,
        "k": len(r.mixture.means),
        **{f"{name}s": getattr(r.mixture, f"{name}s") for name in ("weight", "mean", "sd")},
        **{f"{name}_errors": getattr(errors, f"{name}s") for name in ("weight", "mean", "sd")},
        "thresholds": np.array([cut.value for cut in cuts if cut.kind in ("crossing", "none")]),
        **{name: getattr(r, name) for name in ("log_likelihood", "aic", "bic", "icl")},
        "separation": chosen.separation,
        "equal_sds": chosen.sds == "equal",
        "converged": r.converged,
        "regularized": r.regularized,
        "findings": " ".join(codes),
        "error": "",
    }


def same(a, b):
    assert list(a) == list(b)
    for name in a:
        assert a[name].dtype == b[name].dtype
        equal_nan = a[name].dtype.kind == "f"
        assert np.array_equal(a[name], b[name], equal_nan=equal_nan), name


@pytest.mark.filterwarnings("ignore::mix1d.NotConvergedWarning")
@pytest.mark.parametrize(
    ("n_components", "options"),
    [
        (2, {}),
        (range(1, 4), {}),
        (None, {}),
        ([1, 3], {"sds": "auto"}),
        (range(1, 4), {"criterion": "icl", "sds": "equal"}),
        (range(1, 5), {"criterion": "aic"}),
        (2, {"objective": "highest"}),
        (range(1, 3), {"objective": "highest", "sds": "auto"}),
        (3, {"max_iter": 2, "tol": 1e-6}),
    ],
)
def test_the_table_is_that_of_a_loop_over_fit(n_components, options):
    columns = {**BAG, **BAD}
    table = mix1d.fit_many(columns, n_components, **options)
    assert table["column"].tolist() == list(columns)
    for i, column in enumerate(columns.values()):
        assert_row(table, i, expected_row(column, n_components, missing="drop", **options))
    fitted = dict(zip(columns, table["k"] > 0, strict=True))
    assert not any(fitted[name] for name in BAD)
    assert all(fitted[name] for name in ("two", "three", "one", "ties", "integers", "far", "gaps"))


@pytest.mark.filterwarnings("ignore::mix1d.NotConvergedWarning")
@pytest.mark.parametrize("missing", ["drop", "raise"])
def test_missing_values(missing):
    table = mix1d.fit_many({**BAG, **BAD}, 1, missing=missing)
    for i, column in enumerate({**BAG, **BAD}.values()):
        assert_row(table, i, expected_row(column, 1, missing=missing))
    place = list(BAG).index("gaps")
    assert table["n_missing"][place] == (2 if missing == "drop" else 0)
    if missing == "raise":
        assert 'found 2, the first at index 1: pass missing="drop"' in table["error"][place]
    else:
        assert "missing_dropped" in table["findings"][place].split()


@pytest.mark.parametrize("n_components", [2, range(1, 4), None])
def test_any_number_of_threads_gives_the_same_bits(n_components):
    tables = [mix1d.fit_many(BAG, n_components, threads=threads) for threads in (1, 2, 3)]
    same(tables[0], tables[1])
    same(tables[0], tables[2])


@pytest.fixture(scope="module")
def square():
    """Columns of equal length, with gaps and ties, and weights."""
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(0.0, 1.0, (40, 6)), rng.normal(4.0, 1.0, (30, 6))])
    x[:, 1] = np.round(x[:, 1], 1)
    x[3, 2] = x[60, 2] = np.nan
    x[:, 4] = np.nan
    x[7, 5] = np.inf
    return x, rng.integers(0, 4, 70).astype(float)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", ">f8", "g", "O"])
def test_two_dimensional_arrays(square, order, dtype):
    x = np.array(square[0], dtype, order=order)
    table = mix1d.fit_many(x, [1, 2])
    assert table["column"].tolist() == list(range(6))
    for i in range(6):
        assert_row(table, i, expected_row(x[:, i], [1, 2], missing="drop"))


def test_masked_and_sliced_arrays(square):
    x = square[0]
    masked = np.ma.masked_invalid(x)
    table = mix1d.fit_many(masked, 2)
    assert table["n"].tolist() == [70, 70, 68, 70, 0, 69]
    for i in range(6):
        assert_row(table, i, expected_row(masked[:, i], 2, missing="drop"))
    same(mix1d.fit_many(x[::-2, ::-1], 2), mix1d.fit_many(np.ascontiguousarray(x[::-2, ::-1]), 2))


@pytest.mark.parametrize("kind", ["one for all", "each its own", "mapping"])
def test_weights(square, kind):
    x, weights = square
    own = np.stack([np.roll(weights, i) for i in range(6)], axis=1)
    own[2, 3] = -1.0
    if kind == "one for all":
        table, own = mix1d.fit_many(x, [1, 2], sample_weight=weights), np.tile(weights, (6, 1)).T
    elif kind == "each its own":
        table = mix1d.fit_many(x, [1, 2], sample_weight=own)
        assert table["error"][3].startswith(
            "sample_weight must be finite and at least 0, found -1.0 at index 2"
        )
    else:
        table = mix1d.fit_many(
            dict(enumerate(x.T)), [1, 2], sample_weight={**dict(enumerate(own.T)), 0: own[:9, 0]}
        )
        assert table["error"][0].startswith("sample_weight must have one weight for each of the 70 rows")
    for i in range(6):
        heavy = own[:9, 0] if (kind, i) == ("mapping", 0) else own[:, i]
        assert_row(table, i, expected_row(x[:, i], [1, 2], sample_weight=heavy, missing="drop"))


def test_histograms_get_their_finding():
    centres = np.arange(12.0)
    counts = np.array([1, 4, 9, 12, 9, 4, 2, 5, 9, 8, 3, 1])
    table = mix1d.fit_many(centres[:, None], 2, sample_weight=counts)
    assert_row(table, 0, expected_row(centres, 2, sample_weight=counts))
    assert "rounded" in table["findings"][0].split()


def test_long_columns_and_sketches_are_fitted_too():
    long = drawn(70_000, [0.5, 0.5], [0.0, 4.0], [1.0, 1.0], 11)
    whole = np.round(drawn(70_000, [0.5, 0.5], [0.0, 40.0], [9.0, 9.0], 12))
    sketch = mix1d.Sketch.of(long[:5000])
    columns = {"long": long, "short": BAG["two"], "whole": whole, "sketch": sketch}
    table = mix1d.fit_many(columns, [1, 2])
    for i, column in enumerate(columns.values()):
        assert_row(table, i, expected_row(column, [1, 2]))
    assert mix1d.fit_many({"long": long}, [1, 2], missing="raise", threads=1)["k"].tolist() == [2]
    bad = mix1d.fit_many({"sketch": mix1d.Sketch()}, 1)
    assert bad["k"][0] == 0
    assert bad["error"][0]


def test_an_unfinished_fit_warns_once():
    with pytest.warns(
        mix1d.NotConvergedWarning, match=r"fits ended before the maximum \(column two"
    ) as caught:
        table = mix1d.fit_many({"two": BAG["two"], "three": BAG["three"]}, 2, max_iter=1, tol=1e-300)
    assert len(caught) == 1
    assert not table["converged"].any()


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(BAG))), st.integers(1, 3))
def test_permuting_columns_permutes_rows(order, threads):
    names = list(BAG)
    straight = mix1d.fit_many(BAG, [1, 2], threads=threads)
    permuted = mix1d.fit_many({names[i]: BAG[names[i]] for i in order}, [1, 2], threads=threads)
    same({name: values[np.array(order)] for name, values in straight.items()}, permuted)


# ---- the shape of the table


def test_the_width_is_that_of_the_largest_number():
    few = {"small": BAG["small"]}
    assert mix1d.fit_many(few, range(1, 5))["weights"].shape == (1, 4)
    assert mix1d.fit_many(few)["weights"].shape == (1, 1)
    assert mix1d.fit_many(BAG, [1, 3])["thresholds"].shape == (len(BAG), 2)
    assert mix1d.fit_many(BAG, 1)["thresholds"].shape == (len(BAG), 0)


def test_the_long_layout_has_a_row_for_each_component():
    wide = mix1d.fit_many({**BAG, **BAD}, range(1, 4))
    long = mix1d.fit_many({**BAG, **BAD}, range(1, 4), layout="long")
    assert len({len(values) for values in long.values()}) == 1
    row = 0
    for i, k in enumerate(wide["k"].tolist()):
        for j in range(max(k, 1)):
            assert long["component"][row] == (j + 1 if k else 0)
            for name in ("column", "n", "k", "bic", "findings", "error"):
                assert long[name][row] == wide[name][i] or np.isnan(wide[name][i])
            for name in ("weight", "mean", "sd", "weight_error", "mean_error", "sd_error"):
                np.testing.assert_array_equal(long[name][row], wide[f"{name}s"][i, j])
            cut = wide["thresholds"][i, j] if j + 1 < k else np.nan
            np.testing.assert_array_equal(long["threshold"][row], cut)
            row += 1
    assert row == len(long["k"])


@pytest.mark.parametrize("empty", [{}, np.empty((5, 0)), np.empty((0, 0))])
@pytest.mark.parametrize("layout", ["wide", "long"])
def test_no_columns_give_an_empty_table(empty, layout):
    table = mix1d.fit_many(empty, [1, 2], layout=layout)
    full = mix1d.fit_many({"small": BAG["small"]}, [1, 2], layout=layout)
    assert list(table) == list(full)
    for name, values in table.items():
        assert len(values) == 0
        assert values.shape[1:] == full[name].shape[1:]
        assert values.dtype.kind == full[name].dtype.kind


def test_columns_without_rows_say_so():
    table = mix1d.fit_many(np.empty((0, 2)), 1)
    assert table["error"].tolist() == ["data is empty: at least one value is needed"] * 2


# ---- groups


@pytest.mark.parametrize("kind", ["text", "numbers", "objects", "list"])
def test_groups_are_columns(kind):
    rng = np.random.default_rng(6)
    columns = {name: np.asarray(BAG[name], float) for name in ("integers", "one", "ties", "two")}
    values = np.concatenate(list(columns.values()))
    labels = np.repeat(list(columns), [len(column) for column in columns.values()])
    if kind == "numbers":
        labels = np.unique(labels, return_inverse=True)[1]
    shuffled = rng.permutation(len(values))
    values, labels = values[shuffled], labels[shuffled]
    weights = rng.uniform(0.5, 2.0, len(values))
    by = {"objects": labels.astype(object), "list": labels.tolist()}.get(kind, labels)
    table = mix1d.fit_many(values, [1, 2], by=by, sample_weight=weights)
    assert table["group"].tolist() == sorted(set(labels.tolist()))
    for i, key in enumerate(table["group"]):
        mine = labels == key
        assert_row(table, i, expected_row(values[mine], [1, 2], sample_weight=weights[mine]))


def test_groups_without_a_label_come_last():
    x = np.arange(12.0)
    table = mix1d.fit_many(x, 1, by=["b", None, "a"] * 4)
    assert table["group"].tolist() == ["a", "b", None]
    assert table["means"][:, 0].tolist() == [6.5, 4.5, 5.5]
    table = mix1d.fit_many(x, 1, by=np.array([2.0, np.nan, 1.0] * 4))
    assert table["group"].tolist() == [1.0, 2.0, None]
    keys, codes = group_codes([2, "a", 2, (1, 2)])
    assert keys == ["a", (1, 2), 2]  # without an order among them, by how they are written
    assert codes.tolist() == [2, 0, 2, 1]


# ---- what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0, 2.0],), r"got list .*: pass a mapping such as dict\(enumerate\(columns\)\)"),
        ((np.arange(3.0),), "mix1d.fit fits one column; by= makes groups of its rows"),
        ((np.zeros((2, 2, 2)),), "columns must be a 2-D array"),
        (("x",), "columns must be a 2-D array, a data frame or a mapping"),
        ((None,), "got NoneType None: pass one of these"),
        ((iter([1.0]),), "pass one of these"),
    ],
)
def test_what_are_no_columns(arguments, message):
    with pytest.raises(mix1d.InputError, match=message):
        mix1d.fit_many(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_components": 0}, "n_components must be at least 1, got 0"),
        ({"n_components": []}, "n_components must name at least one number"),
        ({"n_components": True}, "n_components must be a whole number, got True"),
        ({"sds": "same"}, 'sds must be "free", "equal", "auto", "proportional"'),
        ({"criterion": "dic"}, 'criterion must be "bic", "aic" or "icl"'),
        ({"objective": "best"}, 'objective must be "stable" or "highest"'),
        ({"missing": "keep"}, 'missing must be "drop" or "raise"'),
        ({"layout": "tall"}, 'layout must be "wide" or "long"'),
        ({"max_iter": 0}, "max_iter must be at least 1"),
        ({"tol": 0.0}, "tol must be positive"),
        ({"threads": 0}, "threads must be at least 1"),
        ({"progress": "bar"}, "progress must be None"),
        ({"column": "a"}, "column must be None without by, got 'a'"),
        ({"sample_weight": [1.0]}, "one weight for each of the 4 rows, got 1"),
        ({"sample_weight": np.ones((4, 3))}, r"shape \(4,\) or \(4, 2\), got \(4, 3\)"),
        ({"sample_weight": ["a", "b", "c", "d"]}, "sample_weight must be real numbers"),
    ],
)
def test_arguments_that_cannot_be_used(options, message):
    with pytest.raises(mix1d.InputError, match=message):
        mix1d.fit_many(np.arange(8.0).reshape(4, 2), **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "gene"}, "by must have a label for every row, got 'gene': pass the labels"),
        ({"by": [1, 2]}, "a label for each of the 3 rows, got 2"),
        ({"by": 5}, "by must be the name of a column or have a label for every row, got 5"),
        ({"by": [[1], [2], [3]]}, "by must hold text, numbers or dates"),
        ({"by": [1, 2, 3], "column": "x"}, "column must be None without a data frame, got 'x'"),
        ({"by": [1, 2, 3], "sample_weight": [1.0]}, "one weight for each of the 3 rows, got 1"),
    ],
)
def test_groups_that_cannot_be_made(options, message):
    with pytest.raises(mix1d.InputError, match=message):
        mix1d.fit_many([1.0, 2.0, 3.0], 1, **options)


def test_weights_of_a_mapping_are_a_mapping():
    with pytest.raises(mix1d.InputError, match="sample_weight must be a mapping with the same names"):
        mix1d.fit_many({"a": [1.0, 2.0]}, 1, sample_weight=[1.0, 1.0])
    with pytest.raises(mix1d.InputError, match="found none for 'b'"):
        mix1d.fit_many({"a": [1.0], "b": [1.0]}, 1, sample_weight={"a": [1.0]})


# ---- progress and interrupts


def test_progress_counts_columns():
    calls = []
    x = np.random.default_rng(1).normal(size=(300, 60))
    columns = {**dict(enumerate(x.T)), "bad": ["a"], "sketch": mix1d.Sketch.of(x[:, 0])}
    mix1d.fit_many(columns, [1, 2, 3], progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (62.0, 62.0)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert {total for _, total in calls} == {62.0}


def test_an_error_in_progress_stops_everything():
    def interrupt(done, total):
        raise KeyboardInterrupt

    x = np.random.default_rng(1).normal(size=(500, 400))
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        mix1d.fit_many(x, [1, 2, 3], progress=interrupt)
    assert time.monotonic() - begin < 2.0


INTERRUPTED = """
import numpy as np
import mix1d
x = {data}
print("ready", flush=True)
try:
    while True:
        mix1d.fit_many(x, {k}, threads={threads})
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize(
    ("data", "k", "threads"),
    [
        ("np.random.default_rng(0).normal(size=(500, 2000))", 3, 2),
        ("np.random.default_rng(0).normal(size=(3000, 2))", 25, 2),
        ("np.random.default_rng(0).normal(size=(3000, 1))", 25, 1),
        ("{'long': np.random.default_rng(0).normal(size=3000), 'short': np.arange(26.0)}", 25, 2),
        ("{'short': np.arange(26.0), 'long': np.random.default_rng(0).normal(size=3000)}", 25, 2),
    ],
    ids=["many columns", "many components", "one column", "long before short", "short before long"],
)
def test_interrupt(data, k, threads):
    """Ctrl-C ends all fits within two seconds."""
    code = INTERRUPTED.format(data=data, k=k, threads=threads)
    assert_interruptible(code)
