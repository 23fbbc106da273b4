"""Configuration of the app."""

from django.apps import AppConfig


class MatchConfig(AppConfig):
    """Who could do it together: introductions."""

    name = "corridor_web.match"
    label = "match"
