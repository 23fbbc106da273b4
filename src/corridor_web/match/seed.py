"""The demonstration's introductions: the matches of its listings, some of them answered."""

from corridor.data.world import Actors
from corridor_web.match.domain import refresh_matches
from corridor_web.match.models import Introduction


def load(actors: Actors) -> None:
    """Compute the matches once; later runs leave answers and scores alone."""
    if not Introduction.objects.exists():
        refresh_matches()
