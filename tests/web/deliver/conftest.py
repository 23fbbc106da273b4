"""One account for each role, and clients that act for them."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.web.registry.factories import own_organisation

from corridor_web.accounts.models import User
from corridor_web.registry.models import Desk

ROLES = {
    "member": ("member", ""),
    "other_member": ("member", ""),
    "analyst": ("analyst", ""),
    "desk_officer": ("desk_officer", "PAK"),
    "other_officer": ("desk_officer", "CHN"),
    "administrator": ("administrator", ""),
}


@pytest.fixture
def users(make_user: Callable[..., User]) -> dict[str, User]:
    """One account for each role of the policy table; the member acts for an organisation of Pakistan."""
    accounts = {name: make_user(name, role, economy) for name, (role, economy) in ROLES.items()}
    own_organisation(accounts)
    Desk.objects.create(economy="PAK", name="Pakistan desk", email="desk@example.pk")
    Desk.objects.create(economy="CHN", name="China desk", email="desk@example.cn")
    return accounts


@pytest.fixture
def clients(users: dict[str, User], sign_in: Callable[[User | None], Client]) -> dict[str, Client]:
    """A client for each role, and one for nobody."""
    return {name: sign_in(user) for name, user in users.items()} | {"anonymous": sign_in(None)}
