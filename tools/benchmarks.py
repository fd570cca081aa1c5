"""Bring the numbers of bench/results.json into README.md and docs/benchmarks.md, and draw its pictures.

`python tools/benchmarks.py write` writes what stands between marks such as ``<!-- benchmarks: peers -->`` and
``<!-- end of peers -->``, and docs/images/benchmark_*.svg; `check` in the place of `write` says what differs.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmark_promises import PROMISES

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results.json"
PAGES = {ROOT / "README.md": "bench/", ROOT / "docs" / "benchmarks.md": "../bench/"}
MARKED = re.compile(r"(<!-- benchmarks: (\w+) -->\n).*?\n(<!-- end of \2 -->)", re.S)
ISAS = {"base": "SSE2 or NEON", "v3": "AVX2", "v4": "AVX-512"}
IDLE = 0.5  # processes that wait for the processor, on average, before a run
AT_LEAST = ("times faster", "values a second")  # of these more is better
FEW = 5  # values that stand beside each other in one cell


class Row(NamedTuple):
    """What one row of a script says."""

    script: str
    isa: str
    facts: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.facts.get(name)


class Results:
    """What `bench/run_all.py` has kept."""

    def __init__(self, kept: dict[str, Any]):
        self.runs = kept["runs"]
        self.scripts = kept["scripts"]
        self.rows = [Row(name, row["isa"], row) for name, of in self.scripts.items() for row in of["rows"]]

    def of_best_isa(self, script: str) -> list[Row]:
        """Return the rows of a script with the instruction set that its machine takes by itself."""
        if script not in self.scripts:
            return []
        isa = self.runs[self.scripts[script]["run"]]["isa"]
        return [row for row in self.rows if row.script == script and row.isa == isa]

    def find(self, script: str, pattern: str) -> list[Row]:
        """Return the rows whose words match."""
        return [row for row in self.of_best_isa(script) if re.search(pattern, row.what)]

    def one(self, script: str, what: str) -> Row | None:
        """Return a row by its words; None where it was not measured."""
        return next((row for row in self.of_best_isa(script) if row.what == what), None)


# ---- words


def seconds(value: float) -> str:
    """Return a time as a person reads it.

    >>> seconds(0.01234), seconds(3.1e-5), seconds(4.2e-9), seconds(41.23)
    ('12 ms', '31 µs', '4.2 ns', '41 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{short(value / size)} {unit}"
    return f"{short(value * 1e9)} ns"


def short(value: float) -> str:
    """Return two digits of a number, and all of its whole part.

    >>> short(1.234), short(12.34), short(1234.5), short(0.7531)
    ('1.2', '12', '1,234', '0.75')
    """
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.2g}"


def amount(value: float, measure: str) -> str:
    """Return a value or a budget in the words of its measure."""
    if measure == "seconds":
        return seconds(value)
    if measure == "values a second":
        return f"{value / 1e6:,.0f} million/s"
    if measure == "sds":
        return f"{value:.0e} sds" if value else "0 sds"
    return f"{short(value)}{'×' if measure.startswith('times') else f' {measure}'}"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)


def together(rows: list[Row], field: str) -> str:
    """Return values or budgets in one cell: each, those that differ, or from where to where."""
    numbers = [row.facts[field] for row in rows]
    if field == "budget" and len(set(numbers)) == 1:
        numbers = numbers[:1]
    if len(numbers) > FEW:
        numbers = [min(numbers), max(numbers)]
        return " to ".join(amount(number, rows[0].measure) for number in numbers)
    return " / ".join(amount(number, rows[0].measure) for number in numbers)


# ---- the machine


def where(results: Results) -> str:
    """Say when and on what most of it was measured, and how busy that was."""
    run = results.runs[_main_run(results)]
    text = f"Measured on {run['date']} on {run['cores']} cores ({run['processor']}, {ISAS[run['isa']]}), "
    if run["load"] is not None and run["load"] < IDLE:
        text += "with nothing else running."
    else:
        text += "while other work was running: read the ratios, not the digits."
    return text + (" A quick run, of few repeats: only to see that all runs." if run["quick"] else "")


def machine(results: Results, link: str) -> str:
    """Say where, when and with what, and what comes from another run."""
    main = _main_run(results)
    run = results.runs[main]
    names = ", ".join(f"{name} {number}" for name, number in run["versions"].items() if name != "mix1d")
    text = f"{where(results)} One run of `bench/run_all.py`. {run['system']}; {names}."
    for i, other in enumerate(results.runs):
        if i != main:
            scripts = (name for name, script in results.scripts.items() if script["run"] == i)
            text += f" From another run, of {other['date']}: {', '.join(scripts)}."
    ended = [f"{name} {script['ended']}" for name, script in results.scripts.items() if script["ended"]]
    return text + (f" Not complete: {'; '.join(ended)}." if ended else "")


def _main_run(results: Results) -> int:
    """Return the run that most scripts are of."""
    runs = [script["run"] for script in results.scripts.values()]
    return max(range(len(results.runs)), key=runs.count)


# ---- tables


def promises(results: Results, link: str) -> str:
    """Return what each promise says, and whether it is kept."""
    rows = []
    for text, *places in PROMISES:
        found = [row for script, pattern in places for row in results.find(script, pattern) if row.verdict]
        where = ", ".join(dict.fromkeys(f"[{script}]({link}{script})" for script, _ in places))
        if not found:
            rows.append((text, "not measured", "", "", where))
            continue
        missed = sum(row.verdict != "within" for row in found)
        kept = "yes" if not missed else "**no**" if missed == len(found) else f"not {missed} of {len(found)}"
        sign = "≥" if found[0].measure in AT_LEAST else "≤"
        budget = f"{sign} {together(found, 'budget')}"
        rows.append((text, together(found, "value"), budget, kept, where))
    return table(("promise", "measured", "budget", "kept", "script"), rows)


def peers(results: Results, link: str) -> str:
    """Return ours beside what peers take in the same run."""
    lines = [(*line[:3], f"[{line[3]}]({link}{line[3]})") for line in _beside(results)]
    return table(("", "mix1d", "peer in the same run", "script"), lines)


def front(results: Results, link: str) -> str:
    """Return the few rows of the README, and those of a study that takes hours."""
    fit = "whole fit with its search, n = "
    few = ("one EM pass", f"{fit}200", f"{fit}1,0", "`fit_many`")
    lines = [line[:3] for line in _beside(results) if line[0].startswith(few)]
    return f"{where(results)}\n\n{table(('', 'mix1d', 'peer in the same run'), [*lines, JUDGED])}"


JUDGED = (
    "best optimum known, 210 fresh hard samples",
    "209",
    "the judge: 300 polished random starts each",
)


def _beside(results: Results) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is compared, our time, and the peers'."""
    for text, script, patterns, per in (
        ("one EM pass, n = 1,000,000, k = 3, one thread", "speed_pass.py", "^one EM pass", 1e6),
        ("whole fit with its search, n = 200, k = 2", "speed_small.py", "scikit-learn", 1),
        ("whole fit with its search, n = 1,000,000, k = 3", "speed_large.py", "n = 1,000,000 .*all", 1),
        ("whole fit with its search, n = 10,000,000, k = 3", "speed_large.py", "n = 10,000,000 .*all", 1),
        (
            "`fit_many`, 20,000 columns of 500 values, k from 1 to 3, one column on one core",
            "speed_many.py",
            "^a column against",
            1,
        ),
        ("bootstrap test, 1 against 2, n = 200, 999 replicates", "speed_order_test.py", "mclust", 1),
        ("999 weighted replicates of a fit, n = 272, k = 2", "speed_bootstrap.py", "^weighted, Old", 1),
        ("999 resampled replicates of a fit, n = 272, k = 2", "speed_bootstrap.py", "^nonparametric, Old", 1),
    ):
        rows = results.find(script, patterns)
        if not rows:
            yield text, "not measured", "", script
            continue
        unit = " a value" if per > 1 else ""
        theirs = ", ".join(
            f"{row.peer} {seconds(row.theirs / per)} ({short(row.value)}×)" for row in rows if row.peer
        )
        note = {"speed_large.py": ": EM alone", "speed_small.py": "; its default start, which ends lower"}
        yield text, seconds(rows[0].ours / per) + unit, theirs + note.get(script, ""), script


def kinds(results: Results, link: str) -> str:
    """Return fits of rows of other kinds beside those of the values themselves."""
    lines = []
    for row in (*results.find("speed_kinds.py", r"k = \d$"), *results.find("speed_kinds.py", "test, bins")):
        beside = row.what.split(", bins")[0] if row.what.startswith("bootstrap") else row.what
        exact = results.one("speed_kinds.py", f"{beside}: as exact values")
        kept = "" if row.verdict == "within" else ": missed"
        lines.append(
            (
                f"{row.what}, 1 against 2, n = 200" if row.what.startswith("bootstrap") else row.what,
                f"{seconds(row.value)} (fastest {seconds(row.fastest)})",
                seconds(exact.value) if exact else "",
                f"{seconds(row.budget)}{kept}",
            )
        )
    return table(("one thread, search included", "time", "the same values, exactly known", "budget"), lines)


FAMILIES = {
    "lognormal": "lognormal",
    "gamma": "gamma",
    "weibull": "Weibull",
    "inverse_gaussian": "inverse Gaussian",
    "logistic": "logistic",
    "beta": "beta",
    "student_t": "Student t",
    "skew_normal": "skew-normal",
}


def families(results: Results, link: str) -> str:
    """Return what each family costs beside normals."""
    lines = []
    for family, said in FAMILIES.items():
        passes = results.find("speed_families.py", f"^one pass, k = ., {family}$")
        (whole,) = results.find("speed_families.py", f"^whole fit, {family}$") or (None,)
        if not passes:
            continue
        costs = " / ".join(short(row.value) for row in passes)
        least = f" ({passes[0].budget:g})" if passes[0].budget else ""
        fit = f"{short(whole.value)}, {seconds(whole.ours)} ({whole.budget:g})" if whole else ""
        lines.append((said, costs + least, fit))
    head = ("times those of normals (budget)", "one pass, k = 2 / 3 / 6", "whole fit, n = 500, k = 3")
    return table(head, lines)


def passes(results: Results, link: str) -> str:
    """Return the general passes with every instruction set."""
    lines = []
    for isa, said in ISAS.items():
        rows = [row for row in results.rows if row.script == "speed_general.py" and row.isa == isa]
        em, derivatives = ([row for row in rows if word in row.what] for word in ("EM", "derivatives"))
        ratios = [" / ".join(short(row.value) for row in part) for part in (em, derivatives)]
        if rows:
            own = " / ".join(seconds(row.theirs) for row in derivatives)
            lines.append((said, *ratios, own))
    head = ("k = 2 / 3 / 6", "EM pass, times normals'", "derivatives, times normals'", "normals', a value")
    return table(head, lines)


def sketching(results: Results, link: str) -> str:
    """Return values a second of the pass, by type and threads."""
    rates: dict[str, list[str]] = {}
    for row in results.find("speed_sketch.py", "threads$"):
        rates.setdefault(row.what.rpartition(", ")[0], []).append(f"{row.value / 1e6:,.0f}")
    lines = [(name, *of) for name, of in rates.items()]
    for row in results.find("speed_sketch.py", "^Parquet"):
        lines.append(("Parquet through DuckDB, read and sketched", "", f"{row.value / 1e6:,.0f}"))
    return table(("million values a second", "one thread", "two"), lines)


BLOCKS = {
    "machine": machine,
    "front": front,
    "peers": peers,
    "promises": promises,
    "kinds": kinds,
    "families": families,
    "passes": passes,
    "sketching": sketching,
}


# ---- pages


def rendered(page: str, results: Results, link: str) -> str:
    """Return a page with what stands between its marks written anew."""
    return MARKED.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]](results, link)}\n\n{found[3]}", page)


def stale() -> Iterator[Path]:
    """Yield the pages and pictures that are not those of the results."""
    kept = Results(json.loads(RESULTS.read_text(encoding="utf-8")))
    for path, link in PAGES.items():
        page = path.read_text(encoding="utf-8")
        if rendered(page, kept, link) != page:
            yield path
    from benchmark_figures import FIGURES, mark_of

    for path, (of, _) in FIGURES.items():
        if not path.exists() or mark_of(of(kept)) not in path.read_text(encoding="utf-8"):
            yield path


def write() -> None:
    kept = Results(json.loads(RESULTS.read_text(encoding="utf-8")))
    for path, link in PAGES.items():
        path.write_text(rendered(path.read_text(encoding="utf-8"), kept, link), encoding="utf-8")
    from benchmark_figures import draw

    draw(kept)


def main() -> None:
    if sys.argv[1:] == ["write"]:
        write()
    elif sys.argv[1:] == ["check"]:
        if late := [str(path.relative_to(ROOT)) for path in stale()]:
            sys.exit(f"not as bench/results.json says: {', '.join(late)}: python tools/benchmarks.py write")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
