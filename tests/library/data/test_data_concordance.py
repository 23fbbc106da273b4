"""Concordances: what is read, how trade, duties and elasticities move, and what is said about it."""

from pathlib import Path

import polars as pl
import pytest

from corridor.data.bridging import bridge_dataset
from corridor.data.concordance import bridge_trade, chain_concordances, check_concordance, make_identity
from corridor.data.importers import import_file
from corridor.data.inputs import Reading
from corridor.data.manifest import Manifest
from corridor.data.revisions import name_revision
from corridor.data.sources import open_trade
from corridor.data.store import Store
from corridor.errors import BadRowsError, CancelledError, InputError, SchemaError
from corridor.tables import CONCORDANCE, ELASTICITIES, TRADE


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def concordance(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={name: column.dtype for name, column in CONCORDANCE.columns.items()}, orient="row"
    )


def trade(*rows: tuple[int, str, str, str, float]) -> pl.DataFrame:
    schema = {name: column.dtype for name, column in TRADE.columns.items() if name != "quantity_t"}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("H0", "HS92"),
        ("HS5_6d", "HS17"),
        ("H6", "HS22"),
        ("HS 2017", "HS17"),
        ("HS1992", "HS92"),
        ("hs07", "HS07"),
        ("HS-12", "HS12"),
        ("1988", ""),
        ("HS 1988", "HS92"),
        ("HS5_4d", "HS17"),
        ("HS99", ""),
        ("H7", ""),
        ("SITC2", ""),
        ("", ""),
    ],
)
def test_names_of_revisions(text: str, name: str) -> None:
    assert name_revision(text) == name


# --------------------------------------------------------------------------------------- concordances
def import_concordance(store: Store, folder: Path, name: str, text: str, **reading: object) -> Manifest:
    path = write(folder / f"{name}.csv", text)
    return import_file(store, path, name=name, reading=Reading(**reading))  # type: ignore[arg-type]


def test_columns_named_after_revisions_tell_both_ends(store: Store, tmp_path: Path) -> None:
    text = "HS5_6d,HS5_4d,HS5_2d,HS0_6d,HS0_4d,HS0_2d\n010121,0101,01,010111,0101,01\n010130,0101,01,010111,0101,01\n"
    manifest = import_concordance(store, tmp_path, "c", text)
    assert (manifest.kind, manifest.nomenclature) == ("concordance", "HS17 to HS92")
    assert store.scan("c", "concordance").collect().rows() == [
        ("010121", "010111", 1.0),
        ("010130", "010111", 1.0),
    ]
    assert manifest.contents is not None and manifest.contents.counts == {"sources": 2, "targets": 1}


def test_without_weights_a_code_is_split_in_equal_parts_and_that_is_said(
    store: Store, tmp_path: Path
) -> None:
    text = "source,target\n10121,010111\n010121,010119\n010121,010119\n520100,520100\n"
    manifest = import_concordance(store, tmp_path, "c", text)
    assert store.scan("c", "concordance").collect().rows() == [
        ("010121", "010111", 0.5),
        ("010121", "010119", 0.5),
        ("520100", "520100", 1.0),
    ]
    assert manifest.duplicates_summed == 1
    assert any("1 codes have several targets and are split in equal parts" in note for note in manifest.notes)


def test_weights_become_shares(store: Store, tmp_path: Path) -> None:
    text = "source,target,weight\n010121,010111,30\n010121,010119,10\n"
    manifest = import_concordance(store, tmp_path, "c", text)
    assert store.scan("c", "concordance").collect()["share"].to_list() == [0.75, 0.25]
    assert any("weights were divided by their sum" in note for note in manifest.notes)
    with pytest.raises(BadRowsError, match="a weight above 0"):
        import_concordance(store, tmp_path, "d", "source,target,weight\n010121,010111,0\n")


def test_a_concordance_whose_shares_do_not_sum_to_one_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"shares of '010121' in table 'concordance' sum to 0\.7"):
        check_concordance(concordance(("010121", "010111", 0.3), ("010121", "010119", 0.4)))
    with pytest.raises(SchemaError, match="above 0"):
        check_concordance(concordance(("010121", "010111", 1.5), ("010121", "010119", -0.5)))
    with pytest.raises(InputError, match="at least one"):
        chain_concordances([])


def test_a_chain_multiplies_shares_and_keeps_what_a_later_step_does_not_know() -> None:
    first = concordance(("a", "b", 0.5), ("a", "c", 0.5))
    second = concordance(("b", "d", 0.25), ("b", "e", 0.75))
    assert chain_concordances([first, second]).rows() == [
        ("a", "c", 0.5),
        ("a", "d", 0.125),
        ("a", "e", 0.375),
    ]


# ---------------------------------------------------------------------------------------------- trade
FLOWS = trade(
    (2023, "PAK", "CHN", "010121", 8.0),
    (2024, "PAK", "CHN", "010121", 100.0),
    (2024, "PAK", "CHN", "010130", 50.0),
    (2024, "PAK", "CHN", "271000", 7.0),
    (2024, "CHN", "PAK", "520100", 40.0),
)
STEP = concordance(
    ("010121", "010111", 0.75),
    ("010121", "010119", 0.25),
    ("010130", "010111", 1.0),
    ("520100", "520100", 1.0),
)


def test_trade_moves_flows_that_meet_are_summed_and_an_unknown_code_stays() -> None:
    moved, report = bridge_trade(FLOWS, STEP)
    assert TRADE.check(moved.collect()).rows() == [
        (2023, "PAK", "CHN", "010111", 6.0),
        (2023, "PAK", "CHN", "010119", 2.0),
        (2024, "CHN", "PAK", "520100", 40.0),
        (2024, "PAK", "CHN", "010111", 125.0),
        (2024, "PAK", "CHN", "010119", 25.0),
        (2024, "PAK", "CHN", "271000", 7.0),
    ]
    assert (report.codes_moved, report.codes_split, report.codes_unmapped) == (2, 1, 1)
    assert report.value_usd == 205.0
    assert report.split_value_share == pytest.approx(108 / 205)
    assert report.unmapped_value_share == pytest.approx(7 / 205)
    assert report.largest_unmapped == ("271000",)


def test_quantities_move_along_and_an_unknown_part_makes_the_sum_unknown() -> None:
    flows = FLOWS.with_columns(quantity_t=pl.Series([4.0, 8.0, None, 1.0, 2.0]))
    moved = bridge_trade(flows, STEP)[0].collect()
    assert moved["quantity_t"].to_list() == [3.0, 1.0, 2.0, None, 2.0, 1.0]


def test_no_trade_stays_no_trade() -> None:
    moved, report = bridge_trade(FLOWS.head(0), STEP)
    assert moved.collect().is_empty() and report.value_usd == 0.0 and report.unmapped_value_share == 0.0


# ------------------------------------------------------------------------------------------- datasets
@pytest.fixture
def stocked(store: Store, tmp_path: Path) -> Store:
    old = "year,exporter,importer,product,value_usd\n2011,PAK,CHN,010121,10\n"
    new = "year,exporter,importer,product,value_usd\n2023,PAK,CHN,010121,100\n2023,CHN,PAK,520100,5\n"
    files = [write(tmp_path / "flows_HS07_2011.csv", old), write(tmp_path / "flows_HS17_2023.csv", new)]
    import_file(store, files, name="flows")
    import_concordance(
        store, tmp_path, "hs17-hs07", "HS 2017,HS 2007\n010121,010110\n520100,520100\n", kind="concordance"
    )
    return store


def test_each_year_remembers_its_revision_and_a_window_over_two_is_refused(stocked: Store) -> None:
    manifest = stocked.info("flows")
    assert manifest.nomenclature_by_year == {"2011": "HS07", "2023": "HS17"}
    assert manifest.nomenclature == "HS07, HS17"
    assert open_trade("flows", stocked).frame.collect().height == 2
    with pytest.raises(InputError, match=r"has 2011 in HS07, 2023 in HS17.*corridor data bridge"):
        open_trade("flows", stocked, window=20)
    with pytest.raises(InputError, match="a window of 0 years"):
        open_trade("flows", stocked, window=0)


def test_one_year_in_two_revisions_is_refused(store: Store, tmp_path: Path) -> None:
    text = "year,exporter,importer,product,value_usd\n2011,PAK,CHN,010121,10\n"
    files = [write(tmp_path / "a_HS07.csv", text), write(tmp_path / "b_HS17.csv", text)]
    with pytest.raises(InputError, match=r"'b_HS17.csv' gives 2011 in HS17, another file in HS07"):
        import_file(store, files, name="x")
    assert store.names() == []


def test_a_year_is_moved_the_other_stays_and_the_window_opens(stocked: Store) -> None:
    manifest = bridge_dataset(stocked, "flows", ["hs17-hs07"], "flows07", years=[2023])
    assert manifest.nomenclature_by_year == {"2011": "HS07", "2023": "HS07"}
    assert manifest.nomenclature == "HS07"
    assert open_trade("flows07", stocked, window=20).frame.collect().sort("year", "exporter").rows() == [
        (2011, "PAK", "CHN", "010121", 10.0),
        (2023, "CHN", "PAK", "520100", 5.0),
        (2023, "PAK", "CHN", "010110", 100.0),
    ]
    assert "Moved from dataset 'flows' by concordance hs17-hs07: HS17 to HS07." in manifest.notes
    assert stocked.verify("flows07").tables == ("trade",)


def test_a_bridge_that_does_not_begin_where_the_data_are_is_refused(stocked: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"of 2011 is in HS07, the concordance leaves HS17.*--year"):
        bridge_dataset(stocked, "flows", ["hs17-hs07"], "x")
    import_concordance(stocked, tmp_path, "hs12-hs02", "HS4_6d,HS2_6d\n010121,010110\n")
    with pytest.raises(InputError, match="'hs12-hs02' leaves HS12, the one before it reaches HS07"):
        bridge_dataset(stocked, "flows", ["hs17-hs07", "hs12-hs02"], "x")
    with pytest.raises(InputError, match="has no year 1999"):
        bridge_dataset(stocked, "flows", ["hs17-hs07"], "x", years=[1999])
    with pytest.raises(InputError, match="'hs17-hs07' holds concordance"):
        bridge_dataset(stocked, "hs17-hs07", ["hs17-hs07"], "x")
    assert stocked.names() == ["flows", "hs12-hs02", "hs17-hs07"]


def test_a_cancelled_bridge_leaves_nothing(stocked: Store) -> None:
    def cancel(share: float, what: str) -> None:
        if what.startswith("writing"):
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        bridge_dataset(stocked, "flows", ["hs17-hs07"], "x", years=[2023], progress=cancel)
    assert stocked.names() == ["flows", "hs17-hs07"]
    assert not list(stocked.path.glob(".partial-*"))


# --------------------------------------------------------------------------------------- elasticities
SIGMAS = (
    "iso3c,HS0_3d,HS0_2d,sigma\nCHN,010,01,3\nUSA,010,01,5\nIND,010,01,40\nCHN,520,52,2.5\nCHN,521,52,4.5\n"
)


def test_an_elasticity_goes_through_a_concordance_with_the_chapter_as_fallback(
    store: Store, tmp_path: Path
) -> None:
    import_concordance(
        store,
        tmp_path,
        "steps",
        "HS5_6d,HS0_6d\n010121,010111\n520911,520811\n520911,521011\n529911,529911\n847130,847120\n",
    )
    path = write(tmp_path / "sigma.csv", SIGMAS)
    manifest = import_file(store, path, name="s", reading=Reading(concordances=("steps",)))
    table = ELASTICITIES.check(store.scan("s", "elasticities").collect())
    assert table.rows() == [
        ("010121", 5.0, "stated"),
        ("520911", 3.5, "stated"),
        ("529911", 3.5, "chapter_median"),
    ]
    assert manifest.nomenclature == "HS17"  # of the codes they were spread to, not of the file
    assert manifest.notes[-2:] == (
        "Each elasticity is the median over 3 importers.",
        "2 codes have an elasticity of their own group, 1 the median of their chapter, 1 none.",
    )
    assert manifest.contents is not None
    assert manifest.contents.shares == {
        "stated": pytest.approx(2 / 3),
        "chapter_median": pytest.approx(1 / 3),
    }


def test_elasticities_of_one_importer_and_of_whole_codes(store: Store, tmp_path: Path) -> None:
    products = write(tmp_path / "products.csv", "hs6,description\n010121,Horses\n520100,Cotton\n")
    path = write(tmp_path / "sigma.csv", SIGMAS)
    reading = Reading(filters={"iso3c": "CHN"}, products=products)
    assert "The elasticities are those of CHN." in import_file(store, path, name="c", reading=reading).notes
    assert store.scan("c", "elasticities").collect()["elasticity"].to_list() == [3.0, 2.5]
    whole = write(tmp_path / "whole.csv", "hs6,sigma\n10121,3\n520100,\n")
    manifest = import_file(store, whole, name="w")
    assert store.scan("w", "elasticities").collect().rows() == [("010121", 3.0, "stated")]
    assert manifest.rows_left_out == {"no value": 1}


def test_elasticities_that_cannot_be_spread_or_contradict_are_refused(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "sigma.csv", SIGMAS)
    with pytest.raises(
        InputError, match=r"elasticity of '010' is for all codes that begin so.*--concordance"
    ):
        import_file(store, path, name="s")
    twice = write(tmp_path / "twice.csv", "hs6,sigma\n010121,3\n010121,4\n")
    with pytest.raises(InputError, match="'010121' has more than one elasticity"):
        import_file(store, twice, name="s")
    low = write(tmp_path / "low.csv", "hs6,sigma\n010121,1\n")
    with pytest.raises(BadRowsError, match=r"low.csv, row 2, column 'sigma': '1' – an elasticity above 1"):
        import_file(store, low, name="s")
    short = write(tmp_path / "short.csv", "hs3,sigma\n1,3\n")
    with pytest.raises(BadRowsError, match="first 2 to 6 digits"):
        import_file(store, short, name="s")
    assert store.names() == []


def test_an_identity_leaves_every_code() -> None:
    moved, report = bridge_trade(FLOWS, make_identity(FLOWS["product"].unique()))
    assert moved.collect().equals(FLOWS.sort("year", "exporter", "importer", "product"))
    assert (report.codes_split, report.codes_unmapped) == (0, 0)


# ------------------------------------------------------------------------------------------- regions
def test_regions_are_summed_by_key_with_or_without_destinations(store: Store, tmp_path: Path) -> None:
    text = (
        "region,exporter,hs6,million_usd\nPunjab,PAK,520100,1.5\nPunjab,PAK,520100,0.5\nSindh,586,10121,2\n"
    )
    path = write(tmp_path / "provinces.csv", text)
    reading = Reading("regions", {"value_usd": "million_usd"}, year=2024)
    manifest = import_file(store, path, name="r", reading=reading)
    assert store.scan("r", "regions").collect().rows() == [
        (2024, "PAK", "Punjab", "520100", "WLD", 2e6),
        (2024, "PAK", "Sindh", "010121", "WLD", 2e6),
    ]
    assert manifest.duplicates_summed == 1
    assert manifest.contents is not None and manifest.contents.counts["regions"] == 2
    text = "year,region,economy,importer,hs6,value_usd\n2024,Punjab,PAK,CHN,520100,1\n2024,Punjab,PAK,,520100,2\n"
    import_file(store, write(tmp_path / "d.csv", text), name="d")
    assert store.scan("d", "regions").collect()["importer"].to_list() == ["CHN", "WLD"]
    bad = write(tmp_path / "b.csv", text + "2024,Punjab,PAK,XYZ1,520100,3\n")
    with pytest.raises(BadRowsError, match="row 4, column 'importer': 'XYZ1'"):
        import_file(store, bad, name="b")
