"""Fixtures for all tests."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from playwright.sync_api import sync_playwright

# The ordinary run tries the same examples each time, so that it fails only where a change made it fail;
# HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("steady", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

SHARED = Path(__file__).resolve().parents[2] / "shared"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data and public instances beside the project, or skip."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs ../shared (real trade data, public instances); it is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return a headless Chromium that asks no other host for anything, or skip."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("needs Chromium (Debian: apt-get install chromium); none is on the PATH")
    # Playwright's own event loop runs in this thread; Django would take that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Any) -> Iterator[Any]:
    """Return a fresh page, signed in nowhere."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def scratch_postgres() -> Iterator[str]:
    """Return the address of an empty PostgreSQL database that is dropped afterwards, or skip."""
    server = os.environ.get("CORRIDOR_TEST_POSTGRES", "")
    if not server:
        pytest.skip("needs a PostgreSQL server: .ci/postgres COMMAND starts one")
    import psycopg

    name = f"corridor_test_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
