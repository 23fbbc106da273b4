"""The gap to the target: lines that close exactly, with the one that has no source."""

from collections.abc import Mapping
from typing import Any, Final

from corridor.charts import target_waterfall
from corridor.charts.units import money_unit
from corridor.find.target import NO_SOURCE, TargetDecomposition
from corridor.locale import label
from corridor.reports.document import Block, Column, Heading, Inline, Paragraph, Row, Table, figure, inline
from corridor.reports.result import FlowResult, Target
from corridor.reports.sections.voice import Voice
from corridor.reports.target_sentences import growth_sentence, other_base_sentence

#: A table of so many rows stays on one page.
SHORT: Final = 16


def gap_to_target(result: FlowResult, language: str) -> list[Block]:
    """Return the section on the target; empty where none was given."""
    if result.target is None:
        return []
    voice, target = Voice(language), result.target
    t, wanted = voice.catalogue, target.decomposition
    names = {code: label(code, language) for code in wanted.lines["line"]}
    names["target"] = t.gettext("Target")
    made_up = result.analysis.source.illustrative
    source = t.gettext("Exports today: %(base)s. Target: %(target)s.") % {
        "base": wanted.base_source,
        "target": target.source,
    }
    return [
        Heading(t.gettext("The gap to the target"), "target"),
        Paragraph(inline(_say_growth(wanted, voice))),
        *(Paragraph(inline(other_base_sentence(other, language))) for other in wanted.others),
        figure(
            target_waterfall(wanted.lines, names=names, language=language),
            source=source,
            illustrative=made_up,
        ),
        _tabulate_lines(wanted, names, voice, source, made_up),
        _tabulate_path(target, names, voice, source, made_up),
        Paragraph(
            inline(
                t.gettext(
                    "No source found means: nothing computed here says where this part would come from. It is shown "
                    "in one line and never spread over the others."
                )
            ),
            "note",
        ),
    ]


def _say_growth(wanted: TargetDecomposition, voice: Voice) -> str:
    """Say what growth a target asks for, and which share of the partner's imports it is."""
    growth = growth_sentence(wanted, voice.language)
    if wanted.market_share is None or wanted.market_share_today is None:
        return growth
    share = voice.catalogue.gettext(
        "That is %(share)s of the partner’s imports of today instead of %(today)s."
    ) % {"share": voice.share(wanted.market_share), "today": voice.share(wanted.market_share_today)}
    return f"{growth} {share}"


def _tabulate_lines(
    wanted: TargetDecomposition, names: Mapping[str, str], voice: Voice, source: str, made_up: bool
) -> Table:
    t = voice.catalogue
    unit = money_unit(wanted.target_usd, voice.language)

    def cells(name: str, value: float, cap: float | None, basis: str) -> tuple[Inline, ...]:
        return (
            inline(name),
            inline(voice.number(value / unit.factor, 3)),
            inline(voice.share(value / wanted.target_usd)),
            inline("–" if cap is None else voice.number(cap / unit.factor, 3)),
            inline(basis),
        )

    rows = [
        Row(
            cells(names[row["line"]], row["value_usd"], row["cap_usd"], label(row["basis"], voice.language)),
            illustrative=made_up,
            emphasis=row["line"] == NO_SOURCE,
        )
        for row in wanted.lines.to_dicts()
    ]
    total = Row(cells(names["target"], wanted.target_usd, None, ""), illustrative=made_up, emphasis=True)
    return Table(
        caption=t.gettext("The lines of the target, in %(unit)s") % {"unit": unit.words},
        columns=(
            Column(t.gettext("Part of the target"), 2.4),
            Column(t.gettext("Amount"), 1.2, "end"),
            Column(t.gettext("Share"), 1.0, "end"),
            Column(t.gettext("At most"), 1.2, "end"),
            Column(t.gettext("What it rests on"), 2.4),
        ),
        rows=(*rows, total),
        source=source,
        whole=True,
    )


def _tabulate_path(
    target: Target, names: Mapping[str, str], voice: Voice, source: str, made_up: bool
) -> Table:
    t = voice.catalogue
    unit = money_unit(target.decomposition.target_usd, voice.language)
    lines = target.decomposition.lines["line"].to_list()
    values = target.path.lines.pivot(on="line", index="period", values="value_usd").sort("period")

    def describe(row: Mapping[str, Any]) -> Row:
        amounts = [target.path.required_usd[row["period"]], *(row[line] for line in lines)]
        return Row(
            (
                inline(voice.number(row["period"])),
                *(inline(voice.number(amount / unit.factor, 2)) for amount in amounts),
            ),
            illustrative=made_up,
        )

    return Table(
        caption=t.gettext("What each year asks for, at constant growth, in %(unit)s") % {"unit": unit.words},
        columns=(
            Column(t.gettext("Year from today"), 1.2),
            Column(t.gettext("Exports asked for"), 1.4, "end"),
            *(Column(names[line], 1.4, "end") for line in lines),
        ),
        rows=tuple(map(describe, values.to_dicts())),
        source=source,
        whole=len(values) <= SHORT,
    )
