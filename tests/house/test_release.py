"""The version stands in one place, and the changelog is ready for the next one."""

import re

import mix1d
from places import ROOT


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_version_stands_in_pyproject_only():
    version = re.search(r'^version = "(.*)"$', read("pyproject.toml"), re.MULTILINE)[1]
    assert mix1d.build_info()["version"] == version
    pages = [path.relative_to(ROOT) for path in (ROOT / "docs").glob("*.md")]
    number = version.partition(".dev")[0]
    places = [str(name) for name in ("CITATION.cff", "README.md", *pages) if number in read(name)]
    assert places == []


def test_the_changelog_has_dated_releases_below_what_is_to_come():
    sections = re.findall(r"^## (.*)$", read("CHANGELOG.md"), re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", section) for section in sections[1:])
