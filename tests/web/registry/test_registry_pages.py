"""Pages of the registry: what they show, how lists narrow, how many queries they take."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.registry.factories import (
    make_engagement,
    make_listing,
    make_organisation,
    make_reference_project,
    own_organisation,
)

from corridor_web.accounts.models import User
from corridor_web.registry.models import Desk

pytestmark = pytest.mark.django_db
SignIn = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def _desks(db: None) -> None:
    for economy in ("PAK", "CHN"):
        Desk.objects.create(economy=economy, name=f"Desk {economy}")


def _fill(users: dict[str, User], count: int) -> None:
    own = own_organisation(users)
    for _ in range(count):
        partner = make_organisation("CHN")
        make_listing(own)
        make_listing(own, side="need", status="review")
        make_listing(partner, side="need", language="zh-Hans")
        make_engagement(own, partner)
        make_reference_project(own)
        own.people.create(name="Somebody", illustrative=True)
        make_organisation("PAK", status="review")


@pytest.mark.parametrize("role", ["anonymous", "member", "desk_officer", "administrator"])
@pytest.mark.parametrize(
    "page",
    [
        "/registry/",
        "/registry/?kind=company&field=smart_city&q=works",
        "/registry/listings",
        "/registry/listings?side=need&q=signals",
        "/registry/review",
        "/registry/desks",
        "/registry/desks/PAK",
        "/registry/organisations/{own}",
        "/api/v1/registry/organisations",
        "/api/v1/registry/organisations/{own}",
        "/api/v1/registry/listings?field=smart_city",
        "/api/v1/registry/desks",
    ],
)
def test_queries_do_not_grow_with_rows(page: str, role: str, users: dict[str, User], sign_in: SignIn) -> None:
    client = sign_in(users.get(role))
    counts = []
    for rows in (1, 2):
        _fill(users, rows)
        address = page.format(own=own_organisation(users).key)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(address)
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[0] < 22


def test_lists_narrow(users: dict[str, User], sign_in: SignIn) -> None:
    own, partner = own_organisation(users), make_organisation("CHN", fields=["fintech", "big_data"])
    make_listing(own, title="Signals", fields=["smart_city", "big_data"])
    make_listing(
        partner, title="需要信号灯", side="need", language="zh-Hans", kind="training", fields=["fintech"]
    )
    client = sign_in(None)

    def shown(query: str) -> list[str]:
        items = client.get(f"/registry/listings?{query}&format=json").json()["rows"]
        return sorted(item["title"] for item in items)

    assert shown("") == ["Signals", "需要信号灯"]
    assert shown("side=need") == shown("kind=training") == shown("economy=CHN") == shown("language=zh-Hans")
    assert shown("language=zh-Hans") == shown("q=信号") == shown("field=fintech") == ["需要信号灯"]
    assert shown("field=big_data") == shown("q=ADAPTIVE&side=offer") == ["Signals"]
    assert shown("field=big") == ["Signals", "需要信号灯"], "no such field: no filter"
    assert shown("records=facts") == []
    names = client.get("/registry/?economy=CHN&field=big_data&format=json").json()["rows"]
    assert [row["name"] for row in names] == [partner.name_en]
    assert client.get("/api/v1/registry/listings?field=big").json()["count"] == 0
    assert client.get("/api/v1/registry/listings?limit=1&offset=1").json()["count"] == 2
    assert client.get("/api/v1/registry/listings?limit=0").status_code == 422


def test_a_listing_stays_in_its_language(users: dict[str, User], sign_in: SignIn) -> None:
    listing = make_listing(own_organisation(users), language="ur", title="ٹریفک سگنل", text="شہر کے لیے")
    body = sign_in(None).get(reverse("registry:listing", args=[listing.key])).content.decode()
    assert '<h1 lang="ur" dir="auto">ٹریفک سگنل</h1>' in body
    assert 'lang="ur" dir="rtl"' in body
    table = sign_in(None).get(reverse("registry:listings")).content.decode()
    assert '<td lang="ur" dir="rtl">' in table


def test_names_come_in_the_readers_language(sign_in: SignIn) -> None:
    organisation = make_organisation("CHN", name_en="Example Works", name_zh="示例公司", status="published")
    page = reverse("registry:organisation", args=[organisation.key])
    assert "<h1><bdi>示例公司</bdi>" in sign_in(None).get(page + "?lang=zh-hans").content.decode()
    assert "<h1><bdi>Example Works</bdi>" in sign_in(None).get(page + "?lang=ur").content.decode()


def test_a_reference_project_names_its_source(users: dict[str, User], sign_in: SignIn) -> None:
    own = own_organisation(users)
    make_reference_project(own, name="Safe city", source="Dawn, 2020-01-15")
    body = sign_in(None).get(reverse("registry:organisation", args=[own.key])).content.decode()
    assert "Dawn, 2020-01-15" in body


def test_mine_leads_to_the_own_organisation(users: dict[str, User], sign_in: SignIn) -> None:
    body = sign_in(users["member"]).get("/registry/mine", follow=True).content.decode()
    assert "belongs to no organisation yet" in body
    own = own_organisation(users)
    assert sign_in(users["member"]).get("/registry/mine")["Location"].endswith(own.key)
    assert sign_in(users["analyst"]).get("/registry/mine").status_code == 403
    assert "sign-in" in sign_in(None).get("/registry/mine")["Location"]
