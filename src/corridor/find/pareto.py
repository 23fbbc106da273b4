"""What no other line beats in every respect: Pareto fronts of several criteria, in layers.

A line is dominated where another is at least as good in every criterion and better in one. The first layer
holds what nothing dominates, the second what only the first dominates, and so on (non-dominated sorting,
Deb, Pratap, Agarwal & Meyarivan, IEEE Transactions on Evolutionary Computation 6 (2002) 182–197).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.errors import InputError
from corridor.find.matrices import Mask, Matrix

#: Criteria of a choice and the columns that hold them: all are better when larger.
CRITERIA: Final[dict[str, str]] = {
    "potential": "unrealised_usd",
    "firmness": "firmness",
    "complexity": "pci",
    "feasibility": "density",
}
#: Rows compared at a time: their flags stay in the processor's cache and their sums within a byte.
BLOCK: Final = 128
#: The flags of which row dominates which take n² bytes; ranks stand in 16 bits.
MOST_ROWS: Final = 20_000


@dataclass(frozen=True)
class ParetoFront:
    """Lines in layers.

    lines: the rows given that have every criterion, with a column ``layer`` (1 = the front), by layer, then
    by the first criterion and code. criteria: the criteria used, by name, with their columns. absent:
    criteria that the lines have no column for, or no figure in it. incomplete: rows left out because one
    of the criteria used is not known for them.
    """

    lines: pl.DataFrame = field(repr=False)
    criteria: Mapping[str, str]
    absent: tuple[str, ...]
    incomplete: int


def find_front(lines: pl.DataFrame, criteria: Mapping[str, str] = CRITERIA) -> ParetoFront:
    """Sort lines into Pareto layers by every criterion that they have figures for.

    A criterion without figures is left out by name and a line without one of the figures is left out and
    counted: neither is taken for zero.

    Raises
    ------
    InputError: fewer than two criteria have figures, or there are more rows than can be compared.
    """
    used = {
        name: column
        for name, column in criteria.items()
        if column in lines.columns and lines[column].is_not_null().any()
    }
    if len(used) < min(2, len(criteria)):
        raise InputError(
            f"only {', '.join(used) or 'no criterion'} has figures",
            rule="a front weighs two criteria or more",
            fix="Maybe use a run that holds the complexity of products",
        )
    complete = lines.drop_nulls(list(used.values()))
    layers = sort_layers(complete.select(used.values()).to_numpy().astype(np.float64))
    first = next(iter(used.values()))
    ranked = complete.with_columns(layer=pl.Series(layers, dtype=pl.Int32)).sort(
        "layer", first, "product", descending=[False, True, False]
    )
    return ParetoFront(ranked, used, tuple(sorted(set(criteria) - set(used))), lines.height - complete.height)


def sort_layers(values: Matrix) -> NDArray[np.int32]:
    """Return the layer of each row of ``values`` (n × criteria, larger is better), the front being 1.

    Rows with the same values share a layer.

    Raises
    ------
    InputError: a value is not finite, or there are more rows than can be compared at once.
    """
    if not np.isfinite(values).all():
        raise InputError("a criterion is not a finite number", rule="criteria are finite")
    if len(values) > MOST_ROWS:
        raise InputError(f"{len(values)} rows to compare", rule=f"at most {MOST_ROWS}")
    if not len(values):
        return np.zeros(0, dtype=np.int32)
    distinct, place = np.unique(values, axis=0, return_inverse=True)
    ranks = [np.unique(column, return_inverse=True)[1].astype(np.uint16) for column in distinct.T]
    return _peel_layers(*_compare_rows(ranks))[place.ravel()]


def _compare_rows(ranks: list[NDArray[np.uint16]]) -> tuple[Mask, NDArray[np.int32]]:
    """Return which distinct row dominates which (n × n), and by how many each is dominated."""
    count = len(ranks[0])
    dominates = np.empty((count, count), dtype=bool)
    beaten = np.zeros(count, dtype=np.int32)
    for start in range(0, count, BLOCK):
        block = dominates[start : start + BLOCK]
        block[:] = True
        for rank in ranks:
            block &= rank[start : start + BLOCK, None] >= rank[None]
        block[np.arange(len(block)), np.arange(start, start + len(block))] = False
        beaten += _count_flags(block)
    return dominates, beaten


def _peel_layers(dominates: Mask, beaten: NDArray[np.int32]) -> NDArray[np.int32]:
    layers = np.zeros(len(beaten), dtype=np.int32)
    layer = 0
    while not layers.all():
        layer += 1
        front = np.flatnonzero((layers == 0) & (beaten == 0))
        layers[front] = layer
        for start in range(0, len(front), BLOCK):
            beaten -= _count_flags(dominates[front[start : start + BLOCK]])
    return layers


def _count_flags(block: Mask) -> NDArray[np.uint8]:
    """Return the flags set in each column of at most 255 rows."""
    flags: NDArray[np.uint8] = np.add.reduce(block.view(np.uint8), axis=0, dtype=np.uint8)
    return flags
