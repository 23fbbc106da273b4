"""The kinds of tables that can be imported: the rule of each column, and the names files give it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from corridor.tables import (
    AREA_EVIDENCE,
    CONCORDANCE,
    DISTANCES,
    ECONOMIES,
    ELASTICITIES,
    INDICATORS,
    MFN,
    PRODUCTS,
    REGIONS,
    TARIFFS,
    TRADE,
    WORLD,
    Table,
)
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


@dataclass(frozen=True, slots=True)
class Rule:
    """What a column must hold: how it is read and the sentence that names a cell that cannot be."""

    reads: str
    sentence: str
    low: float = float("-inf")
    high: float = float("inf")
    #: What an empty cell is: an ``error``, an unknown (``null``), or a row to ``skip`` and count.
    empty: str = "error"
    #: The code that an empty cell and the publishers' words for the whole world become.
    general: str = ""
    #: The only texts allowed, for ``reads="choice"``.
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of import: its table, and for each column its rule and the names files give it.

    ``optional`` columns may be absent; ``valued`` ones are in one of ``units``. Names are compared without
    blanks, underscores and case.
    """

    table: Table
    columns: Mapping[str, tuple[Rule, tuple[str, ...]]]
    optional: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    valued: tuple[str, ...] = ("value",)


_ECONOMY: Final = Rule("economy", "a known economy code such as PAK (ISO 3166-1 alpha-3) or 586 (UN M49)")
YEAR: Final = Rule("year", "a calendar year from 1900 to 2100", 1900, 2100)
_PRODUCT: Final = Rule("product", "an HS6 code: six digits, chapter 01 to 99")
_VALUE: Final = Rule("number", "a number of at least 0 with a decimal point, without other signs", 0)
_QUANTITY: Final = Rule("number", "a number of at least 0, or NA", 0, empty="null")
_DISTANCE: Final = Rule("number", "a number above 0 and at most 20,100 km", 1e-9, 20_100, empty="skip")
_TEXT: Final = Rule("text", "a text that is not empty")
_CRITERION: Final = Rule("choice", f"one of {', '.join(AREA_CRITERIA)}", choices=AREA_CRITERIA)
_BETTER: Final = Rule("choice", "higher or lower: which values speak for it", choices=("higher", "lower"))
_NOTE: Final = Rule("text", "a text", empty="null")
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
_INDICATOR_UNITS: Final[Mapping[str, tuple[str, ...]]] = {
    "gdp": _USD,
    "population": ("one", "thousand", "million"),
    "growth": ("percent", "share"),
}

_EXPORTERS: Final = ("exporter", "origin", "iso_o", "exporter code", "exporter iso3")
_IMPORTERS: Final = ("importer", "destination", "iso_d", "importer code", "importer iso3")
_ECONOMIES: Final = ("economy", "country code", "iso3", "iso")
_YEARS: Final = ("year", "t", "period")
_CODES: Final = ("product", "hs6", "k", "hs code", "product code")


def _indicator(kind: str) -> Kind:
    names = ("value", INDICATOR_NAMES.get(kind, kind), kind)
    columns = {
        "economy": (_ECONOMY, _ECONOMIES),
        "year": (YEAR, _YEARS),
        "value": (_AMOUNTS[kind], names),
    }
    if kind == "indicators":
        columns["indicator"] = (_TEXT, ("indicator", "indicator code"))
    return Kind(INDICATORS, columns, units=_INDICATOR_UNITS.get(kind, ()))


#: No tariff schedule known has a line above this; a share read as percent, or a typing error, has.
HIGHEST_RATE: Final = 3_000
_RATE: Final = Rule(
    "rate", f"a rate in percent of the value from 0 to {HIGHEST_RATE:,}, or empty", 0, HIGHEST_RATE, "null"
)
_LINES: Final = Rule("number", "a number of tariff lines, or empty", 0, 1e6, empty="null")
_REPORTER: Final = Rule("economy", "a known economy code, or EUN (918) for the European Union")
_PARTNER: Final = Rule(
    "partner",
    "a known economy code; MFN, 000 or empty for everyone; or a group such as N37 whose members --groups lists",
    general=MFN,
)
_DESTINATION: Final = Rule("partner", "a known economy code; WLD, 000 or empty for all", general=WORLD)
_LINE: Final = Rule("line", "a code of 4 to 12 digits, chapter 01 to 99; dots and blanks do not count")
_DUTY: Final = Rule("duty", "MFN, PRF (preferential), AHS (applied), BND (bound) or schedule")
_PREFIX: Final = Rule("prefix", "the first 2 to 6 digits of HS codes, written as text with leading zeros")
_SIGMA: Final = Rule("number", "an elasticity above 1 and at most 100,000", 1 + 1e-9, 1e5, empty="skip")
_SHARE: Final = Rule("number", "a weight above 0", 1e-12, 1e18)

KINDS: Final[Mapping[str, Kind]] = {
    "trade": Kind(
        TRADE,
        {
            "year": (YEAR, _YEARS),
            "exporter": (_ECONOMY, (*_EXPORTERS, "i")),
            "importer": (_ECONOMY, (*_IMPORTERS, "j")),
            "product": (_PRODUCT, _CODES),
            "value_usd": (_VALUE, ("value usd", "v", "value")),
            "quantity_t": (_QUANTITY, ("quantity_t", "q")),
        },
        optional=("quantity_t",),
        units=_USD,
        valued=("value_usd",),
    ),
    "distances": Kind(
        DISTANCES,
        {
            "exporter": (_ECONOMY, _EXPORTERS),
            "importer": (_ECONOMY, _IMPORTERS),
            "distance_km": (_DISTANCE, ("distance_km", "dist", "distance")),
        },
        units=("km",),
        valued=("distance_km",),
    ),
    "gdp": _indicator("gdp"),
    "population": _indicator("population"),
    "growth": _indicator("growth"),
    "indicators": _indicator("indicators"),
    "area-evidence": Kind(
        AREA_EVIDENCE,
        {
            "area": (_TEXT, ("area", "field", "sector")),
            "criterion": (_CRITERION, ("criterion",)),
            "indicator": (_TEXT, ("indicator",)),
            "economy": (_ECONOMY, _ECONOMIES),
            "year": (YEAR, _YEARS),
            "value": (_AMOUNTS["indicators"], ("value",)),
            "unit": (_TEXT, ("unit",)),
            "better": (_BETTER, ("better", "direction")),
            "source": (_TEXT, ("source",)),
        },
    ),
    "products": Kind(
        PRODUCTS,
        {
            "product": (_PRODUCT, ("product", "hs6", "code", "hscode", "k")),
            "description": (_TEXT, ("description", "desc", "name")),
        },
    ),
    "economies": Kind(
        ECONOMIES,
        {
            "economy": (_ECONOMY, ("economy", "country_iso3", "iso_3digit_alpha", "iso3", "iso")),
            "name_en": (_TEXT, ("name_en", "country_name", "country_name_full", "name", "country")),
        },
    ),
    "tariffs": Kind(
        TARIFFS,
        {
            "importer": (
                _REPORTER,
                (*_IMPORTERS, "reporter_iso_n", "reporting country", "reporter code", "reporter"),
            ),
            "exporter": (
                _PARTNER,
                (*_EXPORTERS, "partner country", "partner code", "beneficiary", "partner"),
            ),
            "product": (
                _LINE,
                ("tariff line", "ntlc code", "ntlc", "national tariff line", "line", *_CODES, "code"),
            ),
            "year": (YEAR, ("tariff year", *_YEARS)),
            "rate_percent": (
                _RATE,
                (
                    *("rate_percent", "simple average", "av duty", "ad valorem equivalent", "tariff ave"),
                    *("ave", "ad valorem rate", "rate", "tariff", "duty"),
                ),
            ),
            "mfn_percent": (_RATE, ("mfn_percent", "mfn rate", "mfn duty", "mfn ave", "mfn")),
            "preferential_percent": (
                _RATE,
                (
                    *("preferential_percent", "preferential rate", "preferential duty", "preferential ave"),
                    *("preferential tariff", "preferential", "prf"),
                ),
            ),
            "duty_type": (_DUTY, ("duty type", "tariff type", "tariff regime", "regime", "basis")),
            "minimum_percent": (_RATE, ("minimum_percent", "min rate", "minimum rate")),
            "maximum_percent": (_RATE, ("maximum_percent", "max rate", "maximum rate")),
            "lines": (_LINES, ("lines", "total no of lines", "number of total lines")),
            "unknown_lines": (_LINES, ("unknown_lines", "nbr_na_lines", "number of na lines")),
            "nomenclature": (_NOTE, ("nomen code", "nomenclature", "native nomen", "revision")),
        },
        optional=(
            *("exporter", "rate_percent", "mfn_percent", "preferential_percent", "duty_type"),
            *("minimum_percent", "maximum_percent", "lines", "unknown_lines", "nomenclature"),
        ),
        units=("percent", "share"),
        valued=(
            *("rate_percent", "mfn_percent", "preferential_percent", "minimum_percent", "maximum_percent"),
        ),
    ),
    "elasticities": Kind(
        ELASTICITIES,
        {
            "product": (_PREFIX, (*_CODES, "hs0_6d", "hs0_3d", "hs3", "code")),
            "elasticity": (_SIGMA, ("elasticity", "sigma")),
            "importer": (_ECONOMY, ("importer", "iso3c", "iso3")),
        },
        optional=("importer",),
    ),
    "concordance": Kind(
        CONCORDANCE,
        {
            "source": (_PRODUCT, ("source", "from")),
            "target": (_PRODUCT, ("target", "to")),
            "share": (_SHARE, ("share", "weight")),
        },
        optional=("share",),
    ),
    "regions": Kind(
        REGIONS,
        {
            "year": (YEAR, _YEARS),
            "economy": (_ECONOMY, ("economy", "exporter", "country code", "iso3")),
            "region": (_TEXT, ("region", "province", "state", "city")),
            "product": (_PRODUCT, _CODES),
            "importer": (_DESTINATION, (*_IMPORTERS, "partner")),
            "value_usd": (_VALUE, ("value usd", "value")),
        },
        optional=("importer",),
        units=_USD,
        valued=("value_usd",),
    ),
}
