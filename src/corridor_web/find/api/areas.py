"""Areas of cooperation."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from corridor.find.area_scores import AreaOptions
from corridor.find.areas import compare_areas
from corridor.vocabulary import AREA_CRITERIA
from corridor_web.find.api.data import CoverageOut, describe_data
from corridor_web.find.queries import (
    read_pair,
    read_pair_goods,
)

router = Router(tags=["find"])


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
        **describe_data(analysis),
    }
