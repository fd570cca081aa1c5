"""How a page comes together: templates, style, scripts and numbers in one file without outside addresses."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from mix1d._core import build_info
from mix1d.errors import Mix1dError
from mix1d.optional import installed

_FOR_READERS = re.compile(r"^[ \t]+(?://.*\n)?|^//.*\n", re.MULTILINE)


def needed() -> None:
    """Raise an error that says what to install where Jinja is missing."""
    if not installed("jinja2"):
        raise Mix1dError('a report needs jinja2: pip install "mix1d[report]"')


def rendered(template: str, contents: dict[str, Any], numbers: dict[str, Any]) -> str:
    """Fill a template of this package with texts, which are escaped, and with what its scripts draw.

    `numbers` are plain lists, numbers and strings, without NaN.
    """
    import jinja2

    folder = files(__package__) / "templates"

    def text(name: str) -> str:
        # what helps those who read the templates only makes the page longer
        return _FOR_READERS.sub("", (folder / name).read_text(encoding="utf-8"))

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(text),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page: str = environment.get_template(template).render(
        **contents,
        numbers=as_script(numbers),
        asset=text,
        version=build_info()["version"],
    )
    return page


def as_script(numbers: Any) -> str:
    r"""Return JSON that may stand inside a script element, whatever the strings in it are.

    >>> as_script({"name": "</script><b>"})
    '{"name":"\\u003c/script\\u003e\\u003cb\\u003e"}'
    """
    text = json.dumps(numbers, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
