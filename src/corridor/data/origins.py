"""Who made a file, what its licence is, and how to cite it: as stated by the user, else by its layout."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from corridor.data.revisions import name_revision


@dataclass(frozen=True, slots=True)
class Origin:
    """Where data come from. ``as_of`` is an ISO date or its first part."""

    source: str = ""
    licence: str = ""
    attribution: str = ""
    as_of: str = ""
    nomenclature: str = ""

    def complete(self, other: "Origin") -> "Origin":
        """Return this origin with what it does not state taken from ``other``."""
        return Origin(
            self.source or other.source,
            self.licence or other.licence,
            self.attribution or other.attribution,
            self.as_of or other.as_of,
            self.nomenclature or other.nomenclature,
        )


_BACI: Final = Origin(
    source="CEPII BACI",
    licence="Etalab 2.0",
    attribution="CEPII, BACI (Gaulier and Zignago 2010), Etalab 2.0",
)
_WORLD_BANK: Final = Origin(
    source="World Bank, World Development Indicators",
    licence="CC BY 4.0",
    attribution="World Bank, World Development Indicators, CC BY 4.0",
)
_GEODIST: Final = Origin(
    source="CEPII GeoDist",
    licence="Etalab 2.0",
    attribution="CEPII, GeoDist (Mayer and Zignago 2011), Etalab 2.0",
)
UNSTATED: Final = "not stated"
_TRAINS: Final = Origin(
    source="UNCTAD TRAINS through WITS",
    licence=UNSTATED,
    attribution="UNCTAD TRAINS, through WITS (World Bank)",
)
_MARKET_ACCESS_MAP: Final = Origin(
    source="ITC Market Access Map",
    licence=UNSTATED,
    attribution="International Trade Centre, Market Access Map",
)
INFERRED_NOTE: Final = "Source and licence were inferred from the names of the file and its columns."


def infer_origin(
    files: Sequence[str], columns: Sequence[str], publisher: str, notes: Sequence[str] = ()
) -> Origin:
    """Tell the origin from the names of files and columns, else from the first note in a sheet."""
    first = files[0] if files else ""
    said = notes[0] if notes else first
    release = re.search(r"_V(\d{4})(\d{2})", first)
    found = _find_publisher(first, {name.lower() for name in columns}, publisher)
    return replace(
        found,
        as_of=f"{release[1]}-{release[2]}" if release else "",
        nomenclature=find_nomenclature(first),
    ).complete(Origin(source=said, licence=UNSTATED, attribution=said))


def find_year(file: str) -> int | None:
    """Return the only year that stands in a file's name."""
    years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", file))
    return int(years.pop()) if len(years) == 1 else None


def find_nomenclature(file: str) -> str:
    """Return the revision that a file's name tells, such as ``HS17``, else ""."""
    named = re.search(r"hs_?(\d\d)(?!\d)", file, re.IGNORECASE)
    return name_revision(f"HS{named[1]}") if named else ""


def _find_publisher(file: str, columns: set[str], publisher: str) -> Origin:
    if publisher == "baci" or "baci" in file.lower():
        return _BACI
    if publisher == "world-bank":
        return _WORLD_BANK
    if publisher == "wits":
        return _TRAINS
    if publisher == "macmap":
        return _MARKET_ACCESS_MAP
    if {"iso_o", "iso_d", "dist", "distcap"} <= columns:
        return _GEODIST
    return Origin()
