"""Programmes, their projects, and the cash flows of each project."""

from typing import Any, Final

import numpy as np
import polars as pl

from corridor.data.world.actors import SOURCE
from corridor.data.world.content import read_json

DISCOUNT_RATE: Final = 0.08
OPERATING_YEARS: Final = 12
RAMP: Final = (0.4, 0.8)  # share of the full benefit in the first years of operation
CITIES: Final = {"smart-city": 0, "bus-corridor": 2, "digital-services": 3}


def build_programmes(seed: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return programmes, projects and cash flows.

    A project's ``cost_usd`` is its investment, undiscounted; ``value_usd`` its net present value at 8 %.
    Cash flows: investment over the years of building from period 0, then twelve years of running cost
    and benefit, the benefit rising over the first two.
    """
    rng = np.random.default_rng([seed, 7])
    programmes = read_json("programmes")["programmes"]
    cities = read_json("organisations")["ur"]["cities"]
    parts = [
        (programme["id"], project, _draw_flows(project, rng))
        for programme in programmes
        for project in programme["projects"]
    ]
    cash_flows = pl.concat([_tabulate_flows(f"{owner}-{part[0]}", flows) for owner, part, flows in parts])
    return (
        pl.DataFrame([_describe_programme(programme, cities) for programme in programmes]),
        _describe_projects(parts, cash_flows),
        cash_flows,
    )


def _describe_programme(programme: dict[str, Any], cities: list[dict[str, str]]) -> dict[str, Any]:
    city = cities[CITIES.get(programme["id"], 0)]
    names = programme["names"]
    return {
        "programme": programme["id"],
        "name_en": names["en"].format(city=city["en"]),
        "name_zh": names["zh-Hans"].format(city=city["en"]),
        "name_ur": names["ur"].format(city=city["local"]),
        "field": programme["field"],
        "city": city["en"],
        "budget_usd": programme["budget_musd"] * 1e6,
        "illustrative": True,
        "source": SOURCE,
    }


def _draw_flows(project: list[Any], rng: np.random.Generator) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return cost and benefit by period in USD, shape (2, periods)."""
    _, _, investment, running, benefit, quarters = project[:6]
    building = -(-quarters // 4)
    cost = np.concatenate([np.full(building, investment / building), np.full(OPERATING_YEARS, running)])
    full = np.concatenate([RAMP, np.ones(OPERATING_YEARS - len(RAMP))]) * benefit
    gain = np.concatenate([np.zeros(building), full])
    return np.round(np.stack([cost, gain]) * 1e6 * rng.uniform(0.94, 1.06, (2, 1)), -3)


def _tabulate_flows(project: str, flows: np.ndarray[Any, np.dtype[np.float64]]) -> pl.DataFrame:
    periods = flows.shape[1]
    return pl.DataFrame(
        {
            "project": [project] * periods,
            "period": np.arange(periods, dtype=np.int32),
            "cost_usd": flows[0],
            "benefit_usd": flows[1],
            "illustrative": [True] * periods,
        }
    )


def _describe_projects(parts: list[tuple[str, list[Any], Any]], cash_flows: pl.DataFrame) -> pl.DataFrame:
    worth = cash_flows.group_by("project", maintain_order=True).agg(
        value_usd=((pl.col("benefit_usd") - pl.col("cost_usd")) / (1 + DISCOUNT_RATE) ** pl.col("period"))
        .sum()
        .round(0),
        cost_usd=pl.col("cost_usd").filter(pl.col("benefit_usd") == 0).sum(),
    )
    described = pl.DataFrame(
        [
            {
                "project": f"{programme}-{part[0]}",
                "name": part[7],
                "field": part[1],
                "duration_quarters": part[5],
                "requires": [f"{programme}-{earlier}" for earlier in part[6]],
                "illustrative": True,
                "programme": programme,
                "name_zh": part[8],
                "name_ur": part[9],
                "source": SOURCE,
            }
            for programme, part, _ in parts
        ],
        schema_overrides={"duration_quarters": pl.Int32, "requires": pl.List(pl.String)},
    )
    return described.join(worth, on="project", how="left", maintain_order="left")
