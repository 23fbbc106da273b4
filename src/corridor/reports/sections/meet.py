"""A visit's schedule: who sits with whom, when, at which table, and how good that provably is."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

import polars as pl

from corridor.charts import schedule_grid
from corridor.locale import format_date, format_day_month
from corridor.reports.document import (
    Block,
    Column,
    Heading,
    Inline,
    Paragraph,
    Row,
    Span,
    Table,
    figure,
    inline,
)
from corridor.reports.result import FlowResult, MeetPart
from corridor.reports.sections.sources import section_names
from corridor.reports.sections.voice import Voice

DAY_BEGINS: Final = time(9, 0)
GUESTS: Final = "guest"


def visit_schedule(result: FlowResult, language: str) -> list[Block]:
    """Return the section of the stage meet; empty where there is nothing to show."""
    part = result.meet
    if part is None:
        return []
    voice = Voice(language)
    guests = part.participants.filter(pl.col("side") == GUESTS)
    times = label_slots(part.event, language)
    names = dict(part.participants.select("participant", "name").iter_rows())
    return [
        Heading(section_names(voice.catalogue)["meet"], "meet"),
        Paragraph(_say_event(part, guests, voice), illustrative=part.illustrative),
        Paragraph(inline(_say_levels(part, voice)), "note"),
        figure(
            schedule_grid(
                part.schedule.meetings,
                rows=guests["participant"].to_list(),
                # day, month and hour stand right to left in Urdu, whichever way the chart runs
                slot_labels=[f"\u2067{moment}\u2069" for moment in times] if language == "ur" else times,
                names=names,
                language=language,
            ),
            illustrative=part.illustrative,
        ),
        _list_days(part, guests, times, voice),
    ]


def label_slots(event: Mapping[str, Any], language: str) -> list[str]:
    """Return day and time of each slot, such as ``15 Dec 09:40``."""
    begin = datetime.combine(event["starts"], DAY_BEGINS)
    step = timedelta(minutes=event["slot_minutes"])
    moments = [
        begin + timedelta(days=day) + slot * step
        for day in range(event["days"])
        for slot in range(event["slots_per_day"])
    ]
    # a day is not broken at the end of a line; in Urdu it runs against the Latin names around it
    before, after = ("\u2067", "\u2069") if language == "ur" else ("", "")
    days = [format_day_month(moment.date(), language).replace(" ", "\u00a0") for moment in moments]
    return [f"{before}{day}{after} {moment:%H:%M}" for day, moment in zip(days, moments, strict=True)]


def _say_event(part: MeetPart, guests: pl.DataFrame, voice: Voice) -> Inline:
    t, schedule = voice.catalogue, part.schedule
    words = {
        "day": format_date(part.event["starts"], voice.language),
        "guests": voice.number(guests.height),
        "hosts": voice.number(part.participants.height - guests.height),
        "meetings": voice.number(schedule.meetings.height),
        "requests": voice.number(part.requests.height),
        "tables": voice.number(part.event["tables"]),
    }
    sentence = (
        t.gettext(
            "From %(day)s, %(guests)s guests meet %(hosts)s hosts at %(tables)s tables: %(meetings)s of %(requests)s "
            "requested meetings take place."
        )
        % words
    )
    name = voice.name(part.event)
    return (
        Span(name.text, name.language, strong=True),
        Span(". " if voice.language == "en" else "\u2002"),
        Span(sentence),
    )


def _say_levels(part: MeetPart, voice: Voice) -> str:
    t = voice.catalogue
    goals = {
        "floor": t.gettext("Participants with a meeting."),
        "value": t.gettext("Value of the meetings held."),
        "breaks": t.gettext("Breaks between meetings, fewest."),
    }
    return voice.sentences(
        *(
            voice.sentences(goals[level.goal], voice.outcome(level.outcome))
            for level in part.schedule.levels
            if level.goal in goals
        )
    )


def _list_days(part: MeetPart, guests: pl.DataFrame, times: Sequence[str], voice: Voice) -> Table:
    t = voice.catalogue
    organisations = {row["organisation"]: row for row in part.organisations.to_dicts()}
    partners = _list_partners(part)
    names = dict(part.participants.select("participant", "name").iter_rows())

    def describe(guest: dict[str, Any]) -> Row:
        owner = organisations.get(guest["organisation"])
        seat = voice.name(owner) if owner else voice.english(guest["organisation"] or "–")
        meetings = _say_meetings(partners.get(guest["participant"], []), names, times)
        return Row(
            (inline(voice.english(guest["name"])), inline(seat), inline(voice.english(meetings or "–"))),
            illustrative=part.illustrative,
        )

    return Table(
        caption=t.gettext("Each guest’s meetings, with the number of the table"),
        columns=(
            Column(t.gettext("Guest"), 1.5),
            Column(t.gettext("Organisation"), 2.0),
            Column(t.gettext("Meetings"), 4.2),
        ),
        rows=tuple(map(describe, guests.to_dicts())),
    )


def _say_meetings(
    meetings: Sequence[tuple[str, int, int]], names: Mapping[str, str], times: Sequence[str]
) -> str:
    """Return ``5 Jan 09:00 Name (table), 09:40 Name (table); 6 Jan …``: each day once."""
    told = [
        (times[slot].rsplit(" ", 1), names.get(other, other), table + 1) for other, slot, table in meetings
    ]
    days = groupby(told, key=lambda meeting: meeting[0][0])
    return "; ".join(
        f"{day} " + ", ".join(f"{hour} {name} ({table})" for (_, hour), name, table in held)
        for day, held in days
    )


def _list_partners(part: MeetPart) -> dict[str, list[tuple[str, int, int]]]:
    """Return for each participant whom they meet, in which slot, at which table, in order of time."""
    meetings = part.schedule.meetings
    both = pl.concat(
        [
            meetings.select(who=one, other=two, slot="slot", table="table")
            for one, two in (("first", "second"), ("second", "first"))
        ]
    ).sort("who", "slot")
    return {
        str(who): list(rows.select("other", "slot", "table").iter_rows())
        for (who,), rows in both.partition_by("who", as_dict=True).items()
    }
