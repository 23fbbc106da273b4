"""Every endpoint of the site with its rows of the policy table, for tests that go over all of them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from corridor_web.accounts.models import User
from corridor_web.common.policy import Rule
from corridor_web.config.api import api
from corridor_web.config.policy import APPS, collect_rules

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
