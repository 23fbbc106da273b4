"""Duties of all markets laid out for the terms of the potential, which need a figure everywhere.

What a table states is read by ``find.tariffs``; here its gaps are filled. A supplier pays the rate stated
for it (a preference never above the rate for everyone), else the rate for everyone (MFN). Where a
market's line has no MFN rate: the mean of its chapter there, weighted by imports; else the market's mean;
where a market has no rate at all: the product's mean over the markets that have, the same for every
supplier, so that nobody gains an advantage from what is not known. ``find.tariffs.rate_matrix`` shows one
market with what is unknown left unknown; both agree wherever a rate is stated.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from corridor.data.unions import EUROPEAN_UNION
from corridor.errors import InputError
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Mask, Matrix, divide, fill_matrix
from corridor.find.tariffs import PREFERENTIAL, state_rates
from corridor.tables import MFN

#: Codes of ``TariffBook.codes``: 0 is a rate of the line itself.
FALLBACKS: Final = ("chapter_mean", "market_mean", "product_mean")
Codes = np.ndarray[Any, np.dtype[np.int8]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class TariffBook:
    """Rates as shares of the value, in the order of the margins.

    base: E × P, what a market levies on suppliers without a rate of their own; codes: E × P, its fallback.
    starts: E + 2 bounds: the rates for pairs of schedule n are ``starts[n]`` to ``starts[n + 1]`` of
    exporters, products, rates and preferential (flags: a claim, never above the rate for everyone). Schedule
    n is that of the n-th economy, the last that of the European Union. members: E flags of its members, union:
    of those that levy its rates, and none on members.
    """

    base: Matrix
    codes: Codes
    starts: Places
    exporters: Places
    products: Places
    rates: Matrix
    preferential: Mask
    members: Mask
    union: Mask

    def rates_of_pairs(self, market: int) -> tuple[Places, Places, Matrix]:
        """Return exporters, products and rates of what one market levies on single suppliers."""
        schedule = len(self.base) if self.union[market] else market
        part = slice(self.starts[schedule], self.starts[schedule + 1])
        exporters, products, rates = self.exporters[part], self.products[part], self.rates[part]
        general = np.where(self.codes[market, products] == 0, self.base[market, products], np.inf)
        return exporters, products, np.where(self.preferential[part], np.minimum(rates, general), rates)

    def levy(self, market: int) -> Matrix:
        """Return the E × P rates of one market by supplier."""
        rates = np.tile(self.base[market], (len(self.base), 1))
        exporters, products, stated = self.rates_of_pairs(market)
        rates[exporters, products] = stated
        if self.union[market]:
            rates[self.members] = 0.0
        return rates

    def code(self, market: int) -> Codes:
        """Return E × P codes of one market: 0 preferential, 1 MFN, then the fallbacks from 2 on."""
        codes = np.tile(self.codes[market] + 1, (len(self.base), 1)).astype(np.int8)
        exporters, products, _ = self.rates_of_pairs(market)
        codes[exporters, products] = 0
        if self.union[market]:
            codes[self.members] = 0
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
    schedules = [*margins.economies, EUROPEAN_UNION]
    stated = state_rates(tariffs, margins.economies, year=margins.year)
    rates = stated.rows.filter(pl.col("product").is_in(list(margins.products)))
    everyone = rates.filter(pl.col("exporter") == MFN)
    keys = ("importer", "product")
    value = pl.col("rate_percent") / 100
    there = fill_matrix(everyone.select(*keys, value=pl.lit(1.0)), keys, schedules, margins.products) > 0
    known = fill_matrix(everyone.select(*keys, value=value), keys, schedules, margins.products)
    codes_of = np.array(margins.economies, dtype=str)
    union = np.isin(codes_of, sorted(stated.levying))
    holder = np.where(union, len(union), np.arange(len(union)))
    known = np.where(there, known, np.nan)[holder]
    if np.isnan(known).all():
        raise InputError(
            "the tariffs hold no MFN rate of these markets and products",
            rule=f"at least one rate with exporter {MFN!r}; importers by three-letter codes, HS6 products of "
            "the revision of the trade",
        )
    base, codes = _fill_base(margins, known)
    inside = pl.col("exporter").is_in(sorted(stated.members)) & (pl.col("importer") == EUROPEAN_UNION)
    pairs = (
        rates.filter(pl.col("exporter").is_in(list(margins.economies)), ~inside)
        .select(
            pl.col("importer").cast(pl.Enum(schedules)).to_physical().cast(pl.Int64),
            pl.col("exporter").cast(pl.Enum(margins.economies)).to_physical().cast(pl.Int64),
            pl.col("product").cast(pl.Enum(margins.products)).to_physical().cast(pl.Int64),
            value=value,
            preferential=pl.col("basis") == PREFERENTIAL,
        )
        .sort("importer")
    )
    return TariffBook(
        base=base,
        codes=codes,
        starts=np.searchsorted(pairs["importer"].to_numpy(), np.arange(len(schedules) + 1)),
        exporters=pairs["exporter"].to_numpy(),
        products=pairs["product"].to_numpy(),
        rates=pairs["value"].to_numpy(),
        preferential=pairs["preferential"].to_numpy(),
        members=np.isin(codes_of, sorted(stated.members)),
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
    for market in range(len(imports)):
        exporters, products, rates = book.rates_of_pairs(market)
        gain = imports[market, products] * (rates - book.base[market, products])
        np.add.at(faced, (exporters, products), gain)
    if book.union.any():  # members meet no duty in each other's markets
        faced[book.members] -= levied[book.union].sum(axis=0)
        faced[book.union] += levied[book.union]  # their own is left out already
    markets = imports.sum(axis=0) - imports
    everywhere = divide(levied.sum(axis=0), imports.sum(axis=0))
    mean = np.where(markets > 0, divide(faced, markets), everywhere)
    world = divide((margins.exports * mean).sum(axis=0), margins.exports.sum(axis=0))
    return mean, world


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
