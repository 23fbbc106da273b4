"""People's accounts. What a person belongs to (an organisation) is the registry's to know."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an account may do; a visitor without an account is anonymous."""

    MEMBER = "member", _("Member")
    ANALYST = "analyst", _("Analyst")
    DESK_OFFICER = "desk_officer", _("Desk officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class User(AbstractUser):
    """An account: a role and, for a desk officer, the economy whose desk it serves."""

    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MEMBER)
    economy = models.CharField(max_length=3, blank=True)
    display_name = models.CharField(max_length=120, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="desk_officer_has_economy",
                condition=~models.Q(role="desk_officer") | ~models.Q(economy=""),
                violation_error_message=_("A desk officer serves the desk of an economy: name it."),
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_desk_officer(self) -> bool:
        """Whether the account serves a desk."""
        return self.role == Role.DESK_OFFICER

    @property
    def is_administrator(self) -> bool:
        """Whether the account runs the site."""
        return self.role == Role.ADMINISTRATOR
