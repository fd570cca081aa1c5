"""The picture of the README that moves: what its script draws, and what a browser makes of it."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import browser
import mix1d
from places import ROOT, WAITING

PICTURE = ROOT / "docs" / "images" / "em.svg"
SVG = "{http://www.w3.org/2000/svg}"
NEAR = mix1d.Mixture([0.5, 0.5], [62.0, 72.0], [13.0, 13.0])


def animations():
    return list(ET.parse(PICTURE).iter(f"{SVG}animate"))


def test_it_is_what_its_script_draws():
    script = ROOT / "tools" / "em_animation.py"
    drawn = subprocess.run([sys.executable, script], stdout=subprocess.PIPE, check=True).stdout
    assert drawn == PICTURE.read_bytes()
    assert len(drawn) < 150_000


def test_its_numbers_are_those_of_em():
    said = re.findall(r"iteration (\d+) of (\d+), log-likelihood (-[\d.]+)", PICTURE.read_text("utf-8"))
    steps = list(mix1d.em(np.loadtxt(WAITING, skiprows=1), 2, start=NEAR, tol=1e-6))
    assert len(said) >= 10
    for iteration, last, height in said:
        assert int(last) == len(steps) - 1
        assert height == f"{steps[int(iteration)].log_likelihood:.2f}"
    assert int(said[-1][0]) == len(steps) - 1


def test_it_moves_for_ten_seconds_through_paths_of_one_kind():
    for one in animations():
        times = [float(time) for time in one.get("keyTimes").split(";")]
        values = one.get("values").split(";")
        assert one.get("dur") == "10s"
        assert times[0] == 0.0
        assert times == sorted(times)
        assert len(times) == len(values)
        if one.get("calcMode") == "spline":
            assert times[-1] == 1.0
            assert len(one.get("keySplines").split(";")) == len(times) - 1
        # what has other commands jumps instead of moving
        assert (
            len({re.sub(r"[-\d.]+", "0", value) for value in values}) == 1 or one.get("attributeName") != "d"
        )


def test_one_caption_at_a_time():
    captions = [one for one in animations() if one.get("calcMode") == "discrete"]
    assert len(captions) >= 10
    for second in np.arange(0.03, 10.0, 0.05):
        shown = 0
        for one in captions:
            times = [float(time) * 10.0 for time in one.get("keyTimes").split(";")]
            at = np.searchsorted(times, second, "right") - 1
            shown += int(one.get("values").split(";")[at])
        assert shown == 1, second


@pytest.mark.browser
def test_it_plays_and_stands_still_for_who_asks(tmp_path):
    with browser.opened(tmp_path) as driver:
        driver.get(PICTURE.as_uri())
        seek = "document.rootElement.pauseAnimations(); document.rootElement.setCurrentTime(arguments[0]);"
        look = (
            f"{seek} const "
            "paths = [...document.querySelectorAll('.moving path[stroke-dasharray]')];"
            "return paths.map(path => path.getBBox().height)"
        )
        start, middle, end = (driver.execute_script(look, second) for second in (0.5, 5.0, 9.9))
        assert len(start) == 2
        assert all(a < b < c for a, b, c in zip(start[1:], middle[1:], end[1:], strict=True))

        def displayed(selector):
            script = "return getComputedStyle(document.querySelector(arguments[0])).display"
            return driver.execute_script(script, selector) != "none"

        def paper():
            return driver.execute_script("return getComputedStyle(document.querySelector('.paper')).fill")

        def media(**wanted):
            features = [{"name": f"prefers-{name}", "value": value} for name, value in wanted.items()]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

        media(**{"reduced-motion": "no-preference", "color-scheme": "light"})
        assert (displayed(".moving"), displayed(".still"), paper()) == (True, False, "rgb(251, 251, 248)")
        media(**{"reduced-motion": "reduce", "color-scheme": "dark"})
        assert (displayed(".moving"), displayed(".still"), paper()) == (False, True, "rgb(20, 22, 26)")
        assert driver.execute_script("return document.querySelectorAll('.still animate').length") == 0
        assert browser.complaints(driver) == []
