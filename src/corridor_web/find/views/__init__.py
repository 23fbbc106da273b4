"""Pages of this app, one module a page or a few that belong together."""

from corridor_web.find.views.explore import explore
from corridor_web.find.views.pair import index, line, pair
from corridor_web.find.views.runs import delete, publish, runs, withdraw

__all__ = ["delete", "explore", "index", "line", "pair", "publish", "runs", "withdraw"]
