"""Addresses of this app."""

from django.urls import path

from corridor_web.deliver import views

app_name = "deliver"
urlpatterns = [
    path("", views.index, name="index"),
    path("public", views.public, name="public"),
    path("public/<str:key>", views.public_engagement, name="public_engagement"),
    path("import", views.import_agreements, name="import"),
    path("import/template", views.import_template, name="import_template"),
    path("import/<str:key>", views.import_batch, name="import_batch"),
    path("import/<str:key>/confirm", views.confirm_batch, name="confirm_batch"),
    path("import/<str:key>/discard", views.discard_batch, name="discard_batch"),
    path("<str:key>", views.engagement, name="engagement"),
    path("<str:key>/step", views.append, name="append"),
    path("<str:key>/end", views.end, name="end"),
    path("<str:key>/follow-up", views.follow_up, name="follow_up"),
    path("<str:key>/publish", views.publish, name="publish"),
    path("<str:key>/withdraw", views.withdraw, name="withdraw"),
]
