"""What the pages show in place of what commands print, of formulas and of the names of modules."""

import re
import subprocess
import sys
from html import unescape

import pytest

from places import ROOT, WAITING
from processes import ENVIRONMENT

sys.path.append(str(ROOT / "tools"))
import thumbnails

pytest.importorskip("sphinx", reason="the tools of the group docs")
pytest.importorskip("rich")
pytest.importorskip("latex2mathml", reason="the tools of the group docs")

TAG = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module", autouse=True)
def extensions():
    sys.path.append(str(ROOT / "docs" / "extensions"))
    yield
    sys.path.remove(str(ROOT / "docs" / "extensions"))


def printed(**colours):
    command = [sys.executable, "-m", "mix1d", "fit", str(WAITING), "-k", "2"]
    environment = {name: text for name, text in ENVIRONMENT.items() if name != "NO_COLOR"}
    environment |= {"COLUMNS": "80", "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"} | colours
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


def words(text):
    """What stands there without what is drawn, and without blanks, which pictures do not need."""
    return re.sub(r"[▁-█⠀-⣿─━│┊┤├┬┴┼┝┥\s]", "", text)


def test_printed_pictures_are_drawn_and_words_stay_words():
    from terminal_output import as_html

    text = printed(FORCE_COLOR="1")
    assert "\x1b[90m" in text
    page = as_html(text)
    assert words(unescape(TAG.sub("", page))) == words(re.sub(r"\x1b\[[\d;]*m", "", text))
    assert not re.search(r"[▁-█⠁-⣿\x1b]", page)
    assert page.count("<svg") == 1
    assert page.count("<circle") > 100
    assert page.count('fill="var(--terminal-bright-black)"') > 50
    assert not re.search(r"#[0-9a-f]{6}", page)  # all colours are the page's


def test_bars_without_colours_are_as_pale_as_with_them():
    from terminal_output import as_html

    bars = [re.findall(r"<rect[^>]*>", as_html(text)) for text in (printed(), printed(FORCE_COLOR="1"))]
    assert set(bars[0]) <= set(bars[1])
    assert len(bars[0]) > 50


def test_every_colour_of_a_terminal_is_one_of_the_page_in_light_and_dark():
    from terminal_output import _COLOURS

    style = (ROOT / "docs" / "_static" / "mix1d.css").read_text(encoding="utf-8")
    for name in (value[4:-1] for value in _COLOURS.values()):
        assert style.count(f"{name}: #") == 3, name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("mix1d.fit", "mix1d.fit"),
        ("mix1d.FitResult.plot", "mix1d.FitResult.plot"),
        ("mix1d.sklearn.GaussianMixture1D", "mix1d.sklearn.GaussianMixture1D"),
        ("mix1d.diagnostics.goodness.GoodnessOfFit.message", "GoodnessOfFit.message"),
        ("mix1d.display.plot.plot_density", ""),
    ],
)
def test_readers_see_no_name_of_a_module_that_is_not_theirs(name, short):
    from public_names import short_name

    assert short_name(name) == short


@pytest.mark.parametrize(
    ("entry", "short"),
    [
        ("means (mix1d.result.Parameters attribute)", "means (Parameters attribute)"),
        ("Row (class in mix1d.result)", "Row (class in mix1d)"),
        ("plot() (mix1d.FitResult method)", "plot() (mix1d.FitResult method)"),
        ("GaussianMixture1D (class in mix1d.sklearn)", "GaussianMixture1D (class in mix1d.sklearn)"),
    ],
)
def test_entries_of_the_index_have_no_such_name_either(entry, short):
    from public_names import short_entry

    assert short_entry(entry) == short


def test_formulas_of_the_pages_can_be_typeset():
    from latex2mathml.converter import convert

    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")]
    prose = [re.sub(r"```.*?```|`[^`\n]*`", "", page, flags=re.DOTALL) for page in pages]
    found = [
        formula for page in prose for formula in re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", page, re.DOTALL)
    ]
    assert len(found) > 10
    for shown, inline in found:
        made = convert(shown or inline)
        assert made.startswith("<math")
        assert "\\" not in made


def test_the_gallery_shows_the_pictures_that_its_script_draws():
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    shown = re.findall(r"\(images/gallery/(\w+)\.svg\)", page)
    folder = ROOT / "docs" / "images" / "gallery"
    assert sorted(shown) == sorted(path.stem for path in folder.iterdir()) == sorted(thumbnails.FITS)
    for name in ("geyser", "pike"):
        drawn = thumbnails.thumbnail(thumbnails.picture_of(thumbnails.FITS[name]()), name)
        assert drawn == (folder / f"{name}.svg").read_text(encoding="utf-8"), "python tools/thumbnails.py"
