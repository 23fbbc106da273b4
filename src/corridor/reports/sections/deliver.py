"""From promise to result: how many engagements got how far, and where each of them stands."""

from collections.abc import Callable
from typing import Any, Final

import polars as pl

from corridor.charts import conversion_funnel
from corridor.locale import format_date, label
from corridor.locale.formats import format_money
from corridor.reports.document import Block, Column, Heading, Inline, Paragraph, Row, Table, figure, inline
from corridor.reports.result import DeliverPart, FlowResult
from corridor.reports.sections.sources import section_names
from corridor.reports.sections.voice import Voice
from corridor.vocabulary import ENDED, STAGES

SHOWN: Final = 12


def promise_to_result(result: FlowResult, language: str) -> list[Block]:
    """Return the section of the stage deliver; empty where there is nothing to show."""
    voice = Voice(language)
    blocks = [*_engagements(result, voice), *_conversions(result.conversions, voice)]
    return [Heading(section_names(voice.catalogue)["deliver"], "deliver"), *blocks] if blocks else []


def _engagements(result: FlowResult, voice: Voice) -> list[Block]:
    part = result.deliver
    if part is None:
        return []
    names = {stage: label(stage, voice.language) for stage in STAGES}
    reached = pl.DataFrame(
        {"stage": list(part.summary.reached), "reached": list(part.summary.reached.values())},
        schema={"stage": pl.String, "reached": pl.Int64},
    )
    illustrative = bool(part.engagements["illustrative"].any())
    return [
        Paragraph(inline(_say_counts(part, voice)), illustrative=illustrative),
        figure(
            conversion_funnel(reached, names=names, language=voice.language),
            illustrative=illustrative,
        ),
        _tabulate(part, result, voice),
    ]


def _conversions(conversions: pl.DataFrame, voice: Voice) -> list[Block]:
    if conversions.is_empty():
        return []
    t = voice.catalogue

    def describe(row: dict[str, Any]) -> Row:
        steps = f"{row['from_step']} → {row['to_step']}"
        note = f" ({row['note']})" if row["note"] else ""
        say = _choose_format(row["unit"], voice)
        return Row(
            (
                inline(voice.english(row["subject"])),
                inline(voice.english(steps)),
                inline(say(row["from_value"])),
                inline(say(row["to_value"])),
                inline(voice.share(row["share"]) if row["share"] <= 1 else "–"),
                inline(voice.english(f"{row['source']}{note}")),
            ),
            illustrative=row["illustrative"],
        )

    return [
        Table(
            caption=t.gettext("What became of announcements elsewhere, as published"),
            columns=(
                Column(t.gettext("Subject"), 2.4),
                Column(t.gettext("Steps"), 1.8),
                Column(t.gettext("Of"), 1.0, "end"),
                Column(t.gettext("Reached"), 1.0, "end"),
                Column(t.gettext("Share"), 0.8, "end"),
                Column(t.gettext("Source"), 2.4),
            ),
            rows=tuple(map(describe, conversions.to_dicts())),
            whole=True,
        )
    ]


def _choose_format(unit: str, voice: Voice) -> Callable[[float], str]:
    if unit.startswith("%"):
        return lambda value: voice.share(value / 100)
    return voice.usd if unit == "USD" else voice.number


def _say_counts(part: DeliverPart, voice: Voice) -> str:
    reached = part.summary.reached
    return voice.catalogue.gettext(
        "Of %(leads)s engagements followed, %(memoranda)s reached a memorandum, %(contracts)s a contract and "
        "%(results)s results. %(ended)s have ended, each with its reason; %(silent)s have been silent for 90 days or "
        "longer."
    ) % {
        "leads": voice.number(part.summary.total),
        "memoranda": voice.number(reached["memorandum"]),
        "contracts": voice.number(reached["contract"]),
        "results": voice.number(reached["results"]),
        "ended": voice.number(part.summary.now[ENDED]),
        "silent": voice.number(part.summary.silent.height),
    }


def _tabulate(part: DeliverPart, result: FlowResult, voice: Voice) -> Table:
    t = voice.catalogue
    order = {stage: place for place, stage in enumerate(STAGES)}
    shown = (
        part.engagements.filter(pl.col("stage").is_in(STAGES))
        .with_columns(place=pl.col("stage").replace_strict(order, return_dtype=pl.Int32))
        .sort("place", "as_of", "engagement", descending=[True, True, False])
        .head(SHOWN)
    )

    def describe(row: dict[str, Any]) -> Row:
        silent = (result.as_of - row["as_of"]).days
        return Row(
            (
                inline(voice.english(row["title"])),
                inline(voice.english(f"{row['first_party']} – {row['second_party']}")),
                inline(label(row["stage"], voice.language)),
                inline(format_date(row["as_of"], voice.language)),
                inline(voice.number(max(silent, 0))),
                _amount(row, voice),
            ),
            illustrative=row["illustrative"],
        )

    return Table(
        caption=t.gettext("The engagements that got furthest, as of the latest dated step"),
        columns=(
            Column(t.gettext("What was promised"), 2.1),
            Column(t.gettext("Parties"), 2.3),
            Column(t.gettext("Stage"), 1.0),
            Column(t.gettext("As of"), 1.55),
            Column(t.gettext("Days silent"), 1.0, "end"),
            Column(t.gettext("Amount"), 1.4, "end"),
        ),
        rows=tuple(map(describe, shown.to_dicts())),
    )


def _amount(row: dict[str, Any], voice: Voice) -> Inline:
    if row["amount"] is None or row["currency"] is None:
        return inline("–")
    return inline(format_money(row["amount"], row["currency"], voice.language))
