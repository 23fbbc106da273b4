"""Addresses of this app."""

from django.urls import path

from corridor_web.deliver import views

app_name = "deliver"
urlpatterns = [
    path("", views.index, name="index"),
    path("public", views.public, name="public"),
    path("public/<str:key>", views.public_engagement, name="public_engagement"),
    path("<str:key>", views.engagement, name="engagement"),
    path("<str:key>/step", views.append, name="append"),
    path("<str:key>/end", views.end, name="end"),
    path("<str:key>/follow-up", views.follow_up, name="follow_up"),
    path("<str:key>/publish", views.publish, name="publish"),
    path("<str:key>/withdraw", views.withdraw, name="withdraw"),
]
