"""Records of the registry for tests: each belongs to the organisation of ``users["member"]``, side PAK."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

from corridor_web.accounts.models import User
from corridor_web.registry.models import (
    Desk,
    Engagement,
    Evidence,
    Listing,
    Organisation,
    Person,
    ReferenceProject,
    Step,
)

_numbers = itertools.count(1)


def make_organisation(economy: str = "PAK", members: tuple[User, ...] = (), **values: Any) -> Organisation:
    """Store an organisation and make ``members`` act for it."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "kind": "company",
        "name_en": f"Test Works {number}",
        "city": "Lahore",
        "fields": ["smart_city"],
        "illustrative": True,
    }
    organisation = Organisation.objects.create(economy=economy, **defaults | values)
    for user in members:
        Person.objects.update_or_create(
            user=user, defaults={"organisation": organisation, "name": user.display_name}
        )
    return organisation


def make_listing(organisation: Organisation, **values: Any) -> Listing:
    """Store a published public offer of ``organisation``, unless ``values`` say otherwise."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "side": "offer",
        "kind": "technology",
        "fields": ["smart_city"],
        "language": "en",
        "title": f"Listing {number}",
        "text": "Adaptive traffic signals for large cities.",
        "status": "published",
        "illustrative": True,
    }
    return Listing.objects.create(organisation=organisation, **defaults | values)


def make_engagement(first: Organisation, second: Organisation, **values: Any) -> Engagement:
    """Store an engagement of two organisations with its first step and a link as evidence."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "title": f"Promise {number}",
        "first_party": first.name_en,
        "second_party": second.name_en,
        "stage": "memorandum",
        "as_of": date(2026, 1, 15),
        "field": "smart_city",
        "illustrative": True,
    }
    engagement = Engagement.objects.create(
        first_organisation=first, second_organisation=second, **defaults | values
    )
    step = Step.objects.create(engagement=engagement, stage=engagement.stage, date=engagement.as_of)
    Evidence.objects.create(step=step, kind="link", title="Notice", url="https://example.org/notice")
    return engagement


def make_reference_project(organisation: Organisation, **values: Any) -> ReferenceProject:
    """Store a reference project of ``organisation``."""
    number = next(_numbers)
    defaults: dict[str, Any] = {"name": f"System {number}", "year": 2020, "source": "Example Gazette, 2021"}
    return ReferenceProject.objects.create(organisation=organisation, **defaults | values)


def own_organisation(users: dict[str, User], **values: Any) -> Organisation:
    """Return the organisation of ``users["member"]``; the other member gets one of the other side."""
    other = users.get("other_member")
    if other is not None and not Person.objects.filter(user=other).exists():
        make_organisation("CHN", (other,))
    person = Person.objects.filter(user=users["member"]).select_related("organisation").first()
    if person is None:
        return make_organisation("PAK", (users["member"],), **values)
    for name, value in values.items():
        setattr(person.organisation, name, value)
    person.organisation.save()
    return person.organisation


def organisation_in(state: str, users: dict[str, User]) -> dict[str, object]:
    """Make the member's organisation in ``state``."""
    return {"key": own_organisation(users, status=state).key}


def listing_in(state: str, users: dict[str, User]) -> dict[str, object]:
    """Make a listing of the member's organisation; ``members`` is published for signed-in readers."""
    organisation = own_organisation(users)
    if state == "members":
        return {"key": make_listing(organisation, status="published", visibility="members").key}
    return {"key": make_listing(organisation, status=state).key}


def desk_in(state: str, users: dict[str, User]) -> dict[str, object]:
    """Make the desk of Pakistan."""
    Desk.objects.get_or_create(economy="PAK", defaults={"name": "Pakistan desk"})
    return {"economy": "PAK"}


def membership_in(state: str, users: dict[str, User]) -> dict[str, object]:
    """Make both members belong to an organisation; the address has no key."""
    own_organisation(users, status=state)
    return {}


FACTORIES: dict[str, Callable[[str, dict[str, User]], dict[str, object]]] = {
    "organisation": organisation_in,
    "listing": listing_in,
    "desk": desk_in,
    "membership": membership_in,
}
