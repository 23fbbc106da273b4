"""Fixtures for all tests."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data and public instances beside the project, or skip."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs ../shared (real trade data, public instances); it is not beside this checkout")
    return SHARED
