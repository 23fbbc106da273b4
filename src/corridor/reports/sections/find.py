"""Where it pays: suppliers, potential, shortlist, the first lines, how little of a target they carry."""

from typing import Any, Final

import polars as pl

from corridor.charts import chapter_bar, potential_scatter, shortlist_pareto, suppliers_bar
from corridor.charts.find import shorten
from corridor.charts.units import money_unit
from corridor.find.pair import PairAnalysis
from corridor.locale.nomenclature import chapter_name
from corridor.reports.document import (
    Block,
    Column,
    Fact,
    Facts,
    Heading,
    Paragraph,
    Row,
    Table,
    figure,
    inline,
)
from corridor.reports.potential import uncertainty_sentence
from corridor.reports.result import FlowResult, Target
from corridor.reports.sections.voice import Voice
from corridor.reports.sentences import nothing_sentence, position_sentence, source_line

TOP_LINES: Final = 20
SUPPLIERS_SHOWN: Final = 10
#: A longer English product name is cut: the code identifies the line.
NAME_LENGTH: Final = 110


def answer(result: FlowResult, language: str) -> list[Block]:
    """Return the one-paragraph answer and the band of key figures."""
    voice = Voice(language)
    sentences = [_say_market(result.analysis, voice), _say_potential(result.analysis, voice)]
    if result.target:
        sentences.append(_say_target(result.analysis, result.target, voice))
    return [
        Paragraph(inline(voice.sentences(*sentences)), "lead"),
        _key_figures(result, voice),
    ]


def _say_market(analysis: PairAnalysis, voice: Voice) -> str:
    t, totals = voice.catalogue, analysis.totals
    words = {
        "importer": voice.economy(analysis.importer),
        "exporter": voice.economy(analysis.exporter),
        "imports": voice.usd(totals.importer_imports_usd),
        "current": voice.usd(totals.current_usd),
        "share": voice.share(totals.import_share),
        "rank": totals.exporter_rank_as_supplier,
        "year": analysis.year,
    }
    if totals.exporter_rank_as_supplier is None:
        return (
            t.gettext(
                "In %(year)s %(importer)s imported goods worth %(imports)s, none of them from %(exporter)s."
            )
            % words
        )
    return (
        t.gettext(
            "In %(year)s %(importer)s imported goods worth %(imports)s. %(exporter)s supplied %(current)s of "
            "them, %(share)s: number %(rank)s among its suppliers."
        )
        % words
    )


def _say_potential(analysis: PairAnalysis, voice: Voice) -> str:
    shortlist = analysis.shortlist
    if nothing := nothing_sentence(analysis, voice.language):
        return nothing
    return voice.catalogue.gettext(
        "Corridor computes an unrealised export potential of %(unrealised)s; %(lines)s of the %(positive)s product "
        "lines that have any (%(line_share)s) carry %(carried)s of it."
    ) % {
        "unrealised": voice.usd(shortlist.unrealised_usd),
        "lines": voice.number(shortlist.lines),
        "positive": voice.number(shortlist.positive_lines),
        "line_share": voice.share(shortlist.lines / max(shortlist.positive_lines, 1)),
        "carried": voice.share(shortlist.share_carried),
    }


def _say_target(analysis: PairAnalysis, target: Target, voice: Voice) -> str:
    wanted = target.decomposition
    return voice.catalogue.gettext(
        "Of the target of %(target)s, exports today and all of this potential carry %(covered)s; for %(gap)s no "
        "source is found."
    ) % {
        "target": voice.usd(wanted.target_usd),
        "covered": voice.share(1 - wanted.no_source_usd / wanted.target_usd),
        "gap": voice.usd(wanted.no_source_usd),
    }


def _key_figures(result: FlowResult, voice: Voice) -> Facts:
    t, analysis = voice.catalogue, result.analysis
    shortlist = analysis.shortlist
    items = [
        Fact(
            voice.share(analysis.totals.import_share),
            t.gettext("share of the imports of %(importer)s")
            % {"importer": voice.economy(analysis.importer)},
        ),
        Fact(voice.usd(analysis.totals.current_usd), t.gettext("exports today")),
        Fact(voice.usd(shortlist.unrealised_usd), t.gettext("unrealised potential")),
        Fact(
            t.gettext("%(lines)s of %(positive)s")
            % {
                "lines": voice.number(shortlist.lines),
                "positive": voice.number(shortlist.positive_lines),
            },
            t.gettext("lines carry %(carried)s of it") % {"carried": voice.share(shortlist.share_carried)},
        ),
    ]
    if result.target:
        gap = voice.usd(result.target.decomposition.no_source_usd)
        items.append(Fact(gap, t.gettext("of the target: no source found")))
    return Facts(tuple(items))


def where_it_pays(result: FlowResult, language: str) -> list[Block]:
    """Return the section of the stage find."""
    voice = Voice(language)
    analysis = result.analysis
    source = source_line(analysis, language)
    t = voice.catalogue
    if nothing := nothing_sentence(analysis, language):
        return [
            Heading(t.gettext("Where it pays"), "find"),
            *_market(analysis, voice, source),
            Paragraph(inline(nothing)),
        ]
    return [
        Heading(t.gettext("Where it pays"), "find"),
        *_market(analysis, voice, source),
        *_potential(analysis, voice, source),
        _first_lines(analysis, voice, source),
        *_carried(result, voice),
    ]


def _market(analysis: PairAnalysis, voice: Voice, source: str) -> list[Block]:
    t, suppliers = voice.catalogue, analysis.suppliers
    leading = suppliers.filter(pl.col("rank") <= SUPPLIERS_SHOWN)
    names = {code: voice.economy(code) for code in [*leading["supplier"], analysis.exporter]}
    return [
        Heading(t.gettext("Who supplies the market"), "suppliers", 2),
        Paragraph(
            inline(
                t.gettext(
                    "The %(count)s largest suppliers hold %(share)s of the imports of %(importer)s. The data hold its "
                    "imports by supplier completely."
                )
                % {
                    "count": leading.height,
                    "share": voice.share(float(leading["share"].sum())),
                    "importer": voice.economy(analysis.importer),
                }
            )
        ),
        figure(
            suppliers_bar(
                suppliers,
                highlight=analysis.exporter,
                names=names,
                language=voice.language,
                top=SUPPLIERS_SHOWN,
            ),
            source=source,
            illustrative=analysis.source.illustrative,
        ),
    ]


def _potential(analysis: PairAnalysis, voice: Voice, source: str) -> list[Block]:
    t, language = voice.catalogue, voice.language
    lines, shortlist = analysis.opportunities, analysis.shortlist
    made_up = analysis.source.illustrative
    names = {code: chapter_name(code, language) for code in analysis.chapters["chapter"]}
    return [
        Heading(t.gettext("The potential, and the few lines that carry it"), "potential", 2),
        Paragraph(
            inline(
                voice.sentences(
                    t.gettext(
                        "Potential is what the exporter would sell if its share of world exports, the partner’s "
                        "demand and the ease of trade between the two decided alone. Unrealised is what it exceeds "
                        "exports by, line by line."
                    ),
                    _say_spread(analysis, voice),
                    uncertainty_sentence(analysis, language),
                )
            )
        ),
        figure(
            shortlist_pareto(lines, language=language, target_share=shortlist.share_wanted),
            source=source,
            illustrative=made_up,
        ),
        figure(
            chapter_bar(analysis.chapters, names=names, language=language),
            source=source,
            illustrative=made_up,
        ),
        figure(potential_scatter(lines, language=language), source=source, illustrative=made_up),
    ]


def _say_spread(analysis: PairAnalysis, voice: Voice) -> str:
    variants = analysis.variants.select(
        low=pl.col("unrealised_usd").min(),
        high=pl.col("unrealised_usd").max(),
        fewest=pl.col("lines").min(),
        most=pl.col("lines").max(),
    ).row(0, named=True)
    return voice.catalogue.gettext(
        "Over %(count)s conventions of computing it, it lies between %(low)s and %(high)s, and between %(fewest)s "
        "and %(most)s lines carry %(wanted)s of it."
    ) % {
        "count": analysis.variants.height,
        "low": voice.usd(variants["low"]),
        "high": voice.usd(variants["high"]),
        "fewest": voice.number(variants["fewest"]),
        "most": voice.number(variants["most"]),
        "wanted": voice.percent(analysis.shortlist.share_wanted),
    }


def _first_lines(analysis: PairAnalysis, voice: Voice, source: str) -> Table:
    t = voice.catalogue
    rows = analysis.top(TOP_LINES)
    today = max((row["current_usd"] for row in rows), default=0.0)
    unrealised = max((row["unrealised_usd"] for row in rows), default=0.0)
    unit = money_unit(max(today, unrealised), voice.language)
    drawn = "rank_low" in analysis.opportunities.columns

    def describe(row: dict[str, Any]) -> Row:
        name = shorten(row["description"] or "–", NAME_LENGTH)
        ranks = f"{row['rank']} ({row['rank_low']}–{row['rank_high']})" if drawn else f"{row['rank']}"
        return Row(
            (
                # isolated left to right: a range reads from low to high in every script
                inline(f"\u2066{ranks}\u2069" if drawn else ranks),
                inline(row["product"]),
                inline(voice.english(name)),
                voice.amount(row["current_usd"], unit, today),
                voice.amount(row["unrealised_usd"], unit, unrealised),
                inline(position_sentence(row, analysis, voice.language)),
            ),
            illustrative=analysis.source.illustrative,
        )

    return Table(
        caption=t.gettext("The %(count)s lines with most unrealised potential, amounts in %(unit)s")
        % {"count": len(rows), "unit": unit.words},
        columns=(
            Column(t.gettext("No. (range)") if drawn else t.gettext("No."), 1.3 if drawn else 0.65, "end"),
            Column("HS6", 0.9),
            Column(t.gettext("Product (name in English)"), 2.75),
            Column(t.gettext("Exports today"), 1.0, "end"),
            Column(t.gettext("Unrealised"), 1.2, "end"),
            Column(t.gettext("Why"), 4.1),
        ),
        rows=tuple(map(describe, rows)),
        source=source,
    )


def _carried(result: FlowResult, voice: Voice) -> list[Block]:
    if result.target is None:
        return []
    t, wanted, shortlist = voice.catalogue, result.target.decomposition, result.analysis.shortlist
    return [
        Heading(t.gettext("How little of the target the shortlist carries"), "carried", 2),
        Paragraph(
            inline(
                t.gettext(
                    "If every line of the shortlist were realised in full, exports would grow by %(carried)s: "
                    "%(share)s of the target of %(target)s. The potential is worth pursuing; it is not the target."
                )
                % {
                    "carried": voice.usd(shortlist.carried_usd),
                    "share": voice.share(shortlist.carried_usd / wanted.target_usd),
                    "target": voice.usd(wanted.target_usd),
                }
            )
        ),
    ]
