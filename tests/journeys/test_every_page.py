"""Every page in each language, on a desktop and on a phone: accessible, and nothing sticks out."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: Addresses that need no key, and for lists: the first record that they lead to.
PAGES = {
    "": ("/", "/methods", "/brief", "/accounts/sign-in", "/find/PAK/CHN/", "/find/CHN/PAK/",
         "/find/PAK/CHN/100630", "/find/PAK/CHN/areas", "/find/PAK/CHN/areas/electric_vehicles",
         "/find/PAK/CHN/explore", "/find/PAK/CHN/explore?view=scatter", "/find/PAK/CHN/explore?view=markets",
         "/find/PAK/CHN/explore?view=table", "/find/PAK/CHN/choose", "/find/PAK/CHN/choose?strategy=long_jump",
         "/find/PAK/CHN/supply", "/find/PAK/CHN/target", "/find/PAK/CHN/target?scope=all",
         "/match/", "/registry/", "/meet/", "/plan/", "/deliver/public", "/nothing-here"),
    "officer.pk": ("/", "/brief", "/find/runs", "/accounts/profile", "/match/", "/registry/", "/meet/",
                   "/plan/", "/deliver/", "/deliver/import"),
    "member.cn": ("/match/", "/registry/", "/meet/", "/deliver/"),
}  # fmt: skip
RECORDS = ("/match/", "/registry/", "/meet/", "/plan/", "/deliver/", "/deliver/public")
LANGUAGES = ("en", "zh-hans", "ur")


def list_addresses(page: Page, account: str) -> list[str]:
    """Return the addresses of an account's pages, records included."""
    found = list(PAGES[account])
    for address in RECORDS:
        if address in found:
            page.goto(address)
            link = page.locator("main :is(tbody, .cards, article, li) a[href^='/']").first
            if link.count():
                href = link.get_attribute("href") or ""
                if href.startswith("/") and "?" not in href and href not in found:
                    found.append(href)
    return found


@pytest.mark.parametrize("account", list(PAGES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible_and_fits(
    open_browser: Callable[..., Page], language: str, account: str
) -> None:
    desktop = open_browser(language, signed_in=account)
    phone = open_browser(language, width=390, signed_in=account)
    axe, faults = Axe(), []
    for address in list_addresses(desktop, account):
        for page, width in ((desktop, 1280), (phone, 390)):
            page.goto(address)
            page.wait_for_load_state("load")
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                faults.append(f"{address} at {width}px needs {needed}px")
        violations = axe.run(desktop).response["violations"]
        faults += [
            f"{address}: {violation['id']}: {violation['nodes'][0]['html'][:160]}" for violation in violations
        ]
    assert not faults, "\n".join(faults)
