"""How the pages of this folder become the site in docs/_build/html. `make docs` builds it.

Pages with `file_format: mystnb` at the top are notebooks: their code cells run anew in every build, in a
folder that holds `examples` and nothing else, and files that they write there become part of the site.
"""

import logging
import os
import re
import shutil
import sys
from pathlib import Path

from sphinx.errors import ExtensionError

import mix1d

DOCS = Path(__file__).parent
sys.path.append(str(DOCS / "extensions"))
BUILD = DOCS / "_build"
WORK = BUILD / "work"
PROFILE = BUILD / "ipython" / "profile_default"

project = "mix1d"
author = "The mix1d developers"
project_copyright = author
version = release = mix1d.build_info()["version"]

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "sphinx_copybutton"]
extensions += ["terminal_output", "formulas", "public_names"]  # of the folder `extensions`
exclude_patterns = ["_build"]
default_role = "py:obj"
smartquotes = False  # "free" is something to type

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "substitution"]
myst_substitutions = {"version": version}
myst_heading_anchors = 3
myst_dmath_allow_space = False  # "$5 and $6" is money

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_output_stderr = "remove"  # bars of progress, on a slow machine; warnings are errors in the kernels
nb_merge_streams = True

autosummary_generate = False  # tables of names that have pages already
autodoc_default_options = {"members": True, "inherited-members": True, "member-order": "bysource"}
autodoc_class_signature = "mixed"
toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"  # the docstrings say them in words
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

html_theme = "furo"
html_math_renderer = "mathml"
html_domain_indices = False
html_title = "mix1d"
html_static_path = ["_static"]
html_css_files = ["mix1d.css"]
html_extra_path = ["_build/work"]
html_copy_source = False
pygments_dark_style = "github-dark"


_STARTUP = """\
# Kernels start in the folder of the pages; a command line that fails, or a warning, ends the build.
def _begin():
    import os
    import subprocess
    import warnings

    shell = get_ipython()

    def checked(command):
        command = shell.var_expand(command, depth=1)
        done = subprocess.run(command, shell=True, text=True, encoding="utf-8",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print(done.stdout, end="")
        if done.returncode:
            raise RuntimeError(f"exit code {{done.returncode}}: {{command}}")

    shell.system = checked
    os.chdir({folder!r})
    for category in (UserWarning, RuntimeWarning, FutureWarning):
        warnings.simplefilter("error", category)


_begin()
del _begin
"""


def _prepare() -> None:
    """Make the folder in which the pages run, and tell their kernels about it."""
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(DOCS.parent / "examples", WORK / "examples")
    (PROFILE / "startup").mkdir(parents=True, exist_ok=True)
    (PROFILE / "startup" / "begin.py").write_text(_STARTUP.format(folder=str(WORK)), encoding="utf-8")
    (PROFILE / "ipython_kernel_config.py").write_text(
        "c.InlineBackend.figure_formats = {'svg'}\n"
        "c.HistoryManager.enabled = False\n"
        "c.Application.log_level = 'ERROR'\n",
        encoding="utf-8",
    )
    os.environ["IPYTHONDIR"] = str(PROFILE.parent)
    os.environ["JUPYTER_DATA_DIR"] = str(BUILD / "jupyter")  # no kernel of the user's own
    logging.getLogger("traitlets").setLevel(logging.WARNING)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # What commands print is made for a terminal.
    os.environ |= {"COLUMNS": "80", "TERM": "xterm-256color", "FORCE_COLOR": "1"}
    os.environ.pop("NO_COLOR", None)


_prepare()

_LOADED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc=[\"']?(?:https?:)?//[^>]*>"
    r"|<link\b[^>]*?\brel=[\"']?(?:stylesheet|preload|preconnect|icon)\b[^>]*?\bhref=[\"']?(?:https?:)?//[^>]*>"
    r"|@import\s+(?:url\()?[\"']?(?:https?:)?//[^;]*"
    r"|url\([\"']?(?:https?:)?//[^)]*\)"
)


def _check_self_contained(app, exception) -> None:
    """Fail when a page would load anything from another place."""
    if exception:
        return
    for path in sorted(Path(app.outdir).rglob("*")):
        if path.suffix in (".html", ".css"):
            found = _LOADED.search(path.read_text(encoding="utf-8"))
            if found:
                raise ExtensionError(f"{path}: loads from elsewhere: {found.group()[:200]}")


_INDENTED = re.compile(r"\s{2,}\S")
_PUBLIC = re.compile(rf"(?<!`)`((?:{'|'.join(mix1d.__all__)})\b[\w.]*)`(?!`)")
_RECORD = re.compile(r"(?<![`~])`(mix1d(?:\.[a-z_]+)+\.[A-Z]\w*)`(?!`)")
_PAGE = re.compile(r"`docs/(\w+)\.md`")
_ATTRIBUTE = re.compile(r"(?<!`)`(\.\w+)`(?!`)")


def _as_restructured_text(app, what, name, obj, options, lines) -> None:
    """Make docstrings mean what they mean to a reader: |x| is no substitution, formulas are code."""
    made: list[str] = []
    section, formula = "", False
    for i, line in enumerate(lines):
        if i + 1 < len(lines) and lines[i + 1].startswith("---"):
            section, formula = line, False
        starts = _INDENTED.match(line) and section == "Notes" and not lines[i - 1].strip()
        if starts and not formula:
            made += [".. code-block:: text", ""]
            formula = True
        elif line.strip() and not line[0].isspace():
            formula = False
        if not formula and not line.lstrip().startswith((">>>", "...")):
            line = _ATTRIBUTE.sub(r"``\1``", line.replace("|", "\\|"))
            line = _PUBLIC.sub(r":py:obj:`\1 <mix1d.\1>`", line)
            line = _RECORD.sub(r":py:obj:`~\1`", line)
            line = _PAGE.sub(r":doc:`/\1`", line)
        made.append(line)
    lines[:] = made


def _without_private_arguments(app, what, name, obj, options, signature, returned):
    """Leave out the signature of a class that only mix1d itself makes."""
    return ("", None) if what == "class" and signature and "(_" in signature else None


def _without_members_of_python(app, what, name, obj, skip, options):
    """Leave out what every exception has."""
    return True if name in ("add_note", "with_traceback") else None


def setup(app) -> None:
    """Tell Sphinx what to call, and when."""
    app.connect("autodoc-skip-member", _without_members_of_python)
    app.connect("autodoc-process-signature", _without_private_arguments)
    app.connect("autodoc-process-docstring", _as_restructured_text, priority=100)  # before numpydoc
    app.connect("build-finished", _check_self_contained)
