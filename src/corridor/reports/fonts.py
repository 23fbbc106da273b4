"""Fonts: which faces a language is set in, and whether every letter has a glyph on this machine.

Typst draws an empty box where no font has a letter, and says nothing. So each letter of a document is
looked up first in the character maps of the fonts found (those Typst finds, and those it carries).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst
from fontTools.ttLib import TTFont, TTLibError

from corridor.charts.render import found_fonts
from corridor.errors import MissingFontError
from corridor.reports.document import Document, Span, iterate_spans


@dataclass(frozen=True, slots=True)
class Faces:
    """Families of a language, best first: ``reading`` for sentences, ``table`` for tables and labels."""

    reading: tuple[str, ...]
    table: tuple[str, ...]


#: Each list ends with families for the other scripts, so that a name in another script is drawn too.
FACES: Final[dict[str, Faces]] = {
    "en": Faces(
        ("Noto Serif", "Noto Serif CJK SC", "Noto Naskh Arabic"),
        ("Noto Sans", "Noto Sans CJK SC", "Noto Naskh Arabic"),
    ),
    "zh-Hans": Faces(
        ("Noto Serif CJK SC", "Noto Serif SC", "Noto Naskh Arabic"),
        ("Noto Sans CJK SC", "Noto Sans SC", "Noto Naskh Arabic"),
    ),
    "ur": Faces(
        ("Noto Nastaliq Urdu", "Noto Serif", "Noto Serif CJK SC"),
        ("Noto Naskh Arabic", "Noto Sans", "Noto Sans CJK SC"),
    ),
}
#: Letters that Libertinus Serif has, the text face built into Typst: enough for English without any
#: font installed. (start, stop) inclusive; checked against Typst itself in the tests.
BUILT_IN: Final = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x17F),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2030),
    (0x20AC, 0x20AC),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2264, 0x2265),
)
_PACKAGES: Final = (
    (0x2E80, 0xA4CF, "fonts-noto-cjk"),
    (0xAC00, 0xD7FF, "fonts-noto-cjk"),
    (0xF900, 0xFAFF, "fonts-noto-cjk"),
    (0xFF00, 0xFFEF, "fonts-noto-cjk"),
    (0x20000, 0x3FFFF, "fonts-noto-cjk"),
    (0x1F000, 0x1FAFF, "fonts-noto-color-emoji"),
)
_LATIN_PACKAGE: Final = "fonts-noto-core"


def check_glyphs(document: Document, fonts: typst.Fonts | None = None) -> None:
    """Refuse a document with a letter that no font on this machine can draw.

    Parameters
    ----------
    fonts: where to look; by default all that Typst finds on this machine.

    Raises
    ------
    MissingFontError: names the letters, their number and the Debian packages that have them.
    """
    wanted = letters(iterate_spans(document))
    missing = missing_letters(wanted, document.language, found_fonts() if fonts is None else fonts)
    if missing:
        shown = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(missing)[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        packages = " ".join(sorted({package_of(letter) for letter in missing}))
        raise MissingFontError(
            f"no font on this machine has the letters {shown}{more} of the paper in '{document.language}'",
            rule="a PDF is only written where every letter can be drawn",
            fix=f"Install the Debian packages: apt install {packages}"
            if " " in packages
            else f"Install the Debian package: apt install {packages}",
        )


def letters(spans: Iterable[Span]) -> set[str]:
    """Return the distinct letters of ``spans`` that need a glyph: no spaces, controls or joiners."""
    distinct = set().union(*(span.text for span in spans))
    return {letter for letter in distinct if not _is_invisible(letter)}


def _is_invisible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in {"Cc", "Cf", "Zs"}


def missing_letters(wanted: set[str], language: str, fonts: typst.Fonts) -> set[str]:
    """Return the letters that none of ``fonts`` has; the language's own faces are asked first."""
    missing = {ord(letter) for letter in wanted}
    for covered in _coverages(language, fonts):
        if not missing:
            break
        missing -= covered
    return {chr(point) for point in missing}


def _coverages(language: str, fonts: typst.Fonts) -> Iterator[frozenset[int]]:
    faces = FACES[language]
    preferred = [*faces.reading, *faces.table]
    order = {family: place for place, family in enumerate(preferred)}
    for font in sorted(fonts.fonts(), key=lambda font: order.get(font.family, len(order))):
        yield built_in_letters() if font.path is None else read_coverage(font.path, font.index)


@lru_cache(maxsize=1)
def built_in_letters() -> frozenset[int]:
    """Return the code points of ``BUILT_IN``."""
    return frozenset(point for start, stop in BUILT_IN for point in range(start, stop + 1))


@lru_cache(maxsize=1024)
def read_coverage(path: str, index: int) -> frozenset[int]:
    """Return the code points in the character map of a font file; none where it cannot be read."""
    number = index if Path(path).suffix.lower() in {".ttc", ".otc"} else -1
    try:
        with Path(path).open("rb") as stream, TTFont(stream, fontNumber=number, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError, AssertionError, ValueError):
        return frozenset()


def package_of(letter: str) -> str:
    """Return the Debian package whose fonts have ``letter``."""
    point = ord(letter)
    found = (package for start, stop, package in _PACKAGES if start <= point <= stop)
    return next(found, _LATIN_PACKAGE)
