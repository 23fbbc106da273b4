"""A year of trade laid out for reading: margins, and flows so that a market and an exporter are both slices.

``open_cube`` keeps what it derives from a dataset in a cache folder beside the store
(``cache/cubes/DATASET-YEAR-KEY``): arrays that are mapped into memory, not read. The key comes from the
hashes of the dataset's files, so that a replaced dataset never meets an old cube. A cube is written whole
or not at all, can be removed at any time, and is made again where it is damaged.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corridor.data.store import Store, hash_file
from corridor.errors import InputError, SchemaError
from corridor.find.margins import Progress, TradeMargins, check_columns, unknown_economy, weigh_years
from corridor.find.matrices import Matrix
from corridor.locale.catalogue import gettext_noop

FORMAT: Final = 1
META: Final = "cube.json"
_PARTIAL: Final = ".partial-"
ARRAYS: Final = ("exports", "imports", "pairs", "starts", "places", "values")
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cube:
    """One year of trade of E economies and P products, in current USD.

    exports, imports: E × P sums. pairs: E × E, exporter by importer. places, values: N flows sorted by
    exporter, importer and product: the place of the product and the value. starts: E·E + 1, where the
    flows of each pair begin; pair (i, j) is number i·E + j.
    """

    year: int
    economies: tuple[str, ...]
    products: tuple[str, ...]
    exports: Matrix = field(repr=False)
    imports: Matrix = field(repr=False)
    pairs: Matrix = field(repr=False)
    starts: Places = field(repr=False)
    places: npt.NDArray[np.uint16] = field(repr=False)
    values: Matrix = field(repr=False)

    def into(self, market: int) -> tuple[Places, Places, Matrix]:
        """Return the flows into a market: places of exporters and products, values."""
        size = len(self.economies)
        pairs = np.arange(size) * size + market
        begins = self.starts[pairs]
        counts = self.starts[pairs + 1] - begins
        ends = np.cumsum(counts)
        index = np.arange(ends[-1]) + np.repeat(begins - (ends - counts), counts)
        return np.repeat(np.arange(size), counts), self.places[index].astype(np.int64), self.values[index]

    def out_of(self, exporter: int) -> tuple[Places, Places, Matrix]:
        """Return the flows out of an exporter: places of importers and products, values."""
        size = len(self.economies)
        bounds = np.asarray(self.starts[exporter * size : (exporter + 1) * size + 1])
        part = slice(int(bounds[0]), int(bounds[-1]))
        importers = np.repeat(np.arange(size), np.diff(bounds))
        return importers, self.places[part].astype(np.int64), np.asarray(self.values[part])


class CubeWindow:
    """One or several years of trade, averaged with weights, in the order of all their codes together.

    years: oldest first; weights: they sum to 1. economies, products: sorted codes.
    """

    def __init__(self, cubes: Sequence[Cube], weights: Sequence[float]) -> None:
        self.cubes, self.weights = tuple(cubes), tuple(weights)
        self.years = tuple(cube.year for cube in cubes)
        self.economies = _join([cube.economies for cube in cubes])
        self.products = _join([cube.products for cube in cubes])
        self._rows = [_place(cube.economies, self.economies) for cube in cubes]
        self._columns = [_place(cube.products, self.products) for cube in cubes]

    @cached_property
    def exports(self) -> Matrix:
        """E × P, an economy's exports to all."""
        return self._average([cube.exports for cube in self.cubes], self._columns, len(self.products))

    @cached_property
    def imports(self) -> Matrix:
        """E × P, an economy's imports from all."""
        return self._average([cube.imports for cube in self.cubes], self._columns, len(self.products))

    @cached_property
    def pairs(self) -> Matrix:
        """E × E, exporter by importer."""
        return self._average([cube.pairs for cube in self.cubes], self._rows, len(self.economies))

    def flows_into(self, market: int) -> Matrix:
        """Return the E × P imports of the market in row ``market`` by supplier."""
        return self._fill(market, "into")

    def sales_of(self, exporter: int) -> Matrix:
        """Return the E × P exports of the economy in row ``exporter`` by destination."""
        return self._fill(exporter, "out_of")

    def list_into(self, market: int) -> tuple[Places, Places, Matrix]:
        """Return the flows into a market, sorted: places of exporters and products, values; each cell once."""
        parts = [
            (rows[exporters], columns[products], values * weight)
            for (exporters, products, values), rows, columns, weight in self._read(market, "into")
        ]
        if not parts:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        if len(parts) == 1:
            return parts[0]
        width = len(self.products)
        keys = np.concatenate([exporters * width + products for exporters, products, _ in parts])
        order = np.argsort(keys, kind="stable")
        keys, values = _sum_equal(keys[order], np.concatenate([part[2] for part in parts])[order])
        return keys // width, keys % width, values

    def margins(self, importers: Sequence[str], exporters: Sequence[str] = ()) -> TradeMargins:
        """Return the margins with the flows of the markets and exporters under study.

        Raises
        ------
        UnknownEconomyError: the data hold no trade of a code.
        """
        rows = {code: place for place, code in enumerate(self.economies)}
        for asked in (*importers, *exporters):
            if asked not in rows:
                raise unknown_economy(asked, self.economies)
        return TradeMargins(
            years=self.years,
            weights=self.weights,
            economies=self.economies,
            products=self.products,
            exports=self.exports,
            imports=self.imports,
            flows={code: self.flows_into(rows[code]) for code in importers},
            sales={code: self.sales_of(rows[code]) for code in exporters},
        )

    def look_up(self, exporters: Places, importers: Places, products: Places) -> Matrix:
        """Return the value of each flow named by its places, 0 where there is none."""
        found = np.zeros(len(products))
        for cube, rows, columns, weight in zip(
            self.cubes, self._rows, self._columns, self.weights, strict=True
        ):
            size, width = len(cube.economies), len(cube.products)
            back_r, back_c = _invert(rows, len(self.economies)), _invert(columns, len(self.products))
            first, second, third = back_r[exporters], back_r[importers], back_c[products]
            known = (first >= 0) & (second >= 0) & (third >= 0)
            pair = np.repeat(np.arange(size * size), np.diff(cube.starts))
            keys = pair * width + cube.places
            wanted = (first[known] * size + second[known]) * width + third[known]
            at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
            found[known] += np.where(keys[at] == wanted, cube.values[at], 0.0) * weight
        return found

    def _read(self, row: int, way: str) -> list[tuple[Any, Places, Places, float]]:
        parts = []
        for cube, rows, columns, weight in zip(
            self.cubes, self._rows, self._columns, self.weights, strict=True
        ):
            inside = np.flatnonzero(rows == row)
            if len(inside):
                parts.append((getattr(cube, way)(int(inside[0])), rows, columns, weight))
        return parts

    def _fill(self, row: int, way: str) -> Matrix:
        matrix = np.zeros((len(self.economies), len(self.products)))
        for (others, products, values), rows, columns, weight in self._read(row, way):
            # within a year each cell stands once
            matrix[rows[others], columns[products]] += values if weight == 1 else values * weight
        return matrix

    def _average(self, parts: Sequence[Matrix], columns: Sequence[Places], width: int) -> Matrix:
        if len(parts) == 1:
            return np.asarray(parts[0])
        whole = np.zeros((len(self.economies), width))
        for part, rows, places, weight in zip(parts, self._rows, columns, self.weights, strict=True):
            whole[np.ix_(rows, places)] += part * weight
        return whole


def build_cube(trade: pl.LazyFrame | pl.DataFrame, year: int, *, progress: Progress | None = None) -> Cube:
    """Lay out one year of a trade table (schema ``TRADE``) in memory.

    Duplicate rows are summed; flows of an economy to itself and flows of nothing are left out.

    Raises
    ------
    SchemaError: a value is empty, negative or not finite. InputError: the year has no flow.
    """
    _tell(progress, 0.0, gettext_noop("Reading the flows"))
    rows = trade.lazy().filter(pl.col("year") == year, pl.col("exporter") != pl.col("importer"))
    value = pl.col("value_usd").cast(pl.Float64)
    bad = (value.is_null() | ~value.is_finite() | (value < 0)).any()
    sellers, buyers, goods, faults = pl.collect_all(
        [
            *[rows.select(pl.col(key).unique()) for key in ("exporter", "importer", "product")],
            rows.select(bad),
        ]
    )
    if faults.item():
        raise SchemaError(
            "column 'value_usd' of table 'trade' holds an empty, negative or infinite value",
            rule="trade values are finite and not negative, in USD",
            fix="Maybe import the file again: 'corridor data import' names each bad row",
        )
    economies = tuple(sorted({*sellers.to_series(), *buyers.to_series()}))
    products = tuple(sorted(goods.to_series()))
    if not products:
        raise InputError(f"the trade table has no flow of {year}", rule="at least one flow")
    if len(products) > np.iinfo(np.uint16).max:
        raise InputError(f"{len(products)} products", rule=f"at most {np.iinfo(np.uint16).max}")
    _tell(progress, 0.2, gettext_noop("Sorting the flows"))
    size, width = len(economies), len(products)
    code = {
        name: pl.col(name).cast(pl.Enum(order)).to_physical().cast(pl.Int64)
        for name, order in (("exporter", economies), ("importer", economies), ("product", products))
    }
    key = (code["exporter"] * size + code["importer"]) * width + code["product"]
    packed = rows.select(key=key, value=value).filter(pl.col("value") > 0).collect()
    if not packed["key"].is_sorted():
        packed = packed.sort("key")
    keys, values = _sum_equal(packed["key"].to_numpy(), packed["value"].to_numpy())
    del packed
    _tell(progress, 0.7, gettext_noop("Summing trade by exporter and importer"))
    return _lay_out(year, economies, products, keys, values)


def _sum_equal(keys: Places, values: Matrix) -> tuple[Places, Matrix]:
    same = keys[1:] == keys[:-1]
    if not same.any():
        return keys, values
    first = np.flatnonzero(np.concatenate([[True], ~same]))
    return keys[first], np.add.reduceat(values, first)


def _lay_out(
    year: int, economies: tuple[str, ...], products: tuple[str, ...], keys: Places, values: Matrix
) -> Cube:
    size, width = len(economies), len(products)
    pair = keys // width
    place = keys - pair * width
    exporter = pair // size
    importer = pair - exporter * size

    def add(cells: Places, columns: int) -> Matrix:
        sums = np.bincount(cells, weights=values, minlength=size * columns)
        return np.asarray(sums.reshape(size, columns))

    return Cube(
        year=year,
        economies=economies,
        products=products,
        exports=add(exporter * width + place, width),
        imports=add(importer * width + place, width),
        pairs=add(pair, size),
        starts=np.concatenate([[0], np.cumsum(np.bincount(pair, minlength=size * size))]),
        places=place.astype(np.uint16),
        values=values,
    )


def measure_window(
    trade: pl.LazyFrame | pl.DataFrame,
    *,
    year: int | None = None,
    window: int = 1,
    progress: Progress | None = None,
) -> CubeWindow:
    """Lay out the years of a trade table in memory, averaged as ``measure_margins`` does.

    Raises
    ------
    as ``measure_margins`` and ``build_cube``.
    """
    table = trade.lazy()
    check_columns(table.collect_schema().names())
    weights = weigh_years(table, year, window)
    cubes = []
    for count, each in enumerate(weights):
        inner = _share(progress, count, len(weights))
        cubes.append(build_cube(table, each, progress=inner))
    return CubeWindow(cubes, tuple(weights.values()))


def open_window(
    store: Store,
    dataset: str,
    *,
    year: int | None = None,
    window: int = 1,
    verify: bool = False,
    progress: Progress | None = None,
) -> CubeWindow:
    """Return the trade of a stored dataset from its cubes, which are made where they are not there yet.

    Raises
    ------
    DatasetNotFoundError: there is no such dataset. InputError: it holds no trade, or not that year.
    """
    manifest = store.info(dataset)
    if manifest.coverage is None:
        raise InputError(
            f"dataset '{dataset}' holds {', '.join(manifest.tables)} and no trade",
            rule="a dataset with a table 'trade'",
        )
    weights = weigh_years(list(manifest.coverage.years), year, window)
    cubes = [
        open_cube(store, dataset, each, verify=verify, progress=_share(progress, count, len(weights)))
        for count, each in enumerate(weights)
    ]
    return CubeWindow(cubes, tuple(weights.values()))


def open_cube(
    store: Store, dataset: str, year: int, *, verify: bool = False, progress: Progress | None = None
) -> Cube:
    """Return one year of a dataset, mapped from the cache, or built and kept there.

    verify: check every byte of a cached cube; else only that its files are there in the right size. Where
    the cache cannot be written the cube stays in memory.
    """
    folder = _locate(store, dataset, year)
    if (cube := _load(folder, verify=verify)) is not None:
        return cube
    cube = build_cube(store.scan(dataset), year, progress=progress)
    _tell(progress, 0.9, gettext_noop("Keeping the arrays"))
    try:
        _save(cube, folder, dataset)
        _sweep(folder.parent, store)
    except OSError:  # a full or read-only disk: the cube is only kept for speed
        return cube
    _tell(progress, 1.0, gettext_noop("Arrays ready"))
    return _load(folder, verify=False) or cube


def remove_cubes(store: Store) -> None:
    """Remove everything the cache holds for a store; it is made again when it is needed."""
    shutil.rmtree(cache_folder(store), ignore_errors=True)


def cache_folder(store: Store) -> Path:
    """Return the folder of the cubes of a store."""
    return store.path.parent / "cache" / "cubes"


def _locate(store: Store, dataset: str, year: int) -> Path:
    records = [record for record in store.info(dataset).files if record.table == "trade"]
    of_year = [record for record in records if record.file.startswith(f"trade-{year}-")]
    told = [str(FORMAT), str(year), *sorted(record.sha256 for record in of_year or records)]
    key = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    return cache_folder(store) / f"{dataset}-{year}-{key}"


def _load(folder: Path, *, verify: bool) -> Cube | None:
    """Return the cube of a folder, None where it is not whole."""
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        for name in ARRAYS:
            path, told = folder / f"{name}.npy", meta["files"][name]
            if path.stat().st_size != told["bytes"] or (verify and hash_file(path) != told["sha256"]):
                return None
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Cube(
        year=int(meta["year"]),
        economies=tuple(meta["economies"]),
        products=tuple(meta["products"]),
        **{name: np.asarray(array) for name, array in arrays.items()},
    )


def _save(cube: Cube, folder: Path, dataset: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder.parent))
    try:
        files = {}
        for name in ARRAYS:
            path = partial / f"{name}.npy"
            with path.open("wb") as stream:
                np.save(stream, getattr(cube, name))
                stream.flush()
                os.fsync(stream.fileno())
            files[name] = {"bytes": path.stat().st_size, "sha256": hash_file(path)}
        meta = {
            "dataset": dataset,
            "year": cube.year,
            "economies": cube.economies,
            "products": cube.products,
            "files": files,
        }
        (partial / META).write_text(json.dumps(meta), encoding="utf-8")
        if folder.exists():  # it was not whole, or another process was faster with the same content
            shutil.rmtree(folder, ignore_errors=True)
        partial.chmod(0o755)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _sweep(cache: Path, store: Store) -> None:
    """Remove the cubes of datasets that are gone or replaced."""
    names = store.names()
    for path in cache.glob(f"*/{META}"):
        meta = json.loads(path.read_text(encoding="utf-8"))
        dataset = meta["dataset"]
        if dataset not in names or _locate(store, dataset, int(meta["year"])) != path.parent:
            shutil.rmtree(path.parent, ignore_errors=True)


def _join(codes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if len(codes) == 1:
        return codes[0]
    return tuple(sorted({code for each in codes for code in each}))


def _place(part: Sequence[str], whole: Sequence[str]) -> Places:
    """Return the place of each code of ``part`` in the sorted ``whole``."""
    if part is whole:
        return np.arange(len(whole))
    return np.searchsorted(np.array(whole), np.array(part)).astype(np.int64)


def _invert(places: Places, size: int) -> Places:
    back = np.full(size, -1)
    back[places] = np.arange(len(places))
    return back


def _share(progress: Progress | None, count: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share, message: progress((count + share) / total, message)


def _tell(progress: Progress | None, share: float, message: str) -> None:
    if progress is not None:
        progress(share, message)
