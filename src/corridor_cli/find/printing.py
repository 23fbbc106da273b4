"""What commands of this stage print: totals, lines, coverage and source."""

import sys

import polars as pl

from corridor.data.runs import Attribution, describe_source
from corridor.data.sources import TradeSource
from corridor.find.margins import TradeMargins
from corridor.find.pair import PairAnalysis
from corridor.find.regions import NOT_COVERED
from corridor.locale.labels import label


def print_summary(analysis: PairAnalysis) -> None:
    """Print the totals and the 80/20 sentence with its denominator."""
    from corridor.reports.potential import uncertainty_sentence
    from corridor.reports.sentences import nothing_sentence

    totals, chosen = analysis.totals, analysis.shortlist
    rank = totals.exporter_rank_as_supplier
    print(f"{analysis.exporter} -> {analysis.importer}, {analysis.year}")
    print(
        f"{analysis.importer} imports {billions(totals.importer_imports_usd)}; {analysis.exporter} supplies "
        f"{billions(totals.current_usd)} ({totals.import_share:.2%}, {'no supplier' if rank is None else f'supplier {rank}'})"
    )
    if nothing := nothing_sentence(analysis, "en"):
        print(nothing)
        return
    print(
        f"Export potential {billions(totals.potential_usd)}, unrealised {billions(totals.unrealised_usd)}; "
        f"{chosen.lines} products of {chosen.positive_lines} with unrealised potential carry "
        f"{chosen.share_carried:.1%} of it"
    )
    unrealised = analysis.variants["unrealised_usd"].to_list()
    print(
        f"Over {len(unrealised)} conventions the unrealised potential lies between "
        f"{billions(min(unrealised))} and {billions(max(unrealised))}"
    )
    if told := uncertainty_sentence(analysis, "en"):
        print(told)


def print_lines(analysis: PairAnalysis, count: int) -> None:
    """Print the first lines as a table."""
    print_rows(analysis, analysis.opportunities.head(count))


def print_rows(analysis: PairAnalysis, lines: pl.DataFrame) -> None:
    """Print lines of the opportunities as a table, in their order."""
    if not lines.height:
        return
    from rich.console import Console
    from rich.table import Table

    drawn = "rank_low" in lines.columns
    head = ["rank", *(["range"] if drawn else []), "product", "name", "now", "partner buys"]
    table = Table(*head, "potential", "unrealised", "firm", "why")
    for row in lines.to_dicts():
        name = (row["description"] or "")[:40]
        money = [
            f"{row[key] / 1e6:,.1f}"
            for key in ("current_usd", "partner_imports_usd", "potential_usd", "unrealised_usd")
        ]
        why = "; ".join(label(code, "en") for code in analysis.reason(row)[:2])
        place = [str(row["rank"]), *([f"{row['rank_low']}–{row['rank_high']}"] if drawn else [])]
        table.add_row(*place, row["product"], name, *money, f"{row['firmness']:.0%}", why)
    table.caption = "million USD"
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def print_regions(regions: pl.DataFrame) -> None:
    """Print the potential of regions, what none of them covers last."""
    for row in regions.iter_rows(named=True):
        name = label(row["region"], "en") if row["region"] == NOT_COVERED else row["region"]
        print(
            f"{name:28} {billions(row['potential_usd'])} potential, {billions(row['unrealised_usd'])} unrealised"
        )


def print_coverage(analysis: PairAnalysis) -> None:
    """Print what the figures leave out, and where they come from."""
    from corridor.reports.potential import terms_sentences

    coverage = analysis.coverage
    print(f"Coverage: {coverage.destination_markets} destination markets, {coverage.products} products.")
    if coverage.missing_importers:
        print(
            f"Imports unknown: {', '.join(coverage.missing_importers)}; they supply "
            f"{coverage.imputed_import_share:.1%} of {analysis.importer}'s imports."
        )
    if coverage.absent_products:
        print(f"{len(coverage.absent_products)} codes of the nomenclature have no trade in the data.")
    for sentence in terms_sentences(analysis, "en"):
        print(sentence)
    print(source_line(analysis.source))
    if analysis.rounded_digits:
        print(f"Stored figures, rounded to {analysis.rounded_digits} significant digits.")


def print_margins(margins: TradeMargins, source: TradeSource) -> None:
    """Print what margins leave out, and where they come from."""
    print(f"Coverage: {int(margins.importing.sum())} destination markets, {len(margins.products)} products.")
    if margins.missing_importers:
        print(
            f"Imports unknown: {', '.join(margins.missing_importers)}; exports to them, and so world shares and "
            "advantages, are incomplete."
        )
    print(source_line(describe_source(source)))


def source_line(source: Attribution) -> str:
    """Return the attribution in one line; what the title says is not said again."""
    title = source.title.rstrip(". ")
    further = [part for part in (source.publisher, source.licence) if part and part not in title]
    parts = [part.rstrip(".") for part in (title, *further) if part]
    mark = "ILLUSTRATIVE, generated data. " if source.illustrative else ""
    return f"{mark}Source: {'; '.join(parts)}."


def billions(amount: float) -> str:
    """Return USD in billions with three digits."""
    return f"{amount / 1e9:,.3f} bn USD"


def add_provenance(table: pl.DataFrame, source: Attribution) -> pl.DataFrame:
    """Return a table whose rows say whether they are generated, and from which data they come."""
    return table.with_columns(illustrative=pl.lit(source.illustrative), source=pl.lit(source.title))
