"""Events, who takes part, who asked for whom, and the schedules that were solved for them.

The database itself refuses a double booking: within a schedule a participant has one seat a slot and
a table one meeting a slot.
"""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from corridor.locale import format_day_month
from corridor_web.common.keys import new_key
from corridor_web.common.language import current_language
from corridor_web.common.names import Named
from corridor_web.registry.models import Organisation


def new_token() -> str:
    """Return the secret of a calendar address."""
    return secrets.token_urlsafe(24)


class Event(Named):
    """A visit, conference, forum or expo: days with slots of equal length at a number of tables.

    Slots are numbered through all days, from 0.
    """

    class Kind(models.TextChoices):
        """What sort of event it is."""

        VISIT = "visit", _("Visit of a delegation")
        CONFERENCE = "conference", _("Conference")
        FORUM = "forum", _("Online forum")
        EXPO = "expo", _("Expo")

    class State(models.TextChoices):
        """A draft is the desks' own; a published event is seen by everyone."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    city = models.CharField(max_length=120, blank=True)
    economy = models.CharField(max_length=3)
    date = models.DateField()
    time_zone = models.CharField(max_length=60, default="UTC")
    first_start = models.TimeField()
    slot_minutes = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(default=1)
    slots_per_day = models.PositiveSmallIntegerField()
    tables = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, db_index=True)
    illustrative = models.BooleanField(default=False)
    source = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-date", "pk"]

    @property
    def slots(self) -> int:
        """The number of slots of all days."""
        return self.days * self.slots_per_day

    def slot_start(self, slot: int) -> datetime:
        """Return when a slot (0-based) begins, in the event's own time zone."""
        day, place = divmod(slot, self.slots_per_day)
        first = datetime.combine(self.date, self.first_start, tzinfo=ZoneInfo(self.time_zone))
        return first + timedelta(days=day, minutes=self.slot_minutes * place)

    def slot_label(self, slot: int) -> str:
        """Return the local time at which a slot begins, such as ``09:30``, with the day where there are more."""
        start = self.slot_start(slot)
        hour = f"{start:%H:%M}"
        return f"{format_day_month(start.date(), current_language())} {hour}" if self.days > 1 else hour


class Participant(models.Model):
    """Who sits at a table: a person or an organisation's delegates, with the slots they are there."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="participants")
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    calendar_token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="participations"
    )
    economy = models.CharField(max_length=3)
    available = models.JSONField(default=list)
    languages = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["economy", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class Request(models.Model):
    """A wish of two participants to meet; the weight says how much it is worth."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="requests")
    first = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    weight = models.FloatField(default=1.0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="one_request_a_pair", fields=["event", "first", "second"]),
            models.CheckConstraint(name="request_weight_positive", condition=models.Q(weight__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"


class Schedule(models.Model):
    """One solved schedule of an event, with what the solver proved about it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="schedules")
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=12)
    objective = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    breaks = models.PositiveIntegerField(default=0)
    levels = models.JSONField(default=list)
    seconds = models.FloatField(default=0)
    seed = models.PositiveIntegerField(default=7)
    left_out = models.JSONField(default=list)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_published_schedule",
                fields=["event"],
                condition=models.Q(published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.created:%Y-%m-%d %H:%M}"


class Meeting(models.Model):
    """A request that got a slot and a table."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="meetings")
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="meetings")
    slot = models.PositiveSmallIntegerField()
    table = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["slot", "table"]
        constraints = [
            models.UniqueConstraint(
                name="one_meeting_a_table_and_slot", fields=["schedule", "slot", "table"]
            ),
            models.UniqueConstraint(name="one_meeting_a_request", fields=["schedule", "request"]),
        ]

    def __str__(self) -> str:
        return f"{self.slot}/{self.table}"


class Seat(models.Model):
    """A participant's place in a meeting; repeats the slot so that the database can refuse a second one."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="seats")
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="seats")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="seats")
    slot = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_seat_a_slot", fields=["schedule", "participant", "slot"]),
        ]

    def __str__(self) -> str:
        return f"{self.participant} {self.slot}"
