"""The counts of the home page: of what everybody may see, and of nothing else."""

import pytest
from tests.web.registry.factories import make_listing, make_organisation

from corridor_web.front.queries import read_glance

pytestmark = pytest.mark.django_db


def test_offers_of_a_withdrawn_organisation_are_not_counted() -> None:
    before = read_glance()
    make_listing(make_organisation())
    make_listing(make_organisation(status="withdrawn"))
    assert read_glance().offers == before.offers + 1
