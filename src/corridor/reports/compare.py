"""Two runs of a pair compared, in sentences: one wording for page and terminal."""

from collections.abc import Mapping
from typing import Any, Final

from corridor.charts.units import short_usd
from corridor.find.compare import ENTERED, LEFT, TERMS, RunComparison, RunSummary
from corridor.locale import format_percent, join_words, label, translator
from corridor.locale.labels import LABELS

#: Terms named in a sentence at most.
NAMED: Final = 3
#: A term that makes less of the largest one than this is not named.
WORTH_NAMING: Final = 0.1


def change_sentence(comparison: RunComparison, language: str) -> str:
    """Say how the unrealised potential changed and through what."""
    t = translator(language)
    first, second = comparison.first.unrealised_usd, comparison.second.unrealised_usd
    words = {
        "first": short_usd(first, language),
        "second": short_usd(second, language),
        "change": short_usd(abs(second - first), language),
        "terms": _name_terms(_read_terms(comparison), language),
    }
    if not words["terms"]:
        return t.gettext("The unrealised potential is %(first)s in both runs.") % words
    if second >= first:
        return (
            t.gettext(
                "The unrealised potential rises by %(change)s, from %(first)s to %(second)s: %(terms)s."
            )
            % words
        )
    return (
        t.gettext("The unrealised potential falls by %(change)s, from %(first)s to %(second)s: %(terms)s.")
        % words
    )


def _read_terms(comparison: RunComparison) -> dict[str, float]:
    return dict(comparison.terms.select("term", "unrealised_usd").iter_rows())


def _name_terms(terms: Mapping[str, float], language: str) -> str:
    """Return the largest terms with their amounts, the largest first; empty where nothing moved."""
    moved = sorted((term for term in terms if terms[term]), key=lambda term: -abs(terms[term]))
    if not moved:
        return ""
    least = WORTH_NAMING * abs(terms[moved[0]])
    named = [term for term in moved[:NAMED] if abs(terms[term]) >= least]
    return join_words(
        (f"{label(term, language)} {_sign(terms[term])}{short_usd(terms[term], language)}" for term in named),
        language,
    )


def _sign(value: float) -> str:
    return "+" if value > 0 else ""


def line_change_sentence(row: Mapping[str, Any], language: str) -> str:
    """Say how one line changed: its rank, its unrealised potential, and through what.

    ``row`` is a row of ``RunComparison.lines``.
    """
    t = translator(language)
    words = {
        "first": short_usd(row["unrealised_usd_first"], language),
        "second": short_usd(row["unrealised_usd_second"], language),
        "before": str(row["rank_first"]),
        "after": str(row["rank_second"]),
        "terms": _name_terms({term: row[f"unrealised_{term}"] for term in TERMS}, language),
    }
    if row["state"] == ENTERED:
        return t.gettext("Only in the second run: %(second)s, rank %(after)s.") % words
    if row["state"] == LEFT:
        return t.gettext("Only in the first run: %(first)s, rank %(before)s.") % words
    if row["rank_first"] == row["rank_second"]:
        return t.gettext("Rank %(after)s in both, %(first)s → %(second)s: %(terms)s.") % words
    return t.gettext("Rank %(before)s → %(after)s, %(first)s → %(second)s: %(terms)s.") % words


def shortlist_sentence(comparison: RunComparison, language: str) -> str:
    """Say how many products came into the shortlist and how many fell out."""
    first, second = comparison.first.shortlisted, comparison.second.shortlisted
    stayed = second - comparison.joined.height
    return translator(language).gettext(
        "%(stayed)s products are in both shortlists (of %(first)s and %(second)s), %(joined)s came in, %(dropped)s "
        "went out."
    ) % {
        "stayed": stayed,
        "first": first,
        "second": second,
        "joined": comparison.joined.height,
        "dropped": comparison.dropped.height,
    }


def caution_sentences(comparison: RunComparison, language: str) -> list[str]:
    """Say what a reader must know of the two runs before believing the difference."""
    t = translator(language)
    used = {
        "first": t.gettext("Used in the first run only, counted as 1 in the second: %(term)s."),
        "second": t.gettext("Used in the second run only, counted as 1 in the first: %(term)s."),
    }
    rounded = (
        t.gettext(
            "The first run is rounded to %(digits)s significant digits; what that changes stands in the term "
            "“rounding”."
        ),
        t.gettext(
            "The second run is rounded to %(digits)s significant digits; what that changes stands in the term "
            "“rounding”."
        ),
    )
    told = [used[side] % {"term": label(name, language)} for name, side in comparison.terms_on.items()]
    told += [
        words % {"digits": run.rounded_digits}
        for run, words in zip((comparison.first, comparison.second), rounded, strict=True)
        if run.rounded_digits
    ]
    if comparison.first.source != comparison.second.source:
        told.append(t.gettext("The two runs name different data, whose coverage may differ."))
    return told


def run_sentence(run: RunSummary, language: str) -> str:
    """Name a run: year, data, total."""
    return translator(language).gettext(
        "%(year)s, %(source)s: %(unrealised)s unrealised in %(lines)s lines"
    ) % {
        "year": run.year,
        "source": run.source.rstrip(". "),
        "unrealised": short_usd(run.unrealised_usd, language),
        "lines": run.lines,
    }


def option_words(value: object, language: str) -> str:
    """Return the value of an option in words."""
    t = translator(language)
    if isinstance(value, bool):
        return t.gettext("used") if value else t.gettext("off")
    if isinstance(value, float) and 0 <= value <= 1:
        return format_percent(value, language, digits=0)
    return label(value, language) if isinstance(value, str) and value in LABELS else str(value)
