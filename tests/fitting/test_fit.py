"""`fit`: its arguments, the choice among rows, local solves, long columns."""

import re
import warnings
from statistics import NormalDist

import numpy as np
import pytest

import mix1d
from mix1d.outcome.criteria import choose
from places import DATA

WAITING = np.loadtxt(DATA / "faithful_waiting.csv", skiprows=1)
ACIDITY = np.loadtxt(DATA / "acidity.csv", skiprows=1)
PRECIP = np.loadtxt(DATA / "precip.csv", skiprows=1)
GEYSER = np.loadtxt(DATA / "geyser_duration.csv", skiprows=1)
MIXTURE = mix1d.Mixture([0.4, 0.6], [54.0, 80.0], [6.0, 6.0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_components": 0}, "n_components must be at least 1, got 0"),
        ({"n_components": True}, "n_components must be a whole number, got True"),
        ({"n_components": 2.0}, "n_components must be a whole number, got 2.0"),
        ({"n_components": 52}, "n_components must be at most the number of distinct values, 51, got 52"),
        ({"n_components": []}, "n_components must name at least one number"),
        ({"sds": "same"}, "got 'same'"),
        ({"criterion": "dic"}, 'criterion must be "bic", "aic" or "icl", got \'dic\''),
        ({"objective": "best"}, 'objective must be "stable" or "highest", got \'best\''),
        ({"max_iter": 0}, "max_iter must be at least 1, got 0"),
        ({"tol": 0.0}, "tol must be positive and finite, got 0.0"),
        ({"missing": "keep"}, 'missing must be "raise" or "drop", got \'keep\''),
        ({"name": 3}, "name must be a string or None, got 3"),
        ({"threads": 0}, "threads must be at least 1, got 0"),
        ({"progress": 3}, "progress must be None, True, False or a callable (done, total), got 3"),
        ({"start": (1, 2)}, "start must be a Mixture or None, got (1, 2)"),
        ({"start": MIXTURE}, "n_components must be 2 when start has 2 components, got None"),
        (
            {"start": MIXTURE, "n_components": [2, 3]},
            "n_components must be 2 when start has 2 components, got 2, 3: pass n_components=2",
        ),
        (
            {"sample_weight": [1.0]},
            "sample_weight must have one weight for each of the 272 rows of data, got 1",
        ),
    ],
)
def test_arguments_are_checked(options, message):
    with pytest.raises(mix1d.InputError, match=re.escape(message)):
        mix1d.fit(WAITING, **options)


def test_one_row_for_a_fixed_number():
    result = mix1d.fit(WAITING, 2)
    (row,) = result.selection
    assert (row.n_components, row.sds, row.chosen, row.eligible) == (2, "free", True, True)
    assert row.mixture == result.mixture
    assert (row.log_likelihood, row.aic, row.bic) == (result.log_likelihood, result.aic, result.bic)


def test_rows_are_ordered_and_the_smallest_criterion_is_chosen():
    for criterion in ("bic", "aic", "icl"):
        result = mix1d.fit(ACIDITY, [3, 1, 2], sds="auto", criterion=criterion)
        rows = result.selection
        assert [(row.n_components, row.sds) for row in rows] == [
            (k, sds) for k in (1, 2, 3) for sds in ("free", "equal")
        ]
        (chosen,) = (row for row in rows if row.chosen)
        assert getattr(chosen, criterion) == min(getattr(row, criterion) for row in rows)
        assert chosen.mixture == result.mixture
        assert getattr(result, criterion) == getattr(chosen, criterion)
        assert result.criterion == criterion


def test_fits_that_cannot_be_chosen_do_not_end_the_table():
    """On a third of zeros free sds collapse: their BIC is the lowest and rises, that of equal sds falls."""
    places = [NormalDist().inv_cdf((i + 0.5) / 400.0) for i in range(400)]
    x = np.concatenate([np.zeros(300), 60.0 + 15.0 * np.array(places), 240.0 + 60.0 * np.array(places[::2])])
    rows = [row for row in mix1d.fit(x).selection if row.eligible]
    tried = max(row.n_components for row in rows)
    assert tried == 10 or tried >= 3 + next(row.n_components for row in rows if row.chosen)


def test_the_default_tries_one_to_ten_and_stops_early():
    result = mix1d.fit(WAITING)
    numbers = [row.n_components for row in result.selection if row.sds == "free"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) < 10
    assert len(result.mixture.means) == 2
    bic = [row.bic for row in result.selection]
    assert all(value > min(bic) for value in bic[-6:])
    assert {row.n_components for row in mix1d.fit([1.0, 2.0, 4.0]).selection} == {1}


def test_equal_and_free_sds_are_compared_where_numbers_are():
    def kinds(*arguments, **options):
        return {row.sds for row in mix1d.fit(WAITING, *arguments, **options).selection}

    for several in (None, "auto", [1, 2], range(2, 4)):
        assert kinds(several) == {"free", "equal"}
        assert kinds(several, sds="free") == {"free"}
    for one in (2, [2]):
        assert kinds(one) == {"free"}
        assert kinds(one, sds="auto") == {"free", "equal"}
    assert mix1d.fit(WAITING, "auto").mixture == mix1d.fit(WAITING).mixture
    assert mix1d.fit(WAITING).n_parameters == 4
    assert "\n2 components with equal sds, chosen by BIC" in mix1d.fit(WAITING).summary(details=True)
    with pytest.raises(mix1d.InputError, match=r"sds must be .* got 'both'"):
        mix1d.fit(WAITING, sds="both")


def test_one_component_is_called_free():
    """Its sd is one of its own and one for all."""
    result = mix1d.fit([1.0, 2.0, 2.5, 3.0, 3.2, 4.0, 4.1, 5.0, 5.5, 7.0, 7.1, 8.0])
    assert [(row.n_components, row.sds) for row in result.selection if row.chosen] == [(1, "free")]
    assert "\n1 component, chosen by BIC" in result.summary(details=True)


def row(k, deviance, *, equal=False, regularized=False):
    return {
        "mixture": (np.ones(k), np.zeros(k), np.ones(k)),
        "equal": equal,
        "log_likelihood": -0.5 * deviance,
        "entropy": 0.0,
        "regularized": regularized,
    }


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        ([row(1, 100.0), row(2, 50.0), row(3, 49.0)], 1),
        ([row(1, 100.0), row(2, 50.0, regularized=True)], 0),
        ([row(1, 9.0, regularized=True), row(2, 5.0, regularized=True)], 0),
        ([row(3, 9.0, regularized=True), row(4, 5.0, regularized=True)], 0),
        ([row(2, 56.0), row(3, 50.0)], 0),  # AIC ties: the smaller number
        ([row(2, 50.0), row(2, 52.0 + 1e-12, equal=True)], 1),  # ties: equal sds
        ([row(2, 50.0 - 1e-12), row(2, 52.0, equal=True)], 1),
        ([row(1, 50.0), row(1, 50.0, equal=True)], 0),  # one component has one sd
    ],
)
def test_choice(rows, index):
    assert choose(rows, "aic", 100.0) == index


def test_criteria():
    result = mix1d.fit(ACIDITY, 2)
    log_n = np.log(155.0)
    shares = result.responsibilities()
    entropy = -np.sum(shares * np.log(shares, where=shares > 0.0, out=np.zeros_like(shares)))
    assert result.n_parameters == 5
    assert result.log_likelihood == pytest.approx(np.sum(result.mixture.logpdf(ACIDITY)), rel=1e-13)
    assert result.aic == pytest.approx(10.0 - 2.0 * result.log_likelihood, rel=1e-14)
    assert result.bic == pytest.approx(5.0 * log_n - 2.0 * result.log_likelihood, rel=1e-14)
    assert result.icl == pytest.approx(result.bic + 2.0 * entropy, rel=1e-12)
    assert mix1d.fit(ACIDITY, 2, sds="equal").n_parameters == 4


def test_weights_count_like_repetitions():
    values, counts = np.unique(WAITING, return_counts=True)
    weighted, repeated = mix1d.fit(values, 2, sample_weight=counts), mix1d.fit(WAITING, 2)
    assert weighted.mixture == repeated.mixture
    assert weighted.log_likelihood == repeated.log_likelihood
    assert (weighted.n_obs, weighted.total_weight) == (len(values), 272.0)


def test_equal_sds_are_equal():
    result = mix1d.fit(WAITING, 3, sds="equal")
    assert len(set(result.mixture.sds.tolist())) == 1
    assert result.selection[0].sds == "equal"


@pytest.mark.parametrize(
    ("x", "k", "sds"),
    [
        (WAITING, 2, "free"),
        (ACIDITY, 3, "free"),
        (ACIDITY, 3, "equal"),
        (PRECIP, 4, "free"),  # components of weight 0
        (GEYSER, 4, "free"),  # a component held up by the penalty
        (WAITING, 2, "auto"),
    ],
)
def test_a_start_at_the_answer_gives_the_answer(x, k, sds):
    result = mix1d.fit(x, k, sds=sds, set_apart=None)
    again = mix1d.fit(x, k, sds=sds, set_apart=None, start=result.mixture)
    m, n = result.mixture, again.mixture
    np.testing.assert_allclose(n.weights, m.weights, rtol=1e-10)
    np.testing.assert_allclose((n.means - m.means) / m.sds, 0.0, atol=1e-10)
    np.testing.assert_allclose(n.sds, m.sds, rtol=1e-10)
    assert again.regularized == result.regularized
    assert again.log_likelihood == pytest.approx(result.log_likelihood, rel=1e-13)
    assert again.trace.means.shape[1] == k


def test_a_start_leads_to_the_nearest_maximum():
    start = mix1d.Mixture([0.5, 0.5], [50.0, 70.0], [5.0, 20.0])
    free = mix1d.fit(WAITING, 2, start=start)
    assert free.mixture.means == pytest.approx(mix1d.fit(WAITING, 2).mixture.means, abs=1e-8)
    equal = mix1d.fit(WAITING, 2, start=start, sds="equal")
    assert equal.mixture.means == pytest.approx(mix1d.fit(WAITING, 2, sds="equal").mixture.means, abs=1e-8)
    assert equal.trace.sds[0, 0] == equal.trace.sds[0, 1]


def test_a_warning_when_it_did_not_converge():
    start = mix1d.Mixture([0.5, 0.5], [60.0, 70.0], [20.0, 20.0])
    with pytest.warns(mix1d.NotConvergedWarning, match="max_iter"):
        result = mix1d.fit(WAITING, 2, start=start, max_iter=1)
    assert (result.converged, result.stop_reason) == (False, "max_iter")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        start = mix1d.Mixture([0.5, 0.5], [1.25, 1.25], [0.4, 0.4])
        assert mix1d.fit([1.0, 1.0, 1.0, 2.0], 2, sds="equal", start=start).stop_reason == "flat"


def test_the_objectives_differ_where_there_is_a_spike():
    stable, highest = (mix1d.fit(PRECIP, 5, objective=o) for o in ("stable", "highest"))
    assert highest.log_likelihood > stable.log_likelihood + 1.0
    assert highest.mixture.sds.min() >= 0.02 * np.std(PRECIP)


def test_missing_values():
    x = [*ACIDITY, np.nan, None]
    with pytest.raises(mix1d.InputError, match="found 2, the first at index 155"):
        mix1d.fit(x, 2)
    result = mix1d.fit(x, 2, missing="drop", name="pH")
    assert (result.n_obs, result.name) == (155, "pH")
    assert result.mixture == mix1d.fit(ACIDITY, 2).mixture


def test_names_come_along():
    import pandas as pd

    assert mix1d.fit(pd.Series(ACIDITY, name="acid"), 1).name == "acid"
    assert mix1d.fit(pd.Series(ACIDITY, name="acid"), 1, name="mine").name == "mine"
    assert mix1d.fit(ACIDITY, 1).name is None


def test_progress_ends_with_all_done():
    calls = []
    mix1d.fit(ACIDITY, range(1, 4), progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (3.0, 3.0)
    assert all(0.0 <= done <= total for done, total in calls)


def test_an_error_in_progress_stops_the_fit():
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mix1d.fit(ACIDITY, 2, progress=interrupt)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_tiny_samples(n):
    result = mix1d.fit(np.arange(float(n)), 1)
    assert result.n_obs == n
    assert result.regularized == (n == 1)
    assert result.trace.means.shape == (result.n_iter, 1)
    assert str(result)


@pytest.mark.parametrize("weighted", [False, True])
def test_long_columns(weighted):
    rng = np.random.default_rng(3)
    x = mix1d.Mixture([0.3, 0.7], [0.0, 4.0], [1.0, 1.5]).sample(80_000, rng=rng)
    weights = rng.integers(0, 3, len(x)).astype(float) if weighted else None
    result = mix1d.fit(x, 2, sample_weight=weights)
    n = len(x) if weights is None else int(np.sum(weights > 0))
    total = float(n if weights is None else weights.sum())
    assert (result.n_obs, result.total_weight) == (n, total)
    expected = np.sum((1.0 if weights is None else weights) * result.mixture.logpdf(x))
    assert result.log_likelihood == pytest.approx(expected, rel=1e-12)
    assert result.converged
    local = mix1d.fit(x, 2, sample_weight=weights, start=result.mixture)
    np.testing.assert_allclose(local.mixture.means, result.mixture.means, atol=1e-9)
    np.testing.assert_allclose(local.standard_errors().means, result.standard_errors().means, rtol=1e-4)
    with pytest.raises(mix1d.NeedsDataError, match="pass them as x"):
        result.predict()
    assert result.predict([0.0, 4.0]).tolist() == [0, 1]
