"""In which areas: the few that carry most of the score, each with one reason, and what cannot be compared."""

from typing import Any, Final

from corridor.find.areas import AreaComparison
from corridor.reports.areas import (
    area_sentence,
    limit_sentences,
    name_area,
    set_sentence,
    spread_sentences,
)
from corridor.reports.document import Block, Column, Heading, Paragraph, Row, Span, Table, inline
from corridor.reports.result import FlowResult
from corridor.reports.sections.voice import Voice
from corridor.reports.sentences import source_line

#: Areas that a paper lists at most; the page of the pair shows all.
LISTED: Final = 10


def in_which_areas(result: FlowResult, language: str) -> list[Block]:
    """Return the section on areas of cooperation, before the single lines."""
    comparison, voice = result.areas, Voice(language)
    t, illustrative = voice.catalogue, result.analysis.source.illustrative
    blocks: list[Block] = [
        Heading(t.gettext("In which areas"), "areas"),
        Paragraph(
            inline(
                voice.sentences(
                    set_sentence(comparison, language),
                    *spread_sentences(comparison, language),
                    t.gettext(
                        "The score weighs the partner’s strength, the need at home, the effect on exports and readiness "
                        "alike; it orders areas and is no amount."
                    ),
                )
            ),
            illustrative=illustrative,
        ),
    ]
    if comparison.compared:
        blocks.append(_list_areas(result, comparison, voice))
    limits = voice.sentences(*limit_sentences(comparison, language))
    return [*blocks, Paragraph(inline(limits), "note")]


def _list_areas(result: FlowResult, comparison: AreaComparison, voice: Voice) -> Table:
    t = voice.catalogue
    rows = comparison.areas.filter("comparable").head(LISTED).to_dicts()

    def describe(row: dict[str, Any]) -> Row:
        return Row(
            (
                inline(voice.number(row["rank"])),
                inline(Span(name_area(row["area"], voice.language, comparison.maps), strong=row["chosen"])),
                inline(voice.number(row["score"], 2)),
                inline(voice.percent(row["firmness"])),
                inline(area_sentence(row, comparison, voice.language)),
            ),
            illustrative=result.analysis.source.illustrative,
        )

    return Table(
        caption=t.gettext("Areas by score; the first %(chosen)s, in bold, carry %(share)s of it")
        % {"chosen": voice.number(comparison.chosen), "share": voice.percent(comparison.share_carried)},
        columns=(
            Column(t.gettext("No."), 0.6, "end"),
            Column(t.gettext("Area"), 2.2),
            Column(t.gettext("Score"), 0.8, "end"),
            Column(t.gettext("In the set"), 1.0, "end"),
            Column(t.gettext("Why"), 5.4),
        ),
        rows=tuple(map(describe, rows)),
        source=source_line(result.analysis, voice.language),
    )
