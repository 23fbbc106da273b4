"""The page of a product and the reverse view, from runs with and without their tables."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.find import factories
from tests.web.find.factories import make_site_run, small_world

from corridor.find.inputs import InputSource, PotentialInputs
from corridor.find.pair import PairAnalysis
from corridor.find.study import study_pair
from corridor.tables import TARIFFS
from corridor_web.accounts.models import User
from corridor_web.registry.models import Listing, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def studied() -> PairAnalysis:
    """Return XAA → XAB of the small world with every table; quantities are one ton a thousand dollars."""
    world = small_world()
    trade = world.trade.with_columns(quantity_t=pl.col("value_usd") / 1000)
    source = factories.small_analysis().source
    return study_pair(trade, "XAA", "XAB", products=world.products, source=source)


@pytest.fixture
def run(settings, tmp_path: Path, monkeypatch, studied: PairAnalysis) -> str:  # type: ignore[no-untyped-def]
    """Store the studied pair as the public run ``full``."""
    settings.HOME = tmp_path
    monkeypatch.setattr(factories, "small_analysis", lambda: studied)
    make_site_run("full", published=True)
    return "full"


def first_line(analysis: PairAnalysis) -> str:
    followed = analysis.tables["rival_years"]["product"].to_list()
    return next(code for code in analysis.opportunities["product"] if code in followed)


def test_the_product_page_shows_suppliers_growth_and_unit_values(
    client: Client, run: str, studied: PairAnalysis
) -> None:
    product = first_line(studied)
    response = client.get(f"/find/XAA/XAB/{product}?run={run}")
    page = response.content.decode()
    assert response.context["competitors"][0]["rank"] == 1
    assert 'id="competitors"' in page and 'id="shares"' in page
    assert response.context["concentration"]["suppliers"] > 0
    assert "the market changed by" in page and "USD a ton" in page
    assert "Duties are not in this run" in page
    assert response.context["years"][0]["year"] == studied.year


def test_tariff_margins_and_positions_are_shown_where_a_run_has_them(
    client: Client, settings, tmp_path: Path, monkeypatch, studied: PairAnalysis
) -> None:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    product = first_line(studied)
    margins = studied.tables["competitors"].with_columns(
        rate_percent=pl.when(pl.col("supplier") == "XAA").then(5.0).otherwise(8.0),
        own_rate_percent=pl.lit(5.0),
        margin_points=pl.when(pl.col("supplier") == "XAA").then(0.0).otherwise(3.0),
    )
    positions = pl.DataFrame(
        {"product": [product], "rca": [2.0], "pci": [1.25], "density": [0.31], "cog": [0.1]}
    )
    tables = {**studied.tables, "tariff_margins": margins, "positions": positions}
    monkeypatch.setattr(factories, "small_analysis", lambda: replace(studied, tables=tables))
    make_site_run("tariffs", published=True)
    page = client.get(f"/find/XAA/XAB/{product}?run=tariffs").content.decode()
    assert "Competitors pay 3.0 percentage points more" in page
    assert "Product complexity" in page and "1.25" in page and "0.31" in page
    supply = client.get("/find/XAA/XAB/supply?run=tariffs").content.decode()
    assert "Density" in supply


def test_a_run_with_duties_shows_them_on_the_product_and_what_cutting_them_brings(
    client: Client, settings, tmp_path: Path, monkeypatch, studied: PairAnalysis
) -> None:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    world, product = small_world(), first_line(studied)
    codes = studied.opportunities["product"].to_list()
    unstated = next(code for code in codes if code != product)
    rows = [("XAB", "MFN", code, 2023, 12.0, "mfn") for code in codes if code != unstated]
    rows.append(("XAB", "XAA", product, 2023, 4.0, "preferential"))
    names = [name for name, column in TARIFFS.columns.items() if not column.optional]
    tariffs = pl.DataFrame(rows, schema=names, orient="row").with_columns(pl.col("year").cast(pl.Int32))
    inputs = PotentialInputs(
        tariffs=tariffs,
        elasticities=pl.DataFrame({"product": codes, "elasticity": [3.0] * len(codes)}),
        sources=(InputSource("tariffs", "duties", "Customs of XAB", "2023"),),
    )
    source = factories.small_analysis().source
    analysis = study_pair(world.trade, "XAA", "XAB", products=world.products, source=source, inputs=inputs)
    monkeypatch.setattr(factories, "small_analysis", lambda: analysis)
    make_site_run("duties", published=True)
    response = client.get(f"/find/XAA/XAB/{product}?run=duties")
    page = response.content.decode()
    own = next(row for row in response.context["competitors"] if row["supplier"] == "XAA")
    assert own["rate_percent"] == 4.0 and own["basis_words"] == "preference"
    assert response.context["average_margin"]["margin_points"] == pytest.approx(8.0)
    assert "rate for everyone" in page and "Customs of XAB" in page
    # a market whose line has no rate shows the mean of the chapter, or that none is known
    shown = client.get(f"/find/XAA/XAB/{unstated}?run=duties").context["competitors"]
    assert shown and {row["rate_basis"] for row in shown} <= {"chapter_mean", "unknown"}
    target = client.get("/find/XAA/XAB/target?run=duties&value=900&year=2040&tariff_cut=100")
    study = target.context["study"]
    gain = float(analysis.tables["tariff_cuts"]["gain_usd"].sum())
    lines = dict(study.decomposition.lines.select("line", "value_usd").iter_rows())
    assert lines["tariff_cuts"] == pytest.approx(gain) and gain > 0
    assert "Duty and elasticity are known for" in target.content.decode()


def test_the_stored_run_says_what_it_does_not_hold(client: Client) -> None:
    page = client.get("/find/PAK/CHN/100630?run=stored").content.decode()
    for said in (
        "The other suppliers of each product are not in this run",
        "Growth is not in this run",
        "Unit values are not in this run",
        "unknown, not zero",
    ):
        assert said in page
    assert 'id="competitors"' not in page


def test_a_product_names_the_chains_it_belongs_to(client: Client) -> None:
    page = client.get("/find/PAK/CHN/850440?run=stored").content.decode()
    assert "/find/PAK/CHN/supply?run=stored#chain-solar_energy" in page
    assert "Electric vehicles" in page


def make_offer(product: str, **values: str) -> Listing:
    organisation = Organisation.objects.create(
        economy=values.pop("economy", "PAK"), kind="company", name_en=values.pop("name", "Rice Mills")
    )
    defaults = {
        "side": "offer",
        "kind": "business",
        "language": "en",
        "title": "Milled rice",
        "text": "Rice.",
    }
    return Listing.objects.create(
        organisation=organisation, products=[product], status="published", **defaults | values
    )


def test_who_offers_the_product_at_home_is_named(client: Client) -> None:
    make_offer("1006")
    make_offer("100640", name="Broken Rice")
    make_offer("1006", name="Far Away", economy="CHN")
    make_offer("10", name="Cereal Trust")
    make_offer("1006", name="Needs Rice", side="need")
    page = client.get("/find/PAK/CHN/100630?run=stored").content.decode()
    assert "Rice Mills" in page and "Cereal Trust" in page
    assert not any(name in page for name in ("Broken Rice", "Far Away", "Needs Rice"))


def test_an_offer_for_members_is_seen_by_members_only(
    client: Client, users: dict[str, User], sign_in: Callable[[User | None], Client]
) -> None:
    make_offer("100630", name="Members Only", visibility="members")
    address = "/find/PAK/CHN/100630?run=stored"
    assert "Members Only" not in client.get(address).content.decode()
    assert "Members Only" in sign_in(users["member"]).get(address).content.decode()


def test_queries_do_not_grow_with_the_offers(client: Client) -> None:
    counts = []
    for number in (1, 3):
        for place in range(number):
            make_offer("100630", name=f"Mill {number} {place}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/find/PAK/CHN/100630?run=stored")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_reverse_view_of_a_run_with_every_supplier(
    client: Client, run: str, studied: PairAnalysis
) -> None:
    response = client.get(f"/find/XAA/XAB/supply?run={run}")
    page = response.content.decode()
    assert response.status_code == 200 and response.context["complete"]
    table = studied.tables["dependence"]
    assert response.context["totals"]["imports_usd"] == pytest.approx(table["imports_usd"].sum())
    assert "Largest supplier" in page and "generated: not real trade" in page
    change = response.context["change"]
    assert sum(value for _, value in change["terms"]) == pytest.approx(change["change_usd"])
    assert len(response.context["chains"]) == 5


def test_all_rows_can_be_downloaded_with_their_reasons(
    client: Client, run: str, studied: PairAnalysis
) -> None:
    body = json.loads(client.get(f"/find/XAA/XAB/supply?run={run}&products=all&format=json").content)
    assert len(body["rows"]) == studied.tables["dependence"].height
    assert all(row["reason"] for row in body["rows"])
    name = f"supply-chains-XAA-XAB-{studied.year}"
    tiers = json.loads(client.get(f"/find/XAA/XAB/supply?run={run}&format=json&table={name}").content)
    assert len(tiers["rows"]) == 30


def test_the_stored_runs_tell_the_partners_part(client: Client) -> None:
    response = client.get("/find/PAK/CHN/supply?run=stored")
    page = response.content.decode()
    totals = response.context["totals"]
    assert not response.context["complete"]
    assert totals["imports_usd"] == pytest.approx(57.0e9, rel=5e-3)
    assert totals["partner_usd"] == pytest.approx(18.4e9, rel=5e-3)
    assert "Shown from the run of the other direction" in page
    assert "Largest supplier" not in page
    assert "United States" in page and "220 destination markets" in page


def test_solar_cells_depend_on_the_partner_in_the_stored_runs(client: Client) -> None:
    body = json.loads(client.get("/find/PAK/CHN/supply?run=stored&format=json&q=854140").content)
    row = body["rows"][0]
    assert row["partner_share"] == pytest.approx(0.997, abs=1e-3)
    assert row["reason"].startswith("China supplies 99.7% of 2.14 billion USD.")
    assert "hhi" not in row


def test_a_run_without_tables_nor_the_other_way_says_what_is_missing(
    client: Client, settings, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    make_site_run("bare", published=True)
    response = client.get("/find/XAA/XAB/supply?run=bare")
    assert response.status_code == 200 and not response.context["known"]
    assert "Compute a run of this pair" in response.content.decode()


def test_the_pair_leads_to_its_reverse_view_and_keeps_the_run(client: Client) -> None:
    assert "/find/PAK/CHN/supply?run=stored" in client.get("/find/PAK/CHN/?run=stored").content.decode()


def test_the_api_lists_competitors_and_dependence(client: Client, run: str, studied: PairAnalysis) -> None:
    product = first_line(studied)
    address = "/api/v1/find/pairs/XAA/XAB"
    body = client.get(f"{address}/competitors?run={run}&product={product}").json()
    assert body["available"] and body["items"][0]["rank"] == 1
    assert body["count"] == studied.tables["competitors"].filter(product=product).height
    body = client.get(f"{address}/dependence?run={run}&dependent=true").json()
    assert body["complete"] and all(row["hhi"] > 0.4 for row in body["items"])


def test_the_api_says_what_the_stored_run_lacks(client: Client) -> None:
    body = client.get("/api/v1/find/pairs/PAK/CHN/competitors?run=stored").json()
    assert not body["available"] and body["items"] == []
    body = client.get("/api/v1/find/pairs/PAK/CHN/dependence?run=stored&product=854140").json()
    assert body["available"] and not body["complete"]
    assert body["items"][0]["hhi"] is None and body["items"][0]["partner_share"] > 0.99
