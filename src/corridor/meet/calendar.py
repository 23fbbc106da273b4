"""A schedule as an iCalendar file (RFC 5545): one event a meeting, the same UID each time it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from unicodedata import category
from uuid import UUID, uuid5

import polars as pl
from icalendar import Calendar, vText
from icalendar import Event as Entry

from corridor.errors import InputError
from corridor.locale import format_decimal, translator
from corridor.tables import MEETINGS

#: UIDs are made of this and the event's and request's keys: a new version replaces the old entry.
NAMESPACE: Final = UUID("5d6f3c1e-7a52-4c19-9a55-0c7c2f0f9f10")
PRODUCT: Final = "-//Corridor//Meetings//EN"


@dataclass(frozen=True)
class Occasion:
    """The event the meetings belong to.

    key: stable identifier. title, place: in the reader's language. starts: of each slot, with time zone.
    minutes: how long a meeting lasts. stamp: when this version was made, with time zone. version: rises
    with each published version, so that calendars take the newer one.
    """

    key: str
    title: str
    place: str
    starts: Sequence[datetime]
    minutes: int
    stamp: datetime
    version: int = 0


def write_calendar(
    meetings: pl.DataFrame,
    occasion: Occasion,
    *,
    names: Mapping[str, str],
    language: str,
    participant: str | None = None,
) -> bytes:
    """Return an iCalendar file of a schedule, or of one participant's meetings.

    Parameters
    ----------
    meetings: schema ``tables.MEETINGS``. names: words for participants, as they should be read.
    participant: whose calendar it is; every meeting where None.

    Raises
    ------
    InputError: a time without zone, a meeting in a slot without a time, or one that lasts no time.
    """
    held = MEETINGS.check(meetings).sort("slot", "table")
    if participant is not None:
        held = held.filter((pl.col("first") == participant) | (pl.col("second") == participant))
    _refuse_times(held, occasion)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _clean(occasion.title))
    for row in held.to_dicts():
        calendar.add_component(_write_entry(row, occasion, names, language, participant))
    # zones other than UTC are described in the file itself, so that any reader gets the hours right
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _refuse_times(held: pl.DataFrame, occasion: Occasion) -> None:
    if occasion.minutes < 1:
        raise InputError(f"meetings of {occasion.minutes} minutes", rule="a meeting lasts a minute or more")
    for moment in (*occasion.starts, occasion.stamp):
        if moment.tzinfo is None:
            raise InputError(f"time {moment.isoformat()} has no time zone", rule="every time has its zone")
    last = held["slot"].max()
    if isinstance(last, int) and last >= len(occasion.starts):
        raise InputError(
            f"a meeting stands in slot {last}",
            rule=f"times are known for slots 0 to {len(occasion.starts) - 1}",
        )


def _write_entry(
    row: Mapping[str, object],
    occasion: Occasion,
    names: Mapping[str, str],
    language: str,
    participant: str | None,
) -> Entry:
    t = translator(language)
    start = occasion.starts[int(str(row["slot"]))]
    both = [names.get(str(row[side]), str(row[side])) for side in ("first", "second")]
    met = [name for side, name in zip(("first", "second"), both, strict=True) if row[side] != participant]
    table = t.gettext("Table %(number)s") % {"number": format_decimal(int(str(row["table"])) + 1, language)}
    entry = Entry()
    entry.add("uid", str(uuid5(NAMESPACE, f"{occasion.key}/{row['request']}")) + "@corridor")
    entry.add("dtstamp", occasion.stamp)
    entry.add("sequence", occasion.version)
    entry.add("dtstart", start)
    entry.add("dtend", start + timedelta(minutes=occasion.minutes))
    entry.add("summary", _clean(" – ".join(met)))
    entry.add("description", _clean(occasion.title))
    entry.add("location", _clean(f"{occasion.place}, {table}" if occasion.place else table))
    entry.add("status", "CONFIRMED")
    return entry


def _clean(text: str) -> vText:
    """Return text that the format escapes: control characters could otherwise end a line early."""
    return vText("".join(" " if category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text))
