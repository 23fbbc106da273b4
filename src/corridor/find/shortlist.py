"""The 80/20 question: the smallest set of lines that carries a share of the total."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.matrices import Mask, Matrix


@dataclass(frozen=True, slots=True)
class ShortlistSummary:
    """How small the smallest sufficient set is.

    lines: lines in the set. positive_lines: the denominator, all lines with a value above zero.
    share_wanted, share_carried: asked for and reached, of unrealised_usd, the sum over all lines.
    carried_usd: the sum over the set.
    """

    lines: int
    positive_lines: int
    share_wanted: float
    share_carried: float
    unrealised_usd: float
    carried_usd: float


def choose_shortlist(values: Matrix, share: float = 0.8) -> Mask:
    """Return flags of the smallest set of lines whose values sum to at least ``share`` of the total.

    Sorting and taking a prefix is exact: any set of n lines carries at most what the n largest carry.
    Ties are broken by position, so sort the lines by code first for a set that never changes.
    ``values`` are finite and not negative; where all are zero the set is empty.
    """
    if not 0 < share <= 1:
        raise InputError(f"share {share}", rule="above 0 and at most 1")
    chosen = np.zeros(len(values), dtype=bool)
    order = np.argsort(-values, kind="stable")
    carried = np.cumsum(values[order])
    if len(values) and carried[-1] > 0:
        count = int(np.searchsorted(carried, share * carried[-1])) + 1
        chosen[order[:count]] = True
    return chosen


def summarise_shortlist(lines: pl.DataFrame, share: float) -> ShortlistSummary:
    """Summarise a table with columns ``unrealised_usd`` and ``shortlisted``."""
    total = float(lines["unrealised_usd"].sum())
    carried = float(lines.filter("shortlisted")["unrealised_usd"].sum())
    return ShortlistSummary(
        lines=int(lines["shortlisted"].sum()),
        positive_lines=lines.filter(pl.col("unrealised_usd") > 0).height,
        share_wanted=share,
        share_carried=carried / total if total else 0.0,
        unrealised_usd=total,
        carried_usd=carried,
    )
