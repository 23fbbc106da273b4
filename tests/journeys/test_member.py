"""A member writes a need, the desk publishes it, it is matched, both sides say yes: an engagement is open."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

#: What a firm of the Chinese side writes, in each language; one text fits an offer of the other side.
NEEDS = {
    "en": (
        "Cotton traced from bale to garment {n}",
        "We need 12 mills whose cotton can be traced, within a year.",
    ),
    "zh-hans": (
        "棉花从棉包到成衣的溯源 {n}",
        "我们需要12家能够提供棉花溯源数据的工厂，一年内接入，预算已落实。",
    ),
    "ur": (
        "کپاس کی گانٹھ سے لباس تک نشاندہی {n}",
        "ہمیں 12 ملیں درکار ہیں جن کی کپاس کی نشاندہی ہو سکے، ایک سال میں۔",
    ),
}
MATCH_SECONDS = 60


@pytest.mark.parametrize("language", NEEDS)
def test_from_a_need_to_an_engagement(
    open_browser: Callable[..., Page], pictures: Path, language: str
) -> None:
    title, text = NEEDS[language]
    title = title.format(n=language)

    # The member writes a need and sends it to the desk.
    member = open_browser(language, signed_in="member.cn")
    member.goto("/registry/mine")
    member.locator("a[href$='?side=need']").click()
    member.fill("[name=title]", title)
    member.fill("[name=text]", text)
    member.select_option("[name=language]", {"en": "en", "zh-hans": "zh-Hans", "ur": "ur"}[language])
    member.set_checked("[name=field_codes][value=blockchain]", True)
    member.set_checked("[name=field_codes][value=textiles]", True)
    member.set_checked("[name=field_codes][value=robotics]", False)
    member.screenshot(path=pictures / f"member-need-{language}.png", full_page=True)
    member.locator("button[name=submit]").click()
    expect(member.locator("h1")).to_have_text(title)
    address = member.url
    key = address.rstrip("/").split("/")[-1]

    # Nobody else sees it; its desk reads and publishes it.
    public = open_browser(language)
    public.goto(address)
    expect(public.locator("main")).not_to_contain_text(title)
    officer = open_browser(language, signed_in="officer.cn")
    officer.goto("/registry/review")
    officer.locator("td a", has_text=title).click()
    officer.locator("form[action$='/publish'] button").click()
    public.goto(address)
    expect(public.locator("h1")).to_have_text(title)

    # The worker matches it; the member says yes to the best match.
    matches = f"/match/?listing={key}"
    deadline = time.monotonic() + MATCH_SECONDS
    while not member.locator(".match").count() and time.monotonic() < deadline:
        member.goto(matches)
        member.wait_for_timeout(500)
    member.locator(".match .half a").first.click()
    member.wait_for_url(re.compile(r"/match/[^?]+"))
    member.locator("button[value=yes]").click()
    member.screenshot(path=pictures / f"member-match-{language}.png", full_page=True)
    expect(member.locator("main a[href^='/deliver/']")).to_have_count(0)

    # The other side's desk says yes on its organisation's behalf; both see the engagement.
    partner = open_browser(language, signed_in="officer.pk")
    partner.goto(member.url)
    partner.locator("button[value=yes]").click()
    member.reload()
    member.locator("main a[href^='/deliver/']").click()
    expect(member.locator("h1")).to_contain_text(title)
    public.goto(member.url)
    expect(public.locator("main")).not_to_contain_text(title)
