"""Introductions: matches that are put to both parties and answered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from corridor import vocabulary
from corridor.locale.labels import LABELS
from corridor_web.common.keys import new_key
from corridor_web.registry.models import Engagement, Listing


class Answer(models.TextChoices):
    """What a party says to an introduction; empty: nothing yet."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    LATER = "later", _("Later")


class Introduction(models.Model):
    """An offer and a need that fit in both directions, with the reasons and both answers.

    ``reasons`` holds what the library returns: ``[{code, value, weight}, …]``. Each side answers for
    itself; interest on both sides opens an engagement, at most one.
    """

    class State(models.TextChoices):
        """How far it is; it follows from the two answers."""

        PROPOSED = "proposed", _("Proposed")
        INTERESTED_OFFER = "interested_offer", _("The offering side is interested")
        INTERESTED_NEED = "interested_need", _("The needing side is interested")
        MUTUAL = "mutual", _("Both sides are interested")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    offer = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="introductions_of_offer")
    need = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="introductions_of_need")
    score = models.FloatField(db_index=True)
    offer_fit = models.FloatField()
    need_fit = models.FloatField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=State, default=State.PROPOSED, db_index=True)
    offer_answer = models.CharField(max_length=5, choices=Answer, blank=True)
    need_answer = models.CharField(max_length=5, choices=Answer, blank=True)
    offer_reason = models.CharField(max_length=24, blank=True)
    need_reason = models.CharField(max_length=24, blank=True)
    offer_answered = models.DateTimeField(null=True, blank=True)
    need_answered = models.DateTimeField(null=True, blank=True)
    offer_answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    need_answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    engagement = models.OneToOneField(
        Engagement, on_delete=models.SET_NULL, null=True, blank=True, related_name="introduction"
    )
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
    history = HistoricalRecords(excluded_fields=["reasons"])

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "need"], name="introduction_of_offer_and_need_once")
        ]

    def __str__(self) -> str:
        return f"{self.offer} – {self.need}"

    @property
    def is_open(self) -> bool:
        """Whether an answer may still lead somewhere."""
        return self.state in (self.State.PROPOSED, self.State.INTERESTED_OFFER, self.State.INTERESTED_NEED)

    @property
    def illustrative(self) -> bool:
        """Whether one of the two listings was generated."""
        return self.offer.illustrative or self.need.illustrative


#: Why a party says no: the reasons for which engagements end, without those that are not its own.
REFUSALS = tuple(
    (code, LABELS[code]) for code in vocabulary.END_REASONS if code not in {"partner_withdrew", "no_reply"}
)
