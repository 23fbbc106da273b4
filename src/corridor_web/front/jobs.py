"""Background jobs of this app."""

from typing import Any

from django.urls import reverse

from corridor_web.common.jobs import Progress, register_job
from corridor_web.common.models import Job
from corridor_web.front.domain import BriefWish, make_brief
from corridor_web.front.queries import BRIEF


@register_job(BRIEF)
def make(job: Job, progress: Progress) -> dict[str, Any]:
    """Make one brief. Where the PDF lacks a font, the job says so and offers the other papers."""
    asked = job.payload
    wish = BriefWish(asked["figures"], asked["language"], tuple(asked["formats"]), asked["real_only"])
    refused = make_brief(job.key, wish, job.created_by, progress=progress)
    if refused is not None:
        Job.objects.filter(pk=job.pk, worker=job.worker).update(error=str(refused))
    return {"url": reverse("front:papers", args=[job.key])}
