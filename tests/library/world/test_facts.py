"""The public facts: sourced, not illustrative, conflicts kept, arithmetic as published."""

import polars as pl
import pytest

from corridor.data.facts import Facts, load_facts
from corridor.data.world import build_actors
from corridor.vocabulary import FIELDS, ORGANISATION_KINDS


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The facts the project carries."""
    return load_facts()


def test_every_row_has_a_source_and_is_not_illustrative(facts: Facts) -> None:
    """A fact without a source is not one."""
    for frame in (
        facts.figures,
        facts.organisations,
        facts.references,
        facts.zones,
        facts.conversions,
        facts.targets,
    ):
        assert not frame["illustrative"].any()
        assert (frame["source"].str.len_chars() > 0).all()


def test_codes_are_of_the_vocabulary(facts: Facts) -> None:
    """Fields and kinds are words the product knows."""
    used = set(facts.organisations["fields"].explode().drop_nulls()) | set(facts.references["field"])
    used |= {programme.field for programme in facts.programmes if programme.field}
    assert used <= set(FIELDS)
    assert set(facts.organisations["kind"]) <= set(ORGANISATION_KINDS)


def test_parts_refer_to_organisations_that_are_there(facts: Facts) -> None:
    """References and zones name organisations of the table."""
    known = facts.organisations["organisation"].to_list()
    assert facts.references["organisation"].is_in(known).all()
    assert facts.zones["organisation"].is_in(known).all()


def test_conflicting_figures_stand_side_by_side(facts: Facts) -> None:
    """Three costs of Lahore's safe city; payments over years are not a conflict."""
    costs = facts.programme("lahore-safe-city").list_conflicts()["cost"]
    assert sorted(figure.value for figure in costs) == [12e9, 14.52e9, 17e9]
    assert facts.references.filter(reference="lahore-safe-city-huawei")["value_usd"].to_list() == [None]
    assert "jobs" in facts.programme("nawaz-sharif-it-city").list_conflicts()
    assert set(facts.programme("peshawar-brt").list_conflicts()) == {"stations"}
    assert "exports" not in facts.programme("exports-to-china").list_conflicts()


def test_published_shares_come_out(facts: Facts) -> None:
    """26 % of announced projects, 2.4 % of listings, as published."""
    share = dict(facts.conversions.select("record", "share").iter_rows())
    assert share["csis-2020"] == pytest.approx(0.262, abs=5e-4)
    assert share["technology-exchange"] == pytest.approx(0.024, abs=5e-4)
    assert share["vibrant-gujarat-invested"] == pytest.approx(0.023)


def test_growth_of_targets_comes_out(facts: Facts) -> None:
    """35.1 % a year to 50 billion, 17.5 % a year to 150 billion."""
    growth = dict(facts.targets.select("target", "growth_percent").iter_rows())
    assert growth["exports-to-china-50bn"] == pytest.approx(35.1, abs=0.05)
    assert growth["exports-150bn"] == pytest.approx(17.5, abs=0.05)
    assert growth["uraan-exports-60bn"] is None
    target = facts.targets.filter(target="exports-to-china-50bn").row(0, named=True)
    assert target["value"] / target["market_value"] == pytest.approx(0.0185, abs=5e-5)


def test_what_a_source_leaves_open_is_said(facts: Facts) -> None:
    """No date that no source gives; ridership grew in each of the four years that are known."""
    target = facts.targets.filter(target="exports-to-china-50bn").row(0, named=True)
    assert "ten years are assumed" in target["source"]
    assert facts.targets.filter(target="ev-chargers")["due"].to_list() == [""]
    trips = facts.figures.filter(subject="peshawar-brt", measure="trips").sort("as_of")
    assert trips["as_of"].to_list() == ["2021", "2022", "2023", "2024"]
    assert trips["value"].is_sorted()


def test_cost_overrun_of_the_bus_line_comes_out(facts: Facts) -> None:
    """From 49.43 to 70 billion rupees is 41.6 % more."""
    costs = facts.figures.filter(subject="peshawar-brt", measure="cost")["value"]
    assert costs.max() / costs.min() - 1 == pytest.approx(0.416, abs=5e-4)


def test_names_are_in_three_languages(facts: Facts) -> None:
    """Every programme can be named on a page in each language."""
    for programme in facts.programmes:
        assert programme.name_in("en") == programme.name_en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in programme.name_in("zh-Hans"))
        assert any("\u0600" <= letter <= "\u06ff" for letter in programme.name_in("ur"))


def test_no_illustrative_organisation_has_a_real_name(facts: Facts) -> None:
    """Names and seats of the two tables do not meet."""
    invented = build_actors(("PAK", "CHN")).organisations
    for column in ("name_en", "name_zh", "name_ur", "city"):
        real = set(facts.organisations[column].drop_nulls())
        assert not real & set(invented[column].drop_nulls())
    seats = invented.select(pl.concat_list("city", "city_local")).to_series().explode().unique().to_list()
    names = facts.organisations.select(pl.concat_str("name_en", "name_zh", "name_ur", ignore_nulls=True))
    assert not names.to_series().str.contains_any(seats).any()
