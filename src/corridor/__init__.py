"""Corridor: two economies run their technology cooperation, from evidence to results."""

__version__ = "0.1.0"
