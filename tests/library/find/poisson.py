"""Poisson pseudo-maximum likelihood by plain iteration: a check on the library, not a product path."""

import numpy as np
import polars as pl

from corridor.find.gravity import TERMS


def fit_plainly(sample: pl.DataFrame, *, rounds: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return estimates and robust standard errors of ``TERMS`` and fitted values in millions of USD.

    Newton's method on the terms alone. For given terms the effects of exporters and importers are those at
    which fitted sums equal actual ones (iterative proportional fitting); they are then projected out of the
    terms with the fitted values as weights (Frisch–Waugh–Lovell). Standard errors are HC0.
    """
    places = []
    for name in ("exporter", "importer"):
        codes = sample[name].unique().sort()
        places.append(sample[name].cast(pl.Enum(codes)).to_physical().to_numpy())
    x, y = sample.select(TERMS).to_numpy(), sample["value_usd"].to_numpy() / 1e6
    sums = [np.bincount(place, y) for place in places]
    beta, effects = np.zeros(len(TERMS)), [np.ones(len(part)) for part in sums]
    for _ in range(rounds):
        mean = _fit_effects(np.exp(x @ beta), y, places, sums, effects)
        inner = _project(x, mean, places)
        bread = np.linalg.inv(inner.T @ (inner * mean[:, None]))
        step = bread @ (inner.T @ (y - mean))
        beta = beta + step
        if np.max(np.abs(step)) < 1e-12:
            break
    scores = inner * (y - mean)[:, None]
    return beta, np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread)), mean


def _fit_effects(base, y, places, sums, effects) -> np.ndarray:
    """Scale rows and columns in turn until the sums agree; ``effects`` start from the last round's."""
    for _ in range(5000):
        for side in (0, 1):
            other = base * effects[1 - side][places[1 - side]]
            effects[side] = sums[side] / np.bincount(places[side], other)
        mean = base * effects[0][places[0]] * effects[1][places[1]]
        if np.max(np.abs(np.bincount(places[0], mean) / sums[0] - 1)) < 1e-13:
            break
    return mean


def _project(x, weight, places) -> np.ndarray:
    """Take weighted means of rows and columns out of each column of ``x`` in turn until none are left."""
    inner = x - np.average(x, axis=0, weights=weight)
    totals = [np.bincount(place, weight) for place in places]
    for _ in range(5000):
        largest = 0.0
        for place, total in zip(places, totals, strict=True):
            means = np.stack([np.bincount(place, weight * column) / total for column in inner.T], axis=1)
            inner = inner - means[place]
            largest = max(largest, float(np.abs(means).max()))
        if largest < 1e-12:
            break
    return inner
