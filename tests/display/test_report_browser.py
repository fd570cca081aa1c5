"""The report in a real browser: quiet, self-contained, and everything on it works."""

import base64
import re
import shutil
import subprocess

import numpy as np
import pytest

import browser
import mix1d
from mix1d.display.report import playback_html
from places import DATA, EXAMPLES

pytestmark = pytest.mark.browser

WAITED = np.loadtxt(EXAMPLES / "old_faithful_waiting.csv", skiprows=1)
GALAXIES = np.loadtxt(DATA / "galaxies.csv", skiprows=1)
WIDTHS = (1400, 390)


def sketched():
    rng = np.random.default_rng(7)
    sketch = mix1d.Sketch()
    sketch.add(np.concatenate([rng.normal(0.0, 1.0, 30_000), rng.normal(5.0, 1.5, 20_000)]))
    for _ in range(14):
        sketch = sketch + sketch
    return mix1d.fit(sketch, range(1, 4), name="charge")


FITS = {
    "waiting": lambda: mix1d.fit(WAITED, sds="free", name="waiting"),
    "galaxies": lambda: mix1d.fit(GALAXIES, range(1, 7), sds="auto", name='</script><b>"x"'),
    "ties": lambda: mix1d.fit(np.random.default_rng(4).poisson(6, 400), name="count"),
    "sketch": sketched,
    "ten": lambda: mix1d.fit(GALAXIES, 10),
    "constant": lambda: mix1d.fit([2.0] * 9),
    "tiny": lambda: mix1d.fit(WAITED * 1e-100, 2),
    "huge": lambda: mix1d.fit(WAITED * 1e100, 2),
    "open bins": lambda: mix1d.fit(np.histogram(WAITED, [-np.inf, *range(50, 95, 5), np.inf]), 2),
    "errors and labels": lambda: mix1d.fit(
        WAITED, 2, errors=np.linspace(1.0, 4.0, 272), labels=[0, 1, *[-1] * 270]
    ),
    "window and background": lambda: mix1d.fit(
        WAITED[WAITED > 50], 2, truncation=(50, None), background=(50, 100)
    ),
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
            made[name] = FITS[name]().report(folder / f"{name}.html")
        return made[name]

    return page


@pytest.fixture
def waiting(driver, pages):
    return opened(driver, pages("waiting"))


def sized(driver, width):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def opened(driver, path, width=1400):
    sized(driver, width)
    driver.get(path.as_uri())
    # a loaded machine has been seen to answer before the scripts had run
    until(driver, "return document.querySelectorAll('#playing-rows td').length > 0")
    return driver


def ask(driver, script, *arguments):
    return driver.execute_script(script, *arguments)


def until(driver, script, seconds=20):
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(driver, seconds, poll_frequency=0.05).until(lambda d: d.execute_script(script))


def at(driver, selector):
    return driver.find_element("css selector", selector)


def curve(driver, plot, trace):
    return ask(
        driver, "return Array.from(document.getElementById(arguments[0]).data[arguments[1]].y)", plot, trace
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", FITS)
def test_it_opens_quietly_without_a_network(driver, pages, name, width):
    path = pages(name)
    browser.requests(driver)
    opened(driver, path, width)
    assert browser.complaints(driver) == []
    assert browser.requests(driver) == [path.as_uri()]
    drawn = ask(
        driver,
        "return [...document.querySelectorAll('.plot')]"
        ".map(p => [p.id, p.querySelectorAll('.trace').length])",
    )
    assert len(drawn) >= 3
    assert all(traces >= 1 for _, traces in drawn), drawn
    assert ask(driver, "return document.documentElement.scrollWidth") <= width
    axis = ask(driver, "return document.querySelector('#picture-plot .xtitle').textContent")
    assert axis == ask(driver, "return mix1d.numbers.label")


def test_arrows_windows_dots_and_labels_are_drawn(driver, pages):
    """Each check box shows and hides something that can be seen."""
    for name, words in {
        "open bins": ["expected in the bins", "values below 50", "values above 90"],
        "errors and labels": ["without the errors", "known to be a (0)", "known to be b (1)"],
        "window and background": ["never recorded: below 50", "background: "],
    }.items():
        opened(driver, pages(name))
        legend = driver.find_elements("css selector", "#picture-legend label")
        for label in words:
            (box,) = (one for one in legend if label in one.text)
            assert box.find_element("css selector", "svg").rect["width"] > 0
            before = ask(
                driver, "return document.querySelector('#picture-plot .cartesianlayer').innerHTML.length"
            )
            box.click()
            until(
                driver,
                f"return document.querySelector('#picture-plot .cartesianlayer').innerHTML.length < {before}",
            )
            box.click()


def test_curves_are_densities(waiting):
    result = mix1d.fit(WAITED, sds="free")
    x = ask(waiting, "return Array.from(document.getElementById('picture-plot').data[1].x)")
    np.testing.assert_allclose(curve(waiting, "picture-plot", 1), result.mixture.pdf(x), rtol=1e-12)
    heights = curve(waiting, "picture-plot", 2)
    assert np.argmax(heights) == np.abs(np.array(x) - result.mixture.means[0]).argmin()


def slide(driver, key, times=1):
    slider = at(driver, "#frame")
    for _ in range(times):
        slider.send_keys(key)


def state(driver):
    return ask(
        driver,
        "return {frame: document.getElementById('frame').valueAsNumber,"
        "iteration: document.getElementById('iteration').textContent,"
        "caption: document.getElementById('playing-caption').textContent,"
        "spoken: document.getElementById('frame').getAttribute('aria-valuetext'),"
        "cells: [...document.querySelectorAll('#playing-rows td')].map(cell => cell.textContent)}",
    )


def test_the_slider_moves_curves_and_numbers_with_the_keyboard(waiting):
    from selenium.webdriver.common.keys import Keys

    before, curves = state(waiting), [curve(waiting, "playing-plot", j) for j in (1, 2, 3)]
    ring = ask(waiting, "return document.getElementById('path-plot').data[2].y[0]")
    slide(waiting, Keys.ARROW_RIGHT, 3)
    after = state(waiting)
    assert (before["frame"], after["frame"]) == (0, 3)
    assert after["iteration"] == "3 of 30"
    assert after["spoken"].startswith("iteration 3 of 30, log-likelihood -103")
    assert after["caption"].startswith("Iteration 3: log-likelihood -103")
    assert len(after["cells"]) == 6
    assert all(a != b for a, b in zip(before["cells"], after["cells"], strict=True))
    for j, old in zip((1, 2, 3), curves, strict=True):
        assert curve(waiting, "playing-plot", j) != old
    assert ask(waiting, "return document.getElementById('path-plot').data[2].y[0]") < ring
    step = list(mix1d.em(WAITED, 2, max_iter=3))[3].mixture
    shown = [float(text) for text in after["cells"]]
    np.testing.assert_allclose(shown[:3], [step.weights[0], step.means[0], step.sds[0]], rtol=1e-3)
    slide(waiting, Keys.END)
    assert state(waiting)["iteration"] == "30 of 30"
    slide(waiting, Keys.HOME)
    assert state(waiting) == before
    assert browser.complaints(waiting) == []


def paused(driver):
    """Press the button within the page, where nothing is late, once two frames have passed."""
    pressed, label, frame = ask(
        driver,
        """
        const button = document.getElementById("play"), slider = document.getElementById("frame");
        return new Promise(done => {
          const watch = setInterval(() => {
            if (slider.valueAsNumber < 2) return;
            clearInterval(watch);
            const before = [button.getAttribute("aria-pressed"), button.textContent];
            button.click();
            done([...before, slider.valueAsNumber]);
          }, 5);
        });
        """,
    )
    assert (pressed, label) == ("true", "Pause")
    assert at(driver, "#play").text == "Play"
    return frame


def test_play_reaches_the_end_and_can_be_paused(waiting):
    button = at(waiting, "#play")
    assert (button.text, state(waiting)["frame"]) == ("Play", 0)  # nothing plays by itself
    button.click()
    held = paused(waiting)
    assert 2 <= held < 30
    ask(waiting, "return new Promise(done => setTimeout(done, 500))")
    assert state(waiting)["frame"] == held
    button.send_keys(" ")
    until(waiting, "return document.getElementById('play').textContent === 'Play'")
    assert state(waiting)["iteration"] == "30 of 30"
    assert "at the top" in state(waiting)["caption"]
    button.click()  # from the start again
    assert 2 <= paused(waiting) < 30
    assert browser.complaints(waiting) == []


def test_legends_show_and_hide_with_mouse_and_keyboard(waiting):
    boxes = waiting.find_elements("css selector", "#picture-legend input")
    labels = [one.text for one in waiting.find_elements("css selector", "#picture-legend label")]
    assert labels == ["values", "a: 36 %", "b: 64 %", "sum", "threshold", "single values"]
    shown = "return document.getElementById('picture-plot').data.map(t => t.visible !== false)"
    drawn = "return document.querySelectorAll('#picture-plot .scatterlayer .trace').length"
    assert all(ask(waiting, shown))
    before = ask(waiting, drawn)
    boxes[1].click()
    assert ask(waiting, shown)[2] is False
    assert ask(waiting, drawn) == before - 1
    boxes[1].send_keys(" ")
    assert all(ask(waiting, shown))
    assert ask(waiting, drawn) == before
    boxes[4].click()
    assert ask(waiting, shown)[4:6] == [False, False]
    for name in ("row", "criteria", "playing", "path"):
        box = at(waiting, f"#{name}-legend input")
        visible = f"return document.getElementById('{name}-plot').data[0].visible !== false"
        assert ask(waiting, visible) is True
        box.click()
        assert ask(waiting, visible) is False


def test_another_number_of_components_shows_its_fit(waiting):
    from selenium.webdriver.common.keys import Keys

    result = mix1d.fit(WAITED, sds="free")
    assert at(waiting, "#row-title").text == "The fit with 2 components (chosen)"
    radios = waiting.find_elements("css selector", "#tried input")
    radios[2].click()
    assert at(waiting, "#row-title").text == "The fit with 3 components"
    panels = waiting.find_elements("css selector", ".panel")
    assert [panel.is_displayed() for panel in panels] == [False, False, True, False, False]
    assert len(panels[2].find_elements("css selector", "tbody tr")) == 3
    x = ask(waiting, "return Array.from(document.getElementById('row-plot').data[1].x)")
    np.testing.assert_allclose(
        curve(waiting, "row-plot", 1), result.selection[2].mixture.pdf(x), rtol=1e-9, atol=1e-300
    )
    radios[2].send_keys(Keys.ARROW_UP)
    radios[1].send_keys(Keys.ARROW_UP)
    assert at(waiting, "#row-title").text == "The fit with 1 component"
    assert [panel.is_displayed() for panel in panels] == [True, False, False, False, False]
    assert browser.complaints(waiting) == []


def test_everything_is_reached_with_the_tabulator(waiting):
    from selenium.webdriver.common.keys import Keys

    reached = []
    for _ in range(120):
        waiting.switch_to.active_element.send_keys(Keys.TAB)
        here = ask(waiting, "const e = document.activeElement; return e.id || e.name || e.type || e.tagName")
        reached.append(here)
        if here == "BODY":
            break
    assert {"play", "frame", "row", "checkbox"} <= set(reached)
    assert reached[0] == "A"  # past the contents
    at(waiting, "#play").send_keys(Keys.TAB)
    outline = ask(waiting, "return getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def printed(driver):
    found = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
    return base64.b64decode(found["data"])


@pytest.mark.parametrize("width", WIDTHS)
def test_a_print_has_its_pages(driver, pages, tmp_path, width):
    opened(driver, pages("waiting"), width)
    ask(
        driver,
        """
        window.sizes = null;
        addEventListener("beforeprint", () => {
          sizes = [...document.querySelectorAll(".plot .main-svg")].map(svg => svg.width.baseVal.value);
        });
        """,
    )
    pdf = printed(driver)
    assert pdf.startswith(b"%PDF")
    pages_printed = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
    assert 4 <= pages_printed <= 9
    sizes = ask(driver, "return sizes")
    assert sizes
    assert max(sizes) <= 690
    assert min(sizes) >= 300
    assert state(driver)["iteration"] == "30 of 30"  # paper shows the end
    back = ask(
        driver,
        "const p = document.getElementById('picture-plot');"
        "return [p.querySelector('.main-svg').width.baseVal.value, p.clientWidth]",
    )
    assert back[0] == pytest.approx(back[1], abs=1.0)
    if shutil.which("pdftotext"):
        path = tmp_path / "print.pdf"
        path.write_bytes(pdf)
        text = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
        ).stdout
        for words in ("The answer", "Thresholds", "Does it fit?", "Watch EM", "How it was computed"):
            assert words in text
        assert "Play" not in text.split()  # no controls on paper


@pytest.mark.parametrize("width", WIDTHS)
def test_the_playback_alone(driver, tmp_path, width):
    path = tmp_path / "playback.html"
    path.write_text(playback_html(mix1d.fit(GALAXIES, 4, name="velocity")), encoding="utf-8")
    browser.requests(driver)
    opened(driver, path, width)
    assert browser.complaints(driver) == []
    assert browser.requests(driver) == [path.as_uri()]
    assert ask(driver, "return document.documentElement.scrollWidth") <= width
    from selenium.webdriver.common.keys import Keys

    slide(driver, Keys.END)
    assert state(driver)["iteration"] == "241 of 241"
