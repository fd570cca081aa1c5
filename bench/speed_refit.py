"""A local refit from a given start, n = 200, k = 2: 50 microseconds."""

import numpy as np

import mix1d
from hard_samples import sample
from measure import busy, heading, within_time


def main():
    x = sample("twopop", 2, 200, 1).values
    answer = mix1d.fit(x, 2).mixture
    near = mix1d.Mixture(answer.weights, answer.means + 0.3 * answer.sds, answer.sds)
    heading("Local refit, n = 200, k = 2")
    for what, start in (("from the answer", answer), ("from means 0.3 sd off", near)):
        took = busy(lambda start=start: mix1d.fit(x, 2, start=start), 301)
        within_time(what, took, 50e-6, n=200, k=2)
    again = mix1d.fit(x, 2, start=answer).mixture
    print(f"  the same answer to {np.max(np.abs(again.means - answer.means) / answer.sds):.1e} sds")


if __name__ == "__main__":
    main()
