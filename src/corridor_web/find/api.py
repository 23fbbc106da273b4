"""The API of this app."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from corridor.find.area_scores import AreaOptions
from corridor.find.areas import compare_areas
from corridor.find.pair import PairAnalysis
from corridor.vocabulary import AREA_CRITERIA
from corridor_web.common.api import LARGEST_OFFSET
from corridor_web.find.queries import list_pairs, read_pair, read_pair_goods

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
