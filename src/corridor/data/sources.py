"""One door to trade data: a stored dataset by its name, or a file read on the spot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from corridor.data.coverage import cover, measure_margins
from corridor.data.importers import Progress, read_trade
from corridor.data.inputs import SUFFIXES, Reading
from corridor.data.manifest import Coverage
from corridor.data.store import Store, default_store
from corridor.errors import DatasetNotFoundError, InputError


@dataclass(frozen=True, slots=True)
class TradeSource:
    """Trade of one year, or of a window of years that ends with it, with what must be said about it.

    ``frame`` has the columns of ``tables.TRADE``, and so has ``every_year``, which holds all of ``years``.
    ``coverage`` is that of ``year``. ``attribution`` is the sentence to print beside every figure, ``label``
    a short name such as ``baci-2024, 2024``.
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
    #: Year → revision of the Harmonized System, where it is known.
    revisions: Mapping[int, str] = field(default_factory=dict)


def open_trade(
    file_or_dataset: str | Path,
    store: Store | None = None,
    *,
    year: int | None = None,
    window: int = 1,
    progress: Progress | None = None,
) -> TradeSource:
    """Open the trade of one year, or of a window of years.

    Parameters
    ----------
    file_or_dataset: name of a dataset of the store; or a file (a ``Path``, or a text with a folder or
        suffix in it) in any layout that ``importers.import_file`` reads as trade, which is then checked
        and held in memory, 24 bytes a flow.
    store: the user's store where not given.
    year: the latest year of the data where not given; for a file without years, the year it is of.
    window: how many years up to ``year`` the frame holds, as far as the data have them.

    Raises
    ------
    DatasetNotFoundError: there is no such dataset or file; the message proposes the nearest name.
    InputError: it holds no trade, or not that year; or the years of the window are in different revisions
        of the Harmonized System, in which the same code means other goods.
    BadRowsError: the file has rows that break a rule.
    """
    path = Path(file_or_dataset)
    if isinstance(file_or_dataset, Path) or path.suffix.lower() in SUFFIXES or len(path.parts) > 1:
        return _open_file(path, year, window, progress)
    return _open_dataset(file_or_dataset, store or default_store(), year, window)


def _open_dataset(name: str, store: Store, year: int | None, window: int) -> TradeSource:
    manifest = store.info(name)
    if manifest.coverage is None:
        raise InputError(
            f"dataset '{name}' holds {', '.join(manifest.tables)} and no trade",
            rule="a dataset with a table 'trade'",
        )
    chosen = _choose_year(manifest.coverage.years, year, f"dataset '{name}'")
    revisions = {
        each: manifest.nomenclature_by_year.get(str(each), manifest.nomenclature)
        for each in manifest.coverage.years
    }
    averaged = list_window(manifest.coverage.years, chosen, window)
    check_revisions(revisions, averaged, f"dataset '{name}'")
    return TradeSource(
        frame=store.scan(name).filter(pl.col("year").is_in(averaged)),
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
        revisions=revisions,
    )


def _open_file(path: Path, year: int | None, window: int, progress: Progress | None) -> TradeSource:
    if not path.exists():
        raise DatasetNotFoundError(f"there is no file '{path}'", rule="a file, or the name of a dataset")
    frames, origin, notes = read_trade(path, reading=Reading(year=year), progress=progress)
    if not frames:
        raise InputError(f"'{path.name}' holds no flow", rule="at least one row")
    years = tuple(frames)
    chosen = _choose_year(years, year, f"'{path.name}'")
    frame = frames[chosen]
    averaged = list_window(years, chosen, window)
    return TradeSource(
        frame=pl.concat([frames[each] for each in averaged]),
        every_year=pl.concat(frames.values()),
        coverage=cover(measure_margins(frame)),
        attribution=origin.attribution,
        licence=origin.licence,
        as_of=origin.as_of,
        label=f"{path.name}, {chosen}",
        year=chosen,
        years=years,
        notes=notes,
        revisions=dict.fromkeys(years, origin.nomenclature),
    )


def list_window(years: Sequence[int], last: int, window: int) -> list[int]:
    """Return the years of the data in the ``window`` years that end with ``last``."""
    if window < 1:
        raise InputError(f"a window of {window} years", rule="at least one year is averaged")
    return [year for year in years if last - window < year <= last]


def check_revisions(revisions: Mapping[int, str], years: Sequence[int], what: str) -> None:
    """Refuse years that are in different revisions of the Harmonized System; an unknown revision passes.

    Raises
    ------
    InputError: two of the years are in different revisions.
    """
    known = {year: revisions[year] for year in years if revisions.get(year)}
    if len(set(known.values())) > 1:
        told = ", ".join(f"{year} in {known[year]}" for year in sorted(known))
        raise InputError(
            f"{what} has {told}",
            rule="years that are averaged or compared are in one revision: codes change their goods",
            fix="Move them to one with 'corridor data bridge', or choose years of one revision",
        )


def _choose_year(years: tuple[int, ...], year: int | None, what: str) -> int:
    if year is None:
        return max(years)
    if year not in years:
        raise InputError(f"{what} has no year {year}", rule=f"it has {', '.join(map(str, years))}")
    return year
