"""What plain fits and everything that follows from them gave, to the last bit, by name.

`python tests/recorded_bits.py write` records tests/golden/bits-1.json anew; a line in CHANGELOG.md says why.
Inputs are read from files or made of them by exact arithmetic: no generator and no logarithm of a library.
"""

from __future__ import annotations

import hashlib
import json
import sys

import numpy as np

import mix1d
from places import DATA, GOLDEN

FILE = GOLDEN / "bits-1.json"
COLUMNS = (
    ["faithful_eruptions", "faithful_waiting", "galaxies", "acidity", "iris_petal_length", "precip"]
    + ["wine_proline", "wdbc_mean_radius", "wdbc_mean_concave_points", "geyser_duration", "quakes_depth"]
    + [f"hard/overlap0{i}" for i in range(10)]
    + [f"hard/twopop0{i}" for i in range(5)]
)
INFERRED = {"faithful_eruptions": 2, "galaxies": 3, "iris_petal_length": 3, "wdbc_mean_radius": 2}
RESAMPLED = {"faithful_waiting": 2, "acidity": 2}


EXACTLY = {"resolution": 0, "set_apart": None}  # what 0.1 did


def column(name):
    return np.loadtxt(DATA / f"{name}.csv", skiprows=1)


def long_column():
    """110,000 values in the places of a measured column, shifted by sixteenths."""
    x = column("gvhd_pos_cd4")
    return np.concatenate([x + i / 16.0 for i in range(13)])[:110_000]


def weights_for(n):
    return (np.arange(n) % 7 + 1) / 4.0


def bits(value):
    """The same structure with every float as its hexadecimal text."""
    if isinstance(value, dict):
        return {key: bits(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return bits(value.ravel().tolist())
    if isinstance(value, list | tuple):
        return [bits(item) for item in value]
    return value.hex() if isinstance(value, float) else value


def digest(value):
    """One short name for the bits of a long array."""
    return hashlib.sha256(np.ascontiguousarray(value, np.float64).tobytes()).hexdigest()[:32]


def mixture_of(mixture):
    return [mixture.weights, mixture.means, mixture.sds]


def rows_of(result):
    return {
        f"{row.n_components} {row.sds}": [
            *mixture_of(row.mixture),
            row.log_likelihood,
            row.icl,
            row.converged,
            row.regularized,
        ]
        for row in result.selection
    }


def estimate(e):
    return [e.value, e.standard_error, e.lower, e.upper]


def goodness(found):
    statistics = found.kolmogorov_smirnov, found.anderson_darling, found.cramer_von_mises
    return [[one.statistic, one.p_value] for one in statistics]


def plain_fits(threads):
    answer = {}
    for name in COLUMNS:
        x = column(name)
        most = min(6, len(np.unique(x)))
        table = mix1d.fit(x, range(1, most + 1), sds="auto", threads=threads, **EXACTLY)
        answer[name] = rows_of(table)
        answer[f"{name}, optima"] = [
            [o.log_likelihood, o.penalised, o.regularized, *mixture_of(o.mixture)] for o in table.optima
        ]
    x = column("gvhd_pos_cd4")
    answer["gvhd_pos_cd4"] = rows_of(mix1d.fit(x, range(1, 5), sds="free", threads=threads, **EXACTLY))
    for name in ("faithful_eruptions", "galaxies"):
        x = column(name)
        table = mix1d.fit(
            x, range(1, 5), sds="auto", sample_weight=weights_for(len(x)), threads=threads, **EXACTLY
        )
        answer[f"{name}, weighted"] = rows_of(table)
    x = long_column()
    answer["long"] = rows_of(mix1d.fit(x, [1, 2, 3], sds="free", threads=threads, **EXACTLY))
    answer["long, equal"] = rows_of(mix1d.fit(x, 2, sds="equal", threads=threads, **EXACTLY))
    heavy = mix1d.fit(x, 2, sample_weight=weights_for(len(x)), threads=threads, **EXACTLY)
    answer["long, weighted"] = rows_of(heavy)
    answer["long, float32"] = rows_of(mix1d.fit(x.astype(np.float32), 2, threads=threads, **EXACTLY))
    begin = mix1d.Mixture([0.5, 0.5], [2.0, 4.0], [0.5, 0.5])
    started = mix1d.fit(column("faithful_eruptions"), 2, start=begin, threads=threads, **EXACTLY)
    answer["started"] = rows_of(started)
    answer["started, trace"] = [started.trace.objective, started.trace.means, list(started.trace.phase)]
    return answer


def inference():
    answer = {}
    for name, k in INFERRED.items():
        for sds in ("free", "equal"):
            result = mix1d.fit(column(name), k, sds=sds, **EXACTLY)
            errors = result.standard_errors()
            profile = result.confidence_interval()
            answer[f"{name}, {sds}"] = {
                "errors": [errors.weights, errors.means, errors.sds],
                "covariance": result.covariance(),
                "sandwich": result.covariance("sandwich"),
                "profile": [estimate(e) for e in profile.estimates],
                "wald": [estimate(e) for e in result.confidence_interval(method="wald").estimates],
                "thresholds": [[t.value, t.lower, t.upper] for t in result.thresholds(level=0.9)],
                "quantile": estimate(result.quantile(0.9)),
                "above": estimate(result.proportion_above(result.mixture.median())),
                "overlap": estimate(result.overlap().error_rate),
                "goodness": goodness(result.goodness_of_fit(19)),
                "pit": digest(result.pit()[0]),
                "responsibilities": digest(result.responsibilities()),
                "icl": result.icl,
            }
    return answer


def resampled():
    answer = {}
    for name, k in RESAMPLED.items():
        x = column(name)
        result = mix1d.fit(x, k, **EXACTLY)
        for resampling in ("weighted", "parametric", "nonparametric"):
            drawn = result.replicates(resampling=resampling, replicates=20, rng=3)
            answer[f"{name}, {resampling}"] = digest(np.hstack([drawn.weights, drawn.means, drawn.sds]))
        calibrated = result.confidence_interval(method="calibrated", replicates=39, rng=5)
        answer[f"{name}, calibrated"] = [estimate(e) for e in calibrated.estimates]
        for sds in ("free", "equal"):
            test = mix1d.order_test(x, 1, sds=sds, replicates=19, rng=7)
            answer[f"{name}, order, {sds}"] = [
                test.statistic,
                test.p_value,
                test.null_statistics,
                *mixture_of(test.alternative),
            ]
        for number in (1, 2):
            test = mix1d.order_test(column("faithful_eruptions"), number, method="em")
            answer[f"faithful_eruptions, EM-test of {number}"] = [
                test.statistic,
                test.p_value,
                *mixture_of(test.alternative),
            ]
    steps = list(mix1d.em(column("galaxies"), 3, max_iter=25))
    answer["em"] = [[s.log_likelihood, *mixture_of(s.mixture)] for s in (steps[0], steps[-1])]
    certificate = mix1d.fit(column("galaxies"), 3, **EXACTLY).certificate()
    answer["certificate"] = certificate.gain
    return answer


def sketches(threads):
    answer = {}
    x = long_column()
    whole, halves = mix1d.Sketch(), [mix1d.Sketch(), mix1d.Sketch()]
    whole.add(x, threads=threads)
    for sketch, part in zip(halves, (x[:40_000], x[40_000:]), strict=True):
        sketch.add(part, threads=threads)
    weighted = mix1d.Sketch()
    weighted.add(x, weights_for(len(x)), threads=threads)
    for name, sketch in {"whole": whole, "merged": halves[0] + halves[1], "weighted": weighted}.items():
        answer[name] = hashlib.sha256(sketch.to_bytes()).hexdigest()
        answer[f"{name}, fits"] = rows_of(
            mix1d.fit(sketch, [1, 2, 3], sds="auto", threads=threads, **EXACTLY)
        )
        answer[f"{name}, mean"] = [sketch.mean, sketch.variance, sketch.min, sketch.max]
    return answer


def distributions():
    answer = {}
    mixtures = {
        "two": mix1d.Mixture([0.25, 0.75], [-1.0, 2.5], [0.5, 1.25]),
        "far": mix1d.Mixture([0.125, 0.375, 0.5], [0.0, 1e6, 1e6 + 1.0], [1.0, 2.0**-10, 64.0]),
    }
    p = np.concatenate([2.0 ** -np.arange(1.0, 1000.0, 37.0), 1.0 - 2.0 ** -np.arange(2.0, 50.0, 5.0)])
    for name, m in mixtures.items():
        x = np.concatenate([m.means + s * m.sds for s in (-40.0, -9.0, -2.0, -0.5, 0.0, 1.0, 5.0, 30.0)])
        answer[name] = {
            "icdf": m.icdf(p),
            "iccdf": m.iccdf(p),
            "pdf": m.pdf(x),
            "logpdf": m.logpdf(x),
            "cdf": m.cdf(x),
            "logcdf": m.logcdf(x),
            "ccdf": m.ccdf(x),
            "logccdf": m.logccdf(x),
            "responsibilities": m.responsibilities(x),
            "moments": [m.moment(i) for i in range(6)] + [m.entropy(), m.mode(), m.median()],
            "thresholds": [t.value for t in m.thresholds()],
            "sample": digest(m.sample(1000, rng=11)),
        }
    return answer


def recorded(threads=1):
    """Everything that is recorded, as text and whole numbers."""
    return bits(
        {
            "fits": plain_fits(threads),
            "inference": inference(),
            "resampled": resampled(),
            "sketches": sketches(threads),
            "distributions": distributions(),
        }
    )


def as_text(entries):
    """JSON with one line an entry, so that a difference is read in lines."""
    groups = []
    for group, items in entries.items():
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(item)}" for name, item in items.items())
        groups.append(f" {json.dumps(group)}: {{\n{lines}\n }}")
    return "{\n" + ",\n".join(groups) + "\n}"


if __name__ == "__main__":
    text = as_text(recorded())
    if sys.argv[1:] == ["write"]:
        FILE.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
