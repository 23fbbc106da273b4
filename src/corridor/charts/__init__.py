"""Charts: functions that return Vega-Lite specifications (version 6), rendered anywhere.

Data stand in the specification as values; a name or a title given by a user is only ever data or a
title, never part of an expression. Numbers beside marks are formatted here, in the language.
"""

from corridor.charts.areas import area_bars
from corridor.charts.choice import front_scatter
from corridor.charts.compare import change_waterfall
from corridor.charts.deliver import conversion_funnel
from corridor.charts.explore import (
    market_bars,
    potential_by_complexity,
    potential_by_firmness,
    product_space,
)
from corridor.charts.find import (
    chapter_bar,
    potential_scatter,
    shortlist_pareto,
    suppliers_bar,
)
from corridor.charts.market import competitors_bar, shares_lines
from corridor.charts.meet import schedule_grid
from corridor.charts.plan import roadmap_gantt
from corridor.charts.render import render_png, render_svg, svg_to_png
from corridor.charts.target import scenario_bars, target_waterfall
from corridor.charts.theme import Spec, chart_config
from corridor.charts.treemaps import potential_treemap

__all__ = [
    "Spec",
    "area_bars",
    "change_waterfall",
    "chapter_bar",
    "chart_config",
    "competitors_bar",
    "conversion_funnel",
    "front_scatter",
    "market_bars",
    "potential_by_complexity",
    "potential_by_firmness",
    "potential_scatter",
    "potential_treemap",
    "product_space",
    "render_png",
    "render_svg",
    "roadmap_gantt",
    "scenario_bars",
    "schedule_grid",
    "shares_lines",
    "shortlist_pareto",
    "suppliers_bar",
    "svg_to_png",
    "target_waterfall",
]
