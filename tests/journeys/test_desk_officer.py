"""A desk officer's afternoon, in each language: from the shortlist to a published agreement."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

LANGUAGES = ("en", "zh-hans", "ur")
expect.set_options(timeout=30_000)
AGREEMENTS = """title,first_party,second_party,field,stage,date,amount,currency,evidence_kind,evidence
Cold chain for mangoes {n},Harvest Board,Lengku Works,agriculture_food,memorandum,2026-03-04,1500000,USD,document,Signed paper 14
Meters for a city {n},City of Test,Dianbiao Works,smart_city,contract,2026-05-06,2750000,CNY,link,https://example.org/notice
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_shortlist_to_a_published_agreement(
    open_browser: Callable[..., Page], tmp_path: Path, pictures: Path, language: str
) -> None:
    page = open_browser(language, signed_in="officer.pk")
    direction = "rtl" if language == "ur" else "ltr"
    expect(page.locator("html")).to_have_attribute("dir", direction)

    # Choose the pair and read the shortlist.
    page.click(".flow a[href='/find/']")
    page.wait_for_url("**/find/PAK/CHN/")
    expect(page.locator("#suppliers ~ .chart-body canvas")).to_be_visible()
    expect(page.locator("table.data tbody tr")).not_to_have_count(0)
    page.screenshot(path=pictures / f"journey-find-{language}.png", full_page=True)
    # The first area, what is behind it, and the first product.
    page.locator("ol.reasons").nth(0).locator("a").first.click()
    page.wait_for_url("**/find/PAK/CHN/areas/textiles")
    expect(page.locator("dl.figures dd")).to_have_count(6)
    page.go_back()
    page.locator("ol.reasons").nth(1).locator("a").first.click()
    page.wait_for_url("**/find/PAK/CHN/100630")
    expect(page.locator("dl.figures").first.locator("dd")).to_have_count(4)
    page.screenshot(path=pictures / f"journey-product-{language}.png", full_page=True)

    # What a target of 50 billion rests on.
    page.locator("nav.tabs a[href$='/find/PAK/CHN/target']").click()
    expect(page.locator("#target-chart ~ .chart-body canvas")).to_be_visible()
    page.screenshot(path=pictures / f"journey-target-{language}.png", full_page=True)

    # Open a match.
    page.click(".flow a[href='/match/']")
    page.locator(".matches a").first.click()
    page.wait_for_url(re.compile(r"/match/.+"))
    page.screenshot(path=pictures / f"journey-match-{language}.png", full_page=True)

    # See the schedule of the visit.
    page.click(".flow a[href='/meet/']")
    page.locator("table.data tbody a").first.click()
    expect(page.locator("#schedule-grid ~ .chart-body canvas")).to_be_visible()
    page.screenshot(path=pictures / f"journey-meet-{language}.png", full_page=True)

    # Open the roadmap.
    page.click(".flow a[href='/plan/']")
    page.locator("table.data tbody a").first.click()
    expect(page.locator("#roadmap-gantt ~ .chart-body canvas")).to_be_visible()
    page.screenshot(path=pictures / f"journey-plan-{language}.png", full_page=True)

    # Import agreements: dry run, then all of them.
    file = tmp_path / "summit.csv"
    file.write_text(AGREEMENTS.format(n=language), encoding="utf-8")
    page.goto("/deliver/import")
    page.set_input_files("input[type=file]", file)
    page.locator("main form:has(input[type=file]) button").click()
    expect(page.locator("main")).to_contain_text(f"Cold chain for mangoes {language}")
    page.screenshot(path=pictures / f"journey-import-{language}.png", full_page=True)
    page.locator("main form button:not(.quiet)").last.click()

    # Publish one of them.
    page.goto(f"/deliver/?q=Cold+chain+for+mangoes+{language}")
    page.locator("table.data tbody a").first.click()
    page.locator("form[action$='/publish'] button").click()
    key = page.url.rstrip("/").split("/")[-1]

    # See it as the public does, and not the other one.
    public = open_browser(language)
    public.goto(f"/deliver/public?q={language}")
    expect(public.locator("main")).to_contain_text(f"Cold chain for mangoes {language}")
    expect(public.locator("main")).not_to_contain_text(f"Meters for a city {language}")
    public.goto(f"/deliver/public/{key}")
    expect(public.locator("h1")).to_contain_text("Cold chain for mangoes")
    expect(public.locator("main")).to_contain_text("Signed paper 14")
    public.screenshot(path=pictures / f"journey-public-{language}.png", full_page=True)


def test_page_of_results_works_without_a_mouse(open_browser: Callable[..., Page]) -> None:
    page = open_browser("en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_listing_filters_without_leaving_the_page(open_browser: Callable[..., Page]) -> None:
    page = open_browser("en")
    page.goto("/find/PAK/CHN/")
    page.fill("#listing input[type=search]", "520942")
    page.keyboard.press("Enter")
    expect(page.locator("#listing tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=520942"))
