"""Addresses of this app."""

from django.urls import path

from corridor_web.match import views

app_name = "match"
urlpatterns = [
    path("", views.index, name="index"),
    path("refresh", views.refresh, name="refresh"),
    path("<str:key>", views.introduction, name="introduction"),
    path("<str:key>/answer", views.answer, name="answer"),
]
