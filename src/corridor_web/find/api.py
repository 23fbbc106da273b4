"""The API of this app."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from corridor.find.pair import PairAnalysis
from corridor.find.space import POSITIONS, STANDING
from corridor_web.common.api import LARGEST_OFFSET
from corridor_web.find.queries import list_pairs, read_pair

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


class CoverageOut(Schema):
    """What the figures leave out."""

    destination_markets: int
    missing_importers: list[str]
    terms_off: list[str]
    absent_products: int = Field(description="Codes of the nomenclature without trade in the data")


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


class PositionFilter(Schema):
    """Which positions, from the newest run one may see or the one whose key is given."""

    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=LARGEST_OFFSET)
    run: str = ""


class PositionOut(Schema):
    """Where a product stands for the exporter; null where no score is determined."""

    product: str
    rca: float
    m: int = Field(description="1 where the exporter is specialised in it")
    pci: float | None
    ubiquity: int
    density: float | None
    cog: float | None
    neighbours_held: int | None
    neighbours: int | None


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
