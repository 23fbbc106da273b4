"""Jobs that leave a trace of every run in a file."""

import os
import time
from pathlib import Path
from typing import Any

from corridor_web.common.jobs import Progress, register_job
from corridor_web.common.models import Job


def leave_trace(job: Job, what: str) -> None:
    with Path(job.payload["trace"]).open("a", encoding="ascii") as stream:
        stream.write(f"{job.key} {what} {os.getpid()}\n")


@register_job("test.trace")
def trace(job: Job, progress: Progress) -> dict[str, Any]:
    leave_trace(job, "ran")
    return {"url": "/health"}


@register_job("test.slow")
def work_slowly(job: Job, progress: Progress) -> None:
    leave_trace(job, "began")
    until = time.monotonic() + job.payload["seconds"]
    while time.monotonic() < until:
        progress(0.5, "halfway")
        time.sleep(0.05)
    progress(1.0)
    leave_trace(job, "ended")


@register_job("test.deaf")
def work_without_reporting(job: Job, progress: Progress) -> None:
    leave_trace(job, "began")
    time.sleep(job.payload["seconds"])
    leave_trace(job, "ended")
