"""Sections and chapters of the Harmonized System in charts: their names and their colours."""

from corridor.charts.theme import Spec, reading
from corridor.locale import translator
from corridor.locale.nomenclature import CHAPTERS, SECTIONS, chapter_name, section_name, section_of


def name_section(section: str, language: str) -> str:
    """Return the name of a section; codes of no section have words of their own."""
    return (
        section_name(section, language)
        if section in SECTIONS
        else translator(language).gettext("Other codes")
    )


def name_chapter(code: str, language: str) -> str:
    """Return the name of an HS code's chapter; the code's first digits where there is no such chapter."""
    return chapter_name(code, language) if code[:2] in CHAPTERS else code[:2]


def find_section(code: str) -> str:
    """Return the section of an HS code, ``""`` where it belongs to none."""
    return section_of(code) if code[:2] in CHAPTERS else ""


def colour_sections(language: str, *, legend: bool) -> Spec:
    """Return the colour channel of the field ``section``, which holds names as ``name_section`` gives them."""
    names = [name_section(section, language) for section in (*SECTIONS, "")]
    shown = {
        "orient": "bottom",
        # as the page is wide: paper has room for three columns, a phone for two short ones
        "columns": {"expr": "width > 900 ? 4 : width > 560 ? 3 : 2"},
        "labelLimit": {"expr": "width > 900 ? 230 : width > 560 ? 190 : 130"},
        "symbolType": "circle",
        # the script of Urdu is taller than its line
        "rowPadding": 9 if reading(language).rtl else 3,
        "title": None,
        "values": names[:-1],
    }
    return {
        "field": "section",
        "type": "nominal",
        "scale": {"domain": names, "range": "sections"},
        "legend": shown if legend else None,
    }
