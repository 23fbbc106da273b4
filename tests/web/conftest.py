"""Fixtures of the web tests: one account for each role of the policy table."""

from collections.abc import Callable

import pytest
from django.test import Client

from corridor_web.accounts.models import User

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
