"""How the columns of a file become the columns of a table.

Files are recognised by the names of their columns, never by their values: a unit that no name states
has to be given. A mapping given by the user (``{"exporter": "origin"}``) goes before recognition.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from corridor.data.kinds import INDICATOR_NAMES, KINDS, UNITS, YEAR, Kind, Rule
from corridor.data.revisions import name_revision
from corridor.errors import InputError
from corridor.tables import Table


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table, the column of the file it is read from, and how."""

    target: str
    source: str
    rule: Rule
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read into a table. ``constants`` are columns that the file does not have."""

    table: Table
    fields: tuple[Field, ...]
    constants: Mapping[str, str | int]
    #: Rows are of one of these values in these columns of the file; others are left out and counted.
    filters: Mapping[str, str] = field(default_factory=dict)
    #: ``baci``, ``world-bank``, ``wits`` or ``macmap`` where the file plainly has their layout.
    publisher: str = ""

    @property
    def year(self) -> int | None:
        """Return the year of a file that has no column of years."""
        return int(self.constants["year"]) if "year" in self.constants else None

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the columns of the file that are needed."""
        return tuple(dict.fromkeys([*(field.source for field in self.fields), *self.filters]))


BACI_COLUMNS: Final = ("t", "i", "j", "k", "v")
WORLD_BANK_COLUMNS: Final = ("countryname", "countrycode", "year", "value")
#: What tells a file of WITS/TRAINS, whose rates are in percent: bulk downloads, and results of queries.
WITS_COLUMNS: Final = (("reporterison", "productcode", "simpleaverage"), ("dutytype", "simpleaverage"))


_UNIT_HINTS: Final = {
    "tariffs": "; Market Access Map's bulk files are understood to hold shares (0.12 for 12 %)",
}
#: The columns of rates: at least one is needed.
RATES: Final = ("rate_percent", "mfn_percent", "preferential_percent")
#: What stands before the unit in a column's name: ``value_million_usd``, ``rate_percent``.
_MEASURES: Final = ("value", "gdp_growth", "rate", "mfn", "preferential")


def recognise_layout(
    columns: Sequence[str],
    kind: str,
    *,
    mapping: Mapping[str, str] | None = None,
    unit: str | None = None,
    year: int | None = None,
    filters: Mapping[str, str] | None = None,
    file: str = "the file",
) -> Layout:
    """Find out how a file with these columns is read as ``kind`` (a key of ``KINDS``).

    Parameters
    ----------
    mapping: column of the table → column of the file, where the names are not the usual ones.
    unit: what one unit of the value column is (a key of ``UNITS``), where its name does not tell.
    year: the year of a file without a column of years.
    filters: column of the file → the value its rows must have.

    Raises
    ------
    InputError: a needed column is not found, the mapping names one that is not there, or the unit is
        not known.
    """
    wanted = KINDS[kind]
    lower = {_squeeze(name): name for name in reversed(columns)}
    found = _find_columns(wanted, lower, columns, mapping or {}, file)
    if kind == "concordance":
        found = _find_revisions(columns) | found
    constants: dict[str, str | int] = {}
    if kind in INDICATOR_NAMES:
        constants["indicator"] = INDICATOR_NAMES[kind]
    if "year" in wanted.columns and "year" not in found:
        if year is None:
            raise InputError(
                f"{file} has no column of years",
                rule="a year for every row",
                fix="State it with --year, or name the column with --column year=NAME",
            )
        constants["year"] = _check_year(year)
    for target in wanted.columns:
        if target not in found and target not in constants and target not in wanted.optional:
            raise _missing_column(target, kind, columns, file)
    if kind == "tariffs" and not any(target in found for target in RATES):
        raise _missing_column("rate_percent", kind, columns, file)
    for column in filters or {}:
        _check_present(column, columns, file)
    publisher = _find_publisher(kind, lower, mapping or {})
    factor = _find_factor(kind, found, unit, publisher, file)
    fields = tuple(
        Field(target, found[target], rule, factor if target in wanted.valued else 1.0)
        for target, (rule, _) in wanted.columns.items()
        if target in found
    )
    return Layout(wanted.table, fields, constants, dict(filters or {}), publisher)


def _find_publisher(kind: str, lower: Mapping[str, str], mapping: Mapping[str, str]) -> str:
    """Name the publisher whose layout, and with it whose unit, the file plainly has."""
    if mapping:
        return ""
    if kind == "trade" and all(name in lower for name in BACI_COLUMNS):
        return "baci"
    if all(name in lower for name in WORLD_BANK_COLUMNS):
        return "world-bank"
    if kind == "tariffs" and any(all(name in lower for name in names) for names in WITS_COLUMNS):
        return "wits"
    if kind == "tariffs" and "reportingcountry" in lower:
        return "macmap"
    return ""


def _squeeze(name: str) -> str:
    return re.sub(r"[\s_]+", "", name).lower()


def _find_revisions(columns: Sequence[str]) -> dict[str, str]:
    """Return the first two columns of six digits that are named after revisions: ``HS5_6d``, ``HS 2012``."""
    named = [name for name in columns if name_revision(name) and not re.search(r"_[1-5]d$", name)]
    return dict(zip(("source", "target"), named, strict=False)) if len(named) > 1 else {}


def guess_kind(columns: Sequence[str]) -> str | None:
    """Return the only kind whose columns a file has, or None where that is not plain."""
    lower = {_squeeze(name) for name in columns}
    if {"region", "valueusd"} <= lower and lower & {"product", "hs6"}:
        return "regions"
    if any(set(names) <= lower for names in WITS_COLUMNS) or {"reportingcountry", "avduty"} <= lower:
        return "tariffs"
    if {"importer", "product", "ratepercent"} <= lower:
        return "tariffs"
    if {"source", "target"} <= lower or _find_revisions(columns):
        return "concordance"
    if lower & {"sigma", "elasticity"}:
        return "elasticities"
    if {"t", "i", "j", "k", "v"} <= lower or ({"exporter", "importer"} <= lower and "valueusd" in lower):
        return "trade"
    if {"isoo", "isod", "dist"} <= lower or {"exporter", "importer", "distancekm"} <= lower:
        return "distances"
    if {"criterion", "indicator", "value", "better"} <= lower:
        return "area-evidence"
    if {"economy", "indicator", "year", "value"} <= lower:
        return "indicators"
    if lower & {"hs6", "hscode", "product"} and "description" in lower:
        return "products"
    return None


def _find_columns(
    wanted: Kind, lower: Mapping[str, str], columns: Sequence[str], mapping: Mapping[str, str], file: str
) -> dict[str, str]:
    for target, source in mapping.items():
        if target not in wanted.columns:
            close = get_close_matches(target, wanted.columns, n=1)
            raise InputError(
                f"a column was named for '{target}'",
                rule=f"the table has {', '.join(wanted.columns)}",
                fix=f"Maybe you meant {close[0]}={source}" if close else "",
            )
        _check_present(source, columns, file)
    found = {}
    for target, (_, names) in wanted.columns.items():
        known = next((lower[_squeeze(name)] for name in names if _squeeze(name) in lower), None)
        chosen = mapping.get(target, known)
        if chosen is not None:
            found[target] = chosen
    return found


def _check_present(column: str, columns: Sequence[str], file: str) -> None:
    if column not in columns:
        close = get_close_matches(column, columns, n=1)
        raise InputError(
            f"{file} has no column '{column}'",
            rule=f"its columns are {', '.join(columns)}",
            fix=f"Maybe you meant '{close[0]}'" if close else "",
        )


def _check_year(year: int) -> int:
    if not 1900 <= year <= 2100:
        raise InputError(f"{year} is no year of trade", rule=YEAR.sentence)
    return year


def _find_factor(kind: str, found: Mapping[str, str], unit: str | None, publisher: str, file: str) -> float:
    """Return what the values are multiplied by; a unit that nothing states is asked for."""
    allowed = KINDS[kind].units
    if unit is not None:
        if unit not in allowed:
            raise InputError(
                f"unit '{unit}' does not fit {kind}",
                rule=f"one of {', '.join(allowed)}" if allowed else f"{kind} have no unit",
            )
        return UNITS[unit]
    if publisher == "baci":
        return UNITS["thousand_usd"]
    if len(allowed) < 2 or publisher in ("world-bank", "wits"):
        return 1.0
    column = next(found[target] for target in KINDS[kind].valued if target in found)
    stated = column.strip().lower()
    for unit in allowed:
        if stated == unit or any(stated == f"{word}_{unit}" for word in _MEASURES):
            return UNITS[unit]
    if stated in INDICATOR_NAMES.values():
        return 1.0
    raise InputError(
        f"nothing states the unit of column '{column}' of {file}",
        rule=f"one of {', '.join(allowed)}",
        fix=f"State it with --unit, such as --unit {allowed[0]}{_UNIT_HINTS.get(kind, '')}",
    )


def _missing_column(target: str, kind: str, columns: Sequence[str], file: str) -> InputError:
    names = KINDS[kind].columns[target][1]
    close = [match for name in names for match in get_close_matches(name, columns, n=1)]
    hint = f"--column {target}={close[0] if close else 'NAME'}"
    return InputError(
        f"{file} has no column for '{target}' (its columns are {', '.join(columns[:12])})",
        rule=f"a column named {', '.join(names)}",
        fix=f"Name it with {hint}",
    )
