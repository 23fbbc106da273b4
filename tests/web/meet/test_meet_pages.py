"""Events, schedules and agendas on the site."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from icalendar import Calendar
from tests.web.meet.factories import make_event, make_participant, make_schedule
from tests.web.registry.factories import make_organisation

from corridor.data.world import build_actors
from corridor.errors import InputError
from corridor_web.accounts.models import User
from corridor_web.common.jobs import run_next
from corridor_web.common.models import Job
from corridor_web.meet.domain import publish_schedule, solve_event
from corridor_web.meet.models import Event, Meeting, Request, Schedule, Seat
from corridor_web.meet.seed import load

pytestmark = pytest.mark.django_db


def test_slots_run_through_the_days_in_the_events_own_zone() -> None:
    event = make_event(days=2, slots_per_day=3)
    assert event.slots == 6
    assert event.slot_start(4).astimezone(UTC) == datetime(2026, 12, 16, 5, 0, tzinfo=UTC)
    assert event.slot_label(4) == "16 Dec 10:00"
    with override("zh-hans"):
        assert event.slot_label(4) == "12月16日 10:00"


def test_solved_schedule_holds_everything_that_fits_and_is_not_yet_published() -> None:
    event = make_event(guests=5)
    schedule = solve_event(event, None)
    assert schedule.published_at is None
    assert (schedule.status, schedule.objective, schedule.bound, schedule.gap) == ("optimal", 4.0, 4.0, 0.0)
    assert schedule.meetings.count() == 4 and Seat.objects.filter(schedule=schedule).count() == 8
    assert [reason for _request, reason in schedule.left_out] == ["participant_full"]


def test_event_without_requests_is_refused_and_stores_nothing() -> None:
    with pytest.raises(InputError, match="no requests"):
        solve_event(make_event(guests=0), None)
    assert not Schedule.objects.exists()


def test_database_refuses_a_double_booking() -> None:
    event = make_event(guests=2)
    schedule = make_schedule(event)
    first, second = event.requests.all()
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(schedule=schedule, request=second, slot=0, table=0)
    meeting = Meeting.objects.create(schedule=schedule, request=second, slot=0, table=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(schedule=schedule, meeting=meeting, participant=first.second, slot=0)


def test_publishing_replaces_the_schedule_published_before(make_user: Callable[..., User]) -> None:
    event = make_event("draft")
    old, new = make_schedule(event), make_schedule(event, published=False)
    publish_schedule(new, make_user("officer", "desk_officer", "CHN"))
    old.refresh_from_db()
    event.refresh_from_db()
    assert old.published_at is None and event.state == "published"
    with pytest.raises(PermissionDenied):
        publish_schedule(old, make_user("analyst", "analyst"))


def test_names_of_participants_are_for_people_who_are_signed_in(
    client: Client, make_user: Callable[..., User], sign_in: Callable[..., Client]
) -> None:
    event = make_event()
    make_schedule(event)
    name = event.participants.first().name  # type: ignore[union-attr]
    assert name not in client.get(f"/meet/events/{event.key}").content.decode()
    member = sign_in(make_user("member"))
    assert name in member.get(f"/meet/events/{event.key}").content.decode()
    assert client.get(f"/api/v1/meet/events/{event.key}/schedule").status_code == 401


def test_officer_solves_in_the_background_sees_why_and_publishes(
    make_user: Callable[..., User], sign_in: Callable[..., Client]
) -> None:
    event = make_event("draft", guests=6)
    client = sign_in(make_user("officer", "desk_officer", "PAK"))
    client.post(f"/meet/events/{event.key}/solve")
    assert run_next("test")
    job = Job.objects.get()
    assert (job.state, job.result_url) == ("done", f"/meet/events/{event.key}")
    page = client.get(job.result_url)
    assert len(page.context["left_out"]) == 2
    schedule = event.schedules.get()
    client.post(f"/meet/schedules/{schedule.key}/publish")
    assert event.schedules.get().published_at is not None


def test_agenda_and_calendar_show_the_same_meetings_and_the_address_can_be_revoked(
    make_user: Callable[..., User], sign_in: Callable[..., Client]
) -> None:
    event = make_event()
    make_schedule(event)
    user = make_user("member")
    host = event.participants.get(economy="PAK")
    host.organisation = make_organisation("PAK", (user,))
    host.save()
    client = sign_in(user)
    entries = client.get(f"/meet/agenda/{host.key}").context["entries"]
    assert [bool(entry.partner) for entry in entries] == [True, False, False, False]
    address = f"/meet/calendar/{host.calendar_token}.ics"
    events = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    assert [entry["dtstart"].dt.astimezone(UTC) for entry in events] == [
        datetime(2026, 12, 15, 4, 30, tzinfo=UTC)
    ]
    client.post(f"/meet/agenda/{host.key}/renew")
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("address", ["/meet/", "/api/v1/meet/events"])
def test_list_of_events_has_a_constant_query_count(client: Client, address: str) -> None:
    make_event()
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    make_event()
    make_event()
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one)


def test_event_page_has_a_constant_query_count(
    make_user: Callable[..., User], sign_in: Callable[..., Client]
) -> None:
    client = sign_in(make_user("officer", "desk_officer", "PAK"))
    small, large = make_event(guests=1), make_event(guests=3)
    for event in (small, large):
        solve_event(event, None)
    client.get(f"/meet/events/{small.key}")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/meet/events/{small.key}")
    with CaptureQueriesContext(connection) as three:
        client.get(f"/meet/events/{large.key}")
    assert len(three) == len(one)


def test_names_are_escaped(make_user: Callable[..., User], sign_in: Callable[..., Client]) -> None:
    event = make_event()
    guest = make_participant(event, "CHN", name="<script>alert(1)</script>")
    Request.objects.create(event=event, first=guest, second=event.participants.get(economy="PAK"))
    solve_event(event, None)
    client = sign_in(make_user("officer", "desk_officer", "PAK"))
    assert "<script>alert(1)" not in client.get(f"/meet/events/{event.key}").content.decode()


def test_illustrative_visit_is_loaded_once_with_a_published_schedule(client: Client) -> None:
    actors = build_actors(("PAK", "CHN"))
    load(actors)
    load(actors)
    event = Event.objects.get()
    assert event.illustrative and event.participants.count() == actors.participants.height
    schedule = event.schedules.get()
    assert schedule.published_at is not None and schedule.gap == 0
    assert client.get(f"/meet/events/{event.key}").status_code == 200
