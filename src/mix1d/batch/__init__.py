"""Many columns at once: `mix1d.fit_many`."""
