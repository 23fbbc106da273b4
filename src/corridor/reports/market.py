"""Sentences of the market and the supply side: one wording for page, paper and terminal."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from corridor.charts.units import short_usd
from corridor.find.supply import explain_dependence
from corridor.locale import Translator, format_decimal, format_percent, join_words, translator
from corridor.locale.catalogue import gettext_noop
from corridor.locale.economies import economy_name
from corridor.locale.labels import label

#: Titles and limits of the supply chains that the project carries, as their files have them in English.
CHAIN_TEXTS: Final = (
    gettext_noop("Electric vehicles"),
    gettext_noop("Vehicles that drive electrically"),
    gettext_noop("Battery cells and packs"),
    gettext_noop("Motors, converters and wiring"),
    gettext_noop("Permanent magnets and rare earths"),
    gettext_noop("Materials of battery cells"),
    gettext_noop("Ores and intermediate metals"),
    gettext_noop(
        "HS 2017 has one code for lithium-ion cells and packs, none for electric trucks (among 870490), and none "
        "for lithium ores (among 253090). Motors, converters and wiring serve other machines too."
    ),
    gettext_noop("Solar energy"),
    gettext_noop("Cells and modules"),
    gettext_noop("Inverters and other static converters"),
    gettext_noop("Glass, frames, films and cables of modules"),
    gettext_noop("Wafers"),
    gettext_noop("Polysilicon"),
    gettext_noop("Silicon metal and quartz"),
    gettext_noop(
        "HS 2017 has one code for solar cells and modules, 854140, and it holds light-emitting diodes too; HS 2022 "
        "separates them. Wafers (381800) are those of all electronics; converters (850440) include chargers and "
        "power supplies."
    ),
    gettext_noop("Telecommunications and computers"),
    gettext_noop("Network equipment"),
    gettext_noop("Telephones and computers"),
    gettext_noop("Optical fibres and cables"),
    gettext_noop("Parts, boards and displays"),
    gettext_noop("Chips and passive components"),
    gettext_noop("Wafers and silicon"),
    gettext_noop(
        "Parts and chips serve many other machines; HS 2017 does not tell smartphones from other mobile telephones "
        "(851712)."
    ),
    gettext_noop("Cotton, textiles and garments"),
    gettext_noop("Garments of cotton"),
    gettext_noop("Home textiles of cotton"),
    gettext_noop("Cotton fabrics, woven and knitted"),
    gettext_noop("Cotton yarn and thread"),
    gettext_noop("Cotton, raw and combed"),
    gettext_noop("Machines to spin, weave, knit and sew"),
    gettext_noop(
        "Only cotton: blends are counted where cotton prevails, as the headings do; man-made fibres are another "
        "chain."
    ),
    gettext_noop("Medical devices"),
    gettext_noop("Imaging and diagnosis"),
    gettext_noop("Treatment, breathing and implants"),
    gettext_noop("Surgical and dental instruments"),
    gettext_noop("Syringes, dressings, gloves and masks"),
    gettext_noop("Tubes and parts of X-ray and other apparatus"),
    gettext_noop("Plastics, nonwovens and stainless steel"),
    gettext_noop(
        "Plastics, nonwovens and stainless steel serve many other uses; 630790 holds masks among other made-up "
        "textiles."
    ),
)


def dependence_sentence(row: Mapping[str, Any], partner: str, language: str) -> str:
    """Say in one or two sentences on whom home depends for a product.

    ``row`` has the columns of ``tables.DEPENDENCE``.
    """
    t = translator(language)
    told = explain_dependence(row, partner)
    values = {
        "imports": short_usd(row["imports_usd"], language),
        "exports": short_usd(row["home_exports_usd"] or 0.0, language),
        "partner": economy_name(partner, language),
        "partner_share": format_percent(row["partner_share"] or 0.0, language),
        "top": economy_name(row["top_supplier"] or partner, language),
        "top_share": format_percent(row["top_share"] or row["partner_share"] or 0.0, language),
        "count": format_decimal(row["alternatives"] or 0, language),
    }
    first = _describe_suppliers(t, told[0]) % values
    return f"{first} {_describe_sources(t, told, row) % values}".strip()


def _describe_suppliers(t: Translator, code: str) -> str:
    sentences = {
        "depends_on_partner": t.gettext("%(partner)s supplies %(top_share)s of %(imports)s."),
        "depends_on_other": t.gettext(
            "%(top)s supplies %(top_share)s of %(imports)s, %(partner)s %(partner_share)s."
        ),
        "concentrated_but_made": t.gettext(
            "%(top)s supplies %(top_share)s of %(imports)s, but home sells more than it buys: %(exports)s."
        ),
        "several_suppliers": t.gettext(
            "Several suppliers share %(imports)s; %(top)s has %(top_share)s, %(partner)s %(partner_share)s."
        ),
        "suppliers_unknown": t.gettext(
            "%(partner)s supplies %(partner_share)s of %(imports)s; the other suppliers are not in this run."
        ),
        "not_imported": t.gettext("Home buys none and sells %(exports)s."),
    }
    return sentences[code]


def _describe_sources(t: Translator, told: Sequence[str], row: Mapping[str, Any]) -> str:
    if not told[0].startswith("depends"):
        return ""
    if "home_is_strong" in told:
        return t.gettext("Home is itself a strong exporter of it.")
    if "few_alternatives" in told:
        if not row["alternatives"]:
            return t.gettext("No other economy has a hundredth of the world’s exports.")
        return t.ngettext(
            "Only %(count)s other economy has a hundredth or more of the world’s exports.",
            "Only %(count)s other economies have a hundredth or more of the world’s exports.",
            row["alternatives"],
        )
    if "many_alternatives" in told:
        return t.gettext("%(count)s other economies have a hundredth or more of the world’s exports.")
    return t.gettext("Other sources are not in this run.")


def option_sentence(row: Mapping[str, Any], language: str) -> str:
    """Say in one sentence why home could make a product it buys (a row of ``supply.list_home_options``)."""
    t = translator(language)
    words = join_words((label(code, language).lower() for code in row["evidence"]), language)
    return t.gettext("Buys %(net)s more than it sells; evidence that a start is near: %(evidence)s.") % {
        "net": short_usd(row["net_imports_usd"], language),
        "evidence": words,
    }


def suppliers_sentence(row: Mapping[str, Any], rank: int | None, share: float | None, language: str) -> str:
    """Say how many supply a product and where the exporter stands.

    ``row`` has the columns of ``tables.CONCENTRATION``; rank and share are the exporter's, None without sales.
    """
    t = translator(language)
    values = {
        "suppliers": format_decimal(row["suppliers"], language),
        "effective": format_decimal(row["effective_suppliers"], language, digits=1),
        "hhi": format_decimal(row["hhi"], language, digits=2),
        "rank": rank or 0,
        "share": format_percent(share or 0.0, language, digits=1 if (share or 0.0) >= 0.1 else 2),
    }
    first = t.ngettext(
        "%(suppliers)s supplier, as concentrated as %(effective)s of equal size (HHI %(hhi)s).",
        "%(suppliers)s suppliers, as concentrated as %(effective)s of equal size (HHI %(hhi)s).",
        row["suppliers"],
    )
    second = (
        t.gettext("The exporter is supplier number %(rank)s with %(share)s.")
        if rank
        else t.gettext("The exporter is not among them.")
    )
    return f"{first % values} {second % values}"


def growth_sentence(row: Mapping[str, Any], language: str) -> str:
    """Say how a market and the exporter's sales grew (a row of ``tables.GROWTH``)."""
    t = translator(language)
    values = {
        "base": row["base_year"],
        "end": row["end_year"],
        "market": _tell_rate(row["market_growth"], language),
        "current": _tell_rate(row["current_growth"], language),
    }
    if row["market_growth"] is None:
        return t.gettext("From %(base)s to %(end)s there is no growth rate: one end is zero.") % values
    if row["current_growth"] is None:
        return (
            t.gettext(
                "From %(base)s to %(end)s the market changed by %(market)s a year; the exporter began or ended at zero."
            )
            % values
        )
    return (
        t.gettext(
            "From %(base)s to %(end)s the market changed by %(market)s a year, the exporter’s sales by %(current)s."
        )
        % values
    )


def _tell_rate(rate: float | None, language: str) -> str:
    return "–" if rate is None else format_percent(rate, language)


def supply_limits(missing: Sequence[str], language: str) -> list[str]:
    """Say what missing importers mean for the supply side: home's imports are known, world shares are not whole."""
    t = translator(language)
    if not missing:
        return []
    names = join_words((economy_name(code, language) for code in missing), language)
    return [
        t.gettext(
            "Home’s imports and their suppliers are complete in these data. Home’s exports, its advantage and the "
            "other sources’ shares of world exports leave out what %(names)s buy."
        )
        % {"names": names}
    ]
