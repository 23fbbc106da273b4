"""Pages of this app, one module a page or a few that belong together."""

from corridor_web.find.views.areas import area, areas, own_areas
from corridor_web.find.views.choose import choose
from corridor_web.find.views.compare import compare
from corridor_web.find.views.explore import explore
from corridor_web.find.views.pair import index, pair
from corridor_web.find.views.product import line
from corridor_web.find.views.runs import delete, publish, runs, withdraw
from corridor_web.find.views.supply import supply
from corridor_web.find.views.target import set_target, target

__all__ = [
    "area",
    "areas",
    "choose",
    "compare",
    "delete",
    "explore",
    "index",
    "line",
    "own_areas",
    "pair",
    "publish",
    "runs",
    "set_target",
    "supply",
    "target",
    "withdraw",
]
