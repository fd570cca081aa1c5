"""`mix1d order`."""

import numpy as np
import pytest

import mix1d
from places import WAITING


def test_sequential_until_not_significant(run):
    code, out, err = run("order", WAITING, "--replicates", "199")
    first, second = (mix1d.order_test(np.loadtxt(WAITING, skiprows=1), k, replicates=199) for k in (1, 2))
    assert (code, err) == (0, "")
    assert out == (
        "waiting: n = 272\n"
        f"1 against 2:  statistic {first.statistic:.4f}  p = .005  (0 of 199 replicates as large)\n"
        f"2 against 3:  statistic {second.statistic:.4f}  p = .32  "
        f"({second.exceed} of 199 replicates as large)\n"
        "At least 2 components (p = .005), 3 not supported (p = .32).\n"
    )
    assert max(map(len, out.splitlines())) <= 80


def test_one_number_of_components(run):
    out = run("order", WAITING, "-k", "2", "--replicates", "19", "--seed", "4")[1]
    test = mix1d.order_test(np.loadtxt(WAITING, skiprows=1), 2, replicates=19, rng=4)
    assert out.splitlines()[1:] == [
        f"2 against 3:  statistic {test.statistic:.4f}  p = .45  ({test.exceed} of 19 replicates as large)",
        "3 components not supported (p = .45).",
    ]


def test_options_reach_the_test(run, monkeypatch):
    seen = {}

    def order_test(data, n_components, **options):
        seen.update(options, data=data, n_components=n_components)
        raise mix1d.InputError("enough")

    monkeypatch.setattr(mix1d, "order_test", order_test)
    options = [
        "--family",
        "lognorm",
        "--method",
        "em",
        "--sds",
        "equal",
        "--replicates",
        "9",
        "--stop",
        "besag-clifford",
    ]
    where = ["--column", "waiting / 10", "--weights", "waiting"]
    assert run("order", WAITING, "-k", "3", "--seed", "5", *options, *where) == (1, "", "mix1d: enough\n")
    assert seen.pop("data")[:3].tolist() == [7.9, 5.4, 7.4]
    assert seen.pop("sample_weight")[:3].tolist() == [79.0, 54.0, 74.0]
    assert seen == {
        "n_components": 3,
        "method": "em",
        "family": "lognorm",
        "sds": "equal",
        "background": None,
        "replicates": 9,
        "stop": "besag-clifford",
        "rng": 5,
    }


def test_beside_a_background(run):
    x = np.loadtxt(WAITING, skiprows=1)
    for option, ends in (("--background=0:120", (0, 120)), ("--background", True)):
        out = run("order", option, WAITING, "-k", "2", "--replicates", "9")[1]
        test = mix1d.order_test(x, 2, background=ends, replicates=9)
        assert f"statistic {test.statistic:.4f}" in out


def test_missing_values_are_left_out_on_request(run, file):
    path = file("x\n" + "\n".join(["1", "NA", "2", "4", "9"]) + "\n")
    assert run("order", path, "--missing", "raise")[0] == 1
    assert run("order", path, "--replicates", "9")[1].startswith("x: n = 4, 1 missing left out\n1 against 2:")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-k", "9"], 1, "-k must be at most the number of distinct values, 3, got 9"),
        (["--where", "x = 1"], 1, "-k must be below the number of distinct values, 1"),
        (["-k", "0"], 2, "'0' is not a whole number from 1"),
        (["-k", "1:3"], 2, "'1:3' is not a whole number from 1"),
        (["--sds", "auto"], 2, "auto"),
        (["--method", "dip"], 2, "dip"),
        (["--stop", "never"], 2, "never"),
        (["--replicates", "0"], 2, "'0' is not a whole number from 1"),
    ],
)
def test_mistakes(run, file, arguments, code, message):
    got, out, err = run("order", file("x\n1\n2\n4\n"), *arguments)
    assert (got, out) == (code, "")
    assert message in err


def test_help_says_how_it_goes_on(run):
    code, out, _ = run("order", "--help")
    assert code == 0
    assert "until p > .05" in " ".join(out.split())
    assert "\n    order " in run("--help")[1]
