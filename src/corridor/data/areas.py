"""Sector maps: which goods an area of cooperation consists of, by HS code, and where that choice comes from.

The maps that the project carries lie in ``areas/``, one file an area. A user's own file (JSON of the same
form, or a table with the columns area, role, code, source) adds areas or takes the place of those of the
same code. An area without codes is no good: only imported indicators can say something about it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from corridor.data.blocks import open_table, read_all
from corridor.errors import BadRowsError, InputError, RowError
from corridor.tables import AREA_PRODUCTS
from corridor.vocabulary import AREAS

FOLDER: Final = Path(__file__).parent / "areas"
NOMENCLATURE: Final = "HS 2017"
TABLE_COLUMNS: Final = ("area", "role", "code", "source")
_AREA: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_CODE: Final = re.compile(r"(0[1-9]|[1-9][0-9])([0-9]{2}){0,2}")
_KEYS: Final = ("area", "name", "nomenclature", "note", "groups")
_RULES: Final[Mapping[str, str]] = {
    "area": "small letters, digits and '_', such as electric_vehicles",
    "role": "a word for what these goods are in the area, such as batteries",
    "code": "2, 4 or 6 digits of an HS 2017 code without points, leading zero kept, such as 850760",
    "source": "where this choice of codes comes from; it may not be empty",
    "repeated": "a product has one role in an area; this code is listed there already or lies within one that is",
    "nomenclature": f"the maps are read as {NOMENCLATURE}",
    "groups": "a list of groups, each with role, codes (a list) and source; empty for an area without goods",
    "entry": f"an object with the keys {', '.join(_KEYS)}; area and groups are needed",
}


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """Goods with one role in an area. ``codes``: HS codes of 2, 4 or 6 digits, each standing for all below it."""

    role: str
    codes: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Area:
    """One candidate for cooperation. ``name`` is only given where the code has no label of its own."""

    area: str
    groups: tuple[AreaGroup, ...] = ()
    note: str = ""
    name: str = ""
    nomenclature: str = NOMENCLATURE

    @property
    def has_goods(self) -> bool:
        """Whether the area has HS codes."""
        return bool(self.groups)


@lru_cache(maxsize=1)
def load_areas() -> tuple[Area, ...]:
    """Return the areas that the project carries, in the order of ``vocabulary.AREAS``."""
    return tuple(_read_json(FOLDER / f"{code}.json")[0] for code in AREAS)


def read_areas(path: Path) -> tuple[Area, ...]:
    """Read a user's own map: JSON (one entry or a list), or a table with the columns area, role, code, source.

    Raises
    ------
    InputError: the file is not there, of another kind, or lacks a column.
    BadRowsError: entries or rows that break a rule, each named (in JSON ``row`` is the number of the entry).
    """
    if not path.is_file():
        raise InputError(
            f"there is no file '{path}'", rule="a .json file, or a .csv, .xlsx or .parquet table"
        )
    return _read_json(path) if path.suffix.lower() == ".json" else _read_table(path)


def merge_areas(carried: Sequence[Area], own: Sequence[Area]) -> tuple[Area, ...]:
    """Return ``carried`` with the areas of ``own`` in the place of those of the same code, new ones last."""
    changed = {area.area: area for area in own}
    kept = [changed.pop(area.area, area) for area in carried]
    return (*kept, *changed.values())


def map_products(areas: Sequence[Area], products: Sequence[str]) -> pl.DataFrame:
    """Return which of ``products`` (HS6 codes) belong to which area, and as what (``AREA_PRODUCTS``)."""
    listed = pl.DataFrame(
        [(area.area, group.role, code) for area in areas for group in area.groups for code in group.codes],
        schema={"area": pl.String, "role": pl.String, "code": pl.String},
        orient="row",
    )
    wanted = pl.DataFrame({"product": sorted(set(products))}, schema={"product": pl.String})
    parts = [
        wanted.with_columns(code=pl.col("product").str.head(digits)).join(
            listed.filter(pl.col("code").str.len_chars() == digits), on="code"
        )
        for digits in (2, 4, 6)
    ]
    order = {area.area: place for place, area in enumerate(areas)}
    mapped = pl.concat(parts).select("area", "role", "product")
    placed = mapped.with_columns(
        place=pl.col("area").replace_strict(order, default=None, return_dtype=pl.Int32)
    )
    return AREA_PRODUCTS.check(placed.sort("place", "product").drop("place"))


def _read_json(path: Path) -> tuple[Area, ...]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(
            f"'{path.name}' cannot be read as JSON ({error})", rule="one entry or a list"
        ) from error
    entries = content if isinstance(content, list) else [content]
    faults: list[RowError] = []
    areas = [_read_entry(entry, row, path.name, faults) for row, entry in enumerate(entries, start=1)]
    faults += _find_repeated_areas([area.area for area in areas], path.name)
    if faults:
        raise BadRowsError(faults, fix=_propose(faults))
    return tuple(areas)


def _read_entry(entry: Any, row: int, file: str, faults: list[RowError]) -> Area:
    def blame(column: str, value: object, rule: str) -> None:
        faults.append(RowError(file, row, column, str(value), _RULES[rule]))

    if not isinstance(entry, dict) or "area" not in entry or "groups" not in entry:
        blame("entry", type(entry).__name__ if not isinstance(entry, dict) else ", ".join(entry), "entry")
        return Area("")
    for key in entry:
        if key not in _KEYS:
            blame(key, entry[key], "entry")
    name = str(entry["area"])
    if not _AREA.fullmatch(name):
        blame("area", name, "area")
    if entry.get("nomenclature", NOMENCLATURE) != NOMENCLATURE:
        blame("nomenclature", entry["nomenclature"], "nomenclature")
    groups: list[AreaGroup] = []
    taken: list[str] = []
    if not isinstance(entry["groups"], list):
        blame("groups", entry["groups"], "groups")
        return Area(name)
    for group in entry["groups"]:
        if not isinstance(group, dict) or not isinstance(group.get("codes"), list):
            blame("groups", group, "groups")
            continue
        role, source = (str(group.get(key, "")).strip() for key in ("role", "source"))
        codes = tuple(str(code) for code in group["codes"])
        for column, value in _find_faults(role, codes, source, taken):
            blame("codes" if column in ("code", "repeated") else column, value, column)
        taken += codes
        groups.append(AreaGroup(role, codes, source))
    return Area(name, tuple(groups), str(entry.get("note", "")), str(entry.get("name", "")))


def _find_faults(role: str, codes: Sequence[str], source: str, taken: Sequence[str]) -> list[tuple[str, str]]:
    """Return (what is wrong, the value) of one group; ``taken`` are the codes the area has already."""
    faults: list[tuple[str, str]] = []
    faults += [(what, value) for what, value in (("role", role), ("source", source)) if not value]
    seen = list(taken)
    for code in codes:
        if not _CODE.fullmatch(code):
            faults.append(("code", code))
        elif any(code.startswith(other) or other.startswith(code) for other in seen):
            faults.append(("repeated", code))
        seen.append(code)
    return faults


def _find_repeated_areas(names: Sequence[str], file: str) -> list[RowError]:
    return [
        RowError(file, row, "area", name, "each area has one entry")
        for row, name in enumerate(names, start=1)
        if name and name in names[: row - 1]
    ]


def _read_table(path: Path) -> tuple[Area, ...]:
    file = open_table(path)
    lower = {name.strip().lower(): name for name in file.columns}
    for column in TABLE_COLUMNS:
        if column not in lower:
            close = get_close_matches(column, list(lower), n=1)
            raise InputError(
                f"'{path.name}' has no column '{column}' (its columns are {', '.join(file.columns)})",
                rule=f"it needs {', '.join(TABLE_COLUMNS)}",
                fix=f"Maybe rename '{lower[close[0]]}'" if close else "",
            )
    text = read_all(file).select(
        pl.col(lower[column]).cast(pl.String).str.strip_chars().fill_null("").alias(column)
        for column in TABLE_COLUMNS
    )
    faults: list[RowError] = []
    taken: dict[str, list[str]] = {}
    for row, (area, role, code, source) in enumerate(text.iter_rows(), start=2):
        found = [] if _AREA.fullmatch(area) else [("area", area)]
        found += _find_faults(role, [code], source, taken.setdefault(area, []))
        taken[area].append(code)
        faults += [
            RowError(path.name, row, "code" if what == "repeated" else what, value, _RULES[what])
            for what, value in found
        ]
    if faults:
        raise BadRowsError(faults, fix=_propose(faults))
    if text.is_empty():
        raise InputError(f"'{path.name}' holds no row", rule="at least one code of one area")
    groups = text.group_by("area", "role", "source", maintain_order=True).agg("code")
    listed: dict[str, list[AreaGroup]] = {}
    for area, role, source, codes in groups.iter_rows():
        listed.setdefault(area, []).append(AreaGroup(role, tuple(codes), source))
    return tuple(Area(area, tuple(parts)) for area, parts in listed.items())


def _propose(faults: Sequence[RowError]) -> str:
    first = faults[0]
    if first.column in ("code", "codes"):
        digits = re.sub(r"[^0-9]", "", first.value)
        if len(digits) in (1, 3, 5):
            return f"Maybe the leading zero was lost: '0{digits}'"
        if digits != first.value and _CODE.fullmatch(digits):
            return f"Maybe you meant '{digits}'"
    if first.column == "area":
        proposal = re.sub(r"[^a-z0-9]+", "_", first.value.lower()).strip("_")
        return f"Maybe '{proposal}'" if _AREA.fullmatch(proposal) else ""
    return ""
