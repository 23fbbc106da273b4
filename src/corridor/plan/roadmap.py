"""A target's table phased over periods: what must be reached when, and from which source.

The lines come from elsewhere as a table (``tables.TARGET_LINES``); this stage only spreads them over
periods. The line ``no_source_found`` is whatever no other line covers in a period; it stays visible and is
never spread over the others. Every period sums to its required value exactly, to the cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.errors import InputError
from corridor.tables import TARGET_LINES

NO_SOURCE: Final = "no_source_found"
REALISED: Final = "realised"
MOST_PERIODS: Final = 200


@dataclass(frozen=True)
class TargetPath:
    """A target phased over periods 0 (today) … n.

    lines: period, line, value_usd; in each period the lines sum to ``required_usd`` of that period.
    required_usd: shape (n + 1,). growth: per period, 0.175 = 17.5 %; None where nothing is there today.
    """

    lines: pl.DataFrame = field(repr=False)
    required_usd: tuple[float, ...]
    growth: float | None


def grow_path(base_usd: float, target_usd: float, periods: int) -> tuple[NDArray[np.float64], float | None]:
    """Return the path from base to target at constant growth, shape (periods + 1,), and that growth.

    growth = (target / base)^(1 / periods) − 1. From a base of 0 no growth leads anywhere: the path is then
    a straight line and the growth None.
    """
    for name, amount in (("base_usd", base_usd), ("target_usd", target_usd)):
        if not (isfinite(amount) and amount >= 0):
            raise InputError(f"{name} {amount} is not usable", rule="an amount is a number not below 0")
    if not 1 <= periods <= MOST_PERIODS:
        raise InputError(f"{periods} periods", rule=f"a target has 1 to {MOST_PERIODS} periods")
    steps = np.arange(periods + 1) / periods
    if base_usd == 0 or target_usd == 0:
        return base_usd + (target_usd - base_usd) * steps, None
    path = base_usd * (target_usd / base_usd) ** steps
    path[0], path[-1] = base_usd, target_usd
    return path, float((target_usd / base_usd) ** (1 / periods) - 1)


def phase_target(
    lines: pl.DataFrame, *, periods: int, ramps: Mapping[str, Sequence[float]] | None = None
) -> TargetPath:
    """Phase a decomposed target over periods (years or quarters).

    Parameters
    ----------
    lines: schema ``tables.TARGET_LINES`` with the lines ``realised`` (what is reached today) and
        ``no_source_found``; they sum to the target.
    ramps: by line, the share 0…1 of its final value that is there at each period 0 … n, shape
        (periods + 1,), rising and ending at 1. Without a ramp a line rises evenly; ``realised`` stands.

    Returns
    -------
    The path. In a period a line gives at most what the lines before it have left to be reached.

    Raises
    ------
    SchemaError, InputError: a line is missing or negative, a ramp does not fit.
    """
    checked = TARGET_LINES.check(lines)
    names, cents = _read_lines(checked)
    base = cents[names.index(REALISED)]
    path, growth = grow_path(base / 100, int(cents.sum()) / 100, periods)
    required = np.rint(path * 100).astype(np.int64)
    required[0], required[-1] = base, cents.sum()
    shares = _read_ramps(names, ramps or {}, periods)
    values = _fill(required, np.rint(shares * cents[:, None]).astype(np.int64), names)
    return TargetPath(
        lines=_list_lines(names, values),
        required_usd=tuple((required / 100).tolist()),
        growth=growth,
    )


def _read_lines(lines: pl.DataFrame) -> tuple[list[str], NDArray[np.int64]]:
    """Return the lines and their cents, ``no_source_found`` last."""
    names = lines["line"].to_list()
    for needed in (REALISED, NO_SOURCE):
        if needed not in names:
            raise InputError(f"the target has no line {needed!r}", rule="its lines sum to the target visibly")
    bad = lines.filter(~(pl.col("value_usd").is_finite() & (pl.col("value_usd") >= 0)))
    if bad.height:
        raise InputError(
            f"line {bad['line'][0]!r} holds {bad['value_usd'][0]}", rule="a line is a number not below 0"
        )
    ordered = lines.sort(pl.col("line") == NO_SOURCE, maintain_order=True)
    return ordered["line"].to_list(), np.rint(ordered["value_usd"].to_numpy() * 100).astype(np.int64)


def _read_ramps(
    names: Sequence[str], ramps: Mapping[str, Sequence[float]], periods: int
) -> NDArray[np.float64]:
    even = np.arange(periods + 1) / periods
    shares = np.array([np.ones(periods + 1) if name == REALISED else even for name in names])
    for name, ramp in ramps.items():
        if name not in names or name == NO_SOURCE:
            raise InputError(f"ramp for {name!r}", rule=f"a ramp belongs to one of {', '.join(names[:-1])}")
        given = np.asarray(ramp, dtype=np.float64)
        rising = given.shape == (periods + 1,) and (np.diff(given) >= 0).all()
        if not (rising and given[0] >= 0 and abs(given[-1] - 1) < 1e-9):
            raise InputError(
                f"ramp of {name!r}: {list(ramp)}", rule=f"{periods + 1} shares, rising from 0 or more to 1"
            )
        shares[names.index(name)] = given
    return shares


def _fill(required: NDArray[np.int64], offered: NDArray[np.int64], names: Sequence[str]) -> NDArray[np.int64]:
    """Fill each period line by line; the last line, no_source_found, takes what is left."""
    before = np.cumsum(offered[:-1], axis=0) - offered[:-1]
    taken = np.clip(required - before, 0, offered[:-1])
    return np.vstack([taken, required - taken.sum(axis=0)])


def _list_lines(names: Sequence[str], values: NDArray[np.int64]) -> pl.DataFrame:
    count = values.shape[1]
    return pl.DataFrame(
        {
            "period": np.tile(np.arange(count, dtype=np.int32), len(names)),
            "line": [name for name in names for _ in range(count)],
            "value_usd": values.ravel() / 100,
        }
    ).sort("period", maintain_order=True)
