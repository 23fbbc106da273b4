"""Rows of organisations and listings made by hand."""

from typing import Any

import polars as pl

from corridor.tables import LISTINGS, ORGANISATIONS

PUMPS = "Solar pumps of 11 kW for tube wells with a metered controller, spare parts and training of village technicians over 12 months; proven in the driest districts so far."


def make_organisation(name: str, economy: str, **changes: Any) -> dict[str, Any]:
    """Return a row of the organisations table."""
    return {
        "organisation": name,
        "economy": economy,
        "kind": "company",
        "name_en": name,
        "name_zh": None,
        "name_ur": None,
        "city": None,
        "fields": ["solar_energy"],
        "illustrative": True,
        "source": None,
    } | changes


def make_listing(name: str, organisation: str, side: str, **changes: Any) -> dict[str, Any]:
    """Return a row of the listings table."""
    return {
        "listing": name,
        "organisation": organisation,
        "side": side,
        "kind": "technology",
        "fields": ["solar_energy"],
        "products": ["841370"],
        "language": "en",
        "title": "Solar pumps",
        "text": PUMPS,
        "illustrative": True,
        "source": None,
    } | changes


def tabulate(rows: list[dict[str, Any]], table: Any) -> pl.DataFrame:
    """Return rows as a frame of the schema."""
    return pl.DataFrame(rows, schema=table.empty().schema)


def organisations_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return a table of organisations."""
    return tabulate(list(rows), ORGANISATIONS)


def listings_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return a table of listings."""
    return tabulate(list(rows), LISTINGS)
