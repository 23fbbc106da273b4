"""Names of economies in three languages, from CLDR through Babel.

CLDR knows each three-letter code as an alias of its two-letter code ("overlong" in its supplemental
data), so no table of our own has to be kept in step with ISO 3166-1.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from babel import Locale
from babel.core import get_global

from corridor.locale.catalogue import translator

_LOCALES: Final = {"en": "en", "zh-Hans": "zh_Hans", "ur": "ur"}
#: ISO 3166-1 sets these aside for users; XAA … XZZ name the economies of the illustrative world.
USER_ASSIGNED: Final = re.compile(r"AA[A-Z]|Q[M-Z][A-Z]|X[A-Z]{2}|ZZ[A-Z]")
#: In no release of CLDR or with another meaning there: Kosovo's code at the World Bank.
_ADDED: Final = {"XKX": "XK"}


@lru_cache(maxsize=1)
def two_letter_codes() -> Mapping[str, str]:
    """Return the two-letter code of each three-letter ISO 3166-1 code (former ones included)."""
    names = Locale.parse("en").territories
    aliases = get_global("territory_aliases")
    found = {
        code: targets[0]
        for code, targets in aliases.items()
        if len(code) == 3
        and code.isalpha()
        and len(targets) == 1
        and targets[0] in names
        and not USER_ASSIGNED.fullmatch(code)
    }
    return MappingProxyType(found | _ADDED)


@lru_cache(maxsize=4096)
def economy_name(code: str, language: str) -> str:
    """Return the name of an economy in ``language`` (``en``, ``zh-Hans`` or ``ur``).

    ``S19`` is the statistical area "Other Asia, n.e.s." of CEPII BACI and UN Comtrade; the codes
    XAA, XAB … name illustrative economies. A code nobody knows is its own name.

    Raises
    ------
    InputError: the language is not one of ``vocabulary.LANGUAGES``.
    """
    gettext = translator(language).gettext
    if code == "S19":
        return gettext("Other Asia, n.e.s.")
    two_letters = two_letter_codes().get(code)
    if two_letters:
        return str(Locale.parse(_LOCALES[language]).territories.get(two_letters, code))
    if USER_ASSIGNED.fullmatch(code):
        return gettext("Illustrative economy %(code)s") % {"code": code}
    return code
