"""One door to trade data: a stored dataset by its name, or a file read on the spot."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from corridor.data.coverage import cover, measure_margins
from corridor.data.importers import SUFFIXES, Progress, Reading, read_trade
from corridor.data.manifest import Coverage
from corridor.data.store import Store, default_store
from corridor.errors import DatasetNotFoundError, InputError


@dataclass(frozen=True, slots=True)
class TradeSource:
    """Trade of one year with what must be said about it.

    ``frame`` has the columns of ``tables.TRADE``, and so has ``every_year``, which holds all of ``years``. ``coverage`` is that year's. ``attribution`` is the
    sentence to print beside every figure, ``label`` a short name such as ``baci-2024, 2024``.
    """

    frame: pl.LazyFrame
    every_year: pl.LazyFrame
    coverage: Coverage
    attribution: str
    licence: str
    as_of: str
    label: str
    year: int
    years: tuple[int, ...]
    illustrative: bool = False
    notes: tuple[str, ...] = ()


def open_trade(
    file_or_dataset: str | Path,
    store: Store | None = None,
    *,
    year: int | None = None,
    progress: Progress | None = None,
) -> TradeSource:
    """Open the trade of one year.

    Parameters
    ----------
    file_or_dataset: name of a dataset of the store; or a file (a ``Path``, or a text with a folder or
        suffix in it) in any layout that ``importers.import_file`` reads as trade, which is then checked
        and held in memory, 24 bytes a flow.
    store: the user's store where not given.
    year: the latest year of the data where not given; for a file without years, the year it is of.

    Raises
    ------
    DatasetNotFoundError: there is no such dataset or file; the message proposes the nearest name.
    InputError: it holds no trade, or not that year.
    BadRowsError: the file has rows that break a rule.
    """
    path = Path(file_or_dataset)
    if isinstance(file_or_dataset, Path) or path.suffix.lower() in SUFFIXES or len(path.parts) > 1:
        return _open_file(path, year, progress)
    return _open_dataset(file_or_dataset, store or default_store(), year)


def _open_dataset(name: str, store: Store, year: int | None) -> TradeSource:
    manifest = store.info(name)
    if manifest.coverage is None:
        raise InputError(
            f"dataset '{name}' holds {', '.join(manifest.tables)} and no trade",
            rule="a dataset with a table 'trade'",
        )
    chosen = _choose_year(manifest.coverage.years, year, f"dataset '{name}'")
    return TradeSource(
        frame=store.scan(name).filter(pl.col("year") == chosen),
        every_year=store.scan(name),
        coverage=manifest.coverage_by_year[str(chosen)],
        attribution=manifest.attribution,
        licence=manifest.licence,
        as_of=manifest.as_of,
        label=f"{name}, {chosen}",
        year=chosen,
        years=manifest.coverage.years,
        illustrative=manifest.illustrative,
        notes=manifest.notes,
    )


def _open_file(path: Path, year: int | None, progress: Progress | None) -> TradeSource:
    if not path.exists():
        raise DatasetNotFoundError(f"there is no file '{path}'", rule="a file, or the name of a dataset")
    frames, origin, notes = read_trade(path, reading=Reading(year=year), progress=progress)
    if not frames:
        raise InputError(f"'{path.name}' holds no flow", rule="at least one row")
    years = tuple(frames)
    chosen = _choose_year(years, year, f"'{path.name}'")
    frame = frames[chosen]
    return TradeSource(
        frame=frame,
        every_year=pl.concat(frames.values()),
        coverage=cover(measure_margins(frame)),
        attribution=origin.attribution,
        licence=origin.licence,
        as_of=origin.as_of,
        label=f"{path.name}, {chosen}",
        year=chosen,
        years=years,
        notes=notes,
    )


def _choose_year(years: tuple[int, ...], year: int | None, what: str) -> int:
    if year is None:
        return max(years)
    if year not in years:
        raise InputError(f"{what} has no year {year}", rule=f"it has {', '.join(map(str, years))}")
    return year
