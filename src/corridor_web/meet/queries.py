"""Reads of this app: which events, schedules and agendas a reader sees, and the tables for the solver."""

from dataclasses import dataclass

import polars as pl
from django.db.models import Count, Q, QuerySet

from corridor.tables import MEETINGS, PARTICIPANTS, REQUESTS
from corridor_web.meet.models import Event, Meeting, Participant, Request, Schedule, Seat
from corridor_web.registry.queries import Reader, is_administrator, is_officer, own_organisations


def runs_events(reader: Reader) -> bool:
    """Whether ``reader`` prepares events: a desk officer or the administrator."""
    return is_administrator(reader) or is_officer(reader)


def visible_events(reader: Reader) -> QuerySet[Event]:
    """Return the events ``reader`` may see: published ones; for the desks all."""
    events = Event.objects.all()
    return events if runs_events(reader) else events.filter(state=Event.State.PUBLISHED)


def list_events(reader: Reader) -> QuerySet[Event]:
    """Return visible events with the numbers of participants and requests."""
    return visible_events(reader).annotate(
        people=Count("participants", distinct=True), wishes=Count("requests", distinct=True)
    )


def visible_schedule(reader: Reader, event: Event) -> Schedule | None:
    """Return the schedule ``reader`` may see: the newest for the desks, else the published one.

    Who meets whom is for people who are signed in.
    """
    if runs_events(reader):
        return event.schedules.first()
    if not reader.is_authenticated:
        return None
    return event.schedules.filter(published_at__isnull=False).first()


def visible_participants(reader: Reader) -> QuerySet[Participant]:
    """Return the participants whose agenda ``reader`` may open: one's own organisation's; the desks' all."""
    participants = Participant.objects.select_related("event", "organisation")
    if runs_events(reader):
        return participants
    return participants.filter(organisation__in=own_organisations(reader), event__state=Event.State.PUBLISHED)


def list_meetings(schedule: Schedule) -> QuerySet[Meeting]:
    """Return the meetings of a schedule with both participants."""
    return schedule.meetings.select_related("request__first", "request__second").order_by("slot", "table")


@dataclass(frozen=True)
class AgendaEntry:
    """One slot of a participant's day: a meeting, a pause, or away."""

    slot: int
    time: str
    there: bool
    table: int | None = None
    partner: str = ""


def read_agenda(participant: Participant, schedule: Schedule | None) -> list[AgendaEntry]:
    """Return the day of one participant, slot by slot."""
    event = participant.event
    meetings: dict[int, Meeting] = {}
    if schedule is not None:
        seats = Seat.objects.filter(schedule=schedule, participant=participant).select_related(
            "meeting__request__first", "meeting__request__second"
        )
        meetings = {seat.slot: seat.meeting for seat in seats}
    present = set(participant.available)
    return [
        _describe_slot(event, participant, slot, slot in present, meetings.get(slot))
        for slot in range(event.slots)
    ]


def _describe_slot(
    event: Event, participant: Participant, slot: int, there: bool, meeting: Meeting | None
) -> AgendaEntry:
    if meeting is None:
        return AgendaEntry(slot, event.slot_label(slot), there)
    request = meeting.request
    other = request.second if request.first_id == participant.pk else request.first
    return AgendaEntry(slot, event.slot_label(slot), there, meeting.table + 1, other.name)


def tabulate_event(event: Event) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the participants and requests of an event in the schemas that the solver takes."""
    people = event.participants.order_by("pk").values_list(
        "key", "organisation__key", "name", "economy", "available"
    )
    wishes = event.requests.order_by("pk").values_list("pk", "first__key", "second__key", "weight")
    participants = pl.DataFrame(
        list(people),
        schema={name: PARTICIPANTS.columns[name].dtype for name in _PEOPLE},
        orient="row",
    )
    requests = pl.DataFrame(
        [(str(pk), first, second, weight) for pk, first, second, weight in wishes],
        schema={name: column.dtype for name, column in REQUESTS.columns.items()},
        orient="row",
    )
    return participants, requests


_PEOPLE = ("participant", "organisation", "name", "side", "available")


def tabulate_meetings(schedule: Schedule) -> pl.DataFrame:
    """Return the meetings of a schedule in the schema ``MEETINGS``."""
    rows = schedule.meetings.values_list(
        "request", "request__first__key", "request__second__key", "slot", "table"
    )
    return pl.DataFrame(
        [(str(request), *rest) for request, *rest in rows],
        schema={name: column.dtype for name, column in MEETINGS.columns.items()},
        orient="row",
    )


def count_sides(event: Event) -> list[tuple[str, int]]:
    """Return how many participants each economy sends, and nothing about who."""
    return list(event.participants.values_list("economy").annotate(Count("pk")).order_by("economy"))


def list_left_out(schedule: Schedule) -> list[tuple[Request, str]]:
    """Return the requests a schedule does not hold, with the reason code of each."""
    reasons = {int(request): reason for request, reason in schedule.left_out}
    requests = (
        Request.objects.filter(pk__in=reasons).select_related("first", "second").order_by("-weight", "pk")
    )
    return [(request, reasons[request.pk]) for request in requests]


def count_requests(event: Event, participant: Participant) -> int:
    """Return how many requests name a participant."""
    return event.requests.filter(Q(first=participant) | Q(second=participant)).count()
