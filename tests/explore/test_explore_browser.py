"""The explorer in a browser: what a user sees after choosing something."""

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import browser
import mix1d

pytestmark = pytest.mark.browser

PATIENCE = 60  # seconds: the machine may be busy


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A file with two clear groups, three groups after a logarithm, text, and missing values."""
    rng = np.random.default_rng(5)
    size = np.concatenate([rng.normal(20, 2, 120), rng.normal(40, 3, 180)]).round(2)
    rng.shuffle(size)
    marker = np.exp(
        np.concatenate([rng.normal(0, 0.3, 100), rng.normal(2, 0.3, 100), rng.normal(4, 0.3, 100)])
    )
    marker[:2] = 0.0, -1.0
    path = tmp_path_factory.mktemp("explore") / "cells.csv"
    rows = (
        f"c{i},{size[i]},{marker[i]:.4f},{'' if i % 50 == 0 else size[i] / 2}\n" for i in range(size.size)
    )
    path.write_text("cell,size,marker,gaps\n" + "".join(rows), encoding="utf-8")
    return path


@contextmanager
def served(*arguments):
    """Start the explorer as a user does and give its address."""
    command = [sys.executable, "-u", "-m", "mix1d", "explore", *map(str, arguments), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--no-browser"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, line
        yield found[0]
    finally:
        process.terminate()
        rest = process.communicate()[0]
    assert "Traceback" not in rest, rest


@pytest.fixture(scope="module")
def opened(table, tmp_path_factory):
    """One browser and one server for all tests of this file."""
    with served(table) as address, browser.opened(tmp_path_factory.mktemp("profile")) as driver:
        yield driver, address


@pytest.fixture
def page(opened, monkeypatch):
    """The page as it is when it is opened, watched for complaints and for requests elsewhere."""
    driver, address = opened
    driver.get(address)
    found = Page(driver)
    found.wait("return document.querySelector('#headline')?.textContent?.startsWith('size: 2 components')")
    yield found
    assert browser.complaints(driver) == []
    asked = browser.requests(driver)
    assert asked
    assert {url for url in asked if not url.startswith(address)} == set()


EM = "document.querySelector('#em').contentDocument"  # the playback has a page of its own


class Page:
    def __init__(self, driver):
        self.driver = driver

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, script, *arguments):
        from selenium.webdriver.support.ui import WebDriverWait

        def holds(_):
            return self.run(script, *arguments)

        return WebDriverWait(self.driver, PATIENCE, 0.1).until(holds, script)

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def one(self, selector):
        return self.driver.find_element("css selector", selector)

    def pick(self, control, label):
        """Press one of a row of pills."""
        for pill in self.driver.find_elements("css selector", f"#{control} label"):
            if pill.text == label:
                pill.click()
                return
        raise AssertionError(f"no {label} in {control}")

    def column(self, name):
        self.one("#column").click()
        self.wait(
            "const option = [...document.querySelectorAll('.dash-dropdown-option, [role=option]')]"
            ".find(e => e.textContent.trim() === arguments[0]);"
            "if (option) option.click(); return Boolean(option)",
            name,
        )

    def headline(self, text):
        self.wait("return document.querySelector('#headline')?.textContent === arguments[0]", text)

    def rows(self, table="#components-table"):
        return self.run(
            "return [...document.querySelectorAll(arguments[0] + ' tbody tr')].map("
            "row => [...row.children].map(cell => cell.innerText.split('\\n')[0].trim()))",
            table,
        )

    def settled(self):
        """Wait for the intervals and for plain EM of the fit that is shown."""
        self.wait("return document.querySelectorAll('#words li').length > 0")
        self.wait("return document.querySelector('#status')?.textContent === ''")
        self.wait(f"return {EM}.querySelector('.now')?.textContent?.startsWith('Start')")

    def curves(self, figure):
        return self.run(
            "return document.querySelector('#' + arguments[0] + ' .js-plotly-plot').data"
            ".filter(t => t.mode === 'lines' && t.line.width && !t.name.startsWith('threshold'))"
            ".map(t => [t.name, [...t.y]])",
            figure,
        )


def test_the_page_says_what_was_fitted_with_intervals(page, table):
    page.settled()
    assert page.text("h1") == "cells.csv"
    assert page.text("#headline") == "size: 2 components, chosen by BIC"
    expected = mix1d.fit(np.loadtxt(table, skiprows=1, usecols=1, delimiter=","))
    rows = page.rows()
    assert [row[0] for row in rows] == ["a", "b"]
    assert [float(row[2]) for row in rows] == pytest.approx(expected.mixture.means, abs=0.01)
    page.wait("return document.querySelector('#components-table small').textContent !== '…'")
    low, high = map(float, page.text("#components-table td:nth-child(3) small").split(" to "))
    bounds = expected.confidence_interval()
    assert (low, high) == pytest.approx((bounds.lower.means[0], bounds.upper.means[0]), abs=0.01)
    assert page.text("#words").startswith("In words\nsize: 2 groups, settled.")
    assert "around" in page.one("#picture").get_attribute("aria-label")
    assert [name for name, _ in page.curves("figure")] == ["a: 40 %", "b: 60 %", "sum"]


def test_another_number_of_components_gives_another_table(page):
    page.settled()
    before = page.rows()
    page.pick("components", "1")
    page.headline("size: 1 component")
    rows = page.rows()
    assert [row[0] for row in rows] == ["a"]
    assert rows[0][1] == "100 %"
    assert rows[0] != before[0]
    page.wait("return document.querySelectorAll('#components-table td small').length === 3")
    page.settled()
    page.wait(f"return {EM}.querySelectorAll('tbody tr').length === 1")
    assert [name for name, _ in page.curves("figure")] == ["a: 100 %"]


def test_equal_sds_and_a_range(page):
    page.pick("sds", "all equal")
    page.wait("return document.querySelector('#code-shell')?.textContent?.includes('--sds equal')")
    assert len({row[3] for row in page.rows()}) == 1
    thumb = page.one("#range [role=slider]")
    thumb.send_keys("\ue00e")  # page up: the keyboard moves it
    page.wait("return document.querySelector('#sample')?.textContent?.includes('Left out')")
    assert re.search(r"\d+ values? not from", page.text("#sample"))
    assert '"size" >=' in page.text("#code-shell")


def test_a_slider_that_moves_quickly_ends_with_the_fit_of_its_last_place(page):
    thumb = page.one("#range [role=slider]")
    thumb.send_keys("\ue014" * 40)  # as many arrows to the right, faster than the fits
    low = float(thumb.get_attribute("aria-valuenow"))
    page.wait(
        "return document.querySelector('#code-shell').textContent.includes(arguments[0])",
        f'"size" >= {low:g}',
    )
    page.settled()
    values = page.run(
        "return document.querySelector('#figure .js-plotly-plot').data"
        ".find(trace => trace.name === 'single values').x.length"
    )
    assert page.text("#sample").startswith(
        f"{values} values. Left out: {300 - values} values not from {low:g}"
    )


def test_a_range_asks_what_lies_outside_and_shows_the_difference(page):
    assert not page.one("#outside-field").is_displayed()
    page.pick("components", "2")
    page.headline("size: 2 components")
    page.one("#range [role=slider]").send_keys("\ue00e")  # page up
    page.wait("return document.querySelector('#difference')?.textContent.includes('cut away')")
    assert page.one("#outside-field").is_displayed()
    left = page.rows()
    legend = "return document.querySelector('#figure .legend').textContent"
    page.wait(f"{legend}.includes('sum, if cut away')")
    page.pick("outside", "cut away (truncation)")
    page.wait("return document.querySelector('#code-shell').textContent.includes('--truncation')")
    page.wait(f"{legend}.includes('sum, if left out')")
    assert "never recorded: below" in page.run(legend)
    assert page.text("#sample").endswith("taken for all that could be recorded (truncation).")
    assert page.rows() != left
    both = [row for row in page.rows("#difference") if row]
    assert len(both) == 2
    assert both[0][1:4] != both[0][4:7]
    page.pick("outside", "left out")
    page.wait("return !document.querySelector('#code-shell').textContent.includes('--truncation')")
    page.wait(f"{legend}.includes('sum, if cut away')")


def test_another_column_and_a_logarithm(page):
    page.column("marker")
    page.wait("return document.querySelector('#headline')?.textContent?.startsWith('marker')")
    page.pick("transform", "log (ln)")
    page.headline("ln(marker): 3 components, chosen by BIC")
    assert "Left out: 2 values of 0 or less, which log (ln) cannot take." in page.text("#sample")
    medians = [float(row[5]) for row in page.rows()]
    assert medians == pytest.approx(np.exp([0.0, 2.0, 4.0]), rel=0.15)
    assert "--column 'ln(\"marker\")'" in page.text("#code-shell")


def test_text_and_missing_values_give_a_message(page):
    page.column("cell (text)")
    page.wait("return !document.querySelector('#message').hidden")
    message = page.text("#message")
    assert "column 'cell' is text, not a number, for example 'c0'" in message
    assert "Traceback" not in message
    assert not page.one("#headline").is_displayed()
    page.column("gaps")
    page.headline("gaps: 2 components, chosen by BIC")
    assert not page.one("#message").is_displayed()
    assert "Left out: 6 missing." in page.text("#sample")
    page.one("#missing input").click()
    page.wait("return document.querySelector('#message')?.textContent?.includes('are missing')")
    assert page.text("#message").startswith("6 of 300 values of gaps are missing: tick")
    page.one("#missing input").click()
    page.headline("gaps: 2 components, chosen by BIC")


def test_em_is_played_beside_the_fit(page):
    page.settled()
    page.pick("components", "2")
    page.settled()
    title = page.one("#em").get_attribute("title")
    assert title == "Plain EM on this column, step by step"
    sizes = f"const root = {EM}.documentElement, frame = document.querySelector('#em');"
    page.wait(f"{sizes} return {EM}.body.scrollHeight <= frame.clientHeight")
    inner = page.run(f"{sizes} return [root.clientWidth, root.scrollHeight]")
    assert inner == page.run(f"{sizes} return [frame.clientWidth, frame.clientHeight]")  # nothing scrolls
    start = page.run(f"return {EM}.querySelector('.curve').getAttribute('d')")
    page.run(f"const on = {EM}.querySelector('.on'); on.click(); on.click()")
    page.wait(f"return {EM}.querySelector('.iteration').textContent.startsWith('Iteration 1 of')")
    page.wait(f"return {EM}.querySelector('.curve').getAttribute('d') !== arguments[0]", start)
    slide = "slider.value = slider.max; slider.dispatchEvent(new Event('input'))"
    page.run(f"const slider = {EM}.querySelector('.slider'); {slide}")
    means = page.run(
        f"return [...{EM}.querySelectorAll('tbody tr')].map(row => Number(row.children[2].textContent))"
    )
    assert means == pytest.approx([float(row[2]) for row in page.rows()], abs=0.01)


def test_the_fit_can_be_taken_along(page, tmp_path):
    page.driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": os.fspath(tmp_path)}
    )
    page.one("#save").click()
    path = Path(tmp_path, "size-2.json")
    page.wait("return arguments[0]", True)
    for _ in range(PATIENCE * 10):
        if path.exists():
            break
        time.sleep(0.1)
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert saved["name"] == "size"
    assert len(saved["mixture"]["means"]) == 2


def test_a_narrow_screen_needs_no_scrolling_sideways(page):
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.settled()
        page.wait("return document.querySelector('#figure .main-svg').clientWidth < 390")
        assert page.run("return document.documentElement.scrollWidth") == 390
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_every_control_has_a_name_for_those_who_do_not_see(page):
    nameless = page.run(
        "return [...document.querySelectorAll('input, button, [role=slider], [role=combobox]')].filter(e => {"
        " const text = (e.labels && [...e.labels].map(l => l.innerText).join('')) || e.innerText"
        " || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby');"
        " return !text && !e.ariaHidden}).map(e => e.outerHTML)"
    )
    assert nameless == []
