"""Addresses of this app."""

from django.urls import path

from corridor_web.plan import views

app_name = "plan"
urlpatterns = [
    path("", views.index, name="index"),
    path("programmes/<str:key>", views.programme, name="programme"),
    path("programmes/<str:key>/roadmap", views.draw, name="draw"),
    path("roadmaps/<str:key>/publish", views.publish, name="publish"),
    path("projects/<str:key>", views.project, name="project"),
]
