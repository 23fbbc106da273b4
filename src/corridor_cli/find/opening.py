"""Opening what a command works on: a pair, from trade data or from the run the project carries."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from corridor.data.runs import Attribution, describe_source
from corridor.data.sources import TradeSource, open_trade
from corridor.data.store import default_store
from corridor.errors import InputError
from corridor.find.cube import CubeWindow, measure_window, open_window
from corridor.find.firmness import NoiseModel
from corridor.find.inputs import InputSource, PotentialInputs
from corridor.find.opening import open_inputs
from corridor.find.pair import PairAnalysis, analyse_margins, describe_lines, refuse_same
from corridor.find.potential import PotentialOptions
from corridor.find.stored import read_names, stored_run
from corridor.find.study import study_pair
from corridor.tables import EASES, Table
from corridor_cli.frames import READERS, read_frame
from corridor_cli.say import show


def open_pair(
    exporter: str,
    importer: str,
    trade: str | None,
    year: int | None,
    options: PotentialOptions,
    *,
    inputs: PotentialInputs | None = None,
    noise: NoiseModel | None = None,
) -> PairAnalysis:
    """Analyse a pair from trade data, or read the run the project carries."""
    if trade is None:
        if options != PotentialOptions() or year is not None or inputs is not None:
            raise InputError(
                "options of the computation without trade data",
                rule="the run the project carries was computed with the defaults",
                fix="Maybe give --trade FILE_OR_DATASET",
            )
        return stored_run(exporter, importer)
    refuse_same(exporter, importer)
    window, source = open_trade_window(trade, year, options.window)
    analysis = analyse_margins(
        window.margins([importer], [exporter]),
        exporter,
        importer,
        options=options,
        products=read_products(trade),
        source=describe_source(source),
        inputs=inputs,
        noise=noise,
    )
    return _name_unnamed(analysis, source)


def open_study(
    exporter: str, importer: str, trade: str, year: int | None, options: PotentialOptions
) -> PairAnalysis:
    """Analyse a pair from trade data with every further table."""
    refuse_same(exporter, importer)
    window, source = open_trade_window(trade, year, options.window)
    analysis = study_pair(
        source.every_year,
        exporter,
        importer,
        year=source.year,
        options=options,
        products=read_products(trade),
        source=describe_source(source),
        window=window,
        progress=show,
    )
    return _name_unnamed(analysis, source)


def _name_unnamed(analysis: PairAnalysis, source: TradeSource) -> PairAnalysis:
    """Name lines of real trade that came without a nomenclature; the names are no list of all products."""
    if analysis.coverage.absent_products is not None or source.illustrative:
        return analysis
    unnamed = analysis.opportunities.drop("description")
    return replace(analysis, opportunities=describe_lines(unnamed, read_names()))


def open_trade_window(trade: str, year: int | None, years: int) -> tuple[CubeWindow, TradeSource]:
    """Return trade laid out, from the cache where it is a dataset, and what must be said of it."""
    store = default_store()
    source = open_trade(trade, year=year, progress=show)
    if trade in store.names():
        return open_window(store, trade, year=source.year, window=years, progress=show), source
    return measure_window(source.every_year, year=source.year, window=years, progress=show), source


def open_further(
    growth: Sequence[str] | None,
    distances: str | None,
    tariffs: str | None,
    elasticities: str | None,
    eases: Path | None = None,
) -> PotentialInputs | None:
    """Return the further inputs from datasets of the user's store and a file of eases, None where none is named."""
    named = {
        "growth": list(growth or []),
        "distances": [distances] if distances else [],
        "tariffs": [tariffs] if tariffs else [],
        "elasticities": [elasticities] if elasticities else [],
    }
    inputs = open_inputs(default_store(), named)
    if eases is None:
        return inputs
    table, inputs = read_frame(eases, EASES), inputs or PotentialInputs()
    return replace(inputs, ease=table, sources=(*inputs.sources, _describe_eases(table, eases)))


def _describe_eases(table: pl.DataFrame, path: Path) -> InputSource:
    """Return where eases come from: what the file says in its column ``source``, else its name."""
    told = table["source"].drop_nulls().unique().sort().to_list() if "source" in table.columns else []
    generated = "illustrative" in table.columns and bool(table["illustrative"].any())
    return InputSource("ease", path.name, "; ".join(map(str, told)) or path.name, illustrative=generated)


def read_table(
    file_or_dataset: str, table: Table, *, defaults: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """Return a table from a file (a name with a suffix or a folder in it), else from a dataset of the store.

    defaults: values of columns that a file may leave out.
    """
    path = Path(file_or_dataset)
    if path.suffix.lower() in READERS or len(path.parts) > 1:
        return read_frame(path, table, defaults=defaults)
    store = default_store()
    held, kind = store.info(file_or_dataset).tables, table.name.replace("_", "-")
    if table.name not in held:
        raise InputError(
            f"dataset '{file_or_dataset}' holds {', '.join(held)} and no {kind}",
            rule=f"a file, or a dataset imported with --kind {kind}",
            fix="'corridor data list' names the datasets",
        )
    return table.check(store.scan(file_or_dataset, table.name).collect())


def read_products(trade: str) -> pl.DataFrame | None:
    """Return the nomenclature stored with a dataset, None where there is none or ``trade`` is a file."""
    store = default_store()
    if trade not in store.names() or "products" not in store.info(trade).tables:
        return None
    return store.scan(trade, "products").collect()


def name_lines(lines: pl.DataFrame, trade: str, source: Attribution) -> pl.DataFrame:
    """Add the column ``description`` to lines by product, from the dataset or from the names Corridor carries."""
    names = read_products(trade)
    if names is None and not source.illustrative:
        names = read_names()
    return describe_lines(lines, names)
