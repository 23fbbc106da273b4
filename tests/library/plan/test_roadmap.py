"""Targets phased over periods."""

import polars as pl
import pytest

from corridor.errors import InputError
from corridor.plan.roadmap import grow_path, phase_target
from corridor.tables import TARGET_LINES


def make_lines(*rows: tuple[str, float]) -> pl.DataFrame:
    """Return a target's table of (line, value)."""
    return pl.DataFrame(
        [(line, value, None, "x") for line, value in rows],
        schema={name: column.dtype for name, column in TARGET_LINES.columns.items()},
        orient="row",
    )


FIFTY = make_lines(("realised", 2.476e9), ("unrealised_potential", 0.82e9), ("no_source_found", 46.704e9))


def test_each_period_closes_and_what_has_no_source_stays_visible() -> None:
    path = phase_target(FIFTY, periods=10)
    assert path.growth == pytest.approx(0.351, abs=5e-4)
    by_period = path.lines.group_by("period", maintain_order=True).agg(pl.col("value_usd").sum())
    assert by_period["value_usd"].round(2).to_list() == [round(value, 2) for value in path.required_usd]
    last = dict(path.lines.filter(pl.col("period") == 10).select("line", "value_usd").rows())
    assert last == dict(FIFTY.select("line", "value_usd").rows())
    first = dict(path.lines.filter(pl.col("period") == 0).select("line", "value_usd").rows())
    assert first == {"realised": 2.476e9, "unrealised_potential": 0.0, "no_source_found": 0.0}
    rest = path.lines.filter(pl.col("line") == "no_source_found")["value_usd"]
    assert rest.is_sorted()
    assert rest[5] > 0


def test_a_ramp_holds_a_line_back_until_it_starts() -> None:
    late = [0.0, 0.0, 0.0, 0.5, 1.0]
    path = phase_target(FIFTY, periods=4, ramps={"unrealised_potential": late})
    values = path.lines.filter(pl.col("line") == "unrealised_potential")["value_usd"].to_list()
    assert values == [share * 0.82e9 for share in late]


def test_a_line_gives_no_more_than_is_still_to_be_reached() -> None:
    # sources at once, though the path asks for little in the first years
    path = phase_target(
        make_lines(("realised", 100.0), ("projects", 900.0), ("no_source_found", 0.0)),
        periods=3,
        ramps={"projects": [1.0, 1.0, 1.0, 1.0]},
    )
    values = path.lines.filter(pl.col("line") == "projects")["value_usd"].to_list()
    assert values[0] == 0.0
    assert values[-1] == 900.0
    assert (path.lines["value_usd"] >= 0).all()


def test_from_nothing_the_path_is_straight() -> None:
    path, growth = grow_path(0.0, 100.0, 4)
    assert growth is None
    assert path.tolist() == [0, 25, 50, 75, 100]


@pytest.mark.parametrize(
    ("lines", "options", "message"),
    [
        (make_lines(("no_source_found", 5.0)), {}, "no line 'realised'"),
        (make_lines(("realised", 5.0)), {}, "no line 'no_source_found'"),
        (make_lines(("realised", -5.0), ("no_source_found", 5.0)), {}, "holds -5.0"),
        (FIFTY, {"periods": 0}, "0 periods"),
        (FIFTY, {"ramps": {"no_source_found": [0, 1]}}, "ramp for 'no_source_found'"),
        (FIFTY, {"ramps": {"unrealised_potential": [0, 1]}}, "3 shares"),
        (FIFTY, {"ramps": {"unrealised_potential": [0.5, 0.2, 1]}}, "rising"),
        (FIFTY, {"ramps": {"unrealised_potential": [0, 0.2, 0.9]}}, "to 1"),
    ],
)
def test_what_does_not_close_is_refused(lines: pl.DataFrame, options, message: str) -> None:
    with pytest.raises(InputError, match=message):
        phase_target(lines, **{"periods": 2, **options})
