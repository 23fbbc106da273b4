"""Configuration of the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People's accounts and their roles."""

    name = "corridor_web.accounts"
    label = "accounts"
