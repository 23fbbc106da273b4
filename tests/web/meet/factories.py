"""Records of this app for tests."""

import itertools
from collections.abc import Callable
from datetime import date, time
from typing import Any

from django.utils import timezone
from tests.web.registry.factories import make_organisation

from corridor_web.accounts.models import User
from corridor_web.meet.models import Event, Meeting, Participant, Request, Schedule, Seat

_numbers = itertools.count(1)


def make_event(state: str = "published", guests: int = 2, **values: Any) -> Event:
    """Store an event in Pakistan with one host and ``guests`` guests, each asked for by the host."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "kind": "visit",
        "city": "Lahore",
        "economy": "PAK",
        "date": date(2026, 12, 15),
        "time_zone": "Asia/Karachi",
        "first_start": time(9, 30),
        "slot_minutes": 30,
        "slots_per_day": 4,
        "tables": 2,
        "illustrative": True,
    }
    event = Event.objects.create(name_en=f"Visit {number}", state=state, **defaults | values)
    host = make_participant(event, "PAK")
    for _ in range(guests):
        guest = make_participant(event, "CHN")
        Request.objects.create(event=event, first=guest, second=host, weight=1.0)
    return event


def make_participant(event: Event, economy: str, **values: Any) -> Participant:
    """Store a participant who is there in every slot."""
    number = next(_numbers)
    available = list(range(event.slots))
    return Participant.objects.create(
        **{"event": event, "economy": economy, "name": f"Person {number}", "available": available} | values
    )


def make_schedule(event: Event, published: bool = True) -> Schedule:
    """Store a schedule that holds the event's first request in its first slot."""
    request = event.requests.first()
    assert request is not None
    schedule = Schedule.objects.create(
        event=event,
        status="optimal",
        objective=1.0,
        bound=1.0,
        gap=0.0,
        published_at=timezone.now() if published else None,
    )
    meeting = Meeting.objects.create(schedule=schedule, request=request, slot=0, table=0)
    for participant in (request.first, request.second):
        Seat.objects.create(schedule=schedule, meeting=meeting, participant=participant, slot=0)
    return schedule


def _in_state(state: str, users: dict[str, User]) -> tuple[Event, Schedule, Participant]:
    event = make_event(state)
    host = event.participants.get(economy="PAK")
    host.organisation = make_organisation("PAK", (users["member"],))
    host.save()
    return event, make_schedule(event, published=state == "published"), host


def event_in_state(state: str, users: dict[str, User]) -> dict[str, Any]:
    """An event whose schedule is as public as it is."""
    return {"key": _in_state(state, users)[0].key}


def schedule_in_state(state: str, users: dict[str, User]) -> dict[str, Any]:
    """The schedule of such an event."""
    return {"key": _in_state(state, users)[1].key}


def participant_in_state(state: str, users: dict[str, User]) -> dict[str, Any]:
    """The participant of ``users["member"]``'s organisation in such an event."""
    return {"key": _in_state(state, users)[2].key}


def calendar_in_state(state: str, users: dict[str, User]) -> dict[str, Any]:
    """That participant's calendar."""
    return {"token": _in_state(state, users)[2].calendar_token}


FACTORIES: dict[str, Callable[[str, dict[str, User]], dict[str, Any]]] = {
    "event": event_in_state,
    "schedule": schedule_in_state,
    "participant": participant_in_state,
    "calendar": calendar_in_state,
}
