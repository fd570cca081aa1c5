"""IS IT ANY GOOD: what speaks against a fit, and what to know before believing it."""
