"""What holds for an illustrative world of any size and seed."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.data.world import build_actors, build_world


@settings(max_examples=25, deadline=None)
@given(
    economies=st.integers(5, 30),
    products=st.integers(20, 120),
    years=st.integers(1, 4),
    seed=st.integers(0, 2**31 - 1),
)
def test_world_of_any_size_is_sound(economies: int, products: int, years: int, seed: int) -> None:
    """Tables check, codes are known, nobody trades with itself, values are whole dollars of a thousand or more."""
    world = build_world(economies=economies, products=products, years=years, seed=seed)
    codes, goods = world.economies["economy"], world.products["product"]
    assert len(codes) == economies
    assert len(goods) == products
    trade = world.trade
    assert trade["year"].unique().sort().to_list() == list(range(2025 - years, 2025))
    assert (trade["exporter"] != trade["importer"]).all()
    assert trade["exporter"].is_in(codes.to_list()).all()
    assert trade["importer"].is_in(codes.to_list()).all()
    assert trade["product"].is_in(goods.to_list()).all()
    assert trade["value_usd"].min() >= 1_000
    assert (trade["value_usd"] == trade["value_usd"].round()).all()
    assert world.distances.height == economies * (economies - 1)
    there = world.distances.join(
        world.distances, left_on=["exporter", "importer"], right_on=["importer", "exporter"]
    )
    assert (there["distance_km"] == there["distance_km_right"]).all()
    assert world.indicators.filter(pl.col("indicator") != "gdp_growth_percent")["value"].min() > 0


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), pair=st.sampled_from([("PAK", "CHN"), ("XAA", "XAB"), ("CHN", "KEN")]))
def test_actors_of_any_seed_refer_to_one_another(seed: int, pair: tuple[str, str]) -> None:
    """Every reference of one table into another is met."""
    actors = build_actors(pair, seed)
    organisations = actors.organisations["organisation"].to_list()
    for frame in (actors.people, actors.references, actors.listings, actors.participants):
        assert frame["organisation"].is_in(organisations).all()
    assert set(actors.organisations["economy"]) == set(pair)
    assert actors.participants["participant"].is_in(actors.people["person"].to_list()).all()
    assert actors.cash_flows["project"].is_in(actors.projects["project"].to_list()).all()
    assert actors.steps["engagement"].is_in(actors.engagements["engagement"].to_list()).all()
    sides = dict(actors.organisations.select("organisation", "economy").iter_rows())
    for first, second in actors.engagements.select("first_organisation", "second_organisation").iter_rows():
        assert (sides[first], sides[second]) == pair
