"""A first check of an installed package, which needs neither pytest nor any extra.

`python tests/house/test_minimal.py` runs it, so that every wheel can be tried where it was built.
"""

import math
import os
import subprocess
import sys
from statistics import NormalDist

import numpy as np

import mix1d


def two_groups():
    """Return 120 values in two well separated groups, around 10 and 20, by a rule and not by chance."""
    low = [NormalDist(10.0, 1.0).inv_cdf((i + 0.5) / 40) for i in range(40)]
    high = [NormalDist(20.0, 0.5).inv_cdf((i + 0.5) / 80) for i in range(80)]
    return np.concatenate([high, low])


def test_two_groups_are_found():
    x = two_groups()
    result = mix1d.fit(x, 2)
    assert result.converged
    assert result.n_obs == 120
    np.testing.assert_allclose(result.mixture.weights, [1 / 3, 2 / 3], atol=1e-3)
    np.testing.assert_allclose(result.mixture.means, [10.0, 20.0], atol=1e-2)
    assert math.isclose(result.log_likelihood, float(np.sum(result.mixture.logpdf(x))), rel_tol=1e-12)
    assert math.isclose(float(np.mean(result.mixture.responsibilities(x)[:, 0])), result.mixture.weights[0])


def test_one_group_is_mean_and_sd():
    x = np.array([1.0, 2.0, 4.0, 7.0])
    mixture = mix1d.fit(x, 1).mixture
    assert math.isclose(mixture.means[0], 3.5, rel_tol=1e-12)
    assert math.isclose(mixture.sds[0], np.std(x), rel_tol=1e-12)


def test_the_number_of_groups_is_chosen():
    result = mix1d.fit(two_groups())
    assert len(result.mixture.weights) == 2
    assert sum(row.chosen for row in result.selection) == 1


def test_bad_input_is_refused_in_words():
    message = ""
    try:
        mix1d.fit([1.0, 2.0, float("nan")], 1)
    except mix1d.InputError as error:
        message = str(error)
    assert "nan" in message.lower()
    assert "2" in message


def test_every_instruction_set_gives_the_same_bits():
    code = (
        "import mix1d; from test_minimal import two_groups; r = mix1d.fit(two_groups(), 2); m = r.mixture; "
        "print(mix1d.build_info()['isa']); "
        "print(*[float(v).hex() for v in (*m.weights, *m.means, *m.sds, r.log_likelihood)])"
    )
    answers = set()
    for isa in mix1d.build_info()["isas"].split():
        environment = os.environ | {
            "MIX1D_ISA": isa,
            "PYTHONPATH": os.path.dirname(os.path.abspath(__file__)),
        }
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        used, numbers = done.stdout.splitlines()
        assert used == isa
        answers.add(numbers)
    assert len(answers) == 1


if __name__ == "__main__":
    checks = [value for name, value in list(globals().items()) if name.startswith("test_")]
    for check in checks:
        check()
    print(
        f"{len(checks)} checks passed with mix1d {mix1d.build_info()['version']}, {mix1d.build_info()['isa']}"
    )
