"""Fixtures of the web tests: one account for each role of the policy table."""

from collections.abc import Callable

import pytest
from django.test import Client

from corridor_web.accounts.models import User
from corridor_web.common.policy import (
    ADMINISTRATOR,
    ANALYST,
    MEMBER,
    OFFICER,
    OTHER_MEMBER,
    OTHER_OFFICER,
    ROLES,
)

PASSWORD = "a-long-test-password"


@pytest.fixture(autouse=True)
def fast_passwords(settings: object) -> None:
    """Hash passwords cheaply: no test is about the hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Return a function that makes an account."""

    def make(username: str, role: str = "member", economy: str = "") -> User:
        user = User(username=username, role=role, economy=economy, display_name=username.title())
        user.set_unusable_password()
        user.save()
        return user

    return make


@pytest.fixture
def sign_in() -> Callable[[User | None], Client]:
    """Return a function that gives a client signed in as an account (None: anonymous)."""

    def enter(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def users(make_user: Callable[..., User]) -> dict[str, User]:
    """Return an account for each role of the policy table."""
    return {
        MEMBER: make_user("member"),
        OTHER_MEMBER: make_user("other-member"),
        ANALYST: make_user("analyst", "analyst"),
        OFFICER: make_user("officer", "desk_officer", "PAK"),
        OTHER_OFFICER: make_user("other-officer", "desk_officer", "CHN"),
        ADMINISTRATOR: make_user("administrator", "administrator"),
    }


@pytest.fixture
def clients(users: dict[str, User], sign_in: Callable[[User | None], Client]) -> dict[str, Client]:
    """Return a client for each role of the policy table, the anonymous one among them."""
    return {role: sign_in(users.get(role)) for role in ROLES}
