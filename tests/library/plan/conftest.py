"""Projects for the tests of plan."""

from collections.abc import Callable, Sequence

import polars as pl
import pytest

from corridor.tables import PROJECTS

Row = tuple[str, float, float, int, Sequence[str]]


@pytest.fixture(scope="session")
def make_projects() -> Callable[..., pl.DataFrame]:
    """Return a builder of project tables from rows (project, cost, value, quarters, requires)."""

    def build(*rows: Row) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "project": [row[0] for row in rows],
                "name": [f"Project {row[0]}" for row in rows],
                "field": ["smart_city"] * len(rows),
                "cost_usd": [float(row[1]) for row in rows],
                "value_usd": [float(row[2]) for row in rows],
                "duration_quarters": [row[3] for row in rows],
                "requires": [list(row[4]) for row in rows],
                "illustrative": [True] * len(rows),
            },
            schema={name: column.dtype for name, column in PROJECTS.columns.items()},
        )

    return build
