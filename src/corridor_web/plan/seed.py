"""The illustrative programmes, their projects, and a roadmap for each."""

from contextlib import suppress
from typing import Any, Final

from corridor.data.world import Actors
from corridor.errors import InputError
from corridor_web.plan.domain import draw_roadmap, publish_roadmap, suggest_limits
from corridor_web.plan.models import CashFlow, Programme, Project, State

DISCOUNT_RATE: Final = 0.08


def load(actors: Actors) -> None:
    """Store the programmes of the illustrative world, each with a published roadmap."""
    if Programme.objects.filter(illustrative=True).exists():
        return
    home = actors.pair[0]
    programmes = {row["programme"]: _store_programme(row, home) for row in actors.programmes.to_dicts()}
    projects = _store_projects(actors, programmes)
    CashFlow.objects.bulk_create(
        CashFlow(
            project=projects[row["project"]],
            period=row["period"],
            cost_usd=row["cost_usd"],
            benefit_usd=row["benefit_usd"],
        )
        for row in actors.cash_flows.to_dicts()
    )
    for programme in programmes.values():
        # Where nothing affordable is worth its cost there is no roadmap, and the page says so.
        with suppress(InputError):
            publish_roadmap(draw_roadmap(programme, suggest_limits(programme), None), None)


def _store_programme(row: dict[str, Any], home: str) -> Programme:
    return Programme.objects.create(
        name_en=row["name_en"],
        name_zh=row["name_zh"] or "",
        name_ur=row["name_ur"] or "",
        field=row["field"],
        economy=home,
        city=row["city"] or "",
        budget_usd=row["budget_usd"],
        discount_rate=DISCOUNT_RATE,
        state=State.PUBLISHED,
        illustrative=True,
        source=row["source"],
    )


def _store_projects(actors: Actors, programmes: dict[str, Programme]) -> dict[str, Project]:
    rows = actors.projects.to_dicts()
    stored = Project.objects.bulk_create(
        Project(
            programme=programmes[row["programme"]],
            name_en=row["name"],
            name_zh=row["name_zh"] or "",
            name_ur=row["name_ur"] or "",
            field=row["field"],
            cost_usd=row["cost_usd"],
            duration_quarters=row["duration_quarters"],
            illustrative=True,
        )
        for row in rows
    )
    projects = {row["project"]: project for row, project in zip(rows, stored, strict=True)}
    for row in rows:
        projects[row["project"]].requires.set(projects[name] for name in row["requires"])
    return projects
