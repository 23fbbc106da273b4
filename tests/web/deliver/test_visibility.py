"""Who sees which engagement, on pages, in lists, counts, downloads and the API; and who changes it."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.deliver.factories import engagement_in

from corridor_web.accounts.models import User
from corridor_web.registry.models import Engagement, Step

pytestmark = pytest.mark.django_db
DRAFT_READERS = {"member", "desk_officer", "other_officer", "administrator"}
OFFICERS = {"desk_officer", "other_officer", "administrator"}
SIGNED_IN = DRAFT_READERS | {"other_member", "analyst"}
STATEMENT = {
    "stage": "contract",
    "date": "2026-02-01",
    "evidence_kind": "statement",
    "evidence_title": "Speech at the signing",
    "evidence_stated_by": "Minister of IT",
}


def make(users: dict[str, User], state: str) -> Engagement:
    return Engagement.objects.get(key=engagement_in(state, users)["key"])


@pytest.mark.parametrize("state,readers", [("draft", DRAFT_READERS), ("published", SIGNED_IN)])
def test_readers_of_the_record(
    state: str, readers: set[str], users: dict[str, User], clients: dict[str, Client]
) -> None:
    engagement = make(users, state)
    for role, client in clients.items():
        page = client.get(reverse("deliver:engagement", args=[engagement.key]))
        api = client.get(reverse("api:deliver_engagement", args=[engagement.key]))
        if role == "anonymous":
            assert (page.status_code, api.status_code) == (302, 401)
            assert page.url.startswith(reverse("accounts:sign_in"))
        else:
            expected = 200 if role in readers else 404
            assert (role, page.status_code, api.status_code) == (role, expected, expected)


@pytest.mark.parametrize("state,readers", [("draft", DRAFT_READERS), ("published", SIGNED_IN)])
def test_lists_counts_downloads_and_api_agree(
    state: str, readers: set[str], users: dict[str, User], clients: dict[str, Client]
) -> None:
    engagement = make(users, state)
    for role in SIGNED_IN:
        client, seen = clients[role], role in readers
        page = client.get(reverse("deliver:index"))
        assert (engagement.title in page.content.decode()) is seen
        assert page.context["pipeline"].total == int(seen)
        file = client.get(reverse("deliver:index") + "?format=json&table=engagements")
        assert len(json.loads(file.content)["rows"]) == int(seen)
        answer = client.get(reverse("api:deliver_engagements")).json()
        assert (answer["count"], len(answer["items"])) == (int(seen), int(seen))


@pytest.mark.parametrize("state", ["draft", "published"])
def test_everyone_sees_exactly_what_is_published(
    state: str, users: dict[str, User], clients: dict[str, Client]
) -> None:
    engagement, seen = make(users, state), state == "published"
    for client in clients.values():
        assert client.get(reverse("deliver:public_engagement", args=[engagement.key])).status_code == (
            200 if seen else 404
        )
        assert client.get(reverse("api:deliver_public_engagement", args=[engagement.key])).status_code == (
            200 if seen else 404
        )
        assert (engagement.title in client.get(reverse("deliver:public")).content.decode()) is seen
        assert client.get(reverse("api:deliver_public")).json()["count"] == int(seen)
        file = client.get(reverse("deliver:public") + "?format=csv&table=public-engagements")
        assert (engagement.title in file.content.decode()) is seen
    assert (engagement.title in clients["anonymous"].get(reverse("deliver:index")).content.decode()) is seen


CHANGES = [
    ("append", STATEMENT, DRAFT_READERS),
    ("end", {"reason": "financing", "date": "2026-02-01"}, DRAFT_READERS),
    ("follow_up", {"next_action": "Call the ministry"}, DRAFT_READERS),
    ("publish", {}, OFFICERS),
    ("withdraw", {"reason": "Wrong amount"}, OFFICERS),
]


@pytest.mark.parametrize("state", ["draft", "published"])
@pytest.mark.parametrize("name,data,changers", CHANGES)
def test_changes(
    name: str,
    data: dict[str, str],
    changers: set[str],
    state: str,
    users: dict[str, User],
    clients: dict[str, Client],
) -> None:
    for role, client in clients.items():
        engagement = make(users, state)
        before = engagement.history.count(), Step.objects.filter(engagement=engagement).count()
        address = reverse(f"deliver:{name}", args=[engagement.key])
        assert client.get(address).status_code in {302, 405}
        answer = client.post(address, data)
        if role in changers:
            assert answer.status_code == 302
            assert answer.url == reverse("deliver:engagement", args=[engagement.key])
        else:
            refused = 302 if role == "anonymous" else 403 if state == "published" else 404
            assert (role, answer.status_code) == (role, refused)
            after = engagement.history.count(), Step.objects.filter(engagement=engagement).count()
            assert after == before


def test_the_public_page_names_no_person(users: dict[str, User], clients: dict[str, Client]) -> None:
    engagement = make(users, "published")
    users["member"].display_name = "Ayesha Private"
    users["member"].save()
    clients["member"].post(reverse("deliver:append", args=[engagement.key]), STATEMENT)
    clients["desk_officer"].post(
        reverse("deliver:follow_up", args=[engagement.key]), {"owner": users["member"].pk}
    )
    page = clients["anonymous"].get(reverse("deliver:public_engagement", args=[engagement.key]))
    assert "Speech at the signing" in page.content.decode()
    assert "Recorded by <bdi>a party to it</bdi>" in page.content.decode()
    for address in (
        reverse("deliver:public"),
        reverse("api:deliver_public"),
        reverse("api:deliver_public_engagement", args=[engagement.key]),
        reverse("deliver:public") + "?format=json&table=public-engagements",
        reverse("deliver:public_engagement", args=[engagement.key]),
    ):
        assert "Ayesha Private" not in clients["anonymous"].get(address).content.decode()
