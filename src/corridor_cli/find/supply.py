"""``corridor find supply``: what home buys, where it depends on one supplier, what it could make."""

from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from corridor.charts.units import short_usd
from corridor.data.runs import describe_source
from corridor.data.sources import open_trade
from corridor.find.chains import CHAINS_DIR, find_neighbours, measure_tiers, read_chains
from corridor.find.margins import measure_margins
from corridor.find.supply import is_dependent, list_home_options, measure_dependence
from corridor.locale.labels import label
from corridor.reports.sentences import nomenclature_sentence
from corridor_cli.find.opening import name_lines
from corridor_cli.find.options import Output, Top, TradeData, Year
from corridor_cli.find.printing import add_provenance, print_margins
from corridor_cli.frames import check_output, write_frame
from corridor_cli.say import show


def supply(
    home: Annotated[str, typer.Argument(help="Economy code of who buys, such as PAK.")],
    partner: Annotated[str, typer.Argument(help="Economy code of the partner, such as CHN.")],
    trade: TradeData,
    year: Year = None,
    top: Top = 15,
    chains: Annotated[Path | None, typer.Option(help="Folder of supply chains of one's own (.json).")] = None,
    output: Output = None,
) -> None:
    """Say what HOME buys from PARTNER, where it depends on one supplier, and what it could make."""
    check_output(output)
    known = read_chains(chains or CHAINS_DIR)
    source = open_trade(trade, year=year, progress=show)
    margins = measure_margins(source.frame, [home], exporters=[home])
    table = name_lines(measure_dependence(margins, home, partner), trade, describe_source(source))
    tiers = measure_tiers(margins, home, partner, known)
    dependent = table.filter(is_dependent())
    on_partner = dependent.filter(top_supplier=partner)
    imports, bought = sum_usd(table, "imports_usd"), sum_usd(table, "partner_usd")
    print(
        f"{home} imports {short_usd(imports, 'en')} in {source.year}, {short_usd(bought, 'en')} of it from {partner} ({bought / imports:.1%})"
    )
    print(
        f"{dependent.height} products depend on one supplier ({short_usd(sum_usd(dependent, 'imports_usd'), 'en')}), "
        f"{on_partner.height} of them on {partner} ({short_usd(sum_usd(on_partner, 'imports_usd'), 'en')})"
    )
    _print_lines(on_partner, top, ("imports_usd", "top_share", "alternatives"))
    print("\nSupply chains: imports, share of the partner, exports")
    titles = {(chain.code, tier.code): (chain.title, tier.title) for chain in known for tier in chain.tiers}
    for row in tiers.to_dicts():
        chain, tier = titles[row["chain"], row["tier"]]
        share = "-" if row["partner_share"] is None else f"{row['partner_share']:.0%}"
        unknown = f" ({row['unknown_codes']} of {row['codes']} codes unknown)" if row["unknown_codes"] else ""
        print(
            f"{chain[:26]:26} {tier[:40]:40} {short_usd(row['imports_usd'], 'en'):>15} {share:>5} {short_usd(row['home_exports_usd'], 'en'):>15}{unknown}"
        )
    print("\nWhat could be made at home: imports beyond exports, evidence")
    options = name_lines(
        list_home_options(table, neighbours=find_neighbours(tiers, known)), trade, describe_source(source)
    )
    _print_lines(options, top, ("net_imports_usd", "evidence"))
    if told := nomenclature_sentence(describe_source(source).nomenclature, "en"):
        print(told)
    print_margins(margins, source)
    if output:
        write_frame(add_provenance(table, describe_source(source)), output)


def _print_lines(table: pl.DataFrame, top: int, columns: tuple[str, ...]) -> None:
    for row in table.head(top).to_dicts():
        cells = [_tell(name, row[name]) for name in columns]
        print(f"{row['product']} {(row['description'] or '')[:52]:52} {'  '.join(cells)}")


def _tell(name: str, value: Any) -> str:
    if name.endswith("_usd"):
        return f"{short_usd(value, 'en'):>15}"
    if name.endswith("_share"):
        return f"{value:6.1%}"
    if isinstance(value, list):
        return ", ".join(label(code, "en").lower() for code in value)
    return f"{value} other sources"


def sum_usd(table: pl.DataFrame, column: str) -> float:
    """Return the sum of a column of amounts."""
    return float(table.select(pl.col(column).sum()).item())
