"""The core's own exp, log and erfcx: error in units in the last place, edges, the same bits everywhere."""

import os
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from mpmath import mpf

import exact
from mix1d import _core

RNG = np.random.default_rng(20240501)
DENORMAL = 5e-324
LARGEST = np.finfo(float).max
SMALLEST_NORMAL = np.finfo(float).tiny

EXP = np.concatenate(
    [
        RNG.uniform(-745.2, 709.9, 1500),
        RNG.uniform(-745.2, -708.0, 300),
        RNG.uniform(-1.0, 1.0, 500),
        np.ldexp(RNG.uniform(-1.0, 1.0, 200), RNG.integers(-1074, 1, 200)),
        (np.arange(-20, 21) + 0.5) * np.log(2.0),
        [709.782712893384, -745.1332191019411, -708.3964185322641, -707.99, 1.0, -1.0],
    ]
)
LOG = np.concatenate(
    [
        np.ldexp(RNG.uniform(0.5, 1.0, 1500), RNG.integers(-1073, 1025, 1500)),
        RNG.uniform(0.5, 2.0, 500),
        1.0 + np.ldexp(RNG.uniform(-1.0, 1.0, 300), RNG.integers(-53, -1, 300)),
        np.sqrt(0.5) * (1.0 + np.arange(-3, 4) * 2.0**-52),
        [DENORMAL, 3 * DENORMAL, SMALLEST_NORMAL, np.nextafter(SMALLEST_NORMAL, 0), LARGEST],
    ]
)
ERFCX = np.concatenate(
    [
        RNG.uniform(0.0, 30.0, 800),
        np.ldexp(RNG.uniform(0.5, 1.0, 600), RNG.integers(-1073, 1025, 600)),
        [DENORMAL, 1e15, 1.1e15, LARGEST, 1e308],
    ]
)


def exact_erfcx(x):
    if x < 100:
        return mpmath.exp(x * x) * mpmath.erfc(x)
    y, term, total = 1 / (2 * x * x), mpf(1), mpf(0)
    for n in range(12):
        total += term
        term *= -(2 * n + 1) * y
    return total / (x * mpmath.sqrt(mpmath.pi))


@pytest.mark.parametrize(
    ("function", "twin", "points", "bound"),
    [
        (_core.exp, mpmath.exp, EXP, 1.0),
        (_core.log, mpmath.log, LOG, 1.0),
        (_core.erfcx, exact_erfcx, ERFCX, 5.0),
    ],
    ids=["exp", "log", "erfcx"],
)
def test_error_in_units_in_the_last_place(function, twin, points, bound):
    found = function(points)
    errors = [exact.ulps(y, twin(mpf(float(x)))) for x, y in zip(points, found, strict=True)]
    worst = int(np.argmax(errors))
    assert errors[worst] <= bound, f"x = {points[worst]!r}: {errors[worst]:.3f} ulp"


def test_exp_at_its_edges():
    x = np.array([0.0, -0.0, np.inf, -np.inf, 709.79, 1e300, -746.0, -1e300, DENORMAL])
    assert _core.exp(x).tolist() == [1.0, 1.0, np.inf, 0.0, np.inf, np.inf, 0.0, 0.0, 1.0]
    assert np.isnan(_core.exp(np.array([np.nan]))).all()


def test_log_at_its_edges():
    assert _core.log(np.array([0.0, -0.0, 1.0, np.inf])).tolist() == [-np.inf, -np.inf, 0.0, np.inf]
    assert np.isnan(_core.log(np.array([-1.0, -DENORMAL, -np.inf, np.nan]))).all()


def test_erfcx_at_its_edges():
    assert _core.erfcx(np.array([0.0, np.inf])).tolist() == [1.0, 0.0]
    assert np.isnan(_core.erfcx(np.array([np.nan]))).all()


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 17])
def test_a_value_does_not_depend_on_its_place(count):
    x = RNG.uniform(-5.0, 5.0, count)
    one_by_one = [_core.exp(x[i : i + 1])[0] for i in range(count)]
    assert _core.exp(x).tolist() == one_by_one


PRINT_BITS = """
import hashlib, sys
import numpy as np
sys.path[:0] = sys.argv[1:]
from mix1d import _core
from mix1d.model.mixture import Mixture
rng = np.random.default_rng(7)
special = [0.0, np.inf, -np.inf, np.nan, 1e-310, 1e300]
x = np.concatenate([rng.normal(0, 3, 500), rng.uniform(-800, 800, 500), special])
p = np.concatenate([rng.uniform(size=200), 10.0 ** -rng.uniform(0, 320, 100), [0.0, 1.0, 0.5]])
digest = hashlib.sha256()
def add(values):
    values = np.asarray(values, dtype=float)
    digest.update(np.where(np.isnan(values), np.nan, values).tobytes())
for function in (_core.exp, _core.log):
    add(function(x))
add(_core.erfcx(np.abs(x)))
for m in (Mixture([0.3, 0.3, 0.4], [-2, 0.1, 3], [1, 1e-3, 40]), Mixture([1], [1e300], [1e299])):
    for method in ("pdf", "logpdf", "cdf", "logcdf", "ccdf", "logccdf", "responsibilities"):
        add(getattr(m, method)(x))
    add(m.icdf(p))
    add(m.iccdf(p))
    add(m.modes())
    add([m.entropy(), m.skewness(), *(t.value for t in m.thresholds())])
print(_core.build_info()["isa"], digest.hexdigest())
"""


def test_same_bits_for_every_instruction_set():
    isas = _core.build_info()["isas"].split()
    lines = []
    for isa in isas:
        run = subprocess.run(
            [sys.executable, "-c", PRINT_BITS, *sys.path],
            env={**os.environ, "MIX1D_ISA": isa},
            capture_output=True,
            text=True,
            check=True,
        )
        lines.append(run.stdout.split())
    assert [line[0] for line in lines] == isas
    assert len({line[1] for line in lines}) == 1
