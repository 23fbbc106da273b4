"""The find page of a pair shows the stored run, its coverage and its reasons."""

import json
import re

import polars as pl
import pytest
from django.test import Client
from tests.web.find import factories
from tests.web.find.factories import small_analysis

from corridor.find.pair import analyse_pair
from corridor.find.stored import stored_run
from corridor_web.find.models import Target

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client) -> str:
    response = client.get("/find/PAK/CHN/")
    assert response.status_code == 200
    return response.content.decode()


def test_index_leads_to_the_pair_of_the_site(client: Client) -> None:
    assert client.get("/find/").headers["Location"] == "/find/PAK/CHN/"


def test_page_opens_with_the_partners_imports_before_the_potential(page: str) -> None:
    assert page.index('id="suppliers"') < page.index('id="shortlist"') < page.index('id="target"')


def test_page_names_the_missing_importers_and_the_number_of_markets(page: str) -> None:
    for name in ("United States", "Germany", "France", "United Kingdom", "Netherlands", "Spain"):
        assert name in page
    assert "220 destination markets" in page


def test_page_states_the_denominator_of_the_shortlist(page: str) -> None:
    summary = stored_run("PAK", "CHN").shortlist
    assert f"{summary.lines} products of {summary.positive_lines:,}" in re.sub(r"\s+", " ", page)


def test_listing_shows_the_shortlist_and_on_demand_all_lines(client: Client) -> None:
    analysis = stored_run("PAK", "CHN")
    short = json.loads(client.get("/find/PAK/CHN/?format=json").content)
    everything = json.loads(client.get("/find/PAK/CHN/?format=json&lines=all").content)
    assert len(short["rows"]) == analysis.shortlist.lines
    assert len(everything["rows"]) == analysis.opportunities.height
    assert "BACI" in short["source"]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_downloads_say_what_the_figures_leave_out(client: Client, form: str) -> None:
    text = client.get(f"/find/PAK/CHN/?format={form}").content.decode("utf-8-sig")
    assert "United States" in text and "220 destination markets" in text and "HS 271000" in text
    assert "24800000" in text and "24799999" not in text


def test_pages_show_no_more_digits_than_the_run_holds(client: Client) -> None:
    page = client.get("/find/PAK/CHN/100630").content.decode()
    assert "10.5%" in page and "10.50%" not in page and "1.370" not in page


def test_lines_of_the_api_carry_their_coverage(client: Client) -> None:
    body = json.loads(client.get("/api/v1/find/pairs/PAK/CHN/opportunities?limit=1").content)
    assert "USA" in body["coverage"]["missing_importers"]
    assert body["coverage"]["absent_products"] == 305
    assert "BACI" in body["source"] and body["year"] == 2024


def test_a_pair_without_trade_says_why_there_is_no_potential(client: Client, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    world = factories.small_world()
    nothing = (pl.col("exporter") == "XAA") & (pl.col("importer") == "XAB")
    analysis = analyse_pair(
        world.trade.filter(~nothing), "XAA", "XAB", products=world.products, source=small_analysis().source
    )
    monkeypatch.setattr(factories, "small_analysis", lambda: analysis)
    factories.make_site_run("none", published=True)
    page = client.get("/find/XAA/XAB/?run=none").content.decode()
    assert "It does not say that there is none." in page
    assert 'id="shortlist"' not in page and 'id="lines"' not in page
    assert 'id="suppliers"' in page


def test_listing_sorts_and_filters(client: Client) -> None:
    rows = json.loads(client.get("/find/PAK/CHN/?format=json&sort=-current_usd&q=cotton").content)["rows"]
    values = [row["current_usd"] for row in rows]
    assert values == sorted(values, reverse=True) and values
    assert all("cotton" in row["description"].lower() for row in rows)


def test_target_lines_close_exactly_and_show_what_has_no_source(client: Client) -> None:
    response = client.get("/find/PAK/CHN/")
    goal, gap = response.context["target"]
    assert goal.value_usd == 50e9
    assert round(gap.lines["value_usd"].sum(), 2) == goal.value_usd
    assert gap.no_source_usd > 46e9
    # the data's own base leads, the one that the target names stands beside (docs/decisions/0012)
    assert (gap.base_usd, gap.years, round(gap.required_growth, 3)) == (2.84e9, 11, 0.298)
    assert (gap.others[0].base_usd, round(gap.others[0].required_growth, 3)) == (2.476e9, 0.351)
    page = response.content.decode()
    assert "29.8%" in page and "35.1%" in page and "State Bank of Pakistan" in page


def test_page_without_a_target_has_no_section_for_it(client: Client) -> None:
    Target.objects.all().delete()
    assert 'id="target"' not in client.get("/find/PAK/CHN/").content.decode()


def test_line_shows_each_term(client: Client) -> None:
    response = client.get("/find/PAK/CHN/100630")
    assert response.status_code == 200
    assert response.context["row"]["product"] == "100630"


@pytest.mark.parametrize(
    "address", ["/find/PAK/XYZ/", "/find/USA/CHN/", "/find/PAK/CHN/000000", "/find/PAK/CHN/?run=none"]
)
def test_unknown_pair_product_or_run_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_api_gives_the_same_figures_as_the_page(client: Client) -> None:
    analysis = stored_run("PAK", "CHN")
    body = client.get("/api/v1/find/pairs/PAK/CHN").json()
    assert body["unrealised_usd"] == analysis.totals.unrealised_usd
    assert body["shortlist"]["positive_lines"] == analysis.shortlist.positive_lines
    assert "USA" in body["coverage"]["missing_importers"]
    lines = client.get("/api/v1/find/pairs/PAK/CHN/opportunities?shortlisted=true&limit=5").json()
    assert lines["count"] == analysis.shortlist.lines and len(lines["items"]) == 5


def test_api_answers_an_unknown_pair_with_problem_json(client: Client) -> None:
    response = client.get("/api/v1/find/pairs/PAK/XYZ")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
