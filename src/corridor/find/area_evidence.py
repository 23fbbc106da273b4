"""Named evidence on areas: computed from trade in their goods, or imported. What is missing stays missing.

Each indicator belongs to one criterion and describes one economy: strength is the partner's, need, effect
and readiness are home's. Definitions, units and reasons for each choice: docs/methods/find-areas.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from corridor.data.areas import Area, map_products
from corridor.find.goods import PairGoods
from corridor.tables import AREA_EVIDENCE, AREA_INDICATORS

CONTEXT: Final = "context"
Side = Literal["home", "partner"]
#: An indicator known for fewer areas than this cannot compare any: it is shown and not scored.
LEAST_AREAS: Final = 2


@dataclass(frozen=True, slots=True)
class TradeIndicator:
    """An indicator computed from goods: its criterion, whom it describes, and its unit (usd or share)."""

    criterion: str
    side: Side
    unit: str


TRADE_INDICATORS: Final[dict[str, TradeIndicator]] = {
    "partner_world_share": TradeIndicator("strength", "partner", "share"),
    "partner_special_products": TradeIndicator("strength", "partner", "share"),
    "home_imports_usd": TradeIndicator("need", "home", "usd"),
    "home_net_imports_usd": TradeIndicator("need", "home", "usd"),
    "unrealised_usd": TradeIndicator("effect", "home", "usd"),
    "current_usd": TradeIndicator("effect", "home", "usd"),
    "home_specialisation": TradeIndicator("readiness", "home", "share"),
    "home_special_products": TradeIndicator("readiness", "home", "share"),
    "partner_import_share": TradeIndicator(CONTEXT, "home", "share"),
}


@dataclass(frozen=True)
class Evidence:
    """All evidence on areas.

    indicators: schema ``AREA_INDICATORS`` without ``normalised``; a row for every area and indicator, with a
    null value where evidence is missing. sums: a row an area with goods, its trade in USD and ``products``
    (HS6 codes of its map that the data hold). products: schema ``AREA_PRODUCTS`` with the columns of the
    goods. unused: imported rows that say nothing about this pair, by reason.
    """

    indicators: pl.DataFrame
    sums: pl.DataFrame
    products: pl.DataFrame
    unused: dict[str, int]


def gather_evidence(
    goods: PairGoods, areas: Sequence[Area], imported: pl.DataFrame | None = None
) -> Evidence:
    """Compute the trade evidence of every area and put imported indicators beside it.

    ``imported``: schema ``AREA_EVIDENCE``; of several years the latest counts. A row on another economy
    than the one its criterion is about, an area that is not compared, or an older year is not used and
    counted by reason.
    """
    mapped = map_products(areas, goods.table["product"].to_list())
    products = mapped.join(goods.table, on="product", how="left", maintain_order="left")
    sums = sum_areas(products, goods)
    parts = [_tabulate_trade(sums, goods, areas)]
    unused: dict[str, int] = {}
    if imported is not None and imported.height:
        used, unused = _choose_rows(AREA_EVIDENCE.check(imported), goods, areas)
        parts.append(_spread_imported(used, goods, areas))
    indicators = pl.concat(parts)
    return Evidence(_mark_scored(indicators), sums, products, unused)


def sum_areas(products: pl.DataFrame, goods: PairGoods) -> pl.DataFrame:
    """Sum the goods of each area and compute its trade indicators; unknown sums and shares stay null.

    Beside the indicators: partner_rca, home_rca (the area's share of an economy's exports over its share
    of the world's), world_exports_usd, home_exports_usd, partner_exports_usd, partner_imports_usd.
    """
    world, home, partner = goods.world_total_usd, goods.home_total_usd, goods.partner_total_usd
    amounts = [name for name in products.columns if name.endswith("_usd")]
    with_rca = products.with_columns(
        home_line_rca=_specialise("home_exports_usd", home, world),
        partner_line_rca=_specialise("partner_exports_usd", partner, world),
    )
    summed = with_rca.group_by("area", maintain_order=True).agg(
        *[pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in amounts],
        products=pl.len().cast(pl.Int32),
        home_special_products=(pl.col("home_line_rca") > 1).mean(),
        partner_special_products=(pl.col("partner_line_rca") > 1).mean(),
    )
    with_shares = summed.with_columns(
        partner_world_share=_divide(pl.col("partner_exports_usd"), pl.col("world_exports_usd")),
        home_net_imports_usd=(pl.col("home_imports_usd") - pl.col("home_exports_usd")).clip(lower_bound=0),
        partner_import_share=_divide(pl.col("reverse_usd"), pl.col("home_imports_usd")),
        home_rca=_specialise("home_exports_usd", home, world),
        partner_rca=_specialise("partner_exports_usd", partner, world),
    )
    return with_shares.with_columns(home_specialisation=pl.col("home_rca") / (1 + pl.col("home_rca")))


def _specialise(exports: str, total: float | None, world: float | None) -> pl.Expr:
    """Return RCA (Balassa 1965): the share of the economy in these goods over its share of all exports."""
    if not total or not world:
        return pl.lit(None, dtype=pl.Float64)
    return _divide(pl.col(exports), pl.col("world_exports_usd")) / (total / world)


def _divide(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _tabulate_trade(sums: pl.DataFrame, goods: PairGoods, areas: Sequence[Area]) -> pl.DataFrame:
    names = list(TRADE_INDICATORS)
    every = pl.DataFrame({"area": [area.area for area in areas]}, schema={"area": pl.String})
    wide = every.join(sums.select("area", *names), on="area", how="left", maintain_order="left")
    long = wide.unpivot(on=names, index="area", variable_name="indicator", value_name="value")
    economies = {"home": goods.home, "partner": goods.partner}
    told = {
        "criterion": {name: item.criterion for name, item in TRADE_INDICATORS.items()},
        "unit": {name: item.unit for name, item in TRADE_INDICATORS.items()},
        "economy": {name: economies[item.side] for name, item in TRADE_INDICATORS.items()},
    }
    return _finish(
        long.with_columns(
            *[pl.col("indicator").replace_strict(words).alias(name) for name, words in told.items()],
            year=pl.lit(goods.year, dtype=pl.Int32),
            better=pl.lit("higher"),
            source=pl.lit(goods.source.title, dtype=pl.String),
            imported=pl.lit(False),
        )
    )


def _choose_rows(
    imported: pl.DataFrame, goods: PairGoods, areas: Sequence[Area]
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the latest row of each area and indicator on this pair, and why the others are not used."""
    asked = (
        pl.when(pl.col("criterion") == "strength").then(pl.lit(goods.partner)).otherwise(pl.lit(goods.home))
    )
    known = imported.filter(pl.col("area").is_in([area.area for area in areas]))
    about = known.filter(pl.col("economy") == asked)
    latest = about.sort("year").unique(["area", "criterion", "indicator"], keep="last", maintain_order=True)
    unused = {
        "unknown_area": imported.height - known.height,
        "other_economy": known.height - about.height,
        "older_year": about.height - latest.height,
    }
    return latest, {reason: count for reason, count in unused.items() if count}


def _spread_imported(used: pl.DataFrame, goods: PairGoods, areas: Sequence[Area]) -> pl.DataFrame:
    """Give every area a row for every imported indicator, null where the table says nothing about it."""
    names = used.group_by("criterion", "indicator", maintain_order=True).agg(
        pl.col("economy", "unit", "better").first()
    )
    every = pl.DataFrame({"area": [area.area for area in areas]}, schema={"area": pl.String})
    spread = every.join(names, how="cross").join(
        used.select("area", "criterion", "indicator", "year", "value", "source"),
        on=["area", "criterion", "indicator"],
        how="left",
        maintain_order="left",
    )
    return _finish(spread.with_columns(imported=pl.lit(True)))


def _finish(rows: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in AREA_INDICATORS.columns if name not in ("scored", "normalised")]
    return rows.select(columns)


def _mark_scored(indicators: pl.DataFrame) -> pl.DataFrame:
    """Mark what counts: an indicator of a criterion, with values for two areas or more."""
    known = pl.col("value").count().over("criterion", "indicator")
    return indicators.with_columns(scored=(pl.col("criterion") != CONTEXT) & (known >= LEAST_AREAS))
