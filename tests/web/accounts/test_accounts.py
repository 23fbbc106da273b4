"""Accounts: making, changing, one's own password, and what is refused."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from corridor.errors import InputError
from corridor_web.accounts.domain import create_account, save_account
from corridor_web.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a-good-long-passphrase"
MakeUser = Callable[..., User]


@pytest.fixture
def root(make_user: MakeUser) -> User:
    return make_user("root", "administrator")


@pytest.fixture
def client(root: User, sign_in: Callable[[User | None], Client]) -> Client:
    return sign_in(root)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": "emperor"}, "'emperor' is not known"),
        ({"role": "desk_officer"}, "name it"),
        ({"password": "short"}, "was refused"),
        ({"password": "password1234"}, "was refused"),
        ({"username": "with space"}, "was refused"),
        ({"username": "root"}, "was refused"),
    ],
)
def test_an_unfit_account_is_refused(root: User, changes: dict[str, str], said: str) -> None:
    given = {"username": "amna", "password": PASSWORD, "role": "member", "economy": "", **changes}
    with pytest.raises(InputError, match=said):
        create_account(given["username"], given["password"], role=given["role"], economy=given["economy"])
    assert User.objects.count() == 1


def test_an_administrator_makes_an_account_that_can_sign_in(client: Client) -> None:
    given = {"username": "amna", "display_name": "Amna", "role": "desk_officer", "economy": "PAK"}
    answer = client.post(reverse("accounts:new"), {**given, "password": PASSWORD})
    assert answer["Location"] == reverse("accounts:account", args=["amna"])
    other = Client()
    entered = other.post(reverse("accounts:sign_in"), {"username": "amna", "password": PASSWORD})
    assert entered.status_code == 302
    assert User.objects.get(username="amna").economy == "PAK"


def test_a_rejected_form_keeps_what_was_typed_and_says_why(client: Client) -> None:
    given = {"username": "amna", "role": "desk_officer", "economy": "", "password": "short"}
    body = client.post(reverse("accounts:new"), given).content.decode()
    assert 'value="amna"' in body
    assert body.count("errorlist") >= 2
    assert "short" not in body.replace("too short", "")
    assert not User.objects.filter(username="amna").exists()


def test_changing_the_role_drops_the_desk(client: Client, make_user: MakeUser) -> None:
    make_user("amna", "desk_officer", "PAK")
    page = reverse("accounts:account", args=["amna"])
    client.post(page, {"display_name": "Amna", "role": "analyst", "economy": "PAK", "is_active": "on"})
    changed = User.objects.get(username="amna")
    assert (changed.role, changed.economy) == ("analyst", "")


def test_the_last_administrator_stays(root: User, client: Client) -> None:
    page = reverse("accounts:account", args=["root"])
    answer = client.post(page, {"display_name": "Root", "role": "member", "is_active": "on"})
    assert answer.status_code == 400
    assert "is the last administrator" in answer.content.decode()
    root.is_active = False
    with pytest.raises(InputError, match="last administrator"):
        save_account(root)
    assert User.objects.get(username="root").is_administrator


def test_one_changes_ones_own_password_knowing_the_old_one(sign_in: Callable[[User | None], Client]) -> None:
    user = create_account("amna", PASSWORD, role="member")
    client, page = sign_in(user), reverse("accounts:password")
    new = {"new_password1": "another-long-passphrase", "new_password2": "another-long-passphrase"}
    assert client.post(page, {"old_password": "wrong", **new}).status_code == 200
    assert client.post(page, {"old_password": PASSWORD, **new})["Location"] == reverse("accounts:profile")
    assert client.get(reverse("accounts:profile")).status_code == 200
    user.refresh_from_db()
    assert user.check_password("another-long-passphrase")


def test_the_list_costs_the_same_for_one_account_and_for_three(client: Client, make_user: MakeUser) -> None:
    counts = []
    for names in (("a",), ("b", "c")):
        for name in names:
            make_user(name)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("accounts:accounts")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_demo_accounts_are_listed_in_the_demonstration_only(
    settings: object, make_user: MakeUser
) -> None:
    user = make_user("officer.pk", "desk_officer", "PAK")
    User.objects.filter(pk=user.pk).update(is_demo=True)
    page = reverse("accounts:sign_in")
    assert "officer.pk" not in Client().get(page).content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "officer.pk" in Client().get(page).content.decode()
