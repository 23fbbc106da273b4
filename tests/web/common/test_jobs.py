"""The life of a job within one process: claim, report, end, cancel, reap; and its pages."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from corridor.errors import CancelledError, InputError
from corridor_web.accounts.models import User
from corridor_web.common import jobs
from corridor_web.common.jobs import Progress, cancel_job, claim_job, enqueue, reap_jobs, run_next
from corridor_web.common.models import Job

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = {"echo": lambda job, progress: {"url": job.payload.get("url", "")}}
    monkeypatch.setattr(jobs, "HANDLERS", found)
    return found


def reloaded(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_runs_to_its_result() -> None:
    job = enqueue("echo", {"url": "/find/"}, NOBODY)
    assert run_next("worker")
    assert not run_next("worker")
    done = reloaded(job)
    assert (done.state, done.progress, done.attempts) == ("done", 1.0, 1)
    assert done.result_url == "/find/"
    assert done.lease_until is None
    assert done.finished is not None


@pytest.mark.parametrize(
    "url", ["//elsewhere.example", "https://elsewhere.example", "javascript:alert(1)", 7]
)
def test_a_result_leads_nowhere_but_to_this_site(url: object) -> None:
    assert Job(result={"url": url}).result_url == ""


def test_a_kind_that_nobody_does_is_refused_at_once() -> None:
    with pytest.raises(LookupError, match="'unheard'"):
        enqueue("unheard", {}, NOBODY)
    assert not Job.objects.exists()


def test_two_functions_for_one_kind_are_refused() -> None:
    jobs.register_job("once")(lambda job, progress: None)
    with pytest.raises(ValueError, match="'once'"):
        jobs.register_job("once")(lambda job, progress: None)


def test_a_job_of_a_kind_this_worker_does_not_know_is_left_to_others(handlers: dict[str, Any]) -> None:
    job = enqueue("echo", {}, NOBODY)
    handlers.clear()
    assert not run_next("worker")
    assert reloaded(job).state == "queued"


def test_jobs_run_in_the_order_in_which_they_were_asked_for() -> None:
    first, second = enqueue("echo", {}, NOBODY), enqueue("echo", {}, NOBODY)
    claimed = [claim_job("a"), claim_job("b")]
    assert [job.pk for job in claimed if job] == [first.pk, second.pk]
    assert claim_job("c") is None


def test_an_error_the_user_can_mend_is_shown_as_it_is(handlers: dict[str, Any]) -> None:
    def refuse(job: Job, progress: Progress) -> None:
        raise InputError("exporter 'PK' is not known", rule="three letters", fix="Maybe 'PAK'")

    handlers["echo"] = refuse
    job = enqueue("echo", {}, NOBODY)
    run_next("worker")
    assert reloaded(job).state == "failed"
    assert reloaded(job).error == "exporter 'PK' is not known. Rule: three letters. Maybe 'PAK'."


def test_a_fault_of_the_program_is_named_without_its_inside(
    handlers: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(job: Job, progress: Progress) -> None:
        raise RuntimeError("/secret/path")

    handlers["echo"] = break_down
    job = enqueue("echo", {}, NOBODY)
    run_next("worker")
    assert reloaded(job).state == "failed"
    assert "RuntimeError" in reloaded(job).error
    assert "/secret/path" not in reloaded(job).error
    assert "/secret/path" in caplog.text


def test_progress_is_stored_and_clamped(handlers: dict[str, Any]) -> None:
    seen: list[tuple[float, str]] = []

    def report(job: Job, progress: Progress) -> None:
        progress(-3.0, "x" * 400)
        seen.append((reloaded(job).progress, reloaded(job).message))
        progress(7.0, "almost")
        seen.append((reloaded(job).progress, reloaded(job).message))

    handlers["echo"] = report
    enqueue("echo", {}, NOBODY)
    run_next("worker")
    assert seen == [(0.0, "x" * 300), (1.0, "almost")]


def test_cancelling_stops_the_handler_at_its_next_report(handlers: dict[str, Any]) -> None:
    reached: list[str] = []

    def obey(job: Job, progress: Progress) -> None:
        assert cancel_job(job)
        reached.append("before")
        progress(1.0)
        reached.append("after")

    handlers["echo"] = obey
    job = enqueue("echo", {}, NOBODY)
    run_next("worker")
    assert reached == ["before"]
    assert reloaded(job).state == "cancelled"
    assert not cancel_job(job)


def test_a_result_that_comes_after_the_cancel_is_not_taken(handlers: dict[str, Any]) -> None:
    def ignore(job: Job, progress: Progress) -> dict[str, Any]:
        cancel_job(job)
        return {"url": "/find/"}

    handlers["echo"] = ignore
    job = enqueue("echo", {}, NOBODY)
    run_next("worker")
    assert (reloaded(job).state, reloaded(job).result) == ("cancelled", {})


def test_a_cancelled_job_that_waits_never_starts() -> None:
    job = enqueue("echo", {}, NOBODY)
    assert cancel_job(job)
    assert not run_next("worker")
    assert reloaded(job).attempts == 0


def test_a_worker_that_stops_hands_the_job_back(handlers: dict[str, Any]) -> None:
    stopping = threading.Event()

    def notice(job: Job, progress: Progress) -> None:
        stopping.set()
        progress(0.5)

    handlers["echo"] = notice
    job = enqueue("echo", {}, NOBODY)
    run_next("worker", stopping)
    assert (reloaded(job).state, reloaded(job).attempts, reloaded(job).finished) == ("queued", 0, None)


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_an_expired_lease_gives_the_job_one_more_run_and_then_fails_it() -> None:
    job = enqueue("echo", {}, NOBODY)
    for state, attempts in (("queued", 1), ("failed", 2)):
        claimed = claim_job("gone")
        assert claimed is not None
        assert reap_jobs() == 0
        expire(job)
        assert reap_jobs() == 1
        assert (reloaded(job).state, reloaded(job).attempts) == (state, attempts)
    assert reloaded(job).error == jobs.LOST_WORKER
    assert reap_jobs() == 0


def test_a_worker_that_lost_its_lease_can_neither_report_nor_finish(handlers: dict[str, Any]) -> None:
    job = enqueue("echo", {}, NOBODY)
    slow = claim_job("slow")
    assert slow is not None
    late = Progress(slow, threading.Event())
    expire(job)
    assert run_next("quick")
    assert reloaded(job).worker == "quick"
    assert not late.renew()
    with pytest.raises(CancelledError, match="another worker"):
        late(0.9)
    assert not late.finish(state=Job.State.FAILED)
    assert reloaded(job).state == "done"


def test_a_job_runs_in_the_language_in_which_it_was_asked_for(handlers: dict[str, Any]) -> None:
    spoken: list[str | None] = []
    handlers["echo"] = lambda job, progress: spoken.append(translation.get_language())
    with translation.override("ur"):
        enqueue("echo", {}, NOBODY)
    run_next("worker")
    assert spoken == ["ur"]


# ------------------------------------------------------------------------------------------- pages
MakeUser = Callable[..., User]
SignIn = Callable[[User | None], Client]


def test_the_page_polls_while_the_job_is_open_and_rests_when_it_has_ended(
    make_user: MakeUser, sign_in: SignIn
) -> None:
    user = make_user("amna")
    job = enqueue("echo", {"url": "/find/"}, user, title="Opportunities of a pair")
    client, page = sign_in(user), reverse("common:job", args=[job.key])
    body = client.get(page).content.decode()
    assert 'hx-trigger="every 1s"' in body
    assert "Opportunities of a pair" in body
    run_next("worker")
    body = client.get(page).content.decode()
    assert "hx-trigger" not in body
    assert 'href="/find/"' in body


def test_the_progress_bar_is_a_machine_number_in_every_language(make_user: MakeUser, sign_in: SignIn) -> None:
    user = make_user("amna")
    job = enqueue("echo", {}, user)
    Job.objects.filter(pk=job.pk).update(progress=0.25)
    for language in ("en", "zh-hans", "ur"):
        body = sign_in(user).get(reverse("common:job", args=[job.key]), {"lang": language}).content.decode()
        assert 'max="1" value="0.25"' in body


def test_the_button_cancels_once(make_user: MakeUser, sign_in: SignIn) -> None:
    user = make_user("amna")
    job = enqueue("echo", {}, user)
    client, cancel = sign_in(user), reverse("common:cancel_job", args=[job.key])
    assert "nothing of it was kept" in client.post(cancel, follow=True).content.decode()
    assert reloaded(job).state == "cancelled"
    assert "already ended" in client.post(cancel, follow=True).content.decode()


def test_a_desk_follows_its_own_side_and_an_administrator_all(make_user: MakeUser, sign_in: SignIn) -> None:
    ours = enqueue("echo", {}, make_user("amna", "desk_officer", "PAK"))
    theirs = enqueue("echo", {}, make_user("li", "desk_officer", "CHN"))
    colleague, administrator = make_user("bilal", "desk_officer", "PAK"), make_user("root", "administrator")
    seen = {
        person.username: [
            sign_in(person).get(reverse("common:job", args=[job.key])).status_code for job in (ours, theirs)
        ]
        for person in (colleague, administrator, make_user("sana"))
    }
    assert seen == {"bilal": [200, 404], "root": [200, 200], "sana": [404, 404]}


def test_the_list_costs_the_same_for_one_job_and_for_three(make_user: MakeUser, sign_in: SignIn) -> None:
    user = make_user("amna")
    client = sign_in(user)
    counts = []
    for _ in range(2):
        enqueue("echo", {}, user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("common:jobs")).status_code == 200
        counts.append(len(queries))
        enqueue("echo", {}, user)
    assert counts[0] == counts[1]
