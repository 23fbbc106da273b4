"""A market: who supplies it, how concentrated each product is, and what tariffs do between suppliers.

All of it needs only the market's own imports and is complete even where other importers are missing.
"""

from collections.abc import Collection
from typing import Final

import numpy as np
import polars as pl

from corridor.find.margins import TradeMargins
from corridor.find.matrices import Matrix, divide
from corridor.find.tariffs import BASES, TariffRates
from corridor.tables import COMPETITORS, CONCENTRATION, SUPPLIERS

#: Suppliers of a product that are kept by name.
TOP_SUPPLIERS: Final = 5


def rank_suppliers(margins: TradeMargins, importer: str) -> pl.DataFrame:
    """Return the suppliers of ``importer`` (schema ``SUPPLIERS``), the largest first.

    Complete even where other importers are missing: it only needs the market's own imports.
    """
    margins.index_economy(importer)
    values = margins.flows[importer].sum(axis=1)
    table = pl.DataFrame(
        {
            "importer": np.full(len(values), importer),
            "supplier": np.array(margins.economies),
            "value_usd": values,
            "share": divide(values, values.sum()),
        },
        schema_overrides={"importer": pl.String, "supplier": pl.String},
    )
    ranked = (
        table.filter(pl.col("value_usd") > 0)
        .sort(["value_usd", "supplier"], descending=[True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
    )
    return SUPPLIERS.check(ranked)


def rank_competitors(
    margins: TradeMargins,
    importer: str,
    *,
    exporter: str | None = None,
    products: Collection[str] | None = None,
    top: int = TOP_SUPPLIERS,
) -> pl.DataFrame:
    """Return the ``top`` suppliers of each product in a market (schema ``COMPETITORS``).

    The exporter is kept at its rank, wherever that is, where it sells the product. Ties go to the lower
    economy code. Rows stand by product and rank.

    Parameters
    ----------
    products: only these, in any order; all by default.

    Raises
    ------
    UnknownEconomyError: the data hold no trade of importer or exporter.
    """
    margins.index_economy(importer)
    values = margins.flows[importer]
    rank = rank_columns(values)
    kept = rank <= top
    if exporter is not None:
        kept[margins.index_economy(exporter)] = True
    if products is not None:
        kept = kept & np.isin(np.array(margins.products), np.array(sorted(products), dtype=str))
    column, row = np.nonzero((kept & (values > 0)).T)
    table = pl.DataFrame(
        {
            "importer": np.full(len(row), importer),
            "product": np.array(margins.products)[column],
            "supplier": np.array(margins.economies)[row],
            "value_usd": values[row, column],
            "share": values[row, column] / values.sum(axis=0)[column],
            "rank": rank[row, column].astype(np.int32),
        },
        schema_overrides={"importer": pl.String, "product": pl.String, "supplier": pl.String},
    )
    return COMPETITORS.check(table.sort("product", "rank"))


def rank_columns(values: Matrix) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return the rank of each cell in its column: 1 is the largest, the earlier row first among equals."""
    order = np.argsort(-values, axis=0, kind="stable")
    rank = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(rank, order, np.arange(1, len(values) + 1)[:, None], axis=0)
    return rank


def concentrate(values: Matrix) -> Matrix:
    """Return the Herfindahl–Hirschman index of each column, the sum of squared shares; 0 for an empty one.

    Source: Hirschman (1945) and Herfindahl (1950), as told by Hirschman (1964), American Economic
    Review 54(5), 761.
    """
    return np.asarray((divide(values, values.sum(axis=0)) ** 2).sum(axis=0))


def measure_concentration(margins: TradeMargins, importer: str) -> pl.DataFrame:
    """Return the concentration of a market's suppliers by product (schema ``CONCENTRATION``).

    Only products that the market imports; effective suppliers are 1 / HHI.
    """
    margins.index_economy(importer)
    values = margins.flows[importer]
    hhi = concentrate(values)
    bought = hhi > 0
    table = pl.DataFrame(
        {
            "product": np.array(margins.products)[bought],
            "imports_usd": values.sum(axis=0)[bought],
            "hhi": hhi[bought],
            "effective_suppliers": 1 / hhi[bought],
            "suppliers": (values > 0).sum(axis=0)[bought].astype(np.int32),
        },
        schema_overrides={"product": pl.String},
    )
    return CONCENTRATION.check(table)


def compare_tariffs(competitors: pl.DataFrame, exporter: str, duties: TariffRates) -> pl.DataFrame:
    """Add to competitors (schema ``COMPETITORS``) what each pays at the border, against the exporter.

    Adds ``rate_percent`` (the competitor's), ``rate_basis`` (a code of ``tariffs.BASES``), ``own_rate_percent``
    (the exporter's) and ``margin_points`` = competitor's − own, in percentage points: above zero the exporter
    pays less. Unknown rates stay null.

    Parameters
    ----------
    duties: of the market, with the exporter, the competitors and their products in it.
    """
    columns = competitors["product"].cast(pl.Enum(duties.products)).to_physical().to_numpy()
    rows = competitors["supplier"].cast(pl.Enum(duties.economies)).to_physical().to_numpy()
    own = duties.rates[duties.economies.index(exporter)]
    return competitors.with_columns(
        rate_percent=pl.Series(duties.rates[rows, columns], dtype=pl.Float64).fill_nan(None),
        rate_basis=pl.Series(np.array(BASES)[duties.basis[rows, columns]], dtype=pl.String),
        own_rate_percent=pl.Series(own[columns], dtype=pl.Float64).fill_nan(None),
    ).with_columns(margin_points=pl.col("rate_percent") - pl.col("own_rate_percent"))


def average_margin(compared: pl.DataFrame, exporter: str) -> pl.DataFrame:
    """Average the tariff margin over the competitors of each product, weighted by what they sell.

    Takes a table of ``compare_tariffs``. Columns: product, margin_points (null where no rate of a
    competitor is known), known_share (share of the competitors' sales with a known margin, 0…1).
    """
    others = compared.filter(pl.col("supplier") != exporter)
    known = pl.col("margin_points").is_not_null()
    weight = pl.col("value_usd").filter(known)
    return (
        others.group_by("product", maintain_order=True)
        .agg(
            total=(pl.col("margin_points").filter(known) * weight).sum(),
            known=weight.sum(),
            known_share=weight.sum() / pl.col("value_usd").sum(),
        )
        .select(
            "product",
            margin_points=pl.when(pl.col("known") > 0).then(pl.col("total") / pl.col("known")),
            known_share="known_share",
        )
    )
