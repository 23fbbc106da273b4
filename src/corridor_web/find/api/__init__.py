"""The API of this app, one module a subject."""

from ninja import Router

from corridor_web.find.api import areas, markets, pairs, targets

router = Router(tags=["find"])
for part in (pairs, areas, targets, markets):
    router.add_router("", part.router)
