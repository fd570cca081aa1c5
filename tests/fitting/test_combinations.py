"""Arguments of `fit` together: whatever is combined is answered, or refused with a reason."""

import warnings

import numpy as np
import pytest

import mix1d
from mix1d.errors import InputError

FAMILIES = ("normal", "lognormal", "gamma", "student_t", "skew_normal", "logistic", "poisson", "beta", "auto")
LISTS = (["normal", "gamma"], ["normal", "logistic", "student_t"], ["lognormal", "normal"])


def columns(rng, n):
    """Return columns of several kinds, of about n values."""
    return (
        rng.normal(size=n),
        np.concatenate([rng.normal(size=n), rng.normal(6.0, 1.0, n)]),
        rng.lognormal(size=n),
        rng.poisson(4.0, n).astype(float),
        np.round(rng.normal(size=n) * 3.0) / 2.0,
        np.append(rng.normal(size=n), [50.0, -80.0]),
        np.append(np.zeros(n), rng.gamma(2.0, size=n)),
        rng.beta(2.0, 3.0, n),
        np.repeat(rng.normal(size=1 + n // 4), 4),
    )


def either(rng, chance, values):
    """Return one of the values in a list, which is empty otherwise."""
    return [values[rng.integers(len(values))]] if rng.random() < chance else []


def arguments(rng, x):
    """Return some of the arguments that `fit` knows."""
    some = rng.random(len(x)) < 0.2
    choices = {
        "n_components": (0.5, (1, 2, [1, 2], range(1, 4))),
        "family": (0.6, (*FAMILIES, *LISTS)),
        "sds": (0.25, ("free", "equal", "proportional", [1.0, None], [0.5, 0.5])),
        "means": (0.1, ("equal", "spaced", [0.0, None], [None, None, None])),
        "weights": (0.1, ("equal", [0.5, None])),
        "background": (0.1, (True, (-100.0, 100.0))),
        "resolution": (0.15, (0.0, 0.5)),
        "set_apart": (0.15, (None, [0.0])),
        "errors": (0.1, (0.3, np.abs(rng.normal(size=len(x))) + 0.01)),
        "truncation": (0.1, ((float(x.min()) - 0.1, None), (None, float(x.max()) + 0.1))),
        "upper": (0.1, (x + np.where(some, 0.5, 0.0), x + np.where(some, np.inf, 0.0))),
        "labels": (0.15, (np.where(some, rng.integers(0, 2, len(x)), -1),)),
        "sample_weight": (0.1, (rng.random(len(x)) + 0.1,)),
        "objective": (0.1, ("highest",)),
    }
    found = {name: either(rng, *choice) for name, choice in choices.items()}
    return {name: values[0] for name, values in found.items() if values}


@pytest.mark.parametrize("seed", range(30))
def test_any_combination_is_answered_or_refused(seed):
    rng = np.random.default_rng(seed)
    for x in columns(rng, int(rng.choice([2, 5, 15, 40]))):
        given = arguments(rng, x)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", mix1d.NotConvergedWarning)
            try:
                result = mix1d.fit(x, **given)
            except InputError:
                continue
            assert result.bottom_line
            assert len(result.trace.phase) > 0 or result.sample.constant
            result.summary(details=True)


def test_families_compared_begin_with_their_own_labelled_components():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0.0, 1.0, 60), rng.normal(6.0, 1.0, 60)])
    labels = np.full(120, -1)
    labels[:6], labels[-6:] = 0, 1
    for row in mix1d.fit(x, 2, family="auto", labels=labels).selection:
        alone = mix1d.fit(x, 2, family=row.family, labels=labels)
        assert row.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-8)


def test_a_family_for_each_component_beside_strays():
    x = np.append(np.random.default_rng(49).normal(size=60), [-50.0, 8.0])
    result = mix1d.fit(x, family=["normal", "logistic", "student_t"])
    assert len(result.means) == 3
    assert result.set_apart


@pytest.mark.parametrize("family", ["normal", "lognormal", "gamma", "student_t", "beta"])
def test_equal_values_have_an_empty_trace(family):
    assert len(mix1d.fit([0.5] * 4, 1, family=family).trace.phase) == 0


def test_nothing_but_one_number_that_can_be_chosen_settles_nothing():
    low = [0.91298303, 1.63231811, 0.25823257, 6.35740133, 5.52016939, 6.07773513]
    high = np.where([True, False, False, True, True, False], np.inf, low)
    result = mix1d.fit(low, [2, 3], family="gamma", upper=high, criterion="aic")
    assert "not settled" in result.bottom_line
    assert "no other number could be compared" in result.bottom_line


def test_a_window_far_from_all_values_bounds_them_too():
    x = np.random.default_rng(3).normal(size=40)
    plain = mix1d.fit(x, 1, resolution=0).certificate(min_sd=0.5)
    for window in ((-1e9, None), (None, 1e9), (-1e9, 1e9)):
        found = mix1d.fit(x, 1, truncation=window, resolution=0).certificate(min_sd=0.5)
        assert found.upper_bound == pytest.approx(plain.upper_bound, abs=1e-4)
    mix1d.fit(np.zeros(40), truncation=(-0.1, None)).certificate()


@pytest.mark.parametrize("family", ["gamma", "student_t", "poisson"])
def test_what_is_known_of_normals_only_is_not_said_of_others(family):
    result = mix1d.fit(np.random.default_rng(4).poisson(9.0, 60) + 1.0, 2, family=family)
    with pytest.raises(InputError, match="influence is known for normal components only"):
        result.influence()
    with pytest.raises(InputError, match="the certificate is for mixtures of normals, got other families"):
        result.certificate()


def test_families_beside_a_background_have_rows_that_can_be_shown():
    x = [-0.22815847, -0.32265504, 50.0, -80.0]
    result = mix1d.fit(x, family="auto", background=True)
    shown = str(result.selection)
    assert all(name in shown for name in ("logistic", "normal", "Student t", "skew-normal"))
