"""A minute of `tests/fuzz.py` with fixed seeds: every law of every verb, on hostile columns."""

import pytest

import fuzz

EXAMPLES = {"fits": 25, "steps": 100, "sketches": 12, "tables": 60, "orders": 60, "distributions": 150}


@pytest.mark.parametrize("verb", fuzz.VERBS)
def test_the_laws_of_every_verb(verb, monkeypatch):
    monkeypatch.setattr(fuzz, "PATIENCE", 300.0)  # hangs alone are failures here, however busy the machine is
    monkeypatch.setattr(fuzz, "MANY", 40)
    fuzz.explored(verb, number=1, examples=EXAMPLES[verb])


def test_the_laws_of_sketches_with_cells(monkeypatch):
    monkeypatch.setattr(fuzz, "PATIENCE", 300.0)
    fuzz.explored("sketches", number=1, examples=8)


def test_a_law_that_is_broken_is_found(monkeypatch):
    """The harness itself: a fit that forgets a bit does not get past it."""
    fit = fuzz.mix1d.fit

    def forgetful(*arguments, threads=1, **options):
        result = fit(*arguments, threads=threads, **options)
        if threads == 2:
            result.rows[result.index]["log_likelihood"] += 1e-9
        return result

    monkeypatch.setattr(fuzz.mix1d, "fit", forgetful)
    with pytest.raises(AssertionError):
        fuzz.explored("fits", number=1, examples=12)


def test_a_call_without_end_is_ended():
    def endless():
        while True:
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fuzz, "PATIENCE", 0.05)
        with pytest.raises(fuzz.Endless, match="the verb"):
            fuzz.tried("the verb", endless)
