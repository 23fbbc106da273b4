"""``corridor find gravity``: the trade that distance, borders, language and history suggest."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from corridor.charts.units import short_usd
from corridor.data.codes import REPLACED
from corridor.data.runs import describe_source
from corridor.data.sources import open_trade
from corridor.errors import InputError
from corridor.find.gravity import ease_pairs, estimate_gravity, name_links, sum_pairs
from corridor.find.margins import measure_margins
from corridor.locale.labels import label
from corridor_cli.find.options import Output, TradeData, Year
from corridor_cli.find.printing import add_provenance, print_margins
from corridor_cli.frames import check_output, write_frame
from corridor_cli.say import show


def gravity(
    trade: TradeData,
    links: Annotated[
        Path,
        typer.Option(
            help="CEPII GeoDist, dist_cepii as .csv or .parquet: distance, border, language, colony."
        ),
    ],
    exporter: Annotated[str | None, typer.Option(help="Economy code: show this pair.")] = None,
    importer: Annotated[str | None, typer.Option(help="Economy code: show this pair.")] = None,
    year: Year = None,
    output: Output = None,
) -> None:
    """Estimate the trade that distance, borders, language and history suggest, and the ease it gives.

    A file of --output goes into the export potential: potential --ease gravity --eases FILE.
    """
    check_output(output)
    table = read_links(links)
    source = open_trade(trade, year=year, progress=show)
    fit = estimate_gravity(sum_pairs(source.frame, year=source.year), table, year=source.year)
    print(f"{fit.observations} pairs, {fit.zero_share:.0%} of them without trade; effects of both sides")
    for row in fit.coefficients.to_dicts():
        print(
            f"{label(row['term'], 'en'):26} {row['estimate']:8.4f}  (standard error {row['standard_error']:.4f})"
        )
    if fit.left_out:
        print(f"Without links, left out: {', '.join(fit.left_out)} ({fit.left_out_share:.2%} of trade)")
    margins = measure_margins(source.frame, [])
    eases = ease_pairs(fit, margins)
    if exporter is not None and importer is not None:
        _print_pair(eases, exporter, importer)
    print_margins(margins, source)
    if output:
        write_frame(add_provenance(eases, describe_source(source)), output)


def _print_pair(eases: pl.DataFrame, exporter: str, importer: str) -> None:
    found = eases.filter(exporter=exporter, importer=importer).to_dicts()
    if not found:
        print(f"{exporter} -> {importer}: no links, so nothing is fitted.")
        return
    pair = found[0]
    print(
        f"{exporter} -> {importer}: trade {short_usd(pair['value_usd'], 'en')}, fitted {short_usd(pair['fitted_usd'], 'en')} "
        f"(actual / fitted {pair['ratio']:.2f}); ease {pair['ease_static']:.2f}, by gravity {pair['ease']:.2f}"
    )


def read_links(path: Path) -> pl.DataFrame:
    """Read CEPII GeoDist (schema ``LINKS``); codes that CEPII still uses become those of trade files.

    Raises
    ------
    InputError: no such file, another kind of file, or a column is missing.
    """
    if path.suffix not in (".csv", ".parquet") or not path.is_file():
        raise InputError(
            f"'{path}' cannot be read", rule="--links names a .csv or .parquet file that is there"
        )
    table = (
        pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema_length=None)
    )
    codes = [name for name in ("iso_o", "iso_d") if name in table.columns]
    return name_links(table.with_columns(pl.col(codes).replace(REPLACED)))
