"""The potential of an economy split among its regions, in proportion to what each exports of a product."""

from typing import Final

import polars as pl

from corridor.errors import InputError
from corridor.tables import REGION_LINES, REGIONS

#: The region of what no region's exports cover.
NOT_COVERED: Final = "not_covered"
AMOUNTS: Final = ("current_usd", "potential_usd", "unrealised_usd")
#: A share below this is what rounding leaves of a line that is covered whole.
ROUNDING: Final = 1e-12


def split_regions(opportunities: pl.DataFrame, regions: pl.DataFrame, *, year: int) -> pl.DataFrame:
    """Split the lines of a pair among the exporter's regions (schema ``REGION_LINES``).

    A region's share of a line is its exports of the product, to all destinations together, over the
    economy's (``exporter_total_usd``), or over the sum of its regions where these report more. What the
    regions do not cover stands in one line a product, ``not_covered``: the parts of each line sum to it.

    Parameters
    ----------
    opportunities: schema ``OPPORTUNITIES``. regions: schema ``REGIONS``; rows of other economies are
    ignored, and of the exporter the latest year up to ``year`` is taken, else the first after it.

    Raises
    ------
    SchemaError: a table is not of its schema. InputError: no region of the exporter, or bad values.
    """
    exporter = opportunities["exporter"].first()
    sold = REGIONS.check(regions).filter(pl.col("economy") == exporter)
    if exporter is None or sold.is_empty():
        raise InputError(
            f"the regions are not those of {exporter!r}", rule="rows with the exporter as their economy"
        )
    bad = sold.filter(~pl.col("value_usd").is_finite() | (pl.col("value_usd") < 0))
    if bad.height:
        raise InputError(f"the regions hold {bad.row(0)}", rule="values are finite and not negative, in USD")
    if sold.filter(pl.col("region") == NOT_COVERED).height:
        raise InputError(f"a region is called '{NOT_COVERED}'", rule="that name is kept for the rest")
    shares = _share_products(_choose_year(sold, year), opportunities)
    keys = ["exporter", "importer", "product"]
    parts = opportunities.select(*keys, *AMOUNTS).join(shares, on="product")
    parts = parts.with_columns(pl.col(AMOUNTS) * pl.col("share"))
    covered = parts.group_by(keys).agg(pl.col(AMOUNTS).sum(), covered=pl.col("share").sum())
    rest = (
        opportunities.select(*keys, *AMOUNTS)
        .join(covered, on=keys, how="left", suffix="_covered")
        .with_columns(
            *[
                # what rounding leaves of a line that is covered whole is no amount
                pl.max_horizontal(pl.col(name) - pl.col(f"{name}_covered").fill_null(0.0), 0.0).alias(name)
                for name in AMOUNTS
            ],
            share=pl.max_horizontal(1 - pl.col("covered").fill_null(0.0), 0.0),
            region=pl.lit(NOT_COVERED),
        )
    )
    columns = ["region", *keys, "share", *AMOUNTS]
    lines = pl.concat([parts.select(columns), rest.select(columns)])
    return REGION_LINES.check(lines.sort(["product", "region"]).filter(pl.col("share") > ROUNDING))


def sum_regions(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the sums by region, the largest unrealised potential first and what is not covered last."""
    return (
        lines.group_by("region")
        .agg(pl.col(AMOUNTS).sum(), products=pl.len().cast(pl.Int32))
        .sort([pl.col("region") == NOT_COVERED, "unrealised_usd", "region"], descending=[False, True, False])
    )


def _choose_year(sold: pl.DataFrame, year: int) -> pl.DataFrame:
    years = sold["year"].unique().sort()
    before = years.filter(years <= year)
    return sold.filter(pl.col("year") == (before.max() if len(before) else years.min()))


def _share_products(sold: pl.DataFrame, opportunities: pl.DataFrame) -> pl.DataFrame:
    by_region = sold.group_by("product", "region").agg(pl.col("value_usd").sum())
    total = pl.col("value_usd").sum().over("product")
    whole = opportunities.select("product", "exporter_total_usd").unique("product")
    return (
        by_region.with_columns(told=total)
        .join(whole, on="product")
        .with_columns(share=pl.col("value_usd") / pl.max_horizontal("told", "exporter_total_usd"))
        .filter(pl.col("value_usd") > 0)
        .select("product", "region", "share")
    )
