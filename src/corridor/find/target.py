"""What a target asks for, and where it could come from: lines that close exactly.

Every line but one has a cap computed independently of the target. What no line covers stands in one
visible line, ``no_source_found``; it is never spread over the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Final

import polars as pl

from corridor.errors import InputError
from corridor.tables import TARGET_LINES

REALISED: Final = "realised"
UNREALISED: Final = "unrealised_potential"
NO_SOURCE: Final = "no_source_found"


@dataclass(frozen=True, slots=True)
class TargetSource:
    """A possible source of a target: its reason code, its cap in USD, and the code of the cap's basis.

    low_usd, high_usd: how far the cap may be off, None where that is not known.
    """

    line: str
    cap_usd: float
    basis: str
    low_usd: float | None = None
    high_usd: float | None = None


@dataclass(frozen=True, slots=True)
class TargetBase:
    """What is exported today: who counted it, in which year, and how many years lie before the target."""

    usd: float
    source: str
    year: int
    years: float


@dataclass(frozen=True)
class TargetDecomposition:
    """A target of exports, decomposed.

    lines: schema ``TARGET_LINES``; they sum to target_usd to the cent, ``no_source_found`` last. Further
        columns cap_low_usd, cap_high_usd: the range of a cap, null where it is not known.
    required_growth: per year, 0.351 = 35.1 %; None where nothing is exported today.
    market_share, market_share_today: of market_usd held constant, 0…1; None where no market was given.
    base_source: where base_usd comes from; base_year: which year it is of, None where not said.
    others: the same target from other counts of today's exports, so that a reader sees what they change.
    """

    lines: pl.DataFrame = field(repr=False)
    target_usd: float
    base_usd: float
    base_source: str
    years: float
    required_growth: float | None
    market_usd: float | None
    market_share: float | None
    market_share_today: float | None
    base_year: int | None = None
    others: tuple["TargetDecomposition", ...] = ()

    @property
    def no_source_usd(self) -> float:
        """What no line covers."""
        return float(self.lines["value_usd"][-1])


def require_growth(base_usd: float, target_usd: float, years: float) -> float:
    """Return the constant growth a year that leads from base to target: (target / base)^(1 / years) − 1."""
    _refuse_bad("base_usd", base_usd, above=True)
    _refuse_bad("target_usd", target_usd, above=True)
    _refuse_bad("years", years, above=True)
    return float((target_usd / base_usd) ** (1 / years) - 1)


def decompose_target(
    target_usd: float,
    *,
    base_usd: float,
    years: float,
    base_source: str,
    unrealised_usd: float | None = None,
    market_usd: float | None = None,
    further: Sequence[TargetSource] = (),
    unrealised_range: tuple[float, float] | None = None,
    base_year: int | None = None,
    other_bases: Sequence[TargetBase] = (),
) -> TargetDecomposition:
    """Decompose a target of yearly exports into today's exports, sources with caps, and the rest.

    Parameters
    ----------
    target_usd: exports a year at the end. base_usd: exports a year today; base_source: who counted them.
    years: from today to the end. unrealised_usd: the unrealised potential of the pair, if computed.
    market_usd: the importer's imports, for the share of the market. further: more sources, in the order
    in which they fill the target; each gives at most its cap. unrealised_range: lowest and highest over
    conventions. base_year: of base_usd. other_bases: other counts of today's exports, shown beside.

    Raises
    ------
    InputError: a negative or not finite amount, no years, or one source twice.
    """
    for name, amount in (("base_usd", base_usd), ("unrealised_usd", unrealised_usd)):
        if amount is not None:
            _refuse_bad(name, amount)
    _refuse_bad("target_usd", target_usd, above=True)
    _refuse_bad("years", years, above=True)
    if market_usd is not None:
        _refuse_bad("market_usd", market_usd, above=True)
    sources = [TargetSource(REALISED, base_usd, "exports_today")]
    if unrealised_usd is not None:
        low, high = unrealised_range or (None, None)
        sources.append(TargetSource(UNREALISED, unrealised_usd, "export_potential", low, high))
    sources.extend(further)
    others = [
        decompose_target(
            target_usd,
            base_usd=base.usd,
            years=base.years,
            base_source=base.source,
            base_year=base.year,
            unrealised_usd=unrealised_usd,
            unrealised_range=unrealised_range,
            market_usd=market_usd,
            further=further,
        )
        for base in other_bases
    ]
    return TargetDecomposition(
        lines=_fill_lines(target_usd, sources),
        target_usd=target_usd,
        base_usd=base_usd,
        base_source=base_source,
        years=years,
        required_growth=require_growth(base_usd, target_usd, years) if base_usd else None,
        market_usd=market_usd,
        market_share=target_usd / market_usd if market_usd else None,
        market_share_today=base_usd / market_usd if market_usd else None,
        base_year=base_year,
        others=tuple(others),
    )


def _fill_lines(target_usd: float, sources: Sequence[TargetSource]) -> pl.DataFrame:
    left = _count_cents(target_usd)
    names, cents = [], []
    for source in sources:
        _refuse_bad(f"cap of {source.line}", source.cap_usd)
        if source.line in names or source.line == NO_SOURCE:
            raise InputError(f"source {source.line!r} is given twice", rule="each line stands once")
        taken = min(left, _count_cents(source.cap_usd))
        left -= taken
        names.append(source.line)
        cents.append(taken)
    lines = pl.DataFrame(
        {
            "line": [*names, NO_SOURCE],
            "value_usd": [taken / 100 for taken in [*cents, left]],
            "cap_usd": [*[source.cap_usd for source in sources], None],
            "basis": [*[source.basis for source in sources], "remainder"],
            "cap_low_usd": [*[source.low_usd for source in sources], None],
            "cap_high_usd": [*[source.high_usd for source in sources], None],
        },
        schema={name: column.dtype for name, column in TARGET_LINES.columns.items()}
        | dict.fromkeys(("cap_low_usd", "cap_high_usd"), pl.Float64),
    )
    return TARGET_LINES.check(lines)


def _count_cents(amount: float) -> int:
    """Return whole cents, rounded half up: integers add without error."""
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _refuse_bad(name: str, value: float, *, above: bool = False) -> None:
    if not isfinite(value) or value < 0 or (above and value == 0):
        raise InputError(
            f"{name} is {value}", rule="a finite number above zero" if above else "finite, not negative"
        )
