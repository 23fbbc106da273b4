"""The areas of a pair: ranked with reasons, what is missing said, weights in the address."""

import json
import re

import polars as pl
import pytest
from django.test import Client
from tests.web.find.factories import make_site_run, small_world

from corridor.data.importers import import_file
from corridor.data.runs import save_run
from corridor.find.stored import make_run
from corridor.find.study import study_pair
from corridor.vocabulary import AREA_CRITERIA
from corridor_web.accounts.models import User
from corridor_web.find.queries import open_store, run_path

pytestmark = pytest.mark.django_db
PAGE = "/find/PAK/CHN/areas"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):  # type: ignore[no-untyped-def]
    """Keep runs and datasets of these tests to themselves."""
    settings.HOME = tmp_path
    return tmp_path


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", response.content.decode())


def download(client: Client, address: str) -> dict:
    return json.loads(client.get(address).content)


def test_the_short_address_leads_to_the_pair_of_the_site(client: Client) -> None:
    assert client.get("/find/areas").headers["Location"] == PAGE
    assert client.get("/find/areas?need=2").headers["Location"] == f"{PAGE}?need=2"


def test_the_page_ranks_with_reasons_and_says_what_is_missing(client: Client) -> None:
    page = read(client, PAGE)
    assert "8 of 13 comparable areas carry 84% of the score" in page
    assert "China supplies 51% of world exports; Pakistan buys 2.73 billion USD" in page
    assert page.index("Ranked areas, with the reason") < page.index("Not comparable: evidence is missing")
    missing = page[page.index("Not comparable: evidence is missing") :]
    assert "Artificial intelligence" in missing and "Blockchain" in missing
    assert "220 destination markets" in page and "United States" in page and "BACI" in page
    assert "must not be added up" in page


def test_weights_are_part_of_the_address_and_of_every_link(client: Client) -> None:
    rows = download(client, f"{PAGE}?readiness=1&strength=0&need=0&effect=0&format=json")["rows"]
    assert rows[0]["name"] == "Textiles"
    rows = download(client, f"{PAGE}?strength=1&need=0&effect=0&readiness=0&format=json")["rows"]
    assert rows[0]["name"] == "Digital education"
    page = read(client, f"{PAGE}?strength=5&run=stored")
    assert "/find/PAK/CHN/areas/textiles?strength=5&amp;run=stored" in page


@pytest.mark.parametrize(
    "query", ["strength=-1", "strength=x", "strength=0&need=0&effect=0&readiness=0", "scale=z"]
)
def test_weights_that_cannot_be_used_are_named(client: Client, query: str) -> None:
    page = read(client, f"{PAGE}?{query}")
    assert "errorlist" in page
    assert "8 of 13 comparable areas" in page


def test_downloads_say_where_they_come_from_and_what_they_leave_out(client: Client) -> None:
    body = download(client, f"{PAGE}?format=json")
    assert "BACI" in body["source"] and "must not be added up" in body["source"]
    cloud = next(row for row in body["rows"] if row["name"] == "Cloud computing")
    assert cloud["score"] is None and cloud["low"] == 0 and cloud["high"] == 1


def test_an_area_opens_into_its_products_in_both_directions(client: Client) -> None:
    page = read(client, f"{PAGE}/electric_vehicles")
    assert "Partner’s share of world exports of these goods" in page
    assert "850760" in page and "Batteries" in page and "870380" in page
    assert "Corridor&#x27;s own reading of the HS 2017 nomenclature" in page
    bought = download(
        client, f"{PAGE}/electric_vehicles?format=json&table=bought-electric_vehicles-PAK-CHN-2024"
    )
    assert bought["rows"][0]["product"] == "850440"
    sold = download(client, f"{PAGE}/textiles?format=json&table=sold-textiles-PAK-CHN-2024")
    assert sold["rows"][0]["unrealised_usd"] >= sold["rows"][1]["unrealised_usd"] > 0
    page = read(client, f"{PAGE}/textiles")
    assert '<a href="/find/PAK/CHN/520942">' in page


def test_an_area_without_goods_shows_missing_and_never_zero(client: Client) -> None:
    page = read(client, f"{PAGE}/artificial_intelligence")
    assert "no HS code" in page
    rows = download(client, f"{PAGE}/artificial_intelligence?format=json")["rows"]
    assert {row["shown"] for row in rows} == {"missing"}
    assert client.get(f"{PAGE}/nothing").status_code == 404


def test_documented_facts_are_shown_with_their_source(client: Client) -> None:
    page = read(client, f"{PAGE}/intelligent_transport")
    assert "Caixin" in page and "shown and not scored" in page


def test_the_pair_page_leads_to_the_areas(client: Client) -> None:
    assert 'href="/find/PAK/CHN/areas?run=stored"' in read(client, "/find/PAK/CHN/?run=stored")


def test_the_other_direction_is_another_question(client: Client) -> None:
    page = read(client, "/find/CHN/PAK/areas")
    assert "cooperation of China with Pakistan" in page


def test_a_run_with_one_direction_says_what_is_missing(client: Client) -> None:
    make_site_run("one-way", published=True)
    page = read(client, "/find/XAA/XAB/areas?run=one-way")
    assert "one direction only" in page
    assert "All figures on this page are generated" in page


def test_a_run_computed_here_holds_both_directions(client: Client) -> None:
    make_site_run("whole", published=True)
    world = small_world()
    analysis = study_pair(world.trade, "XAA", "XAB", products=world.products)
    save_run(make_run(analysis), run_path("whole"))
    assert "holds all" in read(client, "/find/XAA/XAB/areas?run=whole")


@pytest.fixture
def evidence(tmp_path):
    file = tmp_path / "evidence.csv"
    rows = [
        f"{area},{criterion},index of {criterion},{economy},2023,{value},points,higher,An office"
        for area, value in (("cloud", 3), ("textiles", 1))
        for criterion, economy in zip(AREA_CRITERIA, ("CHN", "PAK", "PAK", "PAK"), strict=True)
    ]
    file.write_text("area,criterion,indicator,economy,year,value,unit,better,source\n" + "\n".join(rows))
    import_file(open_store(), file, name="office-2023")


def test_imported_indicators_count_for_people_signed_in(client: Client, evidence: None) -> None:
    assert "office-2023" not in read(client, PAGE)
    client.force_login(User.objects.create_user("reader", password="-"))
    page = read(client, PAGE)
    assert "office-2023" in page
    rows = download(client, f"{PAGE}/cloud?format=json")["rows"]
    shown = [row for row in rows if row["name"].startswith("index of")]
    assert len(shown) == 4 and {row["cited"] for row in shown} == {"An office"}
    # the box unticked: the form sends its weights and no dataset
    rows = download(client, f"{PAGE}/cloud?strength=1&need=1&effect=1&readiness=1&format=json")["rows"]
    assert not [row for row in rows if row["name"].startswith("index of")]


def test_the_api_says_the_same(client: Client) -> None:
    body = download(client, "/api/v1/find/pairs/PAK/CHN/areas")
    assert (body["chosen"], body["compared"]) == (8, 13)
    assert body["coverage"]["missing_importers"] and "BACI" in body["source"]
    cloud = next(item for item in body["items"] if item["area"] == "cloud")
    assert cloud["score"] is None and cloud["reasons"] == ["not_comparable", "no_goods"]
    first = download(client, "/api/v1/find/pairs/PAK/CHN/areas?strength=1&need=0&effect=0&readiness=0")[
        "items"
    ][0]
    assert first["area"] == "digital_education"
    nothing = client.get("/api/v1/find/pairs/PAK/CHN/areas?strength=0&need=0&effect=0&readiness=0")
    assert nothing.status_code in (400, 422)
    assert b"weights" in nothing.content


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(6):
        client.get(PAGE)


def test_areas_rest_on_both_stored_runs() -> None:
    from corridor.find.goods import read_goods
    from corridor.find.stored import stored_run

    goods = read_goods(stored_run("PAK", "CHN"), stored_run("CHN", "PAK"))
    assert goods.table.filter(pl.col("home_imports_usd").is_null()).is_empty()
