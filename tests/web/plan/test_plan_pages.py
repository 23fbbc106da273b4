"""Programmes, appraisals and roadmaps on the site."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.plan.factories import make_programme, make_project, make_roadmap

from corridor.data.world import build_actors
from corridor.errors import InputError
from corridor_web.accounts.models import User
from corridor_web.common.jobs import run_next
from corridor_web.common.models import Job
from corridor_web.plan.domain import Limits, draw_roadmap, publish_roadmap
from corridor_web.plan.models import Programme, Roadmap
from corridor_web.plan.seed import load

pytestmark = pytest.mark.django_db
WIDE = Limits(1e9, 1e9, 8, date(2027, 1, 1))


def test_project_page_appraises_at_the_programmes_rate_and_at_any_other(client: Client) -> None:
    programme = make_programme(discount_rate=0.1)
    project = programme.projects.get(cost_usd=1e6)
    appraisal = client.get(f"/plan/projects/{project.key}").context["appraisal"]
    assert appraisal.npv_usd == pytest.approx(-1e6 + 1e6 / 1.1 + 1e6 / 1.21)
    assert appraisal.irr[0] == pytest.approx((1 + 5**0.5) / 2 - 1)
    other = client.get(f"/plan/projects/{project.key}?rate=0").context["appraisal"]
    assert other.npv_usd == pytest.approx(1e6)


def test_bad_rate_is_told_and_the_programmes_rate_kept(client: Client) -> None:
    project = make_programme(discount_rate=0.1).projects.first()
    assert project is not None
    response = client.get(f"/plan/projects/{project.key}?rate=-3")
    assert response.status_code == 200
    assert response.context["rate"] == 0.1
    assert "errorlist" in response.content.decode()


def test_roadmap_holds_what_fits_the_budget_and_says_what_it_leaves_out() -> None:
    programme = make_programme(projects=3)
    roadmap = draw_roadmap(programme, Limits(4e6, 4e6, 8, date(2027, 1, 1)), None)
    chosen = {phase.project.cost_usd for phase in roadmap.phases.select_related("project")}
    assert chosen == {1e6, 3e6}
    assert roadmap.selection["status"] == "optimal" and roadmap.selection["gap"] == 0
    assert [key for key, _reason in roadmap.left_out] == [programme.projects.get(cost_usd=2e6).key]


def test_required_project_comes_first() -> None:
    programme = make_programme(projects=2)
    first, second = programme.projects.order_by("cost_usd")
    first.requires.add(second)
    phases = {phase.project_id: phase for phase in draw_roadmap(programme, WIDE, None).phases.all()}
    assert phases[first.pk].start_quarter >= phases[second.pk].end_quarter


def test_impossible_limits_leave_nothing_behind() -> None:
    programme = make_programme(projects=1)
    with pytest.raises(InputError, match="fits a budget"):
        draw_roadmap(programme, Limits(10.0, 10.0, 8, date(2027, 1, 1)), None)
    assert not Roadmap.objects.exists()


def test_publishing_replaces_the_roadmap_published_before(make_user: Callable[..., User]) -> None:
    programme = make_programme("draft")
    old, new = make_roadmap(programme), make_roadmap(programme, published=False)
    publish_roadmap(new, make_user("officer", "desk_officer", "PAK"))
    old.refresh_from_db()
    programme.refresh_from_db()
    assert old.published_at is None and programme.state == "published"
    with pytest.raises(PermissionDenied):
        publish_roadmap(old, make_user("analyst", "analyst"))


def test_officer_draws_a_roadmap_in_the_background(
    make_user: Callable[..., User], sign_in: Callable[..., Client], django_capture_on_commit_callbacks: object
) -> None:
    programme = make_programme("draft", projects=3)
    client = sign_in(make_user("officer", "desk_officer", "PAK"))
    form = {"budget": "4", "budget_by_quarter": "4", "quarters": "8", "first_quarter": "2027-01-01"}
    response = client.post(f"/plan/programmes/{programme.key}/roadmap", form)
    job = Job.objects.get()
    assert response.headers["Location"].endswith(job.key)
    assert run_next("test")
    job.refresh_from_db()
    assert (job.state, job.result_url) == ("done", f"/plan/programmes/{programme.key}")
    page = client.get(job.result_url).content.decode()
    assert "Draw a roadmap" in page and "Left out" in page


def test_bad_form_is_told_and_starts_nothing(
    make_user: Callable[..., User], sign_in: Callable[..., Client]
) -> None:
    programme = make_programme("draft")
    client = sign_in(make_user("officer", "desk_officer", "PAK"))
    response = client.post(f"/plan/programmes/{programme.key}/roadmap", {"budget": "x"}, follow=True)
    assert "The roadmap needs a budget" in response.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize("address", ["/plan/", "/api/v1/plan/programmes"])
def test_list_of_programmes_has_a_constant_query_count(client: Client, address: str) -> None:
    make_programme()
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    make_programme()
    make_programme()
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one)


def test_programme_page_has_a_constant_query_count(client: Client) -> None:
    small, large = make_programme(projects=1), make_programme(projects=3)
    for programme in (small, large):
        make_roadmap(programme)
    client.get(f"/plan/programmes/{small.key}")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/plan/programmes/{small.key}")
    with CaptureQueriesContext(connection) as three:
        client.get(f"/plan/programmes/{large.key}")
    assert len(three) == len(one)


def test_names_are_escaped_and_shown_in_the_readers_language(client: Client) -> None:
    programme = make_programme(projects=0, name_zh="智慧城市")
    make_project(programme, name_ur="<b>منصوبہ</b>")
    assert "智慧城市" in client.get(f"/plan/programmes/{programme.key}?lang=zh-hans").content.decode()
    page = client.get(f"/plan/programmes/{programme.key}?lang=ur").content.decode()
    assert "&lt;b&gt;منصوبہ" in page and "<b>منصوبہ" not in page


def test_illustrative_programmes_are_loaded_once_each_with_a_roadmap(client: Client) -> None:
    actors = build_actors(("PAK", "CHN"))
    load(actors)
    load(actors)
    assert Programme.objects.count() == actors.programmes.height
    assert all(programme.illustrative for programme in Programme.objects.all())
    assert Roadmap.objects.filter(published_at__isnull=False).count() >= 4
    for programme in Programme.objects.all():
        assert client.get(f"/plan/programmes/{programme.key}").status_code == 200
