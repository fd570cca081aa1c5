"""Each optional library absent, by an import hook in a fresh process: what works, and what is said."""

import subprocess
import sys
import textwrap

import pytest

HOOK = """
import sys


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Absent())
"""
ANSWER = """
import numpy as np
import mix1d

x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
result = mix1d.fit(x, 2)
assert result.mixture == mix1d.fit(np.array(x), 2).mixture == mix1d.load(result.to_json()).mixture
assert str(result).startswith("2 normal groups") and "<svg" in result._repr_html_()
assert mix1d.fit_many({"a": x}, 2)["means"].tolist() == [result.mixture.means.tolist()]


def refusal(call):
    try:
        call()
    except (mix1d.Mix1dError, ImportError) as error:
        print(error)
"""
# What is absent: what is tried then, and what the message names.
NEEDED = {
    "matplotlib": ("refusal(lambda: result.plot())", "mix1d[plot]"),
    "jinja2": ("refusal(lambda: result.report('page.html'))", "mix1d[report]"),
    "narwhals": ("refusal(lambda: result.to_frame())", "mix1d[frames]"),
    "duckdb": ("import pathlib; refusal(lambda: mix1d.fit(pathlib.Path('x.csv')))", "mix1d[cli]"),
    "sklearn": ("refusal(lambda: __import__('mix1d.sklearn'))", "mix1d[sklearn]"),
    "diptest": ("print(result.summary(tests=True, replicates=9))", "mix1d[tests]"),
}
# What is absent: what other libraries do all the same.
SPARED = {
    "pandas": "import polars; s = polars.Series('x', x); frame = polars.DataFrame",
    "polars": "import pandas; s = pandas.Series(x, name='x'); frame = pandas.DataFrame",
    "pyarrow": "import pandas; s = pandas.Series(x, name='x', dtype='Float64'); frame = pandas.DataFrame",
}
# What is absent: the command that needs it, and what the message names.
COMMANDS = {
    "duckdb": ("fit", "mix1d[cli]"),
    "rich": ("fit", "mix1d[cli]"),
    "dash": ("explore", "mix1d[explore]"),
    "plotly": ("explore", "mix1d[explore]"),
}


def python(absent, *code, folder):
    script = "\n".join([HOOK.format(absent={absent}), *(textwrap.dedent(part) for part in code)])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=folder)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.parametrize("absent", NEEDED)
def test_a_missing_library_is_named_and_the_rest_works(absent, tmp_path):
    call, extra = NEEDED[absent]
    (tmp_path / "x.csv").write_text("x\n1\n2\n")
    done = python(absent, ANSWER, call, folder=tmp_path)
    assert extra in done.stdout


@pytest.mark.parametrize("absent", SPARED)
def test_one_library_does_not_need_another(absent, tmp_path):
    code = f"""
    {SPARED[absent]}
    other = mix1d.fit(s, 2)
    assert other.mixture == result.mixture and other.name == "x"
    assert isinstance(other.to_frame("responsibilities"), frame)
    print("done")
    """
    assert python(absent, ANSWER, code, folder=tmp_path).stdout == "done\n"


@pytest.mark.parametrize("absent", COMMANDS)
def test_commands_name_what_is_missing(absent, tmp_path):
    command, extra = COMMANDS[absent]
    (tmp_path / "x.csv").write_text("x\n1\n2\n")
    code = f"sys.argv = ['mix1d', {command!r}, 'x.csv']\nfrom mix1d.__main__ import main\nsys.exit(main())"
    done = python(absent, code, folder=tmp_path)
    assert done.returncode != 0
    assert extra in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 3


def test_a_missing_core_says_what_to_do(tmp_path):
    whole = HOOK.replace('name.partition(".")[0]', "name")
    script = whole.format(absent={"mix1d._core"}) + "import mix1d"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()
    assert last[-2] == "ModuleNotFoundError: No module named 'mix1d._core'"
    assert last[-1].startswith("mix1d: the native core is missing, or was built for another Python")
    assert "pip install mix1d" in last[-1]
