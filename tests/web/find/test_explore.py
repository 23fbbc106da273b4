"""The opportunity explorer: five views, filters in the address, honest about what a run lacks."""

import json
import re
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.find import factories
from tests.web.find.factories import make_site_run, small_analysis, small_world

from corridor.find.stored import stored_run
from corridor.find.study import study_pair
from corridor_web.find.views.explore import VIEWS

pytestmark = pytest.mark.django_db
EXPLORE = "/find/PAK/CHN/explore"
#: Its run holds no further table.
BARE = "/find/CHN/PAK/explore"


@pytest.fixture
def full(monkeypatch: Any, settings: Any, tmp_path: Any) -> str:
    """Store a published run of XAA → XAB that holds every further table, and return its page."""
    settings.HOME = tmp_path
    world = small_world()
    analysis = study_pair(world.trade, "XAA", "XAB", products=world.products, source=small_analysis().source)
    markets = pl.DataFrame(
        {
            "exporter": "XAA",
            "importer": ["XAC", "XAB"],
            "current_usd": [1e6, 2e6],
            "potential_usd": [3e6, 3e6],
            "unrealised_usd": [2e6, 1e6],
            "lines": pl.Series([5, 4], dtype=pl.Int32),
            "rank": pl.Series([1, 2], dtype=pl.Int32),
        }
    )
    whole = replace(analysis, tables={**analysis.tables, "markets": markets})
    monkeypatch.setattr(factories, "small_analysis", lambda: whole)
    make_site_run("full", published=True)
    return "/find/XAA/XAB/explore?run=full"


def read_chart(page: str, name: str) -> dict[str, Any]:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page, re.S)
    assert found, f"no chart {name}"
    return json.loads(found.group(1))  # type: ignore[no-any-return]


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_it_opens_with_the_treemap_whose_tiles_lead_to_products(client: Client) -> None:
    page = get(client, EXPLORE)
    values = read_chart(page, "treemap")["data"]["values"]
    assert any(tile.get("href") == "/find/PAK/CHN/100630" for tile in values)
    assert 'aria-current="page">Treemap' in page
    assert page.count("<table") == 1  # the figures as a table, for who cannot see the chart
    assert "220 destination markets" in page and "BACI" in page


@pytest.mark.parametrize("view", list(VIEWS))
@pytest.mark.parametrize("language", ["en", "zh-hans", "ur"])
def test_every_view_of_the_stored_run_answers_and_is_small(client: Client, view: str, language: str) -> None:
    page = get(client, f"{EXPLORE}?view={view}&lang={language}")
    assert len(page) < 300_000
    assert ('id="listing"' in page) == (view in ("table", "markets"))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("view=space", "holds no product space"),
        ("view=markets", "other markets"),
        ("view=scatter&y=complexity", "complexity of products"),
    ],
)
def test_what_the_stored_run_lacks_is_said_with_the_way_to_get_it(
    client: Client, clients: dict[str, Client], query: str, says: str
) -> None:
    page = get(client, f"{BARE}?{query}")
    assert says in page and "corridor data import" in page and "<figure" not in page
    assert "/find/runs" not in page.split("<main")[1].split('class="run"')[0]
    mine = get(clients["analyst"], f"{BARE}?{query}")
    assert 'href="/find/runs">Compute a run' in mine


@pytest.mark.parametrize("view", list(VIEWS))
def test_every_view_of_a_full_run(client: Client, full: str, view: str) -> None:
    page = get(client, f"{full}&view={view}")
    if view != "table":
        assert read_chart(page, view)
    assert "All figures" in page or "illustrative" in page


def test_space_fills_and_rings(client: Client, full: str) -> None:
    analysis = factories.small_analysis()
    layers = read_chart(get(client, f"{full}&view=space"), "space")["layer"]
    held = analysis.tables["space"].filter(m=1)["node"].to_list()
    assert [node["node"] for node in layers[2]["data"]["values"]] == held
    wanted = set(analysis.opportunities.filter("shortlisted")["product"].str.head(4))
    shown = [node for layer in layers[1:3] for node in layer["data"]["values"] if node.get("lines")]
    assert {node["node"] for node in shown} == wanted & set(analysis.tables["space"]["node"])


def test_filters_hold_for_every_view_and_stay_in_links(client: Client) -> None:
    lines = stored_run("PAK", "CHN").opportunities
    kept = lines.filter(pl.col("chapter") == "52", pl.col("firmness") >= 0.8)
    address = f"{EXPLORE}?section=XI&chapter=52&firm=80&run=stored"
    response = client.get(address + "&view=table")
    assert response.context["listing"].page.paginator.count == kept.height > 0
    page = response.content.decode()
    assert "section=XI&amp;chapter=52&amp;firm=80&amp;run=stored&amp;view=treemap" in page
    tiles = read_chart(get(client, address), "treemap")["data"]["values"]
    assert {tile["code"] for tile in tiles if "href" in tile} <= set(kept["product"])
    assert all("run=stored" in tile["href"] for tile in tiles if "href" in tile)


def test_words_and_not_yet_sold(client: Client) -> None:
    rows = json.loads(client.get(f"{EXPLORE}?view=table&q=cotton&new=1&format=json").content)["rows"]
    assert rows
    assert all(row["current_usd"] == 0 and "cotton" in row["description"].lower() for row in rows)
    assert all("nothing from Pakistan" in row["reason"] or "already sells" in row["reason"] for row in rows)


@pytest.mark.parametrize(
    "query", ["section=XXX&chapter=77&firm=7&view=none&level=all&y=size&new=9", "section=XI&chapter=10"]
)
def test_what_is_not_known_in_the_address_counts_as_not_asked(client: Client, query: str) -> None:
    asked = client.get(f"{EXPLORE}?{query}").context["asked_for"]
    assert asked.view == "treemap" and asked.level == "product" and asked.height == "firmness"
    assert not asked.filters.chapter and asked.percent == 0


def test_nothing_fits_is_said(client: Client) -> None:
    for view in ("treemap", "scatter"):
        assert "No product fits these filters." in get(client, f"{EXPLORE}?q=nosuchword&view={view}")
    assert "Nothing fits this filter." in get(client, f"{EXPLORE}?q=nosuchword&view=table")
    assert "No product fits these filters." in get(client, f"{EXPLORE}?chapter=93&new=1&firm=100&view=table")


def test_table_carries_one_sentence_a_row_and_downloads_with_coverage(client: Client) -> None:
    page = get(client, f"{EXPLORE}?view=table")
    assert page.count("of world exports") >= 20
    body = json.loads(client.get(f"{EXPLORE}?view=table&chapter=10&format=json").content)
    assert "United States" in body["source"] and body["rows"][0]["reason"].endswith("unrealised.")


def test_markets_are_listed_and_downloaded(client: Client, full: str) -> None:
    rows = json.loads(client.get(f"{full}&view=markets&format=json").content)["rows"]
    assert [row["importer"] for row in rows] == ["XAC", "XAB"]


def test_pair_page_leads_here_and_back_on_the_same_run(client: Client, full: str) -> None:
    assert 'href="/find/XAA/XAB/explore?run=full"' in get(client, "/find/XAA/XAB/?run=full")
    assert 'href="/find/XAA/XAB/?run=full"' in get(client, full)


def test_query_count_is_the_same_for_every_view(client: Client, full: str) -> None:
    counts = set()
    for view in VIEWS:
        with CaptureQueriesContext(connection) as counted:
            client.get(f"{full}&view={view}")
        counts.add(len(counted))
    assert len(counts) == 1


def test_positions_through_the_api(client: Client, full: str) -> None:
    body = client.get("/api/v1/find/pairs/XAA/XAB/positions?run=full&limit=5").json()
    positions = factories.small_analysis().tables["positions"]
    assert body["held"] and body["count"] == positions.height and len(body["items"]) == 5
    assert body["items"][0]["product"] == positions["product"][0]
    assert [row["economy"] for row in body["standing"]] == ["XAA", "XAB"]
    empty = client.get("/api/v1/find/pairs/CHN/PAK/positions?run=stored").json()
    assert empty["held"] is False and empty["items"] == [] and "USA" in empty["coverage"]["missing_importers"]


def test_the_run_that_corridor_carries_places_its_lines(client: Client) -> None:
    body = client.get("/api/v1/find/pairs/PAK/CHN/positions?run=stored").json()
    assert body["held"] and body["items"][0]["neighbours"] is None
    assert [row["economy"] for row in body["standing"]] == ["PAK", "CHN"]
    assert body["standing"][1]["eci"] > body["standing"][0]["eci"]
