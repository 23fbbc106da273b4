"""Everything a run of a pair holds: the analysis, and the further tables that pages open into.

Each table is one call of the module that defines it; ``PairAnalysis.tables`` holds it under its name.
"""

from dataclasses import replace

import polars as pl

from corridor.data.runs import Attribution
from corridor.find.margins import Progress, TradeMargins, measure_margins
from corridor.find.pair import UNNAMED, PairAnalysis, analyse_margins
from corridor.find.potential import PotentialOptions
from corridor.find.space import tabulate_space
from corridor.locale.catalogue import gettext_noop


def study_pair(
    trade: pl.LazyFrame | pl.DataFrame,
    exporter: str,
    importer: str,
    *,
    year: int | None = None,
    options: PotentialOptions | None = None,
    products: pl.DataFrame | None = None,
    source: Attribution = UNNAMED,
    progress: Progress | None = None,
) -> PairAnalysis:
    """Analyse a pair as ``analyse_pair`` does and add every further table.

    The trade table is summed once, for both as markets and for the exporter's sales everywhere.

    Raises
    ------
    as ``find.pair.analyse_pair``.
    """
    options = options or PotentialOptions()
    inner = None if progress is None else lambda share, message: progress(0.7 * share, message)
    margins = measure_margins(
        trade, [importer, exporter], exporters=[exporter], year=year, window=options.window, progress=inner
    )
    if progress:
        progress(0.7, gettext_noop("Computing the potential"))
    analysis = analyse_margins(margins, exporter, importer, options=options, products=products, source=source)
    return replace(analysis, tables=tabulate_further(margins, analysis))


def tabulate_further(margins: TradeMargins, analysis: PairAnalysis) -> dict[str, pl.DataFrame]:
    """Return the further tables of a pair by name, from margins with both as markets and the exporter's sales."""
    return {
        **tabulate_space(margins, (analysis.exporter, analysis.importer)),
    }
