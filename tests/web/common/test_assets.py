"""The chart bundle: written once, whole or not at all, and at work under the site's own policy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from vl_convert import get_vegalite_versions

from corridor_web.common import assets


def test_the_bundle_is_written_once_and_found_the_second_time(tmp_path: Path) -> None:
    path = assets.write_chart_bundle(tmp_path)
    first = path.stat()
    assert first.st_size > 500_000
    assert "window.vegaEmbed" in path.read_text(encoding="utf-8")[-200:]
    assert assets.write_chart_bundle(tmp_path).stat().st_mtime_ns == first.st_mtime_ns
    assert [file.name for file in path.parent.iterdir()] == ["vega.js"]


def test_another_version_of_vl_convert_replaces_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = assets.write_chart_bundle(tmp_path)
    monkeypatch.setattr(assets, "version", lambda name: "99.0")
    assets.write_chart_bundle(tmp_path)
    assert "vl-convert 99.0" in path.read_text(encoding="utf-8").splitlines()[0]


def test_a_refused_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(assets.os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        assets.write_chart_bundle(tmp_path)
    assert not list((tmp_path / "assets" / "corridor").iterdir())


def test_the_bundle_is_the_newest_vega_lite_that_vl_convert_knows() -> None:
    assert get_vegalite_versions()[-1] == assets.VEGA_LITE


@pytest.fixture
def chart_page(settings: Any, live_server: Any) -> str:
    assets.write_chart_bundle(site.HOME)
    settings.ROOT_URLCONF = "tests.web.common.chart_page"
    return f"{live_server.url}/chart"


@pytest.fixture
def recorded_page(browser_page: Any) -> Iterator[tuple[Any, list[str]]]:
    said: list[str] = []
    browser_page.on("console", lambda message: said.append(message.text))
    browser_page.on("pageerror", lambda error: said.append(str(error)))
    yield browser_page, said


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_chart_draws_in_chromium_under_the_content_security_policy(
    chart_page: str, recorded_page: tuple[Any, list[str]]
) -> None:
    page, said = recorded_page
    answer = page.goto(chart_page)
    assert "unsafe" not in answer.headers["content-security-policy"]
    page.wait_for_selector("figure canvas", timeout=20_000)
    page.hover("figure canvas", position={"x": 90, "y": 150})
    page.wait_for_selector("#vg-tooltip-element.visible", timeout=5_000)
    assert said == []
    inked = page.evaluate(
        "() => { const c = document.querySelector('figure canvas');"
        " return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v !== 0); }"
    )
    assert inked
