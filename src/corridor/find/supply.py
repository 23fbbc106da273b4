"""The reverse view: what home buys, on whom it depends, where else it could buy, and what it could make.

A product is *concentrated* where the Herfindahl–Hirschman index of its suppliers is above 0.4, and
*dependent* where home also imports more of it than it exports: two of the three criteria of the European
Commission (2021), Strategic dependencies and capacities, SWD(2021) 352. Its first, imports against all
demand, needs domestic production, which trade data do not hold.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.margins import TradeMargins
from corridor.find.market import concentrate, rank_columns
from corridor.find.matrices import divide
from corridor.tables import ALTERNATIVES, DEPENDENCE

#: Above this concentration of suppliers a product is concentrated.
CONCENTRATED: Final = 0.4
#: From this share of world exports on an economy counts as another source.
NOTABLE_SHARE: Final = 0.01
#: Fewer other sources than this are few.
FEW_ALTERNATIVES: Final = 3
#: Sources kept by name for each dependent product.
TOP_ALTERNATIVES: Final = 3
#: From this share of the imports on, own exports show that home can make some of it.
NOTABLE_EXPORTS: Final = 0.1
#: Products among the closest part of those that home is not specialised in count as close.
CLOSEST_PART: Final = 0.2
#: Evidence that home could make a product, the strongest first.
EVIDENCE: Final = ("exports_it_already", "exports_some", "makes_another_tier", "close_to_exports")


def measure_dependence(margins: TradeMargins, home: str, partner: str) -> pl.DataFrame:
    """Return what home imports or exports by product, and on whom it depends (schema ``DEPENDENCE``).

    ``home`` must be among the markets of the margins. Alternatives are economies other than home and the
    largest supplier with a hundredth or more of the world's exports without home's. World exports, home's
    exports and RCA cover the destination markets in the data. The largest imports come first.

    Raises
    ------
    InputError: home's imports are not in the data. UnknownEconomyError: an economy without trade.
    """
    row, other = margins.index_economy(home), margins.index_economy(partner)
    if not margins.importing[row]:
        raise InputError(
            f"the imports of {home!r} are not in this dataset",
            rule="dependence is measured on known imports; an absent importer's are unknown, not zero",
            fix="Maybe use a dataset that covers it",
        )
    values = margins.flows[home]
    bought, sold = values.sum(axis=0), margins.exports[row]
    top = values.argmax(axis=0)
    world = margins.exports.sum(axis=0)
    rca = divide(divide(sold, sold.sum()), divide(world, world.sum()))
    notable = _share_world(margins, row) >= NOTABLE_SHARE
    notable[top, np.arange(len(top))] = False
    imported = bought > 0
    table = pl.DataFrame(
        {
            "product": np.array(margins.products),
            "imports_usd": bought,
            "partner_usd": values[other],
            "partner_share": divide(values[other], bought),
            "top_supplier": np.array(margins.economies)[top],
            "top_share": divide(values.max(axis=0), bought),
            "hhi": concentrate(values),
            "alternatives": notable.sum(axis=0).astype(np.int32),
            "home_exports_usd": sold,
            "home_rca": rca,
        },
        schema_overrides={"product": pl.String, "top_supplier": pl.String},
    ).with_columns(
        pl.when(pl.Series(imported)).then(pl.col(name)).alias(name)
        for name in ("partner_share", "top_supplier", "top_share", "hhi")
    )
    shown = table.filter((pl.col("imports_usd") > 0) | (pl.col("home_exports_usd") > 0))
    return DEPENDENCE.check(shown.sort(["imports_usd", "product"], descending=[True, False]))


def _share_world(margins: TradeMargins, home: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    exports = margins.exports.copy()
    exports[home] = 0.0
    return divide(exports, exports.sum(axis=0))


def list_alternatives(
    margins: TradeMargins, home: str, products: Collection[str], *, top: int = TOP_ALTERNATIVES
) -> pl.DataFrame:
    """Return the largest other sources of products in the world (schema ``ALTERNATIVES``).

    Other than home and home's largest supplier of the product, with a hundredth or more of the world's
    exports without home's; by product, the largest first.
    """
    row = margins.index_economy(home)
    values = margins.flows[home]
    share = _share_world(margins, row)
    share[values.argmax(axis=0), np.arange(share.shape[1])] = 0.0
    asked = np.isin(np.array(margins.products), np.array(sorted(products), dtype=str))
    rank = rank_columns(share)
    column, supplier = np.nonzero(((rank <= top) & (share >= NOTABLE_SHARE) & asked).T)
    table = pl.DataFrame(
        {
            "product": np.array(margins.products)[column],
            "supplier": np.array(margins.economies)[supplier],
            "world_share": share[supplier, column],
            "sold_usd": values[supplier, column],
        },
        schema_overrides={"product": pl.String, "supplier": pl.String},
    )
    return ALTERNATIVES.check(
        table.sort("product", "world_share", "supplier", descending=[False, True, False])
    )


def is_dependent() -> pl.Expr:
    """Return the condition of a dependent row of ``DEPENDENCE``.

    Where the suppliers beside the partner are unknown, the partner's share alone decides: its square is
    the least that the concentration can be. Where home's exports are unknown, concentration decides.
    """
    least = pl.coalesce("hhi", pl.col("partner_share") ** 2)
    made = pl.col("imports_usd") <= pl.col("home_exports_usd")
    return (least > CONCENTRATED).fill_null(False) & ~made.fill_null(False)


def explain_dependence(row: Mapping[str, Any], partner: str) -> list[str]:
    """Return the reason codes of a row of ``DEPENDENCE``.

    One of ``depends_on_partner``, ``depends_on_other`` (dependent, the largest supplier is the partner or
    another), ``concentrated_but_made`` (concentrated, yet home exports more), ``several_suppliers``,
    ``suppliers_unknown`` or ``not_imported``; then ``few_alternatives`` or ``many_alternatives`` where they
    are known; ``home_is_strong`` (RCA above 1).
    """
    told = [_place_dependence(row, partner)]
    if row["alternatives"] is not None:
        told.append("few_alternatives" if row["alternatives"] < FEW_ALTERNATIVES else "many_alternatives")
    if row["home_rca"] is not None and row["home_rca"] > 1:
        told.append("home_is_strong")
    return told


def _place_dependence(row: Mapping[str, Any], partner: str) -> str:
    if not row["imports_usd"]:
        return "not_imported"
    least = (row["partner_share"] or 0.0) ** 2 if row["hhi"] is None else row["hhi"]
    if least <= CONCENTRATED:
        return "suppliers_unknown" if row["hhi"] is None else "several_suppliers"
    if row["home_exports_usd"] is not None and row["imports_usd"] <= row["home_exports_usd"]:
        return "concentrated_but_made"
    return "depends_on_partner" if row["top_supplier"] in (partner, None) else "depends_on_other"


def read_dependence(bought: pl.DataFrame, sold: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return what can be told of home's dependence from runs of pairs alone (schema ``DEPENDENCE``).

    Suppliers beside the partner are unknown, and so are other sources. Only products that the partner
    sells or could sell are there.

    Parameters
    ----------
    bought: schema ``OPPORTUNITIES`` of partner → home: what home imports. sold: of home → partner, with
        ``rca``: what home exports of it; unknown without it, and for products it lacks.
    """
    unknown = {
        "top_supplier": pl.String,
        "top_share": pl.Float64,
        "hhi": pl.Float64,
        "alternatives": pl.Int32,
    }
    lines = bought.select(
        "product",
        imports_usd="partner_imports_usd",
        partner_usd="current_usd",
        # as the run has it: a quotient of rounded amounts would be less exact
        partner_share=pl.when(pl.col("partner_imports_usd") > 0).then(pl.col("import_share")),
        **{name: pl.lit(None, dtype=kind) for name, kind in unknown.items()},
    )
    if sold is None:
        own = pl.DataFrame(
            schema={"product": pl.String, "home_exports_usd": pl.Float64, "home_rca": pl.Float64}
        )
    else:
        own = sold.select("product", home_exports_usd="exporter_total_usd", home_rca="rca")
    table = lines.join(own, on="product", how="left", maintain_order="left")
    return DEPENDENCE.check(table.sort(["imports_usd", "product"], descending=[True, False]))


def list_home_options(
    dependence: pl.DataFrame,
    *,
    densities: pl.DataFrame | None = None,
    neighbours: Collection[str] = (),
) -> pl.DataFrame:
    """Return what home buys and could make, with the evidence, the largest net imports first.

    A product is listed where home buys more of it than it sells and at least one piece of evidence holds:
    ``exports_it_already`` (RCA above 1), ``exports_some`` (exports are a tenth of the imports or more),
    ``makes_another_tier`` (home is a notable net exporter of the tier right before or after it in a chain),
    ``close_to_exports`` (its density is among the highest fifth of the products home is not specialised
    in). Evidence says that a start is near, not that it pays.

    Parameters
    ----------
    dependence: schema ``DEPENDENCE`` with home's exports known; rows without them are left out.
    densities: columns product and density of home; without it closeness is not judged.
    neighbours: products of supply chains beside a tier that home makes (``chains.find_neighbours``).

    Returns
    -------
    Columns product, imports_usd, net_imports_usd, home_exports_usd, home_rca (null unknown), density
    (null unknown), evidence (list of codes).
    """
    if densities is None:
        lines = dependence.with_columns(density=pl.lit(None, dtype=pl.Float64))
    else:
        known = densities.select("product", "density")
        lines = dependence.join(known, on="product", how="left", maintain_order="left")
    special = pl.col("home_rca") > 1
    threshold = pl.col("density").filter(special.not_()).quantile(1 - CLOSEST_PART, "higher")
    exports, imports = pl.col("home_exports_usd"), pl.col("imports_usd")
    holds = {
        "exports_it_already": special,
        "exports_some": special.not_() & (exports >= NOTABLE_EXPORTS * imports),
        "makes_another_tier": special.not_() & pl.col("product").is_in(sorted(neighbours)),
        "close_to_exports": special.not_() & (pl.col("density") >= threshold),
    }
    return (
        lines.filter(imports > exports)
        .with_columns(
            net_imports_usd=imports - exports,
            evidence=pl.concat_list(
                pl.when(holds[code].fill_null(False)).then(pl.lit(code)) for code in EVIDENCE
            ).list.drop_nulls(),
        )
        .filter(pl.col("evidence").list.len() > 0)
        .select(
            "product", "imports_usd", "net_imports_usd", "home_exports_usd", "home_rca", "density", "evidence"
        )
        .sort(["net_imports_usd", "product"], descending=[True, False])
    )
