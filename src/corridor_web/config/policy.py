"""The whole policy table: the rows of every app, and of what belongs to none."""

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from corridor_web.common.policy import EVERYONE, NOBODY, Rule, open_to

#: The apps in the order of the flow; each keeps its rows in ``policy.py``.
APPS: Final = (
    "common",
    "accounts",
    "registry",
    "find",
    "match",
    "meet",
    "plan",
    "deliver",
    "front",
)
RULES: Final[tuple[Rule, ...]] = (
    Rule("api:openapi-json", open_to(EVERYONE)),
    # Ninja's own first page would show its documentation viewer, which loads scripts from elsewhere.
    Rule("api:api-root", open_to(NOBODY)),
)


def list_apps_without_policy() -> list[str]:
    """Name the apps that have no ``policy.py``."""
    return [app for app in APPS if find_spec(f"corridor_web.{app}.policy") is None]


def collect_rules() -> tuple[Rule, ...]:
    """Return the rows of all apps, in the order of the flow."""
    rows: list[Rule] = list(RULES)
    for app in APPS:
        if find_spec(f"corridor_web.{app}.policy"):
            rows.extend(import_module(f"corridor_web.{app}.policy").RULES)
    return tuple(rows)
