"""Every importer: what is read, what is refused and how it is said."""

import contextlib
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from corridor.data import importers
from corridor.data.importers import import_file
from corridor.data.inputs import Reading
from corridor.data.origins import Origin
from corridor.data.store import Store
from corridor.errors import BadRowsError, CancelledError, CorridorError, InputError
from corridor.tables import DISTANCES, ECONOMIES, INDICATORS, PRODUCTS, TRADE


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def read(store: Store, name: str, table: str = "trade") -> list[tuple[object, ...]]:
    return store.scan(name, table).collect().rows()


# ------------------------------------------------------------------------------------------------ BACI
def test_baci_zip_becomes_two_years_in_usd_with_leading_zeros(store: Store, baci_zip: Path) -> None:
    manifest = import_file(store, baci_zip, name="baci")
    frame = TRADE.check(store.scan("baci").collect())
    assert frame.filter(pl.col("year") == 2024).rows() == [
        (2024, "CHN", "NAM", "851762", 5000.0, 2.0),
        (2024, "PAK", "CHN", "010121", 2000.0, 1.0),
        (2024, "PAK", "CHN", "520100", 7000.0, 3.0),
        (2024, "S19", "CHN", "851762", 9000.0, 0.5),
        (2024, "USA", "PAK", "100630", 4000.0, 1.5),
    ]
    assert frame.filter(pl.col("year") == 2023)["quantity_t"].to_list() == [None, 0.25, None]
    assert (manifest.source, manifest.licence, manifest.as_of) == ("CEPII BACI", "Etalab 2.0", "2026-01")
    assert manifest.nomenclature == "HS17"
    assert manifest.tables == ("trade", "economies", "products")


def test_baci_lists_are_stored_and_count_the_absent_products(store: Store, baci_zip: Path) -> None:
    manifest = import_file(store, baci_zip, name="baci")
    economies = ECONOMIES.check(store.scan("baci", "economies").collect())
    assert dict(economies.iter_rows())["BEL"] == "Belgium"
    assert dict(economies.iter_rows())["NAM"] == "Namibia"
    assert PRODUCTS.check(store.scan("baci", "products").collect()).height == 5
    assert manifest.coverage is not None
    assert manifest.coverage.absent_products == 1
    assert manifest.coverage_by_year["2023"].absent_products == 2


def test_coverage_names_exporters_that_never_import_largest_first(store: Store, baci_zip: Path) -> None:
    coverage = import_file(store, baci_zip, name="baci").coverage_by_year["2024"]
    assert coverage.missing_importers == ("S19", "USA")
    assert (coverage.exporters, coverage.destination_markets, coverage.products) == (4, 3, 4)
    assert coverage.missing_importers_export_share == pytest.approx(13 / 27)


def test_a_folder_of_unpacked_files_reads_as_the_zip_does(
    store: Store, baci_zip: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(baci_zip) as archive:
        archive.extractall(folder)
    import_file(store, baci_zip, name="zip")
    import_file(store, folder, name="folder")
    assert read(store, "zip") == read(store, "folder")


def test_a_single_year_reads_without_any_list_of_codes(
    store: Store, tmp_path: Path, texts: dict[str, str]
) -> None:
    path = write(tmp_path / "BACI_HS17_Y2024_V202601.csv", texts["2024"])
    manifest = import_file(store, path, name="year")
    assert manifest.rows == 5
    assert manifest.coverage is not None
    assert manifest.coverage.absent_products is None


def test_a_list_of_codes_may_declare_a_number_of_its_own(
    store: Store, tmp_path: Path, texts: dict[str, str]
) -> None:
    codes = write(tmp_path / "country_codes.csv", texts["country codes"] + "9001,Somewhere,,ZQ9\n")
    path = write(tmp_path / "BACI.csv", texts["2024"] + "2024,9001,156,010121,1,1\n")
    import_file(store, path, name="own", reading=Reading(economies=codes))
    assert "ZQ9" in store.scan("own").collect()["exporter"].to_list()


# ------------------------------------------------------------------------------------- long CSV, Parquet
def test_a_long_csv_with_mapped_columns_and_a_unit(store: Store, tmp_path: Path) -> None:
    path = write(
        tmp_path / "own.csv", 'from;to;"hs code";when;amount\nPAK;CHN;010121;2024;1.5\n586;TWN;10121;2024;2\n'
    )
    mapping = {
        "exporter": "from",
        "importer": "to",
        "product": "hs code",
        "year": "when",
        "value_usd": "amount",
    }
    import_file(store, path, name="own", reading=Reading("trade", mapping, unit="million_usd"))
    assert read(store, "own") == [
        (2024, "PAK", "CHN", "010121", 1.5e6),
        (2024, "PAK", "S19", "010121", 2e6),
    ]


def test_a_unit_that_nothing_states_is_asked_for(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", "year,exporter,importer,product,value\n2024,PAK,CHN,010121,1\n")
    with pytest.raises(InputError, match=r"nothing states the unit of column 'value'.*--unit"):
        import_file(store, path, name="v", reading=Reading("trade"))


@pytest.mark.parametrize("column", ["thousand_usd", "value_thousand_usd"])
def test_a_unit_in_the_name_of_the_column_counts(store: Store, tmp_path: Path, column: str) -> None:
    path = write(tmp_path / "v.csv", f"year,exporter,importer,product,{column}\n2024,PAK,CHN,010121,1\n")
    reading = Reading("trade", {"value_usd": column})
    import_file(store, path, name="v", reading=reading)
    assert store.scan("v").collect()["value_usd"].to_list() == [1000.0]


def test_equal_flows_are_summed_and_counted(store: Store, tmp_path: Path) -> None:
    path = write(
        tmp_path / "twice.csv",
        "t,i,j,k,v,q\n2024,586,156,010121,1,1\n2024,586,156,10121,2,2\n2024,4,156,010121,3,NA\n"
        "2024,4,156,010121,4,1\n2024,586,156,520100,5,1\n",
    )
    manifest = import_file(store, path, name="twice")
    assert manifest.duplicates_summed == 2
    assert read(store, "twice") == [
        (2024, "AFG", "CHN", "010121", 7000.0, None),
        (2024, "PAK", "CHN", "010121", 3000.0, 3.0),
        (2024, "PAK", "CHN", "520100", 5000.0, 1.0),
    ]


def test_years_mixed_in_one_file_are_kept_apart(store: Store, tmp_path: Path) -> None:
    path = write(
        tmp_path / "mixed.csv",
        "year,exporter,importer,product,value_usd\n2024,PAK,CHN,010121,1\n2023,PAK,CHN,010121,2\n"
        "2024,PAK,CHN,010121,4\n",
    )
    manifest = import_file(store, path, name="mixed")
    assert manifest.coverage is not None
    assert manifest.coverage.years == (2023, 2024)
    assert [row[0] for row in read(store, "mixed")] == [2023, 2024]
    assert [row[4] for row in read(store, "mixed")] == [2.0, 5.0]


def test_parquet_by_importer_takes_its_year_from_its_name(store: Store, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "importer": ["CHN", "CHN"],
            "hs6": ["010121", "520100"],
            "exporter": ["PAK", "USA"],
            "value_usd": [5, 7],
        }
    )
    path = tmp_path / "baci_hs17_2024_bilateral.parquet"
    frame.write_parquet(path)
    manifest = import_file(store, path, name="p")
    assert read(store, "p") == [(2024, "PAK", "CHN", "010121", 5.0), (2024, "USA", "CHN", "520100", 7.0)]
    assert any("year was taken as 2024" in note for note in manifest.notes)


def test_numbers_and_categories_in_parquet_become_codes(store: Store, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"t": [2024.0], "i": [586], "j": ["156"], "k": [10121], "v": [1.5], "q": [None]},
        schema_overrides={"j": pl.Categorical, "q": pl.Float64},
    )
    frame.write_parquet(tmp_path / "n.parquet")
    import_file(store, tmp_path / "n.parquet", name="n")
    assert read(store, "n") == [(2024, "PAK", "CHN", "010121", 1500.0, None)]


def test_a_file_without_years_needs_one(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "plain.csv", "exporter,importer,product,value_usd\nPAK,CHN,010121,1\n")
    with pytest.raises(InputError, match="--year"):
        import_file(store, path, name="y")
    import_file(store, path, name="y", reading=Reading(year=2022))
    assert read(store, "y") == [(2022, "PAK", "CHN", "010121", 1.0)]


def test_line_breaks_byte_order_mark_and_windows_letters(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    body = (
        'year,exporter,importer,product,value_usd,name\r\n2024,PAK,CHN,010121,1,"Côte ""d\'Ivoire\r\nA"\r\n'
    )
    path.write_bytes(b"\xef\xbb\xbf" + body.encode("cp1252") + b"2024,CHN,PAK,010121,2,x\r\n\r\n")
    import_file(store, path, name="w")
    assert [row[4] for row in read(store, "w")] == [2.0, 1.0]


def test_pieces_of_a_file_are_cut_between_rows(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corridor.data.blocks._PIECE", 64)
    rows = [f'2024,PAK,CHN,{10000 + n:06d},{n},"a,\nb {n}"\n' for n in range(200)]
    path = write(tmp_path / "long.csv", "year,exporter,importer,product,value_usd,text\n" + "".join(rows))
    import_file(store, path, name="long")
    assert [row[4] for row in read(store, "long")] == [float(n) for n in range(200)]
    write(path, path.read_text() + '2024,PAK,CHN,12,5,"c"\n')
    with pytest.raises(BadRowsError) as caught:
        import_file(store, path, name="bad")
    assert caught.value.errors[0].row == 202


# ------------------------------------------------------------------------------------------- other tables
def test_distances(store: Store, tmp_path: Path) -> None:
    path = write(
        tmp_path / "dist.csv",
        "iso_o,iso_d,dist,distcap,distw\nPAK,CHN,3000.5,1,4800\nROM,CHN,7000,1,.\nPAL,TWN,8000,1,2\n",
    )
    import_file(store, path, name="d")
    frame = DISTANCES.check(store.scan("d", "distances").collect())
    assert frame.rows() == [("PAK", "CHN", 3000.5), ("PSE", "S19", 8000.0), ("ROU", "CHN", 7000.0)]
    weighted = Reading("distances", {"distance_km": "distw"})
    manifest = import_file(store, path, name="dw", reading=weighted)
    assert manifest.rows_left_out == {"no value": 1}
    assert manifest.rows == 2


def test_world_bank_gdp_leaves_out_and_counts_aggregates(store: Store, tmp_path: Path) -> None:
    path = write(
        tmp_path / "gdp.csv",
        "Country Name,Country Code,Year,Value\nPakistan,PAK,2023,338368.5\nWorld,WLD,2023,1e14\nEuro,EMU,2023,\n"
        "Kosovo,XKX,2023,\n",
    )
    manifest = import_file(store, path, name="gdp", reading=Reading("gdp"))
    frame = INDICATORS.check(store.scan("gdp", "indicators").collect())
    assert frame.select(pl.all().sort_by("economy")).rows() == [("PAK", "gdp_usd", 2023, 338368.5)]
    assert manifest.rows_left_out == {"regional aggregate": 2, "no value": 1}
    assert manifest.licence == "CC BY 4.0"


def test_a_population_in_the_wrong_unit_is_refused(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", "Country Name,Country Code,Year,Value\nPakistan,PAK,2023,247504495000\n")
    with pytest.raises(BadRowsError, match="below 2 billion"):
        import_file(store, path, name="p", reading=Reading("population"))


def test_growth_from_a_sheet_with_years_as_columns(store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["ISO", "Country", 2023, 2024],
        ["PAK", "Pakistan", -0.002, 0.025],
        ["UVK", "Kosovo", None, 0.04],
        [],
        ["Fund, Outlook, April 2025"],
    ):
        sheet.append(row)
    for cell in (*sheet[2][2:], *sheet[3][2:]):
        cell.number_format = "0.0%"
    book.save(tmp_path / "growth.xlsx")
    manifest = import_file(store, tmp_path / "growth.xlsx", name="g", reading=Reading("growth"))
    frame = INDICATORS.check(store.scan("g", "indicators").collect())
    assert frame.select("economy", "indicator", "year", pl.col("value").round(9)).rows() == [
        ("PAK", "gdp_growth_percent", 2023, -0.2),
        ("PAK", "gdp_growth_percent", 2024, 2.5),
        ("XKX", "gdp_growth_percent", 2024, 4.0),
    ]
    assert manifest.source == "Fund, Outlook, April 2025"
    assert manifest.rows_left_out == {"no value": 1}


def test_growth_without_a_unit_is_asked_for(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "g.csv", "economy,year,growth\nPAK,2024,0.02\n")
    with pytest.raises(InputError, match="percent, share"):
        import_file(store, path, name="g", reading=Reading("growth"))


def test_a_bad_cell_of_a_sheet_is_named_by_its_row(store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["ISO", "2023", "2024"], ["PAK", 1, 2], [None, None, None], ["CHN", 3, "soon"]):
        sheet.append(row)
    book.save(tmp_path / "g.xlsx")
    with pytest.raises(BadRowsError) as caught:
        import_file(store, tmp_path / "g.xlsx", name="g", reading=Reading("growth", unit="percent"))
    assert [(error.row, error.value) for error in caught.value.errors] == [(4, "soon")]


def test_descriptions_of_one_revision(store: Store, tmp_path: Path) -> None:
    path = write(
        tmp_path / "hs.csv",
        "code,desc,revision\n01,Animals,H5\n0101,Horses,H5\n010121,Pure-bred,H5\n010111,Other,H0\n",
    )
    reading = Reading("products", filters={"revision": "H5"})
    manifest = import_file(store, path, name="hs", reading=reading)
    assert read(store, "hs", "products") == [("010121", "Pure-bred")]
    assert manifest.rows_left_out == {"revision is not H5": 1, "heading above six digits": 2}


def test_economies(store: Store, tmp_path: Path, texts: dict[str, str]) -> None:
    path = write(tmp_path / "country_codes.csv", texts["country codes"])
    import_file(store, path, name="e", reading=Reading("economies"))
    frame = ECONOMIES.check(store.scan("e", "economies").collect())
    assert dict(frame.iter_rows())["BEL"] == "Belgium"


# --------------------------------------------------------------------------------------------- bad rows
BAD = """t,i,j,k,v,q
2024,586,156,010121,1,NA
2024,999,156,0101,-5,x
20x4,586,156,010121,1,1
2024,586,156,010121,"1,000",1
2024,586,156,010121,inf,1
2024,586,156,010121,1,000,1
2024,586,156,990,1
"""


def test_bad_rows_are_named_by_file_row_column_value_and_rule(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "bad.csv", BAD)
    with pytest.raises(BadRowsError) as caught:
        import_file(store, path, name="bad")
    named = [(error.row, error.column, error.value) for error in caught.value.errors]
    assert named == [
        (3, "i", "999"),
        (3, "k", "0101"),
        (3, "v", "-5"),
        (3, "q", "x"),
        (4, "t", "20x4"),
        (5, "v", "1,000"),
        (6, "v", "inf"),
        (7, "(beyond the last column)", "1"),
        (8, "k", "990"),
    ]
    assert caught.value.total == 6
    assert all(error.file == "bad.csv" and error.rule for error in caught.value.errors)
    assert "--skip-bad-rows" in str(caught.value)
    assert store.names() == []


def test_only_the_first_bad_cells_are_named_but_all_rows_are_counted(store: Store, tmp_path: Path) -> None:
    rows = "".join(f"2024,586,156,{n},1,1\n" for n in range(1000))
    path = write(tmp_path / "bad.csv", "t,i,j,k,v,q\n" + rows)
    with pytest.raises(BadRowsError) as caught:
        import_file(store, path, name="bad")
    assert (len(caught.value.errors), caught.value.total) == (importers.ERRORS_NAMED, 1000)


def test_skipped_rows_are_counted_and_listed_without_formulas(store: Store, tmp_path: Path) -> None:
    text = BAD.replace("20x4", "=HYPERLINK(1)").replace("999", "@x")
    manifest = import_file(
        store, write(tmp_path / "bad.csv", text), name="b", reading=Reading(skip_bad_rows=True)
    )
    assert (manifest.rows, manifest.rows_rejected) == (1, 6)
    record = next(record for record in manifest.files if record.table == "rejects")
    listed = pl.read_csv(store.path / "b" / record.file, infer_schema=False)
    assert listed["row"].to_list() == ["3", "4", "5", "6", "7", "8"]
    assert listed.row(0, named=True) == {
        "file": "bad.csv",
        "row": "3",
        "column": "i",
        "value": "'@x",
        "rule": "a known economy code such as PAK (ISO 3166-1 alpha-3) or 586 (UN M49)",
        "t": "2024",
        "i": "'@x",
        "j": "156",
        "k": "0101",
        "v": "'-5",
        "q": "x",
        "(beyond the last column)": None,
    }
    assert listed["t"][1] == "'=HYPERLINK(1)"
    store.verify("b")


def test_a_file_of_bad_rows_only_makes_no_dataset(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "bad.csv", "t,i,j,k,v,q\n2024,999,1,1,1,1\n")
    with pytest.raises(InputError, match="no usable row"):
        import_file(store, path, name="b", reading=Reading(skip_bad_rows=True))
    assert store.names() == []


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('2024,586,156,010121,1,"5\n', '2024,586,156,010121,1,"5'),
        ('2024,586,156,"0101"21,1,5\n', '2024,586,156,"0101"21,1,5'),
    ],
)
def test_a_quotation_mark_out_of_place_is_named_and_never_skipped(
    store: Store, tmp_path: Path, line: str, value: str, skip: bool
) -> None:
    path = write(tmp_path / "q.csv", "t,i,j,k,v,q\n2024,586,156,010121,1,5\n" + line + "2024,586,156,1,1,5\n")
    with pytest.raises(BadRowsError, match="quotation marks") as caught:
        import_file(store, path, name="q", reading=Reading(skip_bad_rows=skip))
    assert [(error.row, error.value) for error in caught.value.errors] == [(3, value)]
    assert store.names() == []


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_refused_or_read_but_never_a_traceback(
    store: Store, tmp_path: Path, texts: dict[str, str], baci_zip: Path, seed: int
) -> None:
    rng = random.Random(seed)
    whole = {"a.csv": texts["2024"].encode(), "a.zip": baci_zip.read_bytes()}
    for name, content in whole.items():
        for _ in range(40):
            hurt = bytearray(content)
            for _ in range(rng.randint(1, 4)):
                hurt[rng.randrange(len(hurt))] = rng.choice(b'",\n\r\x00\xff\xe9;=')
            (tmp_path / name).write_bytes(hurt)
            with contextlib.suppress(CorridorError):
                reading = Reading("trade", skip_bad_rows=rng.random() < 0.5)
                import_file(store, tmp_path / name, name="n", replace=True, reading=reading)
                store.verify("n")


def test_a_damaged_parquet_file_is_refused(store: Store, tmp_path: Path, flows_csv: Path) -> None:
    path = tmp_path / "flows.parquet"
    pl.read_csv(flows_csv).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="no Parquet file that can be read"):
        import_file(store, path, name="n", reading=Reading("trade"))


def test_columns_of_a_parquet_file_that_hold_no_cells_are_no_columns(store: Store, tmp_path: Path) -> None:
    frame = pl.DataFrame({"year": [2024], "exporter": [b"PAK"], "importer": [["CHN"]], "product": ["1"]})
    frame.with_columns(value_usd=pl.lit(1)).write_parquet(tmp_path / "p.parquet")
    with pytest.raises(InputError, match="no column for 'exporter'"):
        import_file(store, tmp_path / "p.parquet", name="p", reading=Reading("trade"))


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("a.csv", b"", "no header"),
        ("a.csv", b"\xff\xfea\x00", "UTF-16"),
        ("a.csv", b"PK\x03\x04 zip", "is no text"),
        ("a.csv", b"i,i,j\n1,2,3\n", "more than one column named i"),
        ("a.csv", b"t,i,j,k,v\n", "no usable row"),
        ("a.csv", b"t,i,j,k,v\r2024,586,156,010121,1", "in an old way"),
        ("a.parquet", b"PAR1 broken", "no Parquet file"),
        ("a.xlsx", b"no zip", "no zip file"),
        ("a.docx", b"x", "of no kind that can be read"),
        ("a.csv", b"year,exporter,importer,value_usd\n2024,PAK,CHN,1\n", "no column for 'product'"),
    ],
)
def test_a_wrong_file_gets_one_sentence(
    store: Store, tmp_path: Path, name: str, content: bytes, match: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=match):
        import_file(store, tmp_path / name, name="x", reading=Reading("trade"))
    assert store.names() == []


def test_a_mapping_to_a_column_that_is_not_there_proposes_one(store: Store, flows_csv: Path) -> None:
    with pytest.raises(InputError, match="Maybe you meant 'exporter'"):
        import_file(store, flows_csv, name="x", reading=Reading("trade", {"exporter": "exportr"}))
    with pytest.raises(InputError, match="Maybe you meant exporter=exporter"):
        import_file(store, flows_csv, name="x", reading=Reading("trade", {"exportr": "exporter"}))


def test_a_key_with_two_values_is_refused(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "d.csv", "iso_o,iso_d,dist\nPAK,CHN,1\nPAK,CHN,2\n")
    with pytest.raises(CorridorError, match="more than once"):
        import_file(store, path, name="d")


# --------------------------------------------------------------------------------------------- progress
def test_progress_rises_to_one(store: Store, baci_zip: Path) -> None:
    seen: list[float] = []
    import_file(store, baci_zip, name="b", progress=lambda share, what: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize("when", ["reading", "sorting"])
def test_cancelling_leaves_nothing(store: Store, baci_zip: Path, when: str) -> None:
    def cancel(share: float, what: str) -> None:
        if what.startswith(when):
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        import_file(store, baci_zip, name="b", progress=cancel)
    assert store.names() == []
    assert [path.name for path in store.path.iterdir()] == [".lock"]


def test_what_the_user_states_goes_before_what_is_inferred(store: Store, baci_zip: Path) -> None:
    manifest = import_file(store, baci_zip, name="b", origin=Origin(licence="none", as_of="2025"))
    assert (manifest.licence, manifest.as_of, manifest.source) == ("none", "2025", "CEPII BACI")


# ----------------------------------------------------------------------------------------------- zips
def _zip(path: Path, write_members: Callable[[zipfile.ZipFile], None]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        write_members(archive)
    return path


def test_a_zip_bomb_is_refused_before_it_is_read(store: Store, tmp_path: Path) -> None:
    path = _zip(tmp_path / "bomb.zip", lambda archive: archive.writestr("BACI.csv", b"0" * (11 << 20)))
    with pytest.raises(InputError, match=r"would unpack .* times"):
        import_file(store, path, name="x")


def test_a_zip_that_lies_about_its_size_is_refused(
    store: Store, tmp_path: Path, texts: dict[str, str]
) -> None:
    text = texts["2024"] + "2024,586,156,520100,7.000,3.000\n" * 50_000
    path = _zip(tmp_path / "lie.zip", lambda archive: archive.writestr("BACI.csv", text))
    raw = bytearray(path.read_bytes())
    real = len(text).to_bytes(4, "little")
    small = len(texts["2024"]).to_bytes(4, "little")
    path.write_bytes(bytes(raw).replace(real, small))
    with pytest.raises(InputError, match="lie"):
        import_file(store, path, name="x")
    assert store.names() == []


def test_a_zip_with_a_name_outside_its_folder_is_refused(
    store: Store, tmp_path: Path, texts: dict[str, str]
) -> None:
    path = _zip(tmp_path / "up.zip", lambda archive: archive.writestr("../../etc/BACI.csv", texts["2024"]))
    with pytest.raises(InputError, match="names stay within"):
        import_file(store, path, name="x")


def test_a_damaged_zip_is_refused(store: Store, baci_zip: Path) -> None:
    raw = bytearray(baci_zip.read_bytes())
    raw[70] ^= 0xFF
    baci_zip.write_bytes(raw)
    with pytest.raises(InputError, match="no zip file that can be read"):
        import_file(store, baci_zip, name="x")
    baci_zip.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(InputError, match="no zip file that can be read"):
        import_file(store, baci_zip, name="x")
    assert store.names() == []


def test_product_lists_skip_what_is_no_code_and_say_so(
    store: Store, tmp_path: Path, texts: dict[str, str]
) -> None:
    products = write(tmp_path / "product_codes.csv", texts["product codes"] + "9999AA,Not specified\n")
    path = write(tmp_path / "BACI.csv", texts["2024"])
    manifest = import_file(store, path, name="b", reading=Reading(products=products))
    assert any("1 rows of the list of products" in note for note in manifest.notes)
