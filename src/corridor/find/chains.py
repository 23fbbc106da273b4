"""Supply chains as data: tiers of HS6 codes, from the finished good to the raw material.

The chains that the project carries lie in ``corridor/data/chains`` as JSON, each with its sources and
limits; a user reads others, or an edited copy, from files of the same form.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from corridor import data
from corridor.errors import InputError
from corridor.find.margins import TradeMargins
from corridor.find.market import concentrate
from corridor.find.matrices import Matrix, divide
from corridor.tables import CHAIN_TIERS

CHAINS_DIR: Final = Path(data.__file__).parent / "chains"
#: Exports of a tier from which on home counts as making it.
NOTABLE_USD: Final = 1e6
_CODE: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
_PRODUCT: Final = re.compile(r"\d{6}\Z")


@dataclass(frozen=True, slots=True)
class Tier:
    """One stage of a chain: its code, its English title, and its HS6 codes."""

    code: str
    title: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A supply chain, the finished good first. ``limits`` says what its codes cannot tell apart."""

    code: str
    title: str
    nomenclature: str
    sources: tuple[str, ...]
    limits: str
    tiers: tuple[Tier, ...]

    @property
    def products(self) -> frozenset[str]:
        """All codes of the chain."""
        return frozenset(product for tier in self.tiers for product in tier.products)


def read_chains(folder: Path = CHAINS_DIR) -> tuple[Chain, ...]:
    """Read every chain of a folder, by file name.

    Raises
    ------
    InputError: the folder holds none, or a file breaks a rule.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise InputError(f"folder '{folder}' holds no chain", rule="a .json file a chain")
    return tuple(read_chain(path) for path in paths)


def read_chain(path: Path) -> Chain:
    """Read one chain.

    Raises
    ------
    InputError: no JSON of this form; a code that is no HS6 code, or stands twice.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        chain = Chain(
            code=content["chain"],
            title=content["title"],
            nomenclature=content["nomenclature"],
            sources=tuple(content["sources"]),
            limits=content["limits"],
            tiers=tuple(
                Tier(tier["tier"], tier["title"], tuple(tier["products"])) for tier in content["tiers"]
            ),
        )
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise InputError(
            f"'{path.name}' could not be read as a chain ({type(error).__name__}: {error})",
            rule="JSON with chain, title, nomenclature, sources, limits and tiers of tier, title, products",
        ) from error
    _check_chain(chain, path.name)
    return chain


def _check_chain(chain: Chain, file: str) -> None:
    codes = [chain.code, *(tier.code for tier in chain.tiers)]
    products = [product for tier in chain.tiers for product in tier.products]
    for code in codes:
        if not _CODE.match(code):
            raise InputError(f"code {code!r} in '{file}'", rule="small letters, digits and underscores")
    for product in products:
        if not _PRODUCT.match(product):
            raise InputError(f"product {product!r} in '{file}'", rule="an HS6 code is a text of six digits")
    for what, items in (("tier", codes[1:]), ("product", products)):
        repeated = next((item for item in items if items.count(item) > 1), None)
        if repeated:
            raise InputError(f"{what} {repeated!r} stands twice in '{file}'", rule="each stands once")
    if not chain.sources or not all(tier.products for tier in chain.tiers) or not chain.tiers:
        raise InputError(f"'{file}' lacks sources or products", rule="a source, and a product in each tier")


def find_chains(product: str, chains: Sequence[Chain]) -> list[tuple[Chain, Tier]]:
    """Return the chains that a product belongs to, with its tier in each."""
    return [(chain, tier) for chain in chains for tier in chain.tiers if product in tier.products]


def find_neighbours(tiers: pl.DataFrame, chains: Sequence[Chain]) -> frozenset[str]:
    """Return the products of the tiers right before or after one of which home is a notable net exporter.

    It sells more of the tier than it buys, and for a million USD or more: a few hundred make no industry.
    ``tiers`` has the schema ``CHAIN_TIERS`` and holds every tier of ``chains``.
    """
    made = (pl.col("gap_usd") < 0) & (pl.col("home_exports_usd") >= NOTABLE_USD)
    net = {(row["chain"], row["tier"]) for row in tiers.filter(made).to_dicts()}
    found: set[str] = set()
    for chain in chains:
        for first, second in pairwise(chain.tiers):
            for own, other in ((first, second), (second, first)):
                if (chain.code, own.code) in net:
                    found |= set(other.products)
    return frozenset(found)


def measure_tiers(margins: TradeMargins, home: str, partner: str, chains: Sequence[Chain]) -> pl.DataFrame:
    """Return home's position in each tier (schema ``CHAIN_TIERS``), suppliers summed over the tier's codes.

    ``home`` must be among the markets of the margins. Codes without any trade in the data are unknown and
    counted as such; the gap is imports − exports over the others.
    """
    tiers = [(chain, tier) for chain in chains for tier in chain.tiers]
    members = np.array(
        [np.isin(np.array(margins.products), np.array(tier.products)) for _, tier in tiers], dtype=float
    )
    by_supplier = margins.flows[home] @ members.T
    exports = members @ margins.exports[margins.index_economy(home)]
    bought = by_supplier.sum(axis=0)
    named = bought > 0
    top = np.array(margins.economies)[by_supplier.argmax(axis=0)]
    rows = {
        **_head(
            tiers,
            unknown=[
                len(tier.products) - int(held)
                for (_, tier), held in zip(tiers, members.sum(axis=1), strict=True)
            ],
        ),
        "imports_usd": bought,
        "partner_usd": by_supplier[margins.index_economy(partner)],
        "partner_share": divide(by_supplier[margins.index_economy(partner)], bought),
        "top_supplier": top,
        "top_share": divide(by_supplier.max(axis=0), bought),
        "hhi": concentrate(by_supplier),
        "home_exports_usd": exports,
        "gap_usd": bought - exports,
    }
    return _finish(rows, named)


def sum_tiers(lines: pl.DataFrame, chains: Sequence[Chain], *, unknown: Collection[str] = ()) -> pl.DataFrame:
    """Return the tiers from a table by product, where suppliers are not known (schema ``CHAIN_TIERS``).

    Parameters
    ----------
    lines: columns product, imports_usd, partner_usd and home_exports_usd (null unknown), as in ``DEPENDENCE``.
        A product without a row is not traded.
    unknown: codes that the data do not hold.
    """
    tiers = [(chain, tier) for chain in chains for tier in chain.tiers]
    products = sorted({product for _, tier in tiers for product in tier.products})
    values = (
        pl.DataFrame({"product": products})
        .join(lines, on="product", how="left", maintain_order="left")
        .select("imports_usd", "partner_usd", "home_exports_usd")
    )
    members = np.array([np.isin(products, tier.products) for _, tier in tiers], dtype=float)
    imports, partner = (
        members @ values[name].fill_null(0.0).to_numpy() for name in ("imports_usd", "partner_usd")
    )
    # a product that is bought but whose exports are null has unknown exports, and so has its tier
    unsure = (values["imports_usd"].is_not_null() & values["home_exports_usd"].is_null()).to_numpy()
    exports = members @ values["home_exports_usd"].fill_null(0.0).to_numpy()
    exports = np.where(members @ unsure.astype(float) > 0, np.nan, exports)
    rows = {
        **_head(tiers, unknown=[len(set(tier.products) & set(unknown)) for _, tier in tiers]),
        "imports_usd": imports,
        "partner_usd": partner,
        "partner_share": divide(partner, imports),
        "top_supplier": pl.Series([None] * len(tiers), dtype=pl.String),
        "top_share": np.full(len(tiers), np.nan),
        "hhi": np.full(len(tiers), np.nan),
        "home_exports_usd": exports,
        "gap_usd": imports - exports,
    }
    return _finish(rows, imports > 0)


def _head(tiers: Sequence[tuple[Chain, Tier]], *, unknown: Sequence[int]) -> dict[str, Any]:
    return {
        "chain": [chain.code for chain, _ in tiers],
        "tier": [tier.code for _, tier in tiers],
        "codes": [len(tier.products) for _, tier in tiers],
        "unknown_codes": list(unknown),
    }


def _finish(
    rows: Mapping[str, Any], named: Matrix | np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> pl.DataFrame:
    table = pl.DataFrame(
        rows, schema_overrides={"codes": pl.Int32, "unknown_codes": pl.Int32, "top_supplier": pl.String}
    ).with_columns(pl.col(pl.Float64).fill_nan(None))
    shares = ("partner_share", "top_supplier", "top_share", "hhi")
    return CHAIN_TIERS.check(
        table.with_columns(
            pl.when(pl.Series(np.asarray(named))).then(pl.col(name)).alias(name) for name in shares
        )
    )
