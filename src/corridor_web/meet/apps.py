"""Configuration of the app."""

from django.apps import AppConfig


class MeetConfig(AppConfig):
    """Events, meetings, schedules."""

    name = "corridor_web.meet"
    label = "meet"
