"""Hypothesis draws new examples on a desk and the same ones in CI, where a failure must be news."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
