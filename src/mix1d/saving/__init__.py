"""KEEPING: results as JSON and tables, models as programs for other tools."""
