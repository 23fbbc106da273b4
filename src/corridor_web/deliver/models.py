"""What an officer uploaded and has not yet confirmed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corridor_web.common.keys import new_key

#: An upload waits this long for its confirmation; then it is removed.
LIFETIME = timedelta(hours=24)


def expiry() -> datetime:
    """Return when an upload made now is forgotten."""
    return timezone.now() + LIFETIME


class ImportBatch(models.Model):
    """The parsed rows of one uploaded file between its dry run and its confirmation.

    Only its owner sees it. ``rows`` are agreements that passed the checks, ``problems`` the cells that
    did not; a batch with problems cannot be confirmed.
    """

    class Status(models.TextChoices):
        """Whether its engagements exist."""

        WAITING = "waiting", _("Waiting for confirmation")
        CONFIRMED = "confirmed", _("Confirmed")

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    economy = models.CharField(max_length=3, blank=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(default=expiry, db_index=True)
    imported = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-created", "pk"]

    def __str__(self) -> str:
        return self.file_name
