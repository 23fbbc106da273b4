"""Configuration of the app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommonConfig(AppConfig):
    """What every page needs: layout, listing, downloads, errors, jobs, the policy table."""

    name = "corridor_web.common"
    label = "common"

    def ready(self) -> None:
        """Load each app's ``jobs.py``, so that every process knows every kind of job."""
        autodiscover_modules("jobs")
