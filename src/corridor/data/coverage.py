"""What a trade table covers, computed from the flows themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from corridor.data.manifest import Contents, Coverage
from corridor.tables import MFN


@dataclass(frozen=True, slots=True)
class Margins:
    """The margins of one year of trade: all that its coverage needs, and small."""

    year: int
    rows: int
    value_usd: float
    exports: pl.DataFrame
    importers: pl.Series
    products: pl.Series


def measure_margins(trade: pl.LazyFrame) -> list[Margins]:
    """Return the margins of each year of ``trade`` (columns of ``tables.TRADE``), in one pass a margin.

    Flows of value 0, and of an economy to itself, show nothing and are not counted as presence.
    """
    positive = trade.filter(pl.col("value_usd") > 0, pl.col("exporter") != pl.col("importer"))
    totals, exports, importers, products = pl.collect_all(
        [
            trade.group_by("year").agg(pl.len(), pl.col("value_usd").sum()).sort("year"),
            positive.group_by("year", "exporter").agg(pl.col("value_usd").sum()),
            positive.select("year", "importer").unique(),
            positive.select("year", "product").unique(),
        ]
    )
    return [
        Margins(
            year=int(year),
            rows=int(rows),
            value_usd=float(value),
            exports=exports.filter(pl.col("year") == year).drop("year"),
            importers=importers.filter(pl.col("year") == year)["importer"],
            products=products.filter(pl.col("year") == year)["product"],
        )
        for year, rows, value in totals.iter_rows()
    ]


def cover(margins: Sequence[Margins], *, listed_products: Collection[str] | None = None) -> Coverage:
    """Return the coverage of one or more years.

    An economy that exports but has no import at all is a missing importer: its imports are unknown,
    not zero. ``listed_products`` are the codes that could be there; None where no list is known.
    """
    exports = (
        pl.concat([margin.exports for margin in margins])
        .group_by("exporter")
        .agg(pl.col("value_usd").sum())
        .sort("value_usd", "exporter", descending=[True, False])
    )
    importers = pl.concat([margin.importers for margin in margins]).unique()
    products = set(pl.concat([margin.products for margin in margins]))
    missing = exports.filter(~pl.col("exporter").is_in(importers.implode()))
    total = float(exports["value_usd"].sum())
    return Coverage(
        years=tuple(sorted(margin.year for margin in margins)),
        rows=sum(margin.rows for margin in margins),
        value_usd=sum(margin.value_usd for margin in margins),
        exporters=exports.height,
        destination_markets=len(importers),
        products=len(products),
        missing_importers=tuple(missing["exporter"]),
        missing_importers_export_share=float(missing["value_usd"].sum()) / total if total else 0.0,
        absent_products=None if listed_products is None else len(set(listed_products) - products),
    )


#: The columns of codes that are counted in a table that is no trade.
_COUNTED: Final = {
    "importers": "importer",
    "exporters": "exporter",
    "economies": "economy",
    "regions": "region",
    "products": "product",
    "indicators": "indicator",
    "sources": "source",
    "targets": "target",
}


def measure_contents(table: pl.LazyFrame) -> Contents:
    """Return what a table that is no trade covers; the exporter ``MFN`` stands for everyone and is not counted."""
    columns = table.collect_schema().names()
    counted = {name: column for name, column in _COUNTED.items() if column in columns}
    sums = table.select(
        [
            pl.col(column).filter(pl.col(column) != MFN).n_unique().alias(name)
            for name, column in counted.items()
        ]
    ).collect()
    years: Sequence[int] = ()
    if "year" in columns:
        years = table.select(pl.col("year").unique().sort()).collect()["year"].to_list()
    return Contents(
        years=tuple(years),
        counts={name: int(sums[name].item()) for name in counted},
        shares=_share_bases(table) if "basis" in columns else {},
    )


def _share_bases(table: pl.LazyFrame) -> dict[str, float]:
    found = table.group_by("basis").len().sort("len", "basis", descending=[True, False]).collect()
    total = int(found["len"].sum())
    return {str(basis): rows / total for basis, rows in found.iter_rows()}
