"""A headless Chromium for the tests marked "browser"."""

import json
import os
import shutil
from contextlib import contextmanager

import pytest


def need():
    """Skip where Chromium is missing; fail where CI is set, since nothing may be skipped there."""
    if shutil.which("chromedriver") and (shutil.which("chromium") or shutil.which("google-chrome")):
        return
    message = (
        "no Chromium with its driver: make test installs it where it may (apt-get install chromium-driver)"
    )
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def opened(profile, width=1400, height=1000):
    """Start a browser with an empty profile in the folder given, and quit it in the end."""
    need()
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome")
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        f"--user-data-dir={profile}",
        f"--window-size={width},{height}",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    try:
        driver.get("about:blank")
        requests(driver)  # what the empty first page loads from within
        yield driver
    finally:
        driver.quit()


def complaints(driver):
    """Return what the console says of severity error or warning."""
    return [
        entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
    ]


def requests(driver):
    """Return the addresses asked for since the last call, without data, blobs and the browser's own."""
    found = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(message["params"]["request"]["url"])
    return [url for url in found if not url.startswith(("data:", "blob:", "about:", "chrome"))]
