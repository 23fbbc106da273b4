"""Two runs of a pair compared: which term changed what, exactly."""

from typing import Any, Final

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corridor import charts
from corridor.find.compare import TERMS, RunComparison
from corridor.locale import format_date, label
from corridor.reports.compare import (
    caution_sentences,
    change_sentence,
    line_change_sentence,
    option_words,
    run_sentence,
    shortlist_sentence,
)
from corridor.reports.sentences import coverage_sentences, source_line
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.find import queries
from corridor_web.find.views.pair import describe_run

TOP_CHANGES: Final = 8


def compare(request: HttpRequest, exporter: str, importer: str) -> HttpResponse:
    """Show what changed from one run to another, or let the reader choose two."""
    language = current_language()
    first_key, second_key = request.GET.get("run", ""), request.GET.get("with", "")
    analysis, run = queries.read_pair(exporter, importer, first_key, user=request.user)
    choices = _name_runs(request, exporter, importer, language)
    context: dict[str, Any] = {
        "analysis": analysis,
        **describe_run(request, analysis, run),
        "runs": choices,
        "first_key": first_key or (queries.STORED if run is None else run.key),
        "second_key": second_key,
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
    }
    if second_key:
        comparison = queries.compare_pair(exporter, importer, first_key, second_key, user=request.user)
        source = context["source"]
        listings = (
            _list_terms(request, comparison, source),
            _list_lines(request, comparison, source, language),
        )
        for listing in listings:
            if answer := listing.download():
                return answer
        context |= _describe(request, comparison, language) | {
            "term_listing": listings[0],
            "line_listing": listings[1],
        }
    return render(request, "find/compare.html", context)


def _name_runs(request: HttpRequest, exporter: str, importer: str, language: str) -> list[tuple[str, str]]:
    """Return the keys and names of the runs of a pair that the reader may see."""
    found = [
        (
            run.key,
            _("%(dataset)s, %(year)s, of %(day)s")
            % {"dataset": run.dataset, "year": run.year, "day": format_date(run.created, language)},
        )
        for run in queries.pair_runs(request.user, exporter, importer)
    ]
    if queries.is_stored(exporter, importer):
        found.append((queries.STORED, _("The run that Corridor carries")))
    return found


def _describe(request: HttpRequest, comparison: RunComparison, language: str) -> dict[str, Any]:
    names = {term: label(term, language) for term in (*TERMS, "first_run", "second_run")}
    second = comparison.second
    return {
        "comparison": comparison,
        "words": change_sentence(comparison, language),
        "shortlist_words": shortlist_sentence(comparison, language),
        "first_words": run_sentence(comparison.first, language),
        "second_words": run_sentence(second, language),
        "cautions": caution_sentences(comparison, language),
        "options": [
            {"name": name, "first": option_words(before, language), "second": option_words(after, language)}
            for name, (before, after) in comparison.options.items()
        ],
        "top": [
            row | {"sentence": line_change_sentence(row, language), "link": _link(request, comparison, row)}
            for row in comparison.lines.head(TOP_CHANGES).to_dicts()
            if row["change_usd"]
        ],
        "change_chart": charts.change_waterfall(
            comparison.terms.select("term", value_usd="unrealised_usd"),
            first_usd=comparison.first.unrealised_usd,
            second_usd=second.unrealised_usd,
            names=names,
            language=language,
        ),
    }


def _link(request: HttpRequest, comparison: RunComparison, row: dict[str, Any]) -> str:
    """Return the page of a product in the second run, or in the first where it is only there."""
    key = request.GET.get("run" if row["rank_second"] is None else "with", "")
    address = reverse("find:line", args=[comparison.exporter, comparison.importer, row["product"]])
    return f"{address}?run={key}" if key else address


def _list_terms(request: HttpRequest, comparison: RunComparison, source: str) -> Listing:
    moved = pl.any_horizontal(pl.col("potential_usd", "unrealised_usd") != 0)
    return Listing(
        request,
        comparison.terms.filter(moved),
        [
            Column("term", gettext_lazy("Term"), "label", order=""),
            Column("unrealised_usd", gettext_lazy("Change of the unrealised potential"), "usd", order=""),
            Column("potential_usd", gettext_lazy("Change of the potential"), "usd", order=""),
        ],
        title=f"terms-{comparison.exporter}-{comparison.importer}",
        prefix="t-",
        source=source,
        empty=gettext_lazy("Nothing changed."),
    )


def _moves(comparison: RunComparison) -> bool:
    """Tell whether any product is in one run only."""
    return bool((comparison.lines["state"] != "both").any())


def _find_moved(comparison: RunComparison) -> list[str]:
    """Return the terms by which any line changed."""
    lines = comparison.lines
    return [term for term in TERMS if lines.height and lines[f"unrealised_{term}"].abs().max()]


def _list_lines(request: HttpRequest, comparison: RunComparison, source: str, language: str) -> Listing:
    def link(row: dict[str, Any]) -> str:
        return _link(request, comparison, row)

    return Listing(
        request,
        comparison.lines,
        [
            Column("product", gettext_lazy("HS6"), link=link),
            Column("description", gettext_lazy("Product"), lang="en"),
            *([Column("state", gettext_lazy("Where it is"), "label")] if _moves(comparison) else []),
            Column("rank_first", gettext_lazy("Rank, first run"), "number"),
            Column("rank_second", gettext_lazy("Rank, second run"), "number"),
            Column("unrealised_usd_first", gettext_lazy("Unrealised, first run"), "usd", secondary=True),
            Column("unrealised_usd_second", gettext_lazy("Unrealised, second run"), "usd", secondary=True),
            Column("change_usd", gettext_lazy("Change"), "usd"),
            *(
                Column(f"unrealised_{term}", label(term, language), "usd", secondary=True)
                for term in _find_moved(comparison)
            ),
        ],
        title=f"changes-{comparison.exporter}-{comparison.importer}",
        search=("product", "description"),
        source=source,
    )
