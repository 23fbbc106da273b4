"""Addresses of this app."""

from django.urls import path

from corridor_web.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.index, name="index"),
    path("mine", views.mine, name="mine"),
    path("review", views.review, name="review"),
    path("desks", views.desks, name="desks"),
    path("desks/<str:economy>", views.desk, name="desk"),
    path("organisations/<str:key>", views.organisation, name="organisation"),
    path("organisations/<str:key>/edit", views.edit_organisation, name="organisation_edit"),
    path("organisations/<str:key>/submit", views.submit_organisation, name="organisation_submit"),
    path("organisations/<str:key>/publish", views.publish_organisation, name="organisation_publish"),
    path("organisations/<str:key>/return", views.return_organisation, name="organisation_return"),
    path("organisations/<str:key>/withdraw", views.withdraw_organisation, name="organisation_withdraw"),
    path("organisations/<str:key>/list", views.create_listing, name="listing_create"),
    path("listings", views.listings, name="listings"),
    path("listings/<str:key>", views.listing, name="listing"),
    path("listings/<str:key>/edit", views.edit_listing, name="listing_edit"),
    path("listings/<str:key>/submit", views.submit_listing, name="listing_submit"),
    path("listings/<str:key>/publish", views.publish_listing, name="listing_publish"),
    path("listings/<str:key>/return", views.return_listing, name="listing_return"),
    path("listings/<str:key>/withdraw", views.withdraw_listing, name="listing_withdraw"),
]
