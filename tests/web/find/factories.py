"""Objects of the policy test."""

from collections.abc import Callable

from corridor_web.accounts.models import User


def stored_pair(state: str, users: dict[str, User]) -> dict[str, object]:
    """The pair of the stored run."""
    return {"exporter": "PAK", "importer": "CHN"}


def stored_line(state: str, users: dict[str, User]) -> dict[str, object]:
    """One product of the stored run."""
    return {"exporter": "PAK", "importer": "CHN", "product": "100630"}


FACTORIES: dict[str, Callable[[str, dict[str, User]], dict[str, object]]] = {
    "pair": stored_pair,
    "line": stored_line,
}
