"""Is a project worth its cost: present values, rates of return, payback, switching values.

Conventions: period 0 is today and is not discounted; period t is discounted by 1 / (1 + rate)^t; a period
is a year unless the caller counts otherwise. Flows are real (constant prices) with a real rate, or nominal
with a nominal one. After HM Treasury, The Green Book (2022), annex A1 and A6; Brealey, Myers & Allen,
Principles of Corporate Finance, chapters 2 and 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from corridor.errors import InputError
from corridor.plan.rates import find_rates
from corridor.tables import CASH_FLOWS

IrrStatus = Literal["one", "several", "none"]
#: More periods than any appraisal has: a bound for what is read from files.
MOST_PERIODS: Final = 600


@dataclass(frozen=True)
class Appraisal:
    """The figures of one project.

    npv_usd: present benefits − present costs. present_costs_usd, present_benefits_usd: at the rate.
    irr: every real rate > −1 at which the NPV is 0, ascending; irr_status: one, several or none.
    mirr: modified rate (costs financed and benefits reinvested at the rate given); None where undefined.
    bcr: present benefits / present costs; None without costs.
    payback_periods, discounted_payback_periods: the first moment at which the (discounted) net flows sum
        to 0 or more, interpolated within the period; None if never.
    switch_costs: rise of all costs at which the NPV is 0 (0.25 = +25 %); switch_benefits: change of all
        benefits (−0.2 = −20 %); None where there are no costs or no benefits.
    net_usd, cumulative_usd, discounted_cumulative_usd: by period.
    """

    discount_rate: float
    cost_uplift: float
    npv_usd: float
    present_costs_usd: float
    present_benefits_usd: float
    irr: tuple[float, ...]
    irr_status: IrrStatus
    mirr: float | None
    bcr: float | None
    payback_periods: float | None
    discounted_payback_periods: float | None
    switch_costs: float | None
    switch_benefits: float | None
    net_usd: tuple[float, ...]
    cumulative_usd: tuple[float, ...]
    discounted_cumulative_usd: tuple[float, ...]


def appraise_cash_flows(
    flows: pl.DataFrame | tuple[ArrayLike, ArrayLike],
    discount_rate: float,
    *,
    project: str | None = None,
    cost_uplift: float = 0.0,
    finance_rate: float | None = None,
    reinvest_rate: float | None = None,
) -> Appraisal:
    """Appraise one project.

    Parameters
    ----------
    flows: schema ``tables.CASH_FLOWS`` (periods that are absent hold nothing), or costs and benefits by
        period, two arrays of shape (periods,), ≥ 0.
    discount_rate: per period, 0.05 = 5 %. project: which one, where the frame holds several.
    cost_uplift: added to every cost before all else (optimism bias, 0.44 = +44 %).
    finance_rate, reinvest_rate: of the modified rate of return; the discount rate unless given.

    Raises
    ------
    SchemaError, InputError: no flows, a negative or not finite amount, a rate not above −1, an unknown
    project.
    """
    costs, benefits = _read_flows(flows, project)
    for name, rate in (
        ("discount_rate", discount_rate),
        ("finance_rate", finance_rate),
        ("reinvest_rate", reinvest_rate),
    ):
        if rate is not None and not (isfinite(rate) and rate > -1):
            raise InputError(f"{name} {rate} is not usable", rule="a rate is above −1 (0.05 means 5 %)")
    if not (isfinite(cost_uplift) and cost_uplift > -1):
        raise InputError(f"cost_uplift {cost_uplift} is not usable", rule="an uplift is above −1")
    costs = costs * (1 + cost_uplift)
    finance = discount_rate if finance_rate is None else finance_rate
    reinvest = discount_rate if reinvest_rate is None else reinvest_rate
    return _appraise(costs, benefits, discount_rate, cost_uplift, finance, reinvest)


def appraise_projects(
    flows: pl.DataFrame, discount_rate: float, *, cost_uplift: float = 0.0
) -> dict[str, Appraisal]:
    """Appraise every project of a ``tables.CASH_FLOWS`` frame; by project, in order of appearance."""
    checked = CASH_FLOWS.check(flows)
    parts = checked.partition_by("project", maintain_order=True, as_dict=True)
    return {
        str(name): appraise_cash_flows(part, discount_rate, cost_uplift=cost_uplift)
        for (name,), part in parts.items()
    }


def list_appraisals(appraisals: dict[str, Appraisal]) -> pl.DataFrame:
    """Return the figures as a table: one row a project, rates of return as a list."""
    figures = (
        "npv_usd",
        "present_costs_usd",
        "present_benefits_usd",
        "bcr",
        "mirr",
        "payback_periods",
        "discounted_payback_periods",
        "switch_costs",
        "switch_benefits",
    )
    columns: dict[str, pl.Series] = {"project": pl.Series(list(appraisals), dtype=pl.String)}
    for name in figures:
        columns[name] = pl.Series([getattr(one, name) for one in appraisals.values()], dtype=pl.Float64)
    columns["irr"] = pl.Series([list(one.irr) for one in appraisals.values()], dtype=pl.List(pl.Float64))
    columns["irr_status"] = pl.Series([one.irr_status for one in appraisals.values()], dtype=pl.String)
    return pl.DataFrame(columns)


def _read_flows(
    flows: pl.DataFrame | tuple[ArrayLike, ArrayLike], project: str | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    costs, benefits = _read_frame(flows, project) if isinstance(flows, pl.DataFrame) else _read_arrays(*flows)
    for name, amounts in (("cost", costs), ("benefit", benefits)):
        bad = np.flatnonzero(~(np.isfinite(amounts) & (amounts >= 0)))
        if bad.size:
            raise InputError(
                f"{name} {amounts[bad[0]]} in period {bad[0]}",
                rule="costs and benefits are finite and not below 0",
                fix="Maybe a negative cost is a benefit" if amounts[bad[0]] < 0 else "",
            )
    return costs, benefits


def _read_arrays(costs: ArrayLike, benefits: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    one, other = (np.asarray(part, dtype=np.float64) for part in (costs, benefits))
    if one.ndim != 1 or one.shape != other.shape or not 1 <= one.size <= MOST_PERIODS:
        raise InputError(
            f"costs of shape {one.shape} and benefits of shape {other.shape}",
            rule=f"both have one amount a period, for 1 to {MOST_PERIODS} periods",
        )
    return one, other


def _read_frame(flows: pl.DataFrame, project: str | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    checked = CASH_FLOWS.check(flows)
    names = checked["project"].unique(maintain_order=True).to_list()
    if project is None and len(names) != 1:
        raise InputError(f"the cash flows hold {len(names)} projects", rule="name one of them, or give one")
    if project is not None and project not in names:
        raise InputError(f"project {project!r} has no cash flows", rule=f"one of {', '.join(names[:10])}")
    mine = checked.filter(pl.col("project") == (project or names[0]))
    period = mine["period"].to_numpy()
    if period.min() < 0 or period.max() >= MOST_PERIODS:
        raise InputError(
            f"periods run from {period.min()} to {period.max()}", rule=f"0 to {MOST_PERIODS - 1}; 0 is today"
        )
    costs, benefits = (np.zeros(period.max() + 1) for _ in range(2))
    costs[period], benefits[period] = mine["cost_usd"].to_numpy(), mine["benefit_usd"].to_numpy()
    return costs, benefits


def _appraise(
    costs: NDArray[np.float64],
    benefits: NDArray[np.float64],
    rate: float,
    uplift: float,
    finance: float,
    reinvest: float,
) -> Appraisal:
    factors = (1 + rate) ** -np.arange(costs.size, dtype=np.float64)
    net = benefits - costs
    present_costs, present_benefits = float(costs @ factors), float(benefits @ factors)
    roots = find_rates(net)
    running, discounted = np.cumsum(net), np.cumsum(net * factors)
    return Appraisal(
        discount_rate=rate,
        cost_uplift=uplift,
        npv_usd=float(net @ factors),
        present_costs_usd=present_costs,
        present_benefits_usd=present_benefits,
        irr=roots,
        irr_status="none" if not roots else "one" if len(roots) == 1 else "several",
        mirr=modify_rate(net, finance, reinvest),
        bcr=present_benefits / present_costs if present_costs else None,
        payback_periods=_pay_back(running),
        discounted_payback_periods=_pay_back(discounted),
        switch_costs=present_benefits / present_costs - 1 if present_costs else None,
        switch_benefits=present_costs / present_benefits - 1 if present_benefits else None,
        net_usd=tuple(net.tolist()),
        cumulative_usd=tuple(running.tolist()),
        discounted_cumulative_usd=tuple(discounted.tolist()),
    )


def modify_rate(net: Sequence[float] | NDArray[np.float64], finance: float, reinvest: float) -> float | None:
    """Return the modified internal rate of return (Lin, The Engineering Economist 21 (1976) 237–247).

    (future value of the positive net flows at ``reinvest`` / present value of the negative ones at
    ``finance``)^(1 / last period) − 1; None without both kinds of flows or with one period only.
    """
    flows = np.asarray(net, dtype=np.float64)
    last = flows.size - 1
    periods = np.arange(flows.size, dtype=np.float64)
    paid = float(-(np.minimum(flows, 0) * (1 + finance) ** -periods).sum())
    earned = float((np.maximum(flows, 0) * (1 + reinvest) ** (last - periods)).sum())
    if last == 0 or paid == 0 or earned == 0:
        return None
    return float((earned / paid) ** (1 / last) - 1)


def _pay_back(running: NDArray[np.float64]) -> float | None:
    """Return the first moment at which the running sum is 0 or more, interpolated within its period."""
    reached = np.flatnonzero(running >= 0)
    if not reached.size:
        return None
    period = int(reached[0])
    if period == 0:
        return 0.0
    before, after = float(running[period - 1]), float(running[period])
    return period - 1 + before / (before - after)
