"""Pages of this app."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corridor import charts
from corridor.find.pair import PairAnalysis
from corridor.locale import label
from corridor.locale.economies import economy_name
from corridor.locale.nomenclature import chapter_name
from corridor.reports.sentences import coverage_sentences, line_sentence, source_line
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.find.queries import list_pairs, read_pair, read_target

TOP_SUPPLIERS = 12


def index(request: HttpRequest) -> HttpResponse:
    """Lead to this site's pair."""
    home, partner = settings.CORRIDOR_PAIR
    return redirect("find:pair", home, partner)


def pair(request: HttpRequest, exporter: str, importer: str) -> HttpResponse:
    """Show where cooperation pays for one exporter and one importer."""
    analysis, run = read_pair(exporter, importer, request.GET.get("run", ""))
    language = current_language()
    listing = _list_lines(request, analysis, language)
    if answer := listing.download():
        return answer
    target = read_target(analysis)
    context = {
        "analysis": analysis,
        "run": run,
        "totals": analysis.totals,
        "shortlist": analysis.shortlist,
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
        "pairs": list_pairs(),
        "listing": listing,
        "top": [row | {"sentence": line_sentence(row, analysis, language)} for row in analysis.top(8)],
        "target": target,
        "gap_lines": target[1].lines.to_dicts() if target else [],
        **_draw_charts(analysis, target, language),
    }
    return render(request, "find/pair.html", context)


def _list_lines(request: HttpRequest, analysis: PairAnalysis, language: str) -> Listing:
    def link(row: dict[str, Any]) -> str:
        return reverse("find:line", args=[analysis.exporter, analysis.importer, row["product"]])

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
    )


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


def line(request: HttpRequest, exporter: str, importer: str, product: str) -> HttpResponse:
    """Show one product of a pair: how its potential comes about, term by term."""
    analysis, run = read_pair(exporter, importer, request.GET.get("run", ""))
    language = current_language()
    found = analysis.opportunities.filter(product=product).to_dicts()
    if not found:
        raise Http404
    row = found[0]
    context = {
        "analysis": analysis,
        "run": run,
        "row": row,
        "sentence": line_sentence(row | {"reasons": analysis.reason(row)}, analysis, language),
        "chapter": chapter_name(row["chapter"], language),
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
        "title": _("%(product)s, %(exporter)s to %(importer)s")
        % {
            "product": product,
            "exporter": economy_name(exporter, language),
            "importer": economy_name(importer, language),
        },
    }
    return render(request, "find/line.html", context)
