"""One exporter and one importer: who supplies the market, the potential, the shortlist, the coverage."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import polars as pl

from corridor.data.runs import Attribution
from corridor.errors import InputError
from corridor.find.firmness import NoiseModel, NoiseResult, draw_noise, list_variants, vary_conventions
from corridor.find.inputs import Evidence, InputGap, InputSource, PotentialInputs, check_nomenclature
from corridor.find.margins import Progress, TradeMargins, measure_margins, unknown_economy
from corridor.find.market import rank_suppliers
from corridor.find.matrices import Matrix, divide
from corridor.find.potential import (
    TERMS_OFF,
    MarketPotential,
    MarketStudy,
    PotentialOptions,
    align_options,
    compute_potential,
    find_gaps,
    tabulate_potential,
)
from corridor.find.reasons import explain_line
from corridor.find.shortlist import ShortlistSummary, choose_shortlist, summarise_shortlist
from corridor.locale.catalogue import gettext_noop
from corridor.tables import OPPORTUNITIES, PRODUCTS

__all__ = [
    "UNNAMED",
    "PairAnalysis",
    "PairCoverage",
    "PairTotals",
    "analyse_margins",
    "analyse_pair",
    "describe_lines",
    "refuse_same",
    "list_variants",
    "sum_chapters",
]
UNNAMED: Final = Attribution(title="")
CHAPTER_COLUMNS: Final = ("current_usd", "potential_usd", "unrealised_usd")


@dataclass(frozen=True, slots=True)
class PairTotals:
    """Sums over all products, in USD; shares 0…1.

    exporter_exports_usd counts only the destination markets in the data. import_share is the exporter's
    share of the importer's imports; exporter_rank_as_supplier is None where it sells nothing.
    """

    importer_imports_usd: float
    exporter_exports_usd: float
    current_usd: float
    potential_usd: float
    unrealised_usd: float
    import_share: float
    exporter_rank_as_supplier: int | None


@dataclass(frozen=True, slots=True)
class PairCoverage:
    """What the figures leave out; shown wherever they are shown.

    economies, destination_markets, products: how many the data hold (importers with known imports).
    missing_importers: economies that sell but whose imports are not in the data.
    imputed_import_share: share of the importer's imports that comes from them, so that their TB is imputed.
    absent_products: codes of the nomenclature without any trade, None where no nomenclature was given.
    terms_off: terms of the indicator that count as 1. gaps: fallbacks of the further inputs and what rests
    on them. inputs: the datasets of growth, distances, tariffs and elasticities used.
    """

    years: tuple[int, ...]
    economies: int
    destination_markets: int
    products: int
    missing_importers: tuple[str, ...]
    imputed_import_share: float
    absent_products: tuple[str, ...] | None
    terms_off: tuple[str, ...] = TERMS_OFF
    gaps: tuple[InputGap, ...] = ()
    inputs: tuple[InputSource, ...] = ()


@dataclass(frozen=True)
class PairAnalysis:
    """Everything ``find`` says about one exporter and one importer.

    opportunities: schema ``OPPORTUNITIES`` by rank, further columns ``chapter`` (HS2), ``description``
    (null where no nomenclature was given), ``rca`` and ``normaliser``. suppliers: schema ``SUPPLIERS``.
    chapters: chapter, current_usd, potential_usd, unrealised_usd, lines, share (of unrealised).
    variants: a row per convention, its options, potential_usd, unrealised_usd, lines in the shortlist,
    exporter_share (of the market's summed potential); firmness counts over these.
    tables: what else was computed for the pair, by name (see ``find.study``); empty where nothing was.
    stored: read from a run that the project carries, then ``rounded_digits`` says how far it is rounded.
    """

    exporter: str
    importer: str
    year: int
    opportunities: pl.DataFrame = field(repr=False)
    suppliers: pl.DataFrame = field(repr=False)
    chapters: pl.DataFrame = field(repr=False)
    variants: pl.DataFrame = field(repr=False)
    totals: PairTotals
    shortlist: ShortlistSummary
    coverage: PairCoverage
    options: PotentialOptions
    source: Attribution = UNNAMED
    stored: bool = False
    rounded_digits: int | None = None
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict, repr=False)

    def reason(self, row: Mapping[str, Any]) -> list[str]:
        """Return the reason codes of one row of ``opportunities`` (see ``find.reasons``)."""
        return explain_line(row, importer_imports_usd=self.totals.importer_imports_usd)

    def top(self, count: int) -> list[dict[str, Any]]:
        """Return the ``count`` first rows of ``opportunities``, each with its ``reasons``."""
        rows = self.opportunities.head(count).to_dicts()
        return [row | {"reasons": self.reason(row)} for row in rows]


def analyse_pair(
    trade: pl.LazyFrame | pl.DataFrame,
    exporter: str,
    importer: str,
    *,
    year: int | None = None,
    options: PotentialOptions | None = None,
    products: pl.DataFrame | None = None,
    source: Attribution = UNNAMED,
    inputs: PotentialInputs | None = None,
    progress: Progress | None = None,
) -> PairAnalysis:
    """Analyse what ``exporter`` sells and could sell to ``importer``.

    Parameters
    ----------
    trade: schema ``TRADE``, a LazyFrame where it is large. year: the latest in the data by default.
    options: conventions of the potential. products: schema ``PRODUCTS``, the nomenclature with names.
    source: attribution carried along. inputs: growth, distances, tariffs and elasticities, where known.
    progress: called with a share 0…1 and what is being done.

    Raises
    ------
    UnknownEconomyError: a code without trade. InputError: one economy twice, a market without known
    imports, a year not in the data. SchemaError: the table is not usable.
    """
    options = options or PotentialOptions()
    refuse_same(exporter, importer)
    inner = None if progress is None else lambda share, message: progress(0.8 * share, message)
    margins = measure_margins(trade, [importer], year=year, window=options.window, progress=inner)
    if progress:
        progress(0.8, gettext_noop("Computing the potential"))
    analysis = analyse_margins(
        margins, exporter, importer, options=options, products=products, source=source, inputs=inputs
    )
    if progress:
        progress(1.0, gettext_noop("Done"))
    return analysis


def analyse_margins(
    margins: TradeMargins,
    exporter: str,
    importer: str,
    *,
    options: PotentialOptions | None = None,
    products: pl.DataFrame | None = None,
    source: Attribution = UNNAMED,
    inputs: PotentialInputs | Evidence | None = None,
    noise: NoiseModel | None = None,
) -> PairAnalysis:
    """Analyse a pair from margins already measured (with ``importer`` among their markets).

    Generated inputs make the whole analysis an illustration.
    inputs: further evidence, aligned to these margins or not. noise: adds the columns ``rank_low``,
    ``rank_high`` and ``firmness_noise`` and the table ``uncertainty`` (measure, low_usd, median_usd,
    high_usd, draws).
    """
    options = options or PotentialOptions()
    refuse_same(exporter, importer)
    _refuse_unknown(margins, exporter)
    if inputs is not None:
        check_nomenclature(inputs.sources, source.nomenclature)
    evidence = inputs if isinstance(inputs, Evidence) else align_options(margins, inputs, options)
    study = MarketStudy(margins, importer, evidence, options)
    market = compute_potential(margins, importer, options, evidence, study=study)
    variants, firmness = vary_conventions(study, margins.index_economy(exporter), options)
    drawn = None if noise is None else draw_noise(study, exporter, options, noise)
    if any(each.illustrative for each in evidence.sources):
        source = replace(source, illustrative=True)
    opportunities = _rank_lines(market, exporter, firmness, products, drawn)
    suppliers = rank_suppliers(margins, importer)
    return PairAnalysis(
        exporter=exporter,
        importer=importer,
        year=margins.year,
        opportunities=opportunities,
        suppliers=suppliers,
        chapters=sum_chapters(opportunities),
        variants=variants,
        totals=_sum_totals(market, exporter, opportunities, suppliers),
        shortlist=summarise_shortlist(opportunities, options.carried_share),
        coverage=_describe_coverage(market, exporter, products),
        options=options,
        source=source,
        tables={} if drawn is None else {"uncertainty": drawn.totals},
    )


def sum_chapters(opportunities: pl.DataFrame) -> pl.DataFrame:
    """Sum lines by HS chapter: the largest unrealised potential first; share is of that column's sum."""
    total = opportunities["unrealised_usd"].sum()
    return (
        opportunities.group_by("chapter")
        .agg(pl.col(CHAPTER_COLUMNS).sum(), lines=pl.len().cast(pl.Int32))
        .with_columns(share=pl.col("unrealised_usd") / total if total else pl.lit(0.0))
        .sort(["unrealised_usd", "chapter"], descending=[True, False])
    )


def refuse_same(exporter: str, importer: str) -> None:
    """Refuse a pair of one economy."""
    if exporter == importer:
        raise InputError(
            f"exporter and importer are both {exporter!r}", rule="a pair has two different economies"
        )


def _refuse_unknown(margins: TradeMargins, exporter: str) -> None:
    row = margins.index_economy(exporter)
    if not margins.exports[row].any():
        raise unknown_economy(exporter, [code for code in margins.economies if code != exporter])


def _rank_lines(
    market: MarketPotential,
    exporter: str,
    firmness: Matrix,
    products: pl.DataFrame | None,
    drawn: NoiseResult | None,
) -> pl.DataFrame:
    margins = market.margins
    row = margins.index_economy(exporter)
    exported = margins.exports[row]
    world = margins.exports.sum(axis=0)
    by_product = pl.DataFrame(
        {
            "product": margins.products,
            "rca": divide(exported / exported.sum(), world / world.sum()),
            "firmness": firmness,
        }
    )
    if drawn is not None:
        by_product = by_product.with_columns(
            rank_low=drawn.rank_low, rank_high=drawn.rank_high, firmness_noise=drawn.kept
        )
    lines = (
        tabulate_potential(market, exporter)
        .drop("imputed")
        .join(by_product, on="product", how="left", maintain_order="left")
        .sort(["unrealised_usd", "product"], descending=[True, False])
        .with_columns(
            rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32), chapter=pl.col("product").str.head(2)
        )
    )
    # ranked lines keep the order of equal values, so that the shortlist is a prefix of the ranks
    chosen = choose_shortlist(lines["unrealised_usd"].to_numpy(), market.options.carried_share)
    lines = lines.with_columns(shortlisted=pl.Series(chosen, dtype=pl.Boolean))
    return OPPORTUNITIES.check(describe_lines(lines, products))


def describe_lines(lines: pl.DataFrame, products: pl.DataFrame | None) -> pl.DataFrame:
    """Add the column ``description`` from a nomenclature (schema ``PRODUCTS``), null where it is not known."""
    if products is None:
        return lines.with_columns(description=pl.lit(None, dtype=pl.String))
    names = PRODUCTS.check(products).select("product", "description")
    return lines.join(names, on="product", how="left", maintain_order="left")


def _sum_totals(
    market: MarketPotential, exporter: str, opportunities: pl.DataFrame, suppliers: pl.DataFrame
) -> PairTotals:
    own = suppliers.filter(pl.col("supplier") == exporter)
    row = market.margins.index_economy(exporter)
    return PairTotals(
        importer_imports_usd=float(market.demand.sum()),
        exporter_exports_usd=float(market.margins.exports[row].sum()),
        current_usd=float(market.current[row].sum()),
        potential_usd=float(opportunities["potential_usd"].sum()),
        unrealised_usd=float(opportunities["unrealised_usd"].sum()),
        import_share=float(own["share"].sum()),
        exporter_rank_as_supplier=int(own["rank"][0]) if own.height else None,
    )


def _describe_coverage(market: MarketPotential, exporter: str, products: pl.DataFrame | None) -> PairCoverage:
    margins = market.margins
    imputed = float(market.current[market.imputed].sum() / market.demand.sum())
    absent = None if products is None else sorted(set(products["product"]) - set(margins.products))
    return PairCoverage(
        years=margins.years,
        economies=len(margins.economies),
        destination_markets=int(margins.importing.sum()),
        products=len(margins.products),
        missing_importers=margins.missing_importers,
        imputed_import_share=imputed if market.options.trade_balance else 0.0,
        absent_products=None if absent is None else tuple(absent),
        terms_off=market.terms_off,
        gaps=find_gaps(market, exporter),
        inputs=market.evidence.sources,
    )
