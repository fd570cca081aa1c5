"""The playback of plain EM as a piece of HTML: frames, starts, solver, words, whatever was given."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest

import mix1d
from mix1d.display.em_frames import moving_of, owned, packed, path_for_a_page, stage_of, unpacked
from mix1d.display.em_runs import race_of, ready_of, spaced_by_movement
from mix1d.display.em_words import top_in_words, words_of
from mix1d.display.playing import fragment
from places import DATA, EXAMPLES, WAITING

WAITED = np.loadtxt(WAITING, skiprows=1)
GALAXIES = np.loadtxt(DATA / "galaxies.csv", skiprows=1)
RADIUS = np.loadtxt(EXAMPLES / "wdbc_mean_radius.csv", skiprows=1)
BINS = np.histogram(WAITED, [-np.inf, *range(50, 95, 5), np.inf])


def numbers_of(html):
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(text)


def errors():
    return mix1d.Observations(WAITED, errors=np.linspace(1.0, 4.0, 272))


KINDS = {
    "values": lambda: mix1d.em(WAITED, 2),
    "six": lambda: mix1d.em(GALAXIES, 6),
    "equal": lambda: mix1d.em(WAITED, 2, sds="equal"),
    "weighted": lambda: mix1d.em([1.0, 2.0, 5.0, 7.0], 2, sample_weight=[3.0, 4.0, 4.0, 3.0]),
    "bins": lambda: mix1d.em(BINS, 2),
    "errors": lambda: mix1d.em(errors(), 2),
    "lognormal": lambda: mix1d.em(RADIUS, 2, family="lognormal", max_iter=40),
    "gamma": lambda: mix1d.em(RADIUS, 2, family="gamma", max_iter=40),
    "weibull": lambda: mix1d.em(RADIUS, 2, family="weibull", max_iter=40),
    "poisson": lambda: mix1d.em(np.repeat([0, 1, 2, 8, 9, 12], [9, 8, 7, 8, 8, 3]), 2, family="poisson"),
    "large": lambda: mix1d.em(np.random.default_rng(1).normal(size=70_000), 2, max_iter=5),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_page_has_em_as_it_is(name):
    ready = KINDS[name]()
    html = fragment(ready)
    assert len(html.encode()) <= 80_000
    numbers = numbers_of(html)
    k, bars = numbers["k"], len(numbers["heights"])
    steps = list(ready)
    for n, run in enumerate(numbers["runs"]):
        m = len(run["x"])
        frames = unpacked(run["frames"], k * m + (k - 1) * bars)
        assert len(frames) == len(run["at"]) == len(run["cells"]) == len(run["means"])
        assert run["at"][0] == 0
        assert run["at"][-1] == run["last"]
        assert frames.min() >= 0
        assert frames[:, : k * m].max() <= 1000
        borders = frames[:, k * m :].reshape(len(frames), k - 1, bars)
        assert borders.max() <= 250
        assert (np.diff(borders, axis=1) >= 0).all()
        if n == 0:
            for i, cells in zip(run["at"], run["cells"], strict=True):
                mixture = steps[i].mixture
                shown = np.array([[float(text.removesuffix(" %")) for text in row] for row in cells])
                np.testing.assert_allclose(shown[:, 0], 100.0 * mixture.weights, atol=0.0501)
                np.testing.assert_allclose(shown[:, 1], mixture.means, atol=1e-2 * mixture.sds.max())
                np.testing.assert_allclose(shown[:, 2], mixture.sds, rtol=1e-3)
    names = [run["name"] for run in numbers["runs"]]
    assert names[0] == "Evenly spaced"
    assert any(name.startswith("Random") for name in names) or numbers["hand"] is not None
    assert 'data-start="random"' in html  # drawn by the page where there was no room for one


def test_what_cannot_be_drawn_is_said_in_a_sentence():
    for values in ([5.0] * 9, [1e308, -1e308, 0.0]):
        html = fragment(mix1d.em(values, 1))
        assert html == "<p>value: too little, or too far out, to be drawn.</p>"
    assert "too far out" in fragment(mix1d.em(mix1d.Observations([5.0] * 9, name="a<b"), 1))


def test_a_name_from_outside_stays_text():
    html = fragment(mix1d.em(mix1d.Observations(WAITED, name='</script><img src=x onerror="1">'), 2))
    assert "<img" not in html
    assert html.count("</script>") == 2
    assert numbers_of(html)["label"] == '</script><img src=x onerror="1">'


@pytest.mark.parametrize("name", ["values", "bins", "errors", "gamma", "weighted"])
def test_bars_are_divided_as_the_rows_in_them_are(name):
    ready = KINDS[name]()
    stage = stage_of(race_of(ready))
    mixture = stage.race.runs[0].steps[3].mixture
    shares = owned(stage, mixture)
    assert shares.shape == (len(mixture.weights), len(stage.density))
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, rtol=1e-12)
    if name == "values":
        for b in range(len(stage.density)):
            last = b == len(stage.density) - 1
            inside = (stage.edges[b] <= WAITED) & ((stage.edges[b + 1] > WAITED) | last)
            if inside.any():
                expected = mixture.responsibilities(WAITED[inside]).mean(axis=0)
                np.testing.assert_allclose(shares[:, b], expected, rtol=1e-10)


def test_frames_are_apart_by_what_is_seen_to_move():
    stage = stage_of(race_of(mix1d.em(GALAXIES, 4)))
    run = stage.race.runs[0]
    moving = moving_of(stage, run)
    kept = spaced_by_movement(moving, 20)
    assert kept[0] == 0
    assert kept[-1] == len(run.steps) - 1
    assert len(kept) <= 20
    pairs = list(pairwise(kept.tolist()))
    longest = max(np.abs(moving[b] - moving[a]).max() for a, b in pairs if b - a > 1)
    # a frame comes where one more iteration would have moved farther than any that are shown as one
    for a, b in pairs[:-1]:
        assert np.abs(moving[b + 1] - moving[a]).max() >= longest


def test_packing_holds_every_change():
    rng = np.random.default_rng(3)
    frames = rng.integers(0, 1001, (12, 300))
    frames[3] = frames[2]
    text = packed(frames)
    np.testing.assert_array_equal(unpacked(text, 300), frames)
    assert json.loads(json.dumps(text)) == text
    assert len(json.dumps(text)) == len(text) + 2  # no sign is written as several


def test_starts_race_to_the_optima_that_the_solver_knows():
    race = race_of(mix1d.em(GALAXIES, 4))
    assert len(race.runs) == 12
    # twelve starts need not find the best that there is
    assert race.optima[0] <= mix1d.fit(GALAXIES, 4, sds="free").log_likelihood + 1e-6
    assert race_of(mix1d.em(WAITED, 2)).top == pytest.approx(mix1d.fit(WAITED, 2, sds="free").log_likelihood)
    assert len(race.optima) > 1
    for run in race.runs:
        assert race.optima[race.place(run)] == pytest.approx(run.end, abs=0.021)
        assert (np.diff(run.path) > -1e-9 * abs(run.path[-1])).all()
        assert run.solver[0] == pytest.approx(run.path[0], rel=1e-12)
        assert run.solver[-1] > run.path[0]
        assert len(run.solver) < len(run.path)
    assert "7 of 12 starts end at the highest optimum" in " ".join(words_of(race))


def test_a_path_for_a_page_ends_where_em_does():
    path = np.array([-30.0, -20.0, *(-10.0 - 0.5 ** np.arange(1.0, 200.0))])
    points = path_for_a_page(path, -10.0)
    assert points[0] == [0, 1.3]
    assert points[-1][0] == len(path) - 1
    assert points[-1][1] == -9.0
    assert [at for at, _ in points] == sorted({at for at, _ in points})


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (lambda: mix1d.fit(WAITED, 2, sds="free"), "It is the reported fit."),
        (lambda: mix1d.fit(WAITED, 2, family="student_t"), "have no M-step with a formula."),
        (lambda: mix1d.fit(RADIUS, 2, family="gamma"), "reported fit"),
        (lambda: mix1d.fit(errors(), 2, sds="free"), "It is the reported fit."),
        (
            lambda: mix1d.fit(WAITED[WAITED > 50], 2, sds="free", truncation=(50, None)),
            "plain EM knows nothing of windows",
        ),
    ],
)
def test_a_fit_is_played_beside_what_was_reported(result, said):
    found = result()
    race = race_of(ready_of(found), found)
    assert said in " ".join(words_of(race, found))
    assert top_in_words(race, found) in ("the maximum", "the highest end found")
    assert fragment(found).startswith('<div class="mix1d-em"')


def test_a_notebook_shows_a_table_and_the_playback():
    ready = mix1d.em(WAITED, 2, max_iter=10)
    html = ready._repr_html_()
    assert html.count("<table") == 2
    assert html.index("log-likelihood") < html.index('class="mix1d-em"')
    last = list(ready)[-1]
    assert f"{last.mixture.means[0]:.2f}"[:4] in html
    assert repr(ready) == "<EM: 2 components, at most 10 iterations; iterate over it, or play() it>"
    assert ready.play()._repr_html_() == ready.play().html
    assert "<p>" in mix1d.em([5.0, 5.0], 1)._repr_html_()


def test_a_page_of_its_own_is_saved(tmp_path):
    path = mix1d.em(WAITED, 2).play().save(tmp_path / "em.html")
    text = path.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert "<title>value: plain EM, step by step</title>" in text
    assert not re.search(r"(?:src|href)=\"(?!data:)", text)
