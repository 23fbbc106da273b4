"""The API of this app."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from corridor.errors import InputError
from corridor.find.area_scores import AreaOptions
from corridor.find.areas import compare_areas
from corridor.find.caps import MarketGrowth
from corridor.find.pair import PairAnalysis
from corridor.find.scenarios import Assumptions, read_evidence, study_target
from corridor.find.space import POSITIONS, STANDING
from corridor.find.supply import is_dependent, read_dependence
from corridor.find.target import TargetDecomposition
from corridor.tables import COMPETITORS, DEPENDENCE
from corridor.vocabulary import AREA_CRITERIA
from corridor_web.common.api import LARGEST_OFFSET
from corridor_web.find.queries import (
    compare_pair,
    find_target,
    list_pairs,
    read_other_way,
    read_pair,
    read_pair_goods,
    stated_bases,
)

router = Router(tags=["find"])


class LineFilter(Schema):
    """Which lines, from the newest run one may see or the one whose key is given."""

    shortlisted: bool = False
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=LARGEST_OFFSET)
    run: str = ""


class PairOut(Schema):
    """One direction of the site's pair."""

    exporter: str
    importer: str


class ShortlistOut(Schema):
    """The smallest set of lines; ``positive_lines`` is its denominator."""

    lines: int
    positive_lines: int
    share_carried: float
    carried_usd: float
    unrealised_usd: float


class InputOut(Schema):
    """A dataset of growth, distances, tariffs or elasticities that the figures use."""

    input: str
    dataset: str
    attribution: str
    as_of: str


class GapOut(Schema):
    """A fallback, and the shares (0…1) of the market's imports and the exporter's exports that rest on it."""

    input: str
    fallback: str
    import_share: float
    export_share: float


class CoverageOut(Schema):
    """What the figures leave out."""

    destination_markets: int
    missing_importers: list[str]
    terms_off: list[str]
    absent_products: int = Field(description="Codes of the nomenclature without trade in the data")
    inputs: list[InputOut]
    gaps: list[GapOut]


class AnalysisOut(Schema):
    """Totals of a pair; amounts in USD, shares 0…1."""

    exporter: str
    importer: str
    year: int
    importer_imports_usd: float
    current_usd: float
    import_share: float
    potential_usd: float
    unrealised_usd: float
    shortlist: ShortlistOut
    coverage: CoverageOut
    source: str
    illustrative: bool


class OpportunityOut(Schema):
    """One line."""

    product: str
    description: str | None
    rank: int
    current_usd: float
    partner_imports_usd: float
    potential_usd: float
    unrealised_usd: float
    supply_share: float
    trade_balance: float
    ease: float
    firmness: float
    shortlisted: bool


class OpportunityPage(Schema):
    """A slice of the lines, by rank."""

    count: int
    items: list[OpportunityOut]
    year: int
    coverage: CoverageOut
    source: str
    illustrative: bool


@router.get("/pairs", response=list[PairOut], url_name="find_pairs")
def get_pairs(request: HttpRequest) -> list[dict[str, str]]:
    """List the directions for which there are figures."""
    return [{"exporter": exporter, "importer": importer} for exporter, importer in list_pairs()]


@router.get("/pairs/{exporter}/{importer}", response=AnalysisOut, url_name="find_pair")
def get_pair(request: HttpRequest, exporter: str, importer: str, run: str = "") -> dict[str, Any]:
    """Return the totals, the shortlist and the coverage of a pair, from its newest run or the one named."""
    analysis, _run = read_pair(exporter, importer, run, user=request.user)
    totals = analysis.totals
    return {
        "exporter": analysis.exporter,
        "importer": analysis.importer,
        "year": analysis.year,
        "importer_imports_usd": totals.importer_imports_usd,
        "current_usd": totals.current_usd,
        "import_share": totals.import_share,
        "potential_usd": totals.potential_usd,
        "unrealised_usd": totals.unrealised_usd,
        "shortlist": analysis.shortlist,
        **_describe_data(analysis),
    }


def _describe_data(analysis: PairAnalysis) -> dict[str, Any]:
    coverage = analysis.coverage
    return {
        "coverage": {
            "destination_markets": coverage.destination_markets,
            "missing_importers": list(coverage.missing_importers),
            "terms_off": list(coverage.terms_off),
            "absent_products": len(coverage.absent_products or ()),
            "inputs": list(coverage.inputs),
            "gaps": list(coverage.gaps),
        },
        "source": analysis.source.title,
        "illustrative": analysis.source.illustrative,
    }


@router.get(
    "/pairs/{exporter}/{importer}/opportunities", response=OpportunityPage, url_name="find_opportunities"
)
def list_opportunities(
    request: HttpRequest,
    exporter: str,
    importer: str,
    filters: Query[LineFilter],
) -> dict[str, Any]:
    """List the lines of a pair by rank."""
    analysis, _run = read_pair(exporter, importer, filters.run, user=request.user)
    lines = analysis.opportunities
    if filters.shortlisted:
        lines = lines.filter("shortlisted")
    return {
        "count": lines.height,
        "items": lines.slice(filters.offset, filters.limit).to_dicts(),
        "year": analysis.year,
        **_describe_data(analysis),
    }


class AreaFilter(Schema):
    """Weights of the criteria (any numbers of at least 0) and the scale; a run's key."""

    strength: float = Field(1, ge=0, le=1000)
    need: float = Field(1, ge=0, le=1000)
    effect: float = Field(1, ge=0, le=1000)
    readiness: float = Field(1, ge=0, le=1000)
    scale: Literal["ratio", "log", "rank"] = "ratio"
    run: str = ""


class AreaOut(Schema):
    """One area; null where evidence is missing. Scores 0…1, amounts in USD."""

    area: str
    rank: int | None
    score: float | None
    low: float = Field(description="Score if all missing evidence were 0")
    high: float = Field(description="Score if all missing evidence were 1")
    completeness: float = Field(description="Share of the weight for which there is evidence")
    comparable: bool
    chosen: bool
    firmness: float | None
    best_rank: int | None
    worst_rank: int | None
    strength: float | None
    need: float | None
    effect: float | None
    readiness: float | None
    missing: list[str]
    reasons: list[str]
    products: int
    home_imports_usd: float | None
    unrealised_usd: float | None
    current_usd: float | None
    partner_world_share: float | None


class AreasOut(Schema):
    """Areas by rank, and the smallest set that carries 80 % of the score."""

    items: list[AreaOut]
    compared: int
    chosen: int
    share_carried: float
    weights: dict[str, float]
    year: int
    coverage: CoverageOut
    source: str
    illustrative: bool


class TargetFilter(Schema):
    """A target and what is taken to come true; without value and year the target set for the pair."""

    run: str = ""
    value_usd: float | None = Field(None, gt=0, le=1e14)
    year: int | None = Field(None, ge=1900, le=2200)
    realisation: float = Field(1.0, ge=0, le=1, description="Share of the unrealised potential, 0…1")
    growth: float | None = Field(None, gt=-1, le=1, description="Of the partner's imports a year, 0.04 = 4 %")
    growth_source: str = Field("", max_length=200)


class TargetLineOut(Schema):
    """One source of a target; ``value_usd`` is null where there is no evidence, with the reason code."""

    line: str
    value_usd: float | None
    cap_usd: float | None = None
    cap_low_usd: float | None = None
    cap_high_usd: float | None = None
    basis: str


class BaseOut(Schema):
    """A count of today's exports, and what follows from it."""

    base_usd: float
    base_source: str
    base_year: int | None
    years: float
    required_growth: float | None
    no_source_usd: float


class TargetOut(BaseOut):
    """A target decomposed; the values of its lines sum to it exactly."""

    target_usd: float
    lines: list[TargetLineOut]
    other_bases: list[BaseOut]
    market_share: float | None
    market_share_today: float | None
    year: int
    coverage: CoverageOut
    source: str
    illustrative: bool


@router.get("/pairs/{exporter}/{importer}/areas", response=AreasOut, url_name="find_areas")
def list_areas(
    request: HttpRequest, exporter: str, importer: str, filters: Query[AreaFilter]
) -> dict[str, Any]:
    """Compare areas of cooperation, the exporter being home, on trade evidence."""
    analysis, run = read_pair(exporter, importer, filters.run, user=request.user)
    weights = {name: getattr(filters, name) for name in AREA_CRITERIA}
    comparison = compare_areas(
        read_pair_goods(analysis, run, request.user),
        options=AreaOptions(weights, normalisation=filters.scale),
    )
    return {
        "items": [row | {"reasons": comparison.reason(row)} for row in comparison.areas.to_dicts()],
        "compared": comparison.compared,
        "chosen": comparison.chosen,
        "share_carried": comparison.share_carried,
        "weights": comparison.options.weights,
        "year": analysis.year,
        **_describe_data(analysis),
    }


@router.get("/pairs/{exporter}/{importer}/target", response=TargetOut, url_name="find_target")
def get_target(
    request: HttpRequest, exporter: str, importer: str, filters: Query[TargetFilter]
) -> dict[str, Any]:
    """Return what would carry a target of a pair, line by line, and what has no source."""
    analysis, _run = read_pair(exporter, importer, filters.run, user=request.user)
    goal = find_target(exporter, importer)
    usd = filters.value_usd or (goal.value_usd if goal else None)
    year = filters.year or (goal.year if goal else None)
    if usd is None or year is None:
        raise InputError("no target", rule="no target is set for this pair: value_usd and year are needed")
    growth = None
    if filters.growth is not None:
        growth = MarketGrowth(filters.growth, "stated", filters.growth_source)
    others = [] if goal is None else stated_bases(goal, year)
    evidence = read_evidence(analysis, target_year=year, other_bases=others, growth=growth)
    study = study_target(usd, evidence, Assumptions(realisation=filters.realisation))
    wanted = study.decomposition
    missing = [{"line": one.line, "value_usd": None, "basis": one.reason} for one in study.missing]
    return {
        **_describe_base(wanted),
        "target_usd": wanted.target_usd,
        "lines": [*wanted.lines.to_dicts(), *missing],
        "other_bases": [_describe_base(other) for other in wanted.others],
        "market_share": wanted.market_share,
        "market_share_today": wanted.market_share_today,
        "year": analysis.year,
        **_describe_data(analysis),
    }


def _describe_base(wanted: TargetDecomposition) -> dict[str, Any]:
    names = ("base_usd", "base_source", "base_year", "years", "required_growth", "no_source_usd")
    return {name: getattr(wanted, name) for name in names}


class TermOut(Schema):
    """What one term changed; each column sums to the difference of the totals."""

    term: str
    potential_usd: float
    unrealised_usd: float


class ChangeOut(Schema):
    """How one product changed."""

    product: str
    state: str
    rank_first: int | None
    rank_second: int | None
    unrealised_usd_first: float
    unrealised_usd_second: float
    change_usd: float


class ComparisonOut(Schema):
    """Two runs of a pair compared; ``with`` names the second."""

    exporter: str
    importer: str
    first_year: int
    second_year: int
    first_unrealised_usd: float
    second_unrealised_usd: float
    terms: list[TermOut]
    count: int
    lines: list[ChangeOut]
    first_source: str
    second_source: str


class ComparisonFilter(Schema):
    """Which two runs: keys, or ``stored`` for the run that Corridor carries."""

    run: str = ""
    other: str = Field("stored", alias="with")
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=LARGEST_OFFSET)


@router.get("/pairs/{exporter}/{importer}/compare", response=ComparisonOut, url_name="find_compare")
def get_comparison(
    request: HttpRequest, exporter: str, importer: str, filters: Query[ComparisonFilter]
) -> dict[str, Any]:
    """Return what changed from one run of a pair to another, term by term and product by product."""
    comparison = compare_pair(exporter, importer, filters.run, filters.other, user=request.user)
    first, second = comparison.first, comparison.second
    return {
        "exporter": exporter,
        "importer": importer,
        "first_year": first.year,
        "second_year": second.year,
        "first_unrealised_usd": first.unrealised_usd,
        "second_unrealised_usd": second.unrealised_usd,
        "terms": comparison.terms.to_dicts(),
        "count": comparison.lines.height,
        "lines": comparison.lines.slice(filters.offset, filters.limit).to_dicts(),
        "first_source": first.source,
        "second_source": second.source,
    }


class MarketFilter(Schema):
    """Which product, from the newest run one may see or the one whose key is given."""

    product: str = ""
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=LARGEST_OFFSET)
    run: str = ""


class DependenceFilter(MarketFilter):
    """Which products; ``dependent`` keeps those on which home depends on one supplier."""

    dependent: bool = False


class CompetitorOut(Schema):
    """One supplier of one product in the importer's market."""

    product: str
    supplier: str
    value_usd: float
    share: float
    rank: int


class CompetitorPage(Schema):
    """Suppliers by product and rank: the five largest and the exporter. ``available``: the run holds them."""

    available: bool
    count: int
    items: list[CompetitorOut]
    year: int
    coverage: CoverageOut
    source: str
    illustrative: bool


class DependenceOut(Schema):
    """What the exporter's economy buys of one product; null is unknown."""

    product: str
    imports_usd: float
    partner_usd: float
    partner_share: float | None
    top_supplier: str | None
    top_share: float | None
    hhi: float | None
    alternatives: int | None
    home_exports_usd: float | None
    home_rca: float | None


class DependencePage(Schema):
    """Products by imports. ``complete``: the run holds every supplier, else the partner's part alone."""

    available: bool
    complete: bool
    count: int
    items: list[DependenceOut]
    year: int
    coverage: CoverageOut
    source: str
    illustrative: bool


@router.get("/pairs/{exporter}/{importer}/competitors", response=CompetitorPage, url_name="find_competitors")
def list_competitors(
    request: HttpRequest, exporter: str, importer: str, filters: Query[MarketFilter]
) -> dict[str, Any]:
    """List who supplies the importer, product by product."""
    analysis, _run = read_pair(exporter, importer, filters.run, user=request.user)
    table = analysis.tables.get("competitors", COMPETITORS.empty())
    if filters.product:
        table = table.filter(product=filters.product)
    return {
        "available": "competitors" in analysis.tables,
        "count": table.height,
        "items": table.slice(filters.offset, filters.limit).to_dicts(),
        "year": analysis.year,
        **_describe_data(analysis),
    }


@router.get("/pairs/{exporter}/{importer}/dependence", response=DependencePage, url_name="find_dependence")
def list_dependence(
    request: HttpRequest, exporter: str, importer: str, filters: Query[DependenceFilter]
) -> dict[str, Any]:
    """List what the exporter's economy buys, and on whom it depends."""
    analysis, run = read_pair(exporter, importer, filters.run, user=request.user)
    other = read_other_way(analysis, run, user=request.user)
    complete = "dependence" in analysis.tables
    origin = analysis if complete or other is None else other
    table = DEPENDENCE.empty()
    if complete:
        table = analysis.tables["dependence"]
    elif other is not None:
        table = read_dependence(other.opportunities, analysis.opportunities)
    if filters.product:
        table = table.filter(product=filters.product)
    if filters.dependent:
        table = table.filter(is_dependent())
    return {
        "available": complete or other is not None,
        "complete": complete,
        "count": table.height,
        "items": table.slice(filters.offset, filters.limit).to_dicts(),
        "year": origin.year,
        **_describe_data(origin),
    }


class PositionFilter(Schema):
    """Which positions, from the newest run one may see or the one whose key is given."""

    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=LARGEST_OFFSET)
    run: str = ""


class PositionOut(Schema):
    """Where a product stands for the exporter; null where no score is determined."""

    product: str
    rca: float
    m: int | None = Field(None, description="1 where the exporter is specialised in it")
    pci: float | None
    ubiquity: int | None = None
    density: float | None
    cog: float | None
    neighbours_held: int | None = None
    neighbours: int | None = None


class StandingOut(Schema):
    """Complexity of one of the two economies; ``economies`` is how many have a score."""

    economy: str
    eci: float | None
    rank: int | None
    diversity: int
    coi: float | None
    economies: int


class PositionPage(Schema):
    """A slice of the products, by code; ``held`` is false where the run holds no positions."""

    held: bool
    count: int
    items: list[PositionOut]
    standing: list[StandingOut]
    year: int
    coverage: CoverageOut
    source: str
    illustrative: bool


@router.get("/pairs/{exporter}/{importer}/positions", response=PositionPage, url_name="find_positions")
def list_positions(
    request: HttpRequest,
    exporter: str,
    importer: str,
    filters: Query[PositionFilter],
) -> dict[str, Any]:
    """List where each product stands for the exporter: advantage, complexity, density, outlook gain."""
    analysis, _run = read_pair(exporter, importer, filters.run, user=request.user)
    positions, standing = analysis.tables.get(POSITIONS), analysis.tables.get(STANDING)
    held = positions is not None and standing is not None
    return {
        "held": held,
        "count": positions.height if positions is not None else 0,
        "items": positions.slice(filters.offset, filters.limit).to_dicts() if positions is not None else [],
        "standing": standing.to_dicts() if standing is not None else [],
        "year": analysis.year,
        **_describe_data(analysis),
    }
