"""Pages of this app, one module a page or a few that belong together."""

from corridor_web.find.views.areas import area, areas, own_areas
from corridor_web.find.views.pair import index, line, pair
from corridor_web.find.views.runs import delete, publish, runs, withdraw

__all__ = ["area", "areas", "delete", "index", "line", "own_areas", "pair", "publish", "runs", "withdraw"]
