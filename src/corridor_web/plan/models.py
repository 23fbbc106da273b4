"""Programmes, their projects with cash flows, and roadmaps: what was chosen and when it starts."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corridor import vocabulary
from corridor.locale.labels import LABELS
from corridor_web.common.keys import new_key
from corridor_web.common.names import Named

FIELD_CHOICES = [(code, LABELS[code]) for code in vocabulary.FIELDS]


class State(models.TextChoices):
    """A draft is the desks' own; what is published everyone sees."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Programme(Named):
    """A set of projects with one purpose, such as a city's smart-city programme."""

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    field = models.CharField(max_length=40, choices=FIELD_CHOICES)
    economy = models.CharField(max_length=3)
    city = models.CharField(max_length=120, blank=True)
    budget_usd = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0.0)])
    summary = models.TextField(blank=True)
    discount_rate = models.FloatField(
        default=0.1, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, db_index=True)
    illustrative = models.BooleanField(default=False)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ["name_en", "pk"]


class Project(Named):
    """A project of a programme: what it costs, how long it takes, what must come before."""

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="projects")
    field = models.CharField(max_length=40, choices=FIELD_CHOICES)
    cost_usd = models.FloatField(validators=[MinValueValidator(0.0)])
    duration_quarters = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    requires = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="enables")
    illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["name_en", "pk"]


class CashFlow(models.Model):
    """Cost and benefit of a project in one year; year 0 is today."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="cash_flows")
    period = models.PositiveSmallIntegerField()
    cost_usd = models.FloatField(default=0.0, validators=[MinValueValidator(0.0)])
    benefit_usd = models.FloatField(default=0.0, validators=[MinValueValidator(0.0)])

    class Meta:
        ordering = ["period"]
        constraints = [models.UniqueConstraint(name="one_flow_a_period", fields=["project", "period"])]

    def __str__(self) -> str:
        return f"{self.project} {self.period}"


class Roadmap(models.Model):
    """A selection within a budget, phased over quarters, with what the solver proved about both."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="roadmaps")
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    budget_usd = models.FloatField()
    budget_by_quarter_usd = models.FloatField()
    quarters = models.PositiveSmallIntegerField()
    first_quarter = models.DateField()
    selection = models.JSONField(default=dict)
    phasing = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_published_roadmap",
                fields=["programme"],
                condition=models.Q(published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.created:%Y-%m-%d}"

    def quarter_label(self, quarter: int) -> str:
        """Return the words for a quarter (0-based), such as ``2027 Q1``."""
        months = self.first_quarter.month - 1 + 3 * quarter
        return gettext("%(year)s Q%(quarter)s") % {
            "year": self.first_quarter.year + months // 12,
            "quarter": months % 12 // 3 + 1,
        }


class Phase(models.Model):
    """When a chosen project runs."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="phases")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="phases")
    start_quarter = models.PositiveSmallIntegerField()
    end_quarter = models.PositiveSmallIntegerField()
    cost_usd = models.FloatField()

    class Meta:
        ordering = ["start_quarter", "pk"]
        constraints = [models.UniqueConstraint(name="one_phase_a_project", fields=["roadmap", "project"])]

    def __str__(self) -> str:
        return f"{self.project} {self.start_quarter}–{self.end_quarter}"
