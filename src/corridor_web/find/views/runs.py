"""Pages of runs: compute one, show it to the public, delete it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from corridor.data.manifest import Manifest
from corridor.locale import join_words
from corridor.locale.economies import economy_name
from corridor_web.common.jobs import enqueue
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.common.permissions import require_role
from corridor_web.find import queries
from corridor_web.find.domain import delete_run, publish_run
from corridor_web.find.forms import RunForm
from corridor_web.find.jobs import COMPUTE, INPUTS
from corridor_web.find.models import Run


@require_role(*queries.COMPUTERS)
def runs(request: HttpRequest) -> HttpResponse:
    """List the datasets of trade and the runs made from them; start another."""
    store = queries.open_store()
    datasets = queries.list_trade(store)
    home, partner = settings.CORRIDOR_PAIR
    start = {"exporter": home, "importer": partner}
    form = RunForm(request.POST or None, datasets=datasets, further=store.list(), initial=start)
    if request.method == "POST" and form.is_valid():
        return _start_run(request, form.cleaned_data)
    listings = _list_datasets(request, datasets), _list_runs(request)
    for listing in listings:
        if answer := listing.download():
            return answer
    context = {
        "form": form,
        "datasets": datasets,
        "unreadable": queries.list_unreadable(store),
        "dataset_listing": listings[0],
        "listing": listings[1],
    }
    return render(request, "find/runs.html", context)


def _start_run(request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    language = current_language()
    pair = queries.name_pair(asked["exporter"], asked["importer"], language)
    title = _("Run: %(pair)s, %(dataset)s") % {"pair": pair, "dataset": asked["dataset"]}
    kept = ("dataset", "exporter", "importer", "year", "window", *INPUTS)
    payload = {key: asked[key] for key in kept if key in asked}
    job = enqueue(COMPUTE, payload, request.user, title=title[:200])
    return redirect("common:job", job.key)


def _list_datasets(request: HttpRequest, datasets: list[Manifest]) -> Listing:
    language = current_language()

    def missing(row: Manifest) -> str:
        codes = row.coverage.missing_importers if row.coverage else ()
        return join_words((economy_name(code, language) for code in codes), language)

    columns = [
        Column("name", gettext_lazy("Dataset"), "name", order=""),
        Column("years", gettext_lazy("Years"), value=_span_years),
        Column("coverage.destination_markets", gettext_lazy("Destination markets"), "number", order=""),
        Column("missing", gettext_lazy("Missing importers"), "name", value=missing),
        Column("attribution", gettext_lazy("Source"), "name", order="", secondary=True),
        Column("as_of", gettext_lazy("As of"), "name", order="", secondary=True),
        Column("illustrative", gettext_lazy("Record"), "flag", order=""),
    ]
    return Listing(request, datasets, columns, title="datasets", prefix="d-")


def _span_years(row: Manifest) -> str:
    years = row.coverage.years if row.coverage else ()
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _list_runs(request: HttpRequest) -> Listing:
    language = current_language()

    def link(row: Run) -> str:
        return f"{reverse('find:pair', args=[row.exporter, row.importer])}?run={row.key}"

    def name(row: Run) -> str:
        return queries.name_pair(row.exporter, row.importer, language)

    columns = [
        Column("pair", gettext_lazy("Pair"), "name", value=name, link=link),
        Column("year", gettext_lazy("Year"), order="year"),
        Column("dataset", gettext_lazy("Dataset"), "name"),
        Column("created", gettext_lazy("Computed"), "date"),
        Column(
            "maker",
            gettext_lazy("By"),
            "name",
            value=lambda row: str(row.created_by or "–"),
            secondary=True,
        ),
        Column("version", gettext_lazy("Version"), "name", secondary=True),
        Column(
            "published",
            gettext_lazy("Seen by"),
            value=lambda row: _("everyone") if row.published else _("people signed in"),
            order="published",
        ),
        Column("illustrative", gettext_lazy("Record"), "flag", order=""),
    ]
    return Listing(
        request,
        queries.visible_runs(request.user),
        columns,
        title="runs",
        search=("dataset", "exporter", "importer"),
        default_sort="-created",
        empty=gettext_lazy("No run has been computed on this site yet."),
    )


@require_POST
@require_role(*queries.PUBLISHERS)
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Show a run to the public."""
    run = get_object_or_404(queries.visible_runs(request.user), key=key)
    publish_run(run, request.user)
    messages.success(request, _("Everyone sees this run now."))
    return _show_run(run)


@require_POST
@require_role(*queries.PUBLISHERS)
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Stop showing a run to the public."""
    run = get_object_or_404(queries.visible_runs(request.user), key=key)
    publish_run(run, request.user, published=False)
    messages.success(request, _("Only people signed in see this run now."))
    return _show_run(run)


def _show_run(run: Run) -> HttpResponse:
    return redirect(f"{reverse('find:pair', args=[run.exporter, run.importer])}?run={run.key}")


@require_POST
@require_role()
def delete(request: HttpRequest, key: str) -> HttpResponse:
    """Delete a run, by who made it or an administrator."""
    run = get_object_or_404(queries.visible_runs(request.user), key=key)
    delete_run(run, request.user)
    messages.success(request, _("The run is deleted."))
    return redirect("find:runs" if queries.computes_runs(request.user) else "find:index")
