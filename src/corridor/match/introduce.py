"""Who is introduced to whom: within everyone's capacity, and nobody who can be reached left out.

Everyone's own favourites overload a few and leave many with none. Instead introductions are chosen
together: first so that as many organisations as can be get one, then so that as many as can be get
their floor, then so that the scores add up to the most. All three are one minimum-cost flow (Ahuja,
Magnanti & Orlin 1993, Network Flows, section 9.4), whose optimum is proved: an organisation's first
introduction earns a bonus that outweighs everything below it, the next ones up to the floor a smaller
one, the rest none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.errors import CorridorError, InputError
from corridor.solvers.flows import send_flow
from corridor.solvers.outcome import Outcome, judge_outcome
from corridor.solvers.steps import count_steps
from corridor.tables import LISTINGS, MATCHES, ORGANISATIONS

Progress = Callable[[float, str], None]
Numbers = NDArray[np.int64]

#: Scores are added after rounding to so many decimals, so that sums are exact.
SCORE_DECIMALS: Final = 6

INTRODUCTIONS: Final = {
    "first": pl.String(),
    "second": pl.String(),
    "offer": pl.String(),
    "need": pl.String(),
    "score": pl.Float64(),
    "matches": pl.Int64(),
}


@dataclass(frozen=True)
class Introductions:
    """The introductions chosen.

    introductions: first and second organisation (of the economy whose code comes first, and of the
    other), offer and need of their best match, its score, and how many matches they have; best first.
    outcome: objective and bound are sums of scores, given that floors come first.
    reached: organisations with an introduction. reachable: organisations with a match at all.
    left_out: reachable ones without an introduction, because all their partners are full.
    floor_met, floor_wanted: Σ min(introductions, floor) over the reachable, and Σ min(capacity, floor).
    """

    introductions: pl.DataFrame
    outcome: Outcome
    reached: int
    reachable: int
    left_out: tuple[str, ...]
    floor_met: int
    floor_wanted: int


def choose_introductions(
    matches: pl.DataFrame,
    *,
    organisations: pl.DataFrame,
    listings: pl.DataFrame,
    capacity: int | Mapping[str, int] = 5,
    floor: int = 2,
    seed: int = 7,
    time_limit_s: float = 20.0,
    progress: Progress | None = None,
) -> Introductions:
    """Choose which matched organisations to introduce to one another.

    Parameters
    ----------
    matches: as ``find_matches`` returns them. Two organisations are introduced once, by their best match.
    capacity: the most introductions of an organisation, for all or by organisation (others get 5).
    floor: what each organisation should have before any gets more.
    seed, time_limit_s: as every solver call takes them; the flow itself draws no numbers.

    Raises
    ------
    SchemaError: a table has other columns. InputError: a capacity or floor below 0, or matches that do
    not join exactly two economies.
    """
    if floor < 0:
        raise InputError(f"floor = {floor} is not possible", rule="0 or more")
    couples = _pair_organisations(matches, organisations, listings)
    if couples.is_empty():
        nothing = Outcome("optimal", 0.0, 0.0, 0.0, seed, "no match")
        return Introductions(pl.DataFrame(schema=INTRODUCTIONS), nothing, 0, 0, (), 0, 0)
    first, second = (couples[side].unique().sort() for side in ("first", "second"))
    ends = tuple(
        names.search_sorted(couples[side]).to_numpy().astype(np.int64)
        for names, side in ((first, "first"), (second, "second"))
    )
    most = tuple(_read_capacity(names, capacity) for names in (first, second))
    weights = couples["score"].round(SCORE_DECIMALS).to_numpy()
    flow = send_flow(
        *_build_network(ends, weights, most, floor),
        seed=seed,
        time_limit_s=time_limit_s,
        progress=progress,
    )
    if flow.flow is None:
        raise CorridorError("introductions could not be chosen", rule="making none is always possible")
    chosen = flow.flow[: len(weights)] > 0
    total = float(weights[chosen].sum())
    outcome = judge_outcome(total, total, seconds=flow.outcome.seconds, seed=seed, solver=flow.outcome.solver)
    return _read_choice(couples, chosen, (first, second), ends, most, floor, outcome)


def _pair_organisations(
    matches: pl.DataFrame, organisations: pl.DataFrame, listings: pl.DataFrame
) -> pl.DataFrame:
    """Return couples of organisations with their best match, by the order of their economies' codes."""
    seats = ORGANISATIONS.check(organisations).select("organisation", "economy")
    owners = (
        LISTINGS.check(listings).join(seats, on="organisation").select("listing", "organisation", "economy")
    )
    both = (
        MATCHES.check(matches)
        .join(owners, left_on="offer", right_on="listing", how="left", maintain_order="left")
        .join(owners, left_on="need", right_on="listing", how="left", suffix="_need", maintain_order="left")
    )
    _check_economies(both)
    if both.is_empty():
        return pl.DataFrame(schema=INTRODUCTIONS)
    swapped = pl.col("economy") > pl.col("economy_need")
    return (
        both.select(
            first=pl.when(swapped).then("organisation_need").otherwise("organisation"),
            second=pl.when(swapped).then("organisation").otherwise("organisation_need"),
            offer="offer",
            need="need",
            score="score",
        )
        .filter(pl.col("score") > 0)
        .sort(["score", "offer", "need"], descending=[True, False, False])
        .group_by("first", "second", maintain_order=True)
        .agg(pl.col("offer", "need", "score").first(), matches=pl.len().cast(pl.Int64))
        .sort("first", "second")
    )


def _check_economies(both: pl.DataFrame) -> None:
    if both["economy"].null_count() or both["economy_need"].null_count():
        lost = both.filter(pl.col("economy").is_null() | pl.col("economy_need").is_null())
        raise InputError(
            f"match {lost['offer'][0]} – {lost['need'][0]} names a listing whose organisation is not there",
            rule="offers and needs of the given listings",
        )
    economies = pl.concat([both["economy"], both["economy_need"]]).unique().sort().to_list()
    if len(economies) > 2 or (both["economy"] == both["economy_need"]).any():
        raise InputError(
            f"the matches join {', '.join(economies)}", rule="matches between two economies, as of one pair"
        )


def _read_capacity(names: pl.Series, capacity: int | Mapping[str, int]) -> Numbers:
    given = [capacity if isinstance(capacity, int) else capacity.get(name, 5) for name in names]
    if given and min(given) < 0:
        raise InputError(f"capacity {min(given)} is not possible", rule="0 or more")
    return np.array(given, dtype=np.int64)


def _build_network(
    ends: tuple[Numbers, ...], weights: NDArray[np.float64], most: tuple[Numbers, ...], floor: int
) -> tuple[Numbers, ...]:
    """Return arcs (couples first) and supplies of a circulation: source → first → second → sink → source.

    A simple cycle of exchanges passes each organisation once and touches the source at most twice a
    side: a bonus above all weights on its way cannot be outbid, nor a first bonus by four second ones.
    """
    steps = count_steps(weights).counts
    sizes = (most[0].size, most[1].size)
    members = sum(sizes)
    source, sink = members, members + 1
    small = int(steps.max()) * min(steps.size, members + 2) + 1
    large = 5 * small
    tails, heads, capacities, costs = [ends[0]], [sizes[0] + ends[1]], [np.ones_like(steps)], [-steps]
    for side, offset in ((0, 0), (1, sizes[0])):
        nodes = offset + np.arange(sizes[side])
        hub = np.full(sizes[side], source if side == 0 else sink)
        first = np.minimum(most[side], min(floor, 1))
        next_ones = np.minimum(most[side], floor) - first
        for room, bonus in ((first, large), (next_ones, small), (most[side] - first - next_ones, 0)):
            tails.append(hub if side == 0 else nodes)
            heads.append(nodes if side == 0 else hub)
            capacities.append(room)
            costs.append(np.full(sizes[side], -bonus))
    tails.append(np.array([sink]))
    heads.append(np.array([source]))
    capacities.append(np.array([min(most[0].sum(), most[1].sum())]))
    costs.append(np.zeros(1, dtype=np.int64))
    arcs = tuple(np.concatenate(parts).astype(np.int64) for parts in (tails, heads, capacities, costs))
    return (*arcs, np.zeros(members + 2, dtype=np.int64))


def _read_choice(
    couples: pl.DataFrame,
    chosen: NDArray[np.bool_],
    names: tuple[pl.Series, pl.Series],
    ends: tuple[Numbers, ...],
    most: tuple[Numbers, ...],
    floor: int,
    outcome: Outcome,
) -> Introductions:
    counts = [np.bincount(end[chosen], minlength=len(name)) for end, name in zip(ends, names, strict=True)]
    without = [
        name.filter(pl.Series(count == 0)).to_list() for name, count in zip(names, counts, strict=True)
    ]
    reachable = sum(len(name) for name in names)
    left_out = tuple(sorted(without[0] + without[1]))
    return Introductions(
        introductions=couples.filter(pl.Series(chosen)).sort(
            ["score", "first", "second"], descending=[True, False, False]
        ),
        outcome=outcome,
        reached=reachable - len(left_out),
        reachable=reachable,
        left_out=left_out,
        floor_met=int(sum(np.minimum(count, floor).sum() for count in counts)),
        floor_wanted=int(sum(np.minimum(side, floor).sum() for side in most)),
    )
