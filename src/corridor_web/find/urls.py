"""Addresses of this app."""

from django.urls import path

from corridor_web.find import views

app_name = "find"
urlpatterns = [
    path("", views.index, name="index"),
    path("runs", views.runs, name="runs"),
    path("runs/<slug:key>/publish", views.publish, name="publish"),
    path("runs/<slug:key>/withdraw", views.withdraw, name="withdraw"),
    path("runs/<slug:key>/delete", views.delete, name="delete"),
    path("<str:exporter>/<str:importer>/", views.pair, name="pair"),
    path("<str:exporter>/<str:importer>/explore", views.explore, name="explore"),
    path("<str:exporter>/<str:importer>/<str:product>", views.line, name="line"),
]
