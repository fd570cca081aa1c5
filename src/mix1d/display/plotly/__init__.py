"""Figures for Plotly as plain dicts: those of the report and of the explorer."""
