"""Projects as arrays: costs, values, what needs what. Everything wrong with them is refused here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.errors import InputError
from corridor.tables import PROJECTS

MOST_PROJECTS: Final = 5_000


@dataclass(frozen=True)
class Portfolio:
    """Arrays of N projects, in the order of their table.

    needs: shape (edges, 2), project number and the number of what it requires.
    closure: shape (N, N), row p marks p and everything it requires, directly or not.
    """

    frame: pl.DataFrame = field(repr=False)
    names: tuple[str, ...]
    cost: NDArray[np.float64] = field(repr=False)
    value: NDArray[np.float64] = field(repr=False)
    duration: NDArray[np.int64] = field(repr=False)
    needs: NDArray[np.int64] = field(repr=False)
    closure: NDArray[np.bool_] = field(repr=False)

    def find(self, names: Iterable[str], what: str) -> list[int]:
        """Return the numbers of named projects, or say which is unknown."""
        number = {name: index for index, name in enumerate(self.names)}
        found = []
        for name in names:
            if name not in number:
                raise _unknown(f"{what} project {name!r}", name, self.names)
            found.append(number[name])
        return found


def read_portfolio(projects: pl.DataFrame) -> Portfolio:
    """Return the projects of a ``tables.PROJECTS`` frame.

    Raises
    ------
    SchemaError: a column is missing or of another type. InputError: a cost below 0, a value that is not
    finite, a duration below 1, a requirement that is unknown or runs in a circle.
    """
    frame = PROJECTS.check(projects)
    if frame.height > MOST_PROJECTS:
        raise InputError(f"{frame.height} projects", rule=f"at most {MOST_PROJECTS:,} at once")
    names = tuple(frame["project"].to_list())
    _refuse_amounts(frame)
    needs = _read_needs(frame, names)
    return Portfolio(
        frame=frame,
        names=names,
        cost=frame["cost_usd"].to_numpy(),
        value=frame["value_usd"].to_numpy(),
        duration=frame["duration_quarters"].to_numpy().astype(np.int64),
        needs=needs,
        closure=_close_needs(needs, names),
    )


def _refuse_amounts(frame: pl.DataFrame) -> None:
    rules = (
        ("cost_usd", pl.col("cost_usd").is_finite() & (pl.col("cost_usd") >= 0), "a cost is not below 0"),
        ("value_usd", pl.col("value_usd").is_finite(), "a value is a finite number"),
        ("duration_quarters", pl.col("duration_quarters") >= 1, "a project takes at least one quarter"),
    )
    for column, good, rule in rules:
        bad = frame.filter(~good)
        if bad.height:
            raise InputError(f"project {bad['project'][0]!r} has {column} {bad[column][0]}", rule=rule)


def _read_needs(frame: pl.DataFrame, names: tuple[str, ...]) -> NDArray[np.int64]:
    pairs = frame.select("project", needed="requires").explode("needed").drop_nulls("needed")
    unknown = pairs.filter(~pl.col("needed").is_in(names))
    if unknown.height:
        project, needed = unknown.row(0)
        raise _unknown(f"project {project!r} requires {needed!r}, which", needed, names)
    number = {name: index for index, name in enumerate(names)}
    edges = [(number[one], number[other]) for one, other in pairs.unique(maintain_order=True).rows()]
    return np.array(edges, dtype=np.int64).reshape(-1, 2)


def _unknown(what: str, name: str, names: tuple[str, ...]) -> InputError:
    close = get_close_matches(name, names, n=1)
    return InputError(
        f"{what} is not in the table of projects",
        rule="projects are named as in their table",
        fix=f"Maybe you meant {close[0]!r}" if close else "",
    )


def _close_needs(needs: NDArray[np.int64], names: tuple[str, ...]) -> NDArray[np.bool_]:
    graph: dict[int, list[int]] = {}
    for one, other in needs.tolist():
        graph.setdefault(one, []).append(other)
    closure = np.eye(len(names), dtype=bool)
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(names[number] for number in reversed(error.args[1]))
        raise InputError(
            f"requirements run in a circle: {circle}", rule="a project starts after what it requires"
        ) from error
    for number in order:
        for needed in graph.get(number, ()):
            closure[number] |= closure[needed]
    return closure
