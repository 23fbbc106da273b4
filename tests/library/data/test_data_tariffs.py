"""Tariffs: the layouts that are read, how lines become rates, and what stays unknown."""

from pathlib import Path

import pytest

from corridor.data.bridging import bridge_dataset
from corridor.data.importers import import_file
from corridor.data.inputs import Reading
from corridor.data.manifest import Manifest
from corridor.data.store import Store
from corridor.errors import BadRowsError, InputError
from corridor.tables import TARIFFS

#: As WITS delivers its bulk downloads: ``AVEMFN_H5_156_2023_U2``, one file for the general rates …
BULK_MFN = (
    "NomenCode,Reporter_ISO_N,Year,ProductCode,Sum_Of_Rates,Min_Rate,Max_Rate,SimpleAverage,TotalNoOfLines,"
    "Nbr_NA_Lines,Nbr_Free_Lines,Nbr_AVE_Lines,EstCode\n"
    "H5,156,2023,010121,20,10,10,10,2,0,0,0,U2\n"
    "H5,156,2023,520100,40,40,40,40,2,1,0,0,U2\n"
    "H5,156,2023,240220,0,0,0,0,3,3,0,0,U2\n"
)
#: … and one for the preferential ones, whose partners are economies or groups.
BULK_PREFERENTIAL = (
    "NomenCode,Reporter_ISO_N,Year,ProductCode,Partner,Sum_Of_Rates,Min_Rate,Max_Rate,SimpleAverage,"
    "TotalNoOfLines,Nbr_Pref_Lines,Nbr_MFN_Lines,Nbr_NA_Lines,EstCode\n"
    "H5,156,2023,520100,586,0,0,0,0,1,1,0,0,U2\n"
    "H5,156,2023,520100,N37,5,5,5,5,1,1,0,0,U2\n"
    "H5,156,2023,010121,N99,1,1,1,1,1,1,0,0,U2\n"
    "H5,156,2023,520100,918,30,30,30,30,1,1,0,0,U2\n"
)
GROUPS = "RegionCode,Partner,Name\nN37,032,Argentina\nN37,586,Pakistan\nN37,9999,Nowhere\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def rows(store: Store, name: str = "t") -> list[tuple[object, ...]]:
    frame = TARIFFS.check(store.scan(name, "tariffs").collect())
    return frame.select("importer", "exporter", "product", "year", "rate_percent", "basis").rows()


def read(store: Store, folder: Path, text: str, file: str = "t.csv", **reading: object) -> Manifest:
    return import_file(store, write(folder / file, text), name="t", reading=Reading(**reading), replace=True)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ WITS
def test_wits_bulk_files_general_and_preferential_with_groups(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "JobID_1_DATA"
    write(folder / "TariffLine/Reported/MFN.CSV", BULK_MFN)
    write(folder / "TariffLine/Reported/Pref.CSV", BULK_PREFERENTIAL)
    groups = write(tmp_path / "beneficiaries.csv", GROUPS)
    manifest = import_file(store, folder, name="t", reading=Reading("tariffs", groups=groups))
    found = rows(store)
    assert [row for row in found if row[1] in ("MFN", "PAK", "ARG", "DEU")] == [
        ("CHN", "ARG", "520100", 2023, 5.0, "preferential"),
        ("CHN", "DEU", "520100", 2023, 30.0, "preferential"),
        ("CHN", "MFN", "010121", 2023, 10.0, "mfn"),
        ("CHN", "MFN", "520100", 2023, 40.0, "mfn"),
        ("CHN", "PAK", "520100", 2023, 0.0, "preferential"),
    ]
    assert "GBR" not in {row[1] for row in found}  # not a member in 2023
    assert manifest.nomenclature == "HS17" and manifest.source == "UNCTAD TRAINS through WITS"
    assert manifest.rows_left_out == {
        "group of partners whose members are not known (--groups)": 1,
        "no ad valorem rate (specific duty), so unknown": 1,
    }
    assert "1 members of groups of partners are no known economies." in manifest.notes
    assert any(note.startswith("1 lines had several rates") for note in manifest.notes)
    assert manifest.contents is not None
    assert manifest.contents.counts == {"importers": 1, "exporters": 29, "products": 2}
    assert manifest.contents.years == (2023,)


def test_a_mean_of_zero_over_no_ad_valorem_line_is_unknown_not_free(store: Store, tmp_path: Path) -> None:
    read(store, tmp_path, BULK_MFN)
    frame = store.scan("t", "tariffs").collect()
    assert "240220" not in frame["product"].to_list()
    assert frame.filter(product="520100").select("lines", "unknown_lines").row(0) == (1, 1)


QUERY = (
    "Reporter,Reporter Name,Partner,Partner Name,Product,Tariff Year,Trade Year,DutyType,Simple Average,"
    "Weighted Average,Minimum Rate,Maximum Rate,Number of Total Lines\n"
)


def test_results_of_a_wits_query_bound_rates_are_left_out_and_applied_ones_named(
    store: Store, tmp_path: Path
) -> None:
    text = QUERY + (
        "156,China,586,Pakistan,520100,2022,2022,MFN,40,40,40,40,1\n"
        "156,China,586,Pakistan,520100,2022,2022,BND,65,65,65,65,1\n"
        "156,China,586,Pakistan,520100,2022,2022,PRF,0,0,0,0,1\n"
        "156,China,842,United States,520100,2022,2022,AHS,40,40,40,40,1\n"
        "156,China,356,India,520100,2022,2022,AHS,35,35,35,35,1\n"
        "156,China,000,World,520100,2022,2022,AHS,39,39,39,39,1\n"
        "156,China,000,World,5201,2022,2022,MFN,38,38,38,38,1\n"
    )
    manifest = read(store, tmp_path, text)
    assert rows(store) == [
        ("CHN", "IND", "520100", 2022, 35.0, "preferential"),
        ("CHN", "MFN", "520100", 2022, 40.0, "mfn"),
        ("CHN", "PAK", "520100", 2022, 0.0, "preferential"),
        ("CHN", "USA", "520100", 2022, 40.0, "mfn"),
    ]
    assert manifest.rows_left_out == {
        "bound rate, which is a ceiling": 1,
        "rate of a preference or applied rate that names no partner": 1,
        "average of a heading above six digits": 1,
    }


# ---------------------------------------------------------------------------------- Market Access Map
def test_market_access_map_files_in_shares_with_national_lines(store: Store, tmp_path: Path) -> None:
    general = write(
        tmp_path / "pak_mfn.txt",
        "Revision\tReportingCountry\tYear\tProductCode\tPartnerCountry\tAvDuty\tSource\n"
        "HS22\t586\t2024\t87038010\t000\t0.25\tITC\n"
        "HS22\t586\t2024\t87038020\t000\t0.15\tITC\n"
        "HS22\t586\t2024\t87038090\t000\t\tITC\n",
    )
    agreements = write(
        tmp_path / "pak_agr.txt",
        "Revision\tReportingCountry\tYear\tProductCode\tAgreement_id\tPartnerCountry\tNav_flag\tAvDuty\tNavDuty\tSource\n"
        "HS22\t586\t2024\t87038010\t7\t156\t0\t0.05\t\tITC\n"
        "HS22\t586\t2024\t87038010\t8\t156\t0\t0.1\t\tITC\n",
    )
    with pytest.raises(InputError, match=r"nothing states the unit of column 'AvDuty'.*hold shares"):
        import_file(store, [general, agreements], name="t")
    manifest = import_file(store, [general, agreements], name="t", reading=Reading(unit="share"))
    # China: 5 % on one line by the better agreement, 15 % as everyone on the other, the third unknown
    assert rows(store) == [
        ("PAK", "CHN", "870380", 2024, 10.0, "preferential"),
        ("PAK", "MFN", "870380", 2024, 20.0, "mfn"),
    ]
    details = store.scan("t", "tariffs").select(
        "minimum_percent", "maximum_percent", "lines", "unknown_lines"
    )
    assert details.collect().rows() == [(5.0, 15.0, 2, 1), (15.0, 25.0, 2, 1)]
    assert (manifest.nomenclature, manifest.source) == ("HS22", "ITC Market Access Map")
    assert "5 national tariff lines were averaged to 2 rates of six digits (simple mean)." in manifest.notes
    assert "2 rates are means without the lines of their code that have no ad valorem rate." in manifest.notes


def test_a_long_export_of_national_lines_with_its_regimes(store: Store, tmp_path: Path) -> None:
    text = (
        "ReportingCountry,PartnerCountry,NTLC Code,Year,Tariff Regime,Tariff Reported,Tariff AVE\n"
        "CHN,PAK,8703.80.00.10,2024,MFN duties (Applied),15%,15%\n"
        "CHN,PAK,8703.80.00.10,2024,Preferential tariff for Pakistan,0%,0%\n"
    )
    read(store, tmp_path, text, kind="tariffs", unit="percent")
    assert rows(store) == [
        ("CHN", "MFN", "870380", 2024, 15.0, "mfn"),
        ("CHN", "PAK", "870380", 2024, 0.0, "preferential"),
    ]


def test_general_and_preferential_rates_side_by_side(store: Store, tmp_path: Path) -> None:
    text = "ReportingCountry,PartnerCountry,ProductCode,Year,MFN,Preferential\nCHN,PAK,520100,2024,40,0\nCHN,USA,520100,2024,40,\n"
    read(store, tmp_path, text, kind="tariffs", unit="percent")
    assert rows(store) == [
        ("CHN", "MFN", "520100", 2024, 40.0, "mfn"),
        ("CHN", "PAK", "520100", 2024, 0.0, "preferential"),
    ]


# --------------------------------------------------------------------------------------- plain schedule
def test_a_plain_schedule_specific_duties_are_unknown_and_headings_hold_for_their_codes(
    store: Store, tmp_path: Path
) -> None:
    text = (
        "importer,exporter,product,rate_percent\n"
        "PAK,,0101,3\n"
        "PAK,,01012100,Free\n"
        "PAK,,1701.1200,Rs. 8/kg\n"
        "PAK,,520100,11%\n"
        "PAK,CHN,520100,5\n"
    )
    products = write(
        tmp_path / "products.csv", "hs6,description\n010121,A\n010129,B\n010130,C\n520100,D\n170112,E\n"
    )
    manifest = read(store, tmp_path, text, products=products, year=2024)
    assert rows(store) == [
        ("PAK", "CHN", "520100", 2024, 5.0, "preferential"),
        ("PAK", "MFN", "010121", 2024, 0.0, "schedule"),
        ("PAK", "MFN", "010129", 2024, 3.0, "schedule"),
        ("PAK", "MFN", "010130", 2024, 3.0, "schedule"),
        ("PAK", "MFN", "520100", 2024, 11.0, "schedule"),
    ]
    assert manifest.rows_left_out == {"no ad valorem rate (specific duty), so unknown": 1}
    with pytest.raises(InputError, match=r"tariff line '0101' is a heading.*--products FILE"):
        read(store, tmp_path, text, year=2024)


def test_columns_of_any_name_are_mapped_and_a_schedule_without_partners_is_for_everyone(
    store: Store, tmp_path: Path
) -> None:
    text = "who,code,duty now\n586,52010000,0.11\n586,52010090,0.05\n"
    mapping = {"importer": "who", "product": "code", "rate_percent": "duty now"}
    read(store, tmp_path, text, kind="tariffs", mapping=mapping, year=2024, unit="share")
    assert rows(store) == [("PAK", "MFN", "520100", 2024, 8.0, "schedule")]


def test_several_rates_of_one_line_lowest_for_a_pair_mean_for_everyone(store: Store, tmp_path: Path) -> None:
    text = (
        "importer,exporter,product,year,rate_percent\n"
        "PAK,MFN,07020000,2024,10\nPAK,MFN,07020000,2024,20\nPAK,CHN,07020000,2024,6\nPAK,CHN,07020000,2024,4\n"
        "PAK,MFN,07020000,2024,20\n"
    )
    manifest = read(store, tmp_path, text)
    assert [row[4] for row in rows(store)] == [4.0, 15.0]
    assert any(
        "2 lines had several rates: the lowest was taken for a pair" in note for note in manifest.notes
    )


def test_high_rates_are_pointed_out_and_impossible_ones_refused(store: Store, tmp_path: Path) -> None:
    text = "importer,product,year,rate_percent\nJPN,071490,2024,1706\nJPN,071410,2024,9\n"
    notes = read(store, tmp_path, text).notes
    assert "1 rates are above 200 %; the highest is 1706 % (JPN on MFN, 071490, 2024)." in notes
    with pytest.raises(BadRowsError, match=r"t.csv, row 4, column 'rate_percent': '3001'"):
        read(store, tmp_path, text + "JPN,071420,2024,3001\n")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("PAK,CHN,520100,2024,-1", "rate_percent"),
        ("PAK,CHN,520100,2024,abc", "rate_percent"),
        ("PAK,CHN,52,2024,1", "product"),
        ("PAK,CHN,0012345678,2024,1", "product"),
        ("PAK,CNH,520100,2024,1", "exporter"),
        ("MFN,CHN,520100,2024,1", "importer"),
        (",CHN,520100,2024,1", "importer"),
        ("PAK,CHN,520100,24,1", "year"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column_and_nothing_is_kept(
    store: Store, tmp_path: Path, line: str, column: str
) -> None:
    text = f"importer,exporter,product,year,rate_percent\nPAK,CHN,520100,2024,1\n{line}\n"
    with pytest.raises(BadRowsError) as caught:
        read(store, tmp_path, text)
    assert [(error.row, error.column) for error in caught.value.errors] == [(3, column)]
    assert store.names() == []
    manifest = read(store, tmp_path, text, skip_bad_rows=True)
    assert (manifest.rows, manifest.rows_rejected) == (1, 1)


def test_several_nomenclatures_in_one_dataset_are_refused(store: Store, tmp_path: Path) -> None:
    text = BULK_MFN + "H6,586,2023,520100,3,3,3,3,1,0,0,0,U2\n"
    with pytest.raises(InputError, match=r"several nomenclatures: H5, H6.*--where NomenCode=H6"):
        read(store, tmp_path, text)
    assert read(store, tmp_path, text, filters={"NomenCode": "H6"}).nomenclature == "HS22"


def test_only_specific_duties_make_no_dataset(store: Store, tmp_path: Path) -> None:
    text = "importer,product,year,rate_percent\nPAK,170112,2024,Rs 8 per kg\n"
    with pytest.raises(InputError, match="no line of the files has an ad valorem rate"):
        read(store, tmp_path, text)
    assert store.names() == []


def test_duties_move_to_another_nomenclature_as_means(store: Store, tmp_path: Path) -> None:
    steps = write(
        tmp_path / "steps.csv", "HS5_6d,HS0_6d\n010121,010111\n010130,010111\n520100,520100\n520100,520200\n"
    )
    import_file(store, steps, name="hs17-hs92")
    text = (
        "importer,exporter,product,year,rate_percent\nCHN,,010121,2024,10\nCHN,,010130,2024,4\nCHN,PAK,010121,2024,2\n"
        "CHN,,520100,2024,40\nCHN,,999999,2024,7\n"
    )
    read(store, tmp_path, text, nomenclature="HS17")
    manifest = bridge_dataset(store, "t", ["hs17-hs92"], "moved")
    # Pakistan's preference covers one of the two codes that meet: the other stays at the general rate
    assert rows(store, "moved") == [
        ("CHN", "MFN", "010111", 2024, 7.0, "schedule"),
        ("CHN", "MFN", "520100", 2024, 40.0, "schedule"),
        ("CHN", "MFN", "520200", 2024, 40.0, "schedule"),
        ("CHN", "MFN", "999999", 2024, 7.0, "schedule"),
        ("CHN", "PAK", "010111", 2024, 3.0, "preferential"),
    ]
    assert manifest.nomenclature == "HS92"
    assert "1 codes are unknown to the concordance and were kept as they are." in manifest.notes
