"""The catalogue: complete, each string in its own script, numbers as each language writes them."""

import re
from datetime import date

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po

from corridor.errors import InputError
from corridor.locale import format_compact_usd, format_date, format_money, format_percent, label, translator
from corridor.locale.catalogue import po_path
from corridor.locale.labels import LABELS
from corridor.vocabulary import (
    END_REASONS,
    EVIDENCE_KINDS,
    FIELDS,
    LANGUAGES,
    LISTING_KINDS,
    LISTING_SIDES,
    ORGANISATION_KINDS,
    ROLES,
    STAGES,
)

HAN = re.compile(r"[\u4e00-\u9fff]")
ARABIC = re.compile(r"[\u0600-\u06ff]")
LATIN_WORD = re.compile(r"[A-Za-z]{3}")
#: What stays in Latin letters: placeholders, tags, codes, formulas and names.
KEPT = re.compile(
    r"%\(\w+\)[a-z]|\{\w*\}|<[^>]+>|&\w+;|https?://\S*|[A-Z0-9][A-Z0-9.\-]*|Corridor|Apache|Typst|x{1,3}|i|j|k"
)


def read_messages(language: str) -> list[Message]:
    with po_path(language).open("rb") as stream:
        return [message for message in read_po(stream, locale=language.replace("-", "_")) if message.id]


def strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, (list, tuple)) else [message.string]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_message_is_missing_or_fuzzy(language: str) -> None:
    faults = [message.id for message in read_messages(language) if message.fuzzy or not all(strings(message))]
    assert not faults


@pytest.mark.parametrize(
    ("language", "own", "other"), [("zh-Hans", HAN, ARABIC), ("ur", ARABIC, HAN)], ids=["zh-Hans", "ur"]
)
def test_each_string_is_in_its_own_script(
    language: str, own: re.Pattern[str], other: re.Pattern[str]
) -> None:
    faults = [
        (source, text)
        for message in read_messages(language)
        for source in [message.id if isinstance(message.id, str) else message.id[0]]
        for text in strings(message)
        if other.search(text) or (LATIN_WORD.search(KEPT.sub("", source)) and not own.search(text))
    ]
    assert not faults


def test_every_code_of_the_vocabulary_has_words_in_every_language() -> None:
    codes = (
        *FIELDS,
        *ORGANISATION_KINDS,
        *LISTING_SIDES,
        *LISTING_KINDS,
        *STAGES,
        *END_REASONS,
        *EVIDENCE_KINDS,
        *ROLES,
    )
    assert [code for code in codes if code not in LABELS] == []
    for language in LANGUAGES:
        assert all(label(code, language).strip() for code in codes)


def test_large_amounts_use_the_units_of_each_language() -> None:
    assert format_compact_usd(2.84e9, "en") == "2.84 billion USD"
    assert format_compact_usd(2.84e9, "zh-Hans") == "28.4亿美元"
    assert format_compact_usd(2.84e9, "ur").startswith("2.84 ارب")


def test_small_amounts_have_no_more_decimals_than_asked() -> None:
    assert format_compact_usd(-55.34628479161, "en") == "-55.35 USD"
    assert format_compact_usd(1234.5678, "zh-Hans", digits=1) == "1234.6美元"


def test_dates_shares_and_money_follow_the_language() -> None:
    assert format_date(date(2026, 11, 23), "en") == "23 Nov 2026"
    assert format_date(date(2026, 11, 23), "zh-Hans") == "2026年11月23日"
    assert format_percent(0.0234, "en") == "2.3%"
    assert "1,234,567" in format_money(1_234_567, "USD", "en")


def test_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="one of en, zh-Hans, ur"):
        translator("fr")
