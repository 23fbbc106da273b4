"""Addresses of this app."""

from django.urls import path

from corridor_web.common import views

app_name = "common"
urlpatterns = [path("health", views.health, name="health")]
