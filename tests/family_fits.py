"""A fit of every family, alone, compared and mixed: small, for what is done to all of them."""

import numpy as np

import mix1d

_RNG = np.random.default_rng(3)
POSITIVE = np.concatenate([_RNG.gamma(2.0, 1.5, 40), _RNG.lognormal(3.0, 0.2, 40)])
REAL = np.concatenate([_RNG.normal(-3.0, 1.0, 40), _RNG.normal(4.0, 1.5, 40)])
SKEWED = 2.5 * np.abs(_RNG.normal(size=80)) + _RNG.normal(size=80)
SHARES = np.concatenate([_RNG.beta(2.0, 9.0, 40), _RNG.beta(9.0, 3.0, 40)])
COUNTS = np.concatenate([_RNG.poisson(2.0, 40), _RNG.poisson(14.0, 40)]).astype(float)
ZEROS = np.r_[np.zeros(30), COUNTS]
NOISE = np.r_[POSITIVE, _RNG.uniform(0.0, 60.0, 20)]

DATA_OF = {
    "lognormal": POSITIVE,
    "gamma": POSITIVE,
    "weibull": POSITIVE,
    "inverse_gaussian": POSITIVE,
    "exponential": POSITIVE,
    "student_t": REAL,
    "logistic": REAL,
    "skew_normal": SKEWED,
    "beta": SHARES,
    "poisson": COUNTS,
    "negative_binomial": COUNTS,
}


def _alone(name, k):
    return lambda: mix1d.fit(DATA_OF[name], k, family=name, resolution=0)


FITS = {f"{name}_{k}": _alone(name, k) for name in DATA_OF for k in (1, 2)} | {
    "equal": lambda: mix1d.fit(POSITIVE, 2, family="gamma", sds="equal", name="size (mm)"),
    "both": lambda: mix1d.fit(POSITIVE, [1, 2], family="weibull", sds="auto"),
    "list": lambda: mix1d.fit(POSITIVE, 2, family=["gamma", "lognormal"]),
    "list_of_three": lambda: mix1d.fit(POSITIVE, 3, family=["normal", "gamma", "lognormal"]),
    "list_of_normals": lambda: mix1d.fit(REAL, 2, family=["normal", "normal"]),
    "set": lambda: mix1d.fit(POSITIVE, [1, 2], family={"gamma", "lognormal"}),
    "set_of_one": lambda: mix1d.fit(POSITIVE, 1, family={"gamma"}),
    "auto": lambda: mix1d.fit(POSITIVE, [1, 2], family="auto"),
    "auto_real": lambda: mix1d.fit(REAL, [1, 2], family="auto"),
    "auto_counts": lambda: mix1d.fit(COUNTS, [1, 2], family="auto", resolution=0),
    "point": lambda: mix1d.fit(ZEROS, 2, family=["point_mass", "poisson"], resolution=0),
    "point_elsewhere": lambda: mix1d.fit(
        ZEROS, 3, family=["poisson", "poisson", mix1d.Component("point_mass", value=14.0)], resolution=0
    ),
    "uniform": lambda: mix1d.fit(NOISE, 1, family=["uniform", "gamma"]),
    "uniform_ends": lambda: mix1d.fit(
        NOISE, 2, family=["gamma", mix1d.Component("uniform", low=0.0, high=70.0), "lognormal"]
    ),
    "background": lambda: mix1d.fit(NOISE, 2, family="gamma", background=True),
    "background_and_set": lambda: mix1d.fit(NOISE, 1, family={"gamma", "lognormal"}, background=(0, 60)),
    "rounded": lambda: mix1d.fit(np.round(POSITIVE) + 1.0, 2, family="gamma", resolution=1.0),
    "rounded_by_rule": lambda: mix1d.fit(np.round(REAL), 2, family="logistic"),
    "intervals": lambda: mix1d.fit(POSITIVE, 2, upper=POSITIVE + 1.0, family="lognormal"),
    "limits": lambda: mix1d.fit(["<1"] * 5 + POSITIVE[POSITIVE > 1.0].tolist() + [">40"], 2, family="gamma"),
    "weighted": lambda: mix1d.fit(
        POSITIVE, 2, family="lognormal", sample_weight=np.linspace(0.5, 2.0, len(POSITIVE))
    ),
    "set_apart": lambda: mix1d.fit(np.r_[POSITIVE, 0.0, 0.0, 0.0], 2, family="gamma", set_apart=[0]),
    "weights_of_zero": lambda: mix1d.fit(POSITIVE, 8, family="gamma"),
    "collapsed": lambda: mix1d.fit([1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 9.0, 9.5], 3, family="gamma"),
    "chosen_here": lambda: mix1d.fit(REAL, family="student_t"),
    "few_steps": lambda: mix1d.fit(POSITIVE, 2, family="weibull", max_iter=5),
    "sketch": lambda: mix1d.fit(mix1d.Sketch.of(POSITIVE), 2, family="gamma"),
    "long": lambda: mix1d.fit(np.random.default_rng(1).gamma(2.0, 3.0, 70_000), 1, family="gamma"),
}
