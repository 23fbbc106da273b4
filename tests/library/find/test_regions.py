"""The potential split among regions: by hand, closing line by line."""

import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.pair import analyse_pair
from corridor.find.regions import NOT_COVERED, split_regions, sum_regions

RICE, CELLS = "100630", "850760"


def regions(*rows: tuple[str, str, str, float], year: int = 2024, economy: str = "XAA") -> pl.DataFrame:
    return pl.DataFrame(
        [(year, economy, *row) for row in rows],
        schema={
            "year": pl.Int32,
            "economy": pl.String,
            "region": pl.String,
            "product": pl.String,
            "importer": pl.String,
            "value_usd": pl.Float64,
        },
        orient="row",
    )


@pytest.fixture
def lines(trade) -> pl.DataFrame:
    return analyse_pair(trade, "XAA", "XAB").opportunities


def parts_of(split: pl.DataFrame, product: str) -> dict[str, float]:
    return dict(split.filter(product=product).select("region", "share").iter_rows())


def test_shares_are_of_the_economys_exports_and_the_rest_is_one_line(lines):
    # XAA exports 30 of rice: the north half of it, to two destinations; nobody tells of cells.
    told = regions(("North", RICE, "XAB", 10.0), ("North", RICE, "XAC", 5.0), ("South", RICE, "XAB", 3.0))
    split = split_regions(lines, told, year=2024)
    assert parts_of(split, RICE) == pytest.approx({"North": 0.5, "South": 0.1, NOT_COVERED: 0.4})
    assert parts_of(split, CELLS) == {NOT_COVERED: 1.0}
    rice = lines.filter(product=RICE).row(0, named=True)
    north = split.filter(region="North").row(0, named=True)
    for name in ("current_usd", "potential_usd", "unrealised_usd"):
        assert north[name] == pytest.approx(rice[name] / 2)
        assert split[name].sum() == pytest.approx(lines[name].sum(), rel=1e-12)
    sums = sum_regions(split)
    assert sums["region"].to_list() == ["North", "South", NOT_COVERED]
    assert sums["potential_usd"].sum() == pytest.approx(lines["potential_usd"].sum(), rel=1e-12)


def test_regions_that_report_more_than_the_economy_share_it_whole(lines):
    told = regions(("North", RICE, "WLD", 70.0), ("South", RICE, "WLD", 20.0), ("South", CELLS, "WLD", 20.0))
    split = split_regions(lines, told, year=2024)
    assert parts_of(split, RICE) == pytest.approx({"North": 7 / 9, "South": 2 / 9})
    assert parts_of(split, CELLS) == {"South": 1.0}
    assert NOT_COVERED not in split["region"]


def test_the_latest_year_up_to_the_trade_is_taken(lines):
    years = [
        regions(("North", RICE, "WLD", usd), year=year)
        for year, usd in ((2020, 3.0), (2023, 6.0), (2026, 9.0))
    ]
    assert parts_of(split_regions(lines, pl.concat(years), year=2024), RICE)["North"] == pytest.approx(0.2)
    assert parts_of(split_regions(lines, years[2], year=2024), RICE)["North"] == pytest.approx(0.3)


def test_refusals(lines):
    with pytest.raises(InputError, match="not those of 'XAA'"):
        split_regions(lines, regions(("North", RICE, "WLD", 1.0), economy="XAB"), year=2024)
    with pytest.raises(InputError, match="not negative"):
        split_regions(lines, regions(("North", RICE, "WLD", -1.0)), year=2024)
    with pytest.raises(InputError, match="kept for the rest"):
        split_regions(lines, regions((NOT_COVERED, RICE, "WLD", 1.0)), year=2024)
