"""The opportunity explorer: the lines of a pair as treemap, scatter plots, product space, markets and table.

Everything a reader chooses stands in the address: the view, the filters, the run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corridor import charts
from corridor.charts.sections import name_chapter, name_section
from corridor.find.lines import LineFilter, add_sections
from corridor.find.pair import PairAnalysis
from corridor.find.space import LINKS, NODE_DIGITS, POSITIONS, SPACE, STANDING
from corridor.locale.economies import economy_name
from corridor.locale.nomenclature import CHAPTERS, SECTIONS, section_of
from corridor.reports.sentences import coverage_sentences, nothing_sentence, position_sentence, source_line
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.find.queries import read_pair
from corridor_web.find.views.pair import ask_run, describe_run

VIEWS: Final = {
    "treemap": gettext_lazy("Treemap"),
    "scatter": gettext_lazy("Potential and firmness"),
    "space": gettext_lazy("Product space"),
    "markets": gettext_lazy("Markets"),
    "table": gettext_lazy("List of products"),
}
LEVELS: Final = {
    "section": gettext_lazy("Sections"),
    "chapter": gettext_lazy("Chapters"),
    "product": gettext_lazy("Products"),
}
HEIGHTS: Final = {"firmness": gettext_lazy("Firmness"), "complexity": gettext_lazy("Complexity")}
#: Least firmness in percent that can be asked for.
FIRMNESS: Final = (50, 80, 100)
#: Longest search that is read.
LONGEST_WORDS: Final = 100
MARKETS: Final = "markets"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything unknown in it counts as not asked."""

    view: str
    level: str
    height: str
    filters: LineFilter
    percent: int

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        return self.filters != LineFilter()


def explore(request: HttpRequest, exporter: str, importer: str) -> HttpResponse:
    """Show the lines of a pair in one of five views."""
    analysis, run = read_pair(exporter, importer, request.GET.get("run", ""), user=request.user)
    language = current_language()
    asked = read_asked(request.GET)
    lines = asked.filters.keep(join_positions(analysis))
    shown = _VIEWS[asked.view](request, analysis, lines, asked, language)
    if isinstance(shown, HttpResponse):
        return shown
    total = analysis.totals.unrealised_usd
    chosen = float(lines["unrealised_usd"].sum())
    context = {
        "analysis": analysis,
        **describe_run(request, analysis, run),
        "asked_for": asked,
        "tabs": VIEWS.items(),
        "choices": _list_choices(analysis, asked, language),
        "nothing": nothing_sentence(analysis, language),
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
        "lines": lines.height,
        "chosen_usd": chosen,
        "chosen_share": chosen / total if total else 0.0,
        **shown,
    }
    return render(request, "find/explore.html", context)


def read_asked(values: Mapping[str, str]) -> Asked:
    """Read view and filters from the address."""
    section, chapter = values.get("section", ""), values.get("chapter", "")
    section = section if section in SECTIONS else ""
    if chapter not in CHAPTERS or (section and section_of(chapter) != section):
        chapter = ""
    percent = values.get("firm", "")
    least = int(percent) if percent in map(str, FIRMNESS) else 0
    return Asked(
        view=values.get("view", "") if values.get("view", "") in VIEWS else "treemap",
        level=values.get("level", "") if values.get("level", "") in LEVELS else "product",
        height=values.get("y", "") if values.get("y", "") in HEIGHTS else "firmness",
        filters=LineFilter(
            section=section,
            chapter=chapter,
            firmness=least / 100,
            unsold=values.get("new", "") == "1",
            words=values.get("q", "").strip()[:LONGEST_WORDS],
        ),
        percent=least,
    )


def join_positions(analysis: PairAnalysis) -> pl.DataFrame:
    """Return the lines of a pair with pci, density and cog beside them, null where the run holds none."""
    wanted = ("pci", "density", "cog")
    positions = analysis.tables.get(POSITIONS)
    if positions is None:
        return analysis.opportunities.with_columns(
            pl.lit(None, dtype=pl.Float64).alias(name) for name in wanted
        )
    return analysis.opportunities.join(
        positions.select("product", *wanted), on="product", how="left", maintain_order="left"
    )


def _list_choices(analysis: PairAnalysis, asked: Asked, language: str) -> list[dict[str, Any]]:
    """Return the filters as selects; sections and chapters are those that hold lines, in their order."""
    lines = add_sections(analysis.opportunities)
    held = set(lines["section"].unique())
    within = lines.filter(section=asked.filters.section) if asked.filters.section else lines
    chapters = within["chapter"].unique().sort().to_list()
    return [
        {
            "name": "section",
            "title": _("Section"),
            "options": [
                (code, f"{code} {name_section(code, language)}") for code in SECTIONS if code in held
            ],
            "value": asked.filters.section,
        },
        {
            "name": "chapter",
            "title": _("Chapter"),
            "options": [(code, f"{code} {name_chapter(code, language)}") for code in chapters],
            "value": asked.filters.chapter,
        },
        {
            "name": "firm",
            "title": _("Firmness"),
            "options": [(str(part), _("%(share)s %% or more") % {"share": part}) for part in FIRMNESS],
            "value": str(asked.percent or ""),
        },
        {
            "name": "new",
            "title": _("Sold today"),
            "options": [("1", _("Not yet sold"))],
            "value": "1" if asked.filters.unsold else "",
        },
    ]


def _link_lines(request: HttpRequest, analysis: PairAnalysis) -> Callable[[str], str]:
    """Return what gives the address of a product's page, on the run that was asked for."""
    address = reverse("find:line", args=[analysis.exporter, analysis.importer, "PRODUCT"]) + ask_run(request)
    return lambda product: address.replace("PRODUCT", product, 1)


def _show_treemap(
    request: HttpRequest, analysis: PairAnalysis, lines: pl.DataFrame, asked: Asked, language: str
) -> dict[str, Any]:
    total = float(lines["unrealised_usd"].sum())
    parts = (
        lines.group_by("section", "chapter")
        .agg(pl.col("unrealised_usd").sum(), products=pl.len(), shortlisted=pl.col("shortlisted").sum())
        .sort(["unrealised_usd", "chapter"], descending=[True, False])
        .with_columns(share=pl.col("unrealised_usd") / total if total else pl.lit(0.0))
        .to_dicts()
    )
    chart = charts.potential_treemap(
        lines,
        language=language,
        level=asked.level,
        link=_link_lines(request, analysis),
    )
    names = [{"name": name_chapter(row["chapter"], language), **row} for row in parts]
    return {"chart": chart if total else None, "levels": LEVELS.items(), "parts": names}


def _show_scatter(
    request: HttpRequest, analysis: PairAnalysis, lines: pl.DataFrame, asked: Asked, language: str
) -> dict[str, Any]:
    known = bool(lines["pci"].count())
    complexity = asked.height == "complexity"
    draw = charts.potential_by_complexity if complexity else charts.potential_by_firmness
    drawn = draw(lines, language=language, link=_link_lines(request, analysis))
    steps = (
        lines.group_by("firmness")
        .agg(pl.col("unrealised_usd").sum(), products=pl.len())
        .sort("firmness", descending=True)
        .to_dicts()
    )
    return {
        "chart": drawn if lines.height and (known or not complexity) else None,
        "heights": HEIGHTS.items(),
        "steps": steps,
        "lacks_positions": complexity and POSITIONS not in analysis.tables,
    }


def _show_space(
    request: HttpRequest, analysis: PairAnalysis, lines: pl.DataFrame, asked: Asked, language: str
) -> dict[str, Any]:
    nodes, links = analysis.tables.get(SPACE), analysis.tables.get(LINKS)
    if nodes is None or links is None:
        return {"lacks_space": True}
    wanted = lines.filter("shortlisted").group_by(pl.col("product").str.head(NODE_DIGITS)).len()
    counts = dict(wanted.iter_rows())
    standing = analysis.tables[STANDING].to_dicts()
    sections = (
        add_sections(
            nodes.with_columns(product="node", lines=pl.col("node").replace_strict(counts, default=0))
        )
        .group_by("section")
        .agg(products=pl.len(), held=pl.col("m").sum(), wanted=(pl.col("lines") > 0).sum())
        .sort(["held", "section"], descending=[True, False])
        .to_dicts()
    )
    return {
        "chart": charts.product_space(nodes, links, language=language, wanted=counts),
        "standing": standing,
        "sections": [{"name": name_section(row["section"], language), **row} for row in sections],
        "digits": NODE_DIGITS,
    }


def _show_markets(
    request: HttpRequest, analysis: PairAnalysis, lines: pl.DataFrame, asked: Asked, language: str
) -> dict[str, Any] | HttpResponse:
    markets = analysis.tables.get(MARKETS)
    if markets is None:
        return {"lacks_markets": True}
    columns = [
        Column("rank", gettext_lazy("Rank"), "number"),
        Column("importer", gettext_lazy("Market"), "economy"),
        Column("current_usd", gettext_lazy("Exports today"), "usd"),
        Column("potential_usd", gettext_lazy("Potential"), "usd", secondary=True),
        Column("unrealised_usd", gettext_lazy("Unrealised"), "usd"),
        Column("lines", gettext_lazy("Products with potential"), "number", secondary=True),
    ]
    listing = Listing(
        request,
        markets,
        columns,
        title=f"markets-{analysis.exporter}-{analysis.year}",
        default_sort="rank",
        source=source_line(analysis, language),
        coverage=" ".join(coverage_sentences(analysis, language)),
    )
    names = {code: economy_name(code, language) for code in markets["importer"]}
    chart = charts.market_bars(markets, highlight=analysis.importer, names=names, language=language)
    return listing.download() or {"chart": chart, "listing": listing}


def _show_table(
    request: HttpRequest, analysis: PairAnalysis, lines: pl.DataFrame, asked: Asked, language: str
) -> dict[str, Any] | HttpResponse:
    link = _link_lines(request, analysis)
    columns = [
        Column("rank", gettext_lazy("Rank"), "number", secondary=True),
        Column("product", gettext_lazy("HS6"), link=lambda row: link(row["product"])),
        Column("description", gettext_lazy("Product"), lang="en"),
        Column("unrealised_usd", gettext_lazy("Unrealised"), "usd"),
        Column(
            "reason",
            gettext_lazy("Why"),
            value=lambda row: position_sentence(row | {"reasons": analysis.reason(row)}, analysis, language),
        ),
        Column("current_usd", gettext_lazy("Exports today"), "usd", secondary=True),
        Column("firmness", gettext_lazy("Firmness"), "share", secondary=True),
    ]
    if POSITIONS in analysis.tables:
        columns += [
            Column(
                "pci", gettext_lazy("Complexity"), "ratio", hint=_("Product complexity index"), secondary=True
            ),
            Column(
                "density",
                gettext_lazy("Density"),
                "share",
                hint=_("How near today’s exports are to it"),
                secondary=True,
            ),
        ]
    listing = Listing(
        request,
        lines,
        columns,
        title=f"opportunities-{analysis.exporter}-{analysis.importer}-{analysis.year}",
        default_sort="rank",
        source=source_line(analysis, language),
        coverage=" ".join(coverage_sentences(analysis, language)),
        empty=_("No product fits these filters."),
    )
    return listing.download() or {"listing": listing}


_View = Callable[[HttpRequest, PairAnalysis, pl.DataFrame, Asked, str], "dict[str, Any] | HttpResponse"]
_VIEWS: Final[dict[str, _View]] = {
    "treemap": _show_treemap,
    "scatter": _show_scatter,
    "space": _show_space,
    "markets": _show_markets,
    "table": _show_table,
}
