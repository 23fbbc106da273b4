"""The overview of a pair, and which run a page shows."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corridor import charts
from corridor.find.area_scores import AreaOptions
from corridor.find.areas import EQUAL_WEIGHTS, compare_areas
from corridor.find.pair import PairAnalysis
from corridor.locale import label
from corridor.locale.economies import economy_name
from corridor.locale.nomenclature import chapter_name
from corridor.reports.areas import area_sentence, name_area, set_sentence
from corridor.reports.potential import uncertainty_sentence
from corridor.reports.sentences import coverage_sentences, line_sentence, nothing_sentence, source_line
from corridor.reports.target_sentences import target_words
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.find import queries
from corridor_web.find.models import Run
from corridor_web.find.queries import read_pair, read_target

TOP_SUPPLIERS = 12
TOP_AREAS = 5


def index(request: HttpRequest) -> HttpResponse:
    """Lead to this site's pair."""
    home, partner = settings.CORRIDOR_PAIR
    return redirect("find:pair", home, partner)


def pair(request: HttpRequest, exporter: str, importer: str) -> HttpResponse:
    """Show where cooperation pays for one exporter and one importer."""
    analysis, run = read_pair(exporter, importer, request.GET.get("run", ""), user=request.user)
    language = current_language()
    listing = _list_lines(request, analysis, language)
    if answer := listing.download():
        return answer
    target = read_target(analysis)
    context = {
        "analysis": analysis,
        **describe_run(request, analysis, run),
        "totals": analysis.totals,
        "shortlist": analysis.shortlist,
        "nothing": nothing_sentence(analysis, language),
        "uncertainty": uncertainty_sentence(analysis, language),
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
        "areas": _compare_areas(request, analysis, run, language),
        "listing": listing,
        "top": [row | {"sentence": line_sentence(row, analysis, language)} for row in analysis.top(8)],
        "target": target,
        "gap_lines": target[1].lines.to_dicts() if target else [],
        "target_words": target_words(target[1], language) if target else [],
        **_draw_charts(analysis, target, language),
    }
    return render(request, "find/pair.html", context)


def _compare_areas(
    request: HttpRequest, analysis: PairAnalysis, run: Run | None, language: str
) -> dict[str, Any] | None:
    """Return the first areas with equal weights, and the sentence on their set; None where none compares."""
    comparison = compare_areas(
        queries.read_pair_goods(analysis, run, request.user), options=AreaOptions(EQUAL_WEIGHTS)
    )
    if not comparison.compared:
        return None
    rows = [row for row in comparison.areas.to_dicts() if row["comparable"]][:TOP_AREAS]
    return {
        "sentence": set_sentence(comparison, language),
        "rows": [
            row
            | {"name": name_area(row["area"], language), "sentence": area_sentence(row, comparison, language)}
            for row in rows
        ],
    }


def describe_run(request: HttpRequest, analysis: PairAnalysis, run: Run | None) -> dict[str, Any]:
    """Return what the page says of the run it shows, and which others there are."""
    pair = analysis.exporter, analysis.importer
    others = [other for other in queries.pair_runs(request.user, *pair) if run is None or other.pk != run.pk]
    stored = queries.is_stored(*pair)
    return {
        "run": run,
        "other_runs": others,
        "stored_available": stored,
        "reversible": queries.is_shown(request.user, analysis.importer, analysis.exporter),
        "stored_version": queries.read_stored_version(*pair) if stored else "",
        "publishes": run is not None and queries.publishes_runs(request.user),
        "may_delete": run is not None and queries.may_delete(request.user, run),
        "computes": queries.computes_runs(request.user),
        "asked": ask_run(request),
        "arrow": queries.point_arrow(current_language()),
    }


def ask_run(request: HttpRequest) -> str:
    """Return the query that keeps a link on the run that was asked for."""
    key = request.GET.get("run", "")
    return "?" + urlencode({"run": key}) if key else ""


def _list_lines(request: HttpRequest, analysis: PairAnalysis, language: str) -> Listing:
    asked = ask_run(request)

    def link(row: dict[str, Any]) -> str:
        return reverse("find:line", args=[analysis.exporter, analysis.importer, row["product"]]) + asked

    columns = [
        Column("rank", gettext_lazy("Rank"), "number"),
        Column("product", gettext_lazy("HS6"), link=link),
        Column("description", gettext_lazy("Product"), lang="en"),
        Column("current_usd", gettext_lazy("Exports today"), "usd"),
        Column("partner_imports_usd", gettext_lazy("Partner’s imports"), "usd", secondary=True),
        Column("potential_usd", gettext_lazy("Potential"), "usd", secondary=True),
        Column("unrealised_usd", gettext_lazy("Unrealised"), "usd"),
        Column(
            "firmness",
            gettext_lazy("Firmness"),
            "share",
            hint=gettext_lazy(
                "Share of the published conventions under which the line stays in the shortlist"
            ),
            secondary=True,
        ),
    ]
    lines = analysis.opportunities
    if "rank_low" in lines.columns:
        columns += _list_ranges()
    if request.GET.get("lines") != "all":
        lines = lines.filter("shortlisted")
    return Listing(
        request,
        lines,
        columns,
        title=f"opportunities-{analysis.exporter}-{analysis.importer}-{analysis.year}",
        search=("product", "description"),
        default_sort="rank",
        source=source_line(analysis, language),
        coverage=" ".join(coverage_sentences(analysis, language)),
    )


def _list_ranges() -> list[Column]:
    """Return the columns of ranks under noise and conventions, for runs that have them."""
    told = gettext_lazy("But for 5 of 100 draws of errors in the data and conventions")
    return [
        Column("rank_low", gettext_lazy("Best rank"), "number", hint=told, secondary=True),
        Column("rank_high", gettext_lazy("Worst rank"), "number", hint=told, secondary=True),
    ]


def _draw_charts(analysis: PairAnalysis, target: Any, language: str) -> dict[str, Any]:
    codes = [*analysis.suppliers["supplier"].to_list(), analysis.exporter]
    chapters = analysis.chapters["chapter"].to_list()
    drawn = {
        "suppliers_chart": charts.suppliers_bar(
            analysis.suppliers,
            highlight=analysis.exporter,
            names={code: economy_name(code, language) for code in codes},
            language=language,
            top=TOP_SUPPLIERS,
        ),
        "shortlist_chart": charts.shortlist_pareto(analysis.opportunities, language=language),
        "chapter_chart": charts.chapter_bar(
            analysis.chapters,
            names={code: chapter_name(code, language) for code in chapters},
            language=language,
        ),
    }
    if target is not None:
        lines = target[1].lines
        names = {code: label(code, language) for code in lines["line"].to_list()} | {"target": _("Target")}
        drawn["target_chart"] = charts.target_waterfall(lines, names=names, language=language)
    return drawn
