"""One door to trade data: a stored dataset by its name, or a file read on the spot."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from corridor.data.manifest import Coverage, Manifest
from corridor.data.store import Store, default_store
from corridor.errors import InputError


@dataclass(frozen=True, slots=True)
class TradeSource:
    """Trade of one year with what must be said about it.

    ``frame`` has the columns of ``tables.TRADE``. ``coverage`` is that year's. ``attribution`` is the
    sentence to print beside every figure, ``label`` a short name such as ``baci-2024, 2024``.
    """

    frame: pl.LazyFrame
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
    file_or_dataset: str | Path, store: Store | None = None, *, year: int | None = None
) -> TradeSource:
    """Open the trade of one year.

    Parameters
    ----------
    file_or_dataset: name of a dataset of the store.
    store: the user's store where not given.
    year: the latest year of the data where not given.

    Raises
    ------
    DatasetNotFoundError: there is no such dataset; the message proposes the nearest name.
    InputError: the dataset holds no trade, or not that year.
    """
    store = store or default_store()
    name = str(file_or_dataset)
    manifest = store.info(name)
    if manifest.coverage is None:
        raise InputError(
            f"dataset '{name}' holds {', '.join(manifest.tables)} and no trade",
            rule="a dataset with a table 'trade'",
        )
    chosen = _choose_year(manifest, year)
    return TradeSource(
        frame=store.scan(name).filter(pl.col("year") == chosen),
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


def _choose_year(manifest: Manifest, year: int | None) -> int:
    years = sorted(int(text) for text in manifest.coverage_by_year)
    if year is None:
        return years[-1]
    if year not in years:
        raise InputError(
            f"dataset '{manifest.name}' has no year {year}", rule=f"it has {', '.join(map(str, years))}"
        )
    return year
