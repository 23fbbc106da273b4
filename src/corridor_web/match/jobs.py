"""What this app does in the background, and what starts it."""

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.urls import reverse

from corridor_web.common.jobs import Progress, register_job
from corridor_web.common.models import Job
from corridor_web.match.domain import REFRESH, queue_refresh, refresh_matches
from corridor_web.match.models import Introduction
from corridor_web.registry.models import Listing, Organisation, Status


@register_job(REFRESH)
def compute_matches(job: Job, progress: Progress) -> dict[str, Any]:
    """Compute the matches of all published listings."""
    done = refresh_matches(progress)
    return {"url": reverse("match:index"), "found": done.found, "created": done.created}


@receiver(post_save, sender=Listing)
def follow_listing(sender: object, instance: Listing, **details: object) -> None:
    """Match again when a listing is published, or one that was matched changes."""
    matched = Introduction.objects.filter(Q(offer=instance) | Q(need=instance))
    if instance.status == Status.PUBLISHED or matched.exists():
        queue_refresh(None)


@receiver(post_save, sender=Organisation)
def follow_organisation(sender: object, instance: Organisation, **details: object) -> None:
    """Match again when an organisation with published listings changes."""
    if instance.listings.filter(status=Status.PUBLISHED).exists():
        queue_refresh(None)
