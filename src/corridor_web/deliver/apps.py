"""Configuration of the app."""

from django.apps import AppConfig


class DeliverConfig(AppConfig):
    """Did it happen: pipeline, agreements, the public page."""

    name = "corridor_web.deliver"
    label = "deliver"
