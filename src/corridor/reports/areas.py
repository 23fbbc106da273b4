"""Sentences on areas of cooperation: one reason each, what carries the score, and what is missing."""

from collections.abc import Mapping, Sequence
from math import floor
from typing import Any, Final

from corridor.charts.units import short_usd
from corridor.data.areas import Area
from corridor.find.areas import AreaComparison
from corridor.find.goods import PairGoods
from corridor.locale import Translator, format_decimal, format_percent, join_words, translator
from corridor.locale.economies import economy_name
from corridor.locale.labels import LABELS, label
from corridor.reports.sentences import nomenclature_sentence
from corridor.vocabulary import AREA_CRITERIA

#: Shares from here on need no decimal.
ROUND_SHARE: Final = 0.1


def name_area(code: str, language: str, maps: Sequence[Area] = ()) -> str:
    """Return the words for an area: its label, the name its map gives it, or its code."""
    if code in LABELS:
        return label(code, language)
    return next((area.name for area in maps if area.area == code and area.name), code)


def name_role(role: str, language: str) -> str:
    """Return the words for what goods are in an area; a role of a user's own map is shown as it is."""
    code = f"goods_{role}"
    return label(code, language) if code in LABELS else role


def name_indicator(row: Mapping[str, Any], language: str) -> str:
    """Return the words for an indicator (a row of ``tables.AREA_INDICATORS``); an imported one has its own."""
    return str(row["indicator"]) if row["imported"] else label(f"evidence_{row['indicator']}", language)


def show_value(row: Mapping[str, Any], language: str) -> str:
    """Return the value of an indicator with its unit, or that evidence is missing."""
    value = row["value"]
    if value is None:
        return translator(language).gettext("missing")
    if row["unit"] == "usd":
        return short_usd(keep_digits(value), language)
    if row["unit"] == "share":
        return show_share(value, language)
    shown = format_decimal(value, language, digits=0 if float(value).is_integer() else 3)
    return shown if row["unit"] == "index" else f"{shown} {row['unit']}"


def keep_digits(value: float) -> float:
    """Return a value with the three significant digits that a reader can rely on."""
    return float(f"{value:.3g}")


def show_share(share: float, language: str) -> str:
    """Return a share with two or three significant digits."""
    return format_percent(share, language, digits=0 if share >= ROUND_SHARE else 1 if share >= 0.01 else 2)


def area_sentence(row: Mapping[str, Any], comparison: AreaComparison, language: str) -> str:
    """Say in one sentence why an area stands where it stands; ``row`` is one of ``comparison.areas``."""
    t = translator(language)
    told = set(comparison.reason(row))
    if "not_comparable" in told:
        return _describe_missing(t, row, told, language)
    if "no_goods" in told:
        return t.gettext(
            "It has no HS code, so trade says nothing: it is judged by imported indicators, which cover "
            "%(share)s of the weight."
        ) % {"share": show_share(row["completeness"], language)}
    if row["partner_world_share"] is None or row["home_imports_usd"] is None or row["home_rca"] is None:
        return _describe_part(t, row, comparison.goods, language)
    return _choose_reason(t, told) % _fill(row, comparison.goods, language)


def _choose_reason(t: Translator, told: set[str]) -> str:
    if {"partner_specialised", "home_specialised"} <= told:
        return t.gettext(
            "Both are strong: %(partner)s supplies %(share)s of world exports, %(home)s is specialised too, sells "
            "%(partner)s %(current)s with %(unrealised)s more within reach, and buys %(imports)s."
        )
    if "home_specialised" in told:
        return t.gettext(
            "%(home)s is specialised (%(rca)s times the world’s average) and %(partner)s is not: it buys %(current)s "
            "from %(home)s today, with %(unrealised)s more within reach."
        )
    if "partner_specialised" in told and "nothing_sold" in told:
        return t.gettext(
            "%(partner)s supplies %(share)s of world exports; %(home)s buys %(imports)s of these goods, "
            "%(dependence)s of it from %(partner)s, and sells it nothing."
        )
    if "partner_specialised" in told:
        return t.gettext(
            "%(partner)s supplies %(share)s of world exports; %(home)s buys %(imports)s of these goods, "
            "%(dependence)s of it from %(partner)s, and sells it %(current)s."
        )
    return t.gettext(
        "Neither is specialised: %(partner)s supplies %(share)s of world exports, %(home)s buys %(imports)s, "
        "%(dependence)s of it from %(partner)s, and sells it %(current)s with %(unrealised)s more within reach."
    )


def _fill(row: Mapping[str, Any], goods: PairGoods, language: str) -> dict[str, str]:
    return {
        "home": economy_name(goods.home, language),
        "partner": economy_name(goods.partner, language),
        "share": show_share(row["partner_world_share"], language),
        "imports": short_usd(keep_digits(row["home_imports_usd"]), language),
        "dependence": show_share(row["partner_import_share"] or 0.0, language),
        "current": short_usd(keep_digits(row["current_usd"] or 0.0), language),
        "unrealised": short_usd(keep_digits(row["unrealised_usd"] or 0.0), language),
        "rca": format_decimal(row["home_rca"], language, digits=1),
    }


def _describe_part(t: Translator, row: Mapping[str, Any], goods: PairGoods, language: str) -> str:
    """Say what is known where a part of the trade evidence is missing."""
    missing = join_words((label(f"criterion_{name}", language) for name in row["missing"]), language)
    if row["current_usd"] is None:
        return t.gettext("A part of the evidence is missing (%(criteria)s).") % {"criteria": missing}
    words = {
        "home": economy_name(goods.home, language),
        "partner": economy_name(goods.partner, language),
        "current": short_usd(keep_digits(row["current_usd"]), language),
        "unrealised": short_usd(keep_digits(row["unrealised_usd"] or 0.0), language),
        "criteria": missing,
    }
    return (
        t.gettext(
            "%(home)s sells %(partner)s %(current)s, with %(unrealised)s more within reach; evidence is missing "
            "on: %(criteria)s."
        )
        % words
    )


def _describe_missing(t: Translator, row: Mapping[str, Any], told: set[str], language: str) -> str:
    missing = join_words((label(f"criterion_{name}", language) for name in row["missing"]), language)
    if "no_goods" in told and len(row["missing"]) == len(AREA_CRITERIA):
        return t.gettext(
            "Not comparable: it has no HS code, so trade says nothing, and no other evidence was imported."
        )
    if not row["missing"]:
        return t.gettext("Not comparable: evidence covers only %(share)s of the weight.") % {
            "share": show_share(row["completeness"], language)
        }
    return t.gettext(
        "Not comparable: evidence covers only %(share)s of the weight; it is missing on: %(criteria)s."
    ) % {"share": show_share(row["completeness"], language), "criteria": missing}


def firmness_sentence(row: Mapping[str, Any], comparison: AreaComparison, language: str) -> str:
    """Say how firm an area's place is; empty where it is not compared."""
    t = translator(language)
    if not row["comparable"]:
        return ""
    words = {
        "share": format_percent(row["firmness"], language, digits=0),
        "draws": format_decimal(comparison.options.draws, language),
        "best": row["best_rank"],
        "worst": row["worst_rank"],
        "count": comparison.compared,
    }
    return (
        t.gettext(
            "It is in the set in %(share)s of %(draws)s draws; whatever the weights, its rank lies between %(best)s "
            "and %(worst)s of %(count)s."
        )
        % words
    )


def set_sentence(comparison: AreaComparison, language: str) -> str:
    """Say which few areas carry most of the score."""
    t = translator(language)
    if not comparison.compared:
        return t.gettext("No area can be compared: evidence is missing for all of them.")
    names = [
        name_area(code, language, comparison.maps)
        for code in comparison.areas.filter("chosen")["area"].to_list()
    ]
    return t.ngettext(
        "%(chosen)s of %(compared)s comparable areas carries %(share)s of the score: %(names)s.",
        "%(chosen)s of %(compared)s comparable areas carry %(share)s of the score: %(names)s.",
        comparison.chosen,
    ) % {
        "chosen": comparison.chosen,
        "compared": comparison.compared,
        "share": format_percent(comparison.share_carried, language, digits=0),
        "names": join_words(names, language),
    }


def spread_sentences(comparison: AreaComparison, language: str) -> list[str]:
    """Say how the score is spread and how firm the set is as a whole."""
    t, compared = translator(language), comparison.areas.filter("comparable")
    if not compared.height:
        return []
    firm = [row["area"] for row in compared.to_dicts() if row["firmness"] >= 0.95 and row["chosen"]]
    open_cases = [row["area"] for row in compared.to_dicts() if 0.05 < row["firmness"] < 0.95]
    total = float(compared["score"].sum()) or 1.0
    first = compared.head(2)
    sentences = [
        t.gettext("The first two alone carry %(share)s.")
        % {"share": format_percent(float(first["score"].sum()) / total, language, digits=0)}
    ]
    if firm:
        sentences.append(
            t.gettext("Firm members of the set, in 95 %% of the draws or more: %(names)s.")
            % {"names": _join_areas(firm, comparison, language)}
        )
    if open_cases:
        sentences.append(
            t.gettext("Members or not, depending on weights and data: %(names)s.")
            % {"names": _join_areas(open_cases, comparison, language)}
        )
    return sentences


def _join_areas(codes: Sequence[str], comparison: AreaComparison, language: str) -> str:
    return join_words((name_area(code, language, comparison.maps) for code in codes), language)


def limit_sentences(comparison: AreaComparison, language: str) -> list[str]:
    """Say what the comparison leaves out, what it assumes, and that areas may not be added up."""
    t, goods = translator(language), comparison.goods
    sentences = [_describe_lines(t, goods, language)]
    if told := nomenclature_sentence(goods.source.nomenclature, language):
        sentences.append(told)
    absent = [row["area"] for row in comparison.areas.filter(~comparison.areas["comparable"]).to_dicts()]
    if absent:
        sentences.append(
            t.ngettext(
                "%(count)s area cannot be compared and is not ranked low for that: %(names)s.",
                "%(count)s areas cannot be compared and are not ranked low for that: %(names)s.",
                len(absent),
            )
            % {"count": len(absent), "names": _join_areas(absent, comparison, language)}
        )
    if comparison.overlaps.height:
        sentences.append(_describe_overlap(t, comparison, language))
    sentences.append(
        t.gettext(
            "Firmness assumes that each figure may be off by %(noise)s (one standard deviation, an assumption) and "
            "that weights vary around those given."
        )
        % {"noise": format_percent(comparison.options.noise, language, digits=0)}
    )
    sentences += [
        t.gettext("%(count)s imported rows are not used: %(reason)s.")
        % {"count": count, "reason": label(f"unused_{reason}", language)}
        for reason, count in comparison.unused.items()
    ]
    return sentences


def _describe_lines(t: Translator, goods: PairGoods, language: str) -> str:
    if goods.complete:
        return t.gettext("Trade evidence holds all %(count)s products of the data.") % {
            "count": format_decimal(goods.table.height, language)
        }
    if goods.lacks_reverse:
        return t.gettext(
            "This run holds one direction only, so what %(home)s buys and where %(partner)s is strong is missing: "
            "compute a run of this pair for the rest."
        ) % {"home": economy_name(goods.home, language), "partner": economy_name(goods.partner, language)}
    held = [
        (goods.home_exports_held, t.gettext("%(share)s of what %(home)s exports")),
        (goods.home_imports_held, t.gettext("%(share)s of what it imports")),
    ]
    parts = [
        words
        # rounded down: 99.97 % is not everything
        % {
            "share": format_percent(floor(1000 * share) / 1000, language, digits=1),
            "home": economy_name(goods.home, language),
        }
        for share, words in held
        if share is not None
    ]
    return t.gettext(
        "Trade evidence holds the %(count)s products that the two trade or could: %(parts)s."
    ) % {"count": format_decimal(goods.table.height, language), "parts": join_words(parts, language)}


def _describe_overlap(t: Translator, comparison: AreaComparison, language: str) -> str:
    row = comparison.overlaps.row(0, named=True)
    values = comparison.products.unique("product")["home_imports_usd"].sum()
    added = comparison.products["home_imports_usd"].sum()
    return t.gettext(
        "Some products belong to several areas and count in each, so areas must not be added up: added, imports would "
        "be %(added)s instead of %(values)s. The largest overlap, %(overlap)s, is between %(first)s and %(second)s."
    ) % {
        "added": short_usd(float(added or 0.0), language),
        "values": short_usd(float(values or 0.0), language),
        "overlap": short_usd(float(row["home_imports_usd"] or 0.0), language),
        "first": name_area(row["area"], language, comparison.maps),
        "second": name_area(row["other"], language, comparison.maps),
    }
