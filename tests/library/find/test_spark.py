"""The tabular part of ``find`` on Spark says what the library says on one machine."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from corridor.errors import InputError, MissingExtraError, SchemaError, UnknownEconomyError
from corridor.find import spark
from corridor.find.margins import TradeMargins, measure_margins
from corridor.find.potential import PotentialOptions, compute_potential
from corridor.find.spark import measure_margins_on_spark, open_local_session, require_spark, sweep_on_spark
from corridor.tables import TRADE

VALUES = ["current_usd", "potential_usd", "unrealised_usd"]
CELL = ["exporter", "importer", "product"]
CLOSE = 1e-9


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Return a local Spark session, or skip."""
    try:
        require_spark()
    except MissingExtraError as error:
        pytest.skip(error.problem)
    with open_local_session(memory="2g") as opened:
        yield opened


@pytest.fixture(scope="module")
def world() -> pl.DataFrame:
    """Return two years of ten economies; rows stand twice, XAJ's imports are unknown, XAA sells to itself."""
    draw = np.random.default_rng(7)
    codes = [f"XA{letter}" for letter in "ABCDEFGHIJ"]
    size = 900
    frame = pl.DataFrame(
        {
            "year": draw.choice([2022, 2024], size).astype(np.int32),
            "exporter": draw.choice(codes, size),
            "importer": draw.choice(codes[:-1], size),
            "product": draw.choice(["010121", "100630", "270900", "520942", "850760"], size),
            "value_usd": np.exp(draw.normal(10, 3, size)),
        }
    )
    assert frame.select(TRADE.key).is_duplicated().any()
    assert (frame["exporter"] == frame["importer"]).any()
    return frame


def read_on(session: Any, frame: pl.DataFrame, folder: Path) -> Any:
    """Return a Polars frame as a table of a Spark session."""
    frame.write_parquet(folder / "trade.parquet")
    return session.read.parquet(str(folder / "trade.parquet"))


def read_2024(session: Any, shared: Path) -> tuple[Any, pl.LazyFrame]:
    """Return the 2024 file as a Spark table and as a Polars table."""
    from pyspark.sql import functions

    path = shared / "data/trade/baci_hs17_2024_bilateral_hs6.parquet"
    table = session.read.parquet(str(path)).withColumnRenamed("hs6", "product")
    year = pl.lit(2024, dtype=pl.Int32).alias("year")
    frame = pl.scan_parquet(path).rename({"hs6": "product"}).with_columns(year)
    return table.withColumn("year", functions.lit(2024)), frame


def assert_same_margins(ours: TradeMargins, theirs: TradeMargins) -> None:
    """Fail where codes, years or weights differ, or a sum by more than 1e-9 of itself."""
    for name in ("years", "weights", "economies", "products", "missing_importers"):
        assert getattr(ours, name) == getattr(theirs, name), name
    for name in ("exports", "imports"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=CLOSE, atol=0)
    for name in ("flows", "sales"):
        mine, other = getattr(ours, name), getattr(theirs, name)
        assert list(mine) == list(other), name
        for economy in other:
            np.testing.assert_allclose(mine[economy], other[economy], rtol=CLOSE, atol=0)


def sweep_by_market(trade: Any, markets: list[str], options: PotentialOptions) -> pl.DataFrame:
    """Return every cell of the markets by the library on one machine, a market after the other."""
    margins = measure_margins(trade, markets, window=options.window)
    parts = []
    for importer in markets:
        market = compute_potential(margins, importer, options)
        codes = {
            "exporter": np.repeat(margins.economies, len(margins.products)),
            "product": np.tile(margins.products, len(margins.economies)),
        }
        values = (market.current, market.potential, market.unrealised)
        cells = {name: value.ravel() for name, value in zip(VALUES, values, strict=True)}
        parts.append(pl.DataFrame(codes | cells).with_columns(importer=pl.lit(importer)))
    return pl.concat(parts)


def assert_same_sweep(found: spark.SparkSweep, expected: pl.DataFrame, top: int) -> None:
    """Fail where the best cells or the totals are not those of the full table."""
    positive = expected.filter(pl.col("unrealised_usd") > 0)
    best = (
        positive.sort(
            ["exporter", "unrealised_usd", "importer", "product"], descending=[False, True, False, False]
        )
        .group_by("exporter", maintain_order=True)
        .head(top)
    )
    assert found.top["exporter"].to_list() == best["exporter"].to_list()
    counts = found.top.group_by("exporter", maintain_order=True).agg("rank")["rank"].to_list()
    assert all(ranks == list(range(1, len(ranks) + 1)) for ranks in counts)
    np.testing.assert_allclose(found.top["unrealised_usd"], best["unrealised_usd"], rtol=CLOSE)
    beside = found.top.join(expected, on=CELL, how="left", suffix="_expected", maintain_order="left")
    for name in VALUES:
        np.testing.assert_allclose(beside[name], beside[f"{name}_expected"], rtol=CLOSE)
    totals = expected.group_by("exporter", "importer").agg(pl.col(VALUES).sum())
    totals = totals.filter(pl.col("current_usd") > 0).sort("exporter", "importer")
    assert found.totals.select("exporter", "importer").equals(totals.select("exporter", "importer"))
    for name in VALUES:
        np.testing.assert_allclose(found.totals[name], totals[name], rtol=CLOSE)


@pytest.mark.extras
@pytest.mark.parametrize(("year", "window"), [(None, 1), (2022, 1), (2024, 3)])
def test_margins_are_those_of_one_machine(
    session: Any, world: pl.DataFrame, tmp_path: Path, year: int | None, window: int
) -> None:
    studied = {"exporters": ["XAC", "XAJ"], "year": year, "window": window}
    ours = measure_margins_on_spark(read_on(session, world, tmp_path), ["XAB", "XAC"], **studied)
    assert_same_margins(ours, measure_margins(world, ["XAB", "XAC"], **studied))


@pytest.mark.extras
def test_margins_without_economies_under_study(session: Any, trade: pl.DataFrame, tmp_path: Path) -> None:
    assert_same_margins(
        measure_margins_on_spark(read_on(session, trade, tmp_path), []), measure_margins(trade, [])
    )


@pytest.mark.extras
@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), -1.0])
def test_bad_values_are_refused(
    session: Any, trade: pl.DataFrame, tmp_path: Path, value: float | None
) -> None:
    spoilt = pl.concat([trade, trade.head(1).with_columns(value_usd=pl.lit(value, dtype=pl.Float64))])
    table = read_on(session, spoilt, tmp_path)
    with pytest.raises(SchemaError, match="empty, negative or infinite"):
        measure_margins_on_spark(table, ["XAB"])
    with pytest.raises(SchemaError, match="empty, negative or infinite"):
        sweep_on_spark(table)


@pytest.mark.extras
def test_what_the_table_lacks_is_named(session: Any, trade: pl.DataFrame, tmp_path: Path) -> None:
    table = read_on(session, trade, tmp_path)
    with pytest.raises(SchemaError, match="no column 'value_usd'"):
        measure_margins_on_spark(table.drop("value_usd"), ["XAB"])
    with pytest.raises(UnknownEconomyError, match="'XAZ'"):
        measure_margins_on_spark(table, ["XAZ"])
    with pytest.raises(InputError, match="year 1999"):
        measure_margins_on_spark(table, ["XAB"], year=1999)
    with pytest.raises(InputError, match="imports of 'XAC' are not in this dataset"):
        sweep_on_spark(table, markets=["XAC"])
    with pytest.raises(UnknownEconomyError, match="'XAZ'"):
        sweep_on_spark(table, markets=["XAZ"])
    with pytest.raises(InputError, match="best 0 cells"):
        sweep_on_spark(table, top=0)


@pytest.mark.extras
@pytest.mark.parametrize(
    "options",
    [
        PotentialOptions(),
        PotentialOptions(unknown_trade_balance="one", ease="projected"),
        PotentialOptions(trade_balance=False, normalise=False, window=3),
    ],
)
def test_sweep_is_the_potential_of_each_market(
    session: Any, world: pl.DataFrame, tmp_path: Path, options: PotentialOptions
) -> None:
    table = read_on(session, world, tmp_path)
    found = sweep_on_spark(table, top=7, options=options)
    assert found.markets == tuple(f"XA{letter}" for letter in "ABCDEFGHI")
    assert_same_sweep(found, sweep_by_market(world, list(found.markets), options), 7)


@pytest.mark.extras
def test_sweep_of_some_markets_counts_all_suppliers(
    session: Any, world: pl.DataFrame, tmp_path: Path
) -> None:
    found = sweep_on_spark(read_on(session, world, tmp_path), markets=["XAD", "XAB"], top=500)
    assert found.markets == ("XAB", "XAD")
    assert_same_sweep(found, sweep_by_market(world, ["XAB", "XAD"], PotentialOptions()), 500)


@pytest.mark.extras
def test_session_is_kept_on_this_machine(session: Any) -> None:
    settings = dict(session.sparkContext.getConf().getAll())
    assert settings["spark.driver.bindAddress"] == settings["spark.driver.host"] == "127.0.0.1"
    assert session.sparkContext.uiWebUrl is None
    with pytest.raises(InputError, match="open already"), open_local_session():
        pass


@pytest.mark.extras
@pytest.mark.shared
def test_margins_of_2024(session: Any, shared: Path) -> None:
    table, frame = read_2024(session, shared)
    studied = {"exporters": ["PAK"]}
    ours = measure_margins_on_spark(table, ["CHN", "PAK"], **studied)
    assert_same_margins(ours, measure_margins(frame, ["CHN", "PAK"], **studied))
    assert len(ours.missing_importers) == 6


@pytest.mark.extras
@pytest.mark.shared
def test_sweep_of_2024(session: Any, shared: Path) -> None:
    table, frame = read_2024(session, shared)
    found = sweep_on_spark(table, markets=["CHN", "PAK", "TCD"], top=200)
    assert_same_sweep(found, sweep_by_market(frame, ["CHN", "PAK", "TCD"], PotentialOptions()), 200)


@pytest.mark.parametrize(
    "options", [PotentialOptions(world="without_importer"), PotentialOptions(unknown_trade_balance="range")]
)
def test_options_that_do_not_separate_are_refused(options: PotentialOptions) -> None:
    with pytest.raises(InputError, match="does not know"):
        sweep_on_spark(None, options=options)


def make_java(folder: Path, says: str) -> Path:
    """Write a program called java that prints a version as Java does, and return its folder."""
    program = folder / "java"
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.mark.parametrize("says", ['openjdk version "11.0.2" 2019-01-15', 'java version "1.8.0_292"', "?"])
def test_an_old_java_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{make_java(tmp_path, says)}:/usr/bin:/bin")
    with pytest.raises(
        MissingExtraError, match=r"extra \[spark\] is not installed: the Java found is version"
    ):
        require_spark()


def test_a_new_java_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    (tmp_path / "bin").mkdir()
    make_java(tmp_path / "bin", 'openjdk version "21.0.1" 2023-10-17')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    require_spark()


def test_what_is_missing_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: None if name == "pyspark" else name)
    with pytest.raises(MissingExtraError) as caught:
        require_spark()
    said = str(caught.value)
    assert "extra [spark] is not installed: pyspark not found" in said
    assert "pip install 'corridor[spark]'" in said
    assert "Java 17" in said
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingExtraError, match="no Java found"), open_local_session():
        pass
