"""Unit values: what a ton of a product costs by supplier, and where the exporter stands.

Customs records give values and, for part of the flows, quantities. A flow whose quantity is missing or
zero has an unknown unit value: it is left out and the covered share of the value says so. Medians are
weighted by tons, so that a small odd shipment moves nothing; HS6 codes mix qualities, so that a unit
value is no price.
"""

import polars as pl

from corridor.tables import UNIT_VALUES


def measure_unit_values(
    trade: pl.LazyFrame | pl.DataFrame, importer: str, *, year: int
) -> pl.DataFrame | None:
    """Return the unit value of each supplier and product in a market, None where no quantity is recorded.

    Columns: product, supplier, value_usd, quantity_t (null unknown), unit_value_usd_t (USD a metric ton,
    null unknown).
    """
    table = trade.lazy()
    if "quantity_t" not in table.collect_schema().names():
        return None
    value, quantity = pl.col("value_usd").cast(pl.Float64), pl.col("quantity_t").cast(pl.Float64)
    flows = (
        table.filter(
            pl.col("importer") == importer,
            pl.col("year") == year,
            pl.col("exporter") != pl.col("importer"),
            value > 0,
        )
        .select(
            "product", supplier="exporter", value_usd=value, quantity_t=pl.when(quantity > 0).then(quantity)
        )
        .group_by("product", "supplier")
        .agg(
            pl.col("value_usd").sum(),
            # a sum with an unknown part is unknown
            quantity_t=pl.when(pl.col("quantity_t").null_count() == 0).then(pl.col("quantity_t").sum()),
        )
        .with_columns(unit_value_usd_t=pl.col("value_usd") / pl.col("quantity_t"))
        .sort("product", "supplier")
        .collect(engine="streaming")
    )
    return None if flows["quantity_t"].null_count() == flows.height else flows


def position_unit_values(unit_values: pl.DataFrame, exporter: str) -> pl.DataFrame:
    """Compare the exporter's unit values with all suppliers' of each product (schema ``UNIT_VALUES``).

    The weighted median is the lowest unit value at which at least half of the known tons are sold.
    """
    known = unit_values.filter(pl.col("unit_value_usd_t").is_not_null()).sort(
        "product", "unit_value_usd_t", "supplier"
    )
    tons = pl.col("quantity_t")
    ranked = known.with_columns(part=(tons.cum_sum() / tons.sum()).over("product"))
    market = ranked.group_by("product").agg(
        # the sum of shares may end a rounding below one half
        market_median_usd_t=pl.col("unit_value_usd_t").filter(pl.col("part") >= 0.5 - 1e-12).first(),
        known_usd=pl.col("value_usd").sum(),
        suppliers=pl.len().cast(pl.Int32),
    )
    own = known.filter(pl.col("supplier") == exporter).select("product", own="unit_value_usd_t")
    cheaper = (
        known.join(own, on="product")
        .group_by("product")
        .agg(cheaper_share=tons.filter(pl.col("unit_value_usd_t") < pl.col("own")).sum() / tons.sum())
    )
    table = (
        unit_values.group_by("product")
        .agg(all_usd=pl.col("value_usd").sum())
        .join(market, on="product", how="left")
        .join(own, on="product", how="left")
        .join(cheaper, on="product", how="left")
        .select(
            "product",
            "market_median_usd_t",
            "cheaper_share",
            unit_value_usd_t="own",
            ratio=pl.col("own") / pl.col("market_median_usd_t"),
            covered_share=pl.col("known_usd").fill_null(0.0) / pl.col("all_usd"),
            suppliers=pl.col("suppliers").fill_null(0),
        )
    )
    return UNIT_VALUES.check(table).sort("product")
