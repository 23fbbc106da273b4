"""Real worker processes on a real database: no job runs twice at a time, a killed one runs again once.

Each test has a database of its own, on SQLite and, when CORRIDOR_TEST_POSTGRES names a server, on PostgreSQL.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 40.0
PUT = """
import django, json, sys
django.setup()
from django.contrib.auth.models import AnonymousUser
from corridor_web.common.jobs import enqueue
kind, payload, count = json.loads(sys.argv[1])
print(json.dumps([enqueue(kind, payload, AnonymousUser()).key for _ in range(count)]))
"""
LOOK = """
import django, json, sys
django.setup()
from corridor_web.common.models import Job
print(json.dumps({job.key: [job.state, job.attempts, job.error, job.progress] for job in Job.objects.all()}))
"""
CANCEL = """
import django, sys
django.setup()
from corridor_web.common.jobs import cancel_job
from corridor_web.common.models import Job
print(cancel_job(Job.objects.get(key=sys.argv[1])))
"""


class Site:
    """An installation in a folder of its own, driven from outside."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.trace = home / "trace"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.env = {
            **os.environ,
            "CORRIDOR_HOME": str(home),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "tests.web.common.worker_settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        self.run("-m", "django", "migrate", "--verbosity", "0")

    def run(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, *arguments], env=self.env, cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout

    def put(self, kind: str, count: int = 1, **payload: Any) -> list[str]:
        asked = json.dumps([kind, {"trace": str(self.trace), **payload}, count])
        keys: list[str] = json.loads(self.run("-c", PUT, asked))
        return keys

    def jobs(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = json.loads(self.run("-c", LOOK))
        return found

    def start_worker(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", "from corridor_cli.main import run; run()", "worker"]
        worker = subprocess.Popen(
            command, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.workers.append(worker)
        return worker

    def traces(self, what: str) -> list[str]:
        lines = self.trace.read_text(encoding="ascii").splitlines() if self.trace.exists() else []
        return [line.split()[0] for line in lines if line.split()[1] == what]


def wait_for(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, f"waited in vain for: {what}"
        time.sleep(0.1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("scratch_postgres")
    return url


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    site = Site(tmp_path, database_url)
    yield site
    for worker in site.workers:
        if worker.poll() is None:
            worker.kill()
        worker.communicate()


def test_three_workers_run_each_of_forty_jobs_exactly_once(site: Site) -> None:
    keys = site.put("test.trace", 40)
    for _ in range(3):
        site.start_worker()
    wait_for(lambda: len(site.traces("ran")) >= 40, "forty runs")
    wait_for(lambda: {job[0] for job in site.jobs().values()} == {"done"}, "forty jobs done")
    assert sorted(site.traces("ran")) == sorted(keys)
    assert {job[1] for job in site.jobs().values()} == {1}


def test_a_job_longer_than_its_lease_is_not_taken_from_a_living_worker(site: Site) -> None:
    (key,) = site.put("test.deaf", seconds=6)
    site.start_worker()
    site.start_worker()
    wait_for(lambda: key in site.traces("ended"), "the end of the job")
    wait_for(lambda: site.jobs()[key][0] == "done", "the job to be done")
    assert site.traces("began") == [key]


def test_a_killed_workers_job_runs_again_once_and_then_fails_with_a_sentence(site: Site) -> None:
    (key,) = site.put("test.slow", seconds=600)
    for run in (1, 2):
        worker = site.start_worker()
        wait_for(lambda run=run: site.traces("began").count(key) == run, f"run {run}")  # type: ignore[misc]
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    site.start_worker()
    wait_for(lambda: site.jobs()[key][0] == "failed", "the job to fail")
    state, attempts, error, _ = site.jobs()[key]
    assert (state, attempts) == ("failed", 2)
    assert error.startswith("The worker was stopped while it ran this job")
    assert site.traces("began") == [key, key]


def test_a_worker_told_to_stop_hands_its_job_back_without_counting_the_attempt(site: Site) -> None:
    (key,) = site.put("test.slow", seconds=600)
    worker = site.start_worker()
    wait_for(lambda: key in site.traces("began"), "the job to begin")
    worker.send_signal(signal.SIGTERM)
    said, _ = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0
    assert said.decode().endswith("Worker stopped.\n")
    assert site.jobs()[key][:2] == ["queued", 0]


def test_cancelling_stops_the_running_job_and_the_worker_goes_on(site: Site) -> None:
    (slow,) = site.put("test.slow", seconds=600)
    site.start_worker()
    wait_for(lambda: slow in site.traces("began"), "the job to begin")
    assert site.run("-c", CANCEL, slow) == "True\n"
    (next_one,) = site.put("test.trace")
    wait_for(lambda: next_one in site.traces("ran"), "the next job")
    assert site.jobs()[slow][0] == "cancelled"
    assert site.traces("ended") == []
