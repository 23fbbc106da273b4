"""The home page answers at a glance, in three languages."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "tag", "direction"),
    [("en", "en", "ltr"), ("zh-hans", "zh-Hans", "ltr"), ("ur", "ur", "rtl")],
)
def test_home_speaks_each_language_in_its_direction(
    client: Client, language: str, tag: str, direction: str
) -> None:
    page = client.get(f"/?lang={language}").content.decode()
    assert f'<html lang="{tag}" dir="{direction}">' in page


def test_language_chosen_once_stays(client: Client) -> None:
    client.get("/?lang=ur")
    assert 'dir="rtl"' in client.get("/").content.decode()


def test_home_says_what_has_no_source(client: Client) -> None:
    assert "for which no source is found" in client.get("/").content.decode()


def test_home_names_the_base_of_the_target_and_its_assumption(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "2.48 billion USD" in page and "State Bank of Pakistan, fiscal year 2025" in page
    assert "ten years are assumed" in page


def test_methods_page_names_the_formula_and_the_data(client: Client) -> None:
    page = client.get("/methods").content.decode()
    assert "TB = min(1, v_ik / m_ik)" in page
    assert "BACI" in page


@pytest.mark.parametrize(
    ("address", "anchor"),
    [
        ("", "potential"),
        ("areas", "areas"),
        ("areas/textiles", "areas"),
        ("explore", "potential"),
        ("explore?view=space", "complexity"),
        ("choose", "choice"),
        ("supply", "supply"),
        ("target", "target"),
        ("compare?run=stored&with=stored", "compare"),
        ("100630", "market"),
    ],
)
def test_the_formula_behind_a_page_is_one_click_away(client: Client, address: str, anchor: str) -> None:
    page = client.get(f"/find/PAK/CHN/{address}").content.decode()
    assert f'href="/methods#{anchor}"' in page
    assert f'id="{anchor}"' in client.get("/methods").content.decode()


def test_home_query_count_is_constant(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client.get("/")
    with django_assert_max_num_queries(8):
        client.get("/")
