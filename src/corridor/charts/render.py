"""Specification to SVG or PNG, in process and without the network.

vl-convert (Vega in V8) draws the SVG. Typst turns it into PNG, as it does for the PDF: it falls back
letter by letter, where vl-convert's own resvg takes the whole text from the first font that has it.
"""

import json
import re
from functools import lru_cache
from typing import Final

import typst
import vl_convert

from corridor.charts.theme import Spec

VEGA_LITE: Final = "6.4"
CSS_PPI: Final = 96.0
_ONE_IMAGE: Final = b"""
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg")
"""

#: Runs of one script inside a text; the font that draws each; the first fonts that need none of it.
_RUNS: Final = re.compile(
    r"(?P<latin>[!-~\u00a0-\u024f]+(?:[ \u2009\u202f][!-~\u00a0-\u024f]+)*)"
    r"|(?P<han>[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+)"
    r"|(?P<arabic>[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]+)"
)
_SCRIPT_FONTS: Final = {"latin": "Noto Sans", "han": "Noto Sans CJK SC", "arabic": "Noto Naskh Arabic"}
_COVERED: Final = {
    "Noto Sans": ("latin",),
    "Noto Sans CJK SC": ("latin", "han"),
    "Noto Naskh Arabic": ("arabic",),
}
_TEXT: Final = re.compile(r"(<text [^>]*font-family=\"([^\",]+)[^>]*>)([^<]+)(</text>)")


def render_svg(spec: Spec) -> str:
    """Return the chart as an SVG document; its data must stand in the specification itself.

    Raises
    ------
    ValueError: the specification is not valid Vega-Lite, or it points to data elsewhere.
    """
    svg = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE, allowed_base_urls=[])
    return name_fonts(str(svg))


def render_png(spec: Spec, *, scale: float = 3.0) -> bytes:
    """Return the chart as PNG on white, ``scale`` image pixels a CSS pixel."""
    return svg_to_png(render_svg(spec), scale=scale)


def svg_to_png(svg: str, *, scale: float = 3.0) -> bytes:
    """Return an SVG of ``render_svg`` as PNG on white."""
    page = typst.compile(
        _ONE_IMAGE,
        format="png",
        ppi=CSS_PPI * scale,
        font_paths=found_fonts(),
        sys_inputs={"svg": svg},
    )
    return bytes(page)


@lru_cache(maxsize=1)
def found_fonts() -> typst.Fonts:
    """Return the fonts of this machine and those Typst carries, searched once a process."""
    return typst.Fonts()


def name_fonts(svg: str) -> str:
    """Return ``svg`` with a font named for each run of another script than its text's first font.

    resvg uses the first family it knows and falls back to *any* font with the letter, in any style.
    """
    return _TEXT.sub(_name_fonts_in_text, svg)


def _name_fonts_in_text(match: re.Match[str]) -> str:
    opening, first, text, closing = match.groups()
    covered = _COVERED.get(first, ())

    def wrap(run: re.Match[str]) -> str:
        script = str(run.lastgroup)
        if script in covered:
            return run.group(0)
        return f'<tspan font-family="{_SCRIPT_FONTS[script]}">{run.group(0)}</tspan>'

    return opening + _RUNS.sub(wrap, text) + closing
