"""What a target rests on under stated assumptions, several sets of them side by side.

``TargetEvidence`` holds what is known (today's exports, potential, growth, tariffs, new products); an
``Assumptions`` says how much of it comes true. Evidence that is not there is named and its line left out;
nothing stands in for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from corridor.errors import InputError
from corridor.find.caps import MarketGrowth, measure_import_growth
from corridor.find.pair import PairAnalysis
from corridor.find.target import (
    NO_SOURCE,
    UNREALISED,
    TargetBase,
    TargetDecomposition,
    TargetSource,
    decompose_target,
)

MARKET_GROWTH: Final = "market_growth"
TARIFF_CUTS: Final = "tariff_cuts"
NEW_PRODUCTS: Final = "new_products"
SERVICES: Final = "services"
#: Sources in the order in which they fill a target, after today's exports.
SOURCES: Final = (UNREALISED, MARKET_GROWTH, TARIFF_CUTS, NEW_PRODUCTS, SERVICES)
LEVELS: Final = ("low", "central", "high")
#: Products without advantage that are counted on, by rank.
COUNTED_PRODUCTS: Final = 100


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure in USD with the lowest and highest over conventions, None where these are not known."""

    central: float
    low: float | None = None
    high: float | None = None

    def at(self, level: str) -> float:
        """Return the figure at ``low``, ``central`` or ``high``; the central one where the other is not known."""
        found = {"low": self.low, "high": self.high}.get(level)
        return self.central if found is None else found


@dataclass(frozen=True)
class TargetEvidence:
    """What is known of the sources of a target of one exporter in one market, or in all.

    importer: empty for all markets. base: today's exports as these data count them; other_bases: as others
    do. market_usd: the market's imports. unrealised: potential, with its range over conventions.
    growing: the potential is one of the years ahead already, so that growth would count twice.
    new_products: as ``caps.find_new_products``; tariff_cuts: as ``caps.cut_tariffs``. services: evidence on
    areas that have no product codes. unknown_markets: importers whose demand is not in the data.
    """

    exporter: str
    importer: str
    base: TargetBase
    other_bases: tuple[TargetBase, ...] = ()
    market_usd: float | None = None
    unrealised: Spread | None = None
    growing: bool = False
    growth: MarketGrowth | None = None
    new_products: pl.DataFrame | None = field(default=None, repr=False)
    tariff_cuts: pl.DataFrame | None = field(default=None, repr=False)
    services: TargetSource | None = None
    unknown_markets: tuple[str, ...] = ()

    def put_first(self, base: TargetBase) -> "TargetEvidence":
        """Return the same evidence counted from another base, the ones so far beside it."""
        others = [one for one in (self.base, *self.other_bases) if one != base]
        return replace(self, base=base, other_bases=tuple(others))


@dataclass(frozen=True, slots=True)
class Assumptions:
    """How much of the evidence comes true.

    realisation: share of the unrealised potential, 0…1, of its ``potential`` level (low, central or high
    over conventions). growth: share of the market's growth that is followed, 1 = the share of the market
    is held. products: how many new products, by rank; products_level: low (none), central (the median of
    comparable exporters) or high (their upper quartile). tariff_cut: share of the gain of no duty, 0…1.
    services: share of what the evidence on areas without product codes says.
    """

    name: str = "central"
    realisation: float = 1.0
    potential: str = "central"
    growth: float = 1.0
    products: int = COUNTED_PRODUCTS
    products_level: str = "central"
    tariff_cut: float = 0.0
    services: float = 1.0

    def __post_init__(self) -> None:
        for name in ("realisation", "growth", "tariff_cut", "services"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"{name} {getattr(self, name)}", rule="a share from 0 to 1")
        for name in ("potential", "products_level"):
            if getattr(self, name) not in LEVELS:
                raise InputError(f"{name} {getattr(self, name)!r}", rule=f"one of {', '.join(LEVELS)}")
        if self.products < 0:
            raise InputError(f"{self.products} new products", rule="0 or more")


#: Half of the least potential and nothing else; what conventions and medians say; everything at its most.
SCENARIOS: Final = (
    Assumptions("low", realisation=0.5, potential="low", growth=0.0, products_level="low", services=0.0),
    Assumptions("central"),
    Assumptions("high", potential="high", products_level="high", tariff_cut=1.0),
)


@dataclass(frozen=True, slots=True)
class MissingSource:
    """A line of a target without evidence, and the reason code of why."""

    line: str
    reason: str


@dataclass(frozen=True)
class TargetStudy:
    """A target under assumptions: what carries it, what could not be judged, and on what it depends most.

    missing: sources without evidence. sensitivity: source, low_usd, high_usd: what has no source left where
    that source alone is at its highest (low_usd) or lowest cap (high_usd), the widest span first.
    """

    evidence: TargetEvidence
    assumptions: Assumptions
    decomposition: TargetDecomposition
    missing: tuple[MissingSource, ...]
    sensitivity: pl.DataFrame = field(repr=False)


def read_evidence(
    analysis: PairAnalysis,
    *,
    target_year: int,
    other_bases: Sequence[TargetBase] = (),
    growth: MarketGrowth | None = None,
    tariff_cuts: pl.DataFrame | None = None,
    services: TargetSource | None = None,
) -> TargetEvidence:
    """Return what a run of a pair knows of the sources of a target in ``target_year``.

    growth, tariff_cuts: in place of those the run holds (its tables ``years`` and ``tariff_cuts``).

    Raises
    ------
    InputError: the target's year is not after the year of the data.
    """
    tables = analysis.tables
    if growth is None and "years" in tables:
        growth = measure_import_growth(tables["years"], source=analysis.source.title)
    totals = analysis.variants["unrealised_usd"]
    central = analysis.totals.unrealised_usd
    spread = [central, *totals.to_list()]
    return TargetEvidence(
        exporter=analysis.exporter,
        importer=analysis.importer,
        base=date_base(
            analysis.totals.current_usd, analysis.source.title, analysis.year, target_year=target_year
        ),
        other_bases=tuple(other_bases),
        market_usd=analysis.totals.importer_imports_usd,
        unrealised=Spread(central, min(spread), max(spread)),
        growing="demand_growth" in analysis.opportunities.columns,
        growth=growth,
        new_products=tables.get("new_products"),
        tariff_cuts=tables.get("tariff_cuts") if tariff_cuts is None else tariff_cuts,
        services=services,
    )


def read_total_evidence(
    analysis: PairAnalysis,
    *,
    target_year: int,
    other_bases: Sequence[TargetBase] = (),
    services: TargetSource | None = None,
) -> TargetEvidence:
    """Return what a run knows of a target of the exporter's sales to all markets together.

    The unrealised potential is the sum over the destination markets of the table ``markets``; that of
    importers missing from the data is unknown. Where importers are missing the data count too few of
    today's exports, so another count leads if there is one.
    """
    counted = date_base(
        analysis.totals.exporter_exports_usd, analysis.source.title, analysis.year, target_year=target_year
    )
    unknown = analysis.coverage.missing_importers
    bases = [*other_bases, counted] if unknown else [counted, *other_bases]
    markets = analysis.tables.get("markets")
    return TargetEvidence(
        exporter=analysis.exporter,
        importer="",
        base=bases[0],
        other_bases=tuple(bases[1:]),
        unrealised=None if markets is None else Spread(float(markets["unrealised_usd"].sum())),
        growing="demand_growth" in analysis.opportunities.columns,
        services=services,
        unknown_markets=unknown,
    )


def date_base(usd: float, source: str, year: int, *, target_year: int) -> TargetBase:
    """Return a base with the years from it to the target.

    Raises
    ------
    InputError: the target's year is not after the base's.
    """
    if target_year <= year:
        raise InputError(
            f"a target in {target_year} from a base of {year}", rule="the target lies after its base"
        )
    return TargetBase(usd, source, year, target_year - year)


def study_target(
    target_usd: float, evidence: TargetEvidence, assumptions: Assumptions | None = None
) -> TargetStudy:
    """Decompose a target of yearly exports under assumptions.

    Raises
    ------
    InputError: the target is not a finite amount above zero.
    """
    assumptions = assumptions or Assumptions()
    sources, missing = list_sources(evidence, assumptions)
    base = evidence.base
    decomposition = decompose_target(
        target_usd,
        base_usd=base.usd,
        years=base.years,
        base_source=base.source,
        base_year=base.year,
        market_usd=evidence.market_usd,
        further=sources,
        other_bases=evidence.other_bases,
    )
    return TargetStudy(evidence, assumptions, decomposition, missing, _vary_sources(decomposition, sources))


def compare_scenarios(
    target_usd: float, evidence: TargetEvidence, scenarios: Sequence[Assumptions] = SCENARIOS
) -> tuple[TargetStudy, ...]:
    """Return the study of a target under each set of assumptions.

    Raises
    ------
    InputError: two sets have one name.
    """
    names = [one.name for one in scenarios]
    if len(set(names)) < len(names):
        raise InputError(f"scenarios {', '.join(names)}", rule="each has a name of its own")
    return tuple(study_target(target_usd, evidence, one) for one in scenarios)


def list_sources(
    evidence: TargetEvidence, assumptions: Assumptions
) -> tuple[list[TargetSource], tuple[MissingSource, ...]]:
    """Return the sources with their caps, and those for which there is no evidence, in the order shown."""
    found = (
        _cap_potential(evidence, assumptions),
        _cap_growth(evidence, assumptions),
        _cap_tariffs(evidence, assumptions),
        _cap_products(evidence, assumptions),
        _cap_services(evidence, assumptions),
    )
    sources = [one for one in found if isinstance(one, TargetSource)]
    return sources, tuple(one for one in found if isinstance(one, MissingSource))


def _cap_potential(evidence: TargetEvidence, assumptions: Assumptions) -> TargetSource | MissingSource:
    if evidence.unrealised is None:
        return MissingSource(UNREALISED, "run_without_markets")
    spread, share = evidence.unrealised, assumptions.realisation
    low = None if spread.low is None else share * spread.low
    return TargetSource(
        UNREALISED, share * spread.at(assumptions.potential), "export_potential", low, spread.high
    )


def _cap_growth(evidence: TargetEvidence, assumptions: Assumptions) -> TargetSource | MissingSource:
    if not evidence.importer:
        return MissingSource(MARKET_GROWTH, "one_market_only")
    if evidence.growing:
        return MissingSource(MARKET_GROWTH, "counted_in_potential")
    if evidence.growth is None:
        return MissingSource(MARKET_GROWTH, "growth_not_supplied")
    growth, base = evidence.growth, evidence.base
    added = max(0.0, base.usd * ((1 + growth.rate) ** base.years - 1))
    return TargetSource(MARKET_GROWTH, assumptions.growth * added, growth.basis, 0.0, added)


def _cap_tariffs(evidence: TargetEvidence, assumptions: Assumptions) -> TargetSource | MissingSource:
    if not evidence.importer:
        return MissingSource(TARIFF_CUTS, "one_market_only")
    if evidence.tariff_cuts is None:
        return MissingSource(TARIFF_CUTS, "tariffs_not_supplied")
    gain = float(evidence.tariff_cuts["gain_usd"].sum())
    return TargetSource(TARIFF_CUTS, assumptions.tariff_cut * gain, "no_duty", 0.0, gain)


def _cap_products(evidence: TargetEvidence, assumptions: Assumptions) -> TargetSource | MissingSource:
    """Cap the new products, less what tariff cuts count for the same product already."""
    if not evidence.importer:
        return MissingSource(NEW_PRODUCTS, "one_market_only")
    if evidence.new_products is None:
        return MissingSource(NEW_PRODUCTS, "run_without_new_products")
    table = evidence.new_products.filter(pl.col("pdi_rank") <= assumptions.products)
    if evidence.tariff_cuts is not None:
        gains = evidence.tariff_cuts.select("product", "gain_usd")
        counted = assumptions.tariff_cut * pl.col("gain_usd").fill_null(0.0)
        table = table.join(gains, on="product", how="left").with_columns(
            (pl.col(name) - counted).clip(lower_bound=0.0) for name in ("addition_usd", "addition_high_usd")
        )
    central, high = float(table["addition_usd"].sum()), float(table["addition_high_usd"].sum())
    cap = {"low": 0.0, "central": central, "high": high}[assumptions.products_level]
    return TargetSource(NEW_PRODUCTS, cap, "comparable_exporters", 0.0, high)


def _cap_services(evidence: TargetEvidence, assumptions: Assumptions) -> TargetSource | MissingSource:
    if evidence.services is None:
        return MissingSource(SERVICES, "no_evidence_imported")
    share = assumptions.services
    return replace(evidence.services, line=SERVICES, cap_usd=share * evidence.services.cap_usd)


def _vary_sources(decomposition: TargetDecomposition, sources: Sequence[TargetSource]) -> pl.DataFrame:
    """Return what has no source left where one source alone is at its highest or lowest cap."""
    rows = []
    for place, source in enumerate(sources):
        if source.low_usd is None or source.high_usd is None:
            continue
        lower, higher = (
            _leave(decomposition, sources, place, cap) for cap in (source.low_usd, source.high_usd)
        )
        rows.append({"source": source.line, "low_usd": higher, "high_usd": lower})
    schema = {"source": pl.String, "low_usd": pl.Float64, "high_usd": pl.Float64}
    table = pl.DataFrame(rows, schema=schema)
    return table.sort(pl.col("low_usd") - pl.col("high_usd"), maintain_order=True)


def _leave(
    decomposition: TargetDecomposition, sources: Sequence[TargetSource], place: int, cap: float
) -> float:
    """Return what has no source where the source at ``place`` has another cap."""
    covered = decomposition.base_usd + sum(
        cap if number == place else source.cap_usd for number, source in enumerate(sources)
    )
    return max(0.0, decomposition.target_usd - covered)


def name_lines(study: TargetStudy) -> list[str]:
    """Return the codes of every line of a study in the order shown, those without evidence included."""
    held = study.decomposition.lines["line"].to_list()
    absent = {missing.line for missing in study.missing}
    middle = [line for line in SOURCES if line in held or line in absent]
    return [held[0], *middle, NO_SOURCE]
