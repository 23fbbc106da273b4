"""Filters that the Atlas of Economic Complexity lays over trade before it scores anything.

Source: Harvard Growth Lab's public pipeline (harvard-growth-lab/comtrade-mirroring, ``complexity.py``): only
economies whose reporting is reliable (about 123, a list the Growth Lab keeps); without codes of no product;
then without the products that together make the smallest 0.025 % of trade, that have two effective
exporters (1 / Herfindahl index) or fewer, or in which two economies or fewer are specialised.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.matrices import Mask, Matrix, divide
from corridor.find.rca import measure_rca

#: Codes the Atlas leaves out of HS data: gold, and what has no product.
NOISY_PRODUCTS: Final = ("7108", "9999", "XXXX")
#: Reason codes in the order in which they are tested; a code that fails several has the first.
REASONS: Final = ("not_reliable", "noisy_code", "small_share", "few_exporters", "low_ubiquity")


@dataclass(frozen=True, slots=True)
class AtlasFilters:
    """What is kept before scoring.

    economies: the reliable ones; None keeps all. noisy: product codes (with everything that starts so) left
    out. smallest_share: the smallest products that together make at most this share of trade are left out.
    exporters: a product has more effective exporters than this. ubiquity: more economies than this have an
    RCA of 1 or more in it.
    """

    economies: tuple[str, ...] | None = None
    noisy: tuple[str, ...] = NOISY_PRODUCTS
    smallest_share: float = 0.00025
    exporters: float = 2.0
    ubiquity: int = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """Flags of what is kept, C and P, and a row for each code left out: kind, code, reason."""

    economies: Mask
    products: Mask
    left_out: pl.DataFrame


def apply_filters(values: Matrix, economies: pl.Series, products: pl.Series, filters: AtlasFilters) -> Kept:
    """Return which economies and products of a C × P matrix of exports pass.

    Raises
    ------
    InputError: nothing passes.
    """
    reliable = (
        np.ones(len(economies), dtype=bool)
        if filters.economies is None
        else economies.is_in(list(filters.economies)).to_numpy()
    )
    reliable = reliable & (values.sum(axis=1) > 0)
    noisy = np.zeros(len(products), dtype=bool)
    for start in filters.noisy:
        noisy |= products.str.starts_with(start).to_numpy()
    kept = values[reliable][:, ~noisy]
    faults = np.full(len(products), -1)
    faults[noisy] = REASONS.index("noisy_code")
    if kept.size and kept.sum():
        faults[~noisy] = _fault_products(kept, filters)
    passing = faults < 0
    if not (kept.size and kept.sum() and passing.any()):
        raise InputError(
            "no economy or no product passes the filters",
            rule="economies named as reliable export something; products pass share, exporters and ubiquity",
            fix="Maybe name other economies, or compute without filters",
        )
    rows = [(code, "economy", "not_reliable") for code in economies.filter(pl.Series(~reliable))]
    named = pl.DataFrame({"code": products, "fault": faults}).filter(pl.col("fault") >= 0)
    rows += [(code, "product", REASONS[fault]) for code, fault in named.iter_rows()]
    left_out = pl.DataFrame(rows, schema=dict.fromkeys(("code", "kind", "reason"), pl.String), orient="row")
    return Kept(reliable, passing, left_out)


def _fault_products(values: Matrix, filters: AtlasFilters) -> Matrix:
    """Return for each product the place of its first fault in ``REASONS``, −1 where it has none."""
    traded = values.sum(axis=0)
    order = np.argsort(traded, kind="stable")
    cumulative = np.empty_like(traded)
    cumulative[order] = np.cumsum(traded[order]) / traded.sum()
    exporters = divide(np.ones_like(traded), np.sum(divide(values, traded) ** 2, axis=0))
    ubiquity = (measure_rca(values) >= 1).sum(axis=0)
    return np.select(
        [cumulative <= filters.smallest_share, exporters <= filters.exporters, ubiquity <= filters.ubiquity],
        [REASONS.index(name) for name in ("small_share", "few_exporters", "low_ubiquity")],
        -1,
    )
