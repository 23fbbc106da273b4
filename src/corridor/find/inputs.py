"""Further evidence of the export potential: growth, distances, tariffs, elasticities, in the order of the margins.

What a table lacks is never taken as 1 or 0 without a word: each gap has a stated fallback, and
``measure_gaps`` says which share of the market's imports and of the exporter's exports rests on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.duties import TariffBook, read_tariffs
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Mask, Matrix, fill_matrix
from corridor.tables import DISTANCES, EASES, ELASTICITIES, INDICATORS, TARIFFS

GROWTH: Final = "gdp_growth_percent"
#: Expected GDP at the end of the horizon over GDP of the year, given as such.
RATIO: Final = "gdp_ratio"
POPULATION: Final = "population"


@dataclass(frozen=True, slots=True)
class InputSource:
    """Where a further input comes from (growth, distances, tariffs, elasticities, ease): dataset and attribution.

    nomenclature: the revision of the Harmonized System of its product codes, several with commas between,
    empty where it has none or none is known.
    """

    input: str
    dataset: str
    attribution: str = ""
    as_of: str = ""
    illustrative: bool = False
    nomenclature: str = ""


@dataclass(frozen=True, slots=True)
class InputGap:
    """A fallback and what rests on it.

    input, fallback: codes (docs/methods/find-potential.md). import_share: share of the market's imports,
    export_share: of the exporter's exports to all, 0…1, in the lines or suppliers concerned.
    """

    input: str
    fallback: str
    import_share: float
    export_share: float


@dataclass(frozen=True)
class PotentialInputs:
    """Tables of further evidence; a term whose table is None is off and listed as such.

    growth: schema ``INDICATORS`` with ``gdp_growth_percent`` of the coming years or ``gdp_ratio`` of the
    year, and ``population`` where demand does not grow in step with GDP. distances: ``DISTANCES``.
    tariffs: ``TARIFFS``. elasticities: ``ELASTICITIES``. ease: ``EASES``, for the ease ``gravity``.
    sources: whom to name for them.
    """

    growth: pl.DataFrame | None = field(default=None, repr=False)
    distances: pl.DataFrame | None = field(default=None, repr=False)
    tariffs: pl.DataFrame | None = field(default=None, repr=False)
    elasticities: pl.DataFrame | None = field(default=None, repr=False)
    ease: pl.DataFrame | None = field(default=None, repr=False)
    sources: tuple[InputSource, ...] = ()


@dataclass(frozen=True)
class Known:
    """Values with the codes of their fallbacks: 0 is known, n the n-th of ``fallbacks``."""

    values: Matrix
    codes: np.ndarray[Any, np.dtype[np.int8]]
    fallbacks: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """Inputs in the order of E economies and P products of the margins they were aligned to.

    growth: E, expected GDP over GDP. population: E, likewise. log_distance: E × E, exporter by importer,
    NaN where not known. elasticity: P. tariffs: rates of every market. ease: E × E as log_distance, NaN
    where not known. None where not given.
    """

    growth: Known | None = None
    population: Known | None = None
    log_distance: Matrix | None = None
    elasticity: Known | None = None
    tariffs: TariffBook | None = None
    ease: Matrix | None = None
    sources: tuple[InputSource, ...] = ()


def check_nomenclature(sources: Iterable[InputSource], nomenclature: str) -> None:
    """Refuse inputs by product in another revision than the trade; one that is not known passes.

    Raises
    ------
    InputError: an input is in another revision.
    """
    for source in sources:
        if nomenclature and source.nomenclature and source.nomenclature != nomenclature:
            moved = (
                "Maybe move it with 'corridor data bridge'"
                if source.input == "tariffs"
                else f"Maybe import it for the codes of {nomenclature}, with --concordance or --products"
            )
            raise InputError(
                f"dataset '{source.dataset}' ({source.input}) is in {source.nomenclature}, the trade in {nomenclature}",
                rule="the same code means other goods in another revision of the Harmonized System",
                fix=moved,
            )


def align_inputs(
    margins: TradeMargins,
    inputs: PotentialInputs | None,
    *,
    horizon: int = 5,
    elasticity: float | None = None,
    demand_elasticity: float = 1.0,
) -> Evidence:
    """Return inputs in the order of ``margins``, gaps filled by their fallbacks.

    horizon: years ahead. elasticity: of substitution between suppliers where no table gives any.
    demand_elasticity: of demand to income; other than 1 it needs expected population.

    Raises
    ------
    SchemaError: a table is not of its schema. InputError: a table has nothing of these economies,
    products or years; tariffs come without elasticities; values no such table can hold.
    """
    if inputs is None:
        return Evidence()
    growth = population = None
    if inputs.growth is not None:
        table = INDICATORS.check(inputs.growth)
        growth = _fill_growth(table, margins, horizon)
        if demand_elasticity != 1:
            population = _fill_population(table, margins, horizon)
    tariffs = sigma = None
    if inputs.tariffs is not None:
        tariffs = read_tariffs(margins, TARIFFS.check(inputs.tariffs))
        sigma = _fill_elasticity(margins, inputs.elasticities, elasticity)
    distance = None if inputs.distances is None else _fill_distance(margins, inputs.distances)
    sources = inputs.sources
    if tariffs is None:  # elasticities only serve the tariff terms
        sources = tuple(source for source in sources if source.input != "elasticities")
    ease = None if inputs.ease is None else _fill_ease(margins, inputs.ease)
    return Evidence(growth, population, distance, sigma, tariffs, ease, sources)


def share_gaps(
    known: Known, flows: Matrix, exports: Matrix, name: str, *, axis: int, row: int
) -> list[InputGap]:
    """Return the gaps of a vector of inputs: by supplier (``axis`` 0) or by product (``axis`` 1).

    flows: E × P imports of the market by supplier. exports: P of the exporter, which stands in ``row``.
    """
    gaps = []
    for code, fallback in enumerate(known.fallbacks, start=1):
        flagged = known.codes == code
        if axis == 0:
            imported, exported = flows.sum(axis=1) @ flagged, exports.sum() * flagged[row]
        else:
            imported, exported = flows.sum(axis=0) @ flagged, exports @ flagged
        gaps.append(make_gap(name, fallback, imported, flows.sum(), exported, exports.sum()))
    return [gap for gap in gaps if gap.import_share or gap.export_share]


def make_gap(name: str, fallback: str, imported: Any, imports: Any, exported: Any, exports: Any) -> InputGap:
    """Return a gap from the values concerned and their totals."""
    return InputGap(
        name,
        fallback,
        float(imported / imports) if imports else 0.0,
        float(exported / exports) if exports else 0.0,
    )


def _fill_growth(table: pl.DataFrame, margins: TradeMargins, horizon: int) -> Known:
    """Return expected GDP over GDP; a path with fewer years is stretched to the horizon."""
    years = range(margins.year + 1, margins.year + horizon + 1)
    path = (
        table.filter(pl.col("indicator") == GROWTH, pl.col("year").is_in(list(years)))
        .group_by("economy")
        .agg(ratio=(1 + pl.col("value") / 100).product(), known=pl.len())
        .with_columns(ratio=pl.col("ratio") ** (horizon / pl.col("known")))
    )
    given = table.filter(pl.col("indicator") == RATIO, pl.col("year") == margins.year)
    rows = pl.concat(
        [
            given.select("economy", ratio="value", known=pl.lit(horizon, dtype=pl.UInt32)),
            path.select("economy", "ratio", pl.col("known").cast(pl.UInt32)),
        ]
    ).unique("economy", keep="first", maintain_order=True)
    _refuse_not_positive(rows, "ratio", "growth")
    values = _pick(rows, "economy", "ratio", margins.economies)
    if np.isnan(values).all():
        raise InputError(
            f"the growth data have no '{GROWTH}' of {years[0]} to {years[-1]} and no '{RATIO}' of {margins.year}",
            rule="expected growth of the years after the trade, for at least one economy",
            fix="Maybe take trade of an earlier year, or newer growth data",
        )
    short = _pick(rows, "economy", "known", margins.economies) < horizon
    weights = margins.exports.sum(axis=1) + margins.imports.sum(axis=1)
    return _fill_average(values, weights, short)


def _fill_average(values: Matrix, weights: Matrix, short: Mask) -> Known:
    missing = np.isnan(values)
    average = float(
        np.average(values[~missing], weights=weights[~missing] if weights[~missing].any() else None)
    )
    codes = np.where(missing, 2, np.where(short, 1, 0)).astype(np.int8)
    return Known(np.where(missing, average, values), codes, ("shorter_path", "world_average"))


def _fill_population(table: pl.DataFrame, margins: TradeMargins, horizon: int) -> Known:
    counts = table.filter(pl.col("indicator") == POPULATION)
    now, then = (
        _pick(counts.filter(pl.col("year") == year), "economy", "value", margins.economies)
        for year in (margins.year, margins.year + horizon)
    )
    known = ~np.isnan(now) & ~np.isnan(then) & (now > 0) & (then > 0)
    if not known.any():
        raise InputError(
            f"the growth data have no '{POPULATION}' of both {margins.year} and {margins.year + horizon}",
            rule="a demand elasticity other than 1 needs expected population",
            fix="Maybe leave the demand elasticity at 1: demand then grows as GDP does",
        )
    ratio = np.where(known, then, 1.0) / np.where(known, now, 1.0)
    average = float(then[known].sum() / now[known].sum())
    return Known(np.where(known, ratio, average), np.where(known, 0, 1).astype(np.int8), ("world_average",))


def _fill_distance(margins: TradeMargins, distances: pl.DataFrame) -> Matrix:
    known = DISTANCES.check(distances).filter(
        pl.col("exporter").is_in(list(margins.economies)), pl.col("importer").is_in(list(margins.economies))
    )
    _refuse_not_positive(known, "distance_km", "distances")
    if known.is_empty():
        raise InputError(
            "the distances name none of the economies that trade",
            rule="economies by three-letter codes, at least one pair",
        )
    kilometres = fill_matrix(
        known.select("exporter", "importer", value="distance_km"),
        ("exporter", "importer"),
        margins.economies,
        margins.economies,
    )
    # a distance is the same there and back where only one direction is given
    kilometres = np.where(kilometres > 0, kilometres, kilometres.T)
    return np.log(kilometres, out=np.full_like(kilometres, np.nan), where=kilometres > 0)


def _fill_ease(margins: TradeMargins, eases: pl.DataFrame) -> Matrix:
    codes = list(margins.economies)
    table = EASES.check(eases)
    _refuse_not_positive(table, "ease", "eases")
    known = table.filter(
        pl.col("exporter").is_in(codes),
        pl.col("importer").is_in(codes),
        pl.col("exporter") != pl.col("importer"),
    )
    if known.is_empty():
        raise InputError(
            "the eases name none of the pairs that trade",
            rule="economies by three-letter codes, at least one pair",
        )
    keys = ("exporter", "importer")
    given = fill_matrix(known.select(*keys, value=pl.lit(1.0)), keys, codes, codes) > 0
    values = fill_matrix(known.select(*keys, value="ease"), keys, codes, codes)
    return np.where(given, values, np.nan)


def _fill_elasticity(
    margins: TradeMargins, elasticities: pl.DataFrame | None, otherwise: float | None
) -> Known:
    count = len(margins.products)
    if elasticities is None:
        if otherwise is None:
            raise InputError(
                "tariffs without elasticities",
                rule="a tariff advantage counts to the power of the product's elasticity",
                fix="Give a dataset of elasticities, or one elasticity for all products",
            )
        return Known(np.full(count, otherwise), np.ones(count, dtype=np.int8), ("one_elasticity",))
    table = ELASTICITIES.check(elasticities)
    _refuse_not_positive(table, "elasticity", "elasticities")
    values = _pick(table, "product", "elasticity", margins.products)
    known = ~np.isnan(values)
    if not known.any():
        raise InputError(
            "the elasticities name none of the products traded", rule="HS6 codes of the same revision"
        )
    chapters = np.unique([code[:2] for code in margins.products], return_inverse=True)[1]
    codes = np.where(known, 0, 1).astype(np.int8)
    filled = values.copy()
    for chapter in np.unique(chapters[~known]):
        inside = chapters == chapter
        found = values[inside & known]
        filled[inside & ~known] = np.median(found) if len(found) else np.median(values[known])
        codes[inside & ~known] = 1 if len(found) else 2
    return Known(filled, codes, ("chapter_median", "overall_median"))


def _pick(rows: pl.DataFrame, key: str, value: str, order: Sequence[str]) -> Matrix:
    """Return the values of ``rows`` in the order of codes, NaN where there is none."""
    wanted = pl.DataFrame({key: order}, schema={key: pl.String})
    found = wanted.join(rows.select(key, value), on=key, how="left", maintain_order="left")
    return found[value].cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()


def _refuse_not_positive(table: pl.DataFrame, column: str, name: str) -> None:
    bad = table.filter(~pl.col(column).is_finite() | (pl.col(column) <= 0))
    if bad.height:
        raise InputError(
            f"the {name} hold {column} {bad[column][0]} in {bad.row(0)}", rule="finite and above zero"
        )
