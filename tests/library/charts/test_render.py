"""Rendering: no network, one font a script, PNG of the promised size."""

import struct

import pytest

from corridor.charts import render_png, render_svg, svg_to_png
from corridor.charts.render import name_fonts
from corridor.charts.theme import base_spec


def bar(label: str, language: str = "en") -> dict[str, object]:
    return {
        **base_spec(language, "light", title="Title", description="A bar.", height=60),
        "data": {"values": [{"name": label, "value": 1}]},
        "mark": "bar",
        "encoding": {
            "y": {"field": "name", "type": "nominal"},
            "x": {"field": "value", "type": "quantitative"},
        },
    }


def test_data_elsewhere_are_refused() -> None:
    spec = {**bar("a"), "data": {"url": "http://127.0.0.1:9/values.json"}}
    with pytest.raises(ValueError, match="not allowed"):
        render_svg(spec)


def test_each_script_names_its_font() -> None:
    svg = render_svg(bar("چین China 中国", "ur"))
    assert '<tspan font-family="Noto Sans">China</tspan>' in svg
    assert '<tspan font-family="Noto Sans CJK SC">中国</tspan>' in svg


def test_text_in_the_first_font_is_left_alone() -> None:
    svg = '<text font-family="Noto Sans CJK SC, Noto Sans" x="0">出口 export</text>'
    assert name_fonts(svg) == svg


def test_markup_stays_escaped() -> None:
    svg = render_svg(bar("<b>&amp;", "ur"))
    assert "&lt;b&gt;&amp;amp;" in svg


def test_png_has_the_promised_width() -> None:
    spec = bar("a")
    png = render_png(spec, scale=2)
    width = struct.unpack(">I", png[16:20])[0]
    assert png[:4] == b"\x89PNG"
    assert width == pytest.approx(640 * 2, abs=2)
    assert len(svg_to_png(render_svg(spec), scale=1)) < len(png)
