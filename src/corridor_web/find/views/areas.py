"""Pages of areas: candidates for cooperation compared on evidence, and one area with the products behind it."""

from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corridor import charts
from corridor.find.areas import AreaComparison, compare_areas
from corridor.find.pair import PairAnalysis
from corridor.locale import label
from corridor.locale.economies import economy_name
from corridor.reports.areas import (
    area_sentence,
    firmness_sentence,
    limit_sentences,
    name_area,
    name_indicator,
    name_role,
    set_sentence,
    show_value,
    spread_sentences,
)
from corridor.reports.sentences import coverage_sentences, source_line
from corridor.vocabulary import AREA_CRITERIA
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.find import queries
from corridor_web.find.forms import AreaForm
from corridor_web.find.models import Run
from corridor_web.find.views.pair import describe_run

#: What a link from one of these pages to another keeps.
KEPT = (*AREA_CRITERIA, "scale", "evidence", "run")


def own_areas(request: HttpRequest) -> HttpResponse:
    """Lead to the areas of this site's pair, with the weights asked for."""
    query = request.GET.urlencode()
    address = reverse("find:pair_areas", args=settings.CORRIDOR_PAIR)
    return redirect(f"{address}?{query}" if query else address)


def areas(request: HttpRequest, exporter: str, importer: str) -> HttpResponse:
    """Compare the areas of a pair, its exporter being home."""
    analysis, run, form, comparison = _compare(request, exporter, importer)
    language = current_language()
    listing = _list_areas(request, comparison, analysis, language)
    if answer := listing.download():
        return answer
    rows = [_describe_row(row, comparison, language) for row in comparison.areas.to_dicts()]
    context = {
        **_share_context(request, analysis, run, comparison, language),
        "form": form,
        "lead": set_sentence(comparison, language),
        "spread": spread_sentences(comparison, language),
        "limits": limit_sentences(comparison, language),
        "ranked": [row for row in rows if row["comparable"]],
        "unranked": [row for row in rows if not row["comparable"]],
        "listing": listing,
        "overlaps": _describe_overlaps(comparison, language),
        "chart": _draw_bars(comparison, language),
    }
    return render(request, "find/areas.html", context)


def area(request: HttpRequest, exporter: str, importer: str, area: str) -> HttpResponse:
    """Show one area: its evidence, its goods by role, and the products of both directions."""
    analysis, run, _form, comparison = _compare(request, exporter, importer)
    language = current_language()
    chosen = comparison.map_of(area)
    if chosen is None:
        raise Http404
    listings = [
        _list_indicators(request, comparison, area, analysis, language),
        _list_bought(request, comparison, area, analysis, language),
        _list_sold(request, comparison, area, analysis, language),
    ]
    for listing in listings:
        if answer := listing.download():
            return answer
    row = comparison.areas.filter(area=area).to_dicts()[0]
    evidence, bought, sold = listings
    context = {
        **_share_context(request, analysis, run, comparison, language),
        "title": name_area(area, language, comparison.maps),
        "row": _describe_row(row, comparison, language),
        "firm": firmness_sentence(row, comparison, language),
        "criteria": [(label(f"criterion_{name}", language), row[name]) for name in AREA_CRITERIA],
        "map": chosen,
        "roles": _sum_roles(comparison, area, language),
        "evidence": evidence,
        "bought": bought,
        "sold": sold,
        "beats": _name_others(comparison, "area", area, "other", language),
        "beaten_by": _name_others(comparison, "other", area, "area", language),
        "documented": queries.list_documented(area, (exporter, importer)),
    }
    return render(request, "find/area.html", context)


def _compare(
    request: HttpRequest, exporter: str, importer: str
) -> tuple[PairAnalysis, Run | None, AreaForm, AreaComparison]:
    analysis, run = queries.read_pair(exporter, importer, request.GET.get("run", ""), user=request.user)
    form = AreaForm(request.GET, datasets=[found.name for found in queries.list_evidence(request.user)])
    options = form.options()
    comparison = compare_areas(
        queries.read_pair_goods(analysis, run, request.user),
        imported=queries.read_area_evidence(form.chosen_evidence()),
        options=options,
    )
    return analysis, run, form, comparison


def _share_context(
    request: HttpRequest,
    analysis: PairAnalysis,
    run: Run | None,
    comparison: AreaComparison,
    language: str,
) -> dict[str, Any]:
    return {
        "analysis": analysis,
        **describe_run(request, analysis, run),
        "comparison": comparison,
        "home": economy_name(analysis.exporter, language),
        "partner": economy_name(analysis.importer, language),
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
        "kept": _keep_query(request),
    }


def _keep_query(request: HttpRequest) -> str:
    """Return the query that keeps a link on these weights, this evidence and this run."""
    kept = [(name, value) for name in KEPT for value in request.GET.getlist(name)]
    return "?" + urlencode(kept) if kept else ""


def _describe_row(row: dict[str, Any], comparison: AreaComparison, language: str) -> dict[str, Any]:
    return row | {
        "name": name_area(row["area"], language, comparison.maps),
        "sentence": area_sentence(row, comparison, language),
        "no_goods": "no_goods" in comparison.reason(row),
    }


def _draw_bars(comparison: AreaComparison, language: str) -> Any:
    codes = comparison.areas["area"].to_list()
    return charts.area_bars(
        comparison.areas,
        weights=comparison.options.weights,
        names={code: name_area(code, language, comparison.maps) for code in codes},
        criteria={name: label(f"criterion_{name}", language) for name in AREA_CRITERIA},
        language=language,
    )


def _describe_overlaps(comparison: AreaComparison, language: str) -> list[dict[str, Any]]:
    return [
        row
        | {
            "first": name_area(row["area"], language, comparison.maps),
            "second": name_area(row["other"], language, comparison.maps),
        }
        for row in comparison.overlaps.to_dicts()
    ]


def _name_others(
    comparison: AreaComparison, column: str, code: str, other: str, language: str
) -> list[tuple[str, str]]:
    found = comparison.beats.filter(pl.col(column) == code)[other].to_list()
    return [(each, name_area(each, language, comparison.maps)) for each in found]


def _sum_roles(comparison: AreaComparison, code: str, language: str) -> list[dict[str, Any]]:
    sums = ("home_imports_usd", "reverse_usd", "home_exports_usd", "current_usd", "unrealised_usd")
    roles = (
        comparison.products.filter(area=code)
        .group_by("role", maintain_order=True)
        .agg(
            pl.len().alias("products"),
            *[pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in sums],
        )
        .sort("home_imports_usd", descending=True, nulls_last=True)
    )
    rounded = roles.with_columns(pl.col(sums).round_sig_figs(3))
    return [row | {"name": name_role(row["role"], language)} for row in rounded.to_dicts()]


def _list_areas(
    request: HttpRequest, comparison: AreaComparison, analysis: PairAnalysis, language: str
) -> Listing:
    kept, pair = _keep_query(request), (analysis.exporter, analysis.importer)
    rows = comparison.areas.to_dicts()
    table = comparison.areas.with_columns(
        name=pl.Series([name_area(row["area"], language, comparison.maps) for row in rows], dtype=pl.String),
        reason=pl.Series([area_sentence(row, comparison, language) for row in rows], dtype=pl.String),
    )

    def link(row: dict[str, Any]) -> str:
        return reverse("find:area", args=[*pair, row["area"]]) + kept

    missing = gettext_lazy("– means that evidence is missing")
    criteria = [
        Column(name, label(f"criterion_{name}", language), "ratio", hint=missing) for name in AREA_CRITERIA
    ]
    columns = [
        Column("rank", gettext_lazy("Rank"), "number"),
        Column("name", gettext_lazy("Area"), link=link),
        Column("score", gettext_lazy("Score"), "ratio", hint=gettext_lazy("Over the evidence there is, 0 to 1")),
        Column("completeness", gettext_lazy("Evidence for"), "share", hint=gettext_lazy("Share of the weight for which there is evidence")),
        Column("firmness", gettext_lazy("Firmness"), "share", hint=gettext_lazy("Share of draws of weights and data that keep it in the set")),
        *criteria,
        Column("low", gettext_lazy("At least"), "ratio", hint=gettext_lazy("Score if all missing evidence were 0")),
        Column("high", gettext_lazy("At most"), "ratio", hint=gettext_lazy("Score if all missing evidence were 1")),
        Column("methods", gettext_lazy("Scales that keep it"), "share", hint=gettext_lazy("Share of the three scales under which it is in the set")),
        Column("best_rank", gettext_lazy("Best rank"), "number", hint=gettext_lazy("No weighting ranks it better")),
        Column("worst_rank", gettext_lazy("Worst rank"), "number", hint=gettext_lazy("No weighting ranks it worse")),
    ]  # fmt: skip
    return Listing(
        request,
        table,
        columns,
        title=f"areas-{'-'.join(pair)}-{analysis.year}",
        search=("area", "name"),
        default_sort="rank",
        page_size=50,
        **_cite(comparison, analysis, language),
    )


def _cite(comparison: AreaComparison, analysis: PairAnalysis, language: str) -> dict[str, Any]:
    sentences = [*coverage_sentences(analysis, language), *limit_sentences(comparison, language)]
    return {"source": source_line(analysis, language), "coverage": " ".join(sentences)}


def _list_indicators(
    request: HttpRequest, comparison: AreaComparison, code: str, analysis: PairAnalysis, language: str
) -> Listing:
    rows = [
        row
        | {
            "name": name_indicator(row, language),
            "shown": show_value(row, language),
            "belongs": label(f"criterion_{row['criterion']}", language),
            "cited": row["source"] or "",
        }
        for row in comparison.indicators.filter(area=code).to_dicts()
    ]
    columns = [
        Column("belongs", gettext_lazy("Criterion"), order=""),
        Column("name", gettext_lazy("Indicator"), "name", order=""),
        Column("economy", gettext_lazy("Economy"), "economy", order=""),
        Column("shown", gettext_lazy("Value"), "name", order=""),
        Column("year", gettext_lazy("Year"), order=""),
        Column("normalised", gettext_lazy("0 to 1"), "ratio", order="", hint=gettext_lazy("Placed among the areas; – where it is missing or not scored")),
        Column("cited", gettext_lazy("Source"), "name", order="", secondary=True),
    ]  # fmt: skip
    return Listing(
        request,
        rows,
        columns,
        title=f"evidence-{code}-{analysis.exporter}-{analysis.importer}-{analysis.year}",
        prefix="e_",
        page_size=100,
        **_cite(comparison, analysis, language),
    )


def _list_bought(
    request: HttpRequest, comparison: AreaComparison, code: str, analysis: PairAnalysis, language: str
) -> Listing:
    products = _name_products(comparison, code, language).with_columns(
        partner_share=pl.when(pl.col("world_exports_usd") > 0).then(
            pl.col("partner_exports_usd") / pl.col("world_exports_usd")
        ),
        dependence=pl.when(pl.col("home_imports_usd") > 0).then(
            pl.col("reverse_usd") / pl.col("home_imports_usd")
        ),
    )
    columns = [
        Column("product", gettext_lazy("HS6")),
        Column("description", gettext_lazy("Product"), lang="en"),
        Column("role_name", gettext_lazy("Use of the goods"), secondary=True),
        Column("home_imports_usd", gettext_lazy("Our imports"), "usd"),
        Column("dependence", gettext_lazy("From the partner"), "share"),
        Column("partner_share", gettext_lazy("Partner’s share of world exports"), "share"),
    ]
    return Listing(
        request,
        products.filter(pl.col("home_imports_usd") > 0),
        columns,
        title=f"bought-{code}-{analysis.exporter}-{analysis.importer}-{analysis.year}",
        search=("product", "description"),
        prefix="b_",
        default_sort="-home_imports_usd",
        page_size=10,
        **_cite(comparison, analysis, language),
    )


def _list_sold(
    request: HttpRequest, comparison: AreaComparison, code: str, analysis: PairAnalysis, language: str
) -> Listing:
    run = request.GET.get("run", "")
    asked = "?" + urlencode({"run": run}) if run else ""
    known = set(analysis.opportunities["product"].to_list())

    def link(row: dict[str, Any]) -> str | None:
        if row["product"] not in known:
            return None
        return reverse("find:line", args=[analysis.exporter, analysis.importer, row["product"]]) + asked

    products = _name_products(comparison, code, language)
    sold = (pl.col("unrealised_usd") > 0) | (pl.col("current_usd") > 0)
    columns = [
        Column("product", gettext_lazy("HS6"), link=link),
        Column("description", gettext_lazy("Product"), lang="en"),
        Column("role_name", gettext_lazy("Use of the goods"), secondary=True),
        Column("unrealised_usd", gettext_lazy("Unrealised"), "usd"),
        Column("current_usd", gettext_lazy("To the partner today"), "usd"),
        Column("home_exports_usd", gettext_lazy("To all markets"), "usd"),
        Column("partner_imports_usd", gettext_lazy("Partner’s imports"), "usd", secondary=True),
    ]
    return Listing(
        request,
        products.filter(sold),
        columns,
        title=f"sold-{code}-{analysis.exporter}-{analysis.importer}-{analysis.year}",
        search=("product", "description"),
        prefix="s_",
        default_sort="-unrealised_usd",
        page_size=10,
        empty=_("Nothing of it is sold to the partner, and the data show no potential for it."),
        **_cite(comparison, analysis, language),
    )


def _name_products(comparison: AreaComparison, code: str, language: str) -> pl.DataFrame:
    products = comparison.products.filter(area=code)
    words = {role: name_role(role, language) for role in products["role"].unique().to_list()}
    if not words:
        return products.with_columns(role_name=pl.lit(None, dtype=pl.String))
    return products.with_columns(role_name=pl.col("role").replace_strict(words, return_dtype=pl.String))
