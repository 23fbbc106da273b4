"""Small files as publishers write them."""

import zipfile
from pathlib import Path

import pytest

from corridor.data.store import Store

BACI_2023 = """t,i,j,k,v,q
2023,586,156,010121,1.500,0.250
2023,842,156,100630,2000.125,       NA
2023,156,586,851762,30.000,
"""
BACI_2024 = """t,i,j,k,v,q
2024,586,156,010121,2.000,1.000
2024,586,156,520100,7.000,3.000
2024,490,156,851762,9.000,0.500
2024,842,586,100630,4.000,1.500
2024,156,516,851762,5.000,2.000
"""
COUNTRY_CODES = """country_code,country_name,country_iso2,country_iso3
56,Belgium,BE,BEL
58,Belgium-Luxembourg (...1998),BE,BEL
156,China,CN,CHN
490,"Other Asia, nes",,S19
516,Namibia,NA,NAM
586,Pakistan,PK,PAK
842,USA,US,USA
"""
PRODUCT_CODES = """code,description
010121,"Horses: live, pure-bred breeding animals"
100630,Rice: semi-milled or wholly milled
520100,"Cotton: not carded or combed"
851762,Communication apparatus
999999,Commodities not specified
"""
TEXTS = {
    "2023": BACI_2023,
    "2024": BACI_2024,
    "country codes": COUNTRY_CODES,
    "product codes": PRODUCT_CODES,
}


@pytest.fixture
def texts() -> dict[str, str]:
    """Return the text of each file of a small BACI: blanks and NA for unknown quantities."""
    return dict(TEXTS)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


@pytest.fixture
def baci_zip(tmp_path: Path) -> Path:
    """Return a zip as CEPII publishes it: one file a year, lists of codes, a text to read."""
    path = tmp_path / "BACI_HS17_V202601.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("BACI_HS17_Y2023_V202601.csv", BACI_2023)
        archive.writestr("BACI_HS17_Y2024_V202601.csv", BACI_2024)
        archive.writestr("country_codes_V202601.csv", COUNTRY_CODES)
        archive.writestr("product_codes_HS17_V202601.csv", PRODUCT_CODES)
        archive.writestr("Readme.txt", "BACI")
    return path


@pytest.fixture
def flows_csv(tmp_path: Path) -> Path:
    """Return a long file of flows in USD."""
    path = tmp_path / "flows.csv"
    path.write_text(
        "year,exporter,importer,product,value_usd\n"
        "2024,PAK,CHN,010121,100\n"
        "2024,CHN,PAK,851762,250.5\n"
        "2024,USA,CHN,100630,40\n"
    )
    return path
