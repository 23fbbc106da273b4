"""Numbers, dates and money as each language writes them (CLDR through Babel).

Urdu uses Western digits here, as Pakistani official papers do; CLDR's default for ``ur`` agrees.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

from babel import dates, numbers

#: Below it some language has no large unit: Chinese begins with 万.
SMALLEST_UNIT: Final = 1e4
_BABEL: Final = {"en": "en_GB", "zh-Hans": "zh_Hans_CN", "ur": "ur_PK"}


def direction(language: str) -> str:
    """Return ``rtl`` for Urdu and ``ltr`` otherwise."""
    return "rtl" if language == "ur" else "ltr"


def format_decimal(value: float, language: str, *, digits: int = 0) -> str:
    """Format a number with ``digits`` decimals."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(numbers.format_decimal(value, format=pattern, locale=_BABEL[language]))


def format_percent(share: float, language: str, *, digits: int = 1) -> str:
    """Format a share (0…1) as a percentage."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return str(numbers.format_percent(share, format=pattern, locale=_BABEL[language]))


def format_money(value: float, currency: str, language: str) -> str:
    """Format an amount without decimals, with its currency code."""
    return str(
        numbers.format_currency(
            value, currency, format="#,##0\u00a0¤¤", locale=_BABEL[language], currency_digits=False
        )
    )


def format_compact_usd(value: float, language: str, *, digits: int = 2) -> str:
    """Format USD in the language's own large units: ``2.84 billion``, ``28.40亿``, …"""
    if abs(value) < SMALLEST_UNIT:  # without a unit Babel shows every decimal there is
        value = round(value, digits) + 0.0  # no "-0"
    # CLDR gives Chinese no long form: 亿 is its short one.
    form: Literal["short", "long"] = "short" if language == "zh-Hans" else "long"
    compact = numbers.format_compact_decimal(
        value, format_type=form, locale=_BABEL[language], fraction_digits=digits
    )
    return {"en": "{} USD", "zh-Hans": "{}美元", "ur": "{} امریکی ڈالر"}[language].format(compact)


def format_date(day: date, language: str) -> str:
    """Format a date in the language's medium form."""
    return str(dates.format_date(day, format="medium", locale=_BABEL[language]))


def format_day_month(day: date, language: str) -> str:
    """Format a date without its year, the month in words, so that no order of figures is to be guessed."""
    return str(dates.format_skeleton("MMMd", day, locale=_BABEL[language]))


def join_words(words: Iterable[str], language: str) -> str:
    """Join the parts of a list as the language separates them."""
    return {"zh-Hans": "、", "ur": "، "}.get(language, ", ").join(words)
