"""Public keys of records: addresses do not count them."""

import secrets


def new_key() -> str:
    """Return a random key of twelve characters."""
    return secrets.token_urlsafe(9)
