"""Writes of this app: refusals first, then one transaction.

Steps are appended by ``registry.domain.append_step``; here an engagement is published and withdrawn,
gets an owner and a next action, and tables of existing agreements are imported.
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from corridor.errors import InputError
from corridor_web.accounts.models import User
from corridor_web.deliver.queries import list_owners, serves_desk
from corridor_web.registry.models import Engagement
from corridor_web.registry.queries import changeable_engagements


@transaction.atomic
def publish_engagement(actor: User | None, engagement: Engagement) -> None:
    """Show an engagement to everyone; who did so and when stays in its history. Twice is once.

    Raises
    ------
    PermissionDenied: ``actor`` serves no desk (None is the site itself, as for seeds).
    """
    locked = _lock(actor, engagement)
    if locked.state == Engagement.State.PUBLISHED:
        return
    locked.state = Engagement.State.PUBLISHED
    locked.published_at, locked.published_by = timezone.now(), actor
    _save_with_trace(actor, locked, ["state", "published_at", "published_by", "changed"])


@transaction.atomic
def withdraw_engagement(actor: User | None, engagement: Engagement, *, reason: str) -> None:
    """Take an engagement off the public page; the reason stays in its history.

    Raises
    ------
    PermissionDenied: ``actor`` serves no desk.
    InputError: no reason.
    """
    if not reason.strip():
        raise InputError("no reason is given", rule="who withdraws a record says why")
    locked = _lock(actor, engagement)
    if locked.state == Engagement.State.DRAFT:
        return
    locked.state = Engagement.State.DRAFT
    _save_with_trace(actor, locked, ["state", "changed"], reason=reason.strip()[:100])


@transaction.atomic
def set_follow_up(
    actor: User,
    engagement: Engagement,
    *,
    owner: User | None,
    next_action: str,
    next_date: date | None,
) -> None:
    """Say who answers for an engagement and what is due when.

    Raises
    ------
    PermissionDenied: ``actor`` may not change this engagement.
    InputError: ``owner`` is neither an officer of a desk nor a member of a party.
    """
    if not changeable_engagements(actor).filter(pk=engagement.pk).exists():
        raise PermissionDenied
    locked = Engagement.objects.select_for_update().get(pk=engagement.pk)
    if owner is not None and not list_owners(locked).filter(pk=owner.pk).exists():
        raise InputError(
            f"'{owner}' cannot own it", rule="owners are officers of the desks and members of a party"
        )
    locked.owner, locked.next_action, locked.next_date = owner, next_action.strip(), next_date
    _save_with_trace(actor, locked, ["owner", "next_action", "next_date", "changed"])


def _lock(actor: User | None, engagement: Engagement) -> Engagement:
    if actor is not None and not serves_desk(actor):
        raise PermissionDenied
    return Engagement.objects.select_for_update().get(pk=engagement.pk)


def _save_with_trace(
    actor: User | None, engagement: Engagement, names: list[str], *, reason: str = ""
) -> None:
    engagement._history_user = actor  # type: ignore[attr-defined]  # read by simple_history
    engagement._change_reason = reason  # type: ignore[attr-defined]
    engagement.save(update_fields=names)
