"""``corridor find`` as a person calls it."""

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from corridor_cli.main import app

runner = CliRunner()
WORLD = """origin,hs,usd
aa,0101,10
aa,0202,12
aa,0303,14
aa,0404,40
bb,0101,20
bb,0202,15
bb,0303,25
cc,0101,30
cc,0202,22
dd,0101,25
"""


def run(*arguments: object):
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def world(tmp_path):
    path = tmp_path / "exports.csv"
    path.write_text(WORLD, encoding="utf-8")
    return path


def complexity(world, output, *more: str):
    columns = ("--country-column", "origin", "--product-column", "hs", "--value-column", "usd")
    return run("find", "complexity", "--input", world, *columns, "--output", output, *more)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json"])
def test_complexity_writes_a_long_table(world, tmp_path, suffix):
    output = tmp_path / f"out.{suffix}"
    result = complexity(world, output)
    assert result.exit_code == 0, result.output
    read = {
        "csv": lambda path: pl.read_csv(path, schema_overrides={"hs": pl.String}),
        "parquet": pl.read_parquet,
        "json": lambda path: pl.DataFrame(json.loads(path.read_text())),
    }
    table = read[suffix](output)
    assert table.height == 16
    assert set(table["hs"]) == {"0101", "0202", "0303", "0404"}
    assert {
        "origin",
        "hs",
        "usd",
        "rca",
        "m",
        "density",
        "cog",
        "eci",
        "diversity",
        "coi",
        "pci",
        "ubiquity",
    } == set(table.columns)


def test_years_are_computed_apart(tmp_path):
    lines = [line + year for year in (",2023", ",2024") for line in WORLD.splitlines()[1:]]
    path = tmp_path / "years.csv"
    path.write_text("origin,hs,usd,year\n" + "\n".join(lines), encoding="utf-8")
    assert complexity(path, tmp_path / "out.parquet", "--year-column", "year").exit_code == 0
    table = pl.read_parquet(tmp_path / "out.parquet")
    assert table.group_by("year").len().sort("year").rows() == [("2023", 16), ("2024", 16)]
    assert table.filter(year="2023")["eci"].equals(table.filter(year="2024")["eci"])


def test_a_bad_value_is_named_by_row_and_nothing_is_written(world, tmp_path):
    world.write_text(WORLD.replace(",15", ",fifteen"), encoding="utf-8")
    result = complexity(world, tmp_path / "out.csv")
    assert result.exit_code == 1
    assert "row 7, column 'usd': 'fifteen'" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["exports.csv"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"--country-column": "land"}, "no column 'land'"),
        ({"--convention": "strata"}, "Maybe you meant 'stata'"),
        ({"--output": "out.xls"}, "one of .csv, .xlsx, .parquet, .json"),
        ({"--output": "none/out.csv"}, "folder"),
        ({"--input": "none.csv"}, "is not there"),
    ],
)
def test_wrong_arguments_are_explained(world, tmp_path, change, says):
    options = {
        "--input": world,
        "--country-column": "origin",
        "--product-column": "hs",
        "--value-column": "usd",
        "--output": tmp_path / "out.csv",
    } | {key: tmp_path / value if key in ("--output", "--input") else value for key, value in change.items()}
    result = run("find", "complexity", *[part for pair in options.items() for part in pair])
    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output


def test_potential_of_the_stored_pair_says_its_coverage(tmp_path):
    output = tmp_path / "lines.csv"
    result = run("find", "potential", "PAK", "CHN", "--top", 3, "--output", output)
    assert result.exit_code == 0, result.output
    assert "103 products of 3360" in result.output
    assert "DEU, ESP, FRA, GBR, NLD, USA" in result.output
    assert "CEPII BACI" in result.output
    assert "100630" in result.output
    assert pl.read_csv(output, schema_overrides={"product": pl.String})["product"][0] == "100630"


@pytest.fixture
def trade_file(tmp_path):
    flows = [("PAK", "CHN", "100630", 30.0), ("IND", "CHN", "100630", 10.0), ("CHN", "PAK", "850760", 50.0)]
    path = tmp_path / "trade.csv"
    rows = "".join(f"2024,{seller},{buyer},{code},{usd}\n" for seller, buyer, code, usd in flows)
    path.write_text("year,exporter,importer,product,value_usd\n" + rows, encoding="utf-8")
    return path


def test_potential_of_a_file_names_missing_importers_and_products(trade_file):
    result = run("find", "potential", "PAK", "CHN", "--trade", trade_file, "--unknown-trade-balance", "one")
    assert result.exit_code == 0, result.output
    assert "Imports unknown: IND" in result.output
    assert "Cereals; rice" in result.output
    assert "2 destination markets" in result.output


def test_an_unknown_economy_is_named_with_near_ones(trade_file):
    result = run("find", "potential", "PAK", "CHM", "--trade", trade_file)
    assert result.exit_code == 1
    assert "Maybe you meant 'CHN'" in result.output


def test_shortlist_writes_only_the_shortlist(tmp_path):
    output = tmp_path / "short.parquet"
    assert run("find", "shortlist", "CHN", "PAK", "--output", output).exit_code == 0
    written = pl.read_parquet(output)
    assert not written["illustrative"].any()
    assert written["source"].str.contains("BACI").all()
    assert pl.read_parquet(output)["shortlisted"].all()


def test_target_shows_what_has_no_source():
    result = run("find", "target", "PAK", "CHN", "50e9", "--years", 10)
    assert result.exit_code == 0, result.output
    assert "No source found" in result.output
    assert "46." in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("find", "potential", "PAK", "CHM"), "no run is stored"),
        (("find", "potential", "PAK", "CHN", "--ease", "projected"), "Maybe give --trade"),
        (("find", "shortlist", "PAK", "CHN", "--share", "0.5"), "Maybe give --trade"),
        (("find", "target", "PAK", "CHN", "50e9", "--years", "10", "--base-usd", "2e9"), "--base-source"),
        (("find", "target", "PAK", "CHN", "-5", "--years", "10"), ""),
    ],
)
def test_what_cannot_be_done_is_one_message(arguments, says):
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert says in result.output
    assert "Traceback" not in result.output


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return a store with a trade dataset of two years and growth of both economies."""
    monkeypatch.setenv("CORRIDOR_HOME", str(tmp_path / "home"))
    flows = [("PAK", "CHN", "100630", 30.0), ("IND", "CHN", "100630", 10.0), ("CHN", "PAK", "850760", 50.0)]
    flows += [("CHN", "IND", "100630", 5.0), ("IND", "CHN", "520942", 40.0), ("PAK", "IND", "520942", 8.0)]
    for year, factor in ((2023, 3), (2024, 1)):
        path = tmp_path / f"trade-{year}.csv"
        rows = "".join(
            f"{year},{seller},{buyer},{code},{usd * factor}\n" for seller, buyer, code, usd in flows
        )
        path.write_text("year,exporter,importer,product,value_usd\n" + rows, encoding="utf-8")
    both = tmp_path / "both.csv"
    both.write_text(
        (tmp_path / "trade-2023.csv").read_text()
        + "".join((tmp_path / "trade-2024.csv").read_text().splitlines(keepends=True)[1:])
    )
    growth = tmp_path / "growth.csv"
    lines = [f"{code},{year},3\n" for code in ("PAK", "CHN") for year in range(2025, 2030)]
    growth.write_text("economy,year,gdp_growth_percent\n" + "".join(lines), encoding="utf-8")
    assert run("data", "import", both, "--name", "flows", "--kind", "trade").exit_code == 0
    found = run("data", "import", growth, "--name", "outlook", "--kind", "growth", "--unit", "percent")
    assert found.exit_code == 0, found.output
    return tmp_path


def test_potential_from_a_dataset_with_growth_and_several_years(home):
    output = home / "lines.parquet"
    arguments = ("find", "potential", "PAK", "CHN", "--trade", "flows", "--output", output)
    plain = run(*arguments)
    assert plain.exit_code == 0, plain.output
    assert "200 draws" in plain.output
    assert pl.read_parquet(output).filter(product="100630")["current_usd"].item() == 30
    assert list((home / "home" / "cache" / "cubes").iterdir())
    grown = run(*arguments, "--growth", "outlook", "--window", 2, "--draws", 0)
    assert grown.exit_code == 0, grown.output
    assert "Expected growth: " in grown.output
    assert "of the exporter’s exports rest on the average" in " ".join(grown.output.split())
    assert "draws" not in grown.output
    line = pl.read_parquet(output).filter(product="100630").row(0, named=True)
    assert line["current_usd"] == pytest.approx((1 * 90 + 2 * 30) / 3)
    assert line["demand_growth"] == pytest.approx(1.03**5)
    off = run(*arguments, "--growth", "outlook", "--no-demand-growth")
    assert off.exit_code == 0, off.output
    assert "demand_growth" not in pl.read_parquet(output).columns


def test_sweep_writes_cells_and_sums(home):
    paths = {name: home / f"{name}.parquet" for name in ("lines", "markets", "products", "totals")}
    result = run(
        *("find", "sweep", "--trade", "flows", "--output", paths["lines"]),
        *("--markets-output", paths["markets"], "--products-output", paths["products"]),
        *("--totals-output", paths["totals"]),
    )
    assert result.exit_code == 0, result.output
    assert "3 exporters" in result.output
    tables = {name: pl.read_parquet(path) for name, path in paths.items()}
    assert set(tables["totals"]["exporter"]) == {"PAK", "IND", "CHN"}
    for name in ("markets", "products"):
        assert tables[name]["unrealised_usd"].sum() == pytest.approx(tables["totals"]["unrealised_usd"].sum())
    assert tables["lines"]["source"].null_count() == 0
    one = run("find", "sweep", "PAK", "--trade", "flows")
    assert "unrealised in" in one.output and "CHN" in one.output


def test_diversify_ranks_what_is_not_yet_sold(home):
    output = home / "new.csv"
    result = run("find", "diversify", "PAK", "CHN", "--trade", "flows", "--output", output)
    assert result.exit_code == 0, result.output
    assert "no amount of money" in result.output
    assert run("find", "diversify", "PAK", "PAK", "--trade", "flows").exit_code == 1


def test_regions_share_the_potential(home):
    regions = home / "regions.csv"
    regions.write_text("year,economy,region,product,value_usd\n2024,PAK,Punjab,100630,15\n", encoding="utf-8")
    output = home / "parts.csv"
    result = run(
        *("find", "potential", "PAK", "CHN", "--trade", "flows", "--regions", regions),
        *("--regions-output", output),
    )
    assert result.exit_code == 0, result.output
    assert "Punjab" in result.output and "Not covered by the regions" in result.output
    parts = pl.read_csv(output, schema_overrides={"product": pl.String})
    assert parts.filter(region="Punjab")["share"].to_list() == [0.5]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("potential", "PAK", "CHN", "--growth", "outlook"), "Maybe give --trade"),
        (("potential", "PAK", "CHN", "--trade", "flows", "--growth", "flows"), "no indicators"),
        (("potential", "PAK", "CHN", "--trade", "flows", "--normalise-at", "never"), "one of after, before"),
        (("sweep", "XYZ", "--trade", "flows"), "'XYZ'"),
    ],
)
def test_what_cannot_be_done_with_inputs_is_one_message(home, arguments, says):
    result = run("find", *arguments)
    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output
