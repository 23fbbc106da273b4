"""The product space: links by hand, a drawing that is always the same, and the tables of a run."""

import numpy as np
import polars as pl
import pytest
from scipy.sparse.csgraph import connected_components

from corridor.data.world import build_world
from corridor.errors import InputError
from corridor.find.complexity import compute_complexity
from corridor.find.margins import measure_margins
from corridor.find.proximity import relate_products
from corridor.find.space import (
    LINKS,
    POSITIONS,
    SPACE,
    STANDING,
    choose_links,
    lay_out_products,
    tabulate_space,
)
from corridor.find.study import study_pair

NEAR = np.array(
    [
        [0.0, 0.9, 0.8, 0.1],
        [0.9, 0.0, 0.7, 0.2],
        [0.8, 0.7, 0.0, 0.0],
        [0.1, 0.2, 0.0, 0.0],
    ]
)


@pytest.fixture(scope="module")
def margins():
    world = build_world(economies=12, products=60, years=1)
    return measure_margins(world.trade, ["XAA", "XAB"], exporters=["XAA"])


@pytest.fixture(scope="module")
def tables(margins):
    return tabulate_space(margins, ("XAA", "XAB"))


def pairs(flags) -> set[tuple[int, int]]:
    return set(zip(*np.nonzero(np.triu(flags)), strict=True))


def test_tree_takes_the_strongest_links_that_connect_all_and_half_as_many_more():
    links, tree = choose_links(NEAR)
    assert pairs(tree) == {(0, 1), (0, 2), (1, 3)}
    # two of the rest for four products: 0.7 and 0.1
    assert pairs(links) == {(0, 1), (0, 2), (1, 3), (1, 2), (0, 3)}
    assert (links == links.T).all()


def test_a_proximity_of_one_is_a_link_and_loose_parts_are_kept():
    near = np.zeros((4, 4))
    near[0, 1] = near[1, 0] = 1.0
    near[2, 3] = near[3, 2] = 0.5
    links, tree = choose_links(near)
    assert pairs(links) == pairs(tree) == {(0, 1), (2, 3)}
    nodes, _ = lay_out_products(near, pl.Series(["a", "b", "c", "d"]))
    assert nodes.select(pl.col("x", "y").is_finite().all()).row(0) == (True, True)


def test_drawing_is_connected_in_its_frame_and_the_same_each_time():
    m = (np.random.default_rng(5).random((30, 80)) < np.linspace(0.1, 0.9, 30)[:, None]).astype(float)
    near, codes = relate_products(m, diagonal=1.0), pl.Series([f"{number:04d}" for number in range(80)])
    nodes, links = lay_out_products(near, codes)
    again, _ = lay_out_products(near.copy(), codes)
    assert nodes.equals(again)
    assert nodes.select(pl.col("x", "y").is_between(0, 1).all()).row(0) == (True, True)
    assert nodes.select("x", "y").is_unique().all()
    assert links.filter("tree").height == 79 and links.height == 79 + 40
    assert (links["source"] < links["target"]).all()
    place = dict(zip(codes, range(80), strict=True))
    graph = np.zeros((80, 80))
    for source, target, proximity in links.select("source", "target", "proximity").iter_rows():
        graph[place[source], place[target]] = 1
        assert proximity == near[place[source], place[target]]
    assert connected_components(graph, directed=False)[0] == 1


def test_linked_products_lie_nearer_than_others():
    m = (np.random.default_rng(5).random((30, 80)) < np.linspace(0.1, 0.9, 30)[:, None]).astype(float)
    nodes, links = lay_out_products(
        relate_products(m, diagonal=0.0), pl.Series([f"{number:04d}" for number in range(80)])
    )
    places = nodes.select("x", "y").to_numpy()
    order = {code: row for row, code in enumerate(nodes["node"])}
    linked = [
        np.linalg.norm(places[order[source]] - places[order[target]])
        for source, target in links.filter("tree").select("source", "target").iter_rows()
    ]
    everyone = np.linalg.norm(places[:, None] - places[None], axis=2)[np.triu_indices(80, 1)]
    assert np.median(linked) < np.median(everyone) / 2


def test_products_related_to_none_have_no_place():
    m = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    nodes, links = lay_out_products(relate_products(m, diagonal=0.0), pl.Series(["a", "b", "c"]))
    assert nodes["node"].to_list() == ["a", "b"] and links.height == 1
    with pytest.raises(InputError, match="no two products are related"):
        lay_out_products(np.zeros((3, 3)), pl.Series(["a", "b", "c"]))


def test_positions_are_the_exporters_cells(tables, margins):
    positions = tables[POSITIONS]
    assert {"product", "rca", "pci", "density", "cog"} <= set(positions.columns)
    rows, columns = np.nonzero(margins.exports)
    exports = pl.DataFrame(
        {
            "economy": np.array(margins.economies)[rows],
            "product": np.array(margins.products)[columns],
            "value": margins.exports[rows, columns],
        }
    )
    result = compute_complexity(exports, disconnected="largest")
    own = result.table.filter(economy="XAA")
    assert positions["product"].to_list() == own["product"].to_list()
    assert positions["density"].to_list() == own["density"].to_list()
    held = dict(own.select("product", "m").iter_rows())
    nearest = result.neighbours(10)
    for product, count, of in positions.select("product", "neighbours_held", "neighbours").iter_rows():
        codes = nearest.filter(product=product)["neighbour"].to_list()
        assert (count, of) == (sum(held[code] for code in codes), len(codes)) if codes else count is None


def test_standing_and_space(tables):
    standing = tables[STANDING]
    assert standing["economy"].to_list() == ["XAA", "XAB"]
    assert standing["rank"].is_between(1, standing["economies"][0]).all()
    space = tables[SPACE]
    assert space["node"].str.len_chars().unique().to_list() == [4]
    ends = set(tables[LINKS]["source"]) | set(tables[LINKS]["target"])
    assert ends <= set(space["node"])
    assert space["world_usd"].sum() > 0 and set(space["m"]) <= {0, 1}


def test_too_little_trade_has_no_space_and_a_study_holds_the_tables():
    world = build_world(economies=12, products=60, years=1)
    tables = study_pair(world.trade, "XAA", "XAB").tables
    assert {POSITIONS, STANDING, SPACE, LINKS} <= set(tables)
    few = world.trade.filter(pl.col("product") == world.trade["product"][0])
    alone = measure_margins(few, [few["importer"][0]])
    assert tabulate_space(alone, (few["exporter"][0], few["importer"][0])) == {}
