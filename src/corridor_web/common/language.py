"""The language of the request, in the library's spelling."""

from django.utils import translation

_LIBRARY = {"zh-hans": "zh-Hans", "ur": "ur"}


def current_language() -> str:
    """Return ``en``, ``zh-Hans`` or ``ur``."""
    return _LIBRARY.get((translation.get_language() or "en").lower(), "en")
