"""How an installation starts: what the environment must say, and what is refused.

On loopback everything has a default. Beyond it the site is in production: a secret of its own, the
names it answers to, and no demo accounts.
"""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from corridor.errors import InputError
from corridor_web.config.home import read_or_make_secret

SECRET_LENGTH: Final = 32
LOOPBACK_HOSTS: Final = "127.0.0.1,localhost,[::1]"


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def plan_environment(
    given: Mapping[str, str], home: Path, *, host: str = "127.0.0.1", demo: bool = False
) -> dict[str, str]:
    """Return the variables a start needs besides those that are ``given``.

    Raises
    ------
    InputError: production with demo accounts, without host names, or with a short secret.
    """
    production = given.get("CORRIDOR_PRODUCTION") == "1" or not is_loopback(host)
    if production:
        refuse_unsafe_start(given, host, demo)
    return {
        "DJANGO_SETTINGS_MODULE": given.get("DJANGO_SETTINGS_MODULE", "corridor_web.config.settings"),
        "CORRIDOR_HOME": str(home),
        "CORRIDOR_PRODUCTION": "1" if production else "",
        "CORRIDOR_DEMO": "1" if demo else "",
        "CORRIDOR_STATIC": "collected",
        "CORRIDOR_HOSTS": given.get("CORRIDOR_HOSTS") or LOOPBACK_HOSTS,
        "CORRIDOR_SECRET_KEY": given.get("CORRIDOR_SECRET_KEY") or read_or_make_secret(home),
    }


def refuse_unsafe_start(given: Mapping[str, str], host: str, demo: bool) -> None:
    """Raise where a production start would be unsafe."""
    why = f"the address {host} is reached from other machines"
    if is_loopback(host):
        why = "CORRIDOR_PRODUCTION is 1"
    if demo:
        raise InputError(
            f"--demo was asked for while {why}",
            rule="demo accounts, whose password everybody knows, exist on loopback only",
            fix="Leave out --demo, or leave out --host",
        )
    if not given.get("CORRIDOR_HOSTS", "").strip():
        raise InputError(
            f"CORRIDOR_HOSTS is empty while {why}",
            rule="a site in production names the hosts it answers to",
            fix="Maybe: export CORRIDOR_HOSTS=corridor.example.org",
        )
    secret = given.get("CORRIDOR_SECRET_KEY", "")
    if secret and len(secret) < SECRET_LENGTH:
        raise InputError(
            f"CORRIDOR_SECRET_KEY has {len(secret)} characters while {why}",
            rule=f"a secret in production has at least {SECRET_LENGTH} characters",
            fix="Leave it out (one is generated and kept), or make one: openssl rand -base64 48",
        )
