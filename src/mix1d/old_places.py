"""Where pickles of earlier versions look for what has moved since; they are read for ever."""

import sys

from mix1d import data, errors
from mix1d.data import frames, sample
from mix1d.model import mixture
from mix1d.outcome import records

# Version 0.1
sys.modules |= {"mix1d.mixture": mixture, "mix1d._records": records, "mix1d._frames": frames}
vars(data)["Sample"] = sample.Sample
# What the native core raises is fetched by this name.
sys.modules["mix1d._errors"] = errors
