"""The real engagements of the demonstration: public, with evidence at every step, loaded once."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.registry.factories import make_organisation

from corridor.data.facts import load_facts
from corridor.data.world import Actors, build_actors
from corridor.vocabulary import FIELDS, STAGES
from corridor_web.deliver.seed import FACTS, load
from corridor_web.registry.models import Engagement, Step

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def actors() -> Actors:
    return build_actors(("PAK", "CHN"), seed=7)


def test_real_engagements_are_public_with_their_sources(actors: Actors) -> None:
    huawei = make_organisation("CHN", key="huawei", name_en="Huawei", illustrative=False)
    load(actors)
    engagements = Engagement.objects.all()
    assert {found.key for found in engagements} >= {"lahore-safe-city", "peshawar-brt-its"}
    assert all(found.state == "published" and not found.illustrative for found in engagements)
    assert all(step.evidence.exists() and step.note for step in Step.objects.all())
    assert Engagement.objects.get(key="lahore-safe-city").second_organisation == huawei


def test_loading_twice_changes_nothing(actors: Actors) -> None:
    load(actors)
    before = Engagement.objects.count(), Step.objects.count(), Engagement.history.count()
    load(actors)
    assert (Engagement.objects.count(), Step.objects.count(), Engagement.history.count()) == before


def test_another_pair_has_none_of_them(actors: Actors, settings: Any) -> None:
    settings.CORRIDOR_PAIR = ("XAA", "XAB")
    load(actors)
    assert not Engagement.objects.exists()


def test_the_facts_agree_with_the_library_and_the_vocabulary() -> None:
    records = {record["key"]: record for record in json.loads(FACTS.read_text(encoding="utf-8"))}
    known = set(load_facts().organisations["organisation"])
    for record in records.values():
        assert {record["first_organisation"], record["second_organisation"]} - {""} <= known
        assert record["field"] in FIELDS
        assert all(step["stage"] in STAGES for step in record["steps"])
        assert all(
            address.startswith("https://") for step in record["steps"] for _, address in step["evidence"]
        )
    contract = load_facts().programme("peshawar-brt").figures
    amounts = {
        figure.value for figure in contract if figure.measure == "its_contract" and figure.unit == "CNY"
    }
    assert records["peshawar-brt-its"]["amount"] in amounts


def test_the_public_page_of_a_fact(actors: Actors) -> None:
    load(actors)
    page = Client().get(reverse("deliver:public_engagement", args=["lahore-safe-city"])).content.decode()
    assert "https://propakistani.pk/2020/01/13/" in page
    assert "Published by <bdi>Corridor</bdi>" in page
    assert "noindex" not in page
    figures = Client().get(reverse("deliver:public")).context["pipeline"]
    assert (figures.total, figures.with_results.standing) == (5, 1)
