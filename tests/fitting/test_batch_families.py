"""fit_many of other families than the normal: the table is that of a loop over fit, with their parameters."""

import numpy as np
import pandas
import pytest

import mix1d
from batches import BEYOND

RNG = np.random.default_rng(31)
COLUMNS = {
    "gamma": np.concatenate([RNG.gamma(3.0, 1.0, 120), RNG.gamma(80.0, 0.3, 100)]),
    "short": RNG.lognormal(1.0, 0.4, 60),
    "negative": RNG.normal(0.0, 1.0, 50),
}


def rows_of(family, k):
    found = []
    for values in COLUMNS.values():
        try:
            found.append(mix1d.fit(values, k, family=family))
        except mix1d.InputError as error:
            found.append(str(error))
    return found


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("family", ["gamma", {"gamma", "lognormal"}, "auto"])
def test_the_table_is_that_of_single_fits(family, threads):
    table = mix1d.fit_many(COLUMNS, [1, 2], family=family, threads=threads)
    for i, expected in enumerate(rows_of(family, [1, 2])):
        if isinstance(expected, str):
            assert (table["k"][i], table["family"][i], table["error"][i]) == (0, "", expected)
            continue
        k = len(expected.mixture.weights)
        assert (table["k"][i], table["family"][i], table["error"][i]) == (k, expected.family, "")
        assert table["log_likelihood"][i] == expected.log_likelihood
        for name in ("weights", "means", "sds"):
            np.testing.assert_array_equal(table[name][i, :k], getattr(expected.mixture, name))
            assert np.isnan(table[name][i, k:]).all()
        codes = dict.fromkeys(f.code for f in expected.findings if f.code not in BEYOND)
        assert set(table["findings"][i].split()) == set(codes)
        for j, component in enumerate(expected.mixture.components):
            for name, value in component.parameters.items():
                if name not in ("mean", "sd"):
                    assert table[f"{name}s"][i, j] == value


def test_parameters_of_families_that_were_named_are_columns_though_none_was_found():
    table = mix1d.fit_many({"negative": COLUMNS["negative"]}, 1, family="gamma")
    assert np.isnan(table["shapes"]).all()
    assert np.isnan(table["scales"]).all()
    assert "family 'gamma' needs values above 0" in table["error"][0]


def test_normal_tables_have_no_more_columns_than_before():
    assert "family" not in mix1d.fit_many(COLUMNS, 1)
    assert "family" not in mix1d.fit_many(COLUMNS, 1, layout="long")


def test_components_of_their_own_families_in_both_layouts():
    columns = {name: COLUMNS[name] for name in ("gamma", "short")}
    wide = mix1d.fit_many(columns, 2, family=["gamma", "normal"])
    long = mix1d.fit_many(columns, 2, family=["gamma", "normal"], layout="long")
    for i, values in enumerate(columns.values()):
        families = [one.family for one in mix1d.fit(values, 2, family=["gamma", "normal"]).mixture.components]
        assert wide["family"][i] == "+".join(families)
        rows = np.flatnonzero(long["column"] == list(columns)[i])
        assert long["family"][rows].tolist() == families
        np.testing.assert_array_equal(long["shape"][rows], wide["shapes"][i])
        assert np.isnan(long["shape"][rows]).tolist() == [family == "normal" for family in families]


def test_a_frame_has_a_column_for_each_parameter_of_each_component():
    frame = pandas.DataFrame({"a": COLUMNS["gamma"], "b": COLUMNS["gamma"] + 1.0})
    table = mix1d.fit_many(frame, 2, family="weibull")
    names = list(table.columns)
    at = names.index("shape_1")
    assert names[at : at + 5] == ["shape_1", "scale_1", "shape_2", "scale_2", "family"]
    assert table["family"].tolist() == ["weibull", "weibull"]


def test_groups_in_long_tables_of_failed_columns_have_no_family():
    labels = np.repeat(["a", "b"], [220, 50])
    values = np.concatenate([COLUMNS["gamma"], COLUMNS["negative"]])
    table = mix1d.fit_many(values, 2, by=labels, family="gamma", layout="long")
    assert table["group"].tolist() == ["a", "a", "b"]
    assert table["family"].tolist() == ["gamma", "gamma", ""]


def test_a_family_that_is_none_is_refused_at_once():
    with pytest.raises(mix1d.InputError, match="family must be the name of a family, got 'gama'"):
        mix1d.fit_many(COLUMNS, family="gama")
