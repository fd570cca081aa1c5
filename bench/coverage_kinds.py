"""Coverage of the profile intervals over rows of other kinds: how often they contain the truth.

    python bench/coverage_kinds.py [--samples 500] [--seed 1] [--size 300] [--kinds "bins of 1 sd" ...]

.4 N(0,1) + .6 N(3,1), nominal 95 %, each parameter, recorded in five ways. Components are matched to the
truth by the least-cost assignment. `open` is the share of intervals that are open on one side or on both (the
branch of maxima ends before the likelihood has fallen by enough); they count like others. Samples whose fit
has no intervals count as misses, `none` is their share. `joint` is how often the region of all five
parameters together (twice the log-likelihood fell by less than the quantile of chi-square) contains the
truth: it has no part in profiles, labels or open ends. `other` is the share of samples whose highest maximum
is another one than that next to the truth, which intervals around it often miss; the row "of the rest" leaves
them out.
"""

import argparse
import warnings

import numpy as np

import mix1d
from mix1d.uncertainty.matching import match_components

TRUTH = mix1d.Mixture([0.4, 0.6], [0.0, 3.0], [1.0, 1.0])
NAMES = ("w1", "w2", "m1", "m2", "s1", "s2")
JOINT = 11.0705  # the 95 % quantile of chi-square with five degrees of freedom


def exact(n, rng):
    return mix1d.Observations(TRUTH.sample(n, rng), resolution=0)


def bins(n, rng):
    """Count in bins of 1 sd that begin anywhere."""
    edges = np.arange(-9.0, 14.0) + rng.random()
    return mix1d.Observations((np.histogram(TRUTH.sample(n, rng), edges)[0], edges))


def non_detects(n, rng):
    """Hide 20 % below a limit."""
    x, limit = TRUTH.sample(n, rng), float(TRUTH.icdf(0.2))
    return mix1d.Observations(np.where(x < limit, -np.inf, x), upper=np.maximum(x, limit), resolution=0)


def unequal_errors(n, rng):
    """Add errors around .6 sd, two thirds of them between .3 and 1.2."""
    errors = 0.6 * np.exp(0.7 * rng.standard_normal(n))
    x = TRUTH.sample(n, rng) + errors * rng.standard_normal(n)
    return mix1d.Observations(x, errors=errors, resolution=0)


def truncated(n, rng):
    """Never record the lowest tenth, a quarter of the first component; n values are left."""
    low, kept = float(TRUTH.icdf(0.1)), np.empty(0)
    while len(kept) < n:
        x = TRUTH.sample(n, rng)
        kept = np.append(kept, x[x > low])
    return mix1d.Observations(kept[:n], truncation=(low, None), resolution=0)


KINDS = {
    "exact": exact,
    "bins of 1 sd": bins,
    "20 % non-detects": non_detects,
    "unequal errors": unequal_errors,
    "truncated": truncated,
}


def log_likelihood_of_truth(given):
    """Return that of the true mixture, by the definitions."""
    exact = given.lower == given.upper
    total = given.sample_weight if given.sample_weight is not None else np.ones(len(given.lower))
    variance = TRUTH.sds**2 + (0.0 if given.errors is None else given.errors[exact, None] ** 2)
    square = (given.lower[exact, None] - TRUTH.means) ** 2 / variance
    density = (TRUTH.weights * np.exp(-0.5 * square) / np.sqrt(2.0 * np.pi * variance)).sum(axis=1)
    chance = TRUTH.cdf(given.lower[~exact], given.upper[~exact])
    result = total[exact] @ np.log(density) + total[~exact] @ np.log(chance)
    if given.truncation is not None:
        result -= total @ np.log(TRUTH.cdf(*given.truncation))
    return result


def one(observations):
    """Return whether each interval has the truth, which are open, and the last two of what is printed."""
    result = mix1d.fit(observations, 2)
    interval = result.confidence_interval()
    mixture = result.mixture
    truth = TRUTH.weights, TRUTH.means, TRUTH.sds
    order, _ = match_components(
        mixture.means[None], mixture.sds[None], truth, float(observations.total_weight)
    )
    inside, opened = [], []
    loose = np.reshape([bool(e.open_lower or e.open_upper) for e in interval.estimates], (3, -1))
    for row, (name, values) in enumerate(zip(("weights", "means", "sds"), truth, strict=True)):
        lower, upper = getattr(interval.lower, name)[order[0]], getattr(interval.upper, name)[order[0]]
        inside += np.where(np.isnan(lower), np.nan, (lower <= values) & (values <= upper)).tolist()
        opened += (loose[row][order[0]] if loose.shape[1] == 2 else np.zeros(2)).tolist()
    fall = 2.0 * (result.log_likelihood - log_likelihood_of_truth(observations))
    beside = mix1d.fit(observations, 2, start=TRUTH).log_likelihood
    return inside, opened, fall < JOINT, abs(result.log_likelihood - beside) > 1e-4


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    error = 2.0 * np.sqrt(0.95 * 0.05 / options.samples)
    print(
        f".4 N(0,1) + .6 N(3,1), n = {options.size}, {options.samples} samples a kind; "
        f"Monte Carlo error (2 standard errors) {error:.3f}"
    )
    heads = "".join(f"{name:>7}" for name in NAMES)
    print(f"{'':18}{heads}{'mean':>7}{'joint':>7}{'open':>7}{'none':>7}{'other':>7}", flush=True)
    for kind in options.kinds:
        rng = np.random.default_rng(options.seed)
        inside, opened, joint, other = zip(
            *(one(KINDS[kind](options.size, rng)) for _ in range(options.samples)), strict=True
        )
        table = np.array(inside)
        rates = np.nan_to_num(table).mean(axis=0)
        numbers = [*rates, rates.mean(), np.mean(joint), np.mean(opened), np.isnan(table[:, 0]).mean()]
        numbers.append(np.mean(other))
        print(f"{kind:18}" + "".join(f"{number:7.3f}" for number in numbers), flush=True)
        rest = np.nan_to_num(table)[~np.array(other)].mean(axis=0)
        for what, shares in (("  of the rest", [*rest, rest.mean()]), ("  open", np.mean(opened, axis=0))):
            print(f"{what:18}" + "".join(f"{share:7.3f}" for share in shares), flush=True)


if __name__ == "__main__":
    main()
