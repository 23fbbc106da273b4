"""Records of this app for tests."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from corridor_web.accounts.models import User
from corridor_web.plan.models import CashFlow, Phase, Programme, Project, Roadmap

_numbers = itertools.count(1)


def make_programme(state: str = "published", projects: int = 2, **values: Any) -> Programme:
    """Store a programme with projects of 1, 2, … million USD that pay back in two years."""
    number = next(_numbers)
    programme = Programme.objects.create(
        name_en=f"Programme {number}",
        field="smart_city",
        economy="PAK",
        state=state,
        illustrative=True,
        **values,
    )
    for place in range(1, projects + 1):
        make_project(programme, cost_usd=place * 1e6)
    return programme


def make_project(programme: Programme, cost_usd: float = 1e6, **values: Any) -> Project:
    """Store a project that costs now and brings its cost in each of the next two years."""
    project = Project.objects.create(
        programme=programme,
        name_en=f"Project {next(_numbers)}",
        field="safe_city",
        cost_usd=cost_usd,
        duration_quarters=2,
        illustrative=True,
        **values,
    )
    CashFlow.objects.create(project=project, period=0, cost_usd=cost_usd)
    for period in (1, 2):
        CashFlow.objects.create(project=project, period=period, benefit_usd=cost_usd)
    return project


def make_roadmap(programme: Programme, published: bool = True) -> Roadmap:
    """Store a roadmap that starts every project in the first quarter."""
    proved = {"status": "optimal", "objective": 1e6, "bound": 1e6, "gap": 0.0}
    roadmap = Roadmap.objects.create(
        programme=programme,
        budget_usd=1e9,
        budget_by_quarter_usd=1e9,
        quarters=8,
        first_quarter=date(2027, 1, 1),
        selection=proved,
        phasing=proved,
        published_at=timezone.now() if published else None,
    )
    for project in programme.projects.all():
        Phase.objects.create(
            roadmap=roadmap, project=project, start_quarter=0, end_quarter=2, cost_usd=project.cost_usd
        )
    return roadmap


def programme_in_state(state: str, users: dict[str, User]) -> dict[str, Any]:
    """A programme whose roadmap is as public as it is."""
    programme = make_programme(state)
    make_roadmap(programme, published=state == "published")
    data = {"budget": "5", "budget_by_quarter": "5", "quarters": "8", "first_quarter": "2027-01-01"}
    return {"key": programme.key, "data": data}


def project_in_state(state: str, users: dict[str, User]) -> dict[str, Any]:
    """A project of such a programme."""
    return {"key": make_programme(state).projects.first().key}  # type: ignore[union-attr]


def roadmap_in_state(state: str, users: dict[str, User]) -> dict[str, Any]:
    """A roadmap of such a programme."""
    return {"key": make_roadmap(make_programme(state), published=state == "published").key}


FACTORIES: dict[str, Callable[[str, dict[str, User]], dict[str, Any]]] = {
    "programme": programme_in_state,
    "project": project_in_state,
    "roadmap": roadmap_in_state,
}
