"""Words of a text in three languages."""

import pytest

from corridor.match.text import normalise, pair_characters, stem_english, stem_urdu, tokenise


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("كتاب", "کتاب"),  # Arabic kaf
        ("گاڑي", "گاڑی"),  # Arabic yeh
        ("ه\u200dم", "ہم"),  # Arabic heh and an invisible joiner
        ("مُحَمَّد", "محمد"),  # vowel signs
        ("پانـــی", "پانی"),  # tatweel
        ("۱۲۵ اور ١٢٥", "125 اور 125"),  # two kinds of digits
        ("می\u200cخواہم", "می خواہم"),  # a joiner that parts
        ("ＬＥＤ", "led"),  # full-width letters
        ("Größe", "grösse"),
    ],
)
def test_one_form_of_each_letter(written: str, meant: str) -> None:
    """What looks the same to a reader is the same."""
    assert normalise(written) == meant


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("batteries", "battery"),
        ("cities", "city"),
        ("meters", "meter"),
        ("places", "place"),
        ("glass", "glass"),
        ("status", "status"),
        ("bus", "bus"),
        ("shoes", "shoe"),
        ("gas", "ga"),
        ("supplier's", "supplier"),
    ],
)
def test_harman_stemmer(word: str, stem: str) -> None:
    """Harman's three rules, also where they are crude."""
    assert stem_english(word) == stem


def test_urdu_plurals_meet_their_singular() -> None:
    """The oblique and the feminine plural."""
    assert stem_urdu("بیٹریوں") == stem_urdu("بیٹریاں") == stem_urdu("بیٹری")
    assert stem_urdu("کسانوں") == "کسان"
    assert stem_urdu("یوں") == "یوں"


def test_chinese_gives_overlapping_pairs() -> None:
    """No dictionary: every two neighbours; a lone character stands for itself."""
    assert pair_characters("智慧城市") == ["智慧", "慧城", "城市"]
    assert tokenise("水，智慧") == ["水", "智慧"]


def test_stop_words_go_and_latin_is_read_in_every_script() -> None:
    """PCR and 4G match across scripts; words that say nothing are dropped."""
    assert tokenise("We need the PCR-instruments") == ["pcr", "instrument"]
    assert tokenise("支持4G与PCR") == ["支持", "4g", "与", "pcr"]
    assert tokenise("ہمیں PCR کے آلات درکار ہیں") == ["pcr", "آلات"]


@pytest.mark.parametrize("text", ["", "  \n ", "!?؟。", "\u200f\u200d"])
def test_nothing_gives_nothing(text: str) -> None:
    """Signs alone are no words."""
    assert tokenise(text) == []
