"""Units of money on an axis: what one step counts, in the language's own large numbers.

They are those of ``locale.format_compact_usd`` (CLDR), so that an axis and a label agree.
"""

from dataclasses import dataclass
from typing import Final


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
