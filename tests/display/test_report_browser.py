"""The report in a real browser: quiet, self-contained, and everything on it works."""

import base64
import csv
import io
import re
import shutil
import subprocess
from xml.etree import ElementTree

import matplotlib.image
import numpy as np
import pytest

import browser
import mix1d
from mix1d.display.report import write_report
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
def calm(driver, pages):
    """The report for a reader who wants no motion, so that nothing has to be waited for."""
    sized(driver, 1400)
    wanted = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})
    driver.get(pages("waiting").as_uri())
    until(driver, "return document.querySelector('.slider')?.hasAttribute('aria-valuetext')")
    return driver


@pytest.fixture
def waiting(driver, pages):
    return opened(driver, pages("waiting"))


def sized(driver, width):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def opened(driver, path, width=1400, theme="light"):
    sized(driver, width)
    themed(driver, theme)
    driver.get(path.as_uri())
    # a loaded machine has been seen to answer before the scripts had run
    until(driver, "return document.querySelector('#em-part :is(.slider[aria-valuetext], section > p + p)')")
    return driver


def themed(driver, theme):
    features = [{"name": "prefers-color-scheme", "value": theme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def ask(driver, script, *arguments):
    return driver.execute_script(script, *arguments)


def until(driver, script, seconds=20):
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(driver, seconds, poll_frequency=0.05).until(lambda d: d.execute_script(script))


def at(driver, selector):
    return driver.find_element("css selector", selector)


def pointed(driver, name, across, up=0.5):
    """Move the pointer to a share of the width and the height of a chart."""
    from selenium.webdriver import ActionChains

    cursor = at(driver, f"#{name}-plot .cursor")
    ask(driver, "arguments[0].scrollIntoView({block: 'center'})", cursor)
    wide, tall = cursor.size["width"], cursor.size["height"]
    move = ActionChains(driver, duration=0)
    move.move_to_element_with_offset(cursor, int((across - 0.5) * wide), int((0.5 - up) * tall)).perform()
    return move


def told(driver, name="picture"):
    return at(driver, f"#{name}-plot .cursor").get_attribute("aria-valuetext")


def place(driver, name="picture"):
    return float(re.search(r" (-?[\d.]+), density", told(driver, name))[1])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", FITS)
def test_it_opens_quietly_without_a_network(driver, pages, name, width, theme):
    path = pages(name)
    assert path.stat().st_size < 300_000
    browser.requests(driver)
    opened(driver, path, width, theme)
    assert browser.complaints(driver) == []
    assert browser.requests(driver) == [path.as_uri()]
    drawn = ask(
        driver,
        "return [...document.querySelectorAll('.plot')].map(p => [...p.querySelectorAll('svg.shapes path')]"
        ".filter(shape => shape.getBoundingClientRect().width > 20).length)",
    )
    assert len(drawn) >= 2
    assert all(drawn), drawn
    assert ask(driver, "return document.documentElement.scrollWidth") <= width
    ink, paper = ask(
        driver,
        "const look = (e, what) => getComputedStyle(document.querySelector(e)).getPropertyValue(what);"
        "return [look('#picture-plot .axis-title', 'fill'), look('body', 'background-color')]"
        ".map(colour => colour.match(/\\d+/g).map(Number).reduce((a, b) => a + b))",
    )
    assert (ink < paper) == (theme == "light")


def test_pictures_are_seen_without_a_script(driver, pages):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        sized(driver, 390)
        driver.get(pages("waiting").as_uri())
        shapes = driver.find_elements("css selector", "#picture-plot svg.shapes path")
        assert sum(shape.rect["width"] > 100 for shape in shapes) >= 4
        buttons = driver.find_elements("css selector", "button, .legend input, .cursor")
        assert not any(button.is_displayed() for button in buttons)
        assert at(driver, "#picture-plot .x-axis text").is_displayed()
        assert "needs its script" in at(driver, ".mix1d-em").text
        assert not at(driver, ".mix1d-em table").is_displayed()
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_arrows_windows_dots_and_labels_are_drawn(driver, pages):
    """Each check box shows and hides something that can be seen."""
    count = (
        "return [...document.querySelectorAll('#picture-plot [data-part]')]"
        ".filter(part => part.getClientRects().length).length"
    )
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
            before = ask(driver, count)
            box.click()
            assert ask(driver, count) < before
            box.click()
            assert ask(driver, count) == before


def test_the_pointer_reads_off_densities_shares_and_bins(waiting):
    result = mix1d.fit(WAITED, sds="free")
    for across in (0.2, 0.4, 0.5, 0.8):
        pointed(waiting, "picture", across)
        x = place(waiting)
        rows = waiting.find_elements("css selector", "#picture-plot .box tr")
        cells = [[cell.text for cell in row.find_elements("css selector", "td, th")] for row in rows[1:]]
        assert [row[0] for row in cells] == ["a", "b", "sum"]
        assert float(cells[2][1]) == pytest.approx(float(result.mixture.pdf(x)), rel=0.01)
        owned = 100.0 * result.mixture.responsibilities([x])[0]
        for row, share in zip(cells, owned, strict=False):
            assert float(row[2].strip("<> %")) == pytest.approx(share, abs=0.3)
            assert float(row[1]) == pytest.approx(
                float(result.mixture.pdf(x)) * share / 100.0, rel=0.02, abs=1e-7
            )
        n, low, high = re.search(r"(\d+) values from ([\d.]+) to ([\d.]+)", told(waiting)).groups()
        assert float(low) <= x + 0.01
        assert x <= float(high) + 0.01
        assert int(n) == np.count_nonzero((float(low) <= WAITED) & (float(high) > WAITED))
    box, plot = at(waiting, "#picture-plot .box").rect, at(waiting, "#picture-plot").rect
    assert plot["x"] <= box["x"]
    assert box["x"] + box["width"] <= plot["x"] + plot["width"]
    for name, words in {
        "qq": "by the model",
        "pit": "times as many",
        "certificate": ": ",
        "criteria": "BIC",
    }.items():
        pointed(waiting, name, 0.5)
        assert words in told(waiting, name)
    assert browser.complaints(waiting) == []


def test_the_keyboard_moves_the_line_and_zooms(waiting):
    from selenium.webdriver.common.keys import Keys

    cursor = at(waiting, "#picture-plot .cursor")
    cursor.send_keys(Keys.ARROW_RIGHT)
    first = place(waiting)
    assert at(waiting, "#picture-plot .box").is_displayed()
    cursor.send_keys(Keys.ARROW_RIGHT)
    second = place(waiting)
    cursor.send_keys(Keys.PAGE_UP)
    third = place(waiting)
    assert first < second < third
    assert third - second > 5.0 * (second - first)
    cursor.send_keys(Keys.ARROW_LEFT)
    assert place(waiting) < third
    cursor.send_keys(Keys.END)
    assert place(waiting) > 95.0
    cursor.send_keys(Keys.HOME)
    assert place(waiting) < 43.0
    for _ in range(3):
        cursor.send_keys("+")
    assert width_seen(waiting) == pytest.approx(1000.0 / 1.6**3, rel=1e-3)
    for _ in range(110):
        cursor.send_keys(Keys.PAGE_UP)  # the view follows the line
    assert place(waiting) > 95.0
    assert width_seen(waiting) == pytest.approx(1000.0 / 1.6**3, rel=1e-3)
    cursor.send_keys("0")
    assert width_seen(waiting) == 1000.0
    cursor.send_keys(Keys.ESCAPE)
    assert not at(waiting, "#picture-plot .box").is_displayed()
    points = at(waiting, "#qq-plot .cursor")
    said = []
    for key in (Keys.HOME, Keys.ARROW_RIGHT, Keys.END):
        points.send_keys(key)
        said.append(told(waiting, "qq"))
    assert [float(words.split()[1].strip(",")) for words in said] == [43.0, 45.0, 96.0]
    assert browser.complaints(waiting) == []


def width_seen(driver):
    return float(ask(driver, "return document.querySelector('#picture-plot .shapes').viewBox.baseVal.width"))


def test_dragging_the_wheel_and_buttons_zoom(waiting):
    from selenium.webdriver import ActionChains

    result = mix1d.fit(WAITED, sds="free")
    pointed(waiting, "picture", 0.15)
    low = place(waiting)
    move = ActionChains(waiting, duration=50).click_and_hold()
    move.move_by_offset(int(0.25 * at(waiting, "#picture-plot .cursor").size["width"]), 0)
    move.release().perform()
    assert width_seen(waiting) == pytest.approx(250.0, rel=0.02)
    pointed(waiting, "picture", 0.01)
    assert place(waiting) == pytest.approx(low, abs=0.4)
    # what is drawn is where the densities are, in the part that is seen
    curve = ask(
        waiting,
        "const path = document.querySelector('#picture-plot path[data-part=sum]');"
        "return path.getAttribute('d').slice(1).split('L').map(pair => pair.split(' ').map(Number))",
    )
    low, high, top = ask(waiting, "const { x, y } = mix1d.charts.picture.data; return [...x, y[1]]")
    x, y = np.array(curve).T
    drawn = (1.0 - y / 1000.0) * top
    np.testing.assert_allclose(
        drawn, result.mixture.pdf(low + x / 1000.0 * (high - low)), rtol=2e-3, atol=1e-6
    )
    labels = [one.text for one in waiting.find_elements("css selector", "#picture-plot .x-axis text")]
    assert len(labels) >= 3
    assert all(50 <= float(label) <= 66 for label in labels)
    letters = waiting.find_elements("css selector", "#picture-plot text.letter")
    assert [letter.is_displayed() for letter in letters] == [True, False]  # b lies outside
    at(waiting, "[data-do=farther]").click()
    assert width_seen(waiting) == pytest.approx(400.0, rel=0.02)
    at(waiting, "[data-do=whole]").click()
    assert width_seen(waiting) == 1000.0
    at(waiting, "[data-do=closer]").click()
    assert width_seen(waiting) == pytest.approx(625.0)
    pointed(waiting, "picture", 0.5).double_click().perform()
    assert width_seen(waiting) == 1000.0
    turned = (
        "const cursor = document.querySelector('#picture-plot .cursor');"
        "const box = cursor.getBoundingClientRect();"
        "return cursor.dispatchEvent(new WheelEvent('wheel', {deltaY: -100, ctrlKey: arguments[0], "
        "clientX: box.left + box.width / 2, bubbles: true, cancelable: true}))"
    )
    assert ask(waiting, turned, False)  # the wheel alone scrolls the page
    assert width_seen(waiting) == 1000.0
    assert not ask(waiting, turned, True)
    assert width_seen(waiting) < 700.0
    assert browser.complaints(waiting) == []


@pytest.mark.parametrize("name", ["waiting", "tiny", "huge", "galaxies", "sketch"])
def test_ticks_of_the_script_are_those_of_python(driver, pages, name):
    from mix1d.words import round_step, tick_labels

    opened(driver, pages(name))
    low, high = ask(driver, "return mix1d.charts.picture.data.x")
    for most in (2, 5, 9):
        found = ask(driver, f"return mix1d.ticks({low!r}, {high!r}, {most})")
        step = round_step(high - low, most)
        np.testing.assert_allclose(np.diff([place for place, _ in found]), step, rtol=1e-9)
        expected = tick_labels([place for place, _ in found], step)
        assert [float(label) for _, label in found] == [float(label) for label in expected]


def test_a_finger_reads_off_and_does_not_zoom(driver, pages):
    opened(driver, pages("waiting"), 390)
    ask(driver, "document.querySelector('#picture-plot').scrollIntoView({block: 'center'})")
    box = ask(
        driver, "return document.querySelector('#picture-plot .cursor').getBoundingClientRect().toJSON()"
    )
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    try:
        for kind, points in (("touchStart", [point]), ("touchMove", [{**point, "x": point["x"] + 60}])):
            driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finally:
        driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
    assert place(driver) > 70.0
    assert width_seen(driver) == 1000.0


def saved(driver, button):
    """Press a button, and return the name and the content of what it saves, in base 64."""
    return ask(
        driver,
        """
        const button = arguments[0];
        return new Promise(done => {
          const real = URL.createObjectURL, click = HTMLAnchorElement.prototype.click;
          let blob = null;
          URL.createObjectURL = found => real.call(URL, (blob = found));
          HTMLAnchorElement.prototype.click = function () {
            URL.createObjectURL = real;
            HTMLAnchorElement.prototype.click = click;
            const reader = new FileReader();
            reader.onload = () => done([this.download, reader.result.split(",")[1]]);
            reader.readAsDataURL(blob);
          };
          button.click();
        });
        """,
        button,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_is_saved_as_svg_and_png(driver, pages, tmp_path, theme):
    opened(driver, pages("waiting"), theme=theme)
    name, content = saved(driver, at(driver, "[data-do=svg]"))
    assert name == "waiting_picture.svg"
    path = tmp_path / name
    path.write_bytes(base64.b64decode(content))
    drawing = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    everything = list(drawing.iter())
    assert {one.tag.rpartition("}")[2] for one in everything} <= {
        "svg",
        "g",
        "title",
        "desc",
        "rect",
        "line",
        "path",
        "text",
    }
    assert not any({"class", "style", "data-part"} & set(one.attrib) for one in everything)
    assert not any("%" in value or "var(" in value for one in everything for value in one.attrib.values())
    inks = {one.get("stroke") for one in everything if one.tag.endswith("path")}
    assert {"rgb(0, 114, 178)", "rgb(213, 94, 0)"} <= inks  # for paper, whatever the page is like
    # alone it looks as it does on the page
    driver.get(path.as_uri())
    sizes = ask(
        driver, "return [...document.querySelectorAll('path')].map(p => p.getBoundingClientRect().width)"
    )
    assert sum(size > 300 for size in sizes) >= 4
    assert browser.complaints(driver) == []
    opened(driver, pages("waiting"), theme=theme)
    name, content = saved(driver, at(driver, "[data-do=png]"))
    png = base64.b64decode(content)
    assert name == "waiting_picture.png"
    assert png.startswith(b"\x89PNG")
    plot = at(driver, "#picture-plot").size
    assert int.from_bytes(png[16:20], "big") == pytest.approx(2 * plot["width"], abs=2)
    pixels = matplotlib.image.imread(io.BytesIO(png))
    assert pixels[0, 0, :3].tolist() == [1.0, 1.0, 1.0]
    assert len(np.unique(pixels[:, :, :3].reshape(-1, 3), axis=0)) > 50  # a blank one has a single colour
    assert browser.complaints(driver) == []


def test_tables_are_saved_as_csv(waiting):
    result = mix1d.fit(WAITED, sds="free")
    buttons = waiting.find_elements("css selector", "[data-csv]")
    found = dict(saved(waiting, button) for button in buttons)
    assert list(found) == ["waiting_components.csv", "waiting_cut-offs.csv", "waiting_tried.csv"]
    text = base64.b64decode(found["waiting_components.csv"]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [float(row["mean"]) for row in rows] == result.mixture.means.tolist()
    assert browser.complaints(waiting) == []


def slide(driver, key, times=1):
    slider = at(driver, ".mix1d-em .slider")
    for _ in range(times):
        slider.send_keys(key)


def state(driver):
    return ask(
        driver,
        "const q = (s) => document.querySelector(`.mix1d-em ${s}`);"
        "return {step: q('.slider').valueAsNumber, last: Number(q('.slider').max),"
        "iteration: q('.iteration').textContent, below: q('.below').textContent, now: q('.now').textContent,"
        "spoken: q('.slider').getAttribute('aria-valuetext'),"
        "curves: [...document.querySelectorAll('.mix1d-em .curve')].map(path => path.getAttribute('d')),"
        "cells: [...document.querySelectorAll('.mix1d-em td')].map(cell => cell.textContent)}",
    )


def test_em_is_stepped_with_the_keyboard(calm):
    """What each step shows is checked where the playback stands alone; here that it works in the report."""
    from selenium.webdriver.common.keys import Keys

    before = state(calm)
    assert (before["step"], before["iteration"]) == (0, "Iteration 0 of 30")  # nothing plays by itself
    slide(calm, Keys.ARROW_RIGHT, 4)
    after = state(calm)
    iteration = int(after["iteration"].split()[1])
    assert after["step"] == 4
    assert after["spoken"] == f"M-step, iteration {iteration} of 30"
    for what in ("cells", "curves"):
        assert all(a != b for a, b in zip(before[what], after[what], strict=True))
    step = list(mix1d.em(WAITED, 2, max_iter=iteration))[iteration].mixture
    shown = [float(text.removesuffix(" %")) for text in after["cells"]]
    np.testing.assert_allclose(shown[:3], [100 * step.weights[0], step.means[0], step.sds[0]], rtol=2e-3)
    slide(calm, Keys.HOME)
    assert state(calm) == before
    at(calm, ".mix1d-em").send_keys(Keys.END)
    assert state(calm)["iteration"] == "Iteration 30 of 30"
    assert state(calm)["below"] == "at the maximum"
    assert browser.complaints(calm) == []


def test_em_plays_to_the_end(calm):
    button = at(calm, ".mix1d-em .play")
    assert button.text == "Play"
    ask(calm, "document.querySelector('.mix1d-em .speed').value = 4")
    button.click()
    until(calm, "return document.querySelector('.mix1d-em .now').textContent.startsWith('The end')")
    assert button.text == "Play"
    assert state(calm)["iteration"] == "Iteration 30 of 30"
    assert browser.complaints(calm) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_em_has_the_colours_of_the_picture(driver, pages, theme):
    opened(driver, pages("waiting"), theme=theme)
    found = ask(
        driver,
        "const of = (s) => getComputedStyle(document.querySelector(s));"
        "return ['a', 'b'].map((name, j) => [of(`#picture-plot [data-part=${name}]`).stroke,"
        "getComputedStyle(document.querySelectorAll('.mix1d-em .curve')[j]).stroke,"
        "getComputedStyle(document.querySelectorAll('.mix1d-em tbody i')[j]).backgroundColor])",
    )
    assert all(len(set(colours)) == 1 for colours in found)
    ink, paper = ask(
        driver,
        "return [getComputedStyle(document.querySelector('.mix1d-em .main text')).fill,"
        "getComputedStyle(document.body).backgroundColor]",
    )
    light, dark = (sum(map(int, re.findall(r"\d+", one))) for one in (ink, paper))
    assert (light > 600 and dark < 100) if theme == "dark" else (light < 150 and dark > 700)


def test_legends_show_and_hide_with_mouse_and_keyboard(waiting):
    boxes = waiting.find_elements("css selector", "#picture-legend input")
    labels = [one.text for one in waiting.find_elements("css selector", "#picture-legend label")]
    assert labels == ["values", "a: 36 %", "b: 64 %", "sum", "cut-off", "interval", "single values"]

    def shown(part, name="picture"):
        parts = waiting.find_elements("css selector", f"#{name}-plot [data-part='{part}']")
        assert parts
        return ask(waiting, "return arguments[0].some(part => part.getClientRects().length)", parts)

    parts = ["bars", "a", "b", "sum", "cuts", "intervals", "rug"]
    assert [box.get_attribute("data-shows") for box in boxes] == parts
    for box, part in zip(boxes, parts, strict=True):
        assert shown(part)
        box.click()
        assert [shown(one) for one in parts] == [one != part for one in parts]
        box.send_keys(" ")
        assert shown(part)
    at(waiting, "#row-legend input[data-shows=b]").click()
    assert (shown("b", "row"), shown("a", "row"), shown("b")) == (False, True, True)
    hidden = at(waiting, "#criteria-legend input[data-shows=aic0]")
    assert not shown("aic0", "criteria")
    hidden.click()
    assert shown("aic0", "criteria")


def test_another_number_of_components_shows_its_fit(waiting):
    from selenium.webdriver.common.keys import Keys

    result = mix1d.fit(WAITED, sds="free")
    assert at(waiting, "#row-heading").text == "The fit with 2 components (chosen)"
    radios = waiting.find_elements("css selector", "#tried input")
    radios[2].click()
    assert at(waiting, "#row-heading").text == "The fit with 3 components"
    panels = waiting.find_elements("css selector", ".panel")
    assert [panel.is_displayed() for panel in panels] == [False, False, True, False, False]
    assert len(panels[2].find_elements("css selector", "tbody tr")) == 3
    labels = [one.text for one in waiting.find_elements("css selector", "#row-legend label")]
    assert [label[:1] for label in labels] == ["v", "a", "b", "c", "s"]
    pointed(waiting, "row", 0.6)
    density = float(re.search(r"density ([\d.e-]+)", told(waiting, "row"))[1])
    expected = float(result.selection[2].mixture.pdf(place(waiting, "row")))
    assert density == pytest.approx(expected, rel=0.01, abs=5e-5)
    radios[2].send_keys(Keys.ARROW_UP)
    radios[1].send_keys(Keys.ARROW_UP)
    assert at(waiting, "#row-heading").text == "The fit with 1 component"
    assert [panel.is_displayed() for panel in panels] == [True, False, False, False, False]
    best = ask(waiting, "return mix1d.charts.criteria.data.points.find(point => point[2] === 'BIC, 2: +0')")
    pointed(waiting, "criteria", best[0], 1.0 - best[1]).click().perform()
    assert at(waiting, "#row-heading").text == "The fit with 2 components (chosen)"
    assert browser.complaints(waiting) == []


def test_everything_is_reached_with_the_tabulator(waiting):
    from selenium.webdriver.common.keys import Keys

    reached = []
    for _ in range(140):
        waiting.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(
            ask(waiting, "return document.activeElement.tagName === 'BODY' ? null : document.activeElement")
        )
        if reached[-1] is None:
            break
        outline = ask(waiting, "return getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    reached = reached[:-1]
    controls = waiting.find_elements(
        "css selector", "button, input:not([type=radio]), .cursor, summary, nav a"
    )
    assert [one for one in controls if one not in reached] == []
    assert reached[0].accessible_name == "Skip to the answer"
    names = [one.accessible_name for one in reached]
    assert all(names), [one.get_attribute("outerHTML")[:80] for one in reached]


def test_several_fits_work_each_by_itself(driver, tmp_path):
    rng = np.random.default_rng(5)
    fits = {f"group {i}": mix1d.fit(rng.normal([0, 3 + i], 1, (90, 2)).ravel(), name="x") for i in range(3)}
    path = write_report({**fits, "empty": mix1d.InputError("no values")}, tmp_path / "several.html")
    for width in WIDTHS:
        sized(driver, width)
        browser.requests(driver)
        driver.get(path.as_uri())
        assert browser.complaints(driver) == []
        assert browser.requests(driver) == [path.as_uri()]
        assert ask(driver, "return document.documentElement.scrollWidth") <= width
    sized(driver, 1400)
    for i in (1, 3):
        name = f"fit-{i}-picture"
        pointed(driver, name, 0.4)
        expected = float(fits[f"group {i - 1}"].mixture.pdf(place(driver, name)))
        density = float(re.search(r"density ([\d.e-]+)", told(driver, name))[1])
        assert density == pytest.approx(expected, rel=0.02)
    at(driver, "#fit-2 summary").click()
    assert at(driver, "#fit-2-qq-plot .cursor").is_displayed()
    driver.find_elements("css selector", "#fit-2-picture-legend input")[1].click()
    hidden = "return document.querySelectorAll('path[data-part=a].off').length"
    assert ask(driver, hidden) == 1
    name, content = saved(driver, at(driver, "[data-csv=fits]"))
    assert name == "4_fits_fits.csv"
    assert base64.b64decode(content).decode("utf-8-sig").count("\n") == 1 + sum(
        len(fit.mixture.weights) for fit in fits.values()
    )
    assert browser.complaints(driver) == []


def printed(driver):
    found = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
    return base64.b64decode(found["data"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_print_has_its_pages(driver, pages, tmp_path, width, theme):
    opened(driver, pages("waiting"), width, theme)
    pdf = printed(driver)
    assert pdf.startswith(b"%PDF")
    pages_printed = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
    assert 4 <= pages_printed <= 9
    assert state(driver)["iteration"] == "Iteration 30 of 30"  # paper shows the end
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": []})
    ink = ask(driver, "return getComputedStyle(document.body).color")
    wide = ask(
        driver, "return [...document.querySelectorAll('.plot')].map(p => p.scrollWidth - p.clientWidth)"
    )
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert ink == "rgb(34, 34, 34)"  # paper is light
    assert max(wide) <= 0
    if shutil.which("pdftotext"):
        path = tmp_path / "print.pdf"
        path.write_bytes(pdf)
        text = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
        ).stdout
        for words in ("The picture", "The numbers", "Does it fit?", "Watch EM", "How it was computed"):
            assert words in text
        assert not {"Play", "Reset", "Save", "Drag"} & set(text.split())  # no controls on paper
