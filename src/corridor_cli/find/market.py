"""``corridor find market``: who supplies a product to one market."""

from typing import Annotated, Any

import polars as pl
import typer

from corridor.charts.units import short_usd
from corridor.data.runs import describe_source
from corridor.data.sources import TradeSource, open_trade
from corridor.errors import InputError
from corridor.find.growth import TERMS, choose_base_year, decompose_change, measure_growth, measure_years
from corridor.find.inputs import check_nomenclature
from corridor.find.margins import TradeMargins, measure_margins
from corridor.find.market import average_margin, compare_tariffs, measure_concentration, rank_competitors
from corridor.find.tariffs import rate_matrix
from corridor.find.unit_values import measure_unit_values, position_unit_values
from corridor.locale.economies import economy_name
from corridor.locale.labels import label
from corridor_cli.find.opening import name_lines, open_further
from corridor_cli.find.options import Output, Tariffs, Top, TradeData, Year
from corridor_cli.find.printing import add_provenance, print_margins
from corridor_cli.frames import check_output, write_frame
from corridor_cli.say import show


def market(
    importer: Annotated[str, typer.Argument(help="Economy code of the market, such as CHN.")],
    product: Annotated[str, typer.Argument(help="HS6 code, such as 100630.")],
    trade: TradeData,
    exporter: Annotated[str | None, typer.Option(help="Economy code of who sells: kept at its rank.")] = None,
    year: Year = None,
    top: Top = 10,
    tariffs: Tariffs = None,
    output: Output = None,
) -> None:
    """Say who supplies a product to IMPORTER: shares, concentration, growth, unit values, duties."""
    check_output(output)
    source = open_trade(trade, year=year, progress=show)
    sellers = [] if exporter is None else [exporter]
    margins = measure_margins(source.frame, [importer], exporters=sellers)
    _check_product(margins, product)
    table = rank_competitors(margins, importer, exporter=exporter, products=[product], top=top)
    duties = open_further(None, None, tariffs, None)
    if duties is not None and duties.tariffs is not None:
        check_nomenclature(duties.sources, describe_source(source).nomenclature)
        economies, goods = list(margins.economies), [product]
        rates = rate_matrix(duties.tariffs, importer, economies, goods, year=source.year)
        table = compare_tariffs(table, exporter or importer, rates)
    name = name_lines(pl.DataFrame({"product": [product]}), trade, describe_source(source))["description"][0]
    print(f"{product} {name or ''}".strip())
    _print_concentration(margins, importer, product, source)
    for row in table.to_dicts():
        print(
            f"{row['rank']:3} {economy_name(row['supplier'], 'en'):28} {short_usd(row['value_usd'], 'en'):>18} "
            f"{row['share']:7.1%}{_say_duty(row)}"
        )
    if exporter is not None:
        _print_growth(source, exporter, importer, product)
        _print_unit_values(source, exporter, importer, product)
    if duties is not None:
        _print_duties(table, importer, exporter, product)
        for each in duties.sources:
            print(f"Tariffs: {each.attribution or each.dataset}{f' · {each.as_of}' if each.as_of else ''}")
    print_margins(margins, source)
    if output:
        write_frame(add_provenance(table, describe_source(source)), output)


def _check_product(margins: TradeMargins, product: str) -> None:
    if product not in margins.products:
        raise InputError(
            f"product {product!r} has no trade in this dataset",
            rule="an HS6 code with six digits, of the nomenclature of the data",
        )


def _print_concentration(margins: TradeMargins, importer: str, product: str, source: TradeSource) -> None:
    if not margins.importing[margins.index_economy(importer)]:
        raise InputError(
            f"the imports of {importer!r} are not in this dataset",
            rule="a market's imports must be known; an absent importer's are unknown, not zero",
        )
    found = measure_concentration(margins, importer).filter(product=product)
    if found.is_empty():
        print(f"{importer} buys none of it in {source.year}.")
        return
    row = found.row(0, named=True)
    print(
        f"{importer} imports {short_usd(row['imports_usd'], 'en')} in {source.year} from {row['suppliers']} suppliers; "
        f"HHI {row['hhi']:.3f}, as concentrated as {row['effective_suppliers']:.1f} of equal size"
    )


def _say_duty(row: dict[str, Any]) -> str:
    if "rate_percent" not in row:
        return ""
    if row["rate_percent"] is None:
        return "  duty unknown"
    return f"  duty {row['rate_percent']:.1f} % ({label('rate_' + row['rate_basis'], 'en')})"


def _print_duties(table: pl.DataFrame, importer: str, exporter: str | None, product: str) -> None:
    if table["rate_percent"].null_count() == table.height:
        print(f"Duties: {importer} has none in this dataset for {product}: unknown, not zero.")
    if exporter is None:
        return
    for row in average_margin(table, exporter).to_dicts():
        if row["margin_points"] is not None:
            print(
                f"Competitors pay {row['margin_points']:+.1f} percentage points against {exporter}, weighted by sales; "
                f"known for {row['known_share']:.0%} of these"
            )


def _print_growth(source: TradeSource, exporter: str, importer: str, product: str) -> None:
    years = measure_years(source.every_year, exporter, importer, end_year=source.year)
    base = choose_base_year(years["year"].unique().to_list(), source.year)
    if base is None:
        print("Growth: one year of data, so none is known.")
        return
    growth = measure_growth(years, base_year=base, end_year=source.year).filter(product=product)
    for row in growth.to_dicts():
        rates = [
            f"{who} {'no rate (from or to zero)' if rate is None else f'{rate:+.1%} a year'}"
            for who, rate in (("market", row["market_growth"]), (exporter, row["current_growth"]))
        ]
        print(f"Growth {base} to {source.year}: {', '.join(rates)}.")
    before, after = (
        measure_margins(source.every_year, [], exporters=[exporter], year=each)
        for each in (base, source.year)
    )
    change = decompose_change(before, after, exporter)
    total = change.total
    parts = ", ".join(
        f"{label(term, 'en').lower()} {short_usd(total[f'{term}_usd'], 'en')}" for term in TERMS
    )
    print(f"All exports of {exporter} changed by {short_usd(total['change_usd'], 'en')}: {parts}.")
    if change.left_out_share:
        print(f"Left out: {change.left_out_share:.1%} of them, in markets not known in both years.")


def _print_unit_values(source: TradeSource, exporter: str, importer: str, product: str) -> None:
    table = measure_unit_values(source.frame, importer, year=source.year)
    if table is None:
        print("Unit values: the data hold no quantities, so none is known.")
        return
    for row in position_unit_values(table.filter(product=product), exporter).to_dicts():
        own, median = row["unit_value_usd_t"], row["market_median_usd_t"]
        print(
            f"Unit value: {exporter} {'unknown' if own is None else f'{own:,.0f} USD/t'}, median "
            f"{'unknown' if median is None else f'{median:,.0f} USD/t'}; quantities known for "
            f"{row['covered_share']:.0%} of the value."
        )
