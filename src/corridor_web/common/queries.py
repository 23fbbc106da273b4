"""Reads of this app."""

from typing import Any

from django.db.models import Q, QuerySet

from corridor_web.common.models import Job


def jobs_visible_to(user: Any) -> QuerySet[Job]:
    """Return the jobs ``user`` may follow: their own, their desk's, or all for an administrator."""
    jobs = Job.objects.select_related("created_by")
    if not user.is_authenticated:
        return jobs.none()
    if user.role == "administrator":
        return jobs
    mine = Q(created_by=user)
    if user.role == "desk_officer" and user.economy:
        mine |= Q(economy=user.economy)
    return jobs.filter(mine)
