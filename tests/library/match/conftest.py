"""Fixtures for the tests of match."""

import pytest

from corridor.data.world import Actors, build_actors


@pytest.fixture(scope="session")
def actors() -> Actors:
    """The illustrative actors of the default pair."""
    return build_actors(("PAK", "CHN"))
