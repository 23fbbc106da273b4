"""What a target asks for and rests on, in sentences: one wording for page, paper and terminal."""

from typing import Final

from corridor.charts.units import short_usd
from corridor.find.scenarios import Assumptions, MissingSource, TargetEvidence, TargetStudy
from corridor.find.target import TargetDecomposition
from corridor.locale import format_decimal, format_percent, join_words, label, translator
from corridor.locale.economies import economy_name

#: Digits of a share of a market: those of three significant digits of a thousandth.
MARKET_DIGITS: Final = 3


def growth_sentence(wanted: TargetDecomposition, language: str) -> str:
    """Say from where to where a target leads, and what growth that asks for."""
    t = translator(language)
    words = _tell(wanted, language)
    if wanted.required_growth is None:
        return t.gettext("The target is %(target)s in %(years)s years, from nothing today.") % words
    if wanted.base_year is None:
        return (
            t.gettext("From %(base)s to %(target)s in %(years)s years asks for growth of %(growth)s a year.")
            % words
        )
    return (
        t.gettext(
            "From %(base)s in %(base_year)s to %(target)s in %(due)s, exports would have to grow by %(growth)s a "
            "year for %(years)s years."
        )
        % words
    )


def target_words(wanted: TargetDecomposition, language: str) -> list[str]:
    """Return what is said of a target wherever it is shown: growth, rest, and the other counts of its base."""
    return [
        growth_sentence(wanted, language),
        rest_sentence(wanted, language),
        *(other_base_sentence(other, language) for other in wanted.others),
    ]


def rest_sentence(wanted: TargetDecomposition, language: str) -> str:
    """Say how much of a target no source carries."""
    t = translator(language)
    if not wanted.no_source_usd:
        return t.gettext("The sources below carry all of it.")
    return t.gettext("For %(rest)s of it, %(share)s, no source is found.") % {
        "rest": short_usd(wanted.no_source_usd, language),
        "share": format_percent(wanted.no_source_usd / wanted.target_usd, language, digits=1),
    }


def base_sentence(wanted: TargetDecomposition, language: str) -> str:
    """Say who counted the base of a target."""
    return translator(language).gettext("Exports today: %(base)s, by %(source)s.") % {
        "base": short_usd(wanted.base_usd, language),
        "source": wanted.base_source.rstrip(". "),
    }


def other_base_sentence(other: TargetDecomposition, language: str) -> str:
    """Say what changes where somebody else's count of today's exports is the base."""
    return translator(language).gettext(
        "Counted by %(source)s, exports were %(base)s: from there it is %(growth)s a year for %(years)s years, "
        "and %(rest)s without a source."
    ) % _tell(other, language)


def _tell(wanted: TargetDecomposition, language: str) -> dict[str, str]:
    growth = wanted.required_growth
    due = None if wanted.base_year is None else wanted.base_year + wanted.years
    return {
        "base": short_usd(wanted.base_usd, language),
        "source": wanted.base_source.rstrip(". "),
        "target": short_usd(wanted.target_usd, language),
        "years": format_decimal(wanted.years, language),
        "base_year": str(wanted.base_year),
        "due": "" if due is None else f"{due:g}",
        "growth": "–" if growth is None else format_percent(growth, language, digits=1),
        "rest": short_usd(wanted.no_source_usd, language),
    }


def market_sentence(wanted: TargetDecomposition, importer: str, language: str) -> str:
    """Say which share of the market a target is; empty where the market is not known."""
    if wanted.market_share is None or wanted.market_share_today is None:
        return ""
    return translator(language).gettext(
        "That is %(share)s of what %(importer)s imports today, instead of %(today)s."
    ) % {
        "share": format_percent(wanted.market_share, language, digits=2),
        "today": format_percent(wanted.market_share_today, language, digits=MARKET_DIGITS),
        "importer": economy_name(importer, language),
    }


def missing_sentence(missing: MissingSource, language: str) -> str:
    """Say how evidence for a line of a target that has none could be had."""
    t = translator(language)
    ways = {
        "growth_not_supplied": t.gettext(
            "use a run of several years of trade, or state an expected growth with its source"
        ),
        "counted_in_potential": t.gettext("it is in the line of the potential"),
        "tariffs_not_supplied": t.gettext("supply duties and elasticities to the command or to a run"),
        "run_without_new_products": t.gettext("compute a run from a dataset of this site"),
        "run_without_markets": t.gettext("compute a run from a dataset of this site that holds all markets"),
        "one_market_only": t.gettext("it is computed for one market; open the target of that market"),
        "no_evidence_imported": t.gettext("state evidence with its source, such as services trade"),
    }
    return t.gettext("%(line)s: %(way)s.") % {
        "line": label(missing.line, language),
        "way": ways[missing.reason],
    }


def assumption_sentence(assumptions: Assumptions, language: str) -> str:
    """Say what a set of assumptions takes to come true."""
    t = translator(language)
    levels = {
        "low": t.gettext("the lowest over conventions"),
        "central": t.gettext("of the stated convention"),
        "high": t.gettext("the highest over conventions"),
    }
    peers = {
        "low": t.gettext("no new products"),
        "central": t.gettext("new products as half of comparable exporters reach them"),
        "high": t.gettext("new products as a quarter of comparable exporters reach them"),
    }
    return t.gettext(
        "%(realisation)s of the unrealised potential (%(level)s), %(growth)s of the market’s growth, %(peers)s, "
        "%(cut)s of what duties of zero would bring, %(services)s of the evidence on areas without product codes."
    ) % {
        "realisation": _share(assumptions.realisation, language),
        "level": levels[assumptions.potential],
        "growth": _share(assumptions.growth, language),
        "peers": peers[assumptions.products_level],
        "cut": _share(assumptions.tariff_cut, language),
        "services": _share(assumptions.services, language),
    }


def _share(value: float, language: str) -> str:
    return format_percent(value, language, digits=0)


def formula_sentence(line: str, study: TargetStudy, language: str) -> str:
    """Say how the cap of a line was computed; empty for a line without a cap."""
    t = translator(language)
    evidence, told = study.evidence, study.assumptions
    growth, base = evidence.growth, evidence.base
    sentences = {
        "realised": t.gettext("Exports of %(year)s as %(source)s counts them.")
        % {"year": base.year, "source": base.source.rstrip(". ")},
        "unrealised_potential": t.gettext(
            "Export potential minus what is sold today, line by line, times the share that is realised "
            "(%(share)s); the range is that over conventions."
        )
        % {"share": _share(told.realisation, language)},
        "market_growth": ""
        if growth is None
        else t.gettext(
            "Exports today × ((1 + %(rate)s)^%(years)s − 1) × %(share)s: the share of the market is held while it "
            "grows. Source of the growth: %(source)s."
        )
        % {
            "rate": format_percent(growth.rate, language, digits=2),
            "years": format_decimal(base.years, language),
            "share": _share(told.growth, language),
            "source": growth.source.rstrip(". ") or "–",
        },
        "tariff_cuts": t.gettext(
            "What the unrealised potential gains where the partner’s duty on each product falls to zero, times %(share)s; "
            "all suppliers together still meet the partner’s imports."
        )
        % {"share": _share(told.tariff_cut, language)},
        "new_products": t.gettext(
            "The %(count)s most promising products without advantage today: the share of the market that half of 15 "
            "comparable exporters reach, above today’s exports and above the potential."
        )
        % {"count": format_decimal(told.products, language)},
        "services": t.gettext("Evidence on areas that have no product codes, times %(share)s.")
        % {"share": _share(told.services, language)},
        "no_source_found": t.gettext(
            "What remains. It stands in one line and is never spread over the others."
        ),
    }
    return sentences[line]


def affected_sentence(evidence: TargetEvidence, language: str) -> str:
    """Say for which part of the potential a tariff cut could be computed; empty without tariffs."""
    table = evidence.tariff_cuts
    if table is None or not table.height:
        return ""
    total = float(table["potential_usd"].sum())
    known = float(table.drop_nulls("gain_usd")["potential_usd"].sum())
    return translator(language).gettext(
        "Duty and elasticity are known for %(share)s of the potential; the rest adds nothing here."
    ) % {"share": format_percent(known / total if total else 0.0, language, digits=0)}


def unknown_markets_sentence(evidence: TargetEvidence, language: str) -> str:
    """Name the markets whose demand is not in the data; empty where none is missing."""
    if not evidence.unknown_markets:
        return ""
    names = join_words((economy_name(code, language) for code in evidence.unknown_markets), language)
    return translator(language).gettext(
        "The imports of %(count)s markets are not in the data: %(names)s. Exports to them are missing from what the data "
        "count, and the potential there is unknown, not zero."
    ) % {"count": len(evidence.unknown_markets), "names": names}
