"""Columns, weights and mixtures that are finite and nothing else: what the fuzzer feeds to everything."""

import numpy as np
from hypothesis import strategies as st

import mix1d

ENDS = [0.0, -0.0, 5e-324, -5e-324, 1e-310, 2.2250738585072014e-308, -1e-300, 1e-180, 1e-20]
ODD = [1.0, 1.0 + 2.0**-52, 1.0 - 2.0**-53, 2.0, -3.5, 0.1, 7.0, 99.0, -999.0, 1e14, 1e14 + 0.25, 2.0**53]
FAR = [1e20, -1e100, 1e155, 1e200, -1e300, 1e307, -1e307]
SPECIAL = ENDS + ODD + FAR

seeds = st.integers(0, 2**32 - 1)
magnitudes = st.floats(-323.3, 308.2).map(lambda e: 10.0**e)
signed = st.one_of(
    st.just(0.0), st.tuples(st.sampled_from([-1.0, 1.0]), magnitudes).map(lambda t: t[0] * t[1])
)


def kept(values):
    """Finite, and away from the last bits of the range."""
    return np.clip(np.asarray(values, np.float64), -1e307, 1e307)


def clusters(draw, largest):
    """Groups about special places, of spreads from far below a bit to far beyond the place."""
    rng = np.random.default_rng(draw(seeds))
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        centre = draw(st.sampled_from(SPECIAL))
        spread = draw(st.one_of(st.sampled_from([0.0, 1e-17, 1e-9, 0.01, 1.0, 1e9]), magnitudes))
        count = draw(st.integers(1, largest))
        shape = draw(st.sampled_from(["normal", "cauchy", "even"]))
        noise = {
            "normal": rng.standard_normal(count),
            "cauchy": rng.standard_cauchy(count),
            "even": np.arange(count) - count // 2,
        }[shape]
        with np.errstate(over="ignore", invalid="ignore"):
            relative = centre if draw(st.booleans()) and centre else 1.0
            parts.append(np.nan_to_num(centre + spread * relative * noise, nan=0.0))
    return rng.permutation(np.concatenate(parts))


def rounded(draw, largest):
    rng = np.random.default_rng(draw(seeds))
    n, step = draw(st.integers(2, largest)), draw(st.sampled_from([1.0, 0.1, 0.25, 1e-300, 1e14, 3e100]))
    offset = draw(st.sampled_from([0.0, 1e6, 1e14, -4.0]))
    places = np.concatenate([rng.normal(0.0, 3.0, n), rng.normal(draw(st.floats(0.0, 20.0)), 1.0, n)])
    return (np.round(places) + offset) * step


def scales(draw, largest):
    rng = np.random.default_rng(draw(seeds))
    low = draw(st.floats(-300.0, 300.0))
    high = min(low + draw(st.sampled_from([1.0, 10.0, 100.0, 600.0])), 306.0)
    signs = rng.choice([-1.0, 1.0], largest) if draw(st.booleans()) else 1.0
    return signs * 10.0 ** rng.uniform(low, high, largest)


def ordinary(draw, largest):
    rng = np.random.default_rng(draw(seeds))
    means = np.cumsum(rng.uniform(0.0, 8.0, draw(st.integers(1, 3))))
    return np.concatenate([rng.normal(m, rng.uniform(0.3, 2.0), largest) for m in means])


def few(draw, _largest):
    return np.array(draw(st.lists(st.sampled_from(SPECIAL), min_size=1, max_size=30)))


def any_doubles(draw, _largest):
    return np.array(draw(st.lists(st.floats(-1e307, 1e307), min_size=1, max_size=20)))


KINDS = {f.__name__: f for f in (clusters, rounded, scales, ordinary, few, any_doubles)}


@st.composite
def columns(draw, largest=60):
    return kept(KINDS[draw(st.sampled_from(sorted(KINDS)))](draw, largest))


@st.composite
def weights(draw, n):
    """None, repetitions, or weights of one scale or of all."""
    kind = draw(st.sampled_from(["none", "none", "repetitions", "one scale", "scales", "zeros"]))
    rng = np.random.default_rng(draw(seeds))
    if kind == "none":
        return None
    if kind == "repetitions":
        return rng.integers(1, 9, n).astype(float)
    if kind == "one scale":
        return rng.uniform(0.5, 2.0, n) * 10.0 ** draw(st.sampled_from([-300, -20, -2, 0, 2, 7, 12]))
    if kind == "scales":
        return 10.0 ** rng.uniform(-30.0, 6.0, n)
    w = rng.integers(0, 3, n).astype(float)
    w[rng.integers(n)] = 1.0
    return w


@st.composite
def mixtures(draw):
    k = draw(st.integers(1, 5))
    shares = np.array(draw(st.lists(st.integers(0, 9), min_size=k, max_size=k)), float)
    shares[0] += 1.0
    means = draw(st.lists(signed, min_size=k, max_size=k))
    if draw(st.booleans()):
        means = [means[0]] * k
    return mix1d.Mixture(shares / shares.sum(), means, draw(st.lists(magnitudes, min_size=k, max_size=k)))


def places(draw, mixture):
    """Points of all magnitudes, and some sds from the means, ascending."""
    points = [draw(signed) for _ in range(3)]
    for mean, sd in zip(mixture.means.tolist(), mixture.sds.tolist(), strict=True):
        points += [mean, mean + draw(st.sampled_from([-40.0, -3.0, -0.5, 0.5, 3.0, 40.0])) * sd]
    return np.array(sorted(min(max(x, -1.7e308), 1.7e308) for x in points))
