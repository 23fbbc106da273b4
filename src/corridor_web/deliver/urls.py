"""Addresses of this app."""

from django.urls import path

from corridor_web.deliver import views

app_name = "deliver"
urlpatterns = [path("", views.index, name="index"), path("public", views.index, name="public")]
