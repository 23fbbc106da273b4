"""Reasons of a match turned into sentences in the reader's language.

Sentences are joined from nothing smaller than a sentence; what a text says stays in its language and
is set apart from the words around it (Unicode isolates), so that it reads right in either direction.
"""

from collections.abc import Iterable
from typing import Any

from corridor.locale import join_words, label, translator
from corridor.match.glossary import name_term
from corridor.match.score import NOT_COMPARABLE
from corridor_web.match.models import Introduction
from corridor_web.registry.forms import LANGUAGE_NAMES


def say_match(introduction: Introduction, language: str) -> str:
    """Say in one sentence why the two fit: what both texts speak of and the fields they share."""
    t = translator(language)
    values = {reason["code"]: reason["value"] for reason in introduction.reasons}
    words = _isolate(_split(values.get("similar_text", "")), language)
    words = words or _name_terms(values.get("shared_terms", ""), language)
    fields = _name_codes(values.get("shared_fields", ""), language)
    if words and fields:
        return t.gettext("Both speak of %(words)s; shared fields: %(fields)s.") % {
            "words": words,
            "fields": fields,
        }
    if words:
        return t.gettext("Both speak of %(words)s.") % {"words": words}
    if fields:
        return t.gettext("Shared fields: %(fields)s.") % {"fields": fields}
    return t.gettext("Kind of offer and kind of need go together.")


def explain_match(introduction: Introduction, language: str) -> list[dict[str, Any]]:
    """Return each reason as a sentence with what it adds, and its step of the waterfall (0…100)."""
    rows, begin = [], 0.0
    for reason in introduction.reasons:
        sentence = say_reason(introduction, reason["code"], reason["value"], language)
        end = begin + reason["weight"]
        rows.append(
            {
                "sentence": sentence,
                "weight": reason["weight"],
                "begin": round(100 * begin),
                "width": round(100 * end) - round(100 * begin),
            }
        )
        begin = end
    return rows


def say_reason(introduction: Introduction, code: str, value: str, language: str) -> str:
    """Say one reason; a code this version does not know is shown as it is."""
    t = translator(language)
    if code == "kind_fits":
        return _say_kinds(value, language)
    sentences = {
        "similar_text": t.gettext("Both texts use the words %(what)s."),
        "shared_terms": t.gettext("In two languages, both texts speak of %(what)s."),
        NOT_COMPARABLE: t.gettext(
            "The texts are in two languages (%(what)s) and share no term of the glossary: they add nothing."
        ),
        "shared_fields": t.gettext("The offer covers fields of the need: %(what)s."),
        "same_goods": t.gettext("Both name the same goods (HS %(what)s)."),
        "partner_active_in_field": t.gettext(
            "The needing organisation works in the offer’s fields: %(what)s."
        ),
        "partner_kind_suits": t.gettext(
            "Such needs lead to contracts with this kind of organisation: %(what)s."
        ),
        "clear_request": t.gettext(
            "The need is clear: a text that says enough, figures, and one to three fields."
        ),
        "served_partner_economy": t.gettext(
            "The offering organisation has delivered outside its own economy."
        ),
        "partner_has_experience": t.gettext(
            "The needing organisation has delivered projects in the offer’s fields: %(what)s."
        ),
    }
    return sentences.get(code, code) % {"what": _name_value(code, value, language)}


def _name_value(code: str, value: str, language: str) -> str:
    """Return what matched: words of the texts, terms of the glossary, languages, or codes."""
    if code == "similar_text":
        return _isolate(_split(value), language)
    if code == "shared_terms":
        return _name_terms(value, language)
    if code == NOT_COMPARABLE:
        return join_words((dict(LANGUAGE_NAMES).get(one, one) for one in _split(value)), language)
    return _name_codes(value, language)


def _say_kinds(value: str, language: str) -> str:
    t = translator(language)
    kinds = _split(value)
    if len(kinds) < 2:
        return t.gettext("Both are of the same kind: %(what)s.") % {"what": _name_codes(value, language)}
    return t.gettext("An offer of one kind can answer a need of another: %(what)s.") % {
        "what": _name_codes(value, language)
    }


def _name_terms(value: str, language: str) -> str:
    """Return terms of the glossary in the reader's language."""
    return _isolate((name_term(code, language) for code in _split(value)), language)


def _isolate(words: Iterable[str], language: str) -> str:
    """Return words as they stand in a text, each set apart from the direction around it."""
    return join_words((f"\u2068{word}\u2069" for word in words), language)


def _name_codes(value: str, language: str) -> str:
    return join_words((_name_code(code, language) for code in _split(value)), language)


def _name_code(code: str, language: str) -> str:
    try:
        return label(code, language)
    except KeyError:
        return code


def _split(value: str) -> list[str]:
    return [part for part in value.split(", ") if part]
