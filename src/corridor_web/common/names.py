"""Names in three languages."""

from django.db import models

from corridor_web.common.language import current_language


class Named(models.Model):
    """Something with an English name and, where known, a Chinese and an Urdu one."""

    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    name_ur = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_en

    def name_in(self, language: str) -> str:
        """Return the name in ``language``, else the English one."""
        return {"zh-Hans": self.name_zh, "ur": self.name_ur}.get(language) or self.name_en

    @property
    def name(self) -> str:
        """Return the name in the reader's language, else the English one."""
        return self.name_in(current_language())
