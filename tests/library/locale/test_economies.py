"""Names of economies."""

import pytest

from corridor.data.codes import kept_codes, numbers
from corridor.errors import InputError
from corridor.locale.economies import economy_name, two_letter_codes


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("PAK", "en", "Pakistan"),
        ("PAK", "ur", "پاکستان"),
        ("CHN", "zh-Hans", "中国"),
        ("CHN", "ur", "چین"),
        ("XKX", "en", "Kosovo"),
        ("NAM", "en", "Namibia"),
        ("S19", "en", "Other Asia, n.e.s."),
        ("XAA", "en", "Illustrative economy XAA"),
        ("QQQ", "en", "Illustrative economy QQQ"),
        ("R20", "en", "R20"),
        ("nobody", "zh-Hans", "nobody"),
    ],
)
def test_names(code: str, language: str, name: str) -> None:
    assert economy_name(code, language) == name


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ur"])
def test_every_current_code_has_a_name(language: str) -> None:
    unnamed = [code for code in two_letter_codes() if economy_name(code, language) == code]
    assert unnamed == []


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="language 'fr'"):
        economy_name("S19", "fr")


def test_codes_and_numbers() -> None:
    assert {"PAK", "CHN", "S19", "XAA", "XZZ", "SUN"} <= set(kept_codes())
    assert not {"ROM", "ZAR", "TWN", "WLD"} & set(kept_codes())
    assert (numbers()["586"], numbers()["4"], numbers()["842"], numbers()["840"]) == (
        "PAK",
        "AFG",
        "USA",
        "USA",
    )
    assert len(set(kept_codes())) == len(kept_codes()) < 4096
