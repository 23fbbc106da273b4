"""Background jobs of this app."""

from typing import Any

from django.urls import reverse

from corridor.find.opening import TABLES
from corridor_web.common.jobs import Progress, register_job
from corridor_web.common.models import Job
from corridor_web.find.domain import compute_run

COMPUTE = "find.run"
#: What a run may be given besides trade: each the name of a dataset of the site.
INPUTS = tuple(TABLES)


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
        inputs={name: asked[name] for name in INPUTS if asked.get(name)},
        window=asked.get("window") or 1,
    )
    return {"url": f"{reverse('find:pair', args=[run.exporter, run.importer])}?run={run.key}"}
