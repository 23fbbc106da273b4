"""Addresses of this app."""

from django.urls import path

from corridor_web.meet import views

app_name = "meet"
urlpatterns = [
    path("", views.index, name="index"),
    path("events/<str:key>", views.event, name="event"),
    path("events/<str:key>/solve", views.solve, name="solve"),
    path("schedules/<str:key>/publish", views.publish, name="publish"),
    path("agenda/<str:key>", views.agenda, name="agenda"),
    path("agenda/<str:key>/renew", views.renew, name="renew"),
    path("calendar/<str:token>.ics", views.calendar, name="calendar"),
]
