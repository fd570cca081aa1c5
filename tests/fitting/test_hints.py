"""Names of other packages: the error says what is meant, and is the one that Python would raise."""

import copy
import inspect
import pickle

import numpy as np
import pytest

import mix1d
from mix1d import hints

X = np.array([1.0, 1.2, 0.8, 1.1, 0.9, 5.0, 5.3, 4.6, 5.1, 4.8])
RESULT = mix1d.fit(X, 2)


@pytest.mark.parametrize(
    ("verb", "arguments", "message"),
    [
        ("fit", {"k": 3}, "fit() takes n_components, not k, as in fit(x, 3)"),
        ("fit", {"n_clusters": 3}, "fit() takes n_components, not n_clusters, as in fit(x, 3)"),
        ("fit", {"components": 3}, "fit() takes n_components, not components, as in fit(x, 3)"),
        (
            "fit",
            {"sample_weights": X},
            "fit() takes sample_weight, not sample_weights, a weight for each row",
        ),
        (
            "fit",
            {"random_state": 0},
            "fit() has no argument random_state, and needs none: there is nothing r",
        ),
        ("fit", {"n_init": 9}, "fit() has no argument n_init, and needs none: it searches for the best opti"),
        (
            "fit",
            {"covariance_type": "tied"},
            'fit() takes sds, not covariance_type: sds="equal" is one for a',
        ),
        ("fit", {"familly": "gamma"}, "fit() has no argument familly: did you mean family?"),
        ("fit", {"colour": 1}, "fit() has no argument colour: help(mix1d.fit) explains those it has"),
        (
            "em",
            {"n_components": 2, "random_state": 0},
            "em() takes rng, not random_state, a seed or a Genera",
        ),
        (
            "order_test",
            {"n_components": 1, "seed": 0},
            "order_test() takes rng, not seed, a seed or a Genera",
        ),
        ("fit_many", {"k": 2}, "fit_many() takes n_components, not k, as in fit_many(x, 3)"),
    ],
)
def test_an_argument_of_another_name(verb, arguments, message):
    with pytest.raises(TypeError) as caught:
        getattr(mix1d, verb)(X, **arguments)
    assert isinstance(caught.value, mix1d.InputError)
    assert str(caught.value).startswith(message)


def test_the_door_cannot_be_seen():
    for verb in (mix1d.fit, mix1d.em, mix1d.order_test, mix1d.fit_many):
        assert next(iter(inspect.signature(verb).parameters)) in ("data", "columns")
        assert pickle.loads(pickle.dumps(verb)) is verb
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'data'"):
        mix1d.fit()


def test_a_warning_points_at_the_line_that_called():
    with pytest.warns(mix1d.NotConvergedWarning) as caught:
        mix1d.fit(X, 2, start=mix1d.Mixture([0.5, 0.5], [2.0, 3.0], [2.0, 2.0]), max_iter=1)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    "weights", [np.ones(60), np.full(60, 1 / 60), np.ones(8), np.arange(8.0), [0.5, 0.6]]
)
def test_weights_of_rows_are_told_their_name(weights):
    with pytest.raises(mix1d.InputError, match="a weight for each row is sample_weight"):
        mix1d.fit(np.arange(len(weights) * 1.0), weights=weights)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("params", "FitResult has no params: result.weights, result.means and result.sds are the estimates"),
        ("means_", "FitResult has no means_: result.means"),
        ("labels_", "FitResult has no labels_: result.predict() has the component of each row"),
        ("bic_", "FitResult has no bic_: result.bic"),
        (
            "score",
            "FitResult has no score: result.log_likelihood is that of the data, result.mixture.logpdf(",
        ),
        ("describe", "FitResult has no describe: print(result) says everything in words"),
        ("summry", "FitResult has no summry: did you mean summary?"),
        ("no_such_thing", "FitResult has no no_such_thing"),
    ],
)
def test_an_attribute_of_another_name(name, message):
    assert not hasattr(RESULT, name)
    with pytest.raises(AttributeError) as caught:
        getattr(RESULT, name)
    assert isinstance(caught.value, mix1d.Mix1dError)
    assert str(caught.value).startswith(message)
    assert (caught.value.name, caught.value.obj) == (name, RESULT)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda result: pickle.loads(pickle.dumps(result))]
)
def test_results_are_copied_as_before(copied):
    assert copied(RESULT).mixture == RESULT.mixture


def test_an_error_inside_of_a_property_is_not_hidden(monkeypatch):
    monkeypatch.setattr(mix1d.FitResult, "findings", property(lambda self: self.mixture.nothing))
    with pytest.raises(AttributeError, match="'Mixture' object has no attribute 'nothing'"):
        RESULT.findings  # noqa: B018


def test_no_hint_is_about_a_name_that_there_is():
    assert [name for name in hints.RESULT if hasattr(RESULT, name)] == []


@pytest.mark.parametrize("hint", sorted({hint for hint in hints.RESULT.values()}))
def test_what_a_hint_names_is_there(hint):
    """Every `result.xyz` of a hint exists, so that one wrong name does not lead to the next."""
    named = [words.split("(")[0] for words in hint.replace(",", " ").split() if words.startswith("result.")]
    for path in named:
        thing = RESULT
        for part in path.split(".")[1:]:
            thing = getattr(thing, part)
