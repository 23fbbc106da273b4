"""The flow: five stages in one walk, on generated trade and on the stored run."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from corridor.data.sources import TradeSource, open_trade
from corridor.data.store import Store
from corridor.data.world import World, build_actors, build_world
from corridor.data.world.files import store_world
from corridor.errors import CancelledError, DatasetNotFoundError
from corridor.flow import (
    FlowOptions,
    TargetWish,
    compose_flow,
    find_dataset,
    known_target,
    next_quarter,
    read_actors,
    read_products,
)

DAY = date(2026, 11, 23)
QUICK = FlowOptions(as_of=DAY, time_limit_s=0.5)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(economies=8, products=40, years=1)


@pytest.fixture(scope="module")
def store(world: World, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("home") / "datasets")
    store_world(world, store, "illustrative")
    return store


@pytest.fixture(scope="module")
def trade(store: Store) -> TradeSource:
    return open_trade("illustrative", store)


def test_five_stages_in_one_walk(trade: TradeSource, store: Store) -> None:
    products = read_products("illustrative", store)
    wish = TargetWish(9e12, 5, "a test")
    result = compose_flow("XAA", "XAB", replace(QUICK, target=wish), trade=trade, products=products)
    assert result.left_out == ()
    assert result.match is not None
    assert result.match.introductions.introductions.height > 0
    assert result.analysis.source.illustrative
    assert result.target is not None
    assert result.target.decomposition.lines["value_usd"].sum() == pytest.approx(9e12, rel=1e-12)
    assert result.target.path.required_usd[-1] == pytest.approx(9e12)
    assert result.meet is not None
    assert result.meet.schedule.meetings.height > 0
    assert result.plan is not None
    assert result.plan.selection.spent_usd <= result.plan.selection.budget_usd
    assert set(result.plan.phasing.phases["project"]) == set(result.plan.selection.chosen["project"])
    assert result.deliver is not None
    assert result.deliver.summary.total == result.deliver.engagements.height
    assert result.parameters["trade"] == trade.label
    # every product of the data stands in the goods that areas are compared on; ranks have their ranges
    assert result.areas.goods.complete and result.areas.goods.home == "XAA"
    assert {"rank_low", "rank_high"} <= set(result.analysis.opportunities.columns)


def test_stored_run_serves_without_trade() -> None:
    result = compose_flow("PAK", "CHN", replace(QUICK, real_only=True, target=known_target("PAK", "CHN")))
    assert result.analysis.stored
    assert not result.areas.goods.lacks_reverse  # the run of the other direction stands beside
    assert result.left_out == ("match", "meet", "plan", "deliver")
    assert result.target is not None
    assert (result.target.decomposition.target_usd, result.target.decomposition.years) == (50e9, 11)
    assert [other.base_usd for other in result.target.decomposition.others] == [2.476e9]
    assert result.target.decomposition.no_source_usd > 45e9
    assert not result.references["illustrative"].any()
    assert set(result.conversions["illustrative"]) == {False}


def test_real_only_keeps_what_is_real() -> None:
    records = read_actors(build_actors(("PAK", "CHN"), 7))
    first = records.engagements["engagement"][0]
    real = replace(
        records,
        engagements=records.engagements.with_columns(illustrative=pl.col("engagement") != first),
    )
    result = compose_flow("PAK", "CHN", replace(QUICK, real_only=True), records=real)
    assert result.deliver is not None
    assert result.deliver.engagements["engagement"].to_list() == [first]
    assert result.left_out == ("match", "meet", "plan")


def test_unknown_pair_is_one_sentence() -> None:
    with pytest.raises(DatasetNotFoundError, match="QQQ"):
        compose_flow("QQQ", "CHN", QUICK)


def test_same_seed_same_result() -> None:
    options = replace(QUICK, budget_usd=1e8)
    one, other = (compose_flow("PAK", "CHN", options) for _ in range(2))
    assert one.plan is not None
    assert other.plan is not None
    assert one.plan.selection.chosen.equals(other.plan.selection.chosen)
    assert one.analysis.opportunities.equals(other.analysis.opportunities)


def test_progress_rises_and_can_stop_the_flow() -> None:
    told: list[float] = []
    compose_flow("PAK", "CHN", QUICK, progress=lambda share, message: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0

    def stop(share: float, message: str) -> None:
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        compose_flow("PAK", "CHN", QUICK, progress=stop)


def test_dataset_is_found_by_its_pair(store: Store) -> None:
    assert find_dataset("XAA", "XAB", store) == "illustrative"
    assert find_dataset("PAK", "CHN", store) is None


def test_latest_covering_dataset_is_taken(world: World, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store_world(build_world(economies=5, products=20, years=1, seed=8), store, "a-small")
    store_world(world, store, "b-large")
    assert find_dataset("XAH", "XAB", store) == "b-large"
    assert find_dataset("XAA", "XAB", store) == "a-small"


def test_published_target_is_known_for_its_pair_only() -> None:
    wish = known_target("PAK", "CHN")
    assert wish is not None
    assert wish.source == "planning minister; no year was given, ten years are assumed"
    assert known_target("CHN", "PAK") is None


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 23), date(2027, 1, 1)),
        (date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 9, 30), date(2026, 10, 1)),
    ],
)
def test_next_quarter(day: date, first: date) -> None:
    assert next_quarter(day) == first
