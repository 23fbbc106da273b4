"""Addresses of this app."""

from django.urls import path

from corridor_web.registry import views

app_name = "registry"
urlpatterns = [path("", views.index, name="index")]
