"""The API of this app."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from corridor_web.common.api import Pages
from corridor_web.plan import queries

router = Router(tags=["plan"])


class ProgrammeOut(Schema):
    """A programme."""

    key: str
    name: str
    economy: str
    summary: str
    discount_rate: float
    illustrative: bool


class ProjectOut(Schema):
    """A project with its appraisal; amounts in USD, rates 0…1; ``irr`` holds every real root."""

    key: str
    name: str
    field: str
    cost_usd: float
    duration_quarters: int
    npv_usd: float | None
    irr: list[float]
    bcr: float | None
    illustrative: bool


class PhaseOut(Schema):
    """When a chosen project runs: quarters count from 0, the end is exclusive."""

    project: str
    start_quarter: int
    end_quarter: int
    cost_usd: float


class RoadmapOut(Schema):
    """A selection and its phases, with what the solver proved about each."""

    budget_usd: float
    first_quarter: str
    selection: dict[str, Any]
    phasing: dict[str, Any]
    phases: list[PhaseOut]
    published: bool


@router.get("/programmes", response=list[ProgrammeOut], url_name="plan_programmes")
@paginate(Pages)
def list_programmes(request: HttpRequest) -> Any:
    """List the programmes the reader may see."""
    return queries.visible_programmes(request.user)


@router.get("/programmes/{key}/projects", response=list[ProjectOut], url_name="plan_projects")
def list_projects(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    """List the projects of a programme with their appraisals."""
    programme = get_object_or_404(queries.visible_programmes(request.user), key=key)
    return [
        {
            "key": entry.project.key,
            "name": entry.project.name,
            "field": entry.project.field,
            "cost_usd": entry.project.cost_usd,
            "duration_quarters": entry.project.duration_quarters,
            "npv_usd": entry.appraisal.npv_usd if entry.appraisal else None,
            "irr": list(entry.appraisal.irr) if entry.appraisal else [],
            "bcr": entry.appraisal.bcr if entry.appraisal else None,
            "illustrative": entry.project.illustrative,
        }
        for entry in queries.appraise_programme(programme)
    ]


@router.get("/programmes/{key}/roadmap", response=RoadmapOut, url_name="plan_roadmap")
def get_roadmap(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return the roadmap of a programme: the published one; for the desks the newest."""
    programme = get_object_or_404(queries.visible_programmes(request.user), key=key)
    roadmap = queries.visible_roadmap(request.user, programme)
    roadmap = get_object_or_404(programme.roadmaps, pk=roadmap.pk if roadmap else None)
    return {
        "budget_usd": roadmap.budget_usd,
        "first_quarter": roadmap.first_quarter.isoformat(),
        "selection": roadmap.selection,
        "phasing": roadmap.phasing,
        "phases": queries.tabulate_phases(roadmap).to_dicts(),
        "published": roadmap.published_at is not None,
    }
