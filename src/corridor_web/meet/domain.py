"""Writes of this app: each refuses first and then changes everything or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from corridor.errors import InputError
from corridor.meet.check import check_schedule, refuse_faults
from corridor.meet.schedule import Schedule as Solution
from corridor.meet.schedule import schedule_meetings
from corridor_web.accounts.models import User
from corridor_web.meet.models import Event, Meeting, Participant, Request, Schedule, Seat, new_token
from corridor_web.meet.queries import runs_events, tabulate_event, visible_participants
from corridor_web.registry.queries import Reader

TIME_LIMIT_S: Final = 10.0
SEED: Final = 7


@dataclass(frozen=True)
class Solver:
    """How a schedule is solved: the same seed gives the same schedule."""

    seed: int = SEED
    time_limit_s: float = TIME_LIMIT_S


def solve_event(
    event: Event,
    user: User | None,
    *,
    solver: Solver | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> Schedule:
    """Solve an event and store the schedule; it is shown to others only once it is published.

    Raises
    ------
    InputError: nobody has asked for a meeting yet.
    """
    solver = solver or Solver()
    participants, requests = tabulate_event(event)
    if requests.is_empty():
        raise InputError(
            _("the event has no requests"), rule=_("a schedule needs at least one request to meet")
        )
    solution = schedule_meetings(
        participants,
        requests,
        slots=event.slots,
        tables=event.tables,
        seed=solver.seed,
        time_limit_s=solver.time_limit_s,
        progress=progress,
    )
    refuse_faults(
        check_schedule(solution.meetings, participants, requests, slots=event.slots, tables=event.tables)
    )
    return _store_solution(event, user, solution, solver.seed)


@transaction.atomic
def _store_solution(event: Event, user: User | None, solution: Solution, seed: int) -> Schedule:
    outcome = solution.outcome
    schedule = Schedule.objects.create(
        event=event,
        created_by=user,
        status=outcome.status,
        objective=outcome.objective,
        bound=outcome.bound,
        gap=outcome.gap,
        breaks=int(solution.people["breaks"].sum()),
        levels=[{"goal": level.goal, **level.outcome.to_record()} for level in solution.levels],
        seconds=outcome.seconds,
        seed=seed,
        left_out=[[row["request"], row["reason"]] for row in solution.left_out.to_dicts()],
    )
    rows = solution.meetings.to_dicts()
    meetings = Meeting.objects.bulk_create(
        Meeting(schedule=schedule, request_id=int(row["request"]), slot=row["slot"], table=row["table"])
        for row in rows
    )
    keys = dict(Participant.objects.filter(event=event).values_list("key", "pk"))
    Seat.objects.bulk_create(
        Seat(schedule=schedule, meeting=meeting, participant_id=keys[row[who]], slot=row["slot"])
        for meeting, row in zip(meetings, rows, strict=True)
        for who in ("first", "second")
    )
    return schedule


@transaction.atomic
def publish_schedule(schedule: Schedule, user: Reader | None) -> None:
    """Show a schedule to its participants in the place of the one published before.

    Raises
    ------
    PermissionDenied: ``user`` serves no desk (None is the site itself, as for seeds).
    """
    if user is not None and not runs_events(user):
        raise PermissionDenied
    others = Schedule.objects.select_for_update().filter(event=schedule.event, published_at__isnull=False)
    others.exclude(pk=schedule.pk).update(published_at=None)
    schedule.published_at = timezone.now()
    schedule.save(update_fields=["published_at"])
    Event.objects.filter(pk=schedule.event_id).update(state=Event.State.PUBLISHED)


def renew_calendar(participant: Participant, user: Reader) -> None:
    """Give a participant's calendar a new secret address; the old one answers 404 from now on."""
    if not visible_participants(user).filter(pk=participant.pk).exists():
        raise PermissionDenied
    participant.calendar_token = new_token()
    participant.save(update_fields=["calendar_token"])


@transaction.atomic
def add_event(event: Event, people: list[Participant], wishes: list[tuple[int, int, float]]) -> Event:
    """Store an event with its participants and requests (places in ``people`` and a weight)."""
    event.save()
    for person in people:
        person.event = event
    stored = Participant.objects.bulk_create(people)
    Request.objects.bulk_create(
        Request(event=event, first=stored[first], second=stored[second], weight=weight)
        for first, second, weight in wishes
    )
    return event
