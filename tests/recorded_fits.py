"""A fit of every kind of row, and under every kind of constraint: small, for what is done to all of them."""

import numpy as np

import mix1d

_RNG = np.random.default_rng(11)
TWO = np.concatenate([_RNG.normal(0.0, 1.0, 30), _RNG.normal(6.0, 1.0, 30)])
ERRORS = _RNG.uniform(0.3, 0.9, 60)
WEIGHTS = _RNG.uniform(0.0, 2.0, 60)
LABELS = ["low"] * 5 + [None] * 50 + ["high"] * 5
BINS = np.histogram(TWO, 10)
HIGH = TWO[TWO > -1.0]
POSITIVE = np.exp(TWO / 6.0) + 1.0
ROUNDED = np.round(TWO)

FITS = {
    "bins": lambda: mix1d.fit(BINS, 2),
    "open_bins": lambda: mix1d.fit((np.r_[3, BINS[0], 2], np.r_[-np.inf, BINS[1], np.inf]), [1, 2]),
    "rounded": lambda: mix1d.fit(ROUNDED, 2),
    "rounded_as_told": lambda: mix1d.fit(ROUNDED, 2, resolution=1.0, name="tenths"),
    "limits": lambda: mix1d.fit(["<-0.5"] * 9 + TWO[TWO > -0.5].tolist() + [">7"], 2),
    "rounded_limits": lambda: mix1d.fit(["<-1"] * 9 + ROUNDED[ROUNDED > -1].tolist(), 2),
    "intervals": lambda: mix1d.fit(TWO, 2, upper=TWO + 0.5),
    "errors": lambda: mix1d.fit(TWO, [1, 2], errors=np.where(ERRORS > 0.5, ERRORS, 0.0)),
    "no_widths": lambda: mix1d.fit(TWO, 2, errors=ERRORS, sds=0),
    "narrower_than_errors": lambda: mix1d.fit(TWO[:30], 1, errors=2.0),
    "truncated": lambda: mix1d.fit(HIGH, 2, truncation=(-1.0, None)),
    "windows": lambda: mix1d.fit(HIGH, 2, truncation=(np.arange(len(HIGH)) % 2 - 2.0, 20.0)),
    "labels": lambda: mix1d.fit(TWO, 2, labels=LABELS),
    "numbered": lambda: mix1d.fit(TWO, 2, labels=[1 if name == "high" else -1 for name in LABELS]),
    "background": lambda: mix1d.fit(TWO, 2, background=True),
    "background_and_labels": lambda: mix1d.fit(TWO, 2, background=(-5, 15), labels=LABELS, weights="equal"),
    "means": lambda: mix1d.fit(TWO, 2, means=[6, None]),
    "equal_means": lambda: mix1d.fit(np.r_[TWO[:30], 4.0 * TWO[:30]], 2, means="equal"),
    "spaced": lambda: mix1d.fit(np.r_[TWO, TWO[30:] + 6.0], 3, means="spaced"),
    "growth": lambda: mix1d.fit(np.r_[TWO, TWO[30:] + 9.0, TWO[30:] + 24.0], 4, means="growth"),
    "weights": lambda: mix1d.fit(np.r_[TWO, TWO[30:] + 6.0], 3, weights=[0.1, 0.2, 0.7]),
    "equal_weights": lambda: mix1d.fit(TWO, 2, weights="equal", sample_weight=WEIGHTS),
    "sds": lambda: mix1d.fit(TWO, 2, sds=[1, None]),
    "proportional": lambda: mix1d.fit(POSITIVE, 2, sds="proportional"),
    "proportional_as_told": lambda: mix1d.fit(POSITIVE, [1, 2], sds={"proportional": 0.1}),
    "ratio": lambda: mix1d.fit(TWO, 2, sds={"ratio": [1, 2]}),
    "set_apart": lambda: mix1d.fit(np.r_[TWO, 99.0, 99.0], 2, set_apart=[99, 7.125]),
    "nothing_set_apart": lambda: mix1d.fit(TWO, 2, set_apart=None),
    "stray": lambda: mix1d.fit(np.r_[TWO, 9999.0], 2, sample_weight=np.r_[WEIGHTS, 1.0]),
    "pile": lambda: mix1d.fit(np.r_[np.zeros(40), np.abs(TWO) + 0.001], 2),
    "pile_and_rounded": lambda: mix1d.fit(np.r_[np.full(40, 999.0), ROUNDED], 2),
    "weighted_errors": lambda: mix1d.fit(TWO, 2, errors=0.3, sample_weight=WEIGHTS),
    "missing": lambda: mix1d.fit(np.r_[np.nan, TWO], 2, errors=0.3, missing="drop"),
    "started": lambda: mix1d.fit(BINS, 2, start=mix1d.Mixture([0.5, 0.5], [0, 6], [1, 1])),
    "unseen": lambda: mix1d.fit([">5"] * 15 + TWO[:30].tolist(), 2),
    "too_many": lambda: mix1d.fit([1.0, 1.0, 2.0, 2.0, 3.0], 3, sds={"ratio": [1, 2, 3]}),
}
