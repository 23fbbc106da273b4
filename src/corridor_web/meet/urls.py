"""Addresses of this app."""

from django.urls import path

from corridor_web.meet import views

app_name = "meet"
urlpatterns = [path("", views.index, name="index")]
