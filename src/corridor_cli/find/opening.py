"""Opening what a command works on: a pair, from trade data or from the run the project carries."""

from dataclasses import replace

import polars as pl

from corridor.data.runs import describe_source
from corridor.data.sources import TradeSource, open_trade
from corridor.data.store import default_store
from corridor.errors import InputError
from corridor.find.pair import PairAnalysis, analyse_pair, describe_lines
from corridor.find.potential import PotentialOptions
from corridor.find.stored import read_names, stored_run
from corridor_cli.say import show


def open_pair(
    exporter: str, importer: str, trade: str | None, year: int | None, options: PotentialOptions
) -> PairAnalysis:
    """Analyse a pair from trade data, or read the run the project carries."""
    if trade is None:
        if options != PotentialOptions() or year is not None:
            raise InputError(
                "options of the computation without trade data",
                rule="the run the project carries was computed with the defaults",
                fix="Maybe give --trade FILE_OR_DATASET",
            )
        return stored_run(exporter, importer)
    source = open_trade(trade, year=year, progress=show)
    analysis = analyse_pair(
        source.frame,
        exporter,
        importer,
        options=options,
        products=read_products(trade),
        source=describe_source(source),
        progress=show,
    )
    if analysis.coverage.absent_products is None and not source.illustrative:
        unnamed = analysis.opportunities.drop("description")
        return replace(analysis, opportunities=describe_lines(unnamed, read_names()))
    return analysis


def read_products(trade: str) -> pl.DataFrame | None:
    """Return the nomenclature stored with a dataset, None where there is none or ``trade`` is a file."""
    store = default_store()
    if trade not in store.names() or "products" not in store.info(trade).tables:
        return None
    return store.scan(trade, "products").collect()


def name_lines(lines: pl.DataFrame, trade: str, source: TradeSource) -> pl.DataFrame:
    """Add ``description`` to lines by product: from the dataset's nomenclature, else from the names carried along."""
    names = read_products(trade)
    if names is None and not source.illustrative:
        names = read_names()
    return describe_lines(lines, names)
