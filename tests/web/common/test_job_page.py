"""A job's page in a real browser, under the site's policy: it follows the job by itself."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from corridor_web.accounts.models import User
from corridor_web.common.models import Job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def amna(make_user: Any) -> User:
    user: User = make_user("amna")
    return user


@pytest.fixture
def job(amna: User) -> Job:
    return Job.objects.create(kind="test", title="Opportunities", created_by=amna)


@pytest.fixture
def page(browser_page: Any, live_server: Any, amna: User) -> Any:
    client = Client()
    client.force_login(amna, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    browser_page.context.add_cookies([cookie])
    return browser_page


def test_the_page_follows_the_job_to_its_result(page: Any, live_server: Any, job: Job) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(live_server.url + reverse("common:job", args=[job.key]))
    assert page.inner_text("#job .lead") == "Waiting"
    Job.objects.filter(pk=job.pk).update(state="running", progress=0.5, message="Growth rates")
    page.wait_for_selector("#job progress[value='0.5']")
    assert page.inner_text("#job .lead") == "Running: Growth rates"
    Job.objects.filter(pk=job.pk).update(state="done", progress=1.0, message="", result={"url": "/find/"})
    page.wait_for_selector("#job a[href='/find/']")
    assert page.query_selector("#job[hx-trigger]") is None
    assert said == []


def test_the_cancel_button_works_after_the_page_has_renewed_itself(
    page: Any, live_server: Any, job: Job
) -> None:
    page.goto(live_server.url + reverse("common:job", args=[job.key]))
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        pass
    page.click("#job form button")
    page.wait_for_selector(".notice")
    assert page.inner_text("#job .lead") == "Cancelled"
    assert Job.objects.get(pk=job.pk).state == "cancelled"
