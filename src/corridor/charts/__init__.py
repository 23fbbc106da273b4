"""Functions that return Vega-Lite specifications."""
