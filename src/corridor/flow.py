"""The one module that composes the five stages: find → match → meet → plan → deliver.

Everything a paper or a page on a pair needs is made here, once, from trade and from records (of
organisations, an event, projects, agreements). Without records of its own the caller gets those of the
illustrative world, each row of which says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import polars as pl

from corridor import __version__
from corridor.data.facts import load_facts
from corridor.data.runs import describe_source
from corridor.data.sources import TradeSource, open_trade
from corridor.data.store import Store
from corridor.data.world import Actors, build_actors
from corridor.deliver.summary import summarise_pipeline
from corridor.find.areas import AreaComparison, compare_areas
from corridor.find.firmness import NoiseModel
from corridor.find.goods import GOODS, analyse_goods, read_goods
from corridor.find.pair import PairAnalysis, describe_lines
from corridor.find.potential import PotentialOptions
from corridor.find.scenarios import date_base, read_evidence, study_target
from corridor.find.stored import list_stored_pairs, read_names, stored_run
from corridor.locale.catalogue import gettext_noop
from corridor.match.introduce import choose_introductions
from corridor.match.matching import find_matches
from corridor.meet.schedule import schedule_meetings
from corridor.plan.appraise import appraise_projects
from corridor.plan.phase import phase_projects
from corridor.plan.roadmap import phase_target
from corridor.plan.select import select_projects
from corridor.reports.result import (
    DeliverPart,
    FlowResult,
    MatchPart,
    MeetPart,
    PlanPart,
    Target,
)
from corridor.solvers.watch import Progress, narrow_progress

__all__ = [
    "FlowOptions",
    "FlowResult",
    "Records",
    "StatedBase",
    "TargetWish",
    "compose_flow",
    "find_dataset",
    "known_target",
    "read_products",
]

QUARTERS: Final = 20
#: A portfolio is paid for over three of the five years, so that there is something to phase.
PAYING_QUARTERS: Final = 12
#: What a portfolio may cost without a stated budget: this share of all the projects.
BUDGET_SHARE: Final = 0.5
BUDGET_STEP_USD: Final = 1e6
#: Published records of announcements and what came of them, shown beside the pipeline.
SHOWN_CONVERSIONS: Final = (
    "csis-2020",
    "csis-2020-value",
    "aiddata",
    "leather-2024-memoranda",
    "technology-exchange",
    "vibrant-gujarat-invested",
    "vibrant-gujarat-official",
)
#: The market that a measure of the published targets is about.
_MARKETS: Final = {"exports_to_china": "CHN"}


@dataclass(frozen=True, slots=True)
class StatedBase:
    """Exports today as somebody else than the trade data counts them, and of which year."""

    usd: float
    source: str
    year: int


@dataclass(frozen=True, slots=True)
class TargetWish:
    """A target of yearly exports: how much, in how many years, and who named it.

    due: the year in which it is to be reached; without it ``years`` after the year of the trade data.
    bases: other counts of today's exports, shown beside that of the trade data.
    """

    usd: float
    years: int
    source: str
    due: int | None = None
    bases: tuple[StatedBase, ...] = ()


@dataclass(frozen=True)
class Records:
    """Who takes part and what happens between them: tables of ``corridor.tables``.

    references: systems delivered, with organisation, field, economy. event: as
    ``reports.result.MeetPart.event``; None without a visit. steps: of the engagements.
    illustrative: the visit was generated.
    """

    organisations: pl.DataFrame = field(repr=False)
    listings: pl.DataFrame = field(repr=False)
    references: pl.DataFrame = field(repr=False)
    event: Mapping[str, Any] | None
    participants: pl.DataFrame = field(repr=False)
    requests: pl.DataFrame = field(repr=False)
    projects: pl.DataFrame = field(repr=False)
    cash_flows: pl.DataFrame = field(repr=False)
    engagements: pl.DataFrame = field(repr=False)
    steps: pl.DataFrame = field(repr=False)
    illustrative: bool


@dataclass(frozen=True, slots=True)
class FlowOptions:
    """What may be asked of the flow.

    as_of: the day the paper is made. seed, time_limit_s: of each solver call. real_only: leave out every
    section without real records. budget_usd: half of what all projects cost where not given.
    discount_rate: a year. target: none where not given. potential: conventions of the stage find.
    """

    as_of: date
    seed: int = 7
    time_limit_s: float = 5.0
    real_only: bool = False
    budget_usd: float | None = None
    discount_rate: float = 0.08
    target: TargetWish | None = None
    potential: PotentialOptions = field(default_factory=PotentialOptions)


def compose_flow(
    exporter: str,
    importer: str,
    options: FlowOptions,
    *,
    trade: TradeSource | None = None,
    products: pl.DataFrame | None = None,
    records: Records | None = None,
    progress: Progress | None = None,
) -> FlowResult:
    """Walk through the five stages for one exporter and importer.

    Parameters
    ----------
    trade: what ``data.sources.open_trade`` returns; without it the run the project carries for the pair.
    products: schema ``tables.PRODUCTS``, the names of the data's products.
    records: organisations, event, projects, agreements; those of the illustrative world by default.
    progress: told a share 0…1 and what is being done; an exception raised in it stops the flow.

    Raises
    ------
    UnknownEconomyError: no data for the pair. InputError, SchemaError: a table or option is not usable.
    """
    analysis = _analyse(exporter, importer, options, trade, products, narrow_progress(progress, 0.0, 0.5))
    kept = _keep_records(exporter, importer, options, records)
    result = FlowResult(
        analysis=analysis,
        areas=_compare_areas(analysis),
        target=_set_target(analysis, options),
        match=_match((exporter, importer), kept, options, narrow_progress(progress, 0.5, 0.6)),
        meet=_meet(kept, options, narrow_progress(progress, 0.6, 0.75)),
        plan=_plan(kept, options, narrow_progress(progress, 0.75, 0.95)),
        deliver=_deliver(kept, options),
        references=_list_references(exporter, importer),
        conversions=load_facts().conversions.filter(pl.col("record").is_in(SHOWN_CONVERSIONS)),
        as_of=options.as_of,
        version=__version__,
        parameters=_list_parameters(exporter, importer, options, trade),
    )
    if progress:
        progress(1.0, gettext_noop("Five stages done"))
    return replace(result, left_out=_list_left_out(result))


def find_dataset(exporter: str, importer: str, store: Store) -> str | None:
    """Return the name of the stored trade dataset that covers a pair, the latest year first.

    A dataset covers a pair where, in its latest year, the importer's imports are known and the exporter
    sells anything to anybody.
    """
    candidates = [manifest for manifest in store.list() if manifest.coverage is not None]
    latest = sorted(
        candidates,
        key=lambda manifest: (-max(manifest.coverage.years if manifest.coverage else (0,)), manifest.name),
    )
    return next(
        (one.name for one in latest if _covers(open_trade(one.name, store), exporter, importer)), None
    )


def known_target(exporter: str, importer: str) -> TargetWish | None:
    """Return the published target of a pair (``data.facts``), None where there is none with its years."""
    targets = load_facts().targets.filter(pl.col("economy") == exporter, pl.col("years").is_not_null())
    found = (row for row in targets.to_dicts() if _MARKETS.get(row["measure"]) == importer)
    return next((_read_wish(row) for row in found), None)


def _read_wish(row: Mapping[str, Any]) -> TargetWish:
    """Return a published target; its years count from the year of the base it names."""
    known = re.search(r"\d{4}", row["base_as_of"] or "")
    if known is None or row["base_value"] is None:
        return TargetWish(row["value"], row["years"], row["source"])
    base = StatedBase(row["base_value"], f"{row['base_source']}, {row['base_as_of']}", int(known.group()))
    return TargetWish(row["value"], row["years"], row["source"], base.year + row["years"], (base,))


def _covers(trade: TradeSource, exporter: str, importer: str) -> bool:
    here = trade.frame.select(
        sold=(pl.col("exporter") == exporter).any(), bought=(pl.col("importer") == importer).any()
    )
    return all(here.collect().row(0))


def read_products(name: str, store: Store) -> pl.DataFrame | None:
    """Return the table ``products`` of a stored dataset, None where it has none."""
    return store.scan(name, "products").collect() if "products" in store.info(name).tables else None


def _analyse(
    exporter: str,
    importer: str,
    options: FlowOptions,
    trade: TradeSource | None,
    products: pl.DataFrame | None,
    progress: Progress | None,
) -> PairAnalysis:
    if trade is None:
        return stored_run(exporter, importer)
    analysis = analyse_goods(
        trade.frame,
        exporter,
        importer,
        year=trade.year,
        options=options.potential,
        products=products,
        source=describe_source(trade),
        noise=NoiseModel(),
        progress=progress,
    )
    if products is not None or trade.illustrative:
        return analysis
    # names only: they are no list of all the codes there are, so nothing is said of absent ones
    unnamed = analysis.opportunities.drop("description")
    return replace(analysis, opportunities=describe_lines(unnamed, read_names()))


def _compare_areas(analysis: PairAnalysis) -> AreaComparison:
    """Compare areas on the goods of the analysis; a run kept short is completed by that of the other direction."""
    back = analysis.importer, analysis.exporter
    short = analysis.stored and GOODS not in analysis.tables
    other = stored_run(*back) if short and back in list_stored_pairs() else None
    return compare_areas(read_goods(analysis, other))


def _set_target(analysis: PairAnalysis, options: FlowOptions) -> Target | None:
    wish = options.target
    if wish is None:
        return None
    due = wish.due if wish.due is not None else analysis.year + wish.years
    others = [
        date_base(base.usd, base.source, base.year, target_year=due) for base in wish.bases if base.year < due
    ]
    evidence = read_evidence(analysis, target_year=due, other_bases=others)
    decomposition = study_target(wish.usd, evidence).decomposition
    periods = due - analysis.year
    return Target(decomposition, phase_target(decomposition.lines, periods=periods), wish.source)


def _keep_records(exporter: str, importer: str, options: FlowOptions, records: Records | None) -> Records:
    if records is None:
        records = read_actors(build_actors((exporter, importer), options.seed, as_of=options.as_of))
    return _drop_illustrative(records) if options.real_only else records


def read_actors(actors: Actors) -> Records:
    """Return the illustrative world's actors as records: its visit, projects, agreements."""
    return Records(
        organisations=actors.organisations,
        listings=actors.listings,
        references=actors.references,
        event=actors.events.row(0, named=True),
        participants=actors.participants,
        requests=actors.requests,
        projects=actors.projects,
        cash_flows=actors.cash_flows,
        engagements=actors.engagements,
        steps=actors.steps,
        illustrative=True,
    )


def _drop_illustrative(records: Records) -> Records:
    """Return only what is real: illustrative rows go, and with them the visit if it was generated."""
    real = ~pl.col("illustrative")
    engagements = records.engagements.filter(real)
    made_up = records.illustrative
    return replace(
        records,
        organisations=records.organisations.filter(real),
        listings=records.listings.filter(real),
        references=records.references.filter(real),
        event=None if made_up else records.event,
        projects=records.projects.filter(real),
        engagements=engagements,
        steps=records.steps.filter(pl.col("engagement").is_in(engagements["engagement"].to_list())),
    )


def _match(
    pair: tuple[str, str], records: Records, options: FlowOptions, progress: Progress | None
) -> MatchPart | None:
    if records.listings.is_empty():
        return None
    matches = find_matches(
        records.organisations,
        records.listings,
        pair=pair,
        references=records.references,
        progress=narrow_progress(progress, 0.0, 0.8),
    )
    if matches.is_empty():
        return None
    introductions = choose_introductions(
        matches,
        organisations=records.organisations,
        listings=records.listings,
        seed=options.seed,
        time_limit_s=options.time_limit_s,
        progress=narrow_progress(progress, 0.8, 1.0),
    )
    return MatchPart(records.organisations, records.listings, matches, introductions)


def _meet(records: Records, options: FlowOptions, progress: Progress | None) -> MeetPart | None:
    event = records.event
    if event is None or records.requests.is_empty():
        return None
    schedule = schedule_meetings(
        records.participants,
        records.requests,
        slots=event["days"] * event["slots_per_day"],
        tables=event["tables"],
        seed=options.seed,
        time_limit_s=options.time_limit_s,
        progress=progress,
    )
    return MeetPart(
        event=event,
        organisations=records.organisations,
        participants=records.participants,
        requests=records.requests,
        schedule=schedule,
        illustrative=records.illustrative,
    )


def _plan(records: Records, options: FlowOptions, progress: Progress | None) -> PlanPart | None:
    projects = records.projects
    if projects.is_empty():
        return None
    budget = options.budget_usd
    if budget is None:
        budget = BUDGET_STEP_USD * round(BUDGET_SHARE * float(projects["cost_usd"].sum()) / BUDGET_STEP_USD)
    selection = select_projects(
        projects,
        budget,
        seed=options.seed,
        time_limit_s=options.time_limit_s,
        progress=narrow_progress(progress, 0.0, 0.4),
    )
    phasing = phase_projects(
        selection.chosen,
        budget_by_quarter=selection.spent_usd / PAYING_QUARTERS,
        quarters=QUARTERS,
        carry_over=True,
        discount_rate=options.discount_rate,
        seed=options.seed,
        time_limit_s=options.time_limit_s,
        progress=narrow_progress(progress, 0.4, 1.0),
    )
    known = records.cash_flows.filter(pl.col("project").is_in(projects["project"].to_list()))
    return PlanPart(
        projects=projects,
        appraisals=appraise_projects(known, options.discount_rate),
        selection=selection,
        phasing=phasing,
        first_quarter=next_quarter(options.as_of),
        quarters=QUARTERS,
        discount_rate=options.discount_rate,
    )


def next_quarter(day: date) -> date:
    """Return the first day of the quarter after the one ``day`` lies in."""
    month = 3 * ((day.month - 1) // 3 + 1) + 1
    return date(day.year + 1, 1, 1) if month > 12 else date(day.year, month, 1)


def _deliver(records: Records, options: FlowOptions) -> DeliverPart | None:
    if records.engagements.is_empty():
        return None
    summary = summarise_pipeline(records.engagements, records.steps, as_of=options.as_of)
    return DeliverPart(records.engagements, summary)


def _list_references(exporter: str, importer: str) -> pl.DataFrame:
    """Return the published systems that organisations of the pair delivered to one of the two."""
    facts = load_facts()
    makers = facts.organisations.select(
        "organisation", "name_en", "name_zh", "name_ur", seat=pl.col("economy")
    )
    both = [exporter, importer]
    return facts.references.join(makers, on="organisation", how="inner", maintain_order="left").filter(
        pl.col("seat").is_in(both), pl.col("economy").is_in(both)
    )


def _list_left_out(result: FlowResult) -> tuple[str, ...]:
    parts = {
        "match": result.match,
        "meet": result.meet,
        "plan": result.plan,
        "deliver": result.deliver,
    }
    return tuple(code for code, part in parts.items() if part is None)


def _list_parameters(
    exporter: str, importer: str, options: FlowOptions, trade: TradeSource | None
) -> dict[str, Any]:
    return {
        "exporter": exporter,
        "importer": importer,
        "trade": "stored run" if trade is None else trade.label,
        "seed": options.seed,
        "time_limit_s": options.time_limit_s,
        "real_only": options.real_only,
        "discount_rate": options.discount_rate,
        "trade_balance": options.potential.unknown_trade_balance
        if options.potential.trade_balance
        else "off",
        "ease": options.potential.ease,
        "normalise": options.potential.normalise,
        "carried_share": options.potential.carried_share,
    }
