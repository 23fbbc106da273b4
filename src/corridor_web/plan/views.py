"""Pages of this app."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from corridor import charts
from corridor.plan.appraise import appraise_cash_flows
from corridor_web.common.jobs import enqueue
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.common.permissions import require_role
from corridor_web.plan import queries
from corridor_web.plan.domain import publish_roadmap, suggest_limits
from corridor_web.plan.forms import MILLION, RateForm, RoadmapForm
from corridor_web.plan.jobs import DRAW
from corridor_web.plan.models import Programme, Project, Roadmap

OFFICERS = ("desk_officer", "administrator")


def index(request: HttpRequest) -> HttpResponse:
    """List the programmes."""
    columns = [
        Column(
            "name",
            gettext_lazy("Programme"),
            "name",
            order="name_en",
            link=lambda row: reverse("plan:programme", args=[row.key]),
        ),
        Column("economy", gettext_lazy("Economy"), "economy"),
        Column("count", gettext_lazy("Projects"), "number"),
        Column("cost", gettext_lazy("Cost"), "usd"),
        Column("illustrative", gettext_lazy("Record"), "flag", order=""),
    ]
    listing = Listing(
        request,
        queries.list_programmes(request.user),
        columns,
        title="programmes",
        search=("name_en", "name_zh", "name_ur", "summary"),
        default_sort="name_en",
    )
    return listing.download() or render(request, "plan/index.html", {"listing": listing})


def programme(request: HttpRequest, key: str) -> HttpResponse:
    """Show a programme: its projects appraised, the selection, and the roadmap."""
    found = get_object_or_404(queries.visible_programmes(request.user), key=key)
    appraised = queries.appraise_programme(found)
    listing = _list_projects(request, found, appraised)
    if answer := listing.download():
        return answer
    roadmap = queries.visible_roadmap(request.user, found)
    context: dict[str, Any] = {
        "programme": found,
        "listing": listing,
        "roadmap": roadmap,
        "runs_plans": queries.runs_plans(request.user),
    }
    if context["runs_plans"]:
        context["form"] = RoadmapForm(initial=_propose(found))
    if roadmap is not None:
        names = {entry.project.key: entry.project for entry in appraised}
        context |= {
            "phases": roadmap.phases.select_related("project"),
            "left_out": [(names[key], reason) for key, reason in roadmap.left_out if key in names],
            "chart": _draw_gantt(roadmap, {key: project.name for key, project in names.items()}),
        }
    return render(request, "plan/programme.html", context)


def _list_projects(
    request: HttpRequest, found: Programme, appraised: list[queries.AppraisedProject]
) -> Listing:
    def link(row: queries.AppraisedProject) -> str:
        return reverse("plan:project", args=[row.project.key])

    def figure(name: str) -> Any:
        return lambda row: getattr(row.appraisal, name) if row.appraisal else None

    def rate_of_return(row: queries.AppraisedProject) -> float | None:
        return row.appraisal.irr[0] if row.appraisal and len(row.appraisal.irr) == 1 else None

    columns = [
        Column("project.name", gettext_lazy("Project"), "name", link=link, order=""),
        Column("project.field", gettext_lazy("Field"), "label", order=""),
        Column("project.cost_usd", gettext_lazy("Cost"), "usd", order=""),
        Column("npv_usd", gettext_lazy("Net present value"), "usd", value=figure("npv_usd"), order=""),
        Column(
            "irr", gettext_lazy("Rate of return"), "share", value=rate_of_return, order="", secondary=True
        ),
        Column("bcr", gettext_lazy("Benefit-cost ratio"), "ratio", value=figure("bcr"), order=""),
        Column("project.duration_quarters", gettext_lazy("Quarters"), "number", order="", secondary=True),
        Column("project.illustrative", gettext_lazy("Record"), "flag", order=""),
    ]
    return Listing(
        request,
        appraised,
        columns,
        title="projects",
        source=_("Illustrative projects, generated.") if found.illustrative else found.source,
        page_size=50,
    )


def _propose(found: Programme) -> dict[str, object]:
    limits = suggest_limits(found)
    return {
        "budget": round(limits.budget_usd / MILLION, 1),
        "budget_by_quarter": round(limits.budget_by_quarter_usd / MILLION, 1),
        "quarters": limits.quarters,
        "first_quarter": limits.first_quarter,
    }


def _draw_gantt(roadmap: Roadmap, names: dict[str, str]) -> charts.Spec:
    return charts.roadmap_gantt(
        queries.tabulate_phases(roadmap),
        names=names,
        quarter_labels=[roadmap.quarter_label(quarter) for quarter in range(roadmap.quarters + 1)],
        language=current_language(),
    )


@require_POST
@require_role(*OFFICERS)
def draw(request: HttpRequest, key: str) -> HttpResponse:
    """Start selecting and phasing in the background."""
    found = get_object_or_404(queries.visible_programmes(request.user), key=key)
    form = RoadmapForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("The roadmap needs a budget, a limit a quarter, a number of quarters and a date.")
        )
        return redirect("plan:programme", found.key)
    payload = {"programme": found.key, **form.payload()}
    job = enqueue(DRAW, payload, request.user, title=_("Roadmap of %(programme)s") % {"programme": found})
    return redirect("common:job", job.key)


@require_POST
@require_role(*OFFICERS)
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Publish a roadmap."""
    roadmap = get_object_or_404(Roadmap.objects.select_related("programme"), key=key)
    publish_roadmap(roadmap, request.user)
    messages.success(request, _("The roadmap is published."))
    return redirect("plan:programme", roadmap.programme.key)


def project(request: HttpRequest, key: str) -> HttpResponse:
    """Show the appraisal of one project, at the programme's discount rate or at ``?rate=`` per cent."""
    found: Project = get_object_or_404(queries.visible_projects(request.user), key=key)
    form = RateForm(request.GET if "rate" in request.GET else None)
    rate = found.programme.discount_rate
    if form.is_bound and form.is_valid():
        rate = form.cleaned_data["rate"] / 100
    flows = queries.tabulate_cash_flows(Project.objects.filter(pk=found.pk))
    context = {
        "project": found,
        "programme": found.programme,
        "rate": rate,
        "form": form if form.is_bound else RateForm(initial={"rate": round(rate * 100, 2)}),
        "appraisal": None if flows.is_empty() else appraise_cash_flows(flows, rate),
        "flows": found.cash_flows.all(),
        "requires": found.requires.all(),
    }
    return render(request, "plan/project.html", context)
