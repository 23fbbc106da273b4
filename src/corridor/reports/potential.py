"""What is to be said of the terms of the export potential: switched off, from where, on what fallbacks."""

from collections.abc import Mapping
from typing import Any, Final

from corridor.charts.units import short_usd
from corridor.find.pair import PairAnalysis, PairCoverage
from corridor.find.potential import TERMS_OFF
from corridor.locale import Translator, format_decimal, format_percent, join_words, translator
from corridor.locale.labels import label

#: Smaller gaps stand in the coverage, but need no sentence.
SHOWN_SHARE: Final = 0.0005


def terms_sentences(analysis: PairAnalysis, language: str) -> list[str]:
    """Say which terms are off, where the others' inputs come from, and what of them is not known."""
    t, coverage = translator(language), analysis.coverage
    off = _say_terms_off(t, coverage, language)
    return [*([off] if off else []), *_name_inputs(t, coverage), *_list_gaps(t, analysis, language)]


def _say_terms_off(t: Translator, coverage: PairCoverage, language: str) -> str:
    if not coverage.terms_off:
        return ""
    if coverage.terms_off == TERMS_OFF:
        return t.gettext("Growth, tariffs and distance are switched off: their terms count as 1.")
    names = join_words((label(code, language) for code in coverage.terms_off), language)
    return t.gettext("Switched off, so that they count as 1: %(terms)s.") % {"terms": names}


def _name_inputs(t: Translator, coverage: PairCoverage) -> list[str]:
    sentences = {
        "growth": t.gettext("Expected growth: %(source)s."),
        "distances": t.gettext("Distances: %(source)s."),
        "tariffs": t.gettext("Tariffs: %(source)s."),
        "elasticities": t.gettext("Elasticities: %(source)s."),
        "ease": t.gettext("Ease from gravity: %(source)s."),
    }
    return [
        sentences[each.input]
        % {
            "source": " · ".join(
                part.rstrip(". ") for part in (each.attribution or each.dataset, each.as_of) if part
            )
        }
        for each in coverage.inputs
    ]


def _list_gaps(t: Translator, analysis: PairAnalysis, language: str) -> list[str]:
    return [
        t.gettext(
            "%(term)s: %(imports)s of the market’s imports and %(exports)s of the exporter’s exports rest on "
            "%(fallback)s."
        )
        % {
            "term": label(gap.input, language),
            "imports": format_percent(gap.import_share, language, digits=1),
            "exports": format_percent(gap.export_share, language, digits=1),
            "fallback": label(gap.fallback, language),
        }
        for gap in analysis.coverage.gaps
        if max(gap.import_share, gap.export_share) >= SHOWN_SHARE
    ]


def uncertainty_sentence(analysis: PairAnalysis, language: str) -> str:
    """Say the range of the unrealised potential under noise and conventions; empty where it was not drawn."""
    table = analysis.tables.get("uncertainty")
    if table is None:
        return ""
    row = table.filter(measure="unrealised").row(0, named=True)
    return translator(language).gettext(
        "With errors in the data and over all conventions the unrealised potential lies between %(low)s and "
        "%(high)s in 90 of 100 draws (%(draws)s draws; the size of the errors is assumed)."
    ) % {
        "low": short_usd(row["low_usd"], language),
        "high": short_usd(row["high_usd"], language),
        "draws": format_decimal(row["draws"], language),
    }


def rank_sentence(row: Mapping[str, Any], language: str) -> str:
    """Say between which ranks a line lies under noise and conventions; empty where it was not drawn."""
    if row.get("rank_low") is None:
        return ""
    return translator(language).gettext(
        "With errors in the data and over all conventions it ranks between %(low)s and %(high)s."
    ) % {"low": format_decimal(row["rank_low"], language), "high": format_decimal(row["rank_high"], language)}
