"""The life of a listing and of an organisation's page: every step by those who may, in order, with CSRF."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from tests.web.registry.factories import make_listing, own_organisation

from corridor.errors import InputError
from corridor_web.accounts.models import User
from corridor_web.registry import domain
from corridor_web.registry.models import Listing, Organisation

pytestmark = pytest.mark.django_db
SignIn = Callable[[User | None], Client]
FORM: dict[str, Any] = {
    "side": "need",
    "kind": "technology",
    "language": "en",
    "title": "Adaptive signals for forty junctions",
    "text": "Forty junctions, two years, funded.",
    "field_codes": ["intelligent_transport", "smart_city"],
    "products": "8530, 85;8517",
    "visibility": "members",
}


def test_from_draft_to_published_and_back(users: dict[str, User], sign_in: SignIn) -> None:
    own = own_organisation(users)
    member, officer = sign_in(users["member"]), sign_in(users["desk_officer"])
    answer = member.post(reverse("registry:listing_create", args=[own.key]), FORM)
    listing = Listing.objects.get()
    assert answer["Location"] == reverse("registry:listing", args=[listing.key])
    assert (listing.status, listing.visibility, listing.illustrative) == ("draft", "members", True)
    assert listing.fields == ["intelligent_transport", "smart_city"]
    assert listing.products == ["8530", "85", "8517"]

    def act(client: Client, action: str, **data: str) -> str:
        answer = client.post(reverse(f"registry:listing_{action}", args=[listing.key]), data)
        assert answer.status_code == 302
        listing.refresh_from_db()
        return listing.status

    assert act(member, "submit") == "review"
    assert act(officer, "return", remark=" ") == "review"
    assert act(officer, "return", remark="Name the junctions.") == "draft"
    assert listing.remark == "Name the junctions."
    assert (
        "Name the junctions." in member.get(reverse("registry:listing", args=[listing.key])).content.decode()
    )
    member.post(reverse("registry:listing_edit", args=[listing.key]), FORM | {"submit": "1"})
    listing.refresh_from_db()
    assert listing.status == "review"
    assert "Adaptive signals" in officer.get(reverse("registry:review")).content.decode()
    assert act(officer, "publish") == "published"
    assert listing.remark == ""
    assert act(officer, "publish") == "published", "twice is refused and changes nothing"
    assert act(member, "withdraw") == "withdrawn"
    assert act(member, "submit") == "review"
    history = list(listing.history.order_by("history_id").values_list("status", "history_user__username"))
    assert history == [
        ("draft", "member"),
        ("review", "member"),
        ("draft", "officer"),
        ("draft", "member"),
        ("review", "member"),
        ("published", "officer"),
        ("withdrawn", "member"),
        ("review", "member"),
    ]


def test_a_published_listing_that_changes_is_a_draft_again(users: dict[str, User], sign_in: SignIn) -> None:
    listing = make_listing(own_organisation(users))
    sign_in(users["member"]).post(reverse("registry:listing_edit", args=[listing.key]), FORM)
    listing.refresh_from_db()
    assert (listing.title, listing.status) == (FORM["title"], "draft")


def test_what_is_in_review_does_not_change(users: dict[str, User], sign_in: SignIn) -> None:
    listing = make_listing(own_organisation(users), status="review", title="As submitted")
    sign_in(users["member"]).post(reverse("registry:listing_edit", args=[listing.key]), FORM)
    listing.refresh_from_db()
    assert (listing.title, listing.status) == ("As submitted", "review")


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"side": "gift"},
        {"field_codes": ["astrology"]},
        {"field_codes": []},
        {"products": "851"},
        {"products": "phones"},
        {"language": "fr"},
        {"visibility": "nobody"},
        {"text": "x" * 8001},
    ],
)
def test_a_wrong_form_stores_nothing(change: dict[str, Any], users: dict[str, User], sign_in: SignIn) -> None:
    own = own_organisation(users)
    answer = sign_in(users["member"]).post(reverse("registry:listing_create", args=[own.key]), FORM | change)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Listing.objects.exists()


ACTIONS = {
    "submit": ({"member", "administrator"}, "draft"),
    "publish": ({"desk_officer", "administrator"}, "review"),
    "return": ({"desk_officer", "administrator"}, "review"),
    "withdraw": ({"member", "desk_officer", "administrator"}, "published"),
}


@pytest.mark.parametrize("what", ["listing", "organisation"])
@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_do_what(what: str, action: str, users: dict[str, User], sign_in: SignIn) -> None:
    allowed, state = ACTIONS[action]
    own = own_organisation(users)
    record: Listing | Organisation = make_listing(own) if what == "listing" else own
    for role, user in users.items():
        type(record)._default_manager.filter(pk=record.pk).update(status=state)
        address = reverse(f"registry:{what}_{action}", args=[record.key])
        answer = sign_in(user).post(address, {"remark": "Say more."})
        record.refresh_from_db()
        assert answer.status_code == (302 if role in allowed else 404), role
        assert (record.status != state) is (role in allowed), role


@pytest.mark.parametrize("action", ACTIONS)
def test_changes_are_posts_with_a_token(action: str, users: dict[str, User], sign_in: SignIn) -> None:
    listing = make_listing(own_organisation(users), status=ACTIONS[action][1])
    address = reverse(f"registry:listing_{action}", args=[listing.key])
    assert sign_in(users["administrator"]).get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(users["administrator"], backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(address, {"remark": "Say more."}).status_code == 403
    before = listing.status
    listing.refresh_from_db()
    assert listing.status == before
    assert "sign-in" in Client().post(address)["Location"]


def test_writes_refuse_strangers_also_without_a_page(users: dict[str, User]) -> None:
    own = own_organisation(users)
    listing = make_listing(own)
    for name in ("other_member", "analyst", "other_officer"):
        for call in (
            lambda user: domain.create_listing(user, own, {}),
            lambda user: domain.change_listing(user, listing, {"title": "Mine"}),
            lambda user: domain.change_organisation(user, own, {"name_en": "Mine"}),
            lambda user: domain.withdraw_listing(user, listing),
            lambda user: domain.withdraw_organisation(user, own),
        ):
            with pytest.raises(PermissionDenied):
                call(users[name])
    with pytest.raises(InputError, match="remark is empty"):
        domain.return_listing(users["desk_officer"], listing, " ")


def test_a_member_edits_only_the_own_organisation(users: dict[str, User], sign_in: SignIn) -> None:
    own = own_organisation(users)
    values = {"name_en": "New Name", "name_zh": "新名", "kind": "company", "field_codes": ["fintech"]}
    address = reverse("registry:organisation_edit", args=[own.key])
    assert sign_in(users["other_member"]).post(address, values).status_code == 404
    assert sign_in(users["desk_officer"]).post(address, values).status_code == 404
    sign_in(users["member"]).post(address, values | {"website": "javascript:alert(1)"})
    own.refresh_from_db()
    assert own.name_zh == ""
    sign_in(users["member"]).post(address, values | {"economy": "CHN", "status": "draft"})
    own.refresh_from_db()
    assert (own.name_en, own.name_zh, own.fields) == ("New Name", "新名", ["fintech"])
    assert (own.economy, own.status) == ("PAK", "published"), "not the member's to change"
    assert own.history.latest().history_user == users["member"]
