"""Duties that exporters meet: the rate of each market, supplier and product, with its fallback.

A supplier pays the preferential rate where one is given for it (never more than the MFN rate), else the
MFN rate. Where a market's line has no MFN rate: the mean of its chapter there, weighted by imports; else
the market's mean; where a market has no rate at all: the product's mean over the markets that have,
the same for every supplier, so that nobody gains an advantage from what is not known. A member of the
European Union without rates of its own levies the Union's, and none on other members. The duties of one
market as they are stated, with what is unknown left unknown, are in ``find.tariffs``.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from corridor.data.unions import EUROPEAN_UNION, list_members
from corridor.errors import InputError
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Mask, Matrix, divide, fill_matrix
from corridor.tables import MFN

#: Codes of ``TariffBook.codes``: 0 is a rate of the line itself.
FALLBACKS: Final = ("chapter_mean", "market_mean", "product_mean")
Codes = np.ndarray[Any, np.dtype[np.int8]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class TariffBook:
    """Rates as shares of the value, in the order of the margins.

    base: E × P, what a market levies on suppliers without preference; codes: E × P, its fallback.
    importers, exporters, products, rates: the preferential rates, one place each. stated: E flags of
    markets with at least one rate. union: E flags of members of the European Union that levy its rates.
    """

    base: Matrix
    codes: Codes
    importers: Places
    exporters: Places
    products: Places
    rates: Matrix
    stated: Mask
    union: Mask

    def levy(self, market: int) -> Matrix:
        """Return the E × P rates of one market by supplier."""
        rates = np.tile(self.base[market], (len(self.base), 1))
        here = self.importers == market
        rates[self.exporters[here], self.products[here]] = self.rates[here]
        if self.union[market]:
            rates[self.union] = 0.0
        return rates

    def code(self, market: int) -> Codes:
        """Return E × P codes of one market: 0 preferential, 1 MFN, then the fallbacks from 2 on."""
        codes = np.tile(self.codes[market] + 1, (len(self.base), 1)).astype(np.int8)
        here = self.importers == market
        codes[self.exporters[here], self.products[here]] = 0
        if self.union[market]:
            codes[self.union] = 0
        return codes


def read_tariffs(margins: TradeMargins, tariffs: pl.DataFrame) -> TariffBook:
    """Return the rates of a table (schema ``TARIFFS``) for the markets and products of ``margins``.

    Of each rate the latest up to the year of the trade is taken, else the first after it.

    Raises
    ------
    InputError: a negative or infinite rate, or no rate of these markets and products.
    """
    bad = tariffs.filter(~pl.col("rate_percent").is_finite() | (pl.col("rate_percent") < 0))
    if bad.height:
        raise InputError(f"the tariffs hold {bad.row(0)}", rule="rates are finite percentages, 0 or more")
    chosen = _choose_year(tariffs, margins.year)
    members, union = _find_members(chosen, margins)
    rates = _spread_union(chosen, members, margins.year).filter(
        pl.col("importer").is_in(list(margins.economies)), pl.col("product").is_in(list(margins.products))
    )
    everyone = rates.filter(pl.col("exporter") == MFN)
    if everyone.is_empty():
        raise InputError(
            "the tariffs hold no MFN rate of these markets and products",
            rule=f"at least one rate with exporter {MFN!r}; importers by three-letter codes, HS6 products of "
            "the revision of the trade",
        )
    preferential = rates.filter(pl.col("exporter").is_in(list(margins.economies)))
    keys = ("importer", "product")
    value = fill_matrix(everyone.select(*keys, "value"), keys, margins.economies, margins.products)
    known = (
        fill_matrix(everyone.select(*keys, value=pl.lit(1.0)), keys, margins.economies, margins.products) > 0
    )
    importers, exporters, products = (
        preferential[name].cast(pl.Enum(order)).to_physical().to_numpy().astype(np.int64)
        for name, order in (
            ("importer", margins.economies),
            ("exporter", margins.economies),
            ("product", margins.products),
        )
    )
    base, codes = _fill_base(margins, np.where(known, value, np.nan))
    paid = preferential["value"].to_numpy()
    return TariffBook(
        base=base,
        codes=codes,
        importers=importers,
        exporters=exporters,
        products=products,
        rates=np.minimum(paid, np.where(known[importers, products], base[importers, products], np.inf)),
        stated=np.asarray(known.any(axis=1)),
        union=union,
    )


def average_faced(book: TariffBook, margins: TradeMargins) -> tuple[Matrix, Matrix]:
    """Return the mean rate that exporters meet, E × P, and the world's mean, P.

    Of an exporter: over all markets but its own, weighted by what each imports of the product; of the
    world: over exporters, weighted by their exports.
    """
    imports = margins.imports
    levied = imports * book.base
    faced = levied.sum(axis=0) - levied
    gain = imports[book.importers, book.products] * (book.rates - book.base[book.importers, book.products])
    np.add.at(faced, (book.exporters, book.products), gain)
    if book.union.any():  # members meet no duty in each other's markets
        inside = levied[book.union].sum(axis=0)
        faced[book.union] -= inside - levied[book.union]
    markets = imports.sum(axis=0) - imports
    everywhere = divide(levied.sum(axis=0), imports.sum(axis=0))
    mean = np.where(markets > 0, divide(faced, markets), everywhere)
    world = divide((margins.exports * mean).sum(axis=0), margins.exports.sum(axis=0))
    return mean, world


def _choose_year(tariffs: pl.DataFrame, year: int) -> pl.DataFrame:
    """Keep one year of each schedule: of the trade, else the latest before, else the first after."""
    schedule = ["importer", "exporter"]
    before = pl.col("year").filter(pl.col("year") <= year).max()
    chosen = before.fill_null(pl.col("year").min()).over(schedule)
    kept = tariffs.filter(pl.col("year") == chosen)
    return kept.select(*schedule, "product", value=pl.col("rate_percent") / 100)


def _find_members(rates: pl.DataFrame, margins: TradeMargins) -> tuple[list[str], Mask]:
    """Return the members that levy the Union's rates, and flags of them."""
    reporters = set(rates["importer"].unique())
    members = sorted(list_members(margins.year) - reporters) if EUROPEAN_UNION in reporters else []
    return members, np.isin(np.array(margins.economies, dtype=str), members)


def _spread_union(rates: pl.DataFrame, members: list[str], year: int) -> pl.DataFrame:
    """Return rates with each row of the Union repeated for its members, a rate stated for one of them first."""
    origins = pl.DataFrame({"exporter": EUROPEAN_UNION, "member": sorted(list_members(year))})
    markets = pl.DataFrame(
        {"importer": [EUROPEAN_UNION] * len(members), "member": members},
        schema={"importer": pl.String, "member": pl.String},
    )
    spread = rates
    for key, table in (("exporter", origins), ("importer", markets)):
        whole = spread.filter(pl.col(key) == EUROPEAN_UNION).join(table, on=key)
        repeated = whole.with_columns(pl.col("member").alias(key)).select(spread.columns)
        spread = pl.concat([spread.filter(pl.col(key) != EUROPEAN_UNION), repeated])
    return spread.unique(["importer", "exporter", "product"], keep="first", maintain_order=True)


def _fill_base(margins: TradeMargins, known: Matrix) -> tuple[Matrix, Codes]:
    """Return base rates without gaps and the code of each one's fallback."""
    names = np.array([code[:2] for code in margins.products])
    chapters, chapter = np.unique(names, return_inverse=True)
    member = np.zeros((len(names), len(chapters)))
    member[np.arange(len(names)), chapter] = 1.0
    there = ~np.isnan(known)
    rates = np.where(there, known, 0.0)
    # a line that is not imported still tells something of its chapter, if only little
    weights = np.where(there, margins.imports + 1.0, 0.0)
    by_chapter = _average(rates * weights @ member, weights @ member)[:, chapter]
    by_market = _average((rates * weights).sum(axis=1), weights.sum(axis=1))[:, None]
    base = np.where(there, rates, np.where(np.isnan(by_chapter), by_market, by_chapter))
    codes = np.where(there, 0, np.where(np.isnan(by_chapter), 2, 1)).astype(np.int8)
    stated = np.asarray(there.any(axis=1))
    filled = np.where(stated[:, None], base, 0.0)
    counted = np.where(stated[:, None], margins.imports + 1.0, 0.0)
    base[~stated] = (filled * counted).sum(axis=0) / counted.sum(axis=0)
    codes[~stated] = 3
    return base, codes


def _average(sums: Matrix, weights: Matrix) -> Matrix:
    return np.divide(sums, weights, out=np.full_like(sums, np.nan), where=weights > 0)
