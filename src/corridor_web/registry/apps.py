"""Configuration of the app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Organisations, people, desks, offers, needs, and the engagements every stage appends to."""

    name = "corridor_web.registry"
    label = "registry"
