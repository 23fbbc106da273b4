"""Addresses of this app."""

from django.urls import path

from corridor_web.find import views

app_name = "find"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:exporter>/<str:importer>/", views.pair, name="pair"),
    path("<str:exporter>/<str:importer>/<str:product>", views.line, name="line"),
]
