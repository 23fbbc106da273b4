"""Revisions of the Harmonized System: how files name them, and the one name that Corridor uses.

Source: World Customs Organization; the numbers H0 … H6 are those of the United Nations' databases.
"""

import re
from typing import Final

#: From H0 to H6, by the year from which each is in force (H0: 1988, named after 1992 as BACI does).
REVISIONS: Final = ("HS92", "HS96", "HS02", "HS07", "HS12", "HS17", "HS22")
_IN_FORCE: Final = ("1992", "1996", "2002", "2007", "2012", "2017", "2022")
_YEARS: Final = {"1988": "HS92", **dict(zip(_IN_FORCE, REVISIONS, strict=True))}
_NUMBERED: Final = re.compile(r"^(?:HS?|H)([0-6])(?:_\dD)?$")
_DATED: Final = re.compile(r"^HS?((?:19|20)?\d\d)(?:_\dD)?$")
#: What stands between the two names in a concordance's nomenclature.
TO: Final = " to "


def name_revision(text: str) -> str:
    """Return the name of the revision that ``H5``, ``HS5_6d``, ``HS 2017`` or ``HS17`` stand for, else ""."""
    squeezed = re.sub(r"[\s-]+", "", text.strip().upper())
    if numbered := _NUMBERED.match(squeezed):
        return REVISIONS[int(numbered[1])]
    if dated := _DATED.match(squeezed):
        year = dated[1]
        whole = year if len(year) == 4 else ("19" if year > "80" else "20") + year
        return _YEARS.get(whole, "")
    return ""
