"""The policy table against the site: every endpoint × method × role × state of the object.

What is missing is named: an endpoint without a row, a row without an endpoint, an object without a
factory, a method that answers although no row speaks of it.

Each app brings ``tests/web/<app>/factories.py`` with ``FACTORIES``: name of the object -> function of
(state, users) that makes one owned by the organisation of ``users["member"]`` (side PAK) and returns
the arguments of the address; the key ``data`` among them adds to what is sent.
"""

from collections import Counter

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.web.endpoints import ENDPOINTS, FACTORIES, PAGE_METHODS, RULES, make_object, send
from tools.policy_table import main

from corridor_web.accounts.models import User
from corridor_web.common.policy import ADMINISTRATOR, ANONYMOUS, FORBIDDEN, HIDDEN, ROLES, SIGN_IN, Rule
from corridor_web.config.policy import list_apps_without_policy


def test_every_app_has_its_rows() -> None:
    assert list_apps_without_policy() == []


def test_every_endpoint_and_operation_has_a_row() -> None:
    known = {(rule.endpoint, rule.method) for rule in RULES}
    spoken = {endpoint for endpoint, _ in known}
    missing = [
        f"{method} {endpoint.name}"
        for endpoint in ENDPOINTS
        for method in sorted(endpoint.methods)
        if (endpoint.name, method) not in known
    ]
    missing += [endpoint.name for endpoint in ENDPOINTS if endpoint.name not in spoken]
    assert not missing, f"no row in the app's policy.py for: {', '.join(missing)}"


def test_every_row_has_an_endpoint() -> None:
    names = {endpoint.name for endpoint in ENDPOINTS}
    stale = [rule.endpoint for rule in RULES if rule.endpoint not in names]
    assert not stale, f"rows for addresses that do not exist: {', '.join(stale)}"


def test_no_two_rows_speak_of_the_same() -> None:
    counts = Counter((rule.endpoint, rule.method, state) for rule in RULES for state in rule.allowed)
    assert [row for row, count in counts.items() if count > 1] == []


def test_every_object_has_a_factory() -> None:
    wanted = {rule.object for rule in RULES if rule.object}
    missing = sorted(wanted - FACTORIES.keys())
    assert not missing, f"no factory in tests/web/<app>/factories.py for: {', '.join(missing)}"


def outcome_of(response: HttpResponse) -> str:
    if response.status_code in (301, 302, 303):
        to_sign_in = response["Location"].startswith(reverse("accounts:sign_in"))
        return SIGN_IN if to_sign_in else "allowed"
    named = {401: SIGN_IN, 403: FORBIDDEN, 404: HIDDEN, 200: "allowed", 201: "allowed", 202: "allowed"}
    return {**named, 204: "allowed"}.get(response.status_code, str(response.status_code))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rule", RULES, ids=lambda rule: f"{rule.method}-{rule.endpoint}-{'-'.join(filter(None, rule.allowed))}"
)
def test_each_role_gets_what_the_row_says(
    rule: Rule, users: dict[str, User], clients: dict[str, Client]
) -> None:
    wrong = []
    for state in rule.allowed:
        for role in ROLES:
            with transaction.atomic():
                client = clients[role]
                kept = client.cookies.output()
                response = send(client, rule, rule.method, make_object(rule, state, users))
                found, wanted = outcome_of(response), rule.outcome(role, state)
                if found != wanted:
                    wrong.append(f"{role} on {state or 'the page'}: {found}, should be {wanted}")
                transaction.set_rollback(True)
            if client.cookies.output() != kept and role != ANONYMOUS:
                client.force_login(users[role], backend="django.contrib.auth.backends.ModelBackend")
    assert not wrong, f"{rule.method} {rule.endpoint}: " + "; ".join(wrong)


PAGES = sorted({rule.endpoint for rule in RULES if not rule.endpoint.startswith("api:")})


@pytest.mark.django_db
@pytest.mark.parametrize("endpoint", PAGES)
def test_a_method_without_a_row_is_not_answered(
    endpoint: str, users: dict[str, User], clients: dict[str, Client]
) -> None:
    rows = [rule for rule in RULES if rule.endpoint == endpoint]
    spoken = {rule.method for rule in rows}
    state = next(iter(rows[0].allowed))
    answered = []
    for method in [method for method in PAGE_METHODS if method not in spoken]:
        with transaction.atomic():
            made = make_object(rows[0], state, users)
            response = send(clients[ADMINISTRATOR], rows[0], method, made)
            transaction.set_rollback(True)
        if response.status_code not in (404, 405):
            answered.append(f"{method} ({response.status_code})")
    assert not answered, f"{endpoint} answers {', '.join(answered)} and no row speaks of it"


def test_the_rendered_table_is_in_step_with_the_rows() -> None:
    assert main(["check"]) == 0, "docs/policy.md is behind: python tools/policy_table.py write"
