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
    path("areas", views.own_areas, name="areas"),
    path("<str:exporter>/<str:importer>/", views.pair, name="pair"),
    path("<str:exporter>/<str:importer>/areas", views.areas, name="pair_areas"),
    path("<str:exporter>/<str:importer>/areas/<slug:area>", views.area, name="area"),
    path("<str:exporter>/<str:importer>/target", views.target, name="target"),
    path("<str:exporter>/<str:importer>/target/set", views.set_target, name="set_target"),
    path("<str:exporter>/<str:importer>/compare", views.compare, name="compare"),
    path("<str:exporter>/<str:importer>/choose", views.choose, name="choose"),
    path("<str:exporter>/<str:importer>/supply", views.supply, name="supply"),
    path("<str:exporter>/<str:importer>/explore", views.explore, name="explore"),
    path("<str:exporter>/<str:importer>/<str:product>", views.line, name="line"),
]
