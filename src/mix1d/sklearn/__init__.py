"""The scikit-learn estimator; the only modules that import scikit-learn (extra ``sklearn``)."""

try:
    from sklearn.utils.validation import validate_data  # noqa: F401 (new in 1.6)
except ImportError:
    raise ImportError('mix1d.sklearn needs scikit-learn 1.6 or later: pip install "mix1d[sklearn]"') from None

from mix1d.sklearn.estimator import GaussianMixture1D

__all__ = ["GaussianMixture1D"]
