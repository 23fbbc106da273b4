"""Background jobs of this app."""

from typing import Any

from django.urls import reverse

from corridor_web.common.jobs import Progress, register_job
from corridor_web.common.models import Job
from corridor_web.find.domain import compute_run

COMPUTE = "find.run"


@register_job(COMPUTE)
def compute(job: Job, progress: Progress) -> dict[str, Any]:
    """Analyse one pair from a dataset; the run carries the key of its job, so that it is made once."""
    asked = job.payload
    run = compute_run(
        job.key,
        asked["dataset"],
        asked["exporter"],
        asked["importer"],
        asked["year"],
        job.created_by,
        progress=progress,
    )
    return {"url": f"{reverse('find:pair', args=[run.exporter, run.importer])}?run={run.key}"}
