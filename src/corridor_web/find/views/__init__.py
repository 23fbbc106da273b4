"""Pages of this app, one module a page or a few that belong together."""

from corridor_web.find.views.choose import choose
from corridor_web.find.views.compare import compare
from corridor_web.find.views.pair import index, line, pair
from corridor_web.find.views.runs import delete, publish, runs, withdraw
from corridor_web.find.views.target import set_target, target

__all__ = [
    "choose",
    "compare",
    "delete",
    "index",
    "line",
    "pair",
    "publish",
    "runs",
    "set_target",
    "target",
    "withdraw",
]
