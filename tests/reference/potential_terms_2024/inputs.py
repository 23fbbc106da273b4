"""The further inputs of this reference case, from real tables; tariffs are a made-up rule, no real rates."""

from pathlib import Path

import openpyxl
import polars as pl

from corridor.tables import DISTANCES, ELASTICITIES, INDICATORS, TARIFFS

#: MFN rate in percent from the HS chapter; Pakistan pays half of it in China in chapters 50 to 63.
MFN_MARKETS = ("CHN", "PAK", "IND", "VNM", "JPN", "KOR")


def make_rate(chapter: int, market: int) -> float:
    return float((3 * chapter + 5 * market) % 17)


def read_growth(shared: Path) -> pl.DataFrame:
    """Expected growth 2025 to 2029 in percent and population, as the files have them."""
    rows = []
    for file, indicator, factor in (
        ("imf_weo_gdp_growth_2022_2030.xlsx", "gdp_growth_percent", 100.0),
        ("imf_weo_population_2015_2030.xlsx", "population", 1e-3),
    ):
        sheet = openpyxl.load_workbook(shared / "data" / "macro" / file).active
        head, *lines = sheet.iter_rows(values_only=True)
        for line in lines:
            for year, value in zip(head[2:], line[2:], strict=False):
                empty = value is None or year is None or (indicator == "population" and not value)
                if line[0] and not empty and isinstance(value, int | float):
                    rows.append((str(line[0]), indicator, int(year), float(value) * factor))
    schema = {name: column.dtype for name, column in INDICATORS.columns.items()}
    table = pl.DataFrame(rows, schema=schema, orient="row").unique(["economy", "indicator", "year"])
    return INDICATORS.check(table)


def read_distances(shared: Path) -> pl.DataFrame:
    path = shared / "data" / "gravity" / "cepii_geodist_dyadic.parquet"
    table = pl.read_parquet(path).select(exporter="iso_o", importer="iso_d", distance_km="dist")
    return DISTANCES.check(table.filter(pl.col("exporter") != pl.col("importer")))


def read_elasticities(shared: Path) -> pl.DataFrame:
    """Broda–Weinstein at three digits of HS 1992: the median over countries, for each HS 2017 code."""
    folder = shared / "data" / "concordance"
    sigma = pl.read_parquet(folder / "sigma_hs0.parquet").group_by("HS0_3d").agg(pl.col("sigma").median())
    codes = (
        pl.read_parquet(folder / "hs5_hs0.parquet").sort("HS5_6d", "HS0_6d").unique("HS5_6d", keep="first")
    )
    joined = codes.with_columns(HS0_3d=pl.col("HS0_6d").str.head(3)).join(sigma, on="HS0_3d")
    table = joined.select(product="HS5_6d", elasticity="sigma").filter(pl.col("elasticity") > 1)
    return ELASTICITIES.check(table.sort("product"))


def make_tariffs(products: list[str]) -> pl.DataFrame:
    rows = [
        (market, "MFN", product, 2023, make_rate(int(product[:2]), place), "mfn")
        for place, market in enumerate(MFN_MARKETS)
        for product in products
        if int(product) % 7  # every seventh code has no rate
    ]
    rows += [
        ("CHN", "PAK", product, 2023, make_rate(int(product[:2]), 0) / 2, "preferential")
        for product in products
        if 50 <= int(product[:2]) <= 63
    ]
    schema = {name: column.dtype for name, column in TARIFFS.columns.items() if not column.optional}
    return TARIFFS.check(pl.DataFrame(rows, schema=schema, orient="row"))
