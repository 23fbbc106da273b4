"""Addresses of this app."""

from django.urls import path

from corridor_web.find import views

app_name = "find"
urlpatterns = [path("", views.index, name="index")]
