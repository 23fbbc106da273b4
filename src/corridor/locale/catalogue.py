"""Loading and compiling the catalogue."""

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from corridor.errors import InputError
from corridor.vocabulary import LANGUAGES

LOCALE_DIR: Final = Path(__file__).parent
DOMAIN: Final = "django"
Translator = gettext.NullTranslations


def gettext_noop(message: str) -> str:
    """Mark a message for extraction without translating it: whoever shows it translates it."""
    return message


def po_path(language: str) -> Path:
    """Return the catalogue file of a language such as ``zh-Hans``."""
    return LOCALE_DIR / language.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def compile_catalogues() -> None:
    """Write each ``.mo`` file that is missing or older than its ``.po`` file."""
    for language in LANGUAGES[1:]:
        po = po_path(language)
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            partial = mo.with_suffix(".mo.partial")
            partial.write_bytes(_compile(po))
            partial.replace(mo)


def _compile(po: Path) -> bytes:
    with po.open("rb") as stream:
        catalogue = read_po(stream, domain=DOMAIN)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> Translator:
    """Return the translations of ``language``; English is the source and needs none.

    Raises
    ------
    InputError: the language is not one of ``vocabulary.LANGUAGES``.
    """
    if language not in LANGUAGES:
        raise InputError(f"language {language!r} is not available", rule=f"one of {', '.join(LANGUAGES)}")
    if language == "en":
        return gettext.NullTranslations()
    return gettext.GNUTranslations(BytesIO(_compile(po_path(language))))
