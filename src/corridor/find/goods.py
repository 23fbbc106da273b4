"""What two economies sell and buy, product by product: the trade evidence on which areas are compared."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from corridor.data.runs import Attribution
from corridor.errors import InputError
from corridor.find.firmness import NoiseModel
from corridor.find.margins import Progress, TradeMargins, measure_margins
from corridor.find.matrices import Matrix
from corridor.find.options import PotentialOptions
from corridor.find.pair import UNNAMED, PairAnalysis, PairCoverage, analyse_margins, refuse_same
from corridor.locale.catalogue import gettext_noop
from corridor.solvers.watch import narrow_progress
from corridor.tables import PAIR_GOODS

#: The name of the table in ``PairAnalysis.tables``.
GOODS: Final = "goods"


@dataclass(frozen=True)
class PairGoods:
    """The goods of a pair (schema ``PAIR_GOODS``, further column ``description``) and their totals in USD.

    complete: every product of the data has a row; else only those in which the two trade or could.
    home_exports_held, home_imports_held: share of home's exports and imports that the rows hold, None
    where they are not known. world_total_usd, partner_total_usd: exports of all, of the partner; None
    where only one direction of the pair is known. lacks_reverse: what the partner sells home is not there.
    """

    home: str
    partner: str
    year: int
    table: pl.DataFrame = field(repr=False)
    home_total_usd: float
    partner_total_usd: float | None
    world_total_usd: float | None
    complete: bool
    home_exports_held: float | None
    home_imports_held: float | None
    source: Attribution
    coverage: PairCoverage
    rounded_digits: int | None = None

    @property
    def lacks_reverse(self) -> bool:
        """Whether nothing is known of what home buys."""
        return self.table["home_imports_usd"].null_count() == self.table.height


def tabulate_goods(margins: TradeMargins, analysis: PairAnalysis) -> pl.DataFrame:
    """Return every product of the data with the trade of both economies (schema ``PAIR_GOODS``).

    ``margins`` hold both economies as markets; ``analysis`` is theirs, home being its exporter. Imports
    of an economy that the data lack are null: unknown, not zero.
    """
    home, partner = analysis.exporter, analysis.importer
    rows = margins.index_economy(home), margins.index_economy(partner)
    unrealised = pl.DataFrame({"product": margins.products}).join(
        analysis.opportunities.select("product", "unrealised_usd"),
        on="product",
        how="left",
        maintain_order="left",
    )
    known = bool(margins.importing[rows[0]])
    table = pl.DataFrame(
        {
            "product": margins.products,
            "home_exports_usd": margins.exports[rows[0]],
            "home_imports_usd": _known(margins, rows[0]),
            "partner_exports_usd": margins.exports[rows[1]],
            "partner_imports_usd": _known(margins, rows[1]),
            "world_exports_usd": margins.exports.sum(axis=0),
            "current_usd": margins.flows[partner][rows[0]],
            # no potential and no trade: nothing is unrealised
            "unrealised_usd": unrealised["unrealised_usd"].fill_null(0.0),
            "reverse_usd": margins.flows[home][rows[1]] if known else None,
        },
        schema={name: column.dtype for name, column in PAIR_GOODS.columns.items()},
    )
    return PAIR_GOODS.check(table)


def analyse_goods(
    trade: pl.LazyFrame | pl.DataFrame,
    home: str,
    partner: str,
    *,
    year: int | None = None,
    options: PotentialOptions | None = None,
    products: pl.DataFrame | None = None,
    source: Attribution = UNNAMED,
    noise: NoiseModel | None = None,
    progress: Progress | None = None,
) -> PairAnalysis:
    """Analyse a pair as ``find.pair.analyse_pair`` does, with the goods that both sell and buy beside it.

    noise: as ``find.pair.analyse_margins``.

    Raises
    ------
    as ``find.pair.analyse_pair``.
    """
    options = options or PotentialOptions()
    refuse_same(home, partner)
    margins = measure_margins(
        trade,
        [partner, home],
        exporters=[home],
        year=year,
        window=options.window,
        progress=narrow_progress(progress, 0.0, 0.8),
    )
    if progress:
        progress(0.8, gettext_noop("Computing the potential"))
    analysis = analyse_margins(
        margins, home, partner, options=options, products=products, source=source, noise=noise
    )
    if progress:
        progress(1.0, gettext_noop("Done"))
    return replace(analysis, tables={**analysis.tables, GOODS: tabulate_goods(margins, analysis)})


def _known(margins: TradeMargins, row: int) -> Matrix | None:
    return np.asarray(margins.imports[row]) if margins.importing[row] else None


def read_goods(outward: PairAnalysis, inward: PairAnalysis | None = None) -> PairGoods:
    """Return the goods of a pair from its analysis, home being the exporter of ``outward``.

    An analysis computed from trade data holds them all. One that does not (a run kept short) gives the
    lines of ``outward``, and with ``inward``, the analysis of the other direction, those as well.

    Raises
    ------
    InputError: ``inward`` is not the other direction, or of another year or source.
    """
    if GOODS in outward.tables:
        return _read_complete(outward)
    if inward is not None:
        _refuse_others(outward, inward)
    return _join_lines(outward, inward)


def _refuse_others(outward: PairAnalysis, inward: PairAnalysis) -> None:
    expected = outward.importer, outward.exporter, outward.year, outward.source.title
    found = inward.exporter, inward.importer, inward.year, inward.source.title
    if expected != found:
        raise InputError(
            f"the other direction is {' '.join(map(str, found))}",
            rule=f"both directions come from the same data: {' '.join(map(str, expected))}",
            fix="Maybe compute a run of this pair from one dataset",
        )


def _read_complete(analysis: PairAnalysis) -> PairGoods:
    table = PAIR_GOODS.check(analysis.tables[GOODS])
    names = analysis.opportunities.select("product", "description")
    return PairGoods(
        home=analysis.exporter,
        partner=analysis.importer,
        year=analysis.year,
        table=table.join(names, on="product", how="left", maintain_order="left"),
        home_total_usd=float(table["home_exports_usd"].sum()),
        partner_total_usd=float(table["partner_exports_usd"].sum()),
        world_total_usd=float(table["world_exports_usd"].sum()),
        complete=True,
        home_exports_held=1.0,
        home_imports_held=None if table["home_imports_usd"].null_count() == table.height else 1.0,
        source=analysis.source,
        coverage=analysis.coverage,
        rounded_digits=analysis.rounded_digits,
    )


def _join_lines(outward: PairAnalysis, inward: PairAnalysis | None) -> PairGoods:
    """Join the lines of both directions; a line that one direction lacks has no trade there."""
    sold = outward.opportunities.select(
        "product",
        "description",
        "current_usd",
        "unrealised_usd",
        "partner_imports_usd",
        home_exports_usd="exporter_total_usd",
        world_exports_usd=pl.col("exporter_total_usd") / pl.col("supply_share"),
    )
    empty = outward.opportunities.clear()
    lines = (empty if inward is None else inward.opportunities).select(
        "product",
        bought_description="description",
        reverse_usd="current_usd",
        home_imports_usd="partner_imports_usd",
        partner_exports_usd="exporter_total_usd",
        # of two rounded figures the one of the larger supplier is as good as the other: either will do
        other_world=pl.col("exporter_total_usd") / pl.col("supply_share"),
    )
    joined = sold.join(lines, on="product", how="full", coalesce=True).sort("product")
    zero_sold = ["current_usd", "unrealised_usd", "home_exports_usd"]
    zero_bought = ["reverse_usd", "home_imports_usd", "partner_exports_usd"]
    filled = [*(zero_sold if sold.height else []), *(zero_bought if lines.height else [])]
    table = joined.with_columns(
        pl.coalesce("world_exports_usd", "other_world").alias("world_exports_usd"),
        pl.coalesce("description", "bought_description").alias("description"),
        *[pl.col(name).fill_null(0.0) for name in filled],
    ).drop("other_world", "bought_description")
    return PairGoods(
        home=outward.exporter,
        partner=outward.importer,
        year=outward.year,
        table=PAIR_GOODS.check(table),
        home_total_usd=outward.totals.exporter_exports_usd,
        partner_total_usd=None if inward is None else inward.totals.exporter_exports_usd,
        world_total_usd=_infer_world(outward, inward),
        complete=False,
        home_exports_held=_hold(sold["home_exports_usd"], outward.totals.exporter_exports_usd),
        home_imports_held=None
        if inward is None
        else _hold(lines["home_imports_usd"], inward.totals.importer_imports_usd),
        source=outward.source,
        coverage=outward.coverage,
        rounded_digits=outward.rounded_digits,
    )


def _hold(part: pl.Series, whole: float) -> float | None:
    return min(1.0, float(part.sum()) / whole) if whole else None


def _infer_world(*analyses: PairAnalysis | None) -> float | None:
    """Return the world's exports from RCA = supply share · world / own exports; the median, for rounding."""
    for analysis in analyses:
        if analysis is None:
            continue
        lines = analysis.opportunities.filter(pl.col("rca") > 0, pl.col("supply_share") > 0)
        if lines.height:
            ratio = lines.select((pl.col("rca") / pl.col("supply_share")).median()).item()
            return float(ratio) * analysis.totals.exporter_exports_usd
    return None
