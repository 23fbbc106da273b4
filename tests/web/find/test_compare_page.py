"""Two runs compared on a page: exact, downloadable, and only between runs that one may see."""

import json

import polars as pl
import pytest
from django.test import Client
from tests.web.find import factories
from tests.web.find.factories import make_site_run, small_world

from corridor.find.pair import analyse_pair
from corridor.find.potential import PotentialOptions
from corridor_web.accounts.models import Role, User

pytestmark = pytest.mark.django_db
ADDRESS = "/find/XAA/XAB/compare"


@pytest.fixture
def two_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A published run, and one with other options that only people signed in see."""
    make_site_run("first", published=True)
    world, source = small_world(), factories.small_analysis().source
    options = PotentialOptions(trade_balance=False, ease="projected")
    other = analyse_pair(world.trade, "XAA", "XAB", products=world.products, source=source, options=options)
    monkeypatch.setattr(factories, "small_analysis", lambda: other)
    make_site_run("second")


@pytest.fixture
def analyst(client: Client) -> Client:
    client.force_login(User.objects.create(username="analyst", role=Role.ANALYST))
    return client


def test_the_terms_sum_to_the_difference(analyst: Client, two_runs: None) -> None:
    response = analyst.get(ADDRESS + "?run=first&with=second")
    assert response.status_code == 200
    comparison = response.context["comparison"]
    for measure in ("potential", "unrealised"):
        assert comparison.terms[f"{measure}_usd"].sum() == pytest.approx(comparison.change(measure), rel=1e-9)
    page = response.content.decode()
    assert "Trade balance of the product" in page and "Options that differ" in page
    assert "From shares times trade balance" in page


def test_both_runs_must_be_visible(client: Client, two_runs: None) -> None:
    assert client.get(ADDRESS + "?run=first&with=second").status_code == 404
    assert client.get(ADDRESS + "?run=second&with=first").status_code == 404
    assert client.get(ADDRESS + "?run=first&with=none").status_code == 404
    assert client.get(ADDRESS + "?run=first&with=first").status_code == 200
    assert 'value="second"' not in client.get(ADDRESS + "?run=first").content.decode()


def test_without_a_second_run_one_may_be_chosen(client: Client) -> None:
    page = client.get("/find/PAK/CHN/compare").content.decode()
    assert "There is only one run of this pair that you may see" in page


def test_a_run_against_itself_did_not_change(client: Client) -> None:
    page = client.get("/find/PAK/CHN/compare?run=stored&with=stored").content.decode()
    assert "The unrealised potential is 851 million USD in both runs." in page
    assert "rounded to 3 significant digits" in page


def test_tables_can_be_downloaded(analyst: Client, two_runs: None) -> None:
    query = "?run=first&with=second&format=json&table="
    terms = json.loads(analyst.get(ADDRESS + query + "terms-XAA-XAB").content)["rows"]
    lines = pl.DataFrame(json.loads(analyst.get(ADDRESS + query + "changes-XAA-XAB").content)["rows"])
    columns = [name for name in lines.columns if name.startswith("unrealised_") and "_usd_" not in name]
    total = sum(row["unrealised_usd"] for row in terms)
    assert lines.select(pl.sum_horizontal(columns).sum()).item() == pytest.approx(total, rel=1e-9)


def test_api_gives_terms_and_lines(analyst: Client, two_runs: None) -> None:
    body = json.loads(analyst.get("/api/v1/find/pairs/XAA/XAB/compare?run=first&with=second&limit=2").content)
    change = body["second_unrealised_usd"] - body["first_unrealised_usd"]
    assert sum(term["unrealised_usd"] for term in body["terms"]) == pytest.approx(change, rel=1e-9)
    assert len(body["lines"]) == 2 and body["count"] > 2
