"""The API of this app."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from corridor_web.common.api import Pages, SignInRequired
from corridor_web.meet import queries

router = Router(tags=["meet"])


class EventOut(Schema):
    """An event."""

    key: str
    name: str
    kind: str
    city: str
    economy: str
    date: date
    days: int
    slots_per_day: int
    tables: int
    illustrative: bool


class MeetingOut(Schema):
    """A meeting; ``table`` counts from 1."""

    starts: datetime
    table: int
    first: str
    second: str


class ScheduleOut(Schema):
    """The schedule the reader may see, with what was proven about it."""

    status: str
    objective: float | None
    bound: float | None
    gap: float | None
    published: bool
    meetings: list[MeetingOut]


@router.get("/events", response=list[EventOut], url_name="meet_events")
@paginate(Pages)
def list_events(request: HttpRequest) -> Any:
    """List the events the reader may see."""
    return queries.visible_events(request.user)


@router.get("/events/{key}/schedule", response=ScheduleOut, url_name="meet_schedule")
def get_schedule(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return the schedule of an event: the published one; for the desks the newest."""
    if not request.user.is_authenticated:
        raise SignInRequired
    event = get_object_or_404(queries.visible_events(request.user), key=key)
    schedule = queries.visible_schedule(request.user, event)
    schedule = get_object_or_404(event.schedules, pk=schedule.pk if schedule else None)
    return {
        "status": schedule.status,
        "objective": schedule.objective,
        "bound": schedule.bound,
        "gap": schedule.gap,
        "published": schedule.published_at is not None,
        "meetings": [
            {
                "starts": event.slot_start(meeting.slot),
                "table": meeting.table + 1,
                "first": meeting.request.first.name,
                "second": meeting.request.second.name,
            }
            for meeting in queries.list_meetings(schedule)
        ],
    }
