"""The one gettext catalogue (English source, zh_Hans, ur) and formatting by locale.

The web reads the same files: Django looks for the domain ``django`` in ``LC_MESSAGES``, hence the
name. Only ``.po`` files are kept under version control; ``compile_catalogues`` makes the ``.mo``
files beside them when they are missing or older.
"""

from corridor.locale.catalogue import Translator, compile_catalogues, translator
from corridor.locale.formats import (
    direction,
    format_compact_usd,
    format_date,
    format_day_month,
    format_decimal,
    format_money,
    format_percent,
    join_words,
)
from corridor.locale.labels import label

__all__ = [
    "Translator",
    "compile_catalogues",
    "direction",
    "format_compact_usd",
    "format_date",
    "format_day_month",
    "format_decimal",
    "format_money",
    "format_percent",
    "join_words",
    "label",
    "translator",
]
