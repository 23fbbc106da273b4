"""Calendars of a schedule, read back by a calendar reader."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from icalendar import Calendar

from corridor.errors import InputError
from corridor.meet.calendar import Occasion, write_calendar
from corridor.tables import MEETINGS

KARACHI = ZoneInfo("Asia/Karachi")
START = datetime(2026, 11, 24, 9, 0, tzinfo=KARACHI)
OCCASION = Occasion(
    key="visit-1",
    title="Visit; day 1, Lahore",
    place="Hall A, IT City",
    starts=[START + timedelta(minutes=30 * slot) for slot in range(3)],
    minutes=25,
    stamp=datetime(2026, 11, 1, 12, 0, tzinfo=UTC),
)
NAMES = {"g0": "Evil\r\nBEGIN:VALARM, Ltd; ok", "h0": "لاہور اسمارٹ سٹی", "h1": "杭州公司"}


@pytest.fixture
def meetings() -> pl.DataFrame:
    """Return two meetings of g0."""
    schema = {name: column.dtype for name, column in MEETINGS.columns.items()}
    return pl.DataFrame([("r0", "g0", "h0", 0, 3), ("r1", "g0", "h1", 2, 0)], schema=schema, orient="row")


def test_meetings_come_back_with_time_place_and_name(meetings: pl.DataFrame) -> None:
    text = write_calendar(meetings, OCCASION, names=NAMES, language="en", participant="g0")
    calendar = Calendar.from_ical(text)
    events = calendar.walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["لاہور اسمارٹ سٹی", "杭州公司"]
    assert [event["dtstart"].dt for event in events] == [START, START + timedelta(minutes=60)]
    assert events[0]["dtend"].dt - events[0]["dtstart"].dt == timedelta(minutes=25)
    assert str(events[0]["location"]) == "Hall A, IT City, Table 4"
    # the hours stand for themselves: the zone is in the file
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Karachi"]


def test_user_text_cannot_open_a_line_of_its_own(meetings: pl.DataFrame) -> None:
    shifty = replace(OCCASION, title="A\nBEGIN:VEVENT", place="B\u2028C\rD")
    text = write_calendar(meetings, shifty, names=NAMES, language="en")
    lines = text.decode().replace("\r\n ", "").split("\r\n")
    assert "BEGIN:VALARM, Ltd; ok" not in lines
    assert lines.count("BEGIN:VEVENT") == 2
    assert not any(sign in text.decode().replace("\r\n", "") for sign in "\r\n\u2028")
    events = Calendar.from_ical(text).walk("VEVENT")
    assert str(events[0]["summary"]) == "Evil  BEGIN:VALARM, Ltd; ok – لاہور اسمارٹ سٹی"


def test_letters_that_join_in_urdu_are_kept(meetings: pl.DataFrame) -> None:
    names = {**NAMES, "h0": "می\u200cخواہم"}
    text = write_calendar(meetings, OCCASION, names=names, language="ur", participant="g0")
    assert "می\u200cخواہم" in str(Calendar.from_ical(text).walk("VEVENT")[0]["summary"])


def test_a_new_version_keeps_the_identity_of_a_meeting(meetings: pl.DataFrame) -> None:
    moved = meetings.with_columns(slot=pl.lit(1, pl.Int32))
    first = Calendar.from_ical(write_calendar(meetings, OCCASION, names={}, language="en"))
    later = replace(OCCASION, version=1)
    second = Calendar.from_ical(write_calendar(moved, later, names={}, language="en"))
    identities = [{str(event["uid"]) for event in one.walk("VEVENT")} for one in (first, second)]
    assert identities[0] == identities[1]
    assert len(identities[0]) == 2
    assert {int(event["sequence"]) for event in second.walk("VEVENT")} == {1}
    other = replace(OCCASION, key="visit-2")
    third = Calendar.from_ical(write_calendar(meetings, other, names={}, language="en"))
    assert not identities[0] & {str(event["uid"]) for event in third.walk("VEVENT")}


def test_universal_time_needs_no_zone(meetings: pl.DataFrame) -> None:
    starts = [moment.astimezone(UTC) for moment in OCCASION.starts]
    text = write_calendar(meetings, replace(OCCASION, starts=starts), names={}, language="en")
    assert b"VTIMEZONE" not in text
    assert b"DTSTART:20261124T040000Z" in text


def test_the_same_input_gives_the_same_bytes(meetings: pl.DataFrame) -> None:
    one, other = (write_calendar(meetings, OCCASION, names=NAMES, language="zh-Hans") for _ in range(2))
    assert one == other


def test_times_without_zone_or_slot_are_refused(meetings: pl.DataFrame) -> None:
    naive = [moment.replace(tzinfo=None) for moment in OCCASION.starts]
    with pytest.raises(InputError, match="no time zone"):
        write_calendar(meetings, replace(OCCASION, starts=naive), names={}, language="en")
    with pytest.raises(InputError, match="slot 2"):
        write_calendar(meetings, replace(OCCASION, starts=OCCASION.starts[:2]), names={}, language="en")
    with pytest.raises(InputError, match="0 minutes"):
        write_calendar(meetings, replace(OCCASION, minutes=0), names={}, language="en")
