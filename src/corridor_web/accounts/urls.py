"""Addresses of this app."""

from django.urls import path

from corridor_web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.accounts, name="accounts"),
    path("new", views.new_account, name="new"),
    path("sign-in", views.SignIn.as_view(), name="sign_in"),
    path("sign-out", views.SignOut.as_view(), name="sign_out"),
    path("profile", views.profile, name="profile"),
    path("password", views.ChangePassword.as_view(), name="password"),
    path("account/<str:username>", views.account, name="account"),
]
