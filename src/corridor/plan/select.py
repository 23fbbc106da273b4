"""Which projects to choose within a budget: exact, with its bound, and why the others were left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.errors import InputError
from corridor.plan.projects import Portfolio, read_portfolio
from corridor.solvers.knapsacks import Choice, choose_items
from corridor.solvers.outcome import Outcome
from corridor.solvers.watch import Progress

EXCLUDED: Final = "excluded"
REQUIREMENT_EXCLUDED: Final = "requirement_excluded"
OVER_BUDGET: Final = "over_budget"
NO_VALUE: Final = "no_value"
DISPLACED: Final = "displaced"


@dataclass(frozen=True)
class Selection:
    """A portfolio within a budget.

    chosen: rows of ``tables.PROJECTS``, in their order. left_out: project, reason, detail, more_usd.
        Reasons: excluded; requirement_excluded (``detail`` names what it requires); over_budget (alone
        with all it requires it costs more than the budget); no_value (it would not add value); displaced
        (it would fit, but others add more). more_usd: how much more budget would let it in besides the
        projects chosen; null where no budget would.
    budget_binds: some project of value was left out for want of budget.
    next_project, next_usd: the least more budget that would add a project of value, and which.
    """

    chosen: pl.DataFrame = field(repr=False)
    left_out: pl.DataFrame = field(repr=False)
    budget_usd: float
    spent_usd: float
    value_usd: float
    budget_binds: bool
    next_project: str | None
    next_usd: float | None
    outcome: Outcome


def select_projects(
    projects: pl.DataFrame,
    budget_usd: float,
    *,
    required: Iterable[str] = (),
    excluded: Iterable[str] = (),
    seed: int = 7,
    time_limit_s: float = 10.0,
    progress: Progress | None = None,
) -> Selection:
    """Choose the projects of greatest total value within a budget; a project needs what it requires.

    Parameters
    ----------
    projects: schema ``tables.PROJECTS``. budget_usd: counted to the cent.
    required, excluded: projects that must be, or must not be, in the portfolio.

    Raises
    ------
    SchemaError, InputError: see ``read_portfolio``; a budget below 0; a project both required and
    excluded; required projects that cost more than the budget.
    """
    portfolio = read_portfolio(projects)
    forced, barred = _read_wishes(portfolio, budget_usd, required, excluded)
    choice = choose_items(
        portfolio.value,
        portfolio.cost[None, :],
        [budget_usd],
        needs=[(one, other) for one, other in portfolio.needs.tolist()],
        required=forced,
        excluded=barred,
        seed=seed,
        time_limit_s=time_limit_s,
        progress=progress,
    )
    taken = _read_taken(portfolio, choice, forced)
    return _lay_out(portfolio, taken, barred, budget_usd, choice.outcome)


def _read_wishes(
    portfolio: Portfolio, budget_usd: float, required: Iterable[str], excluded: Iterable[str]
) -> tuple[list[int], list[int]]:
    if not (np.isfinite(budget_usd) and budget_usd >= 0):
        raise InputError(f"budget {budget_usd} is not usable", rule="a budget is a number not below 0")
    forced, barred = portfolio.find(required, "required"), portfolio.find(excluded, "excluded")
    needed = portfolio.closure[forced].any(axis=0)
    clash = np.flatnonzero(needed & np.isin(np.arange(needed.size), barred))
    if clash.size:
        raise InputError(
            f"project {portfolio.names[clash[0]]!r} is excluded, yet required",
            rule="what is required, and all that it requires, is not excluded",
        )
    cost = float(portfolio.cost[needed].sum())
    if cost > budget_usd + 0.005:
        raise InputError(
            f"the required projects and what they require cost {cost:,.2f} USD",
            rule=f"the budget is {budget_usd:,.2f} USD",
        )
    return forced, barred


def _read_taken(portfolio: Portfolio, choice: Choice, forced: list[int]) -> NDArray[np.bool_]:
    if choice.taken is not None:
        return choice.taken
    # the limit came before any solution: what is required alone is one
    return np.asarray(portfolio.closure[forced].any(axis=0))


def _lay_out(
    portfolio: Portfolio, taken: NDArray[np.bool_], barred: list[int], budget_usd: float, outcome: Outcome
) -> Selection:
    spent = float(portfolio.cost[taken].sum())
    left_out = _explain_left_out(portfolio, taken, barred, budget_usd, spent)
    waiting = left_out.filter(pl.col("reason").is_in([OVER_BUDGET, DISPLACED])).sort("more_usd", "project")
    return Selection(
        chosen=portfolio.frame.filter(pl.Series(taken)),
        left_out=left_out,
        budget_usd=budget_usd,
        spent_usd=spent,
        value_usd=float(portfolio.value[taken].sum()),
        budget_binds=waiting.height > 0,
        next_project=waiting["project"][0] if waiting.height else None,
        next_usd=waiting["more_usd"][0] if waiting.height else None,
        outcome=outcome,
    )


def _explain_left_out(
    portfolio: Portfolio, taken: NDArray[np.bool_], barred: list[int], budget_usd: float, spent: float
) -> pl.DataFrame:
    out = np.flatnonzero(~taken)
    closure = portfolio.closure[out]
    shut = np.isin(np.arange(taken.size), barred)
    blocked_by = [_name_first(portfolio, row & shut) for row in closure]
    # what it would bring along: itself and what it requires that is not there yet
    added = closure & ~taken
    more = np.maximum(0.0, added @ portfolio.cost - (budget_usd - spent))
    frame = pl.DataFrame(
        {
            "project": pl.Series([portfolio.names[number] for number in out.tolist()], dtype=pl.String),
            "barred": shut[out],
            "blocked_by": pl.Series(blocked_by, dtype=pl.String),
            "gain": added @ portfolio.value,
            "alone_usd": closure @ portfolio.cost,
            "more_usd": more,
        }
    )
    return frame.select(
        "project",
        reason=_reason(budget_usd),
        detail=pl.when(~pl.col("barred")).then("blocked_by"),
        more_usd=pl.when(pl.col("blocked_by").is_null() & (pl.col("gain") > 0)).then("more_usd"),
    )


def _name_first(portfolio: Portfolio, marked: NDArray[np.bool_]) -> str | None:
    return portfolio.names[int(marked.argmax())] if marked.any() else None


def _reason(budget_usd: float) -> pl.Expr:
    return (
        pl.when("barred")
        .then(pl.lit(EXCLUDED))
        .when(pl.col("blocked_by").is_not_null())
        .then(pl.lit(REQUIREMENT_EXCLUDED))
        .when(pl.col("gain") <= 0)
        .then(pl.lit(NO_VALUE))
        .when(pl.col("alone_usd") > budget_usd + 0.005)
        .then(pl.lit(OVER_BUDGET))
        .otherwise(pl.lit(DISPLACED))
    )
