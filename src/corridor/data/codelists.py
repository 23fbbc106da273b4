"""Lists of codes that come with trade data: economies (with the numbers the files use) and products."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from corridor.data.blocks import TableFile, read_all
from corridor.data.layouts import recognise_layout
from corridor.data.readers import EconomyCodes
from corridor.data.rules import parse_block
from corridor.data.unions import EUROPEAN_UNION
from corridor.errors import InputError

_NUMBERS: Final = ("country_code", "code", "i")
_CODES: Final = ("country_iso3", "iso_3digit_alpha", "iso3", "economy")
_NAMES: Final = ("country_name", "country_name_full", "country_name_abbreviation", "name_en", "name")
_GROUPS: Final = ("regioncode", "region_code", "group")
_MEMBERS: Final = ("partner", "partnercode", "partner_code", "economy", "member")
#: 918 in UN M49 as TRAINS and the International Trade Centre use it.
_UNION_SPELLINGS: Final = ("918", "EUN", "EU", "EU27", "EU28")
_ENDED: Final = r"\(\.\.\.\d{4}\)"


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The codes a file may use; the tables are there where lists were given."""

    codes: EconomyCodes
    economies: pl.DataFrame | None = None
    products: pl.DataFrame | None = None
    #: Members of groups of partners: ``group`` and ``economy``.
    groups: pl.DataFrame | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def listed_products(self) -> list[str] | None:
        """Return the listed products, None where no list was given."""
        return None if self.products is None else self.products["product"].to_list()


def read_code_lists(
    economies: TableFile | None,
    products: TableFile | None,
    groups: TableFile | None = None,
    *,
    kind: str = "trade",
) -> CodeLists:
    """Read the lists that came with the data; a row of a list that holds no code is noted and left out.

    In tariffs the European Union is an importer and a partner of its own.

    Raises
    ------
    InputError: a list lacks the column of codes.
    """
    named = _read_economies(economies) if economies else None
    declared: Mapping[str, str] = {}
    if named is not None:
        declared = dict(named.select("spelling", "economy").iter_rows())
        named = keep_current(named.select("economy", "name_en"))
    if kind == "tariffs":
        declared = {**declared, **dict.fromkeys(_UNION_SPELLINGS, EUROPEAN_UNION)}
    codes = EconomyCodes(declared)
    listed, unread = _read_products(products, codes) if products else (None, 0)
    members, unknown = _read_groups(groups, codes) if groups else (None, 0)
    notes = [f"{unread} rows of the list of products hold no HS6 code."] if unread else []
    if unknown:
        notes.append(f"{unknown} members of groups of partners are no known economies.")
    if members is not None:
        codes = EconomyCodes(declared, members["group"].unique())
    return CodeLists(codes, named, listed, members, tuple(notes))


def _read_groups(file: TableFile, codes: EconomyCodes) -> tuple[pl.DataFrame, int]:
    """Return the members of groups of partners, and how many rows name no known economy."""
    frame = read_all(file)
    group, member = (_find(frame, names, file.name) for names in (_GROUPS, _MEMBERS))
    read = pl.DataFrame(
        {
            "group": frame[group].cast(pl.String).str.strip_chars(),
            "economy": codes.read(frame[member]).cast(pl.String),
        }
    ).drop_nulls("group")
    return read.drop_nulls().unique().sort("group", "economy"), read["economy"].null_count()


def _read_economies(file: TableFile) -> pl.DataFrame:
    """Return ``spelling`` (the number that files use), ``economy`` and ``name_en``."""
    frame = read_all(file)
    number, code, name = (_find(frame, names, file.name) for names in (_NUMBERS, _CODES, _NAMES))
    text = [pl.col(column).cast(pl.String).str.strip_chars() for column in (number, code, name)]
    return frame.select(
        text[0].str.strip_chars_start("0").alias("spelling"),
        text[1].alias("economy"),
        text[2].alias("name_en"),
    ).filter(pl.col("economy").str.contains(r"^[A-Z0-9]{3}$"), pl.col("spelling").is_not_null())


def _read_products(file: TableFile, codes: EconomyCodes) -> tuple[pl.DataFrame, int]:
    layout = recognise_layout(file.columns, "products", file=f"'{file.name}'")
    parsed = [parse_block(block.frame, layout, codes) for block in file.read()]
    unread = sum(int(part.bad.sum()) for part in parsed)
    frame = pl.concat([part.frame for part in parsed]).with_columns(write_product())
    return frame.unique("product", keep="first", maintain_order=True).sort("product"), unread


def write_product() -> pl.Expr:
    """Return the expression that writes a product's number as its six digits."""
    return pl.col("product").cast(pl.String).str.zfill(6)


def keep_current(economies: pl.DataFrame) -> pl.DataFrame:
    """Return one row an economy: BACI lists Belgium also as "Belgium-Luxembourg (...1998)"."""
    ended = pl.col("name_en").str.contains(_ENDED)
    return economies.sort(ended, maintain_order=True).unique("economy", keep="first").sort("economy")


def _find(frame: pl.DataFrame, names: tuple[str, ...], file: str) -> str:
    lower = {column.lower(): column for column in frame.columns}
    found = next((lower[name] for name in names if name in lower), None)
    if found is None:
        raise InputError(
            f"'{file}' has no column of codes or names (its columns are {', '.join(frame.columns)})",
            rule=f"one named {', '.join(names)}",
        )
    return found
