"""Background jobs of this app."""

from typing import Any

from django.urls import reverse

from corridor_web.common.jobs import Progress, register_job
from corridor_web.common.models import Job
from corridor_web.meet.domain import solve_event
from corridor_web.meet.models import Event

SOLVE = "meet.solve"


@register_job(SOLVE)
def solve(job: Job, progress: Progress) -> dict[str, Any]:
    """Solve the schedule of one event."""
    event = Event.objects.get(key=job.payload["event"])
    solve_event(event, job.created_by, progress=progress)
    return {"url": reverse("meet:event", args=[event.key])}
