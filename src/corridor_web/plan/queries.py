"""Reads of this app: which programmes and roadmaps a reader sees, and the tables for the library."""

from dataclasses import dataclass

import polars as pl
from django.db.models import Count, QuerySet, Sum

from corridor.plan.appraise import Appraisal, appraise_projects
from corridor.tables import CASH_FLOWS, PHASES, PROJECTS
from corridor_web.plan.models import CashFlow, Programme, Project, Roadmap, State
from corridor_web.registry.queries import Reader, is_administrator, is_officer


def runs_plans(reader: Reader) -> bool:
    """Whether ``reader`` prepares programmes: a desk officer or the administrator."""
    return is_administrator(reader) or is_officer(reader)


def visible_programmes(reader: Reader) -> QuerySet[Programme]:
    """Return the programmes ``reader`` may see: published ones; for the desks all."""
    programmes = Programme.objects.all()
    return programmes if runs_plans(reader) else programmes.filter(state=State.PUBLISHED)


def list_programmes(reader: Reader) -> QuerySet[Programme]:
    """Return visible programmes with their number of projects and their cost."""
    return visible_programmes(reader).annotate(count=Count("projects"), cost=Sum("projects__cost_usd"))


def visible_projects(reader: Reader) -> QuerySet[Project]:
    """Return the projects of visible programmes."""
    return Project.objects.select_related("programme").filter(programme__in=visible_programmes(reader))


def visible_roadmap(reader: Reader, programme: Programme) -> Roadmap | None:
    """Return the roadmap ``reader`` may see: the newest for the desks, else the published one."""
    roadmaps = programme.roadmaps.all()
    if not runs_plans(reader):
        roadmaps = roadmaps.filter(published_at__isnull=False)
    return roadmaps.first()


def tabulate_cash_flows(projects: QuerySet[Project]) -> pl.DataFrame:
    """Return the cash flows of projects in the schema ``CASH_FLOWS``."""
    rows = (
        CashFlow.objects.filter(project__in=projects)
        .order_by("project__key", "period")
        .values_list("project__key", "period", "cost_usd", "benefit_usd")
    )
    return pl.DataFrame(
        list(rows), schema={name: column.dtype for name, column in CASH_FLOWS.columns.items()}, orient="row"
    )


@dataclass(frozen=True)
class AppraisedProject:
    """A project with its appraisal; the appraisal is None where it has no cash flows."""

    project: Project
    appraisal: Appraisal | None


def appraise_programme(programme: Programme, rate: float | None = None) -> list[AppraisedProject]:
    """Appraise every project of a programme at its discount rate, or at ``rate``."""
    projects = programme.projects.prefetch_related("requires").order_by("name_en", "pk")
    flows = tabulate_cash_flows(programme.projects.all())
    discount = programme.discount_rate if rate is None else rate
    appraisals = appraise_projects(flows, discount)
    return [AppraisedProject(project, appraisals.get(project.key)) for project in projects]


def tabulate_projects(programme: Programme) -> pl.DataFrame:
    """Return the projects of a programme in the schema ``PROJECTS``; their value is the NPV."""
    rows = [
        {
            "project": entry.project.key,
            "name": entry.project.name_en,
            "field": entry.project.field,
            "cost_usd": entry.project.cost_usd,
            "value_usd": entry.appraisal.npv_usd if entry.appraisal else 0.0,
            "duration_quarters": entry.project.duration_quarters,
            "requires": [other.key for other in entry.project.requires.all()],
            "illustrative": entry.project.illustrative,
        }
        for entry in appraise_programme(programme)
    ]
    return pl.DataFrame(rows, schema={name: column.dtype for name, column in PROJECTS.columns.items()})


def tabulate_phases(roadmap: Roadmap) -> pl.DataFrame:
    """Return the phases of a roadmap in the schema ``PHASES``."""
    rows = roadmap.phases.values_list("project__key", "start_quarter", "end_quarter", "cost_usd")
    return pl.DataFrame(
        list(rows), schema={name: column.dtype for name, column in PHASES.columns.items()}, orient="row"
    )
