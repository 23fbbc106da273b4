"""Reason codes and coverage turned into sentences: one wording for the paper, the page and the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from corridor.charts.units import short_usd
from corridor.data.areas import NOMENCLATURE
from corridor.data.revisions import name_revision
from corridor.find.pair import PairAnalysis, PairCoverage
from corridor.locale import Translator, format_decimal, format_percent, join_words, translator
from corridor.locale.economies import economy_name
from corridor.locale.labels import LABELS, label
from corridor.match.glossary import name_term
from corridor.reports.potential import terms_sentences

#: A large good that some files of BACI lack: who reads a total has to know.
REFINED_PETROLEUM: Final = "271000"

#: The revision of the lists of goods (areas, supply chains) that the project carries.
LISTS_REVISION: Final = name_revision(NOMENCLATURE)

#: From here on one decimal is all that three significant digits of a share carry.
ROUND_SHARE: Final = 0.1


def line_sentence(row: Mapping[str, Any], analysis: PairAnalysis, language: str) -> str:
    """Say why a line stands where it stands, and how firmly.

    ``row`` is a row of ``analysis.opportunities`` with its reason codes in ``reasons``.
    """
    first = position_sentence(row, analysis, language)
    second = _describe_firmness(translator(language), row["reasons"])
    return f"{first} {second}".strip()


def position_sentence(row: Mapping[str, Any], analysis: PairAnalysis, language: str) -> str:
    """Say in one sentence why a line stands where it stands."""
    values = {
        "exporter": economy_name(analysis.exporter, language),
        "importer": economy_name(analysis.importer, language),
        "current": short_usd(row["current_usd"], language),
        "imports": short_usd(row["partner_imports_usd"], language),
        "unrealised": short_usd(row["unrealised_usd"], language),
        "share": format_percent(
            row["supply_share"], language, digits=1 if row["supply_share"] >= ROUND_SHARE else 2
        ),
    }
    return _describe_position(translator(language), row["reasons"]) % values


def _describe_position(t: Translator, reasons: Sequence[str]) -> str:
    told = set(reasons)
    if "potential_reached" in told:
        return t.gettext(
            "%(importer)s buys %(imports)s of it; with %(current)s %(exporter)s already sells what its share "
            "of world exports suggests."
        )
    if "not_yet_sold" in told:
        return t.gettext(
            "%(importer)s buys %(imports)s of it and nothing from %(exporter)s, which supplies %(share)s of "
            "world exports: %(unrealised)s unrealised."
        )
    if "strong_supplier" in told and "underused_relation" in told:
        return t.gettext(
            "%(exporter)s is a strong supplier (%(share)s of world exports), yet sells only %(current)s of the "
            "%(imports)s that %(importer)s buys: %(unrealised)s unrealised."
        )
    return t.gettext(
        "%(importer)s buys %(imports)s of it, %(current)s from %(exporter)s, which supplies %(share)s of "
        "world exports: %(unrealised)s unrealised."
    )


def _describe_firmness(t: Translator, reasons: Sequence[str]) -> str:
    told = set(reasons)
    if "firm" in told:
        return t.gettext("It stays in the shortlist under every convention.")
    if "depends_on_convention" in told:
        return t.gettext("Whether it belongs to the shortlist depends on the convention.")
    return ""


def nothing_sentence(analysis: PairAnalysis, language: str) -> str:
    """Say why a pair has no unrealised potential; empty where it has some."""
    t = translator(language)
    if analysis.shortlist.positive_lines:
        return ""
    if analysis.totals.current_usd:
        return t.gettext("No product has unrealised potential: exports already reach it in every line.")
    return t.gettext(
        "In these data %(exporter)s sells %(importer)s nothing, so no potential can be computed: the method extends "
        "trade that exists. It does not say that there is none."
    ) % {
        "exporter": economy_name(analysis.exporter, language),
        "importer": economy_name(analysis.importer, language),
    }


def coverage_sentences(analysis: PairAnalysis, language: str) -> list[str]:
    """Say what the figures of a pair leave out; shown wherever they are shown."""
    t, coverage = translator(language), analysis.coverage
    sentences = [
        t.gettext("The data hold the imports of %(markets)s destination markets in %(year)s.")
        % {"markets": coverage.destination_markets, "year": analysis.year}
    ]
    if coverage.missing_importers:
        sentences.append(_describe_missing(t, coverage, language))
    if coverage.absent_products:
        sentences.append(
            t.gettext("%(count)s codes of the nomenclature have no trade in the data.")
            % {"count": format_decimal(len(coverage.absent_products), language)}
        )
        if REFINED_PETROLEUM in coverage.absent_products:
            sentences.append(
                t.gettext("Refined petroleum (HS 271000) is one of them; totals of imports leave it out.")
            )
    sentences += terms_sentences(analysis, language)
    if analysis.rounded_digits:
        sentences.append(
            t.gettext("Figures are rounded to %(digits)s significant digits.")
            % {"digits": analysis.rounded_digits}
        )
    return sentences


def _describe_missing(t: Translator, coverage: PairCoverage, language: str) -> str:
    missing = _largest_first(coverage.missing_importers)
    names = join_words((economy_name(code, language) for code in missing), language)
    return t.gettext(
        "The imports of %(count)s economies are missing from the data and unknown, not zero: %(names)s. "
        "World shares and totals of exports therefore leave these markets out."
    ) % {"count": len(coverage.missing_importers), "names": names}


def _largest_first(codes: Sequence[str]) -> list[str]:
    return sorted(codes, key=lambda code: (code != "USA", code))


def nomenclature_sentence(nomenclature: str, language: str) -> str:
    """Say that lists of goods by code (areas, supply chains) are of another revision than the data; else empty."""
    if nomenclature in ("", LISTS_REVISION):
        return ""
    return translator(language).gettext(
        "The data are in %(data)s, the lists of goods that Corridor carries in %(lists)s: codes that changed between "
        "the two are missed or stand for other goods."
    ) % {"data": nomenclature, "lists": LISTS_REVISION}


def source_line(analysis: PairAnalysis, language: str) -> str:
    """Return the line under a chart or table: source, licence, year."""
    t = translator(language)
    if analysis.source.illustrative:
        return t.gettext("Illustrative data, generated: not real trade.")
    return t.gettext("Source: %(source)s. Computed by Corridor.") % {"source": name_source(analysis)}


def name_source(analysis: PairAnalysis) -> str:
    """Return title, year and licence of the data; what the title says is not said again."""
    source = analysis.source
    title = source.title.rstrip(". ")
    further = [text for text in (str(analysis.year), source.licence) if text and text not in title]
    return "; ".join([title, *further])


def match_sentence(reason: Mapping[str, Any], language: str) -> str:
    """Say one reason of a match in one sentence.

    ``reason`` is a struct of ``tables.MATCHES``: its code (``match.score.REASONS``) and what matched.
    """
    t = translator(language)
    value = _name_values(reason["code"], str(reason["value"] or ""), language)
    sentences = {
        "kind_fits": t.gettext("Same kind: %(value)s."),
        "shared_fields": t.gettext("Shared fields: %(value)s."),
        "same_goods": t.gettext("Same goods: HS %(value)s."),
        "similar_text": t.gettext("The two texts are alike."),
        "shared_terms": t.gettext("Terms in both texts: %(value)s."),
        "partner_active_in_field": t.gettext("The partner works in the field: %(value)s."),
        "partner_kind_suits": t.gettext("A suitable kind of partner: %(value)s."),
        "clear_request": t.gettext("The need is clearly stated."),
        "served_partner_economy": t.gettext("Has delivered there before: %(value)s."),
        "partner_has_experience": t.gettext("The partner has delivered in the field: %(value)s."),
        "languages_not_comparable": t.gettext("The texts are in two languages and were not compared."),
    }
    return sentences[reason["code"]] % {"value": value}


def _name_values(code: str, value: str, language: str) -> str:
    """Return what matched in words: codes of fields and kinds, glossary terms, economies."""
    parts = [part for part in value.split(", ") if part]
    if code == "shared_terms":
        words = [name_term(part, language) for part in parts]
    elif code == "served_partner_economy":
        words = [economy_name(part, language) for part in parts]
    else:
        words = [label(part, language) if part in LABELS else part for part in parts]
    return join_words(words, language)
