"""Runs: stored results with what they rest on, so that a figure can be shown, compared and repeated.

A run is ``NAME.parquet`` (the table of figures, zstd), ``NAME.TABLE.parquet`` for each further table, and
``NAME.json`` (everything else), written last. The same run always gives the same bytes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from corridor.data.sources import TradeSource
from corridor.errors import DatasetDamagedError, DatasetNotFoundError

#: Runs that the project carries: figures for reading, not trade data.
STORED_DIR: Final = Path(__file__).parent / "stored"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where figures come from, as a source line needs it.

    title: the data; publisher: whom to name; as_of: the year or date the data describe. nomenclature: the
    revision of the Harmonized System of that year, such as ``HS17``, empty where it is not known.
    """

    title: str
    publisher: str = ""
    licence: str = ""
    as_of: str = ""
    note: str = ""
    illustrative: bool = False
    nomenclature: str = ""


def describe_source(source: TradeSource) -> Attribution:
    """Return the attribution of trade opened from a dataset or a file."""
    return Attribution(
        title=source.attribution or source.label,
        licence=source.licence,
        as_of=source.as_of,
        note="; ".join(source.notes),
        illustrative=source.illustrative,
        nomenclature=source.revisions.get(source.year, ""),
    )


@dataclass(frozen=True)
class Run:
    """A stored result.

    kind: such as ``pair``. parameters: what was asked, with every option. source: the data it rests on.
    version: Corridor's version. coverage: what the data lack. facts: further figures, JSON-ready.
    table: the figures by row; tables: further ones by name. rounded_digits: significant digits kept, None
    where exact.
    """

    kind: str
    parameters: Mapping[str, Any]
    source: Attribution
    version: str
    coverage: Mapping[str, Any]
    facts: Mapping[str, Any]
    table: pl.DataFrame = field(repr=False)
    rounded_digits: int | None = None
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict, repr=False)


class RunTables(Mapping[str, pl.DataFrame]):
    """The further tables of a run on disk, each read when it is first asked for."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self._path, self._names = path, tuple(names)
        self._read: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            try:
                self._read[name] = pl.read_parquet(_table_path(self._path, name))
            except (FileNotFoundError, pl.exceptions.PolarsError) as error:
                raise _damaged(self._path, error) from error
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def save_run(run: Run, path: Path) -> None:
    """Write the files of a run at ``path`` (without suffix), each complete or not at all, the JSON last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "kind": run.kind,
        "parameters": dict(run.parameters),
        "source": asdict(run.source),
        "version": run.version,
        "rounded_digits": run.rounded_digits,
        "coverage": dict(run.coverage),
        "facts": dict(run.facts),
        "tables": sorted(run.tables),
    }
    _write_table(run.table, path.with_suffix(".parquet"))
    for name, table in run.tables.items():
        _write_table(table, _table_path(path, name))
    facts = path.with_suffix(".json")
    partial = facts.with_suffix(".json.partial")
    partial.write_text(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )
    partial.replace(facts)


def remove_run(path: Path) -> None:
    """Remove the files of the run at ``path`` (without suffix), the JSON first; what is not there is no error."""
    path.with_suffix(".json").unlink(missing_ok=True)
    for file in path.parent.glob(f"{path.stem}.*"):
        file.unlink(missing_ok=True)


def _write_table(table: pl.DataFrame, path: Path) -> None:
    partial = path.with_suffix(".parquet.partial")
    table.write_parquet(partial, compression="zstd", compression_level=22, statistics=False)
    partial.replace(path)


def _table_path(path: Path, name: str) -> Path:
    return path.with_suffix(f".{name}.parquet")


def load_run(path: Path) -> Run:
    """Read the run at ``path`` (with or without suffix).

    Raises
    ------
    DatasetNotFoundError: there is no such run. DatasetDamagedError: its files cannot be read, or one is
    missing; a further table is only read, and found damaged, when it is asked for.
    """
    table, facts = path.with_suffix(".parquet"), path.with_suffix(".json")
    if not (table.is_file() and facts.is_file()):
        raise DatasetNotFoundError(
            f"there is no run '{path.stem}'", rule="a run is a .json and .parquet files of one name"
        )
    try:
        content = json.loads(facts.read_text(encoding="utf-8"))
        source = Attribution(**content.pop("source"))
        tables = RunTables(path, content.pop("tables", ()))
        for name in tables:
            if not _table_path(path, name).is_file():
                raise FileNotFoundError(f"{_table_path(path, name).name} is missing")
        return Run(**content, source=source, table=pl.read_parquet(table), tables=tables)
    except (ValueError, TypeError, KeyError, FileNotFoundError, pl.exceptions.PolarsError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DatasetDamagedError:
    return DatasetDamagedError(
        f"the run '{path.stem}' cannot be read ({error})", fix="Maybe compute and save it again"
    )


def list_stored_runs() -> list[str]:
    """Return the names of the runs that the project carries, sorted."""
    return sorted(path.stem for path in STORED_DIR.glob("*.json"))
