"""A year laid out in arrays: the same margins as from the table, kept, verified, removed and made again."""

import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from corridor.data.store import Store
from corridor.errors import InputError, SchemaError, UnknownEconomyError
from corridor.find import cube as module
from corridor.find.cube import build_cube, cache_folder, measure_window, open_cube, open_window, remove_cubes
from corridor.find.margins import TradeMargins, measure_margins
from corridor.find.pair import analyse_margins


@pytest.fixture
def years(trade) -> pl.DataFrame:
    """Return two years: the second has an economy and a product more, and rows given twice."""
    later = trade.with_columns(year=pl.lit(2025, dtype=pl.Int32), value_usd=pl.col("value_usd") * 2)
    new = later.head(2).with_columns(exporter=pl.lit("XAD"), product=pl.lit("010121"))
    return pl.concat([trade, later, later.head(3), new])


@pytest.fixture
def store(years, tmp_path) -> Store:
    store = Store(tmp_path / "datasets")
    keep(store, "small", years)
    return store


def keep(store: Store, name: str, trade: pl.DataFrame, *, replace: bool = False) -> None:
    with store.write(name, replace=replace) as writer:
        for (year,), part in trade.partition_by("year", as_dict=True).items():
            writer.add("trade", part, part=str(year))
        writer.commit(kind="trade", source="made up", licence="none", attribution="made up")


def same(left: TradeMargins, right: TradeMargins) -> None:
    assert (left.years, left.economies, left.products) == (right.years, right.economies, right.products)
    assert left.weights == pytest.approx(right.weights)
    for name in ("exports", "imports"):
        assert getattr(left, name) == pytest.approx(getattr(right, name), rel=1e-12)
    for name in ("flows", "sales"):
        ours, theirs = getattr(left, name), getattr(right, name)
        assert ours.keys() == theirs.keys()
        for code in ours:
            assert ours[code] == pytest.approx(theirs[code], rel=1e-12)


@pytest.mark.parametrize(("year", "window"), [(None, 1), (2024, 1), (2025, 2), (2025, 5)])
def test_margins_are_those_of_the_table(years, store, year, window):
    asked = {"year": year, "window": window}
    expected = measure_margins(years, ["XAB", "XAA"], exporters=["XAA"], **asked)
    for found in (measure_window(years, **asked), open_window(store, "small", **asked)):
        same(found.margins(["XAB", "XAA"], ["XAA"]), expected)
        market = found.economies.index("XAB")
        sellers, goods, values = found.list_into(market)
        dense = np.zeros(expected.exports.shape)
        dense[sellers, goods] = values
        assert dense == pytest.approx(expected.flows["XAB"])
        assert found.pairs[:, market] == pytest.approx(dense.sum(axis=1))
        assert found.look_up(sellers, np.full(len(sellers), market), goods) == pytest.approx(values)
        assert found.look_up(np.array([market]), np.array([market]), np.array([0])).tolist() == [0]


def test_analysis_from_the_cache_is_that_of_the_table(years, store):
    ours = analyse_margins(open_window(store, "small").margins(["XAB"]), "XAA", "XAB")
    theirs = analyse_margins(measure_margins(years, ["XAB"]), "XAA", "XAB")
    assert ours.opportunities.equals(theirs.opportunities)
    assert ours.totals == theirs.totals


def test_a_cube_is_built_once_and_mapped(store, monkeypatch):
    first = open_cube(store, "small", 2024)
    monkeypatch.setattr(module, "build_cube", lambda *_, **__: pytest.fail("built again"))
    again = open_cube(store, "small", 2024, verify=True)
    assert (first.exports == again.exports).all()
    assert isinstance(again.values.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        again.values[0] = 1


@pytest.mark.parametrize("harm", ["cut", "gone", "meta", "flip"])
def test_a_damaged_cube_is_made_again(store, harm):
    whole = open_cube(store, "small", 2024)
    values = np.array(whole.values)
    [folder] = cache_folder(store).iterdir()
    path = folder / "values.npy"
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "meta":
        (folder / "cube.json").write_text(json.dumps({"year": 2024}))
    else:
        other = content[:-4] if harm == "cut" else content[:-1] + bytes([content[-1] ^ 1])
        path.unlink()
        path.write_bytes(other)
    again = open_cube(store, "small", 2024, verify=True)
    assert again.values.tolist() == values.tolist()
    assert [each.name for each in cache_folder(store).iterdir()] == [folder.name]
    assert path.read_bytes() == content


def test_a_replaced_dataset_never_meets_the_old_cube_which_goes(years, store):
    before = open_cube(store, "small", 2024)
    open_cube(store, "small", 2025)
    keep(store, "small", years.with_columns(value_usd=pl.col("value_usd") * 3), replace=True)
    after = open_cube(store, "small", 2024)
    assert after.exports == pytest.approx(3 * before.exports)
    assert len(list(cache_folder(store).iterdir())) == 1
    store.remove("small")
    keep(store, "other", years)
    open_cube(store, "other", 2024)
    assert [each.name[:10] for each in cache_folder(store).iterdir()] == ["other-2024"]
    remove_cubes(store)
    assert not cache_folder(store).exists()


def test_without_a_cache_folder_the_cube_stays_in_memory(store, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_save", refuse)
    assert open_cube(store, "small", 2024).values.sum() > 0
    assert not cache_folder(store).exists()


def test_an_interrupted_write_leaves_nothing(store, monkeypatch):
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        open_cube(store, "small", 2024)
    assert list(cache_folder(store).iterdir()) == []


def test_refusals(years, store, tmp_path: Path):
    with pytest.raises(InputError, match="year 1999 is not in this dataset"):
        open_window(store, "small", year=1999)
    with pytest.raises(UnknownEconomyError, match="'XAE'"):
        open_window(store, "small").margins(["XAE"])
    with pytest.raises(InputError, match="no flow of 2020"):
        build_cube(years, 2020)
    with pytest.raises(SchemaError, match="no column 'product'"):
        measure_window(years.drop("product"))
    for bad in (-1.0, None, float("nan"), float("inf")):
        with pytest.raises(SchemaError, match="value_usd"):
            build_cube(years.with_columns(value_usd=pl.lit(bad, dtype=pl.Float64)), 2024)
    with store.write("names") as writer:
        writer.add("products", pl.DataFrame({"product": ["010121"], "description": ["Horses"]}))
        writer.commit(kind="products", source="", licence="", attribution="")
    with pytest.raises(InputError, match="no trade"):
        open_window(store, "names")


def test_progress_rises_to_one(years, store):
    seen: list[float] = []
    open_window(store, "small", window=2, progress=lambda share, message: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1
