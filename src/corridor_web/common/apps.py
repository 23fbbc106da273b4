"""Configuration of the app."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """What every page needs: layout, listing, downloads, errors, jobs, the policy table."""

    name = "corridor_web.common"
    label = "common"
