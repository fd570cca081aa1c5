"""Fits of any family by the core, with what native functions ask of them."""

import json

import numpy as np
from scipy import stats

from mix1d import _core
from mix1d.native import Candidates, Chart, Model, Observed, Options, Problem
from oracle_families import NUMBER
from places import DATA

REFERENCE = json.loads((DATA / "reference" / "families.json").read_text(encoding="utf-8"))
WEIGHT, LOCATION, SCALE, CROSSING, SECOND, QUANTILE, ABOVE, ERROR, DISTANCE, BIMODALITY, MODE = range(11)
SHAPE = 12
BOUND = 6  # why an interval is open: a bound of the parameter


def pooled(x):
    values, counts = np.unique(np.asarray(x, float), return_counts=True)
    return values, counts.astype(float)


def data_of(name):
    data = REFERENCE["datasets"][name]
    values = np.array(data["values"], float)
    order = np.argsort(values)
    counts = np.array(data.get("counts") or np.ones(len(values)), float)
    return values[order], counts[order]


class Fit:
    """A fit by the core, with the records that it was asked with."""

    def __init__(self, x, w, families, k=None):
        numbers = [NUMBER[name] for name in families]
        k = len(families) if k is None else k
        self.problem, chart = Problem(x, w), Chart(family=numbers[0])
        if "point_mass" in families:
            chart = Chart(family=sorted(numbers, reverse=True), background=True)
            rows = np.zeros(len(x), np.int64), x, x, np.zeros(len(x)), w, np.full(len(x), -1)
            self.problem = Problem(x, w, observed=Observed(*rows, named=1, background=(0.0, 0.0)))
        elif len(set(numbers)) > 1:
            chart = Chart(family=numbers)
        rows, _ = _core.fit(self.problem, Candidates([k], [chart]), Options())
        self.found, self.mixture = rows[0], rows[0]["mixture"]
        weights, locations, scales, *others = self.mixture
        self.model = Model(weights, locations, scales, chart, (), *others)
        self.k, self.x, self.w = k, x, w

    def intervals(self, *rows, critical=3.841458820694124, threads=1):
        quantities = np.array([(*map(float, row), *(0.0,) * (4 - len(row))) for row in rows])
        critical = np.full(len(rows), critical)
        return _core.profile_intervals(
            self.problem, self.model, quantities, critical, Options(threads=threads)
        )

    def fall(self, row, at):
        quantity = np.array([(*map(float, row), *(0.0,) * (4 - len(row)))])
        return _core.profile_fall(self.problem, self.model, quantity, np.atleast_1d(at), Options())


def gamma_pair():
    rng = np.random.default_rng(8)
    return ["gamma", "gamma"], np.concatenate([rng.gamma(6.0, 0.5, 90), rng.gamma(20.0, 0.8, 110)])


def heavy_one():
    return ["student_t"], stats.t(4.0, 2.0, 1.5).rvs(250, random_state=5)


def clumped_counts():
    return ["negative_binomial"], stats.nbinom(1.5, 0.2).rvs(150, random_state=2)


MIXED = {
    "gamma": gamma_pair,
    "two families": lambda: (
        ["lognormal", "weibull"],
        np.concatenate(
            [
                np.random.default_rng(1).lognormal(0.5, 0.3, 120),
                12.0 * np.random.default_rng(2).weibull(5.0, 150),
            ]
        ),
    ),
    "skewed": lambda: (
        ["logistic", "logistic"],
        np.concatenate(
            [
                np.random.default_rng(1).logistic(0.0, 0.4, 120),
                np.random.default_rng(2).logistic(5.0, 0.7, 150),
            ]
        ),
    ),
    "beta": lambda: (
        ["beta", "beta"],
        np.concatenate(
            [np.random.default_rng(1).beta(3, 20, 120), np.random.default_rng(2).beta(12, 5, 150)]
        ),
    ),
}
