"""Typed schemas of the tables that pass between stages.

A stage never imports another stage: it takes and returns tables of this module. A table is a Polars
frame whose columns have the names, types and meaning written down here. Units stand in the column
name where there could be doubt (``_usd``, ``_km``, ``_share``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from corridor.errors import SchemaError

DataType = pl.DataType | type[pl.DataType]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Polars type, its meaning, and whether it may hold nulls or be left out."""

    dtype: DataType
    meaning: str
    nullable: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A named schema. ``key`` columns identify a row."""

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return ``frame`` with this table's columns first, or raise ``SchemaError``.

        Types must match exactly; required columns must be there; columns not marked nullable hold
        no nulls; key columns identify rows. Columns the schema does not name are kept, last.
        """
        for name, column in self.columns.items():
            if name in frame.columns:
                self._check_column(frame, name, column)
            elif not column.optional:
                raise self._missing_column(frame, name)
        self._check_key(frame)
        known = [name for name in self.columns if name in frame.columns]
        return frame.select([*known, *[name for name in frame.columns if name not in self.columns]])

    def empty(self) -> pl.DataFrame:
        """Return a frame of this schema without rows."""
        return pl.DataFrame(schema={name: column.dtype for name, column in self.columns.items()})

    def _missing_column(self, frame: pl.DataFrame, name: str) -> SchemaError:
        close = get_close_matches(name, frame.columns, n=1)
        hint = f"Maybe you meant to rename '{close[0]}'" if close else f"Its columns are {frame.columns}"
        return SchemaError(
            f"table '{self.name}' has no column '{name}'",
            rule=f"it needs {', '.join(self.columns)}",
            fix=hint,
        )

    def _check_column(self, frame: pl.DataFrame, name: str, column: Column) -> None:
        found = frame.schema[name]
        if found != column.dtype:
            raise SchemaError(
                f"column '{name}' of table '{self.name}' has type {found}",
                rule=f"it must be {column.dtype}",
                fix=f"Maybe cast it: pl.col('{name}').cast(...)",
            )
        if not column.nullable and frame[name].null_count():
            row = frame[name].is_null().arg_max()
            raise SchemaError(
                f"column '{name}' of table '{self.name}' is empty in row {row}",
                rule="this column may not hold nulls",
            )

    def _check_key(self, frame: pl.DataFrame) -> None:
        if not self.key or frame.is_empty():
            return
        repeated = frame.select(self.key).is_duplicated()
        if repeated.any():
            row = frame.select(self.key).row(repeated.arg_max() or 0)
            raise SchemaError(
                f"table '{self.name}' holds {dict(zip(self.key, row, strict=True))} more than once",
                rule=f"{', '.join(self.key)} identify a row",
                fix="Maybe sum the duplicates first",
            )


STR, INT, FLOAT, BOOL, DATE, TIME = pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Date, pl.Datetime("us")
STRINGS = pl.List(pl.String)

# ------------------------------------------------------------------------------------------- evidence
TRADE = Table(
    "trade",
    {
        "year": Column(pl.Int32, "calendar year"),
        "exporter": Column(STR, "economy code, ISO 3166-1 alpha-3 (XAA… in the illustrative world)"),
        "importer": Column(STR, "economy code"),
        "product": Column(STR, "HS6 code, six digits with leading zeros"),
        "value_usd": Column(FLOAT, "trade value in current USD"),
        "quantity_t": Column(FLOAT, "metric tons", nullable=True, optional=True),
    },
    key=("year", "exporter", "importer", "product"),
)
ECONOMIES = Table(
    "economies",
    {
        "economy": Column(STR, "economy code"),
        "name_en": Column(STR, "English name"),
        "name_zh": Column(STR, "Chinese name", nullable=True, optional=True),
        "name_ur": Column(STR, "Urdu name", nullable=True, optional=True),
    },
    key=("economy",),
)
PRODUCTS = Table(
    "products",
    {
        "product": Column(STR, "HS6 code"),
        "description": Column(STR, "English description"),
    },
    key=("product",),
)
DISTANCES = Table(
    "distances",
    {
        "exporter": Column(STR, "economy code"),
        "importer": Column(STR, "economy code"),
        "distance_km": Column(FLOAT, "distance in km"),
    },
    key=("exporter", "importer"),
)
EASES = Table(
    "eases",
    {
        "exporter": Column(STR, "economy code"),
        "importer": Column(STR, "economy code"),
        "ease": Column(FLOAT, "expected trade of the pair over what world shares would give, above 0"),
        "source": Column(STR, "what the figures rest on", nullable=True, optional=True),
        "illustrative": Column(BOOL, "made from generated data", optional=True),
    },
    key=("exporter", "importer"),
)
LINKS = Table(
    "links",
    {
        "exporter": Column(STR, "economy code"),
        "importer": Column(STR, "economy code"),
        "distance_km": Column(FLOAT, "distance in km"),
        "contiguous": Column(BOOL, "the two share a border"),
        "common_language": Column(BOOL, "they share an official language"),
        "colonial_link": Column(BOOL, "one was a colony of the other"),
    },
    key=("exporter", "importer"),
)
INDICATORS = Table(
    "indicators",
    {
        "economy": Column(STR, "economy code"),
        "indicator": Column(STR, "such as gdp_usd, population, gdp_growth_percent"),
        "year": Column(pl.Int32, "calendar year"),
        "value": Column(FLOAT, "in the indicator's unit"),
    },
    key=("economy", "indicator", "year"),
)

#: The exporter of a rate that holds for everyone who has no rate of their own (most favoured nation).
MFN = "MFN"
#: The importer of what a region sells where its destinations are not told apart.
WORLD = "WLD"
TARIFFS = Table(
    "tariffs",
    {
        "importer": Column(STR, "economy code of who levies the duty"),
        "exporter": Column(STR, "economy code of the origin; MFN for the rate that holds for everyone else"),
        "product": Column(STR, "HS6 code"),
        "year": Column(pl.Int32, "calendar year"),
        "rate_percent": Column(FLOAT, "ad valorem rate or equivalent in percent of the value, 0 or more"),
        "basis": Column(STR, "mfn, preferential or schedule"),
        "minimum_percent": Column(FLOAT, "lowest rate of its tariff lines", nullable=True, optional=True),
        "maximum_percent": Column(FLOAT, "highest rate of its tariff lines", nullable=True, optional=True),
        "lines": Column(pl.Int32, "tariff lines with a known rate", nullable=True, optional=True),
        "unknown_lines": Column(
            pl.Int32, "tariff lines without an ad valorem rate, left out of the mean", optional=True
        ),
    },
    key=("importer", "exporter", "product", "year"),
)
REGIONS = Table(
    "regions",
    {
        "year": Column(pl.Int32, "calendar year"),
        "economy": Column(STR, "economy code of the economy that the region is part of"),
        "region": Column(STR, "name or code of the province, state or city"),
        "product": Column(STR, "HS6 code"),
        "importer": Column(STR, "economy code of the destination; WLD where destinations are not told apart"),
        "value_usd": Column(FLOAT, "exports of the region in current USD"),
    },
    key=("year", "economy", "region", "product", "importer"),
)
ELASTICITIES = Table(
    "elasticities",
    {
        "product": Column(STR, "HS6 code"),
        "elasticity": Column(FLOAT, "elasticity of import demand between suppliers (sigma), above 1"),
        "basis": Column(STR, "stated, or chapter_median where the code's group has none", optional=True),
    },
    key=("product",),
)
CONCORDANCE = Table(
    "concordance",
    {
        "source": Column(STR, "HS6 code in the nomenclature that is left"),
        "target": Column(STR, "HS6 code in the nomenclature that is reached"),
        "share": Column(FLOAT, "part of the source's trade that goes to the target; sums to 1 a source"),
    },
    key=("source", "target"),
)

AREA_EVIDENCE = Table(
    "area_evidence",
    {
        "area": Column(STR, "sector, field or area code"),
        "criterion": Column(
            STR, "strength (of the partner), need, effect (on exports) or readiness (of home)"
        ),
        "indicator": Column(STR, "name of what was measured"),
        "economy": Column(STR, "economy code of whom it describes"),
        "year": Column(pl.Int32, "calendar year"),
        "value": Column(FLOAT, "in the indicator's unit"),
        "unit": Column(STR, "such as patents, USD, percent"),
        "better": Column(STR, "higher or lower: which values speak for cooperation"),
        "source": Column(STR, "who published it, and where"),
    },
    key=("area", "criterion", "indicator", "economy", "year"),
)
AREA_PRODUCTS = Table(
    "area_products",
    {
        "area": Column(STR, "area code"),
        "role": Column(STR, "what the product is in the area, such as batteries"),
        "product": Column(STR, "HS6 code"),
    },
    key=("area", "product"),
)

# ----------------------------------------------------------------------------------------------- find
OPPORTUNITIES = Table(
    "opportunities",
    {
        "exporter": Column(STR, "economy code"),
        "importer": Column(STR, "economy code"),
        "product": Column(STR, "HS6 code"),
        "current_usd": Column(FLOAT, "exports today"),
        "partner_imports_usd": Column(FLOAT, "the importer's imports of the product from all"),
        "exporter_total_usd": Column(FLOAT, "the exporter's exports of the product to all"),
        "potential_usd": Column(FLOAT, "export potential"),
        "unrealised_usd": Column(FLOAT, "potential − min(current, potential)"),
        "supply_share": Column(FLOAT, "share of the exporter in the world's exports of the product, 0…1"),
        "import_share": Column(FLOAT, "share of the exporter in the importer's imports, 0…1", nullable=True),
        "trade_balance": Column(FLOAT, "the term TB, 0…1"),
        "ease": Column(FLOAT, "the term Ease of the pair"),
        "rank": Column(pl.Int32, "1 = largest unrealised potential"),
        "firmness": Column(
            FLOAT, "share of the convention variants that keep the line in the shortlist, 0…1"
        ),
        "shortlisted": Column(BOOL, "in the smallest set that carries 80 % of the unrealised potential"),
        "supply_growth": Column(
            FLOAT, "the exporter's expected growth over that of all suppliers", optional=True
        ),
        "global_tariff": Column(FLOAT, "the term GTA: takes tariffs enjoyed elsewhere out", optional=True),
        "demand_growth": Column(FLOAT, "the market's expected demand over today's", optional=True),
        "market_tariff": Column(FLOAT, "the term MTA: tariff advantage in the market", optional=True),
        "distance_factor": Column(FLOAT, "the term DF, 0…1", optional=True),
        "rank_low": Column(
            pl.Int32, "best rank but for 5 % of the draws of noise and convention", optional=True
        ),
        "rank_high": Column(pl.Int32, "worst rank but for 5 % of the draws", optional=True),
        "firmness_noise": Column(
            FLOAT,
            "share of the draws of noise and convention that keep the line in the shortlist",
            optional=True,
        ),
    },
    key=("exporter", "importer", "product"),
)
MARKETS = Table(
    "markets",
    {
        "exporter": Column(STR, "economy code"),
        "importer": Column(STR, "economy code of the market"),
        "current_usd": Column(FLOAT, "exports to the market today"),
        "partner_imports_usd": Column(FLOAT, "the market's imports from all"),
        "potential_usd": Column(FLOAT, "export potential, summed over products"),
        "unrealised_usd": Column(FLOAT, "potential − min(current, potential) a product, then summed"),
        "ease": Column(FLOAT, "the term Ease of the pair"),
        "lines": Column(pl.Int32, "products with unrealised potential"),
        "rank": Column(pl.Int32, "1 = largest unrealised potential of the exporter"),
    },
    key=("exporter", "importer"),
)
PRODUCT_POTENTIAL = Table(
    "product_potential",
    {
        "exporter": Column(STR, "economy code"),
        "product": Column(STR, "HS6 code"),
        "current_usd": Column(FLOAT, "exports to all markets today"),
        "potential_usd": Column(FLOAT, "export potential, summed over markets"),
        "unrealised_usd": Column(FLOAT, "potential − min(current, potential) a market, then summed"),
        "markets": Column(pl.Int32, "markets with unrealised potential"),
        "rank": Column(pl.Int32, "1 = largest unrealised potential of the exporter"),
    },
    key=("exporter", "product"),
)
REGION_LINES = Table(
    "region_lines",
    {
        "region": Column(STR, "name or code of the region; not_covered for what no region's exports cover"),
        "exporter": Column(STR, "economy code"),
        "importer": Column(STR, "economy code"),
        "product": Column(STR, "HS6 code"),
        "share": Column(FLOAT, "of the economy's exports of the product, 0…1; the shares of a line sum to 1"),
        "current_usd": Column(FLOAT, "the economy's exports today, split by the share"),
        "potential_usd": Column(FLOAT, "the economy's export potential, split by the share"),
        "unrealised_usd": Column(FLOAT, "the economy's unrealised potential, split by the share"),
    },
    key=("region", "exporter", "importer", "product"),
)
DIVERSIFICATION = Table(
    "diversification",
    {
        "exporter": Column(STR, "economy code"),
        "importer": Column(STR, "economy code of the market"),
        "product": Column(STR, "HS6 code of a product not yet exported competitively"),
        "rank": Column(pl.Int32, "1 = highest score in the market"),
        "score": Column(
            FLOAT, "density × demand × ease over the highest of the market, 0…1; no amount of money"
        ),
        "density": Column(FLOAT, "how close the product is to what the exporter is specialised in, 0…1"),
        "partner_imports_usd": Column(FLOAT, "the market's imports of the product today"),
        "demand_factor": Column(FLOAT, "growth, tariff and distance terms on the demand; 1 where off"),
        "ease": Column(FLOAT, "the term Ease of the pair"),
        "rca": Column(FLOAT, "revealed comparative advantage, below the threshold"),
        "current_usd": Column(FLOAT, "exports to the market today"),
    },
    key=("exporter", "importer", "product"),
)
SUPPLIERS = Table(
    "suppliers",
    {
        "importer": Column(STR, "economy code"),
        "supplier": Column(STR, "economy code"),
        "value_usd": Column(FLOAT, "imports from the supplier"),
        "share": Column(FLOAT, "of the importer's imports, 0…1"),
        "rank": Column(pl.Int32, "1 = largest supplier"),
    },
    key=("importer", "supplier"),
)
PAIR_GOODS = Table(
    "goods",
    {
        "product": Column(STR, "HS6 code"),
        "home_exports_usd": Column(FLOAT, "home's exports to all", nullable=True),
        "home_imports_usd": Column(FLOAT, "home's imports from all", nullable=True),
        "partner_exports_usd": Column(FLOAT, "the partner's exports to all", nullable=True),
        "partner_imports_usd": Column(FLOAT, "the partner's imports from all", nullable=True),
        "world_exports_usd": Column(FLOAT, "all exports in the data", nullable=True),
        "current_usd": Column(FLOAT, "home's exports to the partner", nullable=True),
        "unrealised_usd": Column(FLOAT, "their unrealised potential", nullable=True),
        "reverse_usd": Column(FLOAT, "home's imports from the partner", nullable=True),
    },
    key=("product",),
)
AREA_INDICATORS = Table(
    "area_indicators",
    {
        "area": Column(STR, "area code"),
        "criterion": Column(STR, "strength, need, effect, readiness or context (shown, not scored)"),
        "indicator": Column(STR, "code or imported name of what was measured"),
        "economy": Column(STR, "economy code of whom it describes"),
        "year": Column(pl.Int32, "of the value", nullable=True),
        "value": Column(FLOAT, "in the indicator's unit; null where evidence is missing", nullable=True),
        "unit": Column(STR, "unit"),
        "better": Column(STR, "higher or lower"),
        "source": Column(STR, "where it comes from", nullable=True),
        "imported": Column(BOOL, "from an imported table, not computed from trade"),
        "scored": Column(BOOL, "counts in the score"),
        "normalised": Column(FLOAT, "0…1 across areas", nullable=True),
    },
    key=("area", "criterion", "indicator"),
)
AREA_SCORES = Table(
    "areas",
    {
        "area": Column(STR, "area code"),
        "rank": Column(pl.Int32, "1 = highest score; null where not comparable", nullable=True),
        "score": Column(FLOAT, "over the evidence there is, 0…1", nullable=True),
        "low": Column(FLOAT, "score if all missing evidence were 0"),
        "high": Column(FLOAT, "score if all missing evidence were 1"),
        "completeness": Column(FLOAT, "share of the weight for which there is evidence, 0…1"),
        "comparable": Column(BOOL, "there is evidence for enough of the weight"),
        "chosen": Column(BOOL, "in the smallest set that carries 80 % of the score"),
        "firmness": Column(FLOAT, "share of draws that keep it in the set", nullable=True),
        "rank_low": Column(pl.Int32, "5th percentile of its rank over the draws", nullable=True),
        "rank_high": Column(pl.Int32, "95th percentile of its rank over the draws", nullable=True),
        "best_rank": Column(pl.Int32, "no weighting ranks it better", nullable=True),
        "worst_rank": Column(pl.Int32, "no weighting ranks it worse", nullable=True),
        "strength": Column(FLOAT, "the partner's strength, 0…1", nullable=True),
        "need": Column(FLOAT, "our need, 0…1", nullable=True),
        "effect": Column(FLOAT, "effect on exports, 0…1", nullable=True),
        "readiness": Column(FLOAT, "our readiness, 0…1", nullable=True),
        "missing": Column(STRINGS, "criteria without any evidence"),
        "products": Column(pl.Int32, "HS6 codes of its map that the data hold"),
    },
    key=("area",),
)
COMPETITORS = Table(
    "competitors",
    {
        "importer": Column(STR, "economy code of the market"),
        "product": Column(STR, "HS6 code"),
        "supplier": Column(STR, "economy code"),
        "value_usd": Column(FLOAT, "the market's imports of the product from the supplier"),
        "share": Column(FLOAT, "of the market's imports of the product, 0…1"),
        "rank": Column(pl.Int32, "1 = largest supplier of the product"),
    },
    key=("importer", "product", "supplier"),
)
CONCENTRATION = Table(
    "concentration",
    {
        "product": Column(STR, "HS6 code"),
        "imports_usd": Column(FLOAT, "the market's imports of the product"),
        "hhi": Column(FLOAT, "sum of squared shares of suppliers, 0…1 (Herfindahl–Hirschman)"),
        "effective_suppliers": Column(FLOAT, "1 / hhi: equally large suppliers with the same concentration"),
        "suppliers": Column(pl.Int32, "suppliers with trade"),
    },
    key=("product",),
)
YEARS = Table(
    "years",
    {
        "year": Column(pl.Int32, "calendar year"),
        "product": Column(STR, "HS6 code"),
        "market_usd": Column(FLOAT, "the market's imports of the product from all"),
        "current_usd": Column(FLOAT, "of these from the exporter"),
        "hhi": Column(FLOAT, "concentration of suppliers in the year, 0…1"),
    },
    key=("year", "product"),
)
RIVAL_YEARS = Table(
    "rival_years",
    {
        "year": Column(pl.Int32, "calendar year"),
        "product": Column(STR, "HS6 code"),
        "supplier": Column(STR, "economy code"),
        "value_usd": Column(FLOAT, "the market's imports of the product from the supplier"),
        "share": Column(FLOAT, "of the market's imports of the product in the year, 0…1"),
    },
    key=("year", "product", "supplier"),
)
GROWTH = Table(
    "growth",
    {
        "product": Column(STR, "HS6 code"),
        "base_year": Column(pl.Int32, "calendar year from which growth is counted"),
        "end_year": Column(pl.Int32, "calendar year to which it is counted"),
        "market_base_usd": Column(FLOAT, "the market's imports in the base year"),
        "market_end_usd": Column(FLOAT, "the market's imports in the end year"),
        "current_base_usd": Column(FLOAT, "the exporter's sales there in the base year"),
        "current_end_usd": Column(FLOAT, "the exporter's sales there in the end year"),
        "market_growth": Column(FLOAT, "a year, compound; null from or to zero", nullable=True),
        "current_growth": Column(FLOAT, "a year, compound; null from or to zero", nullable=True),
        "market_log_growth": Column(FLOAT, "logarithmic, a year; null from or to zero", nullable=True),
        "current_log_growth": Column(FLOAT, "logarithmic, a year; null from or to zero", nullable=True),
    },
    key=("product",),
)
SHARE_CHANGE = Table(
    "share_change",
    {
        "market": Column(STR, "economy code of the destination"),
        "base_usd": Column(FLOAT, "the exporter's sales there in the base year"),
        "end_usd": Column(FLOAT, "the exporter's sales there in the end year"),
        "change_usd": Column(FLOAT, "end − base: the five terms sum to it"),
        "world_growth_usd": Column(FLOAT, "what the growth of all trade would have added"),
        "composition_usd": Column(FLOAT, "selling goods that grew faster than all trade"),
        "distribution_usd": Column(FLOAT, "selling them in markets that grew faster than the good"),
        "competitiveness_usd": Column(FLOAT, "change of the share at the market's size of the base year"),
        "interaction_usd": Column(FLOAT, "change of the share times change of the market"),
    },
    key=("market",),
)
UNIT_VALUES = Table(
    "unit_values",
    {
        "product": Column(STR, "HS6 code"),
        "unit_value_usd_t": Column(FLOAT, "the exporter's, USD a metric ton; null unknown", nullable=True),
        "market_median_usd_t": Column(FLOAT, "weighted median of all suppliers; null unknown", nullable=True),
        "ratio": Column(FLOAT, "the exporter's to the median; null unknown", nullable=True),
        "cheaper_share": Column(
            FLOAT, "share of the known tons that are sold cheaper, 0…1; null unknown", nullable=True
        ),
        "covered_share": Column(FLOAT, "share of the market's imports with a known quantity, 0…1"),
        "suppliers": Column(pl.Int32, "suppliers with a known quantity"),
    },
    key=("product",),
)
DEPENDENCE = Table(
    "dependence",
    {
        "product": Column(STR, "HS6 code"),
        "imports_usd": Column(FLOAT, "home's imports of the product from all"),
        "partner_usd": Column(FLOAT, "of these from the partner"),
        "partner_share": Column(FLOAT, "partner_usd / imports_usd; null without imports", nullable=True),
        "top_supplier": Column(STR, "economy code of the largest supplier; null unknown", nullable=True),
        "top_share": Column(FLOAT, "its share, 0…1; null unknown", nullable=True),
        "hhi": Column(FLOAT, "concentration of suppliers, 0…1; null unknown", nullable=True),
        "alternatives": Column(
            pl.Int32, "other economies with a hundredth of world exports or more", nullable=True
        ),
        "home_exports_usd": Column(
            FLOAT, "home's exports of the product to all; null unknown", nullable=True
        ),
        "home_rca": Column(FLOAT, "home's revealed comparative advantage; null unknown", nullable=True),
    },
    key=("product",),
)
ALTERNATIVES = Table(
    "alternatives",
    {
        "product": Column(STR, "HS6 code"),
        "supplier": Column(STR, "economy code of another source than the largest one"),
        "world_share": Column(FLOAT, "of the world's exports of the product, 0…1"),
        "sold_usd": Column(FLOAT, "what it sells home already"),
    },
    key=("product", "supplier"),
)
CHAIN_TIERS = Table(
    "chain_tiers",
    {
        "chain": Column(STR, "code of the supply chain"),
        "tier": Column(STR, "code of the tier"),
        "codes": Column(pl.Int32, "HS6 codes of the tier"),
        "unknown_codes": Column(pl.Int32, "codes of it that the data do not hold: unknown, not zero"),
        "imports_usd": Column(FLOAT, "home's imports of the tier"),
        "partner_usd": Column(FLOAT, "of these from the partner"),
        "partner_share": Column(FLOAT, "partner_usd / imports_usd; null without imports", nullable=True),
        "top_supplier": Column(STR, "largest supplier of the tier as a whole", nullable=True),
        "top_share": Column(FLOAT, "its share; null unknown", nullable=True),
        "hhi": Column(FLOAT, "concentration of the tier's suppliers; null unknown", nullable=True),
        "home_exports_usd": Column(FLOAT, "home's exports of the tier; null unknown", nullable=True),
        "gap_usd": Column(FLOAT, "imports − exports; null unknown", nullable=True),
    },
    key=("chain", "tier"),
)
TARGET_LINES = Table(
    "target_lines",
    {
        "line": Column(STR, "reason code of the source: realised, unrealised_potential, no_source_found …"),
        "value_usd": Column(FLOAT, "contribution; the lines sum to the target exactly"),
        "cap_usd": Column(FLOAT, "independently computed cap of the line", nullable=True),
        "basis": Column(STR, "reason code of what the cap rests on"),
    },
    key=("line",),
)

# ---------------------------------------------------------------------------------------------- match
ORGANISATIONS = Table(
    "organisations",
    {
        "organisation": Column(STR, "identifier"),
        "economy": Column(STR, "economy code of its seat"),
        "kind": Column(STR, "company, university, institute, zone, city, ministry, association, investor"),
        "name_en": Column(STR, "English name"),
        "name_zh": Column(STR, "Chinese name", nullable=True),
        "name_ur": Column(STR, "Urdu name", nullable=True),
        "city": Column(STR, "seat", nullable=True),
        "fields": Column(STRINGS, "sector and field codes of corridor.data.fields"),
        "illustrative": Column(BOOL, "generated, not a real organisation"),
        "source": Column(STR, "where the facts come from", nullable=True),
    },
    key=("organisation",),
)
LISTINGS = Table(
    "listings",
    {
        "listing": Column(STR, "identifier"),
        "organisation": Column(STR, "identifier of who lists it"),
        "side": Column(STR, "offer or need"),
        "kind": Column(STR, "technology, business, research, investment, relocation, expertise, training"),
        "fields": Column(STRINGS, "sector and field codes"),
        "products": Column(STRINGS, "HS codes, two to six digits"),
        "language": Column(STR, "en, zh-Hans or ur"),
        "title": Column(STR, "in that language"),
        "text": Column(STR, "in that language"),
        "illustrative": Column(BOOL, "generated, not a real offer or need"),
        "source": Column(STR, "where it comes from", nullable=True),
    },
    key=("listing",),
)
MATCHES = Table(
    "matches",
    {
        "offer": Column(STR, "listing identifier"),
        "need": Column(STR, "listing identifier"),
        "score": Column(FLOAT, "two-sided fit, 0…1: the geometric mean of both directions"),
        "offer_fit": Column(FLOAT, "how well the offer answers the need, 0…1"),
        "need_fit": Column(FLOAT, "how well the needing organisation suits the offering one, 0…1"),
        "reasons": Column(
            pl.List(pl.Struct({"code": pl.String, "value": pl.String, "weight": pl.Float64})),
            "reason codes with what matched and how much it added",
        ),
    },
    key=("offer", "need"),
)

# ----------------------------------------------------------------------------------------------- meet
PARTICIPANTS = Table(
    "participants",
    {
        "participant": Column(STR, "identifier"),
        "organisation": Column(STR, "identifier or name", nullable=True),
        "name": Column(STR, "who it is"),
        "side": Column(STR, "host or guest, or any other label"),
        "available": Column(pl.List(pl.Int32), "slot numbers, 0-based, in which the participant is there"),
        "languages": Column(STRINGS, "languages spoken", optional=True),
    },
    key=("participant",),
)
REQUESTS = Table(
    "requests",
    {
        "request": Column(STR, "identifier"),
        "first": Column(STR, "participant"),
        "second": Column(STR, "participant"),
        "weight": Column(FLOAT, "value of holding the meeting, > 0"),
    },
    key=("request",),
)
MEETINGS = Table(
    "meetings",
    {
        "request": Column(STR, "identifier"),
        "first": Column(STR, "participant"),
        "second": Column(STR, "participant"),
        "slot": Column(pl.Int32, "slot number, 0-based"),
        "table": Column(pl.Int32, "table number, 0-based"),
    },
    key=("request",),
)

# ----------------------------------------------------------------------------------------------- plan
PROJECTS = Table(
    "projects",
    {
        "project": Column(STR, "identifier"),
        "name": Column(STR, "what it is called"),
        "field": Column(STR, "sector or field code"),
        "cost_usd": Column(FLOAT, "cost charged to the budget"),
        "value_usd": Column(FLOAT, "value counted in the selection, such as NPV"),
        "duration_quarters": Column(pl.Int32, "how long it takes"),
        "requires": Column(STRINGS, "projects that must be chosen and finished before it starts"),
        "illustrative": Column(BOOL, "generated, not a real project"),
    },
    key=("project",),
)
CASH_FLOWS = Table(
    "cash_flows",
    {
        "project": Column(STR, "identifier"),
        "period": Column(pl.Int32, "0 = today, 1 = end of the first year …"),
        "cost_usd": Column(FLOAT, "cost ≥ 0 in the period"),
        "benefit_usd": Column(FLOAT, "benefit ≥ 0 in the period"),
    },
    key=("project", "period"),
)
PHASES = Table(
    "phases",
    {
        "project": Column(STR, "identifier"),
        "start_quarter": Column(pl.Int32, "0-based quarter in which it starts"),
        "end_quarter": Column(pl.Int32, "quarter before which it is finished (exclusive)"),
        "cost_usd": Column(FLOAT, "cost charged"),
    },
    key=("project",),
)

# -------------------------------------------------------------------------------------------- deliver
ENGAGEMENTS = Table(
    "engagements",
    {
        "engagement": Column(STR, "identifier"),
        "title": Column(STR, "what was promised"),
        "first_party": Column(STR, "name of the party of the first economy"),
        "second_party": Column(STR, "name of the party of the second economy"),
        "field": Column(STR, "sector or field code", nullable=True),
        "stage": Column(STR, "lead, meeting, memorandum, contract, delivery, results, ended"),
        "as_of": Column(DATE, "date of the latest step"),
        "amount": Column(FLOAT, "amount promised", nullable=True),
        "currency": Column(STR, "ISO 4217", nullable=True),
        "illustrative": Column(BOOL, "generated, not a real engagement"),
        "source": Column(STR, "where it comes from", nullable=True),
    },
    key=("engagement",),
)
STEPS = Table(
    "steps",
    {
        "engagement": Column(STR, "identifier"),
        "stage": Column(STR, "the stage reached"),
        "date": Column(DATE, "when"),
        "evidence": Column(STR, "document, link or statement", nullable=True),
        "owner": Column(STR, "who answers for it", nullable=True),
        "reason": Column(STR, "reason code, where it ended", nullable=True),
    },
)
