"""Pairs: totals, shortlist, lines."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from corridor_web.common.api import LARGEST_OFFSET
from corridor_web.find.api.data import CoverageOut, describe_data
from corridor_web.find.queries import (
    list_pairs,
    read_pair,
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
        **describe_data(analysis),
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
        **describe_data(analysis),
    }
