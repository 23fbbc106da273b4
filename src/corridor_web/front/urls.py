"""Addresses of this app."""

from django.urls import path

from corridor_web.front import views

app_name = "front"
urlpatterns = [
    path("", views.home, name="home"),
    path("methods", views.methods, name="methods"),
]
