"""The home page, the page of methods, and the brief."""

from typing import Any, Final

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corridor.locale import format_date
from corridor.reports.sentences import coverage_sentences, line_sentence, source_line
from corridor.reports.target_sentences import other_base_sentence
from corridor_web.common.jobs import enqueue
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.common.templatetags.corridor import lang_tag
from corridor_web.find.queries import name_pair, read_pair, read_target
from corridor_web.front import queries
from corridor_web.front.forms import BriefForm
from corridor_web.front.queries import Figures, read_glance

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def home(request: HttpRequest) -> HttpResponse:
    """Show the pair at a glance: the answer of each stage and the way in."""
    language = current_language()
    analysis, _run = read_pair(*settings.CORRIDOR_PAIR, user=request.user)
    target = read_target(analysis)
    context = {
        "analysis": analysis,
        "totals": analysis.totals,
        "shortlist": analysis.shortlist,
        "top": [row | {"sentence": line_sentence(row, analysis, language)} for row in analysis.top(3)],
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
        "target": target,
        "other_bases": [other_base_sentence(other, language) for other in target[1].others] if target else [],
        "glance": read_glance(),
    }
    return render(request, "front/home.html", context)


def methods(request: HttpRequest) -> HttpResponse:
    """Show formulas, sources and limits."""
    analysis, _run = read_pair(*settings.CORRIDOR_PAIR, user=request.user)
    language = current_language()
    context = {
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
        "missing": analysis.coverage.missing_importers,
    }
    return render(request, "front/methods.html", context)


def brief(request: HttpRequest) -> HttpResponse:
    """Say what the brief is; signed-in people have one made and find theirs again."""
    signed_in = request.user.is_authenticated
    if request.method == "POST" and not signed_in:
        return redirect_to_login(request.get_full_path())
    offered = queries.list_figures(request.user)
    choices = [(one.code, _name_figures(one)) for one in offered]
    form = BriefForm(request.POST or None, figures=choices, language=current_language())
    if request.method == "POST" and form.is_valid():
        return _start_brief(request, form.cleaned_data, dict(choices))
    listing = _list_briefs(request)
    if answer := listing.download():
        return answer
    context = {"form": form, "listing": listing, "days": queries.KEPT.days}
    return render(request, "front/brief.html", context)


def _name_figures(figures: Figures) -> str:
    language = current_language()
    values = {
        "pair": name_pair(figures.exporter, figures.importer, language),
        "year": figures.year,
    }
    if figures.run is None:
        return _("%(pair)s, %(year)s: the run that Corridor carries") % values
    computed = timezone.localtime(figures.run.created)
    day = f"{format_date(computed, language)} {computed:%H:%M}"
    values |= {"dataset": figures.run.dataset, "day": day}
    if figures.run.illustrative:
        return _("%(pair)s, %(year)s: dataset %(dataset)s, %(day)s (illustrative)") % values
    return _("%(pair)s, %(year)s: dataset %(dataset)s, %(day)s") % values


def _start_brief(request: HttpRequest, asked: dict[str, Any], names: dict[str, str]) -> HttpResponse:
    if job := queries.open_brief(request.user):
        messages.warning(request, _("Your last brief is still being made; the next one can follow it."))
        return redirect("common:job", job.key)
    title = _("Brief: %(figures)s") % {"figures": names[asked["figures"]]}
    return redirect("common:job", enqueue(queries.BRIEF, asked, request.user, title=title[:200]).key)


def _list_briefs(request: HttpRequest) -> Listing:
    names = {lang_tag(code): name for code, name in settings.LANGUAGES}
    columns = [
        Column(
            "title",
            gettext_lazy("Brief"),
            "name",
            link=lambda row: reverse("front:papers", args=[row.key]),
        ),
        Column(
            "language",
            gettext_lazy("Language"),
            "name",
            value=lambda row: names.get(row.payload["language"]),
        ),
        Column("created_by", gettext_lazy("By"), "name", value=lambda row: str(row.created_by or "–")),
        Column("finished", gettext_lazy("Made"), "date"),
    ]
    return Listing(
        request,
        queries.visible_briefs(request.user).select_related("created_by"),
        columns,
        title="briefs",
        default_sort="-finished",
        empty=gettext_lazy("No brief has been made in the last days."),
    )


def papers(request: HttpRequest, key: str) -> HttpResponse:
    """Offer the papers of one brief."""
    job = get_object_or_404(queries.visible_briefs(request.user), key=key)
    files = [
        {"name": path.name, "format": path.suffix[1:].upper(), "kib": path.stat().st_size / 1024}
        for path in queries.list_papers(job)
    ]
    if not files:
        raise Http404
    return render(request, "front/papers.html", {"job": job, "files": files, "days": queries.KEPT.days})


@csp_update({"sandbox": True})  # type: ignore[arg-type]  # its types know no view with arguments
def paper(request: HttpRequest, key: str, file: str) -> HttpResponse:
    """Hand out one paper, to be kept rather than opened inside the site."""
    job = get_object_or_404(queries.visible_briefs(request.user), key=key)
    path = next((path for path in queries.list_papers(job) if path.name == file), None)
    if path is None or path.suffix not in TYPES:
        raise Http404
    response = HttpResponse(path.read_bytes(), content_type=TYPES[path.suffix])
    response["Content-Disposition"] = content_disposition_header(True, path.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
