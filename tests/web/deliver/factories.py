"""Engagements and uploads for tests: each belongs to the organisation of ``users["member"]``."""

from collections.abc import Callable

from tests.web.registry.factories import make_engagement, make_organisation, own_organisation

from corridor_web.accounts.models import User


def engagement_in(state: str, users: dict[str, User]) -> dict[str, object]:
    """Make an engagement of the member's organisation in ``state``."""
    engagement = make_engagement(own_organisation(users), make_organisation("CHN"), state=state)
    return {"key": engagement.key}


FACTORIES: dict[str, Callable[[str, dict[str, User]], dict[str, object]]] = {"engagement": engagement_in}
