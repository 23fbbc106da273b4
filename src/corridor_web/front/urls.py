"""Addresses of this app."""

from django.urls import path

from corridor_web.front import views

app_name = "front"
urlpatterns = [
    path("", views.home, name="home"),
    path("methods", views.methods, name="methods"),
    path("brief", views.brief, name="brief"),
    path("brief/<slug:key>", views.papers, name="papers"),
    path("brief/<slug:key>/<str:file>", views.paper, name="paper"),
]
