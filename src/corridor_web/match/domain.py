"""Writes of this app: refusals first, then one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import polars as pl
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from corridor.errors import InputError
from corridor.locale.catalogue import gettext_noop
from corridor.locale.labels import LABELS
from corridor.match.matching import find_matches
from corridor_web.accounts.models import User
from corridor_web.common.jobs import enqueue
from corridor_web.common.models import Job
from corridor_web.match.models import REFUSALS, Answer, Introduction
from corridor_web.match.queries import (
    SIDES,
    published_listings,
    read_standing,
    references_of,
    tabulate_listings,
    tabulate_organisations,
    tabulate_references,
    visible_introductions,
)
from corridor_web.registry.domain import EvidenceInput, open_engagement
from corridor_web.registry.models import Engagement, Listing, Status
from corridor_web.registry.queries import Reader, is_administrator, is_officer

State = Introduction.State
#: The interest of one side stays open so long.
INTEREST_LIVES: Final = timedelta(days=90)
#: Fields of an introduction that a new computation writes.
COMPUTED: Final = ("score", "offer_fit", "need_fit", "reasons", "state", "changed")
#: The kind of the job that computes the matches.
REFRESH: Final = "match.refresh"
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Refreshed:
    """What a new computation of the matches changed."""

    found: int
    created: int
    expired: int
    removed: int


@transaction.atomic
def answer_introduction(
    actor: Reader, introduction: Introduction, *, answer: str, side: str = "", reason: str = ""
) -> Introduction:
    """Record what a side says; interest on both sides opens an engagement, once.

    ``side`` may be left out where the actor speaks for one side only. A side may change its answer
    until both are interested.

    Raises
    ------
    PermissionDenied: ``actor`` is no member of the party and does not serve its desk.
    InputError: an unknown answer, a no without a known reason, or an introduction that is over.
    """
    if not visible_introductions(actor).filter(pk=introduction.pk).exists():
        raise PermissionDenied
    sides = read_standing(actor).sides(introduction)
    if not isinstance(actor, User) or not sides or (side and side not in sides):
        raise PermissionDenied
    if not side and len(sides) > 1:
        raise InputError("the side is not named", rule="who speaks for both sides says for which")
    _refuse_answer(answer, reason)
    stored = _lock(introduction)
    _refuse_unpublished(stored)
    if stored.state in (State.MUTUAL, State.EXPIRED):
        raise InputError(f"the introduction is {stored.state}", rule="it is answered while it is open")
    _store_answer(stored, side or sides[0], answer, reason, actor)
    stored.state = settle_state(stored)
    if stored.state == State.MUTUAL and stored.engagement_id is None:
        stored.engagement = _open_lead(stored)
    stored.save()
    return stored


def settle_state(introduction: Introduction) -> State:
    """Return the state that follows from the two answers."""
    answers = (introduction.offer_answer, introduction.need_answer)
    if Answer.NO in answers:
        return State.DECLINED
    if answers == (Answer.YES, Answer.YES):
        return State.MUTUAL
    if introduction.offer_answer == Answer.YES:
        return State.INTERESTED_OFFER
    return State.INTERESTED_NEED if introduction.need_answer == Answer.YES else State.PROPOSED


def _refuse_answer(answer: str, reason: str) -> None:
    if answer not in Answer.values:
        raise InputError(f"answer {answer!r} is unknown", rule=f"one of {', '.join(Answer.values)}")
    known = [code for code, _ in REFUSALS]
    if (answer == Answer.NO) != bool(reason) or (reason and reason not in known):
        raise InputError(
            f"answer {answer!r} with reason {reason!r}",
            rule=f"a no names its reason ({', '.join(known)}); another answer has none",
        )


def _refuse_unpublished(introduction: Introduction) -> None:
    for listing in (introduction.offer, introduction.need):
        if listing.status != Status.PUBLISHED or listing.organisation.status != Status.PUBLISHED:
            raise InputError(
                f"'{listing}' is not published", rule="both sides of an introduction are published"
            )


def _lock(introduction: Introduction) -> Introduction:
    locked = Introduction.objects.select_for_update(of=("self",))
    return locked.select_related("offer__organisation", "need__organisation").get(pk=introduction.pk)


def _store_answer(introduction: Introduction, side: str, answer: str, reason: str, actor: User) -> None:
    setattr(introduction, f"{side}_answer", answer)
    setattr(introduction, f"{side}_reason", reason)
    setattr(introduction, f"{side}_answered", timezone.now())
    setattr(introduction, f"{side}_answered_by", actor)


def _open_lead(introduction: Introduction) -> Engagement:
    """Open the engagement of two interested parties, the home economy's first."""
    home = settings.CORRIDOR_PAIR[0]
    parties = sorted(
        (introduction.offer.organisation, introduction.need.organisation),
        key=lambda organisation: organisation.economy != home,
    )
    fields = [code for code in introduction.need.fields if code in introduction.offer.fields]
    return open_engagement(
        None,
        title=_title_for_everyone(introduction),
        first_organisation=parties[0],
        second_organisation=parties[1],
        evidence=[_state_interest(introduction, side) for side in SIDES],
        field=(fields or introduction.need.fields or [""])[0],
        next_action="Propose a first meeting",
        illustrative=introduction.illustrative,
        source=f"Corridor introduction {introduction.key}",
    )


def _title_for_everyone(introduction: Introduction) -> str:
    """Return a title that may be published one day: of a public listing, else the shared field."""
    for listing in (introduction.need, introduction.offer):
        if listing.visibility == Listing.Visibility.PUBLIC:
            return str(listing.title)
    fields = introduction.need.fields or introduction.offer.fields
    return LABELS[fields[0]] if fields else f"Introduction {introduction.key}"


def _state_interest(introduction: Introduction, side: str) -> EvidenceInput:
    """Return the evidence of one side's yes; who answered stays with the introduction."""
    listing: Listing = getattr(introduction, side)
    return EvidenceInput(
        "statement",
        f"Yes to introduction {introduction.key}",
        stated_by=listing.organisation.name_en[:160],
    )


# ------------------------------------------------------------------------------------------- refresh
def refresh_matches(progress: Progress | None = None) -> Refreshed:
    """Compute the matches of all published listings and bring the introductions in step.

    New matches become introductions. Known ones get the new score and reasons and keep their answers.
    What no longer fits disappears where nobody has answered, else it expires, as does the interest of
    one side after ``INTEREST_LIVES``. The writing is one transaction.
    """
    report = progress or _ignore
    listings = {listing.key: listing for listing in published_listings()}
    organisations = {listing.organisation.key: listing.organisation for listing in listings.values()}
    home, partner = settings.CORRIDOR_PAIR
    matches = find_matches(
        tabulate_organisations(organisations.values()),
        tabulate_listings(listings.values()),
        pair=(home, partner),
        references=tabulate_references(references_of(organisations.values())),
        progress=lambda done, message: report(0.9 * done, message),
    )
    report(0.9, gettext_noop("Storing introductions"))
    return _store_matches(matches, listings)


def queue_refresh(actor: Reader | None) -> Job:
    """Queue a new computation, or return the one that already waits.

    Raises
    ------
    PermissionDenied: ``actor`` serves no desk (None is the site itself, after a publication).
    """
    if actor is not None and not (is_officer(actor) or is_administrator(actor)):
        raise PermissionDenied
    waiting = Job.objects.filter(kind=REFRESH, state=Job.State.QUEUED)
    if actor is not None:
        waiting = waiting.filter(created_by=actor)
    return waiting.first() or enqueue(REFRESH, {}, actor, title=gettext("Matching offers and needs"))


@transaction.atomic
def _store_matches(matches: pl.DataFrame, listings: dict[str, Listing]) -> Refreshed:
    known = {
        (introduction.offer_id, introduction.need_id): introduction
        for introduction in Introduction.objects.select_for_update()
    }
    fresh, again = [], []
    for row in matches.iter_rows(named=True):
        pair = (listings[row["offer"]].pk, listings[row["need"]].pk)
        introduction = known.pop(pair, None)
        if introduction is None:
            fresh.append(_compute(Introduction(offer_id=pair[0], need_id=pair[1]), row))
        else:
            again.append(_compute(introduction, row))
    gone = list(known.values())
    unanswered = [one.pk for one in gone if not one.offer_answer and not one.need_answer]
    stale = [one for one in gone if one.pk not in unanswered and one.state in OPEN]
    lapsed = [*stale, *(one for one in again if _has_lapsed(one))]
    for introduction in lapsed:
        introduction.state = State.EXPIRED
    Introduction.objects.bulk_create(fresh)
    Introduction.objects.bulk_update([*again, *stale], COMPUTED)
    Introduction.objects.filter(pk__in=unanswered).delete()
    return Refreshed(matches.height, len(fresh), len(lapsed), len(unanswered))


#: States in which an answer may still come.
OPEN: Final = (State.PROPOSED, State.INTERESTED_OFFER, State.INTERESTED_NEED)


def _compute(introduction: Introduction, row: dict[str, Any]) -> Introduction:
    introduction.score = row["score"]
    introduction.offer_fit = row["offer_fit"]
    introduction.need_fit = row["need_fit"]
    introduction.reasons = row["reasons"]
    introduction.changed = timezone.now()
    if introduction.state == State.EXPIRED:
        introduction.state = settle_state(introduction)
    return introduction


def _has_lapsed(introduction: Introduction) -> bool:
    """Whether one side's interest has waited too long for the other's."""
    answered = {
        State.INTERESTED_OFFER: introduction.offer_answered,
        State.INTERESTED_NEED: introduction.need_answered,
    }.get(State(introduction.state))
    return answered is not None and answered < timezone.now() - INTEREST_LIVES


def _ignore(fraction: float, message: str) -> None:
    """Take a progress report that nobody asked for."""
