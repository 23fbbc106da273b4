"""The policy table against the site: every endpoint × method × role × state of the object.

What is missing is named: an endpoint without a row, a row without an endpoint, an object without a
factory, a method that answers although no row speaks of it.

Each app brings ``tests/web/<app>/factories.py`` with ``FACTORIES``: name of the object -> function of
(state, users) that makes one owned by the organisation of ``users["member"]`` (side PAK) and returns
the arguments of the address; the key ``data`` among them adds to what is sent.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tools.policy_table import main

from corridor_web.accounts.models import User
from corridor_web.common.policy import (
    ADMINISTRATOR,
    ANALYST,
    ANONYMOUS,
    FORBIDDEN,
    HIDDEN,
    MEMBER,
    OFFICER,
    OTHER_MEMBER,
    OTHER_OFFICER,
    ROLES,
    SIGN_IN,
    Rule,
)
from corridor_web.config.api import api
from corridor_web.config.policy import APPS, collect_rules, list_apps_without_policy

RULES = collect_rules()
PAGE_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Factory = Callable[[str, dict[str, User]], dict[str, Any]]


@dataclass(frozen=True)
class Endpoint:
    """A named address, and the methods it is known to answer (pages: whatever the rows say)."""

    name: str
    methods: frozenset[str]


def walk(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk(pattern.url_patterns, inner)
        else:
            assert isinstance(pattern, URLPattern)
            assert pattern.name, f"the address {pattern.pattern} has no name"
            yield namespace + pattern.name


def operations_of_the_api() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                name = operation.url_name or api.get_operation_url_name(operation, router=router.template)
                found.setdefault(f"api:{name}", set()).update(operation.methods)
    return found


def list_endpoints() -> list[Endpoint]:
    operations = operations_of_the_api()
    names = dict.fromkeys(walk(get_resolver().url_patterns))
    return [Endpoint(name, frozenset(operations.get(name, ()))) for name in names]


def collect_factories() -> dict[str, Factory]:
    found: dict[str, Factory] = {}
    for app in APPS:
        if find_spec("tests.web") and find_spec(f"tests.web.{app}"):
            module = f"tests.web.{app}.factories"
            if find_spec(module):
                found.update(import_module(module).FACTORIES)
    return found


ENDPOINTS = list_endpoints()
FACTORIES = collect_factories()


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


@pytest.fixture
def users(make_user: Callable[..., User]) -> dict[str, User]:
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
    return {role: sign_in(users.get(role)) for role in ROLES}


def send(client: Client, rule: Rule, method: str, made: dict[str, Any]) -> HttpResponse:
    arguments = dict(made)
    data = {**rule.data, **arguments.pop("data", {})}
    address = reverse(rule.endpoint, kwargs=arguments)
    if method == "GET":
        return client.get(address, data)
    if rule.endpoint.startswith("api:"):
        return client.generic(method, address, json.dumps(data), content_type="application/json")
    if method == "POST":
        return client.post(address, data)
    return client.generic(method, address)


def make_object(rule: Rule, state: str, users: dict[str, User]) -> dict[str, Any]:
    return FACTORIES[rule.object](state, users) if rule.object else {}


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
