"""Background jobs with a lease: a killed worker's job runs again once, and never twice at a time.

An app registers what it can do in its ``jobs.py``::

    @register_job("find.run")
    def compute_run(job: Job, progress: Progress) -> dict[str, Any] | None:
        ...progress(0.4, "Growth rates") ...
        return {"url": "/find/runs/abc"}

and a view starts it with ``enqueue("find.run", {...}, request.user)`` and redirects to the job's page.
``progress`` stores how far the job is and raises ``CancelledError`` when the user has cancelled it or
another worker has taken it over: write results only after a last call to it, in one transaction.

A worker claims a job by an UPDATE whose condition only one worker can meet, on SQLite and PostgreSQL
alike. A thread renews the lease while the job runs; ``reap_jobs`` returns a job whose lease has run
out to the queue, and fails it once its attempts are used up.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from corridor.errors import CancelledError, CorridorError
from corridor_web.common.errors import describe_error
from corridor_web.common.models import Job

POLL_SECONDS: Final = 1.0
REPORT_SECONDS: Final = 0.3

LOST_WORKER: Final = (
    "The worker was stopped while it ran this job, also when it was tried once more. "
    "Rule: a job runs again once. Maybe it needs more memory than there is."
)

log = logging.getLogger(__name__)


def lease() -> timedelta:
    """Return how long a worker may be silent before its job is given to another."""
    return timedelta(seconds=settings.CORRIDOR_JOB_LEASE_SECONDS)


_wake = threading.Event()


class InterruptedJobError(CancelledError):
    """The worker is stopping or has lost the job; the job itself goes on elsewhere or later."""

    code = "interrupted"


class Progress:
    """What a handler is given to report with, and to learn that it should stop."""

    def __init__(self, job: Job, stopping: threading.Event) -> None:
        self._mine = Job.objects.filter(
            pk=job.pk, state=Job.State.RUNNING, worker=job.worker, attempts=job.attempts
        )
        self._pk = job.pk
        self._stopping = stopping
        self._reported = 0.0
        self.lost = threading.Event()

    def __call__(self, fraction: float, message: str = "") -> None:
        """Store how far the job is (0 … 1).

        Raises
        ------
        CancelledError: the user cancelled, the worker stops, or another worker has the job.
        """
        if self._stopping.is_set():
            raise InterruptedJobError(
                "the worker is stopping", fix="The job starts again with the next worker"
            )
        now = monotonic()
        if fraction < 1 and now - self._reported < REPORT_SECONDS and not self.lost.is_set():
            return
        self._reported = now
        done = max(0.0, min(1.0, float(fraction)))
        if not self._mine.update(progress=done, message=message[:300]):
            self.raise_lost()

    def renew(self) -> bool:
        """Extend the lease; return whether the job is still this worker's."""
        if self._mine.update(lease_until=timezone.now() + lease()):
            return True
        self.lost.set()
        return False

    def finish(self, **changes: Any) -> bool:
        """Write the job's end, if it is still this worker's to write."""
        changes.setdefault("finished", timezone.now())
        return bool(self._mine.update(lease_until=None, **changes))

    def raise_lost(self) -> None:
        """Say why the job is no longer this worker's."""
        if Job.objects.filter(pk=self._pk, state=Job.State.CANCELLED).exists():
            raise CancelledError("the job was cancelled")
        raise InterruptedJobError("another worker has taken over the job")


Handler = Callable[[Job, Progress], "dict[str, Any] | None"]
HANDLERS: Final[dict[str, Handler]] = {}


def register_job(kind: str) -> Callable[[Handler], Handler]:
    """Make a function the one that does jobs of ``kind``."""

    def decorate(handler: Handler) -> Handler:
        if HANDLERS.get(kind, handler) is not handler:
            raise ValueError(f"two functions are registered for jobs of kind {kind!r}")
        HANDLERS[kind] = handler
        return handler

    return decorate


def enqueue(kind: str, payload: dict[str, Any], user: Any, *, title: str = "", economy: str = "") -> Job:
    """Queue a job for ``user``; it starts when the surrounding transaction is committed.

    ``economy`` names the desk whose officers may follow it (default: the user's own). Messages of the
    job are written in the language in which it was asked for.
    """
    if kind not in HANDLERS:
        raise LookupError(f"no function is registered for jobs of kind {kind!r}")
    owner = user if getattr(user, "is_authenticated", False) else None
    job = Job.objects.create(
        kind=kind,
        payload=payload,
        title=title,
        language=translation.get_language() or "en",
        economy=economy or getattr(owner, "economy", ""),
        created_by=owner,
    )
    transaction.on_commit(_wake.set)
    return job


def cancel_job(job: Job) -> bool:
    """Cancel a job that waits or runs; return False where it had already ended.

    A running handler learns of it at its next report, and its result is no longer taken.
    """
    return bool(
        Job.objects.filter(pk=job.pk, state__in=(Job.State.QUEUED, Job.State.RUNNING)).update(
            state=Job.State.CANCELLED, lease_until=None, finished=timezone.now(), message=""
        )
    )


def reap_jobs() -> int:
    """Return jobs whose worker has gone to the queue, or fail them; return how many there were."""
    expired = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=timezone.now())
    failed = expired.filter(attempts__gte=F("max_attempts")).update(
        state=Job.State.FAILED, lease_until=None, finished=timezone.now(), error=LOST_WORKER, message=""
    )
    again = expired.filter(attempts__lt=F("max_attempts")).update(
        state=Job.State.QUEUED, lease_until=None, worker="", progress=0.0, message=""
    )
    return failed + again


def claim_job(worker: str) -> Job | None:
    """Take the oldest waiting job, or None. Two workers never get the same one."""
    waiting = Job.objects.filter(state=Job.State.QUEUED, kind__in=list(HANDLERS)).order_by("created", "pk")
    for key in waiting.values_list("pk", flat=True)[:5]:
        now = timezone.now()
        won = Job.objects.filter(pk=key, state=Job.State.QUEUED).update(
            state=Job.State.RUNNING,
            worker=worker,
            attempts=F("attempts") + 1,
            lease_until=now + lease(),
            started=now,
        )
        if won:
            return Job.objects.get(pk=key)
    return None


def run_next(worker: str, stopping: threading.Event | None = None) -> bool:
    """Reap, claim and run one job; return whether there was one."""
    reap_jobs()
    job = claim_job(worker)
    if job is None:
        return False
    run_job(job, stopping or threading.Event())
    return True


def run_job(job: Job, stopping: threading.Event) -> None:
    """Run a claimed job to its end and write that end down."""
    progress = Progress(job, stopping)
    with _heartbeat(progress), translation.override(job.language):
        try:
            result = HANDLERS[job.kind](job, progress)
        except InterruptedJobError:
            # Not the job's fault: it waits again, and this attempt does not count.
            progress.finish(
                state=Job.State.QUEUED, attempts=F("attempts") - 1, worker="", progress=0.0, finished=None
            )
        except CancelledError:
            progress.finish(state=Job.State.CANCELLED, message="")
        except CorridorError as error:
            progress.finish(state=Job.State.FAILED, error=describe_error(error), message="")
        except Exception as error:
            log.exception("job %s (%s) failed", job.key, job.kind)
            progress.finish(state=Job.State.FAILED, error=_describe_fault(error), message="")
        else:
            progress.finish(state=Job.State.DONE, result=result or {}, progress=1.0, message="")


def _describe_fault(error: Exception) -> str:
    name = type(error).__name__
    said = _(
        "The job stopped on a fault of the program (%(fault)s). Nothing was kept; the log has the details."
    )
    return said % {"fault": name}


class _heartbeat:  # noqa: N801 - used as a block
    """Renew the lease from a thread while the block runs."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="corridor-lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._ended.wait(lease().total_seconds() / 5):
                # A database that is busy for a moment costs one beat of five.
                with suppress(DatabaseError):
                    if not self._progress.renew():
                        return
        finally:
            connections.close_all()


class Worker:
    """Runs jobs one after the other until it is stopped."""

    def __init__(self, name: str = "") -> None:
        self.name = name or f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until ``stop`` is called; a database that is away for a while is waited for."""
        while not self.stopping.is_set():
            close_old_connections()
            try:
                if run_next(self.name, self.stopping):
                    continue
            except DatabaseError as error:
                log.warning("the job queue does not answer: %s", error)
            _wake.wait(POLL_SECONDS)
            _wake.clear()
        connections.close_all()

    def stop(self) -> None:
        """Ask the worker to stop: a running job is interrupted at its next report and waits again."""
        self.stopping.set()
        _wake.set()


_thread: tuple[Worker, threading.Thread] | None = None


def start_thread() -> None:
    """Start this process's own worker, once."""
    global _thread
    if _thread is None:
        worker = Worker()
        thread = threading.Thread(target=worker.run, name="corridor-jobs", daemon=True)
        thread.start()
        _thread = worker, thread


def stop_thread(patience: float = 5.0) -> None:
    """Stop this process's own worker, waiting a little for it to hand back its job."""
    global _thread
    if _thread is not None:
        worker, thread = _thread
        worker.stop()
        thread.join(patience)
        _thread = None
