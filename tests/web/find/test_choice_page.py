"""The choice page: an exact shortlist under conditions that stand in the address."""

import json
from dataclasses import replace

import polars as pl
import pytest
from django.test import Client
from tests.web.find import factories
from tests.web.find.factories import make_site_run, small_analysis

from corridor.find.stored import stored_run

pytestmark = pytest.mark.django_db
ADDRESS = "/find/PAK/CHN/choose"
#: Its run holds no complexity.
BARE = "/find/CHN/PAK/choose"


def test_without_conditions_it_is_the_shortlist(client: Client) -> None:
    response = client.get(ADDRESS)
    assert response.status_code == 200
    analysis = stored_run("PAK", "CHN")
    assert response.context["choice"].lines.height == analysis.shortlist.lines
    assert "Proven best" in response.content.decode()


def test_conditions_are_kept_and_proved(client: Client) -> None:
    query = "?share=50&exclude=24+93&most_per_chapter=2&least_sections=12"
    response = client.get(ADDRESS + query)
    choice = response.context["choice"]
    assert choice.outcome.status == "optimal" and choice.outcome.gap == 0
    assert not choice.lines["product"].str.starts_with("24").any()
    assert choice.lines.group_by("chapter").len()["len"].max() <= 2
    page = response.content.decode()
    assert "OR-Tools CP-SAT" in page and "bound" in page and "Seed 7" in page
    assert "Left out by code" in page


def test_the_most_with_a_number_of_products(client: Client) -> None:
    choice = client.get(ADDRESS + "?lines=5&most=on").context["choice"]
    assert choice.lines.height == 5
    assert choice.lines["rank"].to_list() == [1, 2, 3, 4, 5]


def test_what_cannot_be_fulfilled_says_what_binds(client: Client) -> None:
    page = client.get(ADDRESS + "?share=99&lines=5").content.decode()
    assert "No choice fulfils these conditions." in page
    assert "Any one of these given up would make it possible: At most so many products." in page
    assert "The most that can be carried under them is" in page


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?exclude=arms", "two to six digits"),
        ("?include=93", "six digits"),
        ("?share=0", "greater than or equal to"),
        ("?least_sections=22", "less than or equal to"),
        ("?exclude=24&include=240120", "either included or excluded"),
        ("?include=999999", "is not among the lines"),
        ("?strategy=bold", "Select a valid choice"),
    ],
)
def test_bad_values_are_answered_in_the_form(client: Client, query: str, says: str) -> None:
    response = client.get(ADDRESS + query)
    assert response.status_code == 200
    assert says in response.content.decode()


def test_a_strategy_needs_complexity(client: Client) -> None:
    assert "holds no complexity of products" in client.get(BARE + "?strategy=long_jump").content.decode()
    response = client.get(ADDRESS + "?strategy=long_jump")
    assert response.status_code == 200 and "holds no complexity" not in response.content.decode()


def test_the_front_names_what_the_run_does_not_hold(client: Client) -> None:
    page = client.get(BARE).content.decode()
    assert "Left out, because this run has no figures for it: Complexity, Feasibility." in page


def test_a_run_with_positions_weighs_complexity(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = small_analysis()
    products = analysis.opportunities["product"]
    count = len(products)
    positions = pl.DataFrame(
        {
            "product": products,
            "rca": [0.5 if place % 2 else 2.0 for place in range(count)],
            "pci": [float(place % 7) for place in range(count)],
            "density": [0.1 + 0.01 * place for place in range(count)],
            "cog": [0.02 * place for place in range(count)],
        }
    )
    standing = pl.DataFrame({"economy": ["XAA", "XAB"], "eci": [1.0, 2.0]})
    monkeypatch.setattr(
        factories,
        "small_analysis",
        lambda: replace(analysis, tables={"positions": positions, "standing": standing}),
    )
    make_site_run("positions", published=True)
    response = client.get("/find/XAA/XAB/choose?run=positions&strategy=low_hanging&lines=3")
    assert response.context["choice"].lines.height == 3
    page = response.content.decode()
    assert "weighs nearness 60%" in page and "no ceiling of complexity applies" in page
    poor = client.get("/find/XAA/XAB/choose?run=positions&strategy=low_hanging&income=1500")
    assert poor.context["choice"].lines["pci"].max() <= 3.0
    assert "Products more complex than 3.00 are left out" in poor.content.decode()
    front = client.get("/find/XAA/XAB/choose?run=positions").content.decode()
    for name in ("Potential", "Firmness", "Complexity", "Feasibility"):
        assert name in front[front.index("beaten by no other in") :][:120]


def test_choice_and_front_can_be_downloaded(client: Client) -> None:
    choice = json.loads(client.get(ADDRESS + "?format=json&table=choice-PAK-CHN-2024&exclude=24").content)
    assert choice["rows"] and not any(row["product"].startswith("24") for row in choice["rows"])
    assert "carry" in choice["source"]
    front = json.loads(client.get(ADDRESS + "?format=json&table=front-PAK-CHN-2024").content)
    assert front["rows"]


def test_a_run_without_potential_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = small_analysis()
    nothing = analysis.opportunities.with_columns(unrealised_usd=pl.lit(0.0), shortlisted=pl.lit(value=False))
    shortlist = replace(analysis.shortlist, lines=0, positive_lines=0)
    monkeypatch.setattr(
        factories, "small_analysis", lambda: replace(analysis, opportunities=nothing, shortlist=shortlist)
    )
    make_site_run("nothing", published=True)
    page = client.get("/find/XAA/XAB/choose?run=nothing").content.decode()
    assert "No product has unrealised potential" in page and 'id="front"' not in page
