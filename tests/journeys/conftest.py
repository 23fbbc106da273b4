"""A real server with the illustrative world, and a real browser."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

START_SECONDS = 120
#: A page that a busy machine serves late is not a fault of the page.
PATIENCE_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all journeys in one process: they share one server."""
    for item in items:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start ``corridor serve --demo`` in an empty folder and return its address."""
    home = tmp_path_factory.mktemp("home")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CORRIDOR")}
    environment.pop("DATABASE_URL", None)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [
        str(Path(sys.executable).with_name("corridor")),
        "serve",
        "--demo",
        "--port",
        "0",
        "--home",
        str(home),
    ]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield _wait_for_address(server)
    finally:
        server.terminate()
        server.wait(30)
        if server.stdout is not None:
            server.stdout.close()


def _wait_for_address(server: subprocess.Popen[str]) -> str:
    lines: Queue[str] = Queue()
    assert server.stdout is not None
    Thread(target=lambda: [lines.put(line) for line in server.stdout or ()], daemon=True).start()
    told, address, until = "", "", time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            told += lines.get(timeout=0.5)
        except Empty:
            assert server.poll() is None, told
        if found := re.search(r"http://127\.0\.0\.1:\d+", told):
            address = found.group(0)
            if _answers(address):
                return address
    raise AssertionError(f"the server did not answer within {START_SECONDS} s:\n{told}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "/health", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture
def open_browser(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a fresh browser in a language; script errors fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(language: str = "en", *, width: int = 1280, signed_in: str = "") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, base_url=site, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _keep_fault(page, message, faults))
        page.goto(f"/?lang={language}")
        if signed_in:
            page.goto("/accounts/sign-in")
            page.fill("input[name=username]", signed_in)
            page.fill("input[name=password]", "demo-corridor-2026")
            page.click("main form button")
            page.wait_for_url(lambda url: "/accounts/sign-in" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not faults, faults


def _keep_fault(page: Page, message: ConsoleMessage, faults: list[str]) -> None:
    # The browser reports a page that is not found as an error of its own; pages test that themselves.
    if message.type == "error" and "status of 404" not in message.text:
        faults.append(f"{page.url}: {message.text}")


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Return the folder for screenshots that people look at."""
    folder = Path(__file__).resolve().parents[2] / "test-results"
    folder.mkdir(exist_ok=True)
    return folder
