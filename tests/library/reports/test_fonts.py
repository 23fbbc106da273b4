"""Fonts: no letter without a glyph, and the package named where one is missing."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import typst
from pypdf import PdfReader

from corridor.errors import MissingFontError
from corridor.reports import pdf, render
from corridor.reports.document import Document, Paragraph, Span, inline
from corridor.reports.fonts import (
    BUILT_IN,
    built_in_letters,
    check_glyphs,
    letters,
    missing_letters,
    package_of,
    read_coverage,
)

MakePaper = Callable[[str], Document]


@pytest.fixture
def bare() -> typst.Fonts:
    """Return the fonts of a machine that has none: only those that Typst carries."""
    return typst.Fonts(include_system_fonts=False)


def test_letters_leave_out_what_is_never_drawn() -> None:
    assert letters([Span("a b\u200c\u2067\u00a0چ\n")]) == {"a", "b", "چ"}


def test_missing_letters_name_their_package(make_paper: MakePaper, bare: typst.Fonts) -> None:
    with pytest.raises(MissingFontError, match="fonts-noto-cjk"):
        check_glyphs(make_paper("zh-Hans"), bare)
    with pytest.raises(MissingFontError, match=r"fonts-noto-core") as caught:
        check_glyphs(make_paper("ur"), bare)
    assert "U+06" in str(caught.value)


def test_english_needs_no_font_installed(bare: typst.Fonts) -> None:
    wanted = letters([Span("“Naïve – café” 2 ≥ 1 €")])
    assert missing_letters(wanted, "en", bare) == set()


def test_built_in_letters_are_drawn_by_typst_alone(bare: typst.Fonts) -> None:
    text = "".join(chr(point) for point in sorted(built_in_letters()) if chr(point).strip())
    source = b'#set text(font: "Libertinus Serif", fallback: false, ligatures: false)\n#sys.inputs.text'
    made = typst.compile(source, format="pdf", font_paths=bare, sys_inputs={"text": text})
    page = PdfReader(BytesIO(made)).pages[0]
    found = set(page.extract_text()) - {"\n", " "}
    assert {letter for letter in text if not letter.isspace()} <= found
    assert BUILT_IN[0] == (0x20, 0x7E)


def test_a_letter_no_font_has_is_found_out() -> None:
    unassigned = chr(0x10FFFD)
    assert missing_letters({"a", unassigned}, "en", typst.Fonts()) == {unassigned}


def test_a_file_that_is_no_font_covers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(b"no font")
    assert read_coverage(str(path), 0) == frozenset()


@pytest.mark.parametrize(
    ("letter", "package"),
    [("中", "fonts-noto-cjk"), ("چ", "fonts-noto-core"), ("\U0001f600", "fonts-noto-color-emoji")],
)
def test_packages(letter: str, package: str) -> None:
    assert package_of(letter) == package


def test_refused_pdf_leaves_the_other_formats(
    make_paper: MakePaper, bare: typst.Fonts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "check_glyphs", lambda paper: check_glyphs(paper, bare))
    paper = replace(make_paper("zh-Hans"), blocks=(Paragraph(inline("中文")),))
    with pytest.raises(MissingFontError, match="fonts-noto-cjk") as caught:
        render.write_document(paper, tmp_path, "brief-PAK-CHN")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "brief-PAK-CHN.zh-Hans.docx",
        "brief-PAK-CHN.zh-Hans.html",
    ]
    assert "Written:" in str(caught.value)
