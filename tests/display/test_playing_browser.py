"""The playback of plain EM in a real browser, step by step."""

import json
import re

import numpy as np
import pytest

import browser
import mix1d
from places import DATA, EXAMPLES, WAITING

pytestmark = pytest.mark.browser

WAITED = np.loadtxt(WAITING, skiprows=1)
GALAXIES = np.loadtxt(DATA / "galaxies.csv", skiprows=1)
RADIUS = np.loadtxt(EXAMPLES / "wdbc_mean_radius.csv", skiprows=1)
NEAR = mix1d.Mixture([0.5, 0.5], [62.0, 72.0], [13.0, 13.0])
EMS = {
    "waiting": lambda: mix1d.em(WAITED, 2, start=NEAR),
    "galaxies": lambda: mix1d.em(mix1d.Observations(GALAXIES, name='</script><b>"x"'), 4),
    "one": lambda: mix1d.em(WAITED, 1),
    "bins": lambda: mix1d.em(np.histogram(WAITED, [-np.inf, *range(50, 95, 5), np.inf]), 2),
    "errors": lambda: mix1d.em(mix1d.Observations(WAITED, errors=np.linspace(1.0, 4.0, 272)), 2),
    "gamma": lambda: mix1d.em(RADIUS, 2, family="gamma", max_iter=60),
    "counts": lambda: mix1d.em(
        np.random.default_rng(4).poisson([2, 9], (200, 2)).ravel(), 2, family="poisson"
    ),
    "tiny": lambda: mix1d.em(WAITED * 1e-100, 2, max_iter=50),
    "many": lambda: mix1d.em(np.random.default_rng(5).normal([0.0, 4.0], 1.0, (5000, 2)).ravel(), 2),
}


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with browser.opened(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    made = {}

    def page(name):
        if name not in made:
            made[name] = EMS[name]().play().save(folder / f"{name}.html")
        return made[name]

    return page


def opened(driver, path, width=1000, calm=True):
    """Open a page; the calm one jumps where the other moves, so that nothing has to be waited for."""
    metrics = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    wanted = {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [wanted]})
    driver.get(path.as_uri())
    until(driver, "return document.querySelector('.mix1d-em .now').textContent !== ''")


def until(driver, script, seconds=30):
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(driver, seconds, poll_frequency=0.05).until(lambda d: d.execute_script(script))


def at(driver, selector):
    return driver.find_element("css selector", selector)


def press(driver, *names):
    for name in names:
        at(driver, f".{name}").click()


def numbers_of(driver):
    return json.loads(at(driver, "script[type='application/json']").get_attribute("textContent"))


def state(driver):
    return driver.execute_script(
        """
        const find = name => document.querySelector(name), all = name => [...document.querySelectorAll(name)];
        return {
          place: find(".slider").valueAsNumber, last: Number(find(".slider").max),
          now: find(".now").textContent, iteration: find(".iteration").textContent,
          height: find(".height").textContent, below: find(".below").textContent,
          spoken: find(".slider").getAttribute("aria-valuetext"),
          cells: all("tbody tr").map(row => [...row.querySelectorAll("td")].map(cell => cell.textContent)),
          curves: all(".curve").map(path => path.getAttribute("d")),
          bars: all(".owned").map(path => path.getAttribute("d")),
          marks: all(".main g").map(mark => mark.getAttribute("transform")),
          pressed: all(".start[aria-pressed=true]").map(one => one.textContent),
          point: ["cx", "cy"].map(name => Number(find(".point").getAttribute(name))),
          racing: all(".race circle").map(one => Number(one.getAttribute("cx"))),
          finishes: all(".start-line").map(one => one.getAttribute("stroke")),
          bold: all(".start-line").findIndex(one => one.getAttribute("stroke-width") === "2.6"),
          solver: all(".solver").length,
        };
        """
    )


def told(found):
    """Return iteration, log-likelihood, and shares, means and sds (3, k) as the page has them."""
    iteration = int(re.match(r"Iteration (\d+) of", found["iteration"]).group(1))
    height = float(found["height"].removeprefix("log-likelihood "))
    cells = np.array([[float(text.removesuffix(" %")) for text in row] for row in found["cells"]]).T
    return iteration, height, cells


def check_step(found, step):
    iteration, height, cells = told(found)
    assert iteration == step.iteration
    assert height == pytest.approx(step.log_likelihood, abs=6e-3)
    mixture = step.mixture
    np.testing.assert_allclose(cells[0], 100.0 * mixture.weights, atol=0.0501)
    np.testing.assert_allclose(cells[1:], [mixture.means, mixture.sds], rtol=2e-3)


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("name", EMS)
def test_it_opens_quietly_and_is_played_to_its_end(driver, pages, name, width):
    from selenium.webdriver.common.keys import Keys

    browser.requests(driver)
    opened(driver, pages(name), width)
    assert browser.requests(driver) == [pages(name).as_uri()]
    assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert state(driver)["place"] == 0
    at(driver, ".mix1d-em").send_keys(Keys.END)
    found = state(driver)
    assert found["place"] == found["last"]
    assert all(found["curves"])
    assert "NaN" not in json.dumps(found)
    # every bar has been divided among the components, and nothing is left over
    assert any(found["bars"])
    assert browser.complaints(driver) == []


def test_half_steps_divide_the_bars_and_then_move_the_curves(driver, pages):
    opened(driver, pages("waiting"))
    steps = list(mix1d.em(WAITED, 2, start=NEAR, max_iter=1))
    start = state(driver)
    assert start["now"].startswith("Start: As given.")
    assert start["bars"] == ["", ""]
    assert start["pressed"] == ["as given"]
    check_step(start, steps[0])
    press(driver, "on")
    divided = state(driver)
    assert divided["now"] == "E-step: each bar is divided among the curves by their heights there."
    assert divided["curves"] == start["curves"]
    assert divided["cells"] == start["cells"]
    assert all(divided["bars"])
    press(driver, "on")
    moved = state(driver)
    assert moved["now"].startswith("M-step: each curve takes the share, the mean and the sd of what it owns.")
    assert moved["bars"] == divided["bars"]
    assert all(a != b for a, b in zip(moved["curves"], divided["curves"], strict=True))
    assert all(a != b for a, b in zip(moved["marks"], divided["marks"], strict=True))
    assert moved["point"][0] > divided["point"][0]
    check_step(moved, steps[1])
    press(driver, "back")
    assert state(driver) == divided
    press(driver, "on", "on", "on", "reset")
    assert state(driver) == start


def test_bars_are_divided_by_the_heights_of_the_curves_there(driver, pages):
    opened(driver, pages("waiting"))
    press(driver, "on")
    found = state(driver)["bars"]
    assert len(found) == 2
    boxes = [
        {
            float(x): (float(low), float(high))
            for x, low, high in re.findall(r"M([\d.]+) ([\d.]+)H[\d.]+V([\d.]+)", d)
        }
        for d in found
    ]
    numbers = numbers_of(driver)
    low, span = numbers["hand"]["low"], numbers["hand"]["span"]
    width = driver.execute_script("return document.querySelector('.main').viewBox.baseVal.width")
    seen = 0
    for x, (floor, border) in boxes[0].items():
        if x not in boxes[1]:
            continue
        below, top = boxes[1][x]
        assert below == border  # the second stands on the first
        left = (x - 10.0) / (width - 20.0) * span + low
        (value,) = {float(x) for x in WAITED if 0.0 <= x - left + 1e-3 < 1.0}
        mean = NEAR.responsibilities([value])[0, 0]
        assert (floor - border) / (floor - top) == pytest.approx(mean, abs=0.02)
        seen += 1
    assert seen > 30


def test_every_frame_is_a_step_of_em_and_frames_are_apart(driver, pages):
    opened(driver, pages("galaxies"))
    steps = list(mix1d.em(GALAXIES, 4, tol=1e-10))
    shown, last = [], state(driver)["last"]
    for place in range(0, last + 1):
        found = state(driver)
        if place % 2 == 0:
            shown.append(told(found)[0])
            check_step(found, steps[shown[-1]])
            if len(shown) > 1 and shown[-1] - shown[-2] > 1:
                assert f"Iterations {shown[-2] + 1} to {shown[-1]} in one go" in found["now"]
        press(driver, "on")
    assert shown[0] == 0
    assert shown[-1] == len(steps) - 1
    assert len(shown) < len(steps) / 3
    assert (
        state(driver)["now"] == "The end: the log-likelihood no longer rises: each curve fits what it owns."
    )


def test_another_start_runs_elsewhere_and_the_race_shows_it(driver, pages):
    opened(driver, pages("galaxies"))
    first = state(driver)
    numbers = numbers_of(driver)
    assert len(first["finishes"]) == len(numbers["race"]) == 12
    assert len(set(first["finishes"])) == len({one["finish"] for one in numbers["race"]}) > 1
    assert (first["bold"], first["solver"]) == (0, 1)
    at(driver, "[data-start=random]").click()
    other = state(driver)
    assert other["pressed"] == ["random"]
    assert other["place"] == 0
    assert other["marks"] != first["marks"]
    assert other["bold"] > 0
    at(driver, "[data-start=random]").click()
    third = state(driver)
    assert third["marks"] != other["marks"]
    assert third["bold"] > other["bold"]
    assert (third["pressed"], len(third["racing"])) == (["random"], 13)  # one more in the race
    at(driver, "[data-start='0']").click()
    assert state(driver) == first
    press(driver, *["on"] * 8)
    ran = state(driver)
    assert all(now > then for now, then in zip(ran["racing"], first["racing"], strict=True))


def test_the_race_ends_where_em_ends(driver, pages):
    opened(driver, pages("galaxies"))
    numbers = numbers_of(driver)
    heights = {}
    for one in numbers["race"]:
        heights.setdefault(one["finish"], []).append(one["path"][-1][1])
    # the best end is the top, and all that share a colour share a height
    assert max(heights[0]) < -4.0
    for finish, ends in heights.items():
        assert max(ends) - min(ends) < 0.3 or finish == 0
    assert min(heights[1]) > -1.0


def step_by_step(driver, steps):
    """Compare every M-step of what is shown with EM."""
    compared = 0
    for _ in range(state(driver)["last"] // 2 + 1):
        found = state(driver)
        iteration = told(found)[0]
        check_step(found, steps[iteration])
        compared += 1
        press(driver, "on", "on")
    assert state(driver)["now"].startswith("The end: the log-likelihood no longer rises")
    return compared


def test_the_page_draws_random_starts_from_the_values(driver, pages):
    opened(driver, pages("waiting"))
    drawn = sum(run["random"] for run in numbers_of(driver)["runs"])
    seen = set()
    for i in range(drawn + 3):
        at(driver, "[data-start=random]").click()
        found = state(driver)
        means = tuple(told(found)[2][1].tolist())
        assert set(means) <= set(WAITED.tolist())
        assert means == tuple(sorted(set(means)))
        seen.add(means)
        if i == drawn:
            begin = mix1d.Mixture([0.5, 0.5], means, [np.std(WAITED) / 2] * 2)
            step_by_step(driver, list(mix1d.em(WAITED, 2, start=begin, max_iter=1100)))
    assert len(seen) > drawn


@pytest.mark.parametrize("name", ["waiting", "galaxies"])
def test_a_start_by_hand_is_run_as_em_runs_it(driver, pages, name):
    from selenium.webdriver.common.keys import Keys

    opened(driver, pages(name))
    x = {"waiting": WAITED, "galaxies": GALAXIES}[name]
    numbers = numbers_of(driver)
    k, hand = numbers["k"], numbers["hand"]
    places = np.array(numbers["runs"][0]["means"][0], np.float64)
    for _ in range(3):
        driver.find_elements("css selector", ".grip")[k - 1].send_keys(Keys.ARROW_LEFT)
    places[k - 1] -= 300.0
    found = state(driver)
    assert found["pressed"] == ["by hand"]
    assert found["place"] == 0
    means = hand["low"] + places / 1e4 * hand["span"]
    begin = mix1d.Mixture(np.full(k, 1.0 / k), means, np.full(k, np.std(x) / k))
    steps = list(mix1d.em(x, k, start=begin, max_iter=1100))
    assert step_by_step(driver, steps) >= 8
    at(driver, "[data-start='0']").click()
    assert state(driver)["pressed"] != ["by hand"]


def test_a_mark_is_dragged_and_em_runs_from_there(driver, pages):
    from selenium.webdriver import ActionChains

    opened(driver, pages("waiting"), calm=False)
    mark = driver.find_elements("css selector", ".grip")[1]
    before = state(driver)
    ActionChains(driver).click_and_hold(mark).move_by_offset(-300, 0).perform()
    held = state(driver)
    assert held["now"] == "A start by hand: let go, and EM runs from here."
    assert held["marks"][0] == before["marks"][0]
    x = [float(re.search(r"\(([\d.]+)", one["marks"][1]).group(1)) for one in (before, held)]
    assert x[1] - x[0] == pytest.approx(-300.0, abs=8.0)  # the hand has it by its middle
    ActionChains(driver).release().perform()
    # it plays to the end by itself, and ends at the only optimum, with the letters the other way round
    driver.execute_script("const speed = document.querySelector('.speed'); speed.value = '4';")
    until(driver, "return document.querySelector('.now').textContent.startsWith('The end')")
    found = state(driver)
    best = mix1d.fit(WAITED, 2, sds="free").mixture
    np.testing.assert_allclose(told(found)[2][1], best.means[::-1], rtol=1e-3)
    assert found["below"] == "at the maximum"
    assert browser.complaints(driver) == []


def test_play_moves_in_between_pauses_and_starts_again(driver, pages):
    opened(driver, pages("waiting"), calm=False)
    play = at(driver, ".play")
    first = state(driver)
    assert play.text == "Play"  # nothing plays by itself
    play.click()
    seen = driver.execute_script(
        """
        const find = name => document.querySelector(name);
        const curves = new Set(), path = find(".curve"), slider = find(".slider");
        return new Promise(done => {
          const look = () => {
            curves.add(path.getAttribute("d"));
            if (slider.valueAsNumber < 5) return requestAnimationFrame(look);
            document.querySelector(".play").click();
            done([curves.size, slider.valueAsNumber]);
          };
          look();
        });
        """
    )
    # two M-steps are seen to move, not to jump
    assert seen[0] > 4
    assert play.text == "Play"
    driver.execute_script("return new Promise(done => setTimeout(done, 1500))")
    assert state(driver)["place"] == seen[1]
    press(driver, "reset")
    assert state(driver) == first


def test_keys_step_and_marks_keep_theirs(driver, pages):
    from selenium.webdriver.common.keys import Keys

    opened(driver, pages("galaxies"))
    root = at(driver, ".mix1d-em")
    root.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert state(driver)["place"] == 2
    assert state(driver)["spoken"].startswith("M-step, iteration 1 of ")
    root.send_keys(Keys.HOME)
    assert state(driver)["place"] == 0
    at(driver, ".slider").send_keys(Keys.ARROW_RIGHT)
    assert state(driver)["place"] == 1
    reached = set()
    for _ in range(20):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        reached.add(driver.execute_script("return document.activeElement.getAttribute('class')"))
    assert {"start", "play", "back", "on", "reset", "slider", "speed", "grip"} <= reached


def test_two_on_one_page_do_not_disturb_each_other(driver, tmp_path):
    html = mix1d.em(WAITED, 2).play().html
    page = tmp_path / "two.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{html}{html}", encoding="utf-8")
    opened(driver, page)
    driver.find_elements("css selector", ".on")[1].click()
    values = driver.execute_script(
        "return [...document.querySelectorAll('.slider')].map(s => s.valueAsNumber)"
    )
    assert values == [0, 1]
    assert browser.complaints(driver) == []
