r"""Two runs of a pair compared: what made potential and unrealised potential change, exactly.

A line's potential is a product of factors (``find.potential``). Its change from the first run to the second
is split among them by the additive logarithmic mean Divisia index, LMDI-I:

.. math::
    \Delta P = \sum_f L(P_1, P_2)\,\ln\frac{f_2}{f_1}, \qquad L(a, b) = \frac{a - b}{\ln a - \ln b},\; L(a, a) = a

Source: Ang, B. W. (2004), Energy Policy 32, 1131–1139; Ang (2005), Energy Policy 33, 867–871 (a practical
guide): it leaves no residual, and exchanging the runs changes only the sign. A line that has a potential
in one run only has no logarithm: it is shown whole as entered or left.

Unrealised potential max(0, P − C) also depends on current trade C, and bends where they meet. The change is
split between P and C by their mean contribution over both orders (Shapley value of two players), and the
part of P among its factors in the proportions of LMDI. Both sums are exact.

A run rounded for storage has factors whose product is not its potential. The quotient is one more factor,
``rounding``, so that the sums stay exact and the error of rounding visible.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.matrices import Mask, Matrix
from corridor.find.pair import PairAnalysis

#: Factors of the potential and the power they stand in; a factor that a run does not hold was off: it is 1.
FACTORS: Final[dict[str, int]] = {
    "supply_share": 1,
    "supply_growth": 1,
    "trade_balance": 1,
    "global_tariff": 1,
    "partner_imports_usd": 1,
    "demand_growth": 1,
    "market_tariff": 1,
    "distance_factor": 1,
    "ease": 1,
    "normaliser": -1,
}
#: Factors that every run holds.
REQUIRED: Final = ("supply_share", "trade_balance", "partner_imports_usd", "ease", "normaliser")
ENTERED: Final = "entered"
LEFT: Final = "left"
CURRENT: Final = "current_trade"
ROUNDING: Final = "rounding"
#: Terms in the order shown.
TERMS: Final = (ENTERED, LEFT, *FACTORS, CURRENT, ROUNDING)
MEASURES: Final = ("potential", "unrealised")
#: Logarithms closer than this are subtracted with too little left; the series of L is exact there.
NEAR: Final = 1e-4
#: A potential that changes by less than this, relatively, stands still.
STILL: Final = 1e-8
_COLUMNS: Final = ("current_usd", "potential_usd", "unrealised_usd", "rank", "shortlisted")


@dataclass(frozen=True)
class RunSummary:
    """What identifies one of the two runs, and its totals in USD."""

    year: int
    source: str
    stored: bool
    rounded_digits: int | None
    options: Mapping[str, object]
    current_usd: float
    potential_usd: float
    unrealised_usd: float
    lines: int
    shortlisted: int


@dataclass(frozen=True)
class RunComparison:
    """How the second run differs from the first.

    terms: term, potential_usd, unrealised_usd; each column sums to the difference of the totals.
    lines: product, description, chapter, state (``both``, ``entered``, ``left``); current_usd,
    potential_usd, unrealised_usd, rank, shortlisted of each run with the suffixes ``_first`` and
    ``_second`` (amounts 0, rank null where a line is absent); change_usd (of unrealised); and a column a
    term and measure, such as ``unrealised_ease``, which sum to the change; by the size of the change.
    options: those that differ, name → (first, second). terms_on: optional factors that only one run uses.
    """

    exporter: str
    importer: str
    first: RunSummary
    second: RunSummary
    terms: pl.DataFrame = field(repr=False)
    lines: pl.DataFrame = field(repr=False)
    options: Mapping[str, tuple[object, object]]
    terms_on: Mapping[str, str]

    def change(self, measure: str) -> float:
        """Return the difference of the totals of ``potential`` or ``unrealised``, in USD."""
        name = f"{measure}_usd"
        return float(getattr(self.second, name) - getattr(self.first, name))

    @property
    def joined(self) -> pl.DataFrame:
        """Lines that came into the shortlist."""
        return self.lines.filter(~pl.col("shortlisted_first") & pl.col("shortlisted_second"))

    @property
    def dropped(self) -> pl.DataFrame:
        """Lines that fell out of the shortlist."""
        return self.lines.filter(pl.col("shortlisted_first") & ~pl.col("shortlisted_second"))


def compare_runs(first: PairAnalysis, second: PairAnalysis) -> RunComparison:
    """Compare two analyses of the same pair, of other years, options or datasets.

    Raises
    ------
    InputError: they are of different pairs, or one does not hold the factors of its potential.
    """
    pair, other = (first.exporter, first.importer), (second.exporter, second.importer)
    if pair != other:
        raise InputError(
            f"runs of {pair[0]} → {pair[1]} and of {other[0]} → {other[1]}",
            rule="two runs of the same exporter and importer are compared",
        )
    lines = split_changes(first.opportunities, second.opportunities)
    options = _differ(_list_options(first), _list_options(second))
    return RunComparison(
        exporter=first.exporter,
        importer=first.importer,
        first=_summarise(first),
        second=_summarise(second),
        terms=_sum_terms(lines),
        lines=lines,
        options=options,
        terms_on=_find_switched(first.opportunities, second.opportunities),
    )


def split_changes(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Return a row a line of either table with its change split into terms (see ``RunComparison.lines``).

    first, second: schema ``OPPORTUNITIES`` with ``normaliser``, ``description`` and ``chapter``.
    """
    joined = _join_lines(first, second)
    terms = _split_terms(joined)
    columns = [pl.Series(f"{measure}_{term}", terms[measure][term]) for measure in MEASURES for term in TERMS]
    change = pl.col("unrealised_usd_second") - pl.col("unrealised_usd_first")
    shown = [f"{name}_{side}" for name in _COLUMNS for side in ("first", "second")]
    return (
        joined.select("product", "description", "chapter", "state", *shown)
        .with_columns(*columns, change_usd=change)
        .sort(pl.col("change_usd").abs(), "product", descending=[True, False])
    )


def _join_lines(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Join two tables by product; what a run lacks is 0 in its amounts and null in its factors."""
    sides = [_prepare(table, side) for table, side in ((first, "first"), (second, "second"))]
    joined = sides[0].join(sides[1], on="product", how="full", coalesce=True)
    amounts = [name for name in joined.columns if "_usd_" in name and "partner_imports" not in name]
    flags = [name for name in joined.columns if name.startswith("shortlisted")]
    return joined.with_columns(
        pl.col(amounts).fill_null(0.0), pl.col(flags).fill_null(value=False)
    ).with_columns(
        description=pl.coalesce("description_second", "description_first"),
        chapter=pl.coalesce("chapter_second", "chapter_first"),
        state=pl.when(pl.col("rank_first").is_null())
        .then(pl.lit(ENTERED))
        .when(pl.col("rank_second").is_null())
        .then(pl.lit(LEFT))
        .otherwise(pl.lit("both")),
    )


def _prepare(table: pl.DataFrame, side: str) -> pl.DataFrame:
    for name in REQUIRED:
        if name not in table.columns:
            raise InputError(
                f"a run without the term '{name}'",
                rule="a comparison needs every factor of the potential",
                fix="Maybe compute the run again",
            )
    factors = {
        name: pl.col(name).cast(pl.Float64) if name in table.columns else pl.lit(1.0) for name in FACTORS
    }
    kept = [*_COLUMNS, "description", "chapter"]
    return table.select(
        "product",
        *[pl.col(name).alias(f"{name}_{side}") for name in kept],
        *[expression.alias(f"{name}_{side}") for name, expression in factors.items()],
    )


def _split_terms(joined: pl.DataFrame) -> dict[str, dict[str, Matrix]]:
    """Return the change of each measure a line and term."""
    potential, current, shown = (
        [_read(joined, f"{name}_usd_{side}") for side in ("first", "second")]
        for name in ("potential", "current", "unrealised")
    )
    both = (potential[0] > 0) & (potential[1] > 0)
    factors = _weigh_factors(joined, potential, both)
    change = potential[1] - potential[0]
    appeared, gone = (potential[0] <= 0) & (potential[1] > 0), (potential[0] > 0) & (potential[1] <= 0)
    whole = {ENTERED: np.where(appeared, change, 0.0), LEFT: np.where(gone, change, 0.0)}
    nothing = np.zeros_like(change)
    by_potential = {**whole, **factors, CURRENT: nothing}
    slope, by_current = _share_bend(potential, current)
    by_unrealised = {name: slope * part for name, part in by_potential.items()} | {CURRENT: by_current}
    # what the stored figure differs by from max(0, P − C) is rounding too
    computed = [np.maximum(0.0, p - c) for p, c in zip(potential, current, strict=True)]
    by_unrealised[ROUNDING] = by_unrealised[ROUNDING] + ((shown[1] - computed[1]) - (shown[0] - computed[0]))
    return {"potential": by_potential, "unrealised": by_unrealised}


def _weigh_factors(joined: pl.DataFrame, potential: list[Matrix], both: Mask) -> dict[str, Matrix]:
    """Return L(P₁, P₂) · ln(f₂ / f₁) a line for each factor and for rounding; 0 where a run has no potential."""
    mean = np.where(both, _mean_logarithmically(potential[0], potential[1], both), 0.0)
    parts, product = {}, [np.ones_like(mean), np.ones_like(mean)]
    for name, power in FACTORS.items():
        values = [
            np.where(both, _read(joined, f"{name}_{side}"), 1.0) ** power for side in ("first", "second")
        ]
        if not all((value > 0).all() for value in values):
            raise InputError(f"a line with potential has '{name}' of 0", rule="its factors are above zero")
        parts[name] = mean * np.log(values[1] / values[0])
        product = [before * value for before, value in zip(product, values, strict=True)]
    left = [np.where(both, p, 1.0) / q for p, q in zip(potential, product, strict=True)]
    parts[ROUNDING] = mean * np.log(left[1] / left[0])
    return parts


def _mean_logarithmically(first: Matrix, second: Matrix, both: Mask) -> Matrix:
    """Return L(a, b) = √(ab) · sinh(r/2) / (r/2) with r = ln(b / a); 1 + r²/24 where r is small."""
    a, b = np.where(both, first, 1.0), np.where(both, second, 1.0)
    ratio = np.log(b / a)
    near = np.abs(ratio) < NEAR
    return np.where(near, np.sqrt(a * b) * (1 + ratio**2 / 24), (b - a) / np.where(near, 1.0, ratio))


def _share_bend(potential: list[Matrix], current: list[Matrix]) -> tuple[Matrix, Matrix]:
    """Return which part of a change of P reaches max(0, P − C), 0…1, and what the change of C adds."""

    def rest(p: int, c: int) -> Matrix:
        return np.maximum(0.0, potential[p] - current[c])

    by_potential = ((rest(1, 0) - rest(0, 0)) + (rest(1, 1) - rest(0, 1))) / 2
    by_current = ((rest(0, 1) - rest(0, 0)) + (rest(1, 1) - rest(1, 0))) / 2
    change = potential[1] - potential[0]
    still = np.abs(change) <= STILL * np.maximum(potential[0], potential[1])
    # where P stands still its factors may yet move against each other: the slope there is the limit
    limit = ((potential[0] > current[0]).astype(float) + (potential[1] > current[1])) / 2
    slope = np.where(still, limit, by_potential / np.where(still, 1.0, change))
    return slope, by_current + np.where(still, by_potential - limit * change, 0.0)


def _read(joined: pl.DataFrame, column: str) -> Matrix:
    return np.asarray(joined[column].to_numpy(), dtype=np.float64)


def _sum_terms(lines: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "term": list(TERMS),
            **{
                f"{measure}_usd": [float(lines[f"{measure}_{term}"].sum()) for term in TERMS]
                for measure in MEASURES
            },
        }
    )


def _summarise(analysis: PairAnalysis) -> RunSummary:
    lines = analysis.opportunities
    return RunSummary(
        year=analysis.year,
        source=analysis.source.title,
        stored=analysis.stored,
        rounded_digits=analysis.rounded_digits,
        options=_list_options(analysis),
        # of the lines, not the totals of the run: those are rounded by themselves where it is stored
        current_usd=float(lines["current_usd"].sum()),
        potential_usd=float(lines["potential_usd"].sum()),
        unrealised_usd=float(lines["unrealised_usd"].sum()),
        lines=lines.height,
        shortlisted=int(lines["shortlisted"].sum()),
    )


def _list_options(analysis: PairAnalysis) -> dict[str, object]:
    options = analysis.options
    return {name: getattr(options, name) for name in options.__dataclass_fields__}


def _differ(first: Mapping[str, object], second: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    return {
        name: (first.get(name), second.get(name))
        for name in dict.fromkeys((*first, *second))
        if first.get(name) != second.get(name)
    }


def _find_switched(first: pl.DataFrame, second: pl.DataFrame) -> dict[str, str]:
    """Return the optional factors that one run alone uses, with which: ``first`` or ``second``."""
    return {
        name: "first" if name in first.columns else "second"
        for name in FACTORS
        if (name in first.columns) != (name in second.columns)
    }
