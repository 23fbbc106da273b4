"""Addresses: the five verbs name the folders, the menus and the first part of each address."""

from django.urls import include, path

from corridor_web.config.api import api

urlpatterns = [
    path("", include("corridor_web.front.urls")),
    path("", include("corridor_web.common.urls")),
    path("accounts/", include("corridor_web.accounts.urls")),
    path("registry/", include("corridor_web.registry.urls")),
    path("find/", include("corridor_web.find.urls")),
    path("match/", include("corridor_web.match.urls")),
    path("meet/", include("corridor_web.meet.urls")),
    path("plan/", include("corridor_web.plan.urls")),
    path("deliver/", include("corridor_web.deliver.urls")),
    path("api/v1/", api.urls),
]

handler400 = "corridor_web.common.views.bad_request"
handler403 = "corridor_web.common.views.forbidden"
handler404 = "corridor_web.common.views.not_found"
handler500 = "corridor_web.common.views.server_error"
