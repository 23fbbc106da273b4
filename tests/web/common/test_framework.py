"""The words of Django's forms: each is one of Django's own, and a refused form speaks Urdu."""

import re
from pathlib import Path

import django
import pytest
from babel.messages.pofile import read_po
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils import translation

from corridor_web.common.framework import MESSAGES

LATIN = re.compile(r"[A-Za-z]")


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every message Django itself can say of a form or an account."""
    found: set[str] = set()
    for folder in ("conf", "contrib/auth"):
        path = Path(django.__file__).parent / folder / "locale" / "en" / "LC_MESSAGES" / "django.po"
        with path.open("rb") as stream:
            for message in read_po(stream):
                found.update(message.id if isinstance(message.id, tuple) else (message.id,))
    return found


def test_every_message_is_one_of_djangos(known: set[str]) -> None:
    assert set(MESSAGES) <= known


def test_a_short_password_is_refused_in_urdu() -> None:
    with translation.override("ur"), pytest.raises(ValidationError) as refused:
        MinimumLengthValidator(12).validate("short")
    assert not LATIN.search(" ".join(refused.value.messages))


def test_an_empty_form_is_refused_in_urdu() -> None:
    with translation.override("ur"):
        form = AuthenticationForm(data={"username": "", "password": ""})
        assert not form.is_valid()
        said = [str(field.label) for field in form] + [error for field in form for error in field.errors]
    assert len(said) == 4
    assert not [words for words in said if LATIN.search(words)]
