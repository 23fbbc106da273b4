"""Everything a run of a pair holds: the analysis, and the further tables that pages open into.

Each table is one call of the module that defines it; ``PairAnalysis.tables`` holds it under its name.
"""

from dataclasses import replace
from typing import Final

import polars as pl

from corridor.data.runs import Attribution
from corridor.find.caps import cut_tariffs, find_new_products
from corridor.find.chains import measure_tiers, read_chains
from corridor.find.cube import CubeWindow, measure_window
from corridor.find.diversification import measure_specialisation, rank_diversification
from corridor.find.firmness import NoiseModel
from corridor.find.goods import GOODS, tabulate_goods
from corridor.find.growth import (
    choose_base_year,
    decompose_change,
    follow_rivals,
    measure_growth,
    measure_years,
)
from corridor.find.inputs import Evidence, PotentialInputs, check_nomenclature
from corridor.find.margins import Progress, TradeMargins, list_years, measure_margins
from corridor.find.market import compare_tariffs, measure_concentration, rank_competitors
from corridor.find.pair import UNNAMED, PairAnalysis, analyse_margins
from corridor.find.potential import PotentialOptions, align_options
from corridor.find.space import tabulate_space
from corridor.find.supply import is_dependent, list_alternatives, measure_dependence
from corridor.find.sweep import sweep_potential
from corridor.find.tariffs import rate_matrix
from corridor.find.unit_values import measure_unit_values, position_unit_values
from corridor.locale.catalogue import gettext_noop
from corridor.solvers.watch import narrow_progress

#: Shortlisted lines whose competitors are followed through the years.
FOLLOWED_LINES: Final = 100
#: Share of the work that laying out the trade of a year takes, where that is not done yet.
LAYING_OUT: Final = 0.4


def study_pair(
    trade: pl.LazyFrame | pl.DataFrame,
    exporter: str,
    importer: str,
    *,
    year: int | None = None,
    options: PotentialOptions | None = None,
    products: pl.DataFrame | None = None,
    source: Attribution = UNNAMED,
    inputs: PotentialInputs | None = None,
    noise: NoiseModel | None = None,
    window: CubeWindow | None = None,
    progress: Progress | None = None,
) -> PairAnalysis:
    """Analyse a pair as ``analyse_pair`` does and add every further table.

    The trade of the year is laid out once, in ``window`` where it is already (see ``find.cube.open_window``).
    inputs: growth, distances, tariffs and elasticities. noise: of the ranges of ranks, the default model
    where not given.

    Raises
    ------
    as ``find.pair.analyse_pair``.
    """
    options = options or PotentialOptions()
    check_nomenclature(inputs.sources if inputs else (), source.nomenclature)
    laid_out = 0.0 if window is not None else LAYING_OUT
    window = window or measure_window(
        trade, year=year, window=options.window, progress=narrow_progress(progress, 0.0, laid_out)
    )
    steps = narrow_progress(progress, laid_out, 1.0)
    _tell(steps, 0.0, gettext_noop("Computing the potential"))
    margins = window.margins([importer, exporter], [exporter])
    evidence = align_options(margins, inputs, options)
    analysis = analyse_margins(
        margins,
        exporter,
        importer,
        options=options,
        products=products,
        source=source,
        inputs=evidence,
        noise=noise or NoiseModel(),
    )
    tables = dict(analysis.tables)
    _tell(steps, 0.25, gettext_noop("Weighing markets"))
    tables |= tabulate_everywhere(window, evidence, analysis, narrow_progress(steps, 0.25, 0.4))
    _tell(steps, 0.4, gettext_noop("Looking for new products"))
    tables |= tabulate_products(margins, evidence, analysis)
    _tell(steps, 0.6, gettext_noop("Comparing suppliers"))
    tables |= tabulate_further(margins, analysis)
    if inputs is not None and inputs.tariffs is not None:
        tables |= tabulate_duties(margins, analysis, tables["competitors"], inputs)
    _tell(steps, 0.65, gettext_noop("Placing products in the product space"))
    tables |= tabulate_space(margins, (exporter, importer))
    _tell(steps, 0.95, gettext_noop("Following the years"))
    tables |= tabulate_years(trade, analysis)
    _tell(steps, 1.0, gettext_noop("Done"))
    return replace(analysis, tables=tables)


def _tell(progress: Progress | None, share: float, message: str) -> None:
    if progress is not None:
        progress(share, message)


def tabulate_everywhere(
    window: CubeWindow, evidence: Evidence, analysis: PairAnalysis, progress: Progress | None = None
) -> dict[str, pl.DataFrame]:
    """Return the exporter's potential in all markets (``markets``) and of all products (``product_potential``)."""
    sweep = sweep_potential(
        window,
        exporters=[analysis.exporter],
        options=analysis.options,
        inputs=evidence,
        top=0,
        workers=1,
        progress=progress,
    )
    return {"markets": sweep.markets, "product_potential": sweep.products}


def tabulate_products(
    margins: TradeMargins, evidence: Evidence, analysis: PairAnalysis
) -> dict[str, pl.DataFrame]:
    """Return ``diversification`` and ``new_products``, which rest on one measure of who is specialised in what."""
    exporter, importer, options = analysis.exporter, analysis.importer, analysis.options
    known = measure_specialisation(margins, options)
    ranking = rank_diversification(
        margins, exporter, importer, options=options, inputs=evidence, specialisation=known
    )
    products = find_new_products(
        margins, analysis.opportunities, ranking, known, exporter=exporter, importer=importer
    )
    return {"diversification": ranking, "new_products": products}


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


def tabulate_duties(
    margins: TradeMargins, analysis: PairAnalysis, competitors: pl.DataFrame, inputs: PotentialInputs
) -> dict[str, pl.DataFrame]:
    """Return what duties do between suppliers, and what cutting them would bring where elasticities are given.

    tariff_margins: see ``market.compare_tariffs``. tariff_cuts: see ``caps.cut_tariffs``.
    """
    if inputs.tariffs is None:
        return {}
    exporter, importer, options = analysis.exporter, analysis.importer, analysis.options
    duties = rate_matrix(inputs.tariffs, importer, margins.economies, margins.products, year=analysis.year)
    tables = {"tariff_margins": compare_tariffs(competitors, exporter, duties)}
    elasticities = inputs.elasticities
    if elasticities is None and options.elasticity is not None:
        elasticities = analysis.opportunities.select("product", elasticity=pl.lit(options.elasticity))
    if elasticities is not None:
        tables["tariff_cuts"] = cut_tariffs(
            analysis.opportunities,
            inputs.tariffs,
            elasticities,
            exporter=exporter,
            importer=importer,
            year=analysis.year,
            normalised=options.normalise,
        )
    return tables


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
    if choose_base_year(list_years(trade), end) is None:  # nothing to follow: that need not be measured
        return tables
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
