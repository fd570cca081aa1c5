"""How a page comes together: templates, style, scripts and numbers in one file without outside addresses."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from mix1d._core import build_info
from mix1d.errors import Mix1dError
from mix1d.optional import installed

_NEEDS = ("plotly", "jinja2")


def needed() -> None:
    """Raise an error that says what to install where Plotly or Jinja is missing."""
    missing = [name for name in _NEEDS if not installed(name)]
    if missing:
        raise Mix1dError(f'a report needs {" and ".join(missing)}: pip install "mix1d[report]"')


def rendered(template: str, contents: dict[str, Any], numbers: dict[str, Any]) -> str:
    """Fill a template of this package.

    Parameters
    ----------
    template : str
        Its name.
    contents : dict
        What it shows as text; everything is escaped.
    numbers : dict
        What the scripts draw: plain lists, numbers and strings, without NaN.
    """
    import jinja2
    from plotly.offline import get_plotlyjs

    folder = files(__package__) / "templates"

    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

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
        numbers_of=numbers,
        numbers=as_script(numbers),
        plotly=get_plotlyjs(),
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
