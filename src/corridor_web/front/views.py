"""The home page and the page of methods."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from corridor.reports.sentences import coverage_sentences, line_sentence, source_line
from corridor_web.common.language import current_language
from corridor_web.find.queries import read_pair, read_target
from corridor_web.front.queries import read_glance


def home(request: HttpRequest) -> HttpResponse:
    """Show the pair at a glance: the answer of each stage and the way in."""
    language = current_language()
    analysis, _run = read_pair(*settings.CORRIDOR_PAIR, user=request.user)
    context = {
        "analysis": analysis,
        "totals": analysis.totals,
        "shortlist": analysis.shortlist,
        "top": [row | {"sentence": line_sentence(row, analysis, language)} for row in analysis.top(3)],
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
        "target": read_target(analysis),
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
