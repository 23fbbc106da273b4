"""The page of one product of a pair: demand, suppliers, our position, barriers, who makes it, the terms."""

from math import floor, log10
from typing import Any, Final

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from corridor import charts
from corridor.find.chains import find_chains
from corridor.find.market import average_margin
from corridor.find.pair import PairAnalysis
from corridor.locale import label, translator
from corridor.locale.economies import economy_name
from corridor.locale.nomenclature import chapter_name
from corridor.reports.market import growth_sentence, suppliers_sentence
from corridor.reports.potential import rank_sentence
from corridor.reports.sentences import coverage_sentences, line_sentence, source_line
from corridor_web.common.language import current_language
from corridor_web.find import queries
from corridor_web.find.queries import read_pair
from corridor_web.find.views.pair import describe_run

#: Terms of the potential that a line shows as numbers.
TERMS: Final = ("trade_balance", "ease", "normaliser")
#: Further terms, shown where their inputs were given.
FURTHER_TERMS: Final = ("supply_growth", "global_tariff", "market_tariff", "distance_factor", "demand_growth")


def line(request: HttpRequest, exporter: str, importer: str, product: str) -> HttpResponse:
    """Show one product of a pair, and how its potential comes about, term by term."""
    analysis, run = read_pair(exporter, importer, request.GET.get("run", ""), user=request.user)
    language = current_language()
    found = analysis.opportunities.filter(product=product).to_dicts()
    if not found:
        raise Http404
    row = found[0]
    context = {
        "analysis": analysis,
        **describe_run(request, analysis, run),
        "row": row,
        "digits": {name: _count_decimals(row[name]) for name in (*TERMS, *FURTHER_TERMS) if name in row},
        "place": rank_sentence(row, language),
        "share_digits": _count_decimals(row["supply_share"] * 100),
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
        "makers": [
            (offer, offer.organisation.name_in(language))
            for offer in queries.list_makers(request.user, exporter, product)
        ],
        "chains": _name_chains(product, language),
        **_read_market(analysis, row, language),
    }
    return render(request, "find/line.html", context)


def _count_decimals(value: float | None) -> int:
    """Return how many decimals show a value with three significant digits."""
    return 3 if not value else max(0, 2 - floor(log10(abs(value))))


def _name_chains(product: str, language: str) -> list[dict[str, str]]:
    t = translator(language)
    return [
        {"code": chain.code, "chain": t.gettext(chain.title), "tier": t.gettext(tier.title)}
        for chain, tier in find_chains(product, queries.list_chains())
    ]


def _read_market(analysis: PairAnalysis, row: dict[str, Any], language: str) -> dict[str, Any]:
    """Return what the run's tables say of the product; a table that the run lacks gives nothing."""
    product = row["product"]
    tables = {
        name: table.filter(product=product)
        for name, table in analysis.tables.items()
        if "product" in table.columns
    }
    first = {
        name: tables[name].row(0, named=True) if name in tables and tables[name].height else None
        for name in ("concentration", "growth", "unit_values", "positions")
    }
    years = tables.get("years")
    return {
        "concentration": first["concentration"],
        "growth": growth_sentence(first["growth"], language) if first["growth"] else "",
        "unit_values": first["unit_values"],
        "position": first["positions"],
        "years": [] if years is None else years.sort("year", descending=True).to_dicts(),
        **_read_competitors(analysis, tables, row, first["concentration"], language),
    }


def _read_competitors(
    analysis: PairAnalysis,
    tables: dict[str, pl.DataFrame],
    row: dict[str, Any],
    concentration: dict[str, Any] | None,
    language: str,
) -> dict[str, Any]:
    competitors = tables.get("competitors")
    if competitors is None or competitors.is_empty() or concentration is None:
        return {"competitors": []}
    own = competitors.filter(supplier=analysis.exporter)
    rank = int(own["rank"][0]) if own.height else None
    names = {code: economy_name(code, language) for code in {*competitors["supplier"], analysis.exporter}}
    margins = tables.get("tariff_margins")
    told: dict[str, Any] = {
        "suppliers_sentence": suppliers_sentence(concentration, rank, row["import_share"], language),
        "competitors_chart": charts.competitors_bar(
            competitors, highlight=analysis.exporter, names=names, language=language
        ),
        "competitors": (competitors if margins is None else margins).to_dicts(),
        "tariffs_known": margins is not None,
    }
    for rival in told["competitors"]:
        if rival.get("rate_percent") is not None and "rate_basis" in rival:
            rival["basis_words"] = label(f"rate_{rival['rate_basis']}", language)
    if margins is not None and margins.height:
        averages = average_margin(margins, analysis.exporter).to_dicts()
        told["average_margin"] = averages[0] if averages else None
    followed = tables.get("rival_years")
    if followed is not None and followed.height:
        names |= {code: economy_name(code, language) for code in followed["supplier"].unique()}
        told["shares_chart"] = charts.shares_lines(
            followed, highlight=analysis.exporter, names=names, language=language
        )
    return told
