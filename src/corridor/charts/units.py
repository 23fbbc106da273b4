"""Units of money on an axis: what one step counts, in the language's own large numbers.

They are those of ``locale.format_compact_usd`` (CLDR), so that an axis and a label agree.
"""

from dataclasses import dataclass
from math import floor, log10
from typing import Final

from corridor.locale import format_compact_usd


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """``factor`` USD make one unit; ``words`` name it on an axis."""

    factor: float
    words: str


_UNITS: Final[dict[str, tuple[MoneyUnit, ...]]] = {
    "en": (MoneyUnit(1e9, "billion USD"), MoneyUnit(1e6, "million USD")),
    "zh-Hans": (MoneyUnit(1e8, "亿美元"), MoneyUnit(1e4, "万美元")),
    "ur": (
        MoneyUnit(1e9, "ارب امریکی ڈالر"),
        MoneyUnit(1e7, "کروڑ امریکی ڈالر"),
        MoneyUnit(1e5, "لاکھ امریکی ڈالر"),
    ),
}


def money_unit(largest_usd: float, language: str) -> MoneyUnit:
    """Return the unit in which amounts up to ``largest_usd`` read as small numbers.

    Chinese counts in 万 (10⁴) and 亿 (10⁸), Urdu in lakh, crore and arab, English in millions and billions.
    """
    units = _UNITS[language]
    return next((unit for unit in units if largest_usd >= unit.factor), units[-1])


#: Where CLDR changes to the next word: thousand, million … in English, 万, 亿 … , thousand, lakh … in Urdu.
_STEPS: Final = {
    "en": (1e3, 1e6, 1e9, 1e12),
    "zh-Hans": (1e4, 1e8, 1e12),
    "ur": (1e3, 1e5, 1e7, 1e9, 1e11),
}


def short_usd(value_usd: float, language: str) -> str:
    """Return an amount in the language's large units with three significant digits."""
    size = abs(value_usd)
    step = max((step for step in _STEPS[language] if step <= size), default=1.0)
    leading = size / step
    digits = 2 if leading < 1 else max(0, 2 - floor(log10(leading)))
    return format_compact_usd(value_usd, language, digits=digits)
