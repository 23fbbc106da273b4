"""Duties of a market: which rate holds for a cell, and what it rests on."""

import numpy as np
import polars as pl
import pytest

from corridor.errors import InputError, SchemaError
from corridor.find.tariffs import BASES, rate_matrix
from corridor.tables import TARIFFS

PRODUCTS = ("010121", "010129", "520100", "851762")


def tariffs(*rows: tuple[str, str, str, int, float, str]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={name: TARIFFS.columns[name].dtype for name in list(TARIFFS.columns)[:6]},
        orient="row",
    )


CHINA = tariffs(
    ("CHN", "MFN", "010121", 2024, 10.0, "mfn"),
    ("CHN", "MFN", "520100", 2024, 40.0, "mfn"),
    ("CHN", "PAK", "520100", 2024, 0.0, "preferential"),
    ("CHN", "PAK", "851762", 2024, 3.0, "preferential"),
    ("CHN", "USA", "010121", 2024, 35.0, "schedule"),
    ("IND", "MFN", "851762", 2024, 20.0, "mfn"),
)


def names(basis: np.ndarray) -> list[list[str]]:
    return [[BASES[code] for code in row] for row in basis]


def test_a_pair_goes_before_everyone_then_the_chapter_then_nothing() -> None:
    found = rate_matrix(CHINA, "CHN", ("CHN", "PAK", "USA"), PRODUCTS)
    nan = np.nan
    assert np.array_equal(
        found.rates, [[nan, nan, nan, nan], [10.0, 10.0, 0.0, 3.0], [35.0, 10.0, 40.0, nan]], equal_nan=True
    )
    assert names(found.basis) == [
        ["unknown"] * 4,
        ["mfn", "chapter_mean", "preferential", "preferential"],
        ["schedule", "chapter_mean", "mfn", "unknown"],
    ]
    assert found.basis.dtype == np.int8
    assert found.years == {"MFN": 2024, "PAK": 2024, "USA": 2024}


def test_shares_of_imports_by_basis_sum_to_one_and_nothing_imported_gives_zeros() -> None:
    found = rate_matrix(CHINA, "CHN", ("PAK", "USA"), PRODUCTS)
    imports = np.array([[1.0, 2.0, 3.0, 4.0], [10.0, 0.0, 0.0, 20.0]])
    shares = found.share_by_basis(imports)
    assert shares == pytest.approx(
        {"mfn": 1 / 40, "chapter_mean": 2 / 40, "preferential": 7 / 40, "schedule": 0.25, "unknown": 0.5}
    )
    assert set(found.share_by_basis(np.zeros((2, 4))).values()) == {0.0}


def test_each_schedule_has_the_year_asked_for_else_the_nearest_earlier_else_the_first_after() -> None:
    table = tariffs(
        ("CHN", "MFN", "010121", 2018, 8.0, "mfn"),
        ("CHN", "MFN", "010121", 2022, 6.0, "mfn"),
        ("CHN", "MFN", "520100", 2018, 4.0, "mfn"),
        ("CHN", "PAK", "010121", 2021, 2.0, "preferential"),
    )
    assert rate_matrix(table, "CHN", ("PAK", "USA"), PRODUCTS, year=2020).years == {"MFN": 2018, "PAK": 2021}
    latest = rate_matrix(table, "CHN", ("PAK", "USA"), PRODUCTS)
    assert latest.years == {"MFN": 2022, "PAK": 2021}
    # a year is taken as a whole: the line of 2018 that 2022 lacks is not mixed in
    assert np.isnan(latest.rates[1, 2])
    assert rate_matrix(table, "CHN", ("USA",), PRODUCTS, year=2019).rates[0, 0] == 8.0


def test_members_of_the_union_have_its_rates_and_none_among_themselves() -> None:
    table = tariffs(
        ("EUN", "MFN", "010121", 2019, 11.0, "mfn"),
        ("EUN", "PAK", "010121", 2019, 1.0, "preferential"),
        ("CHE", "MFN", "010121", 2019, 5.0, "mfn"),
    )
    found = rate_matrix(table, "FRA", ("CHN", "DEU", "GBR", "PAK"), ("010121",))
    assert found.schedule == "EUN"
    assert found.rates[:, 0].tolist() == [11.0, 0.0, 0.0, 1.0]
    later = table.with_columns(year=pl.lit(2022, dtype=pl.Int32))
    assert rate_matrix(later, "FRA", ("GBR",), ("010121",)).rates[0, 0] == 11.0
    assert np.isnan(rate_matrix(later, "GBR", ("FRA",), ("010121",)).rates[0, 0])
    assert rate_matrix(table, "CHE", ("FRA",), ("010121",)).rates[0, 0] == 5.0


def test_an_importer_without_rates_is_unknown_and_never_free_of_duty() -> None:
    found = rate_matrix(CHINA, "BRA", ("PAK",), PRODUCTS)
    assert np.isnan(found.rates).all() and not found.basis.any() and found.years == {}


def test_a_table_that_is_none_and_codes_given_twice_are_refused() -> None:
    with pytest.raises(SchemaError, match="'basis' of table 'tariffs' holds 'bound'"):
        rate_matrix(CHINA.with_columns(basis=pl.lit("bound")), "CHN", ("PAK",), PRODUCTS)
    with pytest.raises(SchemaError, match="no column 'rate_percent'"):
        rate_matrix(CHINA.drop("rate_percent"), "CHN", ("PAK",), PRODUCTS)
    with pytest.raises(InputError, match="economies name 'PAK' more than once"):
        rate_matrix(CHINA, "CHN", ("PAK", "PAK"), PRODUCTS)
