"""Configuration of the app."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    """The home page and the brief."""

    name = "corridor_web.front"
    label = "front"
