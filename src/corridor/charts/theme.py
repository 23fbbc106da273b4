"""The look that all charts share: colours, fonts and the direction of reading.

A specification holds no colour of its own: marks name a style or a range of the configuration, so
that a page may swap ``spec["config"]`` for another scheme (``chart_config(language, "dark")``)
without building the chart again. The accents stay apart for the common colour-vision deficiencies
(checked in the tests with the matrices of Machado, Oliveira & Fernandes, IEEE TVCG 15 (2009) 1291).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from corridor.errors import InputError
from corridor.locale import direction

Spec = dict[str, Any]
Scheme = Literal["light", "dark"]

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
#: Width of a chart in CSS pixels: the text column of an A4 page at 96 dpi.
WIDTH: Final = 640
#: What remains of it beside the names of the bars, at least; and a label's width a character.
PLOT_WIDTH: Final = 330
LABEL_CHARACTER: Final = 6.6


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one scheme.

    ``series`` are for data; the first is ours, the second everyone else. ``sections`` are the 21 sections of
    the Harmonized System in order, alike where the goods are, and what belongs to none; words always stand
    beside them.
    """

    paper: str
    ink: str
    quiet: str
    line: str
    series: tuple[str, ...]
    on_accent: str
    sections: tuple[str, ...]


PALETTES: Final[dict[str, Palette]] = {
    "light": Palette(
        paper="#ffffff",
        ink="#1d2b33",
        quiet="#56656e",
        line="#dfe5e8",
        series=("#0b6e75", "#aab7be", "#c26a1c", "#5a4fa3", "#7c8f1f"),
        on_accent="#ffffff",
        sections=(
            *("#b5651d", "#6f9317", "#bfa32a", "#dd9a1c", "#7d6b5d", "#a23b8c", "#d1619b"),
            *("#8c5a3c", "#a07c3f", "#b89b66", "#2f8f5b", "#57ab82", "#8d9667", "#c2a200"),
            *("#6e7b91", "#2f62b8", "#6a4fb3", "#2395b3", "#4d4d4d", "#c0554e", "#8f8f8f"),
            "#9aa4aa",
        ),
    ),
    "dark": Palette(
        paper="#12191d",
        ink="#e6edf0",
        quiet="#9fb0b9",
        line="#2c383f",
        series=("#4fc3c7", "#64737c", "#eba45c", "#a9a1ee", "#c3d36a"),
        on_accent="#0c1518",
        sections=(
            *("#dd9457", "#a5c64f", "#dcc458", "#efbb56", "#b3a294", "#d77fc4", "#eb96c0"),
            *("#c4937a", "#c9a873", "#d9c296", "#5fc08b", "#8ad0ae", "#bcc596", "#e3cb4a"),
            *("#9fadc4", "#6f9ce6", "#a18be6", "#63c6df", "#a6a6a6", "#e58b85", "#bcbcbc"),
            "#7c8890",
        ),
    ),
}

#: Fonts per language, best first. Renderers that know no fallback list use the first.
FONTS: Final[dict[str, tuple[str, ...]]] = {
    "en": ("Noto Sans", "Noto Sans CJK SC", "Noto Naskh Arabic"),
    "zh-Hans": ("Noto Sans CJK SC", "Noto Sans SC", "Noto Sans"),
    "ur": ("Noto Naskh Arabic", "Noto Sans Arabic", "Noto Sans"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a line begins and ends in a language: left to right, or for Urdu the other way."""

    rtl: bool

    @property
    def start(self) -> str:
        return "right" if self.rtl else "left"

    @property
    def end(self) -> str:
        return "left" if self.rtl else "right"

    @property
    def anchor(self) -> str:
        return "end" if self.rtl else "start"

    def scale(self, **rest: Any) -> Spec:
        """Return a horizontal scale that grows in reading direction."""
        return {**rest, "reverse": True} if self.rtl else rest

    def shift(self, pixels: float) -> float:
        """Return ``pixels`` towards the end of the line as a horizontal offset."""
        return -pixels if self.rtl else pixels

    def isolate(self, text: str) -> str:
        """Return ``text`` as one run of the reading direction (U+2067 … U+2069 for Urdu)."""
        return f"\u2067{text}\u2069" if self.rtl else text


def reading(language: str) -> Reading:
    """Return the direction of reading of ``language``."""
    return Reading(rtl=direction(language) == "rtl")


def chart_config(language: str, scheme: str = "light") -> Spec:
    """Return the Vega-Lite configuration for a language and a colour scheme.

    Raises
    ------
    InputError: the scheme is neither ``light`` nor ``dark``.
    """
    if scheme not in PALETTES:
        raise InputError(f"colour scheme {scheme!r} is not available", rule="one of light, dark")
    colours, lines = PALETTES[scheme], reading(language)
    font = ", ".join([*FONTS[language], "sans-serif"])
    return {
        "font": font,
        "background": None,
        "view": {"stroke": None},
        "padding": 2,
        "axis": _axis(colours),
        "axisQuantitative": {"gridColor": colours.line, "gridWidth": 1},
        "axisBand": {"grid": False},
        "axisX": {"labelFlush": True},
        "axisY": {"orient": lines.start},
        "legend": _legend(colours, lines),
        "title": {"color": colours.ink, "fontSize": 14, "fontWeight": "normal", "anchor": lines.anchor},
        "range": {
            "category": list(colours.series),
            "series": list(colours.series),
            "sections": list(colours.sections),
        },
        "style": _styles(colours),
    }


def _axis(colours: Palette) -> Spec:
    return {
        "labelColor": colours.quiet,
        "titleColor": colours.quiet,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "labelPadding": 6,
        "domainColor": colours.line,
        "tickColor": colours.line,
        "ticks": False,
    }


def _legend(colours: Palette, lines: Reading) -> Spec:
    return {
        "orient": "top",
        "title": None,
        "labelColor": colours.ink,
        "labelFontSize": 11,
        "symbolType": "square",
        "symbolSize": 90,
        "direction": "horizontal",
        "layout": {"top": {"anchor": lines.anchor}},
    }


def _styles(colours: Palette) -> Spec:
    ours, others, warm = colours.series[0], colours.series[1], colours.series[2]
    # the key is "color" for marks that Vega-Lite colours itself, whatever channel they end up using
    return {
        "ours": {"color": ours},
        "others": {"color": others},
        "curve": {"color": ours, "strokeWidth": 2.5},
        "curve_area": {"color": ours, "fillOpacity": 0.12},
        "mark_line": {"color": warm, "strokeWidth": 1.5, "strokeDash": [5, 4]},
        "diagonal": {"color": colours.quiet, "strokeWidth": 1, "strokeDash": [2, 3]},
        "value_label": {"color": colours.ink, "fontSize": 11},
        "quiet_label": {"color": colours.quiet, "fontSize": 10},
        "warm_label": {"color": warm, "fontSize": 11},
        "on_accent": {"color": colours.on_accent, "fontSize": 10},
        "empty_cell": {"color": colours.line, "fillOpacity": 0.55},
        "ring": {"color": warm, "strokeWidth": 1.8},
        "link": {"color": colours.quiet, "strokeWidth": 0.6, "opacity": 0.25},
        "tile": {"stroke": colours.paper, "strokeWidth": 1},
        "frame": {"color": colours.paper, "strokeWidth": 3},
    }


def label_room(labels: Iterable[str]) -> float:
    """Return how much longer than its longest bar an axis must be, so that the labels fit after it."""
    longest = max((len(label) for label in labels), default=0)
    return 1.0 + min(0.6, (8 + longest * LABEL_CHARACTER) / PLOT_WIDTH)


def fit_labels(longest: float, labels: Iterable[str]) -> Spec:
    """Return the domain of an axis of bars from 0 on which ends so that the labels fit after the longest bar.

    However wide the plot is: a label needs the same room on a phone, where the bars have less.
    """
    needed = 8 + max((len(label) for label in labels), default=0) * LABEL_CHARACTER
    most = longest or 1.0
    return {
        "domainMin": 0,
        "domainMax": {"expr": f"{most!r} * width / max(width - {needed:.1f}, 0.4 * width)"},
    }


def base_spec(language: str, scheme: str, *, title: str, description: str, height: Any) -> Spec:
    """Return the frame of a chart: schema, size, title, description and configuration.

    ``description`` is a whole sentence, read out by screen readers and used as alternative text.
    """
    return {
        "$schema": SCHEMA,
        "description": description,
        "title": title,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": chart_config(language, scheme),
    }


def finish_spec(spec: Spec, language: str) -> Spec:
    """Return ``spec`` with every text a reader sees isolated in the language's direction.

    Renderers take a text's direction from its first strong letter or assume left to right; a label
    that begins with a number would then be torn apart in Urdu.
    """
    lines = reading(language)
    if not lines.rtl:
        return spec
    return {key: part if key == "config" else _isolate(part, key, lines) for key, part in spec.items()}


_SEEN_KEYS: Final = frozenset({"title", "values", "sort", "domain", "text"})
#: Addresses among the values: nobody reads them.
_ADDRESS: Final = "href"


def _isolate(part: Any, key: str, lines: Reading) -> Any:
    if isinstance(part, str):
        return lines.isolate(part) if key in _SEEN_KEYS else part
    if isinstance(part, list):
        return [_isolate(item, key, lines) for item in part]
    if isinstance(part, dict):
        inside = key if key == "values" else ""
        return {
            name: item if name == _ADDRESS else _isolate(item, inside or name, lines)
            for name, item in part.items()
        }
    return part
