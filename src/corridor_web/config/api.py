"""The API under ``/api/v1/``: each app brings a router; errors are problem+json (RFC 9457)."""

from ninja import NinjaAPI

from corridor import __version__
from corridor_web.common.api import install_problem_handlers, session_or_anonymous
from corridor_web.deliver.api import router as deliver
from corridor_web.find.api import router as find
from corridor_web.match.api import router as match
from corridor_web.meet.api import router as meet
from corridor_web.plan.api import router as plan
from corridor_web.registry.api import router as registry

api = NinjaAPI(
    title="Corridor",
    version=__version__,
    description="The same records, figures and permissions as the pages.",
    urls_namespace="api",
    docs_url=None,
    auth=session_or_anonymous,
)
install_problem_handlers(api)
api.add_router("/registry", registry)
api.add_router("/find", find)
api.add_router("/match", match)
api.add_router("/meet", meet)
api.add_router("/plan", plan)
api.add_router("/deliver", deliver)
