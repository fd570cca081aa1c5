"""The whole public interface on hostile but finite data: answers that keep their laws, or refusals.

`python tests/fuzz.py --seconds 3600 --seed 1` runs it as long as one likes, in processes of their own, so
that crashes and hangs are findings too; `tests/test_fuzz.py` runs the same laws about a minute.
"""

import argparse
import contextlib
import json
import math
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import hostile
import mix1d

PATIENCE = float(os.environ.get("MIX1D_FUZZ_PATIENCE", "10"))  # seconds that one call may take
NUMBERS = 1, 2, 3  # of components, through sketches
MANY = 9000  # values of a cluster: from 16,384 on a sketch has cells
LAST = os.environ.get("MIX1D_FUZZ_LAST", "")  # where a worker says what it is doing


class Endless(Exception):
    """A call took longer than `PATIENCE`."""


@contextlib.contextmanager
def watched(what):
    """Note what is tried, end it when it takes too long, and take every warning for an error."""

    def ring(*_):
        raise Endless(what)

    if LAST:
        Path(LAST).write_text(what, encoding="utf-8")
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", mix1d.NotConvergedWarning)
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def tried(what, call):
    """The answer, or None where it was refused in words."""
    with watched(what):
        try:
            return call()
        except mix1d.InternalError:
            raise
        except mix1d.Mix1dError:
            return None


def written(values, sample_weight):
    shown = "None" if sample_weight is None else np.asarray(sample_weight).tolist()
    return f"{np.asarray(values).tolist()}, sample_weight={shown}"


# ---- what holds of every answer


def check_mixture(mixture):
    assert np.isfinite(mixture.weights).all()
    assert np.isfinite(mixture.means).all()
    assert np.isfinite(mixture.sds).all()
    assert (mixture.weights >= 0.0).all()
    assert abs(mixture.weights.sum() - 1.0) <= 1e-9
    assert (mixture.sds > 0.0).all()


def check_result(result):
    check_mixture(result.mixture)
    numbers = [result.log_likelihood, result.aic, result.bic, result.icl]
    assert np.isfinite(numbers).all(), numbers
    assert (np.diff(result.mixture.means) >= 0.0).all()
    for row in result.selection:
        check_mixture(row.mixture)
    for optimum in result.optima:
        check_mixture(optimum.mixture)


def same(first, second):
    """Both refused, or the same bits."""
    assert (first is None) == (second is None)
    if first is None:
        return
    assert first.mixture == second.mixture, (first.mixture, second.mixture)
    assert first.log_likelihood == second.log_likelihood
    assert [row.mixture for row in first.selection] == [row.mixture for row in second.selection]


def check_estimates(bounds):
    for estimate in bounds.estimates:
        if not math.isnan(estimate.lower):
            slack = 1e-6 * (abs(estimate.value) + abs(estimate.standard_error or 0.0))
            assert estimate.lower <= estimate.value + slack, estimate
            assert estimate.value <= estimate.upper + slack, estimate


def check_methods(what, result, small):
    """Everything that a result can be asked, in turn."""
    for name in (
        "summary",
        "_repr_html_",
        "to_json",
        "to_dict",
        "thresholds",
        "separation",
        "overlap",
        "modes",
    ):
        tried(f"{what}.{name}()", getattr(result, name))
    tried(f"{what}.findings", lambda: result.findings)
    tried(f"{what}.trace", lambda: result.trace)
    for method in ("profile", "wald"):
        bounds = tried(
            f"{what}.confidence_interval(method={method!r})",
            lambda method=method: result.confidence_interval(method=method),
        )
        check_estimates(bounds)
    tried(f"{what}.standard_errors('sandwich')", lambda: result.standard_errors("sandwich"))
    tried(f"{what}.quantile(0.9)", lambda: result.quantile(0.9))
    tried(f"{what}.proportion_above(1.0)", lambda: result.proportion_above(1.0))
    shares = tried(f"{what}.responsibilities()", result.responsibilities)
    if shares is not None:
        assert np.allclose(shares.sum(axis=1), 1.0)
    for resampling in ("weighted", "parametric"):
        tried(
            f"{what}.replicates(replicates=5, resampling={resampling!r})",
            lambda kind=resampling: result.replicates(replicates=5, resampling=kind, threads=2),
        )
    tried(
        f"{what}.confidence_interval(method='calibrated', replicates=5)",
        lambda: result.confidence_interval(method="calibrated", replicates=5),
    )
    tried(f"{what}.goodness_of_fit(replicates=5)", lambda: result.goodness_of_fit(replicates=5, threads=2))
    if small:
        proof = tried(f"{what}.certificate()", result.certificate)
        if proof is not None:
            assert not np.isnan([proof.gain, proof.gap, *proof.excess]).any()
        tried(f"{what}.influence()", result.influence)


def check_round_trips(what, result):
    text = tried(f"{what}.to_json()", result.to_json)
    assert text is not None
    with watched(f"load({what}.to_json())"):
        again = mix1d.load(text)
    assert tried(f"load({what}.to_json()).to_json()", again.to_json) == text
    copied = pickle.loads(pickle.dumps(result))
    same(result, copied)
    assert str(copied.findings) == str(result.findings)


# ---- the verbs


def fits(data):
    """`fit`, its laws, and all that a result says."""
    draw = data.draw
    x = draw(hostile.columns())
    w = draw(hostile.weights(len(x)))
    distinct = len(np.unique(x if w is None else x[w > 0.0]))
    k = draw(st.sampled_from([None, 1, 1, 2, 2, 3, [1, 2], 4]))
    if isinstance(k, int):
        k = min(k, distinct)
    options = {
        "sds": draw(st.sampled_from(["free", "free", "equal", "auto"])),
        "objective": draw(st.sampled_from(["stable", "stable", "highest"])),
    }
    if isinstance(k, int) and k <= 3 and draw(st.integers(0, 4)) == 0:
        centres = kept_places(draw, x, k)
        options["start"] = mix1d.Mixture(np.full(k, 1.0 / k), centres, [draw(hostile.magnitudes)] * k)
    what = f"fit({written(x, w)}, n_components={k!r}, **{options!r})"

    def fitted(values, sample_weight, threads=1, **other):
        used = {**options, **other}
        return tried(
            f"{what} again, {other!r}, threads={threads}: {written(values, sample_weight)}",
            lambda: mix1d.fit(values, k, sample_weight=sample_weight, threads=threads, **used),
        )

    result = fitted(x, w)
    same(result, fitted(x, w, threads=2))
    order = np.random.default_rng(draw(hostile.seeds)).permutation(len(x))
    same(result, fitted(x[order], None if w is None else w[order]))
    if w is None:
        values, counts = np.unique(x, return_counts=True)
        same(result, fitted(values, counts.astype(float)))
    if "start" not in options:
        check_scaled(draw, x, w, result, fitted)
        check_mirrored(x, w, result, fitted)
        check_many(what, x, w, k, options, result)
    if result is not None:
        check_result(result)
        check_round_trips(what, result)
        check_methods(what, result, len(np.unique(x)) <= 40)


def kept_places(draw, x, k):
    """Means of a start: among the values, or anywhere."""
    if draw(st.booleans()):
        return sorted(draw(st.lists(st.sampled_from(x.tolist()), min_size=k, max_size=k)))
    return draw(st.lists(hostile.signed, min_size=k, max_size=k))


def check_scaled(draw, x, w, result, fitted):
    """A power of two changes no bit, where no double leaves the normal range."""
    power = draw(st.sampled_from([-200, -3, 1, 100]))
    sizes = np.abs(x[x != 0.0])
    if len(sizes) == 0 or sizes.min() < 1e-200 or sizes.max() > 1e200:
        return
    scaled = fitted(np.ldexp(x, power), w)
    assert (scaled is None) == (result is None)
    if result is not None and scaled is not None and result.mixture.sds.min() > 1e-200:
        assert (np.ldexp(result.mixture.means, power) == scaled.mixture.means).all()
        assert (np.ldexp(result.mixture.sds, power) == scaled.mixture.sds).all()
        assert (result.mixture.weights == scaled.mixture.weights).all()


def check_mirrored(x, w, result, fitted):
    """Minus the values have the mirrored fit, as far as one optimum is the best; its height always."""
    mirrored = fitted(-x, w)
    assert (mirrored is None) == (result is None)
    if result is not None and mirrored is not None and len(result.selection) == len(mirrored.selection) == 1:
        total = abs(result.log_likelihood) + result.total_weight
        if result.converged and not result.regularized:
            assert abs(result.log_likelihood - mirrored.log_likelihood) <= 1e-6 * total


def check_many(what, x, w, k, options, result):
    table = tried(
        f"fit_many of {what}", lambda: mix1d.fit_many({"x": x}, k, sample_weight=w, threads=2, **options)
    )
    if table is None:
        return
    if result is None:
        assert table["k"][0] == 0
        assert table["error"][0]
        return
    assert table["k"][0] == len(result.mixture.weights)
    assert table["log_likelihood"][0] == result.log_likelihood
    assert (table["means"][0][: len(result.mixture.means)] == result.mixture.means).all()


def steps(data):
    """`em`: every step sound, and none lower than the last but for rounding."""
    draw = data.draw
    x = draw(hostile.columns(30))
    w = draw(hostile.weights(len(x)))
    k = draw(st.integers(1, 3))
    start = draw(st.sampled_from(["linspace", "random"]))
    sds = draw(st.sampled_from(["free", "equal"]))
    what = f"list(em({written(x, w)}, {k}, start={start!r}, sds={sds!r}, max_iter=15))"
    found = tried(
        what, lambda: list(mix1d.em(x, k, start=start, sds=sds, sample_weight=w, max_iter=15, rng=0))
    )
    for step in found or ():
        check_mixture(step.mixture)
        assert math.isfinite(step.log_likelihood), step


def sketches(data):
    """Chunks added and merged in any way: the same counts, the same bytes back, and fits of the values."""
    draw = data.draw
    largest = draw(st.sampled_from([40, 40, MANY]))
    chunks = [draw(hostile.columns(largest)) for _ in range(draw(st.integers(1, 4)))]
    w = [draw(hostile.weights(len(chunk))) for chunk in chunks]
    what = "sketches of " + "; ".join(
        written(c[:50], None if v is None else v[:50]) for c, v in zip(chunks, w, strict=True)
    )
    whole, joined = mix1d.Sketch(), mix1d.Sketch()
    for chunk, weight in zip(chunks, w, strict=True):
        part = mix1d.Sketch()
        added = tried(f"add, {what}", lambda c=chunk, v=weight, p=part: (p.add(c, v), whole.add(c, v)))
        if added is not None:
            joined = tried(f"+, {what}", lambda a=joined, b=part: a + b) or joined
    assert (whole.count, whole.min, whole.max) == (joined.count, joined.min, joined.max) or not whole.count
    for sketch in (whole, joined):
        again = tried(f"bytes, {what}", lambda s=sketch: mix1d.Sketch.from_bytes(s.to_bytes()))
        assert again.to_bytes() == sketch.to_bytes()
        if not sketch.count:
            continue
        with watched(f"html, {what}"):
            assert sketch._repr_html_()
            low, middle, high = sketch.quantile([0.0, 0.5, 1.0])
            assert sketch.min <= low <= middle <= high <= sketch.max
            assert sketch.min <= sketch.mean <= sketch.max
            assert not math.isnan(sketch.variance)
        for k in NUMBERS:
            result = tried(f"fit k = {k}, {what}", lambda s=sketch, n=k: mix1d.fit(s, n, threads=2))
            if result is None:
                continue
            check_result(result)
            bound = tried(f"error_bound, {what}", lambda s=sketch, r=result: s.error_bound(r.mixture))
            assert not math.isnan(bound)
            check_round_trips(f"(fit k = {k}, {what})", result)
            tried(f"print k = {k}, {what}", lambda r=result: str(r))


def tables(data):
    """`fit_many`: any number of threads, and each column as if it were alone."""
    draw = data.draw
    named = {str(i): draw(hostile.columns(25)) for i in range(draw(st.integers(1, 4)))}
    k = draw(st.sampled_from([None, 1, 2, [1, 2]]))
    what = f"fit_many({ {name: x.tolist() for name, x in named.items()}!r}, {k!r})"
    one = tried(what, lambda: mix1d.fit_many(named, k, threads=1))
    two = tried(what, lambda: mix1d.fit_many(named, k, threads=2))
    assert (one is None) == (two is None)
    for field in one or ():
        assert repr(one[field].tolist()) == repr(two[field].tolist()), field
    for i, x in enumerate(named.values()) if one is not None else ():
        result = tried(f"fit of column {i} of {what}", lambda x=x: mix1d.fit(x, k))
        assert (result is None) == (one["k"][i] == 0)
        if result is not None:
            assert one["log_likelihood"][i] == result.log_likelihood
            assert np.isfinite(one["means"][i][: one["k"][i]]).all()


def orders(data):
    """`order_test`: both methods, any number of threads."""
    draw = data.draw
    x = draw(hostile.columns(30))
    w = draw(hostile.weights(len(x)))
    k = draw(st.integers(1, 2))
    sds = draw(st.sampled_from(["free", "equal"]))
    for method in ("em", "bootstrap"):
        found = [
            tried(
                f"order_test({written(x, w)}, {k}, method={method!r}, sds={sds!r}, threads={threads})",
                lambda m=method, t=threads: mix1d.order_test(
                    x, k, method=m, sds=sds, sample_weight=w, replicates=3, threads=t
                ),
            )
            for threads in (1, 2)
        ]
        assert (found[0] is None) == (found[1] is None)
        if found[0] is not None:
            assert found[0].statistic == found[1].statistic
            assert 0.0 <= found[0].p_value <= 1.0
            check_mixture(found[0].null)
            check_mixture(found[0].alternative)


def distributions(data):
    """`Mixture`: no NaN anywhere on the line."""
    m = data.draw(hostile.mixtures())
    x = hostile.places(data.draw, m)
    p = data.draw(st.floats(0.0, 1.0))
    with watched(
        f"Mixture(*{(m.weights.tolist(), m.means.tolist(), m.sds.tolist())!r}) at {x.tolist()}, {p}"
    ):
        for name in ("pdf", "logpdf", "cdf", "ccdf", "logcdf", "logccdf", "responsibilities"):
            assert not np.isnan(getattr(m, name)(x)).any(), name
        for name in ("cdf", "ccdf", "logcdf", "logccdf"):
            assert not np.isnan(getattr(m, name)(x[:-1], x[1:])).any(), name
        numbers = [m.icdf(p), m.iccdf(p), m.ilogcdf(-1e3 * p), m.ilogccdf(-1e9 * p), m.mean(), m.variance()]
        numbers += [m.skewness(), m.kurtosis(), m.entropy(), m.mode(), m.median(), *m.modes()]
        assert not np.isnan(numbers).any(), numbers
        m.thresholds()
        assert m._repr_html_()
        assert pickle.loads(pickle.dumps(m)) == m
        assert np.isfinite(m.sample(20, rng=1)).all() or m.sds.max() > 1e306 or np.abs(m.means).max() > 1e306


VERBS = {f.__name__: f for f in (fits, steps, sketches, tables, orders, distributions)}


def explored(verb, number, examples, phases=(Phase.explicit, Phase.generate, Phase.shrink)):
    """Run one verb on so many examples, the same for the same number."""

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(st.data())
    def explore(data):
        VERBS[verb](data)

    explore()


# ---- the long run


def work(verb, number, examples):
    """One worker: explores, and says what failed."""
    try:
        explored(verb, number, examples, phases=(Phase.generate,))
    except BaseException as error:  # whatever it is, it is a finding
        reasons = getattr(error, "exceptions", [error])
        for one in reasons:
            frame = one.__traceback__
            while frame is not None and frame.tb_next is not None:
                frame = frame.tb_next
            place = (
                "" if frame is None else f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
            )
            notes = " ".join(getattr(one, "__notes__", []))
            print(json.dumps({"kind": f"{type(one).__name__} {place}", "text": f"{one} {notes}"[:2000]}))
        return 1
    return 0


def run(seconds, number, verbs, examples):
    """Start workers one after the other until the time is over, and print figures."""
    end, cases, found, samples = time.monotonic() + seconds, Counter(), Counter(), {}
    with tempfile.TemporaryDirectory() as folder:
        last = Path(folder) / "last"
        while time.monotonic() < end:
            verb = verbs[number % len(verbs)]
            command = [
                sys.executable,
                __file__,
                "--work",
                verb,
                "--seed",
                str(number),
                "--examples",
                str(examples),
            ]
            last.write_text("", encoding="utf-8")
            try:
                done = subprocess.run(
                    command,
                    capture_output=True,
                    text=True,
                    env=os.environ | {"MIX1D_FUZZ_LAST": str(last)},
                    timeout=60.0 + 4.0 * PATIENCE,
                    check=False,
                )
                code, out, err = done.returncode, done.stdout, done.stderr
            except subprocess.TimeoutExpired:
                code, out, err = "hang", "", ""
            cases[verb] += examples
            if code == 1 and out.startswith("{"):
                reports = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
            elif code != 0:
                reports = [{"kind": f"ended with {code}", "text": err[-3000:]}]
            else:
                reports = []
            for report in reports:
                kind = f"{verb}: {report['kind']}"
                found[kind] += 1
                if kind not in samples:
                    tried_last = last.read_text(encoding="utf-8")
                    samples[kind] = f"seed {number}: {report['text']}\n    last call: {tried_last[:30_000]}"
                    print(f"{kind}\n    {samples[kind]}", flush=True)
            number += 1
    print(f"cases: {dict(cases)}, {sum(cases.values())} in all")
    print(f"findings: {dict(found) or 'none'}")
    return 1 if found else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbs", nargs="*", choices=sorted(VERBS), default=list(VERBS))
    parser.add_argument("--examples", type=int, default=20, help="in a process")
    parser.add_argument("--work", choices=sorted(VERBS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        return work(arguments.work, arguments.seed, arguments.examples)
    return run(arguments.seconds, arguments.seed, arguments.verbs, arguments.examples)


if __name__ == "__main__":
    sys.exit(main())
