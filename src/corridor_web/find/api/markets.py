"""Competitors, dependence, and where products stand."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from corridor.find.space import POSITIONS, STANDING
from corridor.find.supply import is_dependent, read_dependence
from corridor.tables import COMPETITORS, DEPENDENCE
from corridor_web.common.api import LARGEST_OFFSET
from corridor_web.find.api.data import CoverageOut, describe_data
from corridor_web.find.queries import (
    read_other_way,
    read_pair,
)

router = Router(tags=["find"])


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
        **describe_data(analysis),
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
        **describe_data(origin),
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
        **describe_data(analysis),
    }
