"""Who takes part and what happens between them.

Organisations, people, desks, offers and needs; and the engagements to which every stage appends, so
that no stage has to import a later one. What was generated says so in ``illustrative``; what is a
public fact names its ``source``.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from corridor import vocabulary
from corridor.locale.labels import LABELS
from corridor_web.common.keys import new_key


def _choices(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, LABELS[code]) for code in codes]


class Provenance(models.Model):
    """Where a record comes from and whether it is real."""

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    illustrative = models.BooleanField(default=False)
    source = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Status(models.TextChoices):
    """The life of an organisation's or a listing's page.

    A draft is its organisation's own; in review the desk of its economy sees it too; published all may
    see it; withdrawn it is back with its organisation and its desk.
    """

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Reviewed(models.Model):
    """What a desk reads before others see it. ``remark`` is the desk's last word to the organisation."""

    remark = models.TextField(blank=True)

    class Meta:
        abstract = True


class Desk(models.Model):
    """The office of one economy that runs the cooperation."""

    economy = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)

    def __str__(self) -> str:
        return self.name


class Organisation(Reviewed, Provenance):
    """A company, university, institute, zone, city, ministry, association or investor."""

    Status = Status

    economy = models.CharField(max_length=3, db_index=True)
    kind = models.CharField(max_length=20, choices=_choices(vocabulary.ORGANISATION_KINDS))
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    name_ur = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=120, blank=True)
    fields = models.JSONField(default=list, blank=True)
    website = models.URLField(blank=True)
    summary = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.PUBLISHED, db_index=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["name_en", "pk"]

    def __str__(self) -> str:
        return self.name_en

    def name_in(self, language: str) -> str:
        """Return the name in ``language``, else the English one."""
        return {"zh-Hans": self.name_zh, "ur": self.name_ur}.get(language) or self.name_en


class Person(models.Model):
    """Somebody who acts for an organisation; may have an account."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="people")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="person"
    )
    name = models.CharField(max_length=120)
    name_local = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=120, blank=True)
    title_zh = models.CharField(max_length=120, blank=True)
    title_ur = models.CharField(max_length=120, blank=True)
    languages = models.JSONField(default=list, blank=True)
    email = models.EmailField(blank=True)
    illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def title_in(self, language: str) -> str:
        """Return the title in ``language``, else the one given first."""
        return {"zh-Hans": self.title_zh, "ur": self.title_ur}.get(language) or self.title


class ReferenceProject(Provenance):
    """A system an organisation has delivered somewhere."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="reference_projects"
    )
    name = models.CharField(max_length=200)
    field = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=120, blank=True)
    economy = models.CharField(max_length=3, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    value_usd = models.FloatField(null=True, blank=True)
    delivered = models.TextField(blank=True)

    class Meta:
        ordering = ["-year", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class Listing(Reviewed, Provenance):
    """An offer or a need."""

    Status = Status

    class Visibility(models.TextChoices):
        """Who sees a published listing."""

        PUBLIC = "public", _("Everyone")
        MEMBERS = "members", _("Signed-in members")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="listings")
    side = models.CharField(max_length=5, choices=_choices(vocabulary.LISTING_SIDES), db_index=True)
    kind = models.CharField(max_length=12, choices=_choices(vocabulary.LISTING_KINDS))
    fields = models.JSONField(default=list, blank=True)
    products = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=8, choices=[(code, code) for code in vocabulary.LANGUAGES])
    title = models.CharField(max_length=200)
    text = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, db_index=True)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    history = HistoricalRecords()

    class Meta:
        ordering = ["-changed", "pk"]

    def __str__(self) -> str:
        return self.title


class Engagement(Provenance):
    """What two parties do together, from lead to results. ``stage`` and ``as_of`` repeat the last step."""

    class State(models.TextChoices):
        """Whether the public sees it: a desk officer approves."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    title = models.CharField(max_length=240)
    first_party = models.CharField(max_length=240)
    second_party = models.CharField(max_length=240)
    first_organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    second_organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    field = models.CharField(max_length=40, blank=True)
    stage = models.CharField(
        max_length=12, choices=_choices((*vocabulary.STAGES, vocabulary.ENDED)), db_index=True
    )
    as_of = models.DateField(db_index=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="engagements"
    )
    next_action = models.CharField(max_length=240, blank=True)
    next_date = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_kind = models.CharField(max_length=12, blank=True)
    certainty = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, db_index=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["-as_of", "pk"]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """One dated step of an engagement. Steps are appended, never changed."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=12, choices=_choices((*vocabulary.STAGES, vocabulary.ENDED)))
    date = models.DateField()
    owner_name = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=24, choices=_choices(vocabulary.END_REASONS), blank=True)
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["date", "pk"]

    def __str__(self) -> str:
        return f"{self.stage} {self.date}"


class Evidence(models.Model):
    """What shows that a step happened: a document with its hash, a link, a statement by a named party."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=_choices(vocabulary.EVIDENCE_KINDS))
    title = models.CharField(max_length=240)
    url = models.URLField(blank=True, max_length=500)
    stated_by = models.CharField(max_length=160, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title
