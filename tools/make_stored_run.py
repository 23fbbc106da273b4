"""Make the runs that the project carries: ``python tools/make_stored_run.py TRADE_FILE NAMES_FILE``.

TRADE_FILE holds CEPII BACI HS17 flows of one year as Parquet: importer, hs6, exporter (ISO 3166-1
alpha-3), value_usd. NAMES_FILE holds HS descriptions as Parquet: code, desc, revision (H5 is HS 2017),
as in the package ``concordance`` (MIT). Options: ``--year 2024 --out FOLDER``.

What is written are Corridor's figures rounded to three significant digits, not the trade data.
"""

import argparse
import sys
from pathlib import Path

import polars as pl

from corridor.data.runs import STORED_DIR, Attribution, save_run
from corridor.find.stored import NAMES_FILE, Further, make_run
from corridor.find.study import study_pair

#: Pair → which further tables are kept: what fits into ``LIMIT_BYTES``.
PAIRS: dict[tuple[str, str], Further] = {("PAK", "CHN"): "compact", ("CHN", "PAK"): "none"}
DIGITS = 3
LIMIT_BYTES = 400_000


def describe_source(year: int) -> Attribution:
    return Attribution(
        title=f"CEPII BACI, HS 2017, {year}",
        publisher="CEPII (Gaulier and Zignago 2010)",
        as_of=str(year),
        nomenclature="HS17",
        licence="Etalab 2.0 (to be confirmed with the publisher)",
        note=(
            "Figures computed by Corridor and rounded to three significant digits; "
            "product names: UN Statistics through the package concordance (MIT)"
        ),
    )


def read_trade(path: Path, year: int) -> pl.LazyFrame:
    return pl.scan_parquet(path).select(
        pl.lit(year, dtype=pl.Int32).alias("year"),
        "exporter",
        "importer",
        pl.col("hs6").alias("product"),
        pl.col("value_usd").cast(pl.Float64),
    )


def read_names(path: Path) -> pl.DataFrame:
    listed = pl.scan_parquet(path).filter(pl.col("revision") == "H5", pl.col("code").str.contains(r"^\d{6}$"))
    names = listed.select(product="code", description="desc").collect()
    # BACI publishes the subheadings of 2710 as one code of its own.
    merged = pl.DataFrame(
        {"product": ["271000"], "description": ["Petroleum oils and preparations, not crude; waste oils"]}
    )
    kept = names.filter(~pl.col("product").str.starts_with("2710"))
    return pl.concat([kept, merged]).unique("product").sort("product")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trade", type=Path)
    parser.add_argument("names", type=Path)
    parser.add_argument("--year", type=int, default=2024)
    parser.add_argument("--out", type=Path, default=STORED_DIR)
    asked = parser.parse_args(arguments)
    names = read_names(asked.names)
    trade = read_trade(asked.trade, asked.year)
    shown: set[str] = set()
    for (exporter, importer), further in PAIRS.items():
        analysis = study_pair(trade, exporter, importer, products=names, source=describe_source(asked.year))
        run = make_run(analysis, digits=DIGITS, named=False, further=further)
        save_run(run, asked.out / f"{exporter}-{importer}")
        shown |= set(analysis.opportunities["product"])
    names.filter(pl.col("product").is_in(shown)).write_parquet(
        asked.out / NAMES_FILE.name, compression="zstd", compression_level=22, statistics=False
    )
    written = sum(path.stat().st_size for path in asked.out.iterdir())
    sys.stdout.write(f"{written} bytes in {asked.out}\n")
    return 0 if written <= LIMIT_BYTES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
