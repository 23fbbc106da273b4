"""The handwritten texts of the illustrative world, kept as JSON beside this module."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "texts"
THEME_FILES: Final = ("themes_city", "themes_services", "themes_goods", "themes_technologies")


@lru_cache(maxsize=8)
def _read_text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def read_json(name: str) -> Any:
    """Return the content of ``texts/NAME.json``; a fresh object each time."""
    return json.loads(_read_text(f"{name}.json"))


def read_lines(name: str) -> list[dict[str, Any]]:
    """Return the records of ``texts/NAME.jsonl``."""
    return [json.loads(line) for line in _read_text(f"{name}.jsonl").splitlines() if line]


def read_themes() -> list[dict[str, Any]]:
    """Return the themes: each an offer and a need written for one another."""
    return [theme for name in THEME_FILES for theme in read_lines(name)]
