"""Introductions for tests: the offer is ``users["member"]``'s (PAK), the need ``users["other_member"]``'s (CHN)."""

from collections.abc import Callable
from typing import Any

from tests.web.registry.factories import make_listing, make_organisation, own_organisation

from corridor_web.accounts.models import User
from corridor_web.match.models import Introduction
from corridor_web.registry.models import Listing, Organisation

REASONS = [
    {"code": "similar_text", "value": "traffic, signal", "weight": 0.4},
    {"code": "shared_fields", "value": "smart_city", "weight": 0.3},
]


def make_introduction(offer: Listing, need: Listing, **values: Any) -> Introduction:
    """Store an introduction of two listings."""
    defaults: dict[str, Any] = {"score": 0.7, "offer_fit": 0.8, "need_fit": 0.6125, "reasons": REASONS}
    return Introduction.objects.create(offer=offer, need=need, **defaults | values)


def partner_organisation(users: dict[str, User]) -> Organisation:
    """Return the organisation of the other member."""
    own_organisation(users)
    if "other_member" in users:
        return Organisation.objects.get(people__user=users["other_member"])
    return make_organisation("CHN")


def introduction_in(state: str, users: dict[str, User]) -> dict[str, object]:
    """Make an introduction in ``state``; ``members`` and ``hidden`` speak of the offer's visibility."""
    partner = partner_organisation(users)
    listing = {"members": {"visibility": "members"}, "hidden": {"status": "review"}}.get(state, {})
    offer = make_listing(own_organisation(users), title="Offered signals", **listing)
    need = make_listing(partner, side="need", title="Needed signals")
    stored = state if state in Introduction.State.values else Introduction.State.PROPOSED
    return {"key": make_introduction(offer, need, state=stored).key}


FACTORIES: dict[str, Callable[[str, dict[str, User]], dict[str, object]]] = {"introduction": introduction_in}
