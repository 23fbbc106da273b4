"""The product space: where an economy stands in it, and a drawing of it.

Links are the maximum spanning forest of proximity, which connects every product by its strongest path, and
the strongest further links (Hidalgo, Klinger, Barabási & Hausmann 2007, Science 317, 482, supporting online
material). Places start from a pivot scaling of the distances along the links (Brandes & Pich 2007, Graph
Drawing 2006, LNCS 4372, 42) and are loosened by forces in shrinking steps (Fruchterman & Reingold 1991,
Software: Practice and Experience 21, 1129; here links are springs and nodes repel by the square of their
distance, which fills the page more evenly). Nothing is random, so that the same data always give the same picture. A distance in
it is for the eye; the figure is the proximity.
"""

from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

from corridor.errors import InputError
from corridor.find.complexity import ComplexityResult, compute_complexity
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Mask, Matrix
from corridor.find.pair import PairAnalysis
from corridor.find.proximity import FloatMatrix, find_neighbours

#: Names of the tables in ``PairAnalysis.tables``.
POSITIONS: Final = "positions"
STANDING: Final = "standing"
SPACE: Final = "space"
LINKS: Final = "space_links"
#: Codes are summed to this many digits for the drawing: about 1,200 products can be read, 5,000 cannot.
NODE_DIGITS: Final = 4
#: Neighbours that ``positions`` counts.
NEIGHBOURS: Final = 10
#: Links beyond the tree, for each node.
FURTHER_LINKS: Final = 0.5
PIVOTS: Final = 60
ROUNDS: Final = 180
#: The longest step of a node in the first and in the last round, in units of a link.
STEPS: Final = (4.0, 0.05)
#: How strongly nodes repel beside a link's pull of 1, and all are pulled to the middle.
REPULSION: Final = 3.0
#: Squared distance below which repulsion grows no further.
NEAREST: Final = np.float32(0.05)
GRAVITY: Final = 0.05
#: Rows of the repulsion worked on at a time: 64 × 1,200 in single precision stay in the processor's cache.
BLOCK: Final = 64


def add_positions(analysis: PairAnalysis) -> pl.DataFrame:
    """Return the lines of a pair with ``pci``, ``density`` and ``cog`` where the analysis holds them."""
    positions = analysis.tables.get(POSITIONS)
    if positions is None:
        return analysis.opportunities
    known = [name for name in ("pci", "density", "cog") if name in positions.columns]
    return analysis.opportunities.join(
        positions.select("product", *known), on="product", how="left", maintain_order="left"
    )


def tabulate_space(margins: TradeMargins, economies: tuple[str, str]) -> dict[str, pl.DataFrame]:
    """Return the tables of an exporter's place in the product space, by name.

    ``economies``: exporter and importer. Computed from all exports in the data by the default convention,
    the largest block scored. Empty where no score is determined (too few economies or products).

    positions: product, rca, m, pci, ubiquity, density, cog, neighbours_held (of the ten nearest, those the
    exporter is specialised in), neighbours. standing: economy, eci, rank, diversity, coi, economies (scored)
    of both. space: node (code of four digits), rca, m, pci, world_usd, x, y (0…1). space_links: source,
    target, proximity, tree (part of the spanning forest).
    """
    try:
        whole = compute_complexity(_list_exports(margins), disconnected="largest")
        nodes = compute_complexity(_list_exports(margins, NODE_DIGITS), disconnected="largest")
    except InputError:
        return {}
    exporter = economies[0]
    places, links = lay_out_products(nodes.proximity, nodes.products["product"])
    sums = nodes.table.group_by("product").agg(world_usd=pl.col("value").sum())
    own = nodes.table.filter(pl.col("economy") == exporter).join(nodes.products, on="product")
    space = (
        places.join(own.select(node="product", rca="rca", m="m", pci="pci"), on="node", maintain_order="left")
        .join(sums.rename({"product": "node"}), on="node", maintain_order="left")
        .select("node", "rca", "m", "pci", "world_usd", "x", "y")
    )
    return {
        POSITIONS: locate_products(whole, exporter),
        STANDING: rank_standing(whole, economies),
        SPACE: space,
        LINKS: links,
    }


def locate_products(result: ComplexityResult, economy: str) -> pl.DataFrame:
    """Return where each product stands for one economy (see ``tabulate_space``), by code."""
    own = result.table.filter(pl.col("economy") == economy).join(
        result.products, on="product", maintain_order="left"
    )
    held = own.select(neighbour="product", held=pl.col("m").cast(pl.Int32))
    counts = (
        find_neighbours(result.proximity, result.products["product"], NEIGHBOURS)
        .join(held, on="neighbour")
        .group_by("product")
        .agg(neighbours_held=pl.col("held").sum(), neighbours=pl.len().cast(pl.Int32))
    )
    columns = ("product", "rca", "m", "pci", "ubiquity", "density", "cog", "neighbours_held", "neighbours")
    return own.join(counts, on="product", how="left", maintain_order="left").select(columns)


def rank_standing(result: ComplexityResult, economies: tuple[str, ...]) -> pl.DataFrame:
    """Return ECI, its rank, diversity and COI of ``economies`` in that order, beside how many have a score."""
    scored = result.economies["eci"].count()
    ranked = result.economies.with_columns(
        rank=pl.col("eci").rank("min", descending=True).cast(pl.Int32),
        economies=pl.lit(scored, dtype=pl.Int32),
    )
    asked = pl.DataFrame({"economy": economies})
    return asked.join(ranked, on="economy", maintain_order="left").select(
        "economy", "eci", "rank", "diversity", "coi", "economies"
    )


def lay_out_products(proximity: FloatMatrix, products: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return a drawing of products: nodes (node, x, y in 0…1, wider than high) and links.

    Products without proximity to any are left out: they have no place. Links have the columns source,
    target (the higher code), proximity and tree, the strongest first.

    Raises
    ------
    InputError: no two products are related.
    """
    near = np.array(proximity, dtype=np.float64)
    np.fill_diagonal(near, 0.0)
    placed = near.any(axis=1)
    if not placed.any():
        raise InputError("no two products are related", rule="a space needs products that are sold together")
    near, kept = near[np.ix_(placed, placed)], products.filter(pl.Series(placed))
    links, tree = choose_links(near)
    source, target = np.nonzero(np.triu(links))
    places = _relax(_scale_pivots(links), links)
    nodes = pl.DataFrame({"node": kept, "x": places[:, 0], "y": places[:, 1]})
    edges = pl.DataFrame(
        {
            "source": kept.gather(source),
            "target": kept.gather(target),
            "proximity": near[source, target],
            "tree": tree[source, target],
        }
    )
    return nodes, edges.sort(["proximity", "source", "target"], descending=[True, False, False])


def choose_links(near: Matrix) -> tuple[Mask, Mask]:
    """Return symmetric P × P flags of all links, and of those of the maximum spanning forest.

    Beyond the forest the strongest further links are kept, one for every two products, ties by place.
    """
    count = len(near)
    # A spanning tree of least distance; distances stay above zero, since zero would mean no link.
    forest = minimum_spanning_tree(csr_array(np.where(near > 0, 2.0 - near, 0.0))).toarray() > 0
    tree = forest | forest.T
    rest = np.where(np.triu(near, 1) > 0, near, 0.0)
    rest[tree] = 0.0
    further = np.zeros_like(tree)
    wanted = min(int(FURTHER_LINKS * count), int(np.count_nonzero(rest)))
    if wanted:
        order = np.argsort(-rest, axis=None, kind="stable")[:wanted]
        further.flat[order] = True
    return tree | further | further.T, tree


def _scale_pivots(links: Mask) -> Matrix:
    """Return first places, N × 2: a scaling of the distances from some nodes along the links."""
    graph = csr_array(links.astype(np.float64))
    degree = links.sum(axis=1)
    # Evenly over the nodes, from the best connected on: the same nodes for the same data.
    order = np.lexsort((np.arange(len(links)), -degree))
    pivots = order[np.unique(np.linspace(0, len(links) - 1, min(PIVOTS, len(links))).astype(int))]
    distances = dijkstra(graph, directed=False, unweighted=True, indices=pivots).T
    reached = distances[np.isfinite(distances)]
    # Parts that no path connects stand a little further apart than the longest path.
    distances = np.where(np.isfinite(distances), distances, 1.25 * reached.max() + 1)
    squares = distances**2
    centred = -0.5 * (squares - squares.mean(axis=0) - squares.mean(axis=1, keepdims=True) + squares.mean())
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    places = np.zeros((len(links), 2))
    shown = min(2, len(sizes))
    places[:, :shown] = left[:, :shown] * np.sqrt(sizes[:shown])
    return places * _fix_signs(places)


def _fix_signs(places: Matrix) -> Matrix:
    """Return the sign of each axis that puts its farthest node on the positive side: an SVD leaves it open."""
    farthest = np.take_along_axis(places, np.abs(places).argmax(axis=0)[None], axis=0)[0]
    return np.where(farthest < 0, -1.0, 1.0)


def _relax(places: Matrix, links: Mask) -> Matrix:
    """Return places loosened by forces, N × 2: linked nodes attract, all repel, steps shrink."""
    count = len(places)
    if count == 1:
        return np.full((1, 2), 0.5)
    source, target = np.nonzero(np.triu(links))
    # Nodes of equal distances lie on one spot; a spiral too small to be seen takes them apart.
    angle = np.arange(count) * 2.399963
    spiral = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (1 + np.arange(count))[:, None] / count
    here = (places / (places.std() or 1.0) + 0.02 * spiral).astype(np.float32)
    here *= np.float32(np.sqrt(count) / 2)
    for step in np.geomspace(*STEPS, ROUNDS):
        force = REPULSION * _repel(here) - GRAVITY * here
        pull = here[target] - here[source]
        for axis in (0, 1):
            force[:, axis] += np.bincount(source, weights=pull[:, axis], minlength=count)
            force[:, axis] -= np.bincount(target, weights=pull[:, axis], minlength=count)
        length = np.hypot(force[:, 0], force[:, 1])[:, None]
        here += (force / np.maximum(length, 1e-6) * np.minimum(length, step)).astype(np.float32)
    return _frame(here.astype(np.float64))


def _repel(here: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Matrix:
    """Return Σ_j (x_i − x_j) / |x_i − x_j|³ for every node, by matrix products of some rows at a time."""
    squares = np.sum(here * here, axis=1)
    force = np.empty(here.shape)
    for start in range(0, len(here), BLOCK):
        block = slice(start, start + BLOCK)
        weights = here[block] @ here.T
        weights *= -2
        weights += squares[block, None]
        weights += squares
        np.maximum(weights, NEAREST, out=weights)
        weights *= np.sqrt(weights)
        np.reciprocal(weights, out=weights)
        force[block] = here[block] * weights.sum(axis=1)[:, None] - weights @ here
    return force


def _frame(places: Matrix) -> Matrix:
    """Return places turned so that the longest way lies across, and scaled into 0…1 on both axes."""
    centred = places - places.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T
    turned *= _fix_signs(turned)
    low, high = turned.min(axis=0), turned.max(axis=0)
    return np.asarray((turned - low) / np.where(high > low, high - low, 1.0))


def _list_exports(margins: TradeMargins, digits: int | None = None) -> pl.DataFrame:
    """Return what every economy sells to all, as ``compute_complexity`` takes it."""
    row, column = np.nonzero(margins.exports)
    products = pl.Series(margins.products)
    return pl.DataFrame(
        {
            "economy": pl.Series(margins.economies).gather(row),
            "product": (products if digits is None else products.str.head(digits)).gather(column),
            "value": margins.exports[row, column],
        }
    )
