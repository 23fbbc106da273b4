"""The matrix of duties equals a search through the rows, cell by cell, and the duties of all markets equal it."""

import math

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.errors import InputError
from corridor.find.duties import read_tariffs
from corridor.find.margins import TradeMargins
from corridor.find.tariffs import BASES, CHAPTER_MEAN, UNKNOWN, rate_matrix
from corridor.tables import TARIFFS

ECONOMIES = ("CHN", "PAK", "USA")
PRODUCTS = ("010121", "010129", "020110", "520100")
Key = tuple[str, str, str, int]
keys = st.tuples(
    st.sampled_from(("CHN", "IND")),
    st.sampled_from(("MFN", "PAK", "USA")),
    st.sampled_from(PRODUCTS),
    st.integers(2020, 2023),
)
entries = st.tuples(st.integers(0, 400).map(lambda n: n / 8), st.sampled_from(BASES[1:4]))


def look_up(
    table: dict[Key, tuple[float, str]], exporter: str, product: str, year: int | None
) -> tuple[float, str]:
    """Find one rate as a person would, leafing through the rows."""

    def schedule(of: str) -> dict[str, tuple[float, str]]:
        years = sorted({key[3] for key in table if key[:2] == ("CHN", of)})
        if not years:
            return {}
        earlier = [each for each in years if year is None or each <= year]
        chosen = earlier[-1] if earlier else years[0]
        return {key[2]: entry for key, entry in table.items() if (*key[:2], key[3]) == ("CHN", of, chosen)}

    if exporter == "CHN":
        return math.nan, "unknown"
    general = schedule("MFN")
    if product in schedule(exporter):
        rate, basis = schedule(exporter)[product]
        # nobody claims a preference above the rate for everyone
        if basis != "preferential" or product not in general or rate <= general[product][0]:
            return rate, basis
    if product in general:
        return general[product]
    near = [rate for code, (rate, _) in general.items() if code[:2] == product[:2]]
    return (sum(near) / len(near), "chapter_mean") if near else (math.nan, "unknown")


@settings(deadline=None, max_examples=150)
@given(
    table=st.dictionaries(keys, entries, max_size=25),
    year=st.none() | st.integers(2018, 2025),
    data=st.data(),
)
def test_the_matrix_equals_a_search_through_the_rows(
    table: dict[Key, tuple[float, str]], year: int | None, data: st.DataObject
) -> None:
    rows = [(*key, *entry) for key, entry in table.items()]
    schema = {name: TARIFFS.columns[name].dtype for name in list(TARIFFS.columns)[:6]}
    frame = pl.DataFrame(data.draw(st.permutations(rows)), schema=schema, orient="row")
    found = rate_matrix(frame, "CHN", ECONOMIES, PRODUCTS, year=year)
    for row, exporter in enumerate(ECONOMIES):
        for column, product in enumerate(PRODUCTS):
            rate, basis = look_up(table, exporter, product, year)
            assert BASES[found.basis[row, column]] == basis
            here = found.rates[row, column]
            assert math.isclose(here, rate, rel_tol=1e-12) or (math.isnan(here) and math.isnan(rate))


MARKETS = ("CHN", "DEU", "FRA", "GBR", "PAK", "USA")
wider = st.tuples(
    st.sampled_from(("CHN", "DEU", "EUN", "PAK")),
    st.sampled_from(("MFN", "EUN", "FRA", "PAK", "USA")),
    st.sampled_from(PRODUCTS),
    st.integers(2019, 2022),
)


@settings(deadline=None, max_examples=150)
@given(table=st.dictionaries(wider, entries, max_size=30), year=st.integers(2018, 2023))
def test_duties_of_all_markets_agree_with_those_of_one_wherever_a_rate_is_stated(
    table: dict[Key, tuple[float, str]], year: int
) -> None:
    schema = {name: TARIFFS.columns[name].dtype for name in list(TARIFFS.columns)[:6]}
    frame = pl.DataFrame([(*key, *entry) for key, entry in table.items()], schema=schema, orient="row")
    ones = np.ones((len(MARKETS), len(PRODUCTS)))
    margins = TradeMargins((year,), (1.0,), MARKETS, PRODUCTS, exports=ones, imports=ones, flows={})
    try:
        book = read_tariffs(margins, frame)
    except InputError:  # no rate for everyone at all
        return
    for row, market in enumerate(MARKETS):
        one = rate_matrix(frame, market, MARKETS, PRODUCTS, year=year)
        stated = (one.basis != UNKNOWN) & (one.basis != CHAPTER_MEAN)
        assert np.allclose(100 * book.levy(row)[stated], one.rates[stated], rtol=1e-12, atol=1e-12)
        # and where none is stated the book says that its figure is a fallback
        others = np.arange(len(MARKETS)) != row
        assert (book.code(row)[others] > 1).tolist() == (~stated[others]).tolist()
