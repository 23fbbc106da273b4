"""Addresses of this app."""

from django.urls import path

from corridor_web.common import views

app_name = "common"
urlpatterns = [
    path("health", views.health, name="health"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<slug:key>", views.job, name="job"),
    path("jobs/<slug:key>/cancel", views.cancel, name="cancel_job"),
]
