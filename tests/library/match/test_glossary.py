"""The glossary bridges languages and finds whole words only."""

from corridor.match.glossary import find_terms, load_glossary, name_term
from corridor.match.text import tokenise


def test_one_thing_is_found_in_three_languages() -> None:
    """Chargers for batteries, said three ways."""
    english, chinese, urdu = find_terms(
        ["Fast chargers with buffer batteries", "快充桩与储能电池", "تیز چارجر اور بیٹریاں"]
    )
    assert {"charger", "battery"} <= set(english)
    assert {"charger", "battery"} <= set(chinese)
    assert {"charger", "battery"} <= set(urdu)


def test_words_are_whole() -> None:
    """A bus is not in business, a port not in support."""
    assert find_terms(["Business support and imports of rebar"]) == [["importer"]]


def test_names_stand_in_each_language() -> None:
    """Every code has three names, each in its script; what is no code is returned as it is."""
    for code in load_glossary().names:
        assert name_term(code, "en") == code
        assert any("\u4e00" <= sign <= "\u9fff" for sign in name_term(code, "zh-Hans"))
        assert any("\u0600" <= sign <= "\u06ff" for sign in name_term(code, "ur"))
    assert name_term("kilometre", "ur") == "kilometre"


def test_every_pattern_can_be_found() -> None:
    """No variant consists of words that the tokeniser drops."""
    glossary = load_glossary()
    assert all(pattern.strip() for pattern in glossary.patterns)
    assert all(tokenise(pattern) for pattern in glossary.patterns)


def test_no_text_no_terms() -> None:
    """Nothing in, nothing out."""
    assert find_terms([]) == []
    assert find_terms([""]) == [[]]
