"""The demonstration: what it loads, once, and only where it is asked for."""

import time

import pytest
from django.test import Client

from corridor.data.facts import load_facts
from corridor.deliver.pipeline import needs_evidence
from corridor.errors import InputError
from corridor_web.accounts.models import User
from corridor_web.accounts.queries import DEMO_PASSWORD
from corridor_web.front.seed import load_world
from corridor_web.match.models import Introduction
from corridor_web.registry.models import (
    Desk,
    Engagement,
    Listing,
    Organisation,
    Person,
    ReferenceProject,
    Step,
)

pytestmark = pytest.mark.django_db


def _count() -> dict[str, int]:
    models = (Organisation, Person, Listing, Engagement, Step, Desk, User, Listing.history.model)
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.fixture
def _demo(settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]


def test_outside_the_demonstration_it_is_refused(settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="outside the demonstration"):
        load_world()
    assert not User.objects.exists()


@pytest.mark.usefixtures("_demo")
def test_the_world_is_loaded_once_and_in_time() -> None:
    begin = time.monotonic()
    load_world()
    assert time.monotonic() - begin < 20
    before = _count()
    assert before["Organisation"] >= 60
    assert before["Listing"] >= 160
    assert before["Desk"] == 2
    load_world()
    assert _count() == before


@pytest.mark.usefixtures("_demo")
def test_accounts_sign_in_and_members_belong(client: Client) -> None:
    load_world()
    roles = dict(User.objects.values_list("username", "role"))
    assert roles == {
        "member.pk": "member",
        "member.cn": "member",
        "analyst": "analyst",
        "officer.pk": "desk_officer",
        "officer.cn": "desk_officer",
        "admin": "administrator",
    }
    assert all(User.objects.values_list("is_demo", flat=True))
    assert User.objects.get(username="officer.cn").economy == "CHN"
    for name, economy in (("member.pk", "PAK"), ("member.cn", "CHN")):
        organisation = Organisation.objects.get(people__user__username=name)
        assert organisation.economy == economy
        assert {"offer", "need"} == set(organisation.listings.values_list("side", flat=True))
    answer = client.post("/accounts/sign-in", {"username": "officer.pk", "password": DEMO_PASSWORD})
    assert answer.status_code == 302


@pytest.mark.usefixtures("_demo")
def test_generated_records_say_so_and_keep_the_rules() -> None:
    load_world()
    assert not Listing.objects.filter(illustrative=False).exists()
    assert Organisation.objects.filter(illustrative=True).count() == 63
    assert not Person.objects.filter(illustrative=False).exists()
    assert set(Listing.objects.values_list("status", flat=True)) == {"published", "review"}
    assert set(Listing.objects.values_list("visibility", flat=True)) == {"public", "members"}
    for engagement in Engagement.objects.prefetch_related("steps__evidence"):
        steps = list(engagement.steps.all())
        assert [step.date for step in steps] == sorted(step.date for step in steps)
        assert (steps[-1].stage, steps[-1].date) == (engagement.stage, engagement.as_of)
        for step in steps:
            if needs_evidence(step.stage):
                assert step.evidence.all(), f"{engagement} at {step.stage}"


@pytest.mark.usefixtures("_demo")
def test_each_demo_member_has_somebody_waiting() -> None:
    load_world()
    assert Introduction.objects.count() > 200
    for name in ("member.pk", "member.cn"):
        organisation = Organisation.objects.get(people__user__username=name)
        offered = Introduction.objects.filter(offer__organisation=organisation, state="interested_need")
        needed = Introduction.objects.filter(need__organisation=organisation, state="interested_offer")
        assert offered.exists() or needed.exists(), name


@pytest.mark.usefixtures("_demo")
def test_public_facts_name_their_source_and_list_nothing() -> None:
    load_world()
    real = Organisation.objects.filter(illustrative=False)
    assert set(real.values_list("economy", flat=True)) == {"PAK", "CHN"}
    assert real.count() == load_facts().organisations.height
    assert not real.filter(source="").exists()
    assert not Listing.objects.filter(organisation__in=real).exists()
    assert not Person.objects.filter(organisation__in=real).exists()
    projects = ReferenceProject.objects.filter(illustrative=False)
    assert projects.count() == load_facts().references.height
    assert not projects.filter(source="").exists()
    claim = projects.get(key="lahore-anlu")
    assert "no second source" in claim.delivered
    assert "3,217 acres" in real.get(key="allama-iqbal-zone").summary
