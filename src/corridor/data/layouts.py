"""How the columns of a file become the columns of a table.

Files are recognised by the names of their columns, never by their values: a unit that no name states
has to be given. A mapping given by the user (``{"exporter": "origin"}``) goes before recognition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from corridor.errors import InputError
from corridor.tables import AREA_EVIDENCE, DISTANCES, ECONOMIES, INDICATORS, PRODUCTS, TRADE, Table
from corridor.vocabulary import AREA_CRITERIA

#: What one unit of the file is in the table's unit.
UNITS: Final[Mapping[str, float]] = {
    "usd": 1.0,
    "thousand_usd": 1e3,
    "million_usd": 1e6,
    "billion_usd": 1e9,
    "one": 1.0,
    "thousand": 1e3,
    "million": 1e6,
    "percent": 1.0,
    "share": 100.0,
    "km": 1.0,
}
_USD: Final = ("usd", "thousand_usd", "million_usd", "billion_usd")
_UNITS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "trade": _USD,
    "gdp": _USD,
    "population": ("one", "thousand", "million"),
    "growth": ("percent", "share"),
    "distances": ("km",),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a column must hold: how it is read and the sentence that names a cell that cannot be."""

    reads: str
    sentence: str
    low: float = float("-inf")
    high: float = float("inf")
    #: What an empty cell is: an ``error``, an unknown (``null``), or a row to ``skip`` and count.
    empty: str = "error"
    #: The only texts allowed, for ``reads="choice"``.
    choices: tuple[str, ...] = ()


_ECONOMY: Final = Rule("economy", "a known economy code such as PAK (ISO 3166-1 alpha-3) or 586 (UN M49)")
_YEAR: Final = Rule("year", "a calendar year from 1900 to 2100", 1900, 2100)
_PRODUCT: Final = Rule("product", "an HS6 code: six digits, chapter 01 to 99")
_VALUE: Final = Rule("number", "a number of at least 0 with a decimal point, without other signs", 0)
_QUANTITY: Final = Rule("number", "a number of at least 0, or NA", 0, empty="null")
_DISTANCE: Final = Rule("number", "a number above 0 and at most 20,100 km", 1e-9, 20_100, empty="skip")
_TEXT: Final = Rule("text", "a text that is not empty")
_CRITERION: Final = Rule("choice", f"one of {', '.join(AREA_CRITERIA)}", choices=AREA_CRITERIA)
_BETTER: Final = Rule("choice", "higher or lower: which values speak for it", choices=("higher", "lower"))
#: The bounds tell a wrong unit: no economy has two billion people or a thousand trillion USD.
_AMOUNTS: Final[Mapping[str, Rule]] = {
    "gdp": Rule("number", "GDP in USD, above 0 and below 1e15", 1e-9, 1e15, empty="skip"),
    "population": Rule("number", "a number of people, above 0 and below 2 billion", 1e-9, 2e9, empty="skip"),
    "growth": Rule("number", "growth in percent a year, from -100 to 1000", -100, 1000, empty="skip"),
    "indicators": Rule("number", "a number", empty="skip"),
}
INDICATOR_NAMES: Final[Mapping[str, str]] = {
    "gdp": "gdp_usd",
    "population": "population",
    "growth": "gdp_growth_percent",
}


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
    #: ``baci`` or ``world-bank`` where the file plainly has their layout.
    publisher: str = ""

    @property
    def year(self) -> int | None:
        """Return the year of a file that has no column of years."""
        return int(self.constants["year"]) if "year" in self.constants else None

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the columns of the file that are needed."""
        return tuple(dict.fromkeys([*(field.source for field in self.fields), *self.filters]))


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of import: its table, and for each column its rule and the names files give it."""

    table: Table
    columns: Mapping[str, tuple[Rule, tuple[str, ...]]]


_EXPORTERS: Final = ("exporter", "origin", "iso_o", "exporter_code", "exporter_iso3")
_IMPORTERS: Final = ("importer", "destination", "iso_d", "importer_code", "importer_iso3")
_ECONOMIES: Final = ("economy", "country code", "country_code", "iso3", "iso")
_YEARS: Final = ("year", "t", "period")


def _indicator(kind: str) -> _Kind:
    names = ("value", INDICATOR_NAMES.get(kind, kind), kind)
    columns = {
        "economy": (_ECONOMY, _ECONOMIES),
        "year": (_YEAR, _YEARS),
        "value": (_AMOUNTS[kind], names),
    }
    if kind == "indicators":
        columns["indicator"] = (_TEXT, ("indicator", "indicator code"))
    return _Kind(INDICATORS, columns)


KINDS: Final[Mapping[str, _Kind]] = {
    "trade": _Kind(
        TRADE,
        {
            "year": (_YEAR, _YEARS),
            "exporter": (_ECONOMY, (*_EXPORTERS, "i")),
            "importer": (_ECONOMY, (*_IMPORTERS, "j")),
            "product": (_PRODUCT, ("product", "hs6", "k", "hs_code", "hscode", "product_code")),
            "value_usd": (_VALUE, ("value_usd", "v", "value")),
            "quantity_t": (_QUANTITY, ("quantity_t", "q")),
        },
    ),
    "distances": _Kind(
        DISTANCES,
        {
            "exporter": (_ECONOMY, _EXPORTERS),
            "importer": (_ECONOMY, _IMPORTERS),
            "distance_km": (_DISTANCE, ("distance_km", "dist", "distance")),
        },
    ),
    "gdp": _indicator("gdp"),
    "population": _indicator("population"),
    "growth": _indicator("growth"),
    "indicators": _indicator("indicators"),
    "area-evidence": _Kind(
        AREA_EVIDENCE,
        {
            "area": (_TEXT, ("area", "field", "sector")),
            "criterion": (_CRITERION, ("criterion",)),
            "indicator": (_TEXT, ("indicator",)),
            "economy": (_ECONOMY, _ECONOMIES),
            "year": (_YEAR, _YEARS),
            "value": (_AMOUNTS["indicators"], ("value",)),
            "unit": (_TEXT, ("unit",)),
            "better": (_BETTER, ("better", "direction")),
            "source": (_TEXT, ("source",)),
        },
    ),
    "products": _Kind(
        PRODUCTS,
        {
            "product": (_PRODUCT, ("product", "hs6", "code", "hscode", "hs_code", "k")),
            "description": (_TEXT, ("description", "desc", "name")),
        },
    ),
    "economies": _Kind(
        ECONOMIES,
        {
            "economy": (_ECONOMY, ("economy", "country_iso3", "iso_3digit_alpha", "iso3", "iso")),
            "name_en": (
                _TEXT,
                ("name_en", "country_name", "country_name_full", "country name", "name", "country"),
            ),
        },
    ),
}
_OPTIONAL: Final = ("quantity_t",)
BACI_COLUMNS: Final = ("t", "i", "j", "k", "v")
WORLD_BANK_COLUMNS: Final = ("country name", "country code", "year", "value")


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
    lower = {name.strip().lower(): name for name in reversed(columns)}
    found = _find_columns(wanted, lower, columns, mapping or {}, file)
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
        if target not in found and target not in constants and target not in _OPTIONAL:
            raise _missing_column(target, kind, columns, file)
    for column in filters or {}:
        _check_present(column, columns, file)
    publisher = _find_publisher(kind, lower, mapping or {})
    factor = _find_factor(kind, found, unit, publisher, file)
    fields = tuple(
        Field(target, found[target], rule, factor if target == _valued(kind) else 1.0)
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
    return ""


def guess_kind(columns: Sequence[str]) -> str | None:
    """Return the only kind whose columns a file has, or None where that is not plain."""
    lower = {name.strip().lower() for name in columns}
    if {"t", "i", "j", "k", "v"} <= lower or ({"exporter", "importer"} <= lower and "value_usd" in lower):
        return "trade"
    if {"iso_o", "iso_d", "dist"} <= lower or {"exporter", "importer", "distance_km"} <= lower:
        return "distances"
    if {"criterion", "indicator", "value", "better"} <= lower:
        return "area-evidence"
    if {"economy", "indicator", "year", "value"} <= lower:
        return "indicators"
    if lower & {"hs6", "hscode", "product"} and "description" in lower:
        return "products"
    return None


def _find_columns(
    wanted: _Kind, lower: Mapping[str, str], columns: Sequence[str], mapping: Mapping[str, str], file: str
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
        known = next((lower[name] for name in names if name in lower), None)
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
        raise InputError(f"{year} is no year of trade", rule=_YEAR.sentence)
    return year


def _valued(kind: str) -> str:
    return {"trade": "value_usd", "distances": "distance_km"}.get(kind, "value")


def _find_factor(kind: str, found: Mapping[str, str], unit: str | None, publisher: str, file: str) -> float:
    """Return what the values are multiplied by; a unit that nothing states is asked for."""
    allowed = _UNITS_OF.get(kind, ())
    if unit is not None:
        if unit not in allowed:
            raise InputError(
                f"unit '{unit}' does not fit {kind}",
                rule=f"one of {', '.join(allowed)}" if allowed else f"{kind} have no unit",
            )
        return UNITS[unit]
    if publisher == "baci":
        return UNITS["thousand_usd"]
    if len(allowed) < 2 or publisher == "world-bank":
        return 1.0
    column = found[_valued(kind)]
    stated = column.strip().lower()
    if stated.removeprefix("value_") in allowed or stated.removeprefix("gdp_growth_") in allowed:
        return UNITS[stated.removeprefix("value_").removeprefix("gdp_growth_")]
    if stated in INDICATOR_NAMES.values():
        return 1.0
    raise InputError(
        f"nothing states the unit of column '{column}' of {file}",
        rule=f"one of {', '.join(allowed)}",
        fix=f"State it with --unit, such as --unit {allowed[0]}",
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
