"""``corridor find target``."""

from typing import Annotated, Any

import polars as pl
import typer

from corridor.data.store import default_store
from corridor.errors import InputError
from corridor.find.caps import MarketGrowth, cut_tariffs, expect_import_growth
from corridor.find.pair import PairAnalysis
from corridor.find.potential import PotentialOptions
from corridor.find.scenarios import (
    SCENARIOS,
    Assumptions,
    TargetEvidence,
    TargetStudy,
    compare_scenarios,
    date_base,
    name_lines,
    read_evidence,
    read_total_evidence,
    study_target,
)
from corridor.find.target import TargetBase, TargetSource
from corridor.flow import known_target
from corridor.locale.labels import label
from corridor.reports.target_sentences import (
    affected_sentence,
    assumption_sentence,
    base_sentence,
    growth_sentence,
    market_sentence,
    other_base_sentence,
    rest_sentence,
    unknown_markets_sentence,
)
from corridor.tables import ELASTICITIES, TARIFFS
from corridor_cli.find.opening import open_pair, open_study, read_table
from corridor_cli.find.options import Exporter, Importer, Output, Trade, Year
from corridor_cli.find.printing import add_provenance, billions, print_coverage
from corridor_cli.frames import check_output, write_frame


def target(
    exporter: Exporter,
    importer: Importer,
    target_usd: Annotated[float, typer.Argument(help="Exports a year to be reached, in USD, such as 50e9.")],
    by: Annotated[int | None, typer.Option(help="Year in which it is to be reached, such as 2035.")] = None,
    years: Annotated[
        int | None, typer.Option(min=1, help="Years from the data to the target, in place of --by.")
    ] = None,
    trade: Trade = None,
    year: Year = None,
    base_usd: Annotated[
        float | None, typer.Option(help="Exports today in USD; those of the data by default.")
    ] = None,
    base_source: Annotated[str, typer.Option(help="Who counted --base-usd.")] = "",
    base_year: Annotated[
        int | None, typer.Option(help="Year of --base-usd; that of the data by default.")
    ] = None,
    all_markets: Annotated[
        bool, typer.Option("--all-markets", help="A target of all exports, not of those to IMPORTER.")
    ] = False,
    realisation: Annotated[
        float, typer.Option(help="Share of the unrealised potential that is realised, 0 to 1.")
    ] = 1.0,
    growth: Annotated[
        float | None, typer.Option(help="Growth of IMPORTER's imports a year, 0.04 for 4 %.")
    ] = None,
    growth_source: Annotated[str, typer.Option(help="Who expects --growth.")] = "",
    growth_data: Annotated[
        str | None, typer.Option(help="Dataset of expected growth of GDP, in place of --growth.")
    ] = None,
    tariffs: Annotated[
        str | None,
        typer.Option(
            help="Dataset of tariffs, or a file: importer, exporter (or MFN), product, year, rate_percent, basis."
        ),
    ] = None,
    elasticities: Annotated[
        str | None, typer.Option(help="Dataset of elasticities, or a file: product, elasticity.")
    ] = None,
    tariff_cut: Annotated[
        float, typer.Option(help="Share of what duties of zero would bring, 0 to 1.")
    ] = 0.0,
    new_products: Annotated[int, typer.Option(min=0, help="New products counted, by rank.")] = 100,
    services_usd: Annotated[
        float | None, typer.Option(help="Evidence on areas without product codes, in USD.")
    ] = None,
    services_source: Annotated[str, typer.Option(help="Source of --services-usd.")] = "",
    output: Output = None,
) -> None:
    """Decompose a target of exports: what is there, what could carry it, what has no source."""
    check_output(output)
    for name, amount, source in (
        ("base-usd", base_usd, base_source),
        ("growth", growth, growth_source),
        ("services-usd", services_usd, services_source),
    ):
        _require_source(name, amount, source)
    analysis = _open(exporter, importer, trade, year)
    due = _find_due(analysis, by, years)
    services = None if services_usd is None else TargetSource("services", services_usd, "stated")
    bases = _list_bases(analysis, due, all_markets)
    if all_markets:
        evidence = read_total_evidence(analysis, target_year=due, other_bases=bases, services=services)
    else:
        evidence = read_evidence(
            analysis,
            target_year=due,
            other_bases=bases,
            growth=_read_growth(analysis, due, growth, growth_source, growth_data),
            tariff_cuts=_read_tariffs(analysis, tariffs, elasticities),
            services=services,
        )
    evidence = _put_first(evidence, base_usd, base_source, base_year or analysis.year, due)
    own = Assumptions("own", realisation=realisation, products=new_products, tariff_cut=tariff_cut)
    study = study_target(target_usd, evidence, own)
    scenarios = compare_scenarios(target_usd, evidence, (*SCENARIOS, own))
    print_target(study)
    print_scenarios(scenarios)
    print_coverage(analysis)
    if output:
        write_frame(add_provenance(tabulate_target(scenarios), analysis.source), output)


def _open(exporter: str, importer: str, trade: str | None, year: int | None) -> PairAnalysis:
    if trade is None:
        return open_pair(exporter, importer, trade, year, PotentialOptions())
    return open_study(exporter, importer, trade, year, PotentialOptions())


def _require_source(name: str, amount: float | None, source: str) -> None:
    if amount is not None and not source:
        option = name.replace("-usd", "") + "-source"
        raise InputError(
            f"--{name} {amount:g} has no source", rule=f"a figure names who counted it: --{option}"
        )


def _find_due(analysis: PairAnalysis, by: int | None, years: int | None) -> int:
    if by is not None and years is not None:
        raise InputError(f"--by {by} and --years {years}", rule="one of the two says when the target is due")
    if by is not None:
        return by
    if years is None:
        raise InputError("a target without a year", rule="--by names it, or --years from the data")
    return analysis.year + years


def _list_bases(analysis: PairAnalysis, due: int, all_markets: bool) -> list[TargetBase]:
    """Return the bases that a published target of the pair names, where they lie before ``due``."""
    wish = known_target(analysis.exporter, "" if all_markets else analysis.importer)
    stated = () if wish is None else wish.bases
    return [
        date_base(base.usd, base.source, base.year, target_year=due) for base in stated if base.year < due
    ]


def _put_first(
    evidence: TargetEvidence, usd: float | None, source: str, year: int, due: int
) -> TargetEvidence:
    """Return the evidence with a base of one's own first, where one is given."""
    if usd is None:
        return evidence
    own = date_base(usd, source, year, target_year=due)
    return evidence.put_first(own)


def _read_growth(
    analysis: PairAnalysis, due: int, rate: float | None, source: str, dataset: str | None
) -> MarketGrowth | None:
    if rate is not None:
        return MarketGrowth(rate, "stated", source)
    if dataset is None:
        return None
    store = default_store()
    attribution = store.info(dataset).attribution
    found = expect_import_growth(
        store.scan(dataset, "indicators").collect(),
        analysis.importer,
        from_year=analysis.year,
        to_year=due,
        source=attribution or dataset,
    )
    if found is None:
        raise InputError(
            f"dataset {dataset!r} has no growth of {analysis.importer} between {analysis.year + 1} and {due}",
            rule="expected growth of GDP by economy and year",
        )
    return found


def _read_tariffs(
    analysis: PairAnalysis, tariffs: str | None, elasticities: str | None
) -> pl.DataFrame | None:
    if tariffs is None and elasticities is None:
        return None
    if tariffs is None or elasticities is None:
        raise InputError(
            "duties without elasticities, or elasticities without duties",
            rule="what a cut brings needs both: --tariffs and --elasticities",
        )
    return cut_tariffs(
        analysis.opportunities,
        read_table(tariffs, TARIFFS),
        read_table(elasticities, ELASTICITIES),
        exporter=analysis.exporter,
        importer=analysis.importer,
        year=analysis.year,
        normalised=analysis.options.normalise,
    )


def print_target(study: TargetStudy) -> None:
    """Print the lines of a target, the growth it asks for, and what could not be judged."""
    wanted, evidence = study.decomposition, study.evidence
    held = {row["line"]: row for row in wanted.lines.to_dicts()}
    reasons = {missing.line: missing.reason for missing in study.missing}
    for code in name_lines(study):
        name = label(code, "en")
        if code in reasons:
            print(f"{name:28} {'unknown':>16}          {label(reasons[code], 'en')}")
            continue
        value, basis = held[code]["value_usd"], label(held[code]["basis"], "en")
        print(
            f"{name:28} {billions(value):>16} {value / wanted.target_usd:7.1%}  {basis}{_say_range(held[code])}"
        )
    print(f"{'Target':28} {billions(wanted.target_usd):>16}")
    sentences = [
        growth_sentence(wanted, "en"),
        rest_sentence(wanted, "en"),
        market_sentence(wanted, evidence.importer, "en") if evidence.importer else "",
        base_sentence(wanted, "en"),
        *(other_base_sentence(other, "en") for other in wanted.others),
        affected_sentence(evidence, "en"),
        unknown_markets_sentence(evidence, "en"),
    ]
    for sentence in filter(None, sentences):
        print(sentence)


def _say_range(row: dict[str, Any]) -> str:
    if row["cap_low_usd"] is None or row["cap_high_usd"] is None:
        return ""
    return f" ({row['cap_low_usd'] / 1e9:,.3f} to {row['cap_high_usd'] / 1e9:,.3f})"


def print_scenarios(scenarios: tuple[TargetStudy, ...]) -> None:
    """Print what has no source under each set of assumptions."""
    print("Without a source under other assumptions:")
    for study in scenarios:
        name = study.assumptions.name
        words = "as asked" if name == "own" else label(name, "en").lower()
        print(
            f"  {words:8} {billions(study.decomposition.no_source_usd):>16}  {assumption_sentence(study.assumptions, 'en')}"
        )


def tabulate_target(scenarios: tuple[TargetStudy, ...]) -> pl.DataFrame:
    """Return the lines of a target under each set of assumptions, those without evidence with their reason."""
    frames = [
        pl.concat(
            [
                study.decomposition.lines,
                pl.DataFrame(
                    [{"line": missing.line, "basis": missing.reason} for missing in study.missing],
                    schema={"line": pl.String, "basis": pl.String},
                ),
            ],
            how="diagonal",
        ).select(pl.lit(study.assumptions.name).alias("assumptions"), pl.all())
        for study in scenarios
    ]
    return pl.concat(frames)
