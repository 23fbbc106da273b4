"""Everything a run of a pair holds: the analysis, and the further tables that pages open into.

Each table is one call of the module that defines it; ``PairAnalysis.tables`` holds it under its name.
"""

from dataclasses import replace
from typing import Final

import polars as pl

from corridor.data.runs import Attribution
from corridor.find.chains import measure_tiers, read_chains
from corridor.find.goods import GOODS, tabulate_goods
from corridor.find.growth import (
    choose_base_year,
    decompose_change,
    follow_rivals,
    measure_growth,
    measure_years,
)
from corridor.find.margins import Progress, TradeMargins, measure_margins
from corridor.find.market import measure_concentration, rank_competitors
from corridor.find.pair import UNNAMED, PairAnalysis, analyse_margins
from corridor.find.potential import PotentialOptions
from corridor.find.supply import is_dependent, list_alternatives, measure_dependence
from corridor.find.unit_values import measure_unit_values, position_unit_values
from corridor.locale.catalogue import gettext_noop

#: Shortlisted lines whose competitors are followed through the years.
FOLLOWED_LINES: Final = 100


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
    further = tabulate_further(margins, analysis) | tabulate_years(trade, analysis)
    return replace(analysis, tables={**analysis.tables, **further})


def tabulate_further(margins: TradeMargins, analysis: PairAnalysis) -> dict[str, pl.DataFrame]:
    """Return the further tables of a pair by name, from margins with both as markets and the exporter's sales."""
    importer, exporter = analysis.importer, analysis.exporter
    lines = analysis.opportunities["product"].to_list()
    return {
        GOODS: tabulate_goods(margins, analysis),
        "competitors": rank_competitors(margins, importer, exporter=exporter, products=lines),
        "concentration": measure_concentration(margins, importer),
        **tabulate_supply(margins, exporter, importer),
    }


def tabulate_supply(margins: TradeMargins, home: str, partner: str) -> dict[str, pl.DataFrame]:
    """Return the tables of the reverse view; none where home's imports are not in the data."""
    if not margins.importing[margins.index_economy(home)]:
        return {}
    dependence = measure_dependence(margins, home, partner)
    dependent = dependence.filter(is_dependent())["product"].to_list()
    return {
        "dependence": dependence,
        "alternatives": list_alternatives(margins, home, dependent),
        "chain_tiers": measure_tiers(margins, home, partner, read_chains()),
    }


def tabulate_years(trade: pl.LazyFrame | pl.DataFrame, analysis: PairAnalysis) -> dict[str, pl.DataFrame]:
    """Return the tables that need quantities or several years; only those that the data allow."""
    exporter, importer, end = analysis.exporter, analysis.importer, analysis.year
    tables: dict[str, pl.DataFrame] = {}
    if (unit_values := measure_unit_values(trade, importer, year=end)) is not None:
        tables["unit_values"] = position_unit_values(unit_values, exporter)
    years = measure_years(trade, exporter, importer, end_year=end)
    base = choose_base_year(years["year"].unique().to_list(), end)
    if base is None:
        return tables
    lines = analysis.opportunities.filter("shortlisted").head(FOLLOWED_LINES)["product"].to_list()
    before, after = (
        measure_margins(trade, [importer], exporters=[exporter], year=year) for year in (base, end)
    )
    rivals = rank_competitors(after, importer, exporter=exporter, products=lines)
    change = decompose_change(before, after, exporter)
    return tables | {
        "years": years,
        "growth": measure_growth(years, base_year=base, end_year=end),
        "rival_years": follow_rivals(trade, rivals, end_year=end),
        "share_change": change.markets,
    }
