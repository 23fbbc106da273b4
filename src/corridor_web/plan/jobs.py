"""Background jobs of this app."""

from typing import Any

from django.urls import reverse

from corridor_web.common.jobs import Progress, register_job
from corridor_web.common.models import Job
from corridor_web.plan.domain import draw_roadmap, read_limits
from corridor_web.plan.models import Programme

DRAW = "plan.roadmap"


@register_job(DRAW)
def draw(job: Job, progress: Progress) -> dict[str, Any]:
    """Select and phase the projects of one programme."""
    programme = Programme.objects.get(key=job.payload["programme"])
    draw_roadmap(programme, read_limits(job.payload), job.created_by, progress=progress)
    return {"url": reverse("plan:programme", args=[programme.key])}
