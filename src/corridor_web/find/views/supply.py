"""The reverse view of a pair: what home buys, on whom it depends, and what it could make."""

from typing import Any, Final

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from corridor.find.chains import find_neighbours, sum_tiers
from corridor.find.growth import TERMS
from corridor.find.pair import PairAnalysis
from corridor.find.supply import is_dependent, list_home_options, read_dependence
from corridor.locale import format_percent, join_words, translator
from corridor.locale.economies import economy_name
from corridor.reports.market import dependence_sentence, option_sentence, supply_limits
from corridor.reports.sentences import coverage_sentences, nomenclature_sentence, source_line
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.find import queries
from corridor_web.find.queries import read_pair
from corridor_web.find.views.pair import describe_run

#: Columns that only a run with every supplier holds.
SUPPLIER_COLUMNS: Final = ("top_supplier", "top_share", "hhi", "alternatives")


def supply(request: HttpRequest, exporter: str, importer: str) -> HttpResponse:
    """Show what the exporter's economy, home, buys from the importer's, the partner, and from others."""
    analysis, run = read_pair(exporter, importer, request.GET.get("run", ""), user=request.user)
    other = queries.read_other_way(analysis, run, user=request.user)
    page = SupplyPage(request, analysis, other)
    listings = {
        "dependence": page.list_dependence(),
        "options": page.list_options(),
        "tiers": page.list_tiers(),
    }
    for listing in listings.values():
        if listing is not None and (answer := listing.download()):
            return answer
    context = {
        "analysis": analysis,
        **describe_run(request, analysis, run),
        "listings": listings,
        "complete": page.complete,
        "known": page.lines is not None,
        "totals": page.sum_up(),
        "chains": page.draw_chains(),
        "change": page.read_change(),
        "coverage": page.coverage,
        "source": page.source,
    }
    return render(request, "find/supply.html", context)


class SupplyPage:
    """What one request shows: from the tables of a run of home → partner, else from the run the other way.

    ``lines`` is a table ``DEPENDENCE``, None where the site has neither; ``complete`` says whether it
    holds every supplier.
    """

    def __init__(self, request: HttpRequest, analysis: PairAnalysis, other: PairAnalysis | None) -> None:
        self.request, self.analysis, self.other = request, analysis, other
        self.language = current_language()
        self.home, self.partner = analysis.exporter, analysis.importer
        self.complete = "dependence" in analysis.tables
        self.origin = analysis if self.complete or other is None else other
        self.lines = self._read_lines()
        self.tiers = self._read_tiers()

    def _read_lines(self) -> pl.DataFrame | None:
        if self.complete:
            return self.analysis.tables["dependence"]
        if self.other is None:
            return None
        return read_dependence(self.other.opportunities, self.analysis.opportunities)

    def _read_tiers(self) -> pl.DataFrame | None:
        if "chain_tiers" in self.analysis.tables:
            return self.analysis.tables["chain_tiers"]
        if self.lines is None:
            return None
        absent = self.origin.coverage.absent_products or ()
        return sum_tiers(self.lines, queries.list_chains(), unknown=absent)

    @property
    def source(self) -> str:
        """The line under each table."""
        return source_line(self.origin, self.language)

    @property
    def coverage(self) -> list[str]:
        """What the figures leave out."""
        missing = self.origin.coverage.missing_importers
        told = nomenclature_sentence(self.origin.source.nomenclature, self.language)
        limits = [*supply_limits(missing, self.language), *([told] if told else [])]
        return [*coverage_sentences(self.origin, self.language), *limits]

    def sum_up(self) -> dict[str, Any] | None:
        """Return home's imports in all, from the partner, and the dependent part; None where nothing is known."""
        if self.lines is None:
            return None
        dependent = self.lines.filter(is_dependent())
        on_partner = dependent.filter(
            pl.col("top_supplier").is_null() | (pl.col("top_supplier") == self.partner)
        )
        imports = float(self.lines["imports_usd"].sum())
        partner = float(self.lines["partner_usd"].sum())
        whole = imports if self.complete or self.other is None else self.other.totals.importer_imports_usd
        return {
            "imports_usd": whole,
            "partner_usd": partner,
            "partner_share": partner / whole if whole else None,
            "products": dependent.height,
            "dependent_usd": float(dependent["imports_usd"].sum()),
            "on_partner": on_partner.height,
            "on_partner_usd": float(on_partner["imports_usd"].sum()),
            "covered_share": imports / whole if whole else None,
        }

    def _name(self, lines: pl.DataFrame) -> pl.DataFrame:
        analyses = [self.analysis, *([self.other] if self.other else [])]
        return lines.join(queries.name_products(*analyses), on="product", how="left", maintain_order="left")

    def _link(self, row: dict[str, Any]) -> str | None:
        """Return the page of the product as the partner's export to home, where there is one."""
        if self.other is None or row["product"] not in self._sold:
            return None
        return reverse("find:line", args=[self.partner, self.home, row["product"]])

    @property
    def _sold(self) -> frozenset[str]:
        if not hasattr(self, "_products"):
            self._products = frozenset(self.other.opportunities["product"]) if self.other else frozenset()
        return self._products

    def _list(self, rows: pl.DataFrame, columns: list[Column], title: str, prefix: str, sort: str) -> Listing:
        return Listing(
            self.request,
            rows,
            columns,
            title=f"{title}-{self.home}-{self.partner}-{self.origin.year}",
            search=("product", "description") if "description" in rows.columns else (),
            default_sort=sort,
            prefix=prefix,
            source=self.source,
            coverage=" ".join(self.coverage),
        )

    def list_dependence(self) -> Listing | None:
        """Return the list of dependent products, or of all with ``?products=all``."""
        if self.lines is None:
            return None
        rows = self.lines
        if self.request.GET.get("products") != "all":
            rows = rows.filter(is_dependent())
        columns = [
            Column("product", gettext_lazy("HS6"), link=self._link),
            Column("description", gettext_lazy("Product"), lang="en"),
            Column("imports_usd", gettext_lazy("Imports"), "usd"),
            Column("partner_share", gettext_lazy("Partner’s share"), "share"),
            Column("top_supplier", gettext_lazy("Largest supplier"), "economy"),
            Column("top_share", gettext_lazy("Its share"), "share"),
            Column(
                "reason",
                gettext_lazy("Reason"),
                value=lambda row: dependence_sentence(row, self.partner, self.language),
            ),
            Column(
                "hhi",
                gettext_lazy("HHI"),
                "ratio",
                hint=gettext_lazy(
                    "Sum of squared shares of suppliers: 1 is a single supplier, above 0.4 concentrated"
                ),
                secondary=True,
            ),
            Column("alternatives", gettext_lazy("Other sources"), "number", secondary=True),
            Column("named", gettext_lazy("The largest of them"), value=self._name_sources(), secondary=True),
            Column("home_exports_usd", gettext_lazy("Home’s exports"), "usd", secondary=True),
        ]
        hidden = () if self.complete else (*SUPPLIER_COLUMNS, "named")
        shown = [column for column in columns if column.key not in hidden]
        return self._list(self._name(rows), shown, "dependence", "", "-imports_usd")

    def _name_sources(self) -> Any:
        table = self.analysis.tables.get("alternatives")
        if table is None:
            return lambda row: None
        sources: dict[str, list[str]] = {}
        for product, supplier, share in table.select("product", "supplier", "world_share").iter_rows():
            words = (
                f"{economy_name(supplier, self.language)} {format_percent(share, self.language, digits=0)}"
            )
            sources.setdefault(product, []).append(words)
        return lambda row: join_words(sources.get(row["product"], ()), self.language) or None

    def list_options(self) -> Listing | None:
        """Return the list of what home buys and could make."""
        if self.lines is None or self.tiers is None:
            return None
        options = list_home_options(
            self.lines,
            densities=self.analysis.tables.get("positions"),
            neighbours=find_neighbours(self.tiers, queries.list_chains()),
        )
        columns = [
            Column("product", gettext_lazy("HS6"), link=self._link),
            Column("description", gettext_lazy("Product"), lang="en"),
            Column("net_imports_usd", gettext_lazy("Imports − exports"), "usd"),
            Column("home_exports_usd", gettext_lazy("Home’s exports"), "usd", secondary=True),
            Column("home_rca", gettext_lazy("RCA"), "ratio", secondary=True),
            Column("density", gettext_lazy("Density"), "ratio", secondary=True),
            Column("evidence", gettext_lazy("Evidence"), "labels", order=""),
            Column("reason", gettext_lazy("Reason"), value=lambda row: option_sentence(row, self.language)),
        ]
        if "positions" not in self.analysis.tables:
            columns = [column for column in columns if column.key != "density"]
        return self._list(self._name(options), columns, "made-at-home", "m-", "-net_imports_usd")

    def list_tiers(self) -> Listing | None:
        """Return the tiers of all chains as one list."""
        if self.tiers is None:
            return None
        titles = pl.DataFrame(
            [
                {
                    "chain": chain.code,
                    "tier": tier.code,
                    "chain_title": self._say(chain.title),
                    "tier_title": self._say(tier.title),
                }
                for chain in queries.list_chains()
                for tier in chain.tiers
            ]
        )
        rows = self.tiers.join(titles, on=["chain", "tier"], how="left", maintain_order="left")
        columns = [
            Column("chain_title", gettext_lazy("Chain"), "name"),
            Column("tier_title", gettext_lazy("Tier of the chain"), "name"),
            Column("imports_usd", gettext_lazy("Imports"), "usd"),
            Column("partner_share", gettext_lazy("Partner’s share"), "share"),
            Column("top_supplier", gettext_lazy("Largest supplier"), "economy"),
            Column("top_share", gettext_lazy("Its share"), "share", secondary=True),
            Column("hhi", gettext_lazy("HHI"), "ratio", secondary=True),
            Column("home_exports_usd", gettext_lazy("Home’s exports"), "usd"),
            Column("gap_usd", gettext_lazy("Imports − exports"), "usd"),
            Column("unknown_codes", gettext_lazy("Codes not in the data"), "number", secondary=True),
        ]
        hidden = () if self.complete else SUPPLIER_COLUMNS
        shown = [column for column in columns if column.key not in hidden]
        return self._list(rows, shown, "supply-chains", "t-", "")

    def _say(self, text: str) -> str:
        return translator(self.language).gettext(text)

    def draw_chains(self) -> list[dict[str, Any]]:
        """Return each chain with its tiers, the finished good first."""
        if self.tiers is None:
            return []
        by_tier = {(row["chain"], row["tier"]): row for row in self.tiers.to_dicts()}
        return [
            {
                "code": chain.code,
                "title": self._say(chain.title),
                "limits": self._say(chain.limits),
                "sources": chain.sources,
                "tiers": [
                    by_tier[chain.code, tier.code] | {"title": self._say(tier.title)}
                    for tier in chain.tiers
                    if (chain.code, tier.code) in by_tier
                ],
            }
            for chain in queries.list_chains()
        ]

    def read_change(self) -> dict[str, Any] | None:
        """Return why home's sales everywhere changed (constant market shares), None with one year."""
        table = self.analysis.tables.get("share_change")
        if table is None or table.is_empty():
            return None
        growth = self.analysis.tables["growth"].row(0, named=True)
        return {
            "base_year": growth["base_year"],
            "end_year": growth["end_year"],
            "change_usd": float(table["change_usd"].sum()),
            "terms": [(term, float(table[f"{term}_usd"].sum())) for term in TERMS],
        }
