"""Pages of this app."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from corridor import charts
from corridor.locale.economies import economy_name
from corridor.meet.calendar import Occasion, write_calendar
from corridor.meet.demand import measure_demand
from corridor_web.common.jobs import enqueue
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.common.permissions import require_role
from corridor_web.meet import queries
from corridor_web.meet.domain import publish_schedule, renew_calendar
from corridor_web.meet.jobs import SOLVE
from corridor_web.meet.models import Event, Meeting, Participant, Schedule

OFFICERS = ("desk_officer", "administrator")


def index(request: HttpRequest) -> HttpResponse:
    """List the events."""
    columns = [
        Column(
            "name",
            gettext_lazy("Event"),
            "name",
            order="name_en",
            link=lambda row: reverse("meet:event", args=[row.key]),
        ),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), secondary=True),
        Column("city", gettext_lazy("City"), "name"),
        Column("economy", gettext_lazy("Host"), "economy"),
        Column("date", gettext_lazy("Date"), "date"),
        Column("people", gettext_lazy("Participants"), "number"),
        Column("wishes", gettext_lazy("Requests"), "number"),
        Column("illustrative", gettext_lazy("Record"), "flag", order=""),
    ]
    listing = Listing(
        request,
        queries.list_events(request.user),
        columns,
        title="events",
        search=("name_en", "name_zh", "name_ur", "city"),
        default_sort="-date",
    )
    return listing.download() or render(request, "meet/index.html", {"listing": listing})


def event(request: HttpRequest, key: str) -> HttpResponse:
    """Show one event: who comes, demand against capacity, and the schedule the reader may see."""
    found = get_object_or_404(queries.visible_events(request.user), key=key)
    schedule = queries.visible_schedule(request.user, found)
    context: dict[str, Any] = {
        "event": found,
        "schedule": schedule,
        "sides": queries.count_sides(found),
        "runs_events": queries.runs_events(request.user),
    }
    if schedule is not None:
        listing = _list_meetings(request, found, schedule)
        if answer := listing.download():
            return answer
        context |= {
            "listing": listing,
            "left_out": queries.list_left_out(schedule),
            "chart": _draw_schedule(found, schedule),
        }
    if context["runs_events"]:
        context |= _weigh_demand(found)
    return render(request, "meet/event.html", context)


def _weigh_demand(found: Event) -> dict[str, Any]:
    participants, requests = queries.tabulate_event(found)
    context: dict[str, Any] = {"participants": found.participants.select_related("organisation")}
    if not requests.is_empty():
        demand = measure_demand(participants, requests, slots=found.slots, tables=found.tables)
        context |= {
            "demand": demand,
            "unreachable": demand.unreachable.height,
            "short": int((demand.people["short"] > 0).sum()),
            "sides_demand": demand.sides.to_dicts(),
        }
    return context


def _list_meetings(request: HttpRequest, found: Event, schedule: Schedule) -> Listing:
    def time(meeting: Meeting) -> str:
        return found.slot_label(meeting.slot)

    columns = [
        Column("slot", gettext_lazy("Time"), value=time, order="slot"),
        Column("table", gettext_lazy("Table"), "number", value=lambda row: row.table + 1, order="table"),
        Column("request.first.name", gettext_lazy("First party"), "name"),
        Column("request.second.name", gettext_lazy("Second party"), "name"),
    ]
    return Listing(
        request,
        queries.list_meetings(schedule),
        columns,
        title=f"meetings-{found.date}",
        search=("request__first__name", "request__second__name"),
        source=_("Illustrative event, generated.") if found.illustrative else found.source,
        page_size=50,
    )


def _draw_schedule(found: Event, schedule: Schedule) -> charts.Spec:
    language = current_language()
    guests = list(found.participants.exclude(economy=found.economy)) or list(found.participants.all())
    names = dict(found.participants.values_list("key", "name"))
    return charts.schedule_grid(
        queries.tabulate_meetings(schedule),
        rows=[guest.key for guest in guests],
        slot_labels=[found.slot_label(slot) for slot in range(found.slots)],
        names=names,
        language=language,
    )


@require_POST
@require_role(*OFFICERS)
def solve(request: HttpRequest, key: str) -> HttpResponse:
    """Start solving in the background."""
    found = get_object_or_404(queries.visible_events(request.user), key=key)
    job = enqueue(
        SOLVE, {"event": found.key}, request.user, title=_("Schedule of %(event)s") % {"event": found}
    )
    return redirect("common:job", job.key)


@require_POST
@require_role(*OFFICERS)
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Publish a schedule to its participants."""
    schedule = get_object_or_404(Schedule.objects.select_related("event"), key=key)
    publish_schedule(schedule, request.user)
    messages.success(request, _("The schedule is published: participants see their meetings."))
    return redirect("meet:event", schedule.event.key)


@require_role()
def agenda(request: HttpRequest, key: str) -> HttpResponse:
    """Show one participant's day, and the address of its calendar."""
    participant = get_object_or_404(queries.visible_participants(request.user), key=key)
    schedule = queries.visible_schedule(request.user, participant.event)
    path = reverse("meet:calendar", args=[participant.calendar_token])
    context = {
        "participant": participant,
        "event": participant.event,
        "schedule": schedule,
        "entries": queries.read_agenda(participant, schedule),
        "requests": queries.count_requests(participant.event, participant),
        "calendar_url": request.build_absolute_uri(path),
    }
    return render(request, "meet/agenda.html", context)


@require_POST
@require_role()
def renew(request: HttpRequest, key: str) -> HttpResponse:
    """Revoke a calendar's address and give a new one."""
    participant = get_object_or_404(queries.visible_participants(request.user), key=key)
    renew_calendar(participant, request.user)
    messages.success(request, _("The calendar has a new address; the old one no longer works."))
    return redirect("meet:agenda", participant.key)


def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the iCalendar feed of a participant; who has the address has the calendar."""
    participant = get_object_or_404(Participant.objects.select_related("event"), calendar_token=token)
    found = participant.event
    schedule = found.schedules.filter(published_at__isnull=False).first()
    if schedule is None:
        raise Http404
    occasion = Occasion(
        key=found.key,
        title=found.name,
        place=f"{found.city}, {economy_name(found.economy, current_language())}",
        starts=[found.slot_start(slot) for slot in range(found.slots)],
        minutes=found.slot_minutes,
        stamp=schedule.published_at or schedule.created,
        version=schedule.pk,
    )
    body = write_calendar(
        queries.tabulate_meetings(schedule),
        occasion,
        names=dict(found.participants.values_list("key", "name")),
        language=current_language(),
        participant=participant.key,
    )
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=300"
    return response
