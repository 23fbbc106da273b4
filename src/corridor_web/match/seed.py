"""The demonstration's introductions: the matches of its listings, a few of them answered by one side."""

from django.db.models import Q

from corridor.data.world import Actors
from corridor_web.accounts.models import Role, User
from corridor_web.match.domain import answer_introduction, refresh_matches
from corridor_web.match.models import Introduction
from corridor_web.registry.models import Organisation


def load(actors: Actors) -> None:
    """Compute the matches once; the partner's desk is interested in one of each demo member's."""
    if Introduction.objects.exists():
        return
    refresh_matches()
    officers = {user.economy: user for user in User.objects.filter(is_demo=True, role=Role.DESK_OFFICER)}
    for organisation in Organisation.objects.filter(people__user__is_demo=True).order_by("pk"):
        _answer_best(organisation, officers)


def _answer_best(organisation: Organisation, officers: dict[str, User]) -> None:
    """Let the partner's desk say yes to the best match of ``organisation``."""
    own = Q(offer__organisation=organisation) | Q(need__organisation=organisation)
    open_ones = Introduction.objects.filter(own, state=Introduction.State.PROPOSED)
    best = open_ones.select_related("offer__organisation", "need__organisation").first()
    if best is None:
        return
    side = "need" if best.offer.organisation == organisation else "offer"
    officer = officers.get(getattr(best, side).organisation.economy)
    if officer is not None:
        answer_introduction(officer, best, answer="yes", side=side)
