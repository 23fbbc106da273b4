"""Configuration of the app."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Programmes, projects, selection, roadmap."""

    name = "corridor_web.plan"
    label = "plan"
