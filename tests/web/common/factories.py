"""Objects of this app in a given state, for the policy test."""

from typing import Any

from corridor_web.accounts.models import User
from corridor_web.common.models import Job


def make_job(state: str, users: dict[str, User]) -> dict[str, Any]:
    job = Job.objects.create(kind="test", state=state, created_by=users["member"], economy="PAK")
    return {"key": job.key}


FACTORIES = {"job": make_job}
