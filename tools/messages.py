"""Keep the catalogue: ``python tools/messages.py update | missing | fill FILE.json | check``.

``update`` extracts every message of the library, the command and the web (Python, Django templates,
Jinja templates) and merges them into the ``.po`` files; ``missing LANGUAGE`` prints untranslated
messages as JSON; ``fill LANGUAGE FILE`` stores translations from JSON of the same shape;
``check`` exits 1 where anything is missing, fuzzy or has other placeholders than its source.
"""

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src"
LANGUAGES = ("zh_Hans", "ur")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")


def po_path(language: str) -> Path:
    return SOURCES / "corridor" / "locale" / language / "LC_MESSAGES" / "django.po"


def extract_file(path: Path) -> Iterator[tuple[int, object, list[str], str | None]]:
    if path.suffix == ".py":
        with path.open("rb") as stream:
            yield from extract("python", stream, keywords=KEYWORDS, comment_tags=("Translators:",))
    elif path.suffix in {".html", ".txt"} and "corridor_web" in path.parts:
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from extract("python", BytesIO(source.encode()), keywords=KEYWORDS)
    elif path.suffix in {".html", ".jinja", ".typ"} and "reports" in path.parts:
        with path.open("rb") as stream:
            yield from extract(babel_extract, stream, keywords=KEYWORDS, options={"trimmed": "true"})


def extract_all() -> Catalog:
    template = Catalog(project="Corridor", charset="utf-8")
    for path in sorted(SOURCES.rglob("*")):
        if path.is_file() and "migrations" not in path.parts:
            for _line, message, comments, context in extract_file(path):
                place = (str(path.relative_to(ROOT)), None)
                template.add(message, locations=[place], auto_comments=comments, context=context)
    return template


def load(language: str) -> Catalog:
    path = po_path(language)
    if path.exists():
        with path.open("rb") as stream:
            return read_po(stream, locale=language, domain="django")
    return Catalog(locale=language, domain="django", project="Corridor", charset="utf-8")


def save(catalogue: Catalog, language: str) -> None:
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".po.partial")
    catalogue.header_comment = "# Corridor, Apache-2.0"
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    with partial.open("wb") as stream:
        write_po(
            stream,
            catalogue,
            width=100,
            ignore_obsolete=True,
            sort_output=True,
            no_location=True,
            omit_header=False,
        )
    partial.replace(path)


def update() -> None:
    template = extract_all()
    for language in LANGUAGES:
        catalogue = load(language)
        catalogue.update(template, no_fuzzy_matching=True)
        save(catalogue, language)
        print(f"{language}: {len(catalogue)} messages, {len(list(untranslated(catalogue)))} missing")


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    for message in catalogue:
        if message.id:
            strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            if message.fuzzy or not all(strings) or not strings:
                yield message


def as_row(message: Message) -> dict[str, object]:
    row: dict[str, object] = {"id": message.id, "string": ""}
    if message.context:
        row["context"] = message.context
    if message.auto_comments:
        row["comment"] = message.auto_comments
    return row


def fill(language: str, file: Path) -> None:
    catalogue = load(language)
    known = 0
    for row in json.loads(file.read_text(encoding="utf-8")):
        key = tuple(row["id"]) if isinstance(row["id"], list) else row["id"]
        message = catalogue.get(key[0] if isinstance(key, tuple) else key, row.get("context"))
        if message is None or not row["string"]:
            continue
        if isinstance(key, tuple):
            strings = row["string"] if isinstance(row["string"], list) else [row["string"]]
            count = catalogue.num_plurals
            message.string = tuple((strings * count)[:count])
        else:
            message.string = row["string"]
        message.flags.discard("fuzzy")
        known += 1
    save(catalogue, language)
    print(f"{language}: {known} filled, {len(list(untranslated(catalogue)))} missing")


def placeholders(text: str) -> list[str]:
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", "")))


def check() -> int:
    template = extract_all()
    faults = 0
    for language in LANGUAGES:
        catalogue = load(language)
        for message in template:
            if not message.id:
                continue
            first = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
            found = catalogue.get(first, message.context)
            if found is None or found in list(untranslated(catalogue)):
                print(f"{language}: missing: {first!r}")
                faults += 1
                continue
            strings = found.string if isinstance(found.string, (tuple, list)) else (found.string,)
            wanted = placeholders(message.id[-1] if isinstance(message.id, (tuple, list)) else message.id)
            for string in strings:
                if placeholders(string) != wanted:
                    print(f"{language}: placeholders differ: {first!r} -> {string!r}")
                    faults += 1
    return 1 if faults else 0


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            update()
        case ["missing", language]:
            rows = [as_row(message) for message in untranslated(load(language))]
            print(json.dumps(rows, ensure_ascii=False, indent=1))
        case ["fill", language, file]:
            fill(language, Path(file))
        case ["check"]:
            return check()
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
