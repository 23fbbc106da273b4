"""Addresses of this app."""

from django.urls import path

from corridor_web.plan import views

app_name = "plan"
urlpatterns = [path("", views.index, name="index")]
