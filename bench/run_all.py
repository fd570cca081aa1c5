"""Run the benchmarks once, one after the other, and keep what they measure in results.json, with the machine.

python bench/run_all.py                       all that times something, about twenty minutes on two cores
python bench/run_all.py speed_small memory    these alone; what is known of the others stays
python bench/run_all.py --quick --out t.json  few repeats and small sizes: whether all scripts run
python bench/run_all.py --studies             accuracy, peers and the judge instead, which only print

A script that fails or is interrupted keeps the rows that it had, and loses none of the others': the file is
written after each. `python tools/benchmarks.py write` brings the numbers into README.md and docs.
"""

import argparse
import datetime
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = (
    "speed_pass",
    "speed_general",
    "speed_families",
    "speed_kinds",
    "speed_large",
    "speed_sketch",
    "speed_small",
    "speed_refit",
    "speed_bootstrap",
    "speed_intervals",
    "speed_select",
    "speed_many",
    "speed_order_test",
    "speed_certificate",
    "speed_import",
    "speed_cli",
    "speed_sizes",
    "memory",
    "engines",
)
STUDIES = ("accuracy", "peers_kinds", "peers_families", "judge")
PACKAGES = ("numpy", "scipy", "scikit-learn", "pyspark", "dask", "duckdb", "pyarrow")
SECONDS = 900  # after which a script is stopped


def processor():
    """Return the name that the processor gives itself."""
    try:
        names = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        names = []
    return names[0].strip() if names else platform.processor() or platform.machine()


def memory():
    """Return the memory of the machine in GB, None where nobody says."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
    except (AttributeError, ValueError, OSError):
        return None


def versions():
    """Return the versions of all that takes part."""
    import mix1d

    info = mix1d.build_info()
    found = {"Python": platform.python_version(), "mix1d": info["version"], "compiler": info["compiler"]}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    code = 'cat(R.version$major, ".", R.version$minor, " ", as.character(packageVersion("mclust")), sep = "")'
    try:
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return found
    return found | dict(zip(("R", "mclust"), done.stdout.split(), strict=False))


def machine():
    """Return what a reader must know of the place where a run took place."""
    import mix1d
    from measure import CORES, QUICK

    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "cores": CORES,
        "memory_gb": memory(),
        "system": platform.system(),
        "isa": mix1d.build_info()["isa"],
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,  # of others, before
        "quick": QUICK,
        "versions": versions(),
    }


def rows_in(path):
    """Return the rows that a script has written; the last may be cut off."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            rows.append(json.loads(line))
        except ValueError:
            break
    return [{key: value for key, value in row.items() if key != "script"} for row in rows]


def run(path):
    """Run a script and return what it measured and how it ended."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rows.jsonl")
        begin = time.perf_counter()
        try:
            done = subprocess.run(
                [sys.executable, str(path)], env=os.environ | {"MIX1D_ROWS": str(file)}, timeout=SECONDS
            )
            ended = "" if done.returncode == 0 else f"ended with {done.returncode}"
        except subprocess.TimeoutExpired:
            ended = f"stopped after {SECONDS} s"
        except KeyboardInterrupt:
            ended = "interrupted"
        spent = time.perf_counter() - begin
        return {"seconds": round(spent, 1), "ended": ended, "rows": rows_in(file)}


def read(path):
    """Return the results of a file, with none yet where there is no file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"runs": [], "scripts": {}}


def write(path, results):
    """Write results with a row on each line, all at once; runs that no script is of any more are left out."""
    known = results["runs"]
    used = [known[script["run"]] for script in results["scripts"].values()]
    runs = [run for i, run in enumerate(known) if run in used and run not in known[:i]]
    scripts = []
    for name, script in sorted(results["scripts"].items()):
        others = {key: value for key, value in script.items() if key not in ("run", "rows")}
        facts = {"run": runs.index(known[script["run"]]), **others}
        rows = ",\n".join(f"    {json.dumps(row)}" for row in script["rows"])
        scripts.append(f'  {json.dumps(name)}: {json.dumps(facts)[:-1]}, "rows": [\n{rows}\n  ]}}')
    lines = ",\n".join(f"  {json.dumps(run)}" for run in runs)
    text = f'{{"runs": [\n{lines}\n], "scripts": {{\n' + ",\n".join(scripts) + "\n}}\n"
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scripts", nargs="*", help="names in this folder, or paths")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--studies", action="store_true")
    parser.add_argument("--out", type=Path, default=HERE / "results.json")
    options = parser.parse_args()
    if options.quick:
        os.environ["MIX1D_QUICK"] = "1"
    names = options.scripts or (STUDIES if options.studies else SCRIPTS)
    results = read(options.out)
    here = machine()
    failed = []
    for name in names:
        path = Path(name) if name.endswith(".py") else HERE / f"{name}.py"
        print(f"\n== {path.name}", flush=True)
        found = run(path)
        if found["ended"]:
            failed.append(f"{path.name} {found['ended']}")
        if found["rows"]:
            if here not in results["runs"]:
                results["runs"].append(here)
            results["scripts"][path.name] = {"run": results["runs"].index(here), **found}
            write(options.out, results)
            results = read(options.out)
        if found["ended"] == "interrupted":
            break
    if failed:
        sys.exit("failed: " + ", ".join(failed))


if __name__ == "__main__":
    main()
