"""Targets, and two runs compared."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from corridor.errors import InputError
from corridor.find.caps import MarketGrowth
from corridor.find.scenarios import Assumptions, read_evidence, study_target
from corridor.find.target import TargetDecomposition
from corridor_web.common.api import LARGEST_OFFSET
from corridor_web.find.api.data import CoverageOut, describe_data
from corridor_web.find.queries import (
    compare_pair,
    find_target,
    read_pair,
    stated_bases,
)

router = Router(tags=["find"])


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
        **describe_data(analysis),
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
