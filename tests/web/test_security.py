"""The whole site against common attacks: injected code, forged forms, guessed passwords, false hosts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from tests.web.endpoints import RULES, make_object, send
from tests.web.markup import list_faults

from corridor_web.accounts.models import User
from corridor_web.common import views
from corridor_web.common.policy import ADMINISTRATOR, ANONYMOUS, ROLES, Rule
from corridor_web.config import settings as site

pytestmark = pytest.mark.django_db
PAGES = [rule for rule in RULES if rule.method == "GET" and not rule.endpoint.startswith("api:")]
CHANGES = [rule for rule in RULES if rule.method not in ("GET", "HEAD")]
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PASSWORD = "a-long-test-password"


def name_rule(rule: Rule) -> str:
    return f"{rule.method}-{rule.endpoint}-{'-'.join(filter(None, rule.allowed))}"


def pick_roles(rule: Rule, state: str) -> list[str]:
    """Return the most and the least powerful role that the row lets in."""
    found = [role for role in ROLES if role in rule.allowed[state]]
    return list(dict.fromkeys(found[-1:] + found[:1]))


def check_policy(response: HttpResponse) -> None:
    policy = response["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert "unsafe" not in policy
    assert "http" not in policy
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    for name, value in HEADERS.items():
        assert response[name] == value


@pytest.mark.parametrize("rule", PAGES, ids=name_rule)
def test_no_page_needs_what_the_policy_forbids(
    rule: Rule, users: dict[str, User], clients: dict[str, Client]
) -> None:
    for state in rule.allowed:
        for role in pick_roles(rule, state):
            with transaction.atomic():
                response = send(clients[role], rule, "GET", make_object(rule, state, users))
                transaction.set_rollback(True)
            check_policy(response)
            if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
                assert list_faults(response.content.decode()) == []


@pytest.mark.parametrize("rule", CHANGES, ids=name_rule)
def test_every_change_needs_the_token_of_the_form(rule: Rule, users: dict[str, User]) -> None:
    state = next(iter(rule.allowed))
    role = next(iter(pick_roles(rule, state)), ADMINISTRATOR)
    client = Client(enforce_csrf_checks=True)
    if role != ANONYMOUS:
        client.force_login(users[role], backend="django.contrib.auth.backends.ModelBackend")
    with transaction.atomic():
        response = send(client, rule, rule.method, make_object(rule, state, users))
        transaction.set_rollback(True)
    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/no-such-page", "/accounts/sign-in", "/health", "/api/v1/nothing"])
def test_errors_and_answers_carry_the_headers_too(client: Client, path: str) -> None:
    check_policy(client.get(path))


@pytest.mark.parametrize("status", ["400", "403", "404", "500", "503"])
def test_the_error_pages_are_clean(client: Client, status: str) -> None:
    request = RequestFactory().get("/")
    request.user = User()
    request.resolver_match = None  # type: ignore[assignment]
    html = render_to_string(f"common/{status}.html", request=request)
    assert list_faults(html) == []


# ---------------------------------------------------------------------------------------- signing in
@pytest.fixture
def amna(make_user: Callable[..., User]) -> User:
    user = make_user("amna")
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(client: Client, username: str, password: str, **more: str) -> HttpResponse:
    return client.post(
        reverse("accounts:sign_in"),
        {"username": username, "password": password, **more},
        REMOTE_ADDR="10.1.2.3",
    )


def test_guessing_a_password_is_stopped_and_the_right_one_no_longer_helps(client: Client, amna: User) -> None:
    answers = [
        enter(client, "amna", f"guess-{number}").status_code for number in range(site.AXES_FAILURE_LIMIT)
    ]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert enter(client, "amna", PASSWORD).status_code == 429
    assert reverse("accounts:profile") not in client.get("/").content.decode()


def test_a_few_mistakes_are_forgiven(client: Client, amna: User) -> None:
    for number in range(3):
        enter(client, "amna", f"guess-{number}")
    assert enter(client, "amna", PASSWORD).status_code == 302


def test_a_wrong_name_and_a_wrong_password_look_the_same(client: Client, amna: User) -> None:
    wrong = [enter(client, name, "wrong").content.decode() for name in ("amna", "nobody")]
    cleaned = [body.replace('value="amna"', "").replace('value="nobody"', "") for body in wrong]
    tokens = [[part for part in body.split('"') if len(part) in (32, 64)] for body in cleaned]
    for index, found in enumerate(tokens):
        for token in found:
            cleaned[index] = cleaned[index].replace(token, "")
    assert cleaned[0] == cleaned[1]


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "https:evil.example", "javascript:alert(1)", "\\\\evil"],
)
def test_signing_in_leads_to_no_other_site(client: Client, amna: User, target: str) -> None:
    assert enter(client, "amna", PASSWORD, next=target)["Location"] == "/"


def test_signing_in_leads_back_to_the_page_that_asked_for_it(client: Client, amna: User) -> None:
    asked = client.get(reverse("accounts:profile"))
    assert asked["Location"] == f"{reverse('accounts:sign_in')}?next={reverse('accounts:profile')}"
    profile = reverse("accounts:profile")
    assert enter(client, "amna", PASSWORD, next=profile)["Location"] == profile


def test_the_session_changes_at_sign_in_and_its_cookie_is_closed_to_scripts(
    client: Client, amna: User
) -> None:
    client.get("/")
    before = client.cookies.get("sessionid")
    enter(client, "amna", PASSWORD)
    cookie = client.cookies["sessionid"]
    assert before is None or before.value != cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_deactivated_account_is_out_at_once(client: Client, amna: User) -> None:
    enter(client, "amna", PASSWORD)
    assert client.get(reverse("accounts:profile")).status_code == 200
    User.objects.filter(pk=amna.pk).update(is_active=False)
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_the_sites_own_hasher_is_a_slow_one() -> None:
    assert site.PASSWORD_HASHERS == ["django.contrib.auth.hashers.ScryptPasswordHasher"]


# --------------------------------------------------------------------------------------------- hosts
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80@127.0.0.1"])
def test_a_false_host_is_refused(client: Client, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400


# ------------------------------------------------------------------------------------------ addresses
@pytest.mark.parametrize(
    "path", ["/registry/?q=%00", "/registry/organisations/%00", "/api/v1/registry/listings?field=a%00b"]
)
def test_an_address_with_a_null_character_is_refused(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    check_policy(response)


# --------------------------------------------------------------------------------------------- caches
@pytest.mark.parametrize("path", ["/", "/registry/", "/registry/?format=csv", "/api/v1/registry/listings"])
def test_no_cache_keeps_what_a_signed_in_reader_sees(client: Client, amna: User, path: str) -> None:
    enter(client, "amna", PASSWORD)
    kept = client.get(path)["Cache-Control"]
    assert "no-store" in kept and "private" in kept


def test_a_shared_cache_keeps_the_languages_apart(client: Client) -> None:
    vary = client.get("/", headers={"accept-language": "ur"})["Vary"]
    assert "Accept-Language" in vary and "Cookie" in vary


# ----------------------------------------------------------------------------------- refused by the machine
@pytest.mark.parametrize("refusal", [OperationalError("database is locked"), OSError(28, "No space left")])
@pytest.mark.parametrize("path", ["/health", "/api/v1/openapi.json"])
def test_a_busy_database_or_a_full_disk_is_a_503_and_one_sentence(
    client: Client, monkeypatch: pytest.MonkeyPatch, refusal: Exception, path: str
) -> None:
    def refuse(*arguments: Any, **more: Any) -> None:
        raise refusal

    monkeypatch.setattr(views.connection, "cursor", refuse)
    monkeypatch.setattr("corridor_web.config.api.api.get_openapi_schema", refuse)
    client.raise_request_exception = False
    response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "Traceback" not in response.content.decode()
    check_policy(response)
