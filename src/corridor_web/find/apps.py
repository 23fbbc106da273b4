"""Configuration of the app."""

from django.apps import AppConfig


class FindConfig(AppConfig):
    """Where cooperation pays: pages over runs."""

    name = "corridor_web.find"
    label = "find"
