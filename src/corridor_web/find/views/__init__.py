"""Pages of this app, one module a page or a few that belong together."""

from corridor_web.find.views.pair import index, pair
from corridor_web.find.views.product import line
from corridor_web.find.views.runs import delete, publish, runs, withdraw
from corridor_web.find.views.supply import supply

__all__ = ["delete", "index", "line", "pair", "publish", "runs", "supply", "withdraw"]
