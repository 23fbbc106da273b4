r"""How a market and our sales grew, and why: rates, shares over the years, constant market shares.

Constant market shares after Leamer, E. E. and Stern, R. M. (1970), *Quantitative International
Economics*, ch. 7, and Richardson, J. D. (1971), "Constant-market-shares analysis of export growth",
Journal of International Economics 1(2), 227–239. For sales V of the exporter and imports M of the
destination markets, good k, market j, base year 0 and end year 1, with growth rates r of M

.. math::
    V^1 - V^0 = r V^0 + \sum_k (r_k - r) V_k^0 + \sum_{kj} (r_{kj} - r_k) V_{kj}^0
              + \sum_{kj} \Delta s_{kj} M_{kj}^0 + \sum_{kj} \Delta s_{kj} \Delta M_{kj}

world growth, commodity composition, market distribution, competitiveness at the market's size of the
base year, and the interaction of both changes; s = V / M. The last two together are the residual of the
original form. Shares of the end year instead of the base year move the interaction into the first three.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Matrix, divide
from corridor.tables import GROWTH, RIVAL_YEARS, SHARE_CHANGE, YEARS

#: Growth is counted over at most so many years.
LONGEST_SPAN: Final = 5
TERMS: Final = ("world_growth", "composition", "distribution", "competitiveness", "interaction")


@dataclass(frozen=True)
class ShareChange:
    """Why an exporter's sales changed between two years.

    markets: schema ``SHARE_CHANGE``, a row a destination; products: the same columns by ``product``.
    Both sum to the same totals. left_out_share: share of the exporter's sales of both years in markets
    whose imports are not known in both, which are left out.
    """

    exporter: str
    base_year: int
    end_year: int
    markets: pl.DataFrame
    products: pl.DataFrame
    left_out_share: float

    @property
    def total(self) -> dict[str, float]:
        """Return the sum of each column, in USD."""
        return {name: float(self.markets[name].sum()) for name in self.markets.columns if name != "market"}


def measure_years(
    trade: pl.LazyFrame | pl.DataFrame, exporter: str, importer: str, *, end_year: int | None = None
) -> pl.DataFrame:
    """Return a market's imports and the exporter's part by year and product (schema ``YEARS``).

    A year in which the market's imports are not in the data has no row: unknown, not zero. Within a
    known year a product without a row was not bought. Years after ``end_year`` are left out.
    """
    flows = _sum_flows(trade, importer, end_year)
    value = pl.col("value_usd")
    table = (
        flows.group_by("year", "product")
        .agg(
            market_usd=value.sum(),
            current_usd=value.filter(pl.col("exporter") == exporter).sum(),
            hhi=(value**2).sum() / value.sum() ** 2,
        )
        .filter(pl.col("market_usd") > 0)
        .collect(engine="streaming")
    )
    return YEARS.check(table.with_columns(pl.col("year").cast(pl.Int32)).sort("year", "product"))


def follow_rivals(
    trade: pl.LazyFrame | pl.DataFrame, competitors: pl.DataFrame, *, end_year: int | None = None
) -> pl.DataFrame:
    """Return the sales and shares of named competitors year by year (schema ``RIVAL_YEARS``).

    ``competitors`` has the columns importer (one economy), product and supplier.
    """
    importers = competitors["importer"].unique().to_list()
    if len(importers) != 1:
        raise InputError(f"competitors of {len(importers)} markets", rule="shares are followed in one market")
    named = competitors.select("product", exporter="supplier").unique()
    flows = _sum_flows(trade, importers[0], end_year).filter(
        pl.col("product").is_in(named["product"].unique().to_list())
    )
    table = (
        flows.with_columns(share=pl.col("value_usd") / pl.col("value_usd").sum().over("year", "product"))
        .join(named.lazy(), on=["product", "exporter"], how="semi")
        .select(pl.col("year").cast(pl.Int32), "product", "value_usd", "share", supplier="exporter")
        .collect(engine="streaming")
    )
    return RIVAL_YEARS.check(table).sort("product", "supplier", "year")


def _sum_flows(trade: pl.LazyFrame | pl.DataFrame, importer: str, end_year: int | None) -> pl.LazyFrame:
    rows = trade.lazy().filter(pl.col("importer") == importer, pl.col("exporter") != pl.col("importer"))
    if end_year is not None:
        rows = rows.filter(pl.col("year") <= end_year)
    return (
        rows.group_by("year", "product", "exporter")
        .agg(pl.col("value_usd").cast(pl.Float64).sum())
        .filter(pl.col("value_usd") > 0)
    )


def choose_base_year(years: list[int], end_year: int) -> int | None:
    """Return the earliest known year within ``LONGEST_SPAN`` years before ``end_year``, None without one."""
    return min((year for year in years if end_year - LONGEST_SPAN <= year < end_year), default=None)


def measure_growth(years: pl.DataFrame, *, base_year: int, end_year: int) -> pl.DataFrame:
    """Return growth by product between two years of a table ``YEARS`` (schema ``GROWTH``).

    Compound growth is (end / base)^(1 / n) − 1, logarithmic ln(end / base) / n, n = end − base in years.
    From or to zero there is no rate: null.

    Raises
    ------
    InputError: the years are not in order, or one of them is not known.
    """
    _check_years(years["year"].unique().sort().to_list(), base_year, end_year)
    base, end = (
        years.filter(pl.col("year") == year).select(
            "product",
            pl.col("market_usd").alias(f"market_{name}_usd"),
            pl.col("current_usd").alias(f"current_{name}_usd"),
        )
        for name, year in (("base", base_year), ("end", end_year))
    )
    table = base.join(end, on="product", how="full", coalesce=True).with_columns(
        pl.exclude("product").fill_null(0.0)
    )
    span = end_year - base_year
    return GROWTH.check(
        table.with_columns(
            *[rate.alias(name) for who in ("market", "current") for name, rate in _rate(who, span).items()],
            base_year=pl.lit(base_year, dtype=pl.Int32),
            end_year=pl.lit(end_year, dtype=pl.Int32),
        ).sort("product")
    )


def _rate(who: str, span: int) -> dict[str, pl.Expr]:
    base, end = pl.col(f"{who}_base_usd"), pl.col(f"{who}_end_usd")
    log = pl.when((base > 0) & (end > 0)).then((end / base).log() / span)
    return {f"{who}_growth": log.exp() - 1, f"{who}_log_growth": log}


def _check_years(known: list[int], base_year: int, end_year: int) -> None:
    if base_year >= end_year:
        raise InputError(f"growth from {base_year} to {end_year}", rule="the base year comes first")
    for year in (base_year, end_year):
        if year not in known:
            raise InputError(
                f"the market's imports of {year} are not in this dataset",
                rule=f"they are known for {', '.join(map(str, known)) or 'no year'}",
            )


def decompose_change(before: TradeMargins, after: TradeMargins, exporter: str) -> ShareChange:
    """Decompose the change of an exporter's sales by constant market shares.

    Both margins must hold the exporter's sales (``measure_margins(..., exporters=[exporter])``), each of
    one year, in one nomenclature. Only markets whose imports are known in both years count. The terms
    sum to the change exactly (to rounding), in all, by market and by product.

    Raises
    ------
    InputError: the years are not in order, or the sales were not measured.
    """
    if before.year >= after.year:
        raise InputError(f"growth from {before.year} to {after.year}", rule="the base year comes first")
    for margins in (before, after):
        if exporter not in margins.sales:
            raise InputError(
                f"the sales of {exporter!r} were not measured", rule="measure_margins with exporters=[...]"
            )
    economies = sorted({*before.economies, *after.economies})
    products = sorted({*before.products, *after.products})
    sold, bought = (
        [_spread(part, margins, economies, products) for part, margins in pairs]
        for pairs in (
            [(before.sales[exporter], before), (after.sales[exporter], after)],
            [(before.imports, before), (after.imports, after)],
        )
    )
    known = (bought[0].sum(axis=1) > 0) & (bought[1].sum(axis=1) > 0)
    everything = sold[0].sum() + sold[1].sum()
    counted = [part[known] for part in (*sold, *bought)]
    terms = compute_terms(*counted)
    return ShareChange(
        exporter=exporter,
        base_year=before.year,
        end_year=after.year,
        markets=SHARE_CHANGE.check(_tabulate(np.array(economies)[known], "market", counted, terms, axis=1)),
        products=_tabulate(np.array(products), "product", counted, terms, axis=0),
        left_out_share=float(1 - (counted[0].sum() + counted[1].sum()) / everything) if everything else 0.0,
    )


def compute_terms(
    sold_before: Matrix, sold_after: Matrix, bought_before: Matrix, bought_after: Matrix
) -> dict[str, Matrix]:
    """Return the five terms of constant market shares for each cell (markets × products), in USD.

    Where a market bought nothing of a good in the base year its growth there has no rate: whatever is
    sold there later counts as interaction, since share and market both rose from nothing. Where it stopped
    buying, the share has not changed: nobody sells there any more.
    """
    share = divide(sold_before, bought_before)
    gained = np.where(bought_after > 0, divide(sold_after, bought_after) - share, 0.0)
    grown = bought_after - bought_before
    world = float(divide(grown.sum(), bought_before.sum()))
    of_good = divide(grown.sum(axis=0), bought_before.sum(axis=0))
    world_growth = world * sold_before
    composition = (of_good - world) * sold_before
    return {
        "world_growth": world_growth,
        "composition": composition,
        "distribution": share * grown - world_growth - composition,
        "competitiveness": gained * bought_before,
        "interaction": gained * grown,
    }


def _spread(part: Matrix, margins: TradeMargins, economies: list[str], products: list[str]) -> Matrix:
    whole = np.zeros((len(economies), len(products)))
    rows = np.searchsorted(economies, margins.economies)
    columns = np.searchsorted(products, margins.products)
    whole[np.ix_(rows, columns)] = part
    return whole


def _tabulate(
    codes: np.ndarray[tuple[int], np.dtype[np.str_]],
    name: str,
    counted: list[Matrix],
    terms: dict[str, Matrix],
    *,
    axis: int,
) -> pl.DataFrame:
    base, end = counted[0].sum(axis=axis), counted[1].sum(axis=axis)
    table = pl.DataFrame(
        {
            name: codes,
            "base_usd": base,
            "end_usd": end,
            "change_usd": end - base,
            **{f"{term}_usd": terms[term].sum(axis=axis) for term in TERMS},
        },
        schema_overrides={name: pl.String},
    )
    return table.filter((pl.col("base_usd") > 0) | (pl.col("end_usd") > 0)).sort(
        pl.col("change_usd").abs(), name, descending=[True, False]
    )
