"""What each reader sees of organisations and listings: pages, lists, counts, downloads and the API agree."""

import io
import json
from collections.abc import Callable
from csv import reader

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from tests.web.registry.factories import (
    listing_in,
    make_engagement,
    make_listing,
    make_organisation,
    organisation_in,
    own_organisation,
)

from corridor_web.accounts.models import User
from corridor_web.common.policy import ROLES
from corridor_web.registry import queries
from corridor_web.registry.models import Desk
from corridor_web.registry.policy import LISTING_READERS, ORGANISATION_READERS

pytestmark = pytest.mark.django_db
SignIn = Callable[[User | None], Client]
MARK = "Xylograph"


@pytest.mark.parametrize("state", LISTING_READERS)
def test_a_listing_is_seen_by_its_readers_and_nowhere_else(
    state: str, users: dict[str, User], sign_in: SignIn
) -> None:
    key = listing_in(state, users)["key"]
    page = reverse("registry:listing", args=[key])
    for role in ROLES:
        user = users.get(role)
        client, expected = sign_in(user), role in LISTING_READERS[state]
        reader = user or AnonymousUser()
        assert queries.visible_listings(reader).filter(key=key).exists() is expected, role
        assert client.get(page).status_code == (200 if expected else 404), role
        assert client.get(f"/api/v1/registry/listings/{key}").status_code == (200 if expected else 404), role
        for body in (
            client.get(reverse("registry:listings")).content.decode(),
            client.get(reverse("registry:organisation", args=[own_organisation(users).key])).content.decode(),
            client.get("/api/v1/registry/listings").content.decode(),
            client.get(reverse("registry:listings") + "?format=csv").content.decode(),
            client.get(reverse("registry:listings") + "?format=json").content.decode(),
        ):
            assert ("Listing " in body.replace("Listing of", "")) is expected, role
        api = client.get("/api/v1/registry/listings").json()
        assert api["count"] == len(api["items"]) == int(expected)


@pytest.mark.parametrize("state", ORGANISATION_READERS)
def test_an_organisation_is_seen_by_its_readers_and_nowhere_else(
    state: str, users: dict[str, User], sign_in: SignIn
) -> None:
    own_organisation(users, name_en=f"{MARK} Works")
    key = organisation_in(state, users)["key"]
    listing = make_listing(own_organisation(users), title=f"{MARK} listing")
    for role in ROLES:
        client, expected = sign_in(users.get(role)), role in ORGANISATION_READERS[state]
        status = 200 if expected else 404
        assert client.get(reverse("registry:organisation", args=[key])).status_code == status, role
        assert client.get(f"/api/v1/registry/organisations/{key}").status_code == status, role
        assert client.get(reverse("registry:listing", args=[listing.key])).status_code == status, role
        for address in (
            reverse("registry:index"),
            reverse("registry:index") + "?format=csv",
            reverse("registry:listings"),
            "/api/v1/registry/organisations",
            "/api/v1/registry/listings",
        ):
            assert (MARK in client.get(address).content.decode()) is expected, (role, address)


def test_a_foreign_economys_officer_is_no_desk(
    make_user: Callable[..., User], users: dict[str, User]
) -> None:
    key = listing_in("review", users)["key"]
    elsewhere = make_user("elsewhere", "desk_officer", "FRA")
    assert not queries.visible_listings(elsewhere).filter(key=key).exists()
    own_organisation(users, economy="FRA")
    assert not queries.visible_listings(elsewhere).filter(key=key).exists()


def test_a_lapsed_members_role_decides(users: dict[str, User]) -> None:
    """Somebody who became an analyst no longer reads the drafts of the former organisation."""
    key = listing_in("draft", users)["key"]
    assert queries.visible_listings(users["member"]).filter(key=key).exists()
    User.objects.filter(pk=users["member"].pk).update(role="analyst")
    assert not queries.visible_listings(User.objects.get(pk=users["member"].pk)).filter(key=key).exists()


def test_desk_counts_leak_nothing(users: dict[str, User], sign_in: SignIn) -> None:
    for economy in ("PAK", "CHN"):
        Desk.objects.create(economy=economy, name=f"Desk {economy}")
    for state in ("draft", "review", "published", "withdrawn", "members"):
        listing_in(state, users)
    found = {
        role: sign_in(users.get(role)).get("/api/v1/registry/desks/PAK").json()
        for role in ("anonymous", "member", "desk_officer", "other_officer", "administrator")
    }
    assert {role: desk["offers"] for role, desk in found.items()} == {
        "anonymous": 1,
        "member": 2,
        "desk_officer": 2,
        "other_officer": 2,
        "administrator": 2,
    }
    assert {role: desk["waiting"] for role, desk in found.items()} == {
        "anonymous": None,
        "member": None,
        "desk_officer": 1,
        "other_officer": None,
        "administrator": 1,
    }
    assert sign_in(None).get("/api/v1/registry/desks/FRA").status_code == 404
    assert sign_in(None).get(reverse("registry:desk", args=["FRA"])).status_code == 404


def test_engagements_on_the_page_are_those_the_reader_sees(users: dict[str, User], sign_in: SignIn) -> None:
    own, partner = own_organisation(users), make_organisation("CHN")
    make_engagement(own, partner, title="Hidden promise")
    opened = make_engagement(own, partner, title="Open promise", state="published")
    page = reverse("registry:organisation", args=[own.key])
    for role in ROLES:
        body = sign_in(users.get(role)).get(page).content.decode()
        assert "Open promise" in body
        leads_to = "deliver:engagement" if role in users else "deliver:public_engagement"
        assert reverse(leads_to, args=[opened.key]) in body
        sees = role in {"member", "desk_officer", "other_officer", "administrator"}
        assert ("Hidden promise" in body) is sees, role


def test_people_real_names_and_addresses_need_sign_in(users: dict[str, User], sign_in: SignIn) -> None:
    own = own_organisation(users)
    own.people.create(name="Generated Person", email="generated@example.org", illustrative=True)
    own.people.create(name="Real Person", email="real@example.org")
    page = reverse("registry:organisation", args=[own.key])
    outside, inside = (sign_in(user).get(page).content.decode() for user in (None, users["analyst"]))
    assert "Generated Person" in outside
    assert "Real Person" not in outside
    assert "@example.org" not in outside
    assert "Real Person" in inside
    assert "generated@example.org" in inside


def test_officers_of_the_demonstration_stay_in_it(
    users: dict[str, User], sign_in: SignIn, settings: object
) -> None:
    Desk.objects.create(economy="PAK", name="Desk PAK")
    User.objects.filter(pk=users["desk_officer"].pk).update(is_demo=True, display_name="Demo Officer")
    page = reverse("registry:desk", args=["PAK"])
    settings.DEMO = False  # type: ignore[attr-defined]
    assert "Demo Officer" not in sign_in(users["analyst"]).get(page).content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "Demo Officer" in sign_in(users["analyst"]).get(page).content.decode()
    assert "Demo Officer" not in sign_in(None).get(page).content.decode()


def test_formulas_in_downloads_are_text(users: dict[str, User], sign_in: SignIn) -> None:
    title = '=HYPERLINK("https://example.org","x")'
    make_listing(own_organisation(users), title=title)
    address = reverse("registry:listings")
    csv = sign_in(None).get(address + "?format=csv").content.decode("utf-8-sig")
    rows = list(reader(line for line in csv.splitlines() if not line.startswith("#")))
    assert rows[1][0] == "'" + title
    book = openpyxl.load_workbook(io.BytesIO(sign_in(None).get(address + "?format=xlsx").content))
    cell = book.worksheets[0].cell(row=2, column=1)
    assert (cell.data_type, cell.value) == ("s", title)
    rows = json.loads(sign_in(None).get(address + "?format=json").content)["rows"]
    assert rows[0]["title"] == title


def test_user_text_is_escaped(users: dict[str, User], sign_in: SignIn) -> None:
    script = "<script>alert(1)</script>"
    own = own_organisation(users, summary=script, city=script, name_en=f"A {script}")
    listing = make_listing(own, title=script, text=f"One\n\n{script}", remark=script, status="withdrawn")
    for address in (
        reverse("registry:organisation", args=[own.key]),
        reverse("registry:listing", args=[listing.key]),
        reverse("registry:listings"),
        reverse("registry:index"),
        reverse("registry:listing_edit", args=[listing.key]),
        reverse("registry:organisation_edit", args=[own.key]),
    ):
        body = sign_in(users["member"]).get(address).content.decode()
        assert script not in body, address
        assert "&lt;script&gt;" in body, address
