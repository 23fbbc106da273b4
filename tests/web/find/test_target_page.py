"""The target explorer: fifty billion told honestly, and whatever the address asks."""

import json
import re
from dataclasses import replace

import polars as pl
import pytest
from django.test import Client
from tests.web.find import factories
from tests.web.find.factories import make_site_run, small_analysis

from corridor_web.accounts.models import Role, User
from corridor_web.find.models import Target

pytestmark = pytest.mark.django_db
ADDRESS = "/find/PAK/CHN/target"


def read(client: Client, query: str = "") -> str:
    response = client.get(ADDRESS + query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_fifty_billion_is_told_with_both_bases_and_the_rest(client: Client) -> None:
    page = read(client)
    assert "From 2.84 billion USD in 2024 to 50 billion USD in 2035" in page
    assert "29.8% a year for 11 years" in page
    assert "For 46.3 billion USD of it, 92.6%, no source is found." in page
    assert "State Bank of Pakistan" in page and "35.1% a year for 10 years" in page
    assert "ten years are assumed here" in page
    assert "That is 2.46% of what China imports today" in page


def test_what_is_unknown_is_said_and_never_a_number(client: Client) -> None:
    page = read(client)
    row = page[page.index(">Tariff cuts</th>") :][:200]
    assert "unknown" in row and "USD" not in row
    assert "Unknown is not zero." in page


def test_every_line_opens_its_basis_and_formula(client: Client) -> None:
    page = read(client)
    assert "Export potential minus what is sold today, line by line" in page
    assert "never spread over the others" in page


def test_the_address_holds_the_assumptions(client: Client) -> None:
    query = "?value=10&year=2030&realisation=50&growth=4&growth_source=IMF&services=1&services_source=survey"
    response = client.get(ADDRESS + query)
    study = response.context["study"]
    lines = dict(study.decomposition.lines.select("line", "value_usd").iter_rows())
    assert lines["unrealised_potential"] == pytest.approx(0.5 * 851e6)
    assert lines["market_growth"] == pytest.approx(2.84e9 * (1.04**6 - 1))
    assert lines["services"] == 1e9
    assert round(sum(lines.values()), 2) == 10e9
    assert [one["name"] for one in response.context["scenarios"]] == [
        "Low",
        "Central",
        "High",
        "As asked above",
    ]
    assert "Source of the growth: IMF" in response.content.decode()


def test_other_bases_may_lead(client: Client) -> None:
    stated = client.get(ADDRESS + "?base=stated").context["wanted"]
    assert stated.base_usd == 2.476e9 and round(stated.required_growth, 3) == 0.351
    assert [other.base_usd for other in stated.others] == [2.84e9]
    own = "?base=own&base_value=3.452&base_year=2023&base_source=China%20customs"
    wanted = client.get(ADDRESS + own).context["wanted"]
    assert (wanted.base_usd, wanted.base_year, wanted.years) == (3.452e9, 2023, 12)
    assert len(wanted.others) == 2


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?value=-1", "greater than or equal to"),
        ("?year=2020", "lies after its base"),
        ("?growth=4", "needs its source"),
        ("?base=own", "needs its year and who counted it"),
        ("?realisation=101", "less than or equal to 100"),
        ("?value=nan", "Enter a number"),
        ("?potential=best", "Select a valid choice"),
    ],
)
def test_bad_values_are_answered_in_the_form(client: Client, query: str, says: str) -> None:
    page = read(client, query)
    assert says in page
    assert 'id="target-chart"' not in page


def test_all_markets_start_from_the_announced_base(client: Client) -> None:
    response = client.get(ADDRESS + "?scope=all")
    wanted = response.context["wanted"]
    assert (wanted.target_usd, wanted.base_usd, round(wanted.required_growth, 3)) == (150e9, 30e9, 0.175)
    page = response.content.decode()
    assert "United States" in page and "growth_source" not in page
    lines = dict(response.context["study"].decomposition.lines.select("line", "value_usd").iter_rows())
    assert 9e9 < lines["unrealised_potential"] < 11e9 and sum(lines.values()) == pytest.approx(150e9)


def test_a_run_without_other_markets_says_so(client: Client) -> None:
    page = client.get("/find/CHN/PAK/target?scope=all&value=5000&year=2035").content.decode()
    assert "holds no table of other markets" in page


def test_lines_can_be_downloaded_and_each_scenario_closes(client: Client) -> None:
    body = json.loads(client.get(ADDRESS + "?format=json").content)
    table = pl.DataFrame(body["rows"])
    sums = table.group_by("scenario").agg(pl.col("value_usd").sum().round(2))
    assert sums.height == 3 and (sums["value_usd"] == 50e9).all()
    assert "BACI" in body["source"] and "220 destination markets" in body["source"]


def test_a_run_with_further_tables_judges_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = small_analysis()
    product = analysis.opportunities["product"][0]
    tables = {
        "years": pl.DataFrame({"year": [2020, 2024], "market_usd": [1e9, 1.2e9]}),
        "new_products": pl.DataFrame(
            {"product": ["999999"], "pdi_rank": [1], "addition_usd": [5e6], "addition_high_usd": [9e6]}
        ),
        "tariff_cuts": pl.DataFrame({"product": [product], "potential_usd": [2e6], "gain_usd": [1e6]}),
    }
    monkeypatch.setattr(factories, "small_analysis", lambda: replace(analysis, tables=tables))
    make_site_run("tables", published=True)
    response = client.get("/find/XAA/XAB/target?run=tables&value=900&year=2040&tariff_cut=100")
    lines = dict(response.context["study"].decomposition.lines.select("line", "value_usd").iter_rows())
    assert lines["new_products"] == 5e6 and lines["tariff_cuts"] == 1e6 and lines["market_growth"] > 0
    assert [one.line for one in response.context["study"].missing] == ["services"]


def test_api_returns_the_same_lines(client: Client) -> None:
    body = json.loads(client.get("/api/v1/find/pairs/PAK/CHN/target").content)
    assert body["target_usd"] == 50e9 and body["base_usd"] == 2.84e9 and body["years"] == 11
    assert body["other_bases"][0]["base_usd"] == 2.476e9
    values = {line["line"]: line["value_usd"] for line in body["lines"]}
    assert values["tariff_cuts"] is None
    assert round(sum(value for value in values.values() if value is not None), 2) == 50e9
    assert client.get("/api/v1/find/pairs/CHN/PAK/target").status_code == 400
    assert client.get("/api/v1/find/pairs/CHN/PAK/target?value_usd=5e10&year=2035").status_code == 200


def test_a_desk_sets_the_target_with_its_source(client: Client) -> None:
    officer = User.objects.create(username="officer", role=Role.DESK_OFFICER, economy="PAK")
    client.force_login(officer)
    assert "Measure this pair against this target" in read(client, "?value=20&year=2032")
    sent = {"value": "20", "year": "2032", "base": "stated", "source": "Cabinet"}
    assert client.post(ADDRESS + "/set", sent).status_code == 302
    target = Target.objects.get(exporter="PAK", importer="CHN")
    assert (target.value_usd, target.year, target.source, target.base_usd) == (20e9, 2032, "Cabinet", 2.476e9)
    assert "to 20 billion USD in 2032" in read(client)


def test_a_target_without_its_source_or_amount_is_refused(client: Client) -> None:
    client.force_login(User.objects.create(username="officer", role=Role.DESK_OFFICER, economy="PAK"))
    for sent in ({"value": "20", "year": "2032"}, {"value": "x", "source": "Cabinet"}):
        page = client.post(ADDRESS + "/set", sent, follow=True).content.decode()
        assert "a target without a source" in page or "this is no target" in page
    assert Target.objects.get(exporter="PAK", importer="CHN").value_usd == 50e9
