"""Runs computed on this site, and the targets a pair is measured against."""

from django.conf import settings
from django.db import models

from corridor_web.common.keys import new_key


class Run(models.Model):
    """A stored analysis of one pair; its figures lie in ``runs/KEY`` of the site's folder.

    Signed-in people see every run, the public those that a desk has published.
    """

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    exporter = models.CharField(max_length=3)
    importer = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    dataset = models.CharField(max_length=80)
    illustrative = models.BooleanField(default=False)
    version = models.CharField(max_length=40, blank=True)
    published = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-created", "pk"]
        indexes = [models.Index(fields=["exporter", "importer", "-created"])]

    def __str__(self) -> str:
        return f"{self.exporter} → {self.importer} {self.year} ({self.dataset})"


class Target(models.Model):
    """A value of exports a year to be reached, from a base; both with their sources.

    An empty ``importer`` means all markets together.
    """

    exporter = models.CharField(max_length=3)
    importer = models.CharField(max_length=3, blank=True)
    value_usd = models.FloatField()
    year = models.PositiveSmallIntegerField()
    source = models.TextField(blank=True)
    base_usd = models.FloatField()
    base_year = models.PositiveSmallIntegerField()
    base_source = models.TextField(blank=True)

    class Meta:
        ordering = ["year", "pk"]

    def __str__(self) -> str:
        return f"{self.exporter} → {self.importer} {self.value_usd:.3g} USD by {self.year}"
