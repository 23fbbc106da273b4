"""Matches on pages, in downloads and in the API: the same for each reader, and nothing of what is hidden."""

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.match.factories import introduction_in, make_introduction, partner_organisation
from tests.web.registry.factories import make_listing, make_organisation, own_organisation

from corridor.match.score import REASONS
from corridor.vocabulary import LANGUAGES
from corridor_web.accounts.models import User
from corridor_web.common.jobs import run_next
from corridor_web.common.models import Job
from corridor_web.common.policy import ROLES
from corridor_web.match.models import Introduction
from corridor_web.match.policy import READERS
from corridor_web.match.sentences import explain_match, say_match
from corridor_web.registry.domain import publish_listing
from corridor_web.registry.models import Listing

pytestmark = pytest.mark.django_db
SignIn = Callable[[User | None], Client]


@pytest.mark.parametrize("state", READERS)
def test_a_match_is_seen_by_its_readers_and_nowhere_else(
    state: str, users: dict[str, User], sign_in: SignIn
) -> None:
    key = introduction_in(state, users)["key"]
    for role in ROLES:
        client, expected = sign_in(users.get(role)), role in READERS[state]
        status = 200 if expected else 404
        assert client.get(reverse("match:introduction", args=[key])).status_code == status, role
        assert client.get(f"/api/v1/match/matches/{key}").status_code == status, role
        answer = client.get("/api/v1/match/matches").json()
        assert answer["count"] == len(answer["items"]) == int(expected), role
        page = client.get(reverse("match:index"))
        assert page.context["total"] == int(expected), role
        rows = json.loads(client.get(reverse("match:index") + "?format=json").content)["rows"]
        assert len(rows) == int(expected), role
        for body in (page.content.decode(), json.dumps(rows), json.dumps(answer)):
            assert ("Offered signals" in body) is expected, role


def test_a_strangers_page_does_not_tell_the_answers(
    users: dict[str, User], sign_in: SignIn, make_user: Callable[..., User]
) -> None:
    key = introduction_in("interested_offer", users)["key"]
    Introduction.objects.update(offer_answer="yes")
    stranger = make_user("stranger")
    make_organisation("PAK", (stranger,))
    for user in (None, stranger, users["analyst"]):
        client = sign_in(user)
        assert client.get(f"/api/v1/match/matches/{key}").json()["state"] is None
        for address in (reverse("match:introduction", args=[key]), reverse("match:index")):
            assert "is interested" not in client.get(address).content.decode()
        rows = json.loads(client.get(reverse("match:index") + "?format=json").content)["rows"]
        assert [row["state"] for row in rows] == [""]
    told = sign_in(users["other_member"])
    assert told.get(f"/api/v1/match/matches/{key}").json()["state"] == "interested_offer"
    assert "is interested" in told.get(reverse("match:index")).content.decode()


def test_waiting_are_the_readers_own(users: dict[str, User], sign_in: SignIn) -> None:
    introduction_in("proposed", users)
    elsewhere = make_introduction(
        make_listing(make_organisation("PAK")), make_listing(make_organisation("CHN"), side="need")
    )
    member = sign_in(users["member"])
    assert member.get(reverse("match:index")).context["waiting"] == 1
    cards = member.get(reverse("match:index") + "?answers=waiting").context["cards"]
    assert [card["introduction"].offer.title for card in cards] == ["Offered signals"]
    assert sign_in(users["desk_officer"]).get(reverse("match:index")).context["waiting"] == 2
    assert sign_in(users["analyst"]).get(reverse("match:index")).context["waiting"] is None
    assert elsewhere.state == "proposed"


def test_matches_narrow(users: dict[str, User], sign_in: SignIn) -> None:
    introduction_in("proposed", users)
    back = make_introduction(
        make_listing(partner_organisation(users), title="Urdu speech"),
        make_listing(own_organisation(users), side="need", fields=["big_data", "cloud"]),
        score=0.9,
    )
    client = sign_in(None)

    def count(query: str) -> int:
        return int(client.get(f"/api/v1/match/matches?{query}").json()["count"])

    assert [count(query) for query in ("", "field=big_data", "field=big", "economy=CHN", "economy=FRA")] == [
        2,
        1,
        0,
        1,
        0,
    ]
    assert count(f"listing={back.need.key}") == 1
    assert client.get("/api/v1/match/matches?listing=unknown").status_code == 404
    assert client.get(reverse("match:index") + "?listing=unknown").status_code == 404
    page = client.get(reverse("match:index") + "?q=speech").context["cards"]
    assert [card["introduction"] for card in page] == [back]
    ranked = client.get("/api/v1/match/matches").json()["items"]
    assert [item["score"] for item in ranked] == [0.9, 0.7]


@pytest.mark.parametrize("role", ["anonymous", "member", "desk_officer", "administrator"])
@pytest.mark.parametrize(
    "page", ["/match/", "/match/?q=signals&field=smart_city", "/api/v1/match/matches", "{one}"]
)
def test_queries_do_not_grow_with_rows(page: str, role: str, users: dict[str, User], sign_in: SignIn) -> None:
    client, counts = sign_in(users.get(role)), []
    for rows in (1, 2):
        for _ in range(rows):
            key = introduction_in("proposed", users)["key"]
        address = page.format(one=f"/match/{key}")
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[0] < 20


def test_users_words_are_escaped(users: dict[str, User], sign_in: SignIn) -> None:
    script = "<script>alert(1)</script>"
    own, partner = own_organisation(users, name_en=f"A {script}"), partner_organisation(users)
    found = make_introduction(
        make_listing(own, title=script, text=script),
        make_listing(partner, side="need"),
        reasons=[{"code": "similar_text", "value": script, "weight": 0.7}],
    )
    for address in (reverse("match:index"), reverse("match:introduction", args=[found.key])):
        body = sign_in(users["member"]).get(address).content.decode()
        assert script not in body
        assert "&lt;script&gt;" in body


def test_formulas_in_downloads_are_text(users: dict[str, User], sign_in: SignIn) -> None:
    make_introduction(
        make_listing(own_organisation(users), title="=1+1"),
        make_listing(partner_organisation(users), side="need", title="@SUM(A1)"),
    )
    csv = sign_in(None).get(reverse("match:index") + "?format=csv").content.decode()
    assert ",'=1+1," in csv
    assert ",'@SUM(A1)," in csv


ALL_REASONS = [
    {"code": "shared_terms", "value": "camera, emergency dispatch", "weight": 0.25},
    {"code": "similar_text", "value": "signal, junction", "weight": 0.0},
    {"code": "partner_active_in_field", "value": "safe_city", "weight": 0.2},
    {"code": "shared_fields", "value": "safe_city, big_data", "weight": 0.1},
    {"code": "partner_kind_suits", "value": "city", "weight": 0.05},
    {"code": "clear_request", "value": "", "weight": 0.05},
    {"code": "same_goods", "value": "8525, 8517", "weight": 0.04},
    {"code": "kind_fits", "value": "technology, business", "weight": 0.04},
    {"code": "served_partner_economy", "value": "PAK", "weight": 0.03},
    {"code": "partner_has_experience", "value": "safe_city", "weight": 0.02},
    {"code": "languages_not_comparable", "value": "en, zh-Hans", "weight": 0.0},
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_becomes_a_sentence(language: str, users: dict[str, User]) -> None:
    found = make_introduction(
        make_listing(own_organisation(users)),
        make_listing(partner_organisation(users), side="need", language="zh-Hans"),
        reasons=ALL_REASONS,
    )
    assert {reason["code"] for reason in ALL_REASONS} == set(REASONS)
    rows = explain_match(found, language)
    sentences = [row["sentence"] for row in rows]
    assert len(set(sentences)) == len(ALL_REASONS)
    for reason, sentence in zip(ALL_REASONS, sentences, strict=True):
        assert reason["code"] not in sentence
        assert "%(" not in sentence
        assert sentence[-1] in ".。۔"
    assert rows[0]["begin"] == 0
    assert [row["begin"] + row["width"] for row in rows][:-1] == [row["begin"] for row in rows][1:]
    assert rows[-1]["begin"] + rows[-1]["width"] == 78, "the weights sum to the score"
    assert say_match(found, language)[-1] in ".。۔"


def test_terms_between_two_languages_are_named_in_the_readers(users: dict[str, User]) -> None:
    found = make_introduction(
        make_listing(own_organisation(users)),
        make_listing(partner_organisation(users), side="need", language="zh-Hans"),
        reasons=ALL_REASONS[:1],
    )
    assert "摄像" in say_match(found, "zh-Hans")
    assert "کیمرہ" in say_match(found, "ur")
    assert "camera" in say_match(found, "en")


def test_a_publication_is_matched_by_a_job(users: dict[str, User]) -> None:
    text = "Adaptive traffic signals for forty junctions of the city, installed within two years."
    make_listing(partner_organisation(users), side="need", title="Traffic signals needed", text=text)
    offer = make_listing(own_organisation(users), title="Traffic signals", text=text, status="review")
    Job.objects.all().delete()
    publish_listing(users["desk_officer"], offer)
    publish_again = Listing.objects.get(pk=offer.pk)
    publish_again.save()
    assert Job.objects.count() == 1, "one waiting job is enough"
    assert run_next("test")
    job = Job.objects.get()
    assert (job.state, job.error, job.result["created"]) == ("done", "", 1)
    assert Introduction.objects.get().offer == offer


def test_a_draft_starts_no_job(users: dict[str, User]) -> None:
    own = own_organisation(users)
    Job.objects.all().delete()
    make_listing(own, status="draft")
    make_listing(own, status="review")
    assert not Job.objects.exists()


def test_desks_ask_for_a_new_computation(users: dict[str, User], sign_in: SignIn) -> None:
    answer = sign_in(users["desk_officer"]).post(reverse("match:refresh"))
    assert answer["Location"] == reverse("common:job", args=[Job.objects.get().key])
    sign_in(users["desk_officer"]).post(reverse("match:refresh"))
    assert Job.objects.count() == 1
    assert sign_in(users["member"]).post(reverse("match:refresh")).status_code == 403
