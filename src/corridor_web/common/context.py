"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from corridor_web.common.language import current_language

#: The five stages in order: namespace and address of the first page, verb, and the question it answers.
NAVIGATION = (
    ("find", _("Find"), _("Where does cooperation pay?")),
    ("match", _("Match"), _("Who could do it together?")),
    ("meet", _("Meet"), _("When, where and with whom?")),
    ("plan", _("Plan"), _("Which projects, in what order?")),
    ("deliver", _("Deliver"), _("Did it happen?")),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the pair, the languages, the navigation and where the reader is."""
    match = request.resolver_match
    return {
        "pair": settings.CORRIDOR_PAIR,
        "navigation": NAVIGATION,
        "here": match.app_name if match else "",
        "language": current_language(),
        "languages": settings.LANGUAGES,
        "demo": settings.DEMO,
    }
