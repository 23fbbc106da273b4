r"""The tabular part of ``find`` on Spark, for tables that one machine no longer holds (extra ``spark``).

Two entries, each equal to the library on one machine to 1e-9:

- ``measure_margins_on_spark`` sums a table as ``margins.measure_margins`` does and returns the same margins;
  all further work of the stage is on their matrices and needs no cluster.
- ``sweep_on_spark`` computes the potential of every exporter in every market and returns the best cells.
  The potential of exporter i is separable once the margins and the trade of each pair are known,

.. math::
    EPI_{ijk} = (MS_{ik} TB_{ik}) \, Ease_{ij} \, \frac{M_{jk}}{\sum_{i'} MS_{i'k} TB_{i'k} Ease_{i'j}}

  so the factors, three matrices of the margins' size, are broadcast. Only group-bys shuffle, each summed
  first where its records are read: by margin and pair, then by cell, brought together by exporter. The
  kernel of each exporter returns its first N cells and its totals by market: what is best for an exporter
  needs no other partition. Equal values go by the code of the market, then of the product.

Sources: Decreux & Spies (2016) as in ``potential``; docs/methods/find-scale.md says when to use this.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from corridor.errors import InputError, MissingExtraError
from corridor.find.margins import (
    Progress,
    TradeMargins,
    TradeSums,
    build_margins,
    check_columns,
    unknown_economy,
    weigh_years,
)
from corridor.find.matrices import Matrix, divide, fill_matrix
from corridor.find.potential import PotentialOptions, balance_trade
from corridor.locale.catalogue import gettext_noop

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame, SparkSession

#: The oldest Java that Spark 4 runs on.
OLDEST_JAVA: Final = 17
LOOPBACK: Final = "127.0.0.1"
#: Spark says nothing below an error.
LOGGING: Final = """\
rootLogger.level = error
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""
#: Columns that hold a record's exporter and importer only where its cell is under study.
STUDIED_KEYS: Final = {"seller": "exporter", "buyer": "importer"}
SWEEP_SCHEMA: Final = (
    "exporter string, importer string, product string, "
    "current_usd double, potential_usd double, unrealised_usd double, rank int"
)


@dataclass(frozen=True)
class SparkSweep:
    """What a sweep over exporters and markets returns, in current USD.

    top: each exporter's first cells by unrealised potential: exporter, importer, product, current_usd,
    potential_usd, unrealised_usd, rank (1 = largest); only cells with unrealised potential.
    totals: exporter, importer and the three sums over all products, for pairs that trade; the others have
    Ease 0 and no potential. markets: the importers swept. margins: what it rests on, without flows.
    """

    top: pl.DataFrame = field(repr=False)
    totals: pl.DataFrame = field(repr=False)
    markets: tuple[str, ...]
    margins: TradeMargins = field(repr=False)
    options: PotentialOptions


@dataclass(frozen=True)
class _Factors:
    """What every kernel needs: supply (E × P), ease (E × J) and demand by claim (J × P) of J markets."""

    economies: tuple[str, ...]
    markets: tuple[str, ...]
    products: tuple[str, ...]
    supply: Matrix
    ease: Matrix
    demand: Matrix
    top: int


@contextmanager
def open_local_session(*, cores: int = 2, memory: str = "2g") -> Iterator["SparkSession"]:
    """Start Spark inside this machine, bound to the loopback address, and stop it at the end.

    cores: threads. memory: of Spark's process; kernels in Python need about 200 MiB a core beside it.
    On a cluster the session comes from ``spark-submit`` instead.

    Raises
    ------
    MissingExtraError: no pyspark, or no Java of 17 or newer. InputError: a session is open already.
    """
    require_spark()
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() is not None:
        raise InputError(
            "a Spark session is open already",
            rule="a process holds one",
            fix="Maybe read the table with that session: the functions use the session of their table",
        )
    with TemporaryDirectory(prefix="corridor-spark-") as folder:
        quiet = Path(folder) / "log4j2.properties"
        quiet.write_text(LOGGING)
        settings = {
            "spark.driver.memory": memory,
            "spark.driver.host": LOOPBACK,
            "spark.driver.bindAddress": LOOPBACK,
            "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()}",
            "spark.local.dir": folder,
            "spark.sql.shuffle.partitions": str(2 * cores),
            "spark.sql.warehouse.dir": folder,
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
        builder = SparkSession.builder.master(f"local[{cores}]").appName("corridor").config(map=settings)
        session = builder.getOrCreate()
        # else the kernels run in whatever python3 is first on the PATH, which has no Corridor
        session.sparkContext.pythonExec = sys.executable
        try:
            yield session
        finally:
            session.stop()


def require_spark() -> None:
    """Raise ``MissingExtraError`` where pyspark, pyarrow or a Java of 17 or newer is missing."""
    missing = [name for name in ("pyspark", "pyarrow") if find_spec(name) is None]
    if missing:
        raise _missing_spark(f"{' and '.join(missing)} not found")
    java = _find_java()
    if java is None:
        raise _missing_spark("no Java found")
    version = _ask_java(java)
    if version < OLDEST_JAVA:
        raise _missing_spark(f"the Java found is version {version}")


def _missing_spark(what: str) -> MissingExtraError:
    return MissingExtraError(
        f"extra [spark] is not installed: {what}",
        rule=f"Spark needs pyspark, pyarrow and Java {OLDEST_JAVA} or newer",
        fix=f"pip install 'corridor[spark]'; Debian: apt-get install openjdk-{OLDEST_JAVA}-jre-headless",
    )


def _find_java() -> str | None:
    home = environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")


def _ask_java(java: str) -> int:
    """Return the major version that ``java -version`` tells, 0 where it tells none."""
    told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else 0


def measure_margins_on_spark(
    trade: "DataFrame",
    importers: Sequence[str],
    *,
    exporters: Sequence[str] = (),
    year: int | None = None,
    window: int = 1,
    progress: Progress | None = None,
) -> TradeMargins:
    """Sum a trade table as ``margins.measure_margins`` does, on the session of the Spark table ``trade``.

    Parameters, result and errors are the same; the sums agree to 1e-9, since Spark adds in another order.
    Every record is read once and goes into three sums, combined where it was read before it is sent on.
    """
    report = progress or _ignore
    weights = _weigh_years(trade, year, window)
    report(0.1, gettext_noop("Summing trade by exporter and importer"))
    sums, _ = _take_sums(_select_rows(trade, weights), importers, exporters)
    report(0.9, gettext_noop("Building matrices"))
    margins = build_margins(sums, weights, importers, exporters)
    report(1.0, gettext_noop("Margins ready"))
    return margins


def sweep_on_spark(
    trade: "DataFrame",
    *,
    markets: Sequence[str] | None = None,
    top: int = 200,
    year: int | None = None,
    options: PotentialOptions | None = None,
    progress: Progress | None = None,
) -> SparkSweep:
    """Compute the potential of every exporter in every market, and return each exporter's ``top`` cells.

    Parameters
    ----------
    trade: a Spark table with the columns of ``TRADE``. markets: importers; by default all whose imports
        are in the data. options: conventions; one supply for all markets, so ``world`` must be ``all``.

    Raises
    ------
    SchemaError, UnknownEconomyError: as ``measure_margins``. InputError: as it, an option that this sweep
    does not know, or a market without known imports.
    """
    report = progress or _ignore
    options = options or PotentialOptions()
    _refuse_other_terms(options)
    if top < 1:
        raise InputError(f"the best {top} cells", rule="at least one")
    weights = _weigh_years(trade, year, options.window)
    rows = _select_rows(trade, weights)
    report(0.1, gettext_noop("Summing trade by exporter and importer"))
    sums, pairs = _take_sums(rows, (), (), pairs=True)
    margins = build_margins(sums, weights, (), ())
    chosen = _choose_markets(margins, markets)
    factors = _factor_potential(margins, pairs, chosen, options, top)
    report(0.5, gettext_noop("Ranking the cells of each exporter"))
    found = _run_kernels(rows, factors)
    report(1.0, gettext_noop("Done"))
    ranked = found.filter(pl.col("rank") > 0).sort("exporter", "rank")
    totals = found.filter(pl.col("rank") == 0).drop("product", "rank").sort("exporter", "importer")
    return SparkSweep(ranked, totals, chosen, margins, options)


def _ignore(_share: float, _message: str) -> None:
    """Take a progress report nobody asked for."""


def _weigh_years(trade: "DataFrame", year: int | None, window: int) -> dict[int, float]:
    check_columns(trade.columns)
    found = sorted(row["year"] for row in trade.select("year").distinct().collect())
    return weigh_years(found, year, window)


def _select_rows(trade: "DataFrame", weights: Mapping[int, float]) -> "DataFrame":
    from pyspark.sql import functions

    given = functions.col("value_usd").cast("double")
    bad = given.isNull() | functions.isnan(given) | (given < 0) | (given == float("inf"))
    rows = trade.where(
        functions.col("year").isin(list(weights)) & (functions.col("exporter") != functions.col("importer"))
    )
    return rows.select(
        "exporter",
        "importer",
        "product",
        (given * _weight_column(weights)).alias("value"),
        bad.alias("bad"),
    )


def _weight_column(weights: Mapping[int, float]) -> "Column":
    from pyspark.sql import functions

    column: Column = functions.lit(None).cast("double")
    for year, weight in weights.items():
        column = functions.when(functions.col("year") == year, functions.lit(weight)).otherwise(column)
    return column


def _take_sums(
    rows: "DataFrame", importers: Sequence[str], exporters: Sequence[str], *, pairs: bool = False
) -> tuple[TradeSums, pl.DataFrame]:
    """Sum by exporter, by importer, by cell of the economies under study, and by pair where asked for.

    One pass and one shuffle for all: each record is expanded to its groups where it is read, and summed there
    first. Cells that are not under study fall together into one group a product, which is left out.
    """
    from pyspark.sql import functions

    studied = functions.col("importer").isin(list(importers)) | functions.col("exporter").isin(
        list(exporters)
    )
    keyed = rows.withColumns(
        {name: functions.when(studied, functions.col(key)) for name, key in STUDIED_KEYS.items()}
    )
    sets = [["exporter", "product"], ["importer", "product"]]
    if importers or exporters:
        sets.append([*STUDIED_KEYS, "product"])
    if pairs:
        sets.append(["exporter", "importer"])
    keys = ["exporter", "importer", *STUDIED_KEYS, "product"]
    sums = keyed.groupingSets([[functions.col(key) for key in each] for each in sets], *keys)
    table = _collect(sums.agg(functions.sum("value").alias("value"), functions.max("bad").alias("bad")))
    sold, bought = pl.col("exporter").is_not_null(), pl.col("importer").is_not_null()
    cells = table.filter(pl.col("seller").is_not_null())
    summed = TradeSums(
        table.filter(sold & ~bought).select("exporter", "product", "value", "bad"),
        table.filter(bought & ~sold).select("importer", "product", "value"),
        cells.select("product", "value", exporter="seller", importer="buyer"),
    )
    return summed, table.filter(sold & bought).select("exporter", "importer", "value")


def _collect(table: "DataFrame") -> pl.DataFrame:
    return pl.DataFrame(table.toArrow())


def _refuse_other_terms(options: PotentialOptions) -> None:
    """Refuse what the factors do not hold, also an option that did not exist when this was written."""
    known = PotentialOptions(
        trade_balance=options.trade_balance,
        unknown_trade_balance=options.unknown_trade_balance,
        ease=options.ease,
        normalise=options.normalise,
        window=options.window,
        carried_share=options.carried_share,
    )
    unknown = options.unknown_trade_balance == "range" or options.ease not in ("static", "projected")
    if options != known or unknown:
        raise InputError(
            f"the sweep on Spark does not know {options}",
            rule="trade balance (imputed, one or off), ease (static or projected), normalisation and window",
            fix="Maybe compute these markets on one machine: find.potential.compute_potential",
        )


def _choose_markets(margins: TradeMargins, markets: Sequence[str] | None) -> tuple[str, ...]:
    known = tuple(np.array(margins.economies)[margins.importing].tolist())
    for asked in markets or ():
        if asked not in margins.economies:
            raise unknown_economy(asked, margins.economies)
        if asked not in known:
            raise InputError(
                f"the imports of {asked!r} are not in this dataset",
                rule="a market's imports must be known; an absent importer's are unknown, not zero",
            )
    return known if markets is None else tuple(sorted(set(markets)))


def _factor_potential(
    margins: TradeMargins, pairs: pl.DataFrame, markets: tuple[str, ...], options: PotentialOptions, top: int
) -> _Factors:
    economies = margins.economies
    trade = fill_matrix(pairs, ("exporter", "importer"), economies, economies)
    column = [margins.index_economy(market) for market in markets]
    demand = margins.imports[column]
    share = divide(margins.exports, margins.exports.sum(axis=0))
    supply = share * balance_trade(margins, options)
    expected = (supply if options.ease == "projected" else share) @ demand.T
    ease = divide(trade[:, column], expected)
    return _Factors(
        economies=economies,
        markets=markets,
        products=margins.products,
        supply=supply,
        ease=ease,
        demand=divide(demand, ease.T @ supply) if options.normalise else demand,
        top=top,
    )


def _run_kernels(rows: "DataFrame", factors: _Factors) -> pl.DataFrame:
    """Sum the records by cell, bring each exporter's cells together, and rank them there.

    Codes are numbered first, since numbers are summed and sent faster than texts.
    """
    from pyspark.sql import functions

    session = rows.sparkSession
    numbered = rows
    for key, codes, name in (
        ("exporter", factors.economies, "row"),
        ("importer", factors.markets, "market"),
        ("product", factors.products, "column"),
    ):
        numbers = session.createDataFrame(list(zip(codes, range(len(codes)), strict=True)), [key, name])
        numbered = numbered.join(functions.broadcast(numbers), key)
    place = functions.col("market") * len(factors.products) + functions.col("column")
    cells = numbered.groupBy("row", place.alias("place")).agg(functions.sum("value").alias("value"))
    shared = session.sparkContext.broadcast(factors)
    try:
        return _collect(cells.groupBy("row").applyInArrow(_make_kernel(shared), schema=SWEEP_SCHEMA))
    finally:
        shared.destroy()


def _make_kernel(shared: Any) -> Callable[["pa.Table"], "pa.Table"]:
    """Return the function that Spark calls with the summed cells of one exporter."""

    def rank_table(cells: "pa.Table") -> "pa.Table":
        return _rank_exporter(cells, shared.value)

    return rank_table


def _rank_exporter(cells: "pa.Table", factors: _Factors) -> "pa.Table":
    """Return an exporter's first cells (rank 1 …) and, with rank 0 and no product, its totals by market."""
    import pyarrow as pa

    row = cells["row"][0].as_py()
    current = np.zeros((len(factors.markets), len(factors.products)))
    current.ravel()[cells["place"].to_numpy()] = cells["value"].to_numpy()
    potential = factors.supply[row] * factors.ease[row][:, None] * factors.demand
    unrealised = np.maximum(potential - current, 0.0)
    best = take_largest(unrealised.ravel(), factors.top)
    market, product = np.unravel_index(best, unrealised.shape)
    trading = np.flatnonzero(current.any(axis=1))
    values = [
        np.concatenate([matrix.ravel()[best], matrix.sum(axis=1)[trading]])
        for matrix in (current, potential, unrealised)
    ]
    importers = pa.array(factors.markets).take(pa.array(np.concatenate([market, trading])))
    named = pa.array(factors.products).take(pa.array(product))
    ranks = np.concatenate([np.arange(1, len(best) + 1), np.zeros(len(trading))]).astype(np.int32)
    columns = {
        "exporter": pa.array([factors.economies[row]] * len(ranks), pa.string()),
        "importer": importers,
        "product": pa.concat_arrays([named, pa.nulls(len(trading), pa.string())]),
        **dict(zip(("current_usd", "potential_usd", "unrealised_usd"), values, strict=True)),
        "rank": ranks,
    }
    return pa.table(columns)


def take_largest(values: Matrix, count: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the positions of the ``count`` largest positive values, the largest first; equal ones by position."""
    positive = np.flatnonzero(values > 0)
    if len(positive) > count:
        threshold = np.partition(values[positive], len(positive) - count)[len(positive) - count]
        positive = positive[values[positive] >= threshold]
    return positive[np.lexsort((positive, -values[positive]))][:count]
