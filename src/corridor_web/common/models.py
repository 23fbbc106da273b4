"""Background jobs. Common holds no other records."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from corridor_web.common.keys import new_key

MAX_ATTEMPTS = 2


class Job(models.Model):
    """Work that a worker does in the background, under a lease that it renews while it lives."""

    class State(models.TextChoices):
        """Queued and running are on their way; the other three are final."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200, blank=True)
    payload = models.JSONField(default=dict)
    language = models.CharField(max_length=8, default="en")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    progress = models.FloatField(default=0.0)
    message = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=MAX_ATTEMPTS)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    #: Whose desk's officers may follow the job besides the person who started it.
    economy = models.CharField(max_length=3, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="jobs"
    )
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "-pk"]
        indexes = [models.Index(fields=["state", "created"], name="job_queue")]

    def __str__(self) -> str:
        return self.title or self.kind

    @property
    def is_open(self) -> bool:
        """Whether something may still happen."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def result_url(self) -> str:
        """Return the address of the result on this site, or nothing."""
        url = self.result.get("url", "")
        return url if isinstance(url, str) and url.startswith("/") and not url.startswith("//") else ""
