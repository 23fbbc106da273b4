"""``corridor find`` as a person calls it."""

import json
import random

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


def test_neighbours_are_written_beside_with_proximities(world, tmp_path):
    result = complexity(world, tmp_path / "out.parquet", "--neighbours", "2")
    assert result.exit_code == 0, result.output
    near = pl.read_parquet(tmp_path / "out.neighbours.parquet")
    assert near.columns == ["product", "neighbour", "rank", "proximity"]
    assert near["proximity"].is_between(0, 1).all() and near["rank"].max() == 2


def test_reflections_say_whether_they_converged(world, tmp_path):
    result = complexity(world, tmp_path / "out.csv", "--reflections", "4")
    assert result.exit_code == 0 and "not converged after 4 steps" in result.output
    assert (
        "converged after 400 steps" in complexity(world, tmp_path / "out.csv", "--reflections", "400").output
    )


def test_variant_filters_and_single_precision(world, tmp_path):
    cells = [
        (f"x{row}", f"{place:04d}", 1 + (7 * row + 3 * place) % 11) for row in range(8) for place in range(20)
    ]
    lines = [f"{economy},{product},{usd}" for economy, product, usd in [*cells, ("x1", "9999", 50)]]
    world.write_text("origin,hs,usd\n" + "\n".join(lines), encoding="utf-8")
    output = tmp_path / "out.parquet"
    keep = ("--filters", "atlas", "--reliable", "x0, x1,x2,x3,x4,x5,x6")
    result = complexity(world, output, "--rca", "symmetric", "--precision", "single", *keep)
    assert result.exit_code == 0, result.output
    assert "filtered: 1 (not among the reliable economies)" in result.output
    assert "filtered: 1 (code of no product)" in result.output
    table = pl.read_parquet(output)
    assert "x7" not in table["origin"] and table["rca"].is_between(-1, 1).all()
    assert "all are kept" in complexity(world, output, "--filters", "atlas").output


def test_population_variant_reads_its_file(world, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("economy,population\naa,4\nbb,3\ncc,2\ndd,1\n", encoding="utf-8")
    more = ("--rca", "population", "--population", str(people), "--largest-block")
    result = complexity(world, tmp_path / "out.parquet", *more)
    assert result.exit_code == 0, result.output
    people.write_text("economy,population\naa,4\nbb,3\ncc,2\n", encoding="utf-8")
    assert "no population of dd" in complexity(world, tmp_path / "out.parquet", *more).output


def test_a_matrix_is_read_long_or_wide(world, tmp_path):
    assert complexity(world, tmp_path / "out.parquet").exit_code == 0
    table = pl.read_parquet(tmp_path / "out.parquet")
    wide, long = tmp_path / "wide.csv", tmp_path / "long.csv"
    table.select("origin", "hs", "m").pivot(on="hs", index="origin", values="m").write_csv(wide)
    table.select("origin", "hs", "m").write_csv(long)
    for path, columns in ((wide, ()), (long, ("--product-column", "hs", "--value-column", "m"))):
        result = run(
            *("find", "complexity", "--matrix", "--input", path, "--country-column", "origin"),
            *(*columns, "--output", tmp_path / "m.parquet"),
        )
        assert result.exit_code == 0, result.output
        assert pl.read_parquet(tmp_path / "m.parquet")["eci"].to_list() == pytest.approx(
            table["eci"].to_list()
        )


def test_codes_are_cut_and_summed(world, tmp_path):
    world.write_text(WORLD + "dd,0102,7\n", encoding="utf-8")
    result = complexity(world, tmp_path / "out.parquet", "--digits", "2")
    assert result.exit_code == 0, result.output
    table = pl.read_parquet(tmp_path / "out.parquet")
    assert table.filter(origin="dd", hs="01")["usd"].item() == 32


def test_complexity_of_trade_says_its_coverage(tmp_path):
    names = {"aa": "CHN", "bb": "IND", "cc": "PAK", "dd": "LKA"}
    rows = ""
    for line in WORLD.splitlines()[1:]:
        seller, code, usd = line.split(",")
        buyer = "CHN" if seller == "cc" else "PAK"
        rows += "".join(f"{year},{names[seller]},{buyer},{code}00,{usd}\n" for year in (2023, 2024))
    path = tmp_path / "trade.csv"
    path.write_text("year,exporter,importer,product,value_usd\n" + rows, encoding="utf-8")
    output = tmp_path / "out.parquet"
    result = run("find", "complexity", "--trade", path, "--output", output)
    assert result.exit_code == 0, result.output
    assert "2 destination markets" in result.output and "IND, LKA" in result.output
    table = pl.read_parquet(output)
    assert "year" not in table.columns and {"economy", "eci", "source", "illustrative"} <= set(table.columns)
    assert run("find", "complexity", "--trade", path, "--every-year", "--output", output).exit_code == 0
    assert pl.read_parquet(output)["year"].unique().sort().to_list() == [2023, 2024]


def test_a_column_named_as_a_result_is_refused(world, tmp_path):
    world.write_text(WORLD.replace("usd", "density", 1), encoding="utf-8")
    result = complexity(world, tmp_path / "out.csv", "--value-column", "density")
    assert result.exit_code == 1 and "'density' is also the name of a result" in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--matrix", "--rca", "log"), "--matrix with --rca"),
        (("--matrix",), "every m is 0 or 1"),
        (("--filters", "oec"), "filters 'oec' are not known"),
        (("--reflections", "3"), "an even number"),
        (("--method", "eigen"), "method 'eigen' is not known"),
        (("--rca", "balasa"), "'balasa' is not known"),
        (("--digits", "0"), "at least one digit"),
        (("--neighbours", "0"), "at least one neighbour"),
    ],
)
def test_options_that_do_not_fit_are_explained(world, tmp_path, arguments, says):
    result = complexity(world, tmp_path / "out.csv", *arguments)
    assert result.exit_code == 1
    assert says in result.output and "Traceback" not in result.output
    assert not (tmp_path / "out.csv").exists()


def test_no_table_is_explained(world, tmp_path):
    output = ("--output", tmp_path / "out.csv")
    assert "no table was named" in run("find", "complexity", *output).output
    result = run("find", "complexity", "--input", world, "--country-column", "origin", *output)
    assert result.exit_code == 1 and "no column of products or of values" in result.output


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
        (("find", "shortlist", "PAK", "CHN", "--most"), "--most goes with --lines"),
        (("find", "shortlist", "PAK", "CHN", "--exclude", "arms"), "two to six digits"),
        (("find", "shortlist", "PAK", "CHN", "--share", "0.99", "--lines", "5"), "At most so many products"),
        (("find", "shortlist", "PAK", "CHN", "--strategy", "bold"), "one of low_hanging, long_jump"),
        (("find", "shortlist", "PAK", "CHN", "--income", "1500"), "--income without --strategy"),
        (("find", "target", "PAK", "CHN", "50e9"), "--by names it"),
        (("find", "target", "PAK", "CHN", "50e9", "--by", "2024"), "lies after its base"),
        (("find", "target", "PAK", "CHN", "50e9", "--by", "2035", "--growth", "0.04"), "--growth-source"),
        (("find", "compare", "PAK", "CHN", "stored", "--second-year", "2020"), "name a trade file"),
        (("find", "target", "PAK", "CHN", "50e9", "--years", "10", "--base-usd", "2e9"), "--base-source"),
        (("find", "target", "PAK", "CHN", "-5", "--years", "10"), ""),
    ],
)
def test_what_cannot_be_done_is_one_message(arguments, says):
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert says in result.output
    assert "Traceback" not in result.output


def test_shortlist_takes_conditions(tmp_path):
    output = tmp_path / "choice.parquet"
    asked = ("--exclude", "24", "--most-per-chapter", 2, "--share", 0.5, "--least-sections", 12)
    result = run("find", "shortlist", "PAK", "CHN", *asked, "--output", output)
    assert result.exit_code == 0, result.output
    assert "Left out by code" in result.output and "Proven best" in result.output
    chosen = pl.read_parquet(output)
    assert not chosen["product"].str.starts_with("24").any()
    assert chosen.group_by("chapter").len()["len"].max() <= 2
    assert {"source", "illustrative", "by_hand"} <= set(chosen.columns)


def test_shortlist_takes_a_strategy_and_shows_the_front(tmp_path):
    output, front = tmp_path / "best.parquet", tmp_path / "front.csv"
    asked = ("--strategy", "long_jump", "--income", 1500, "--lines", 5, "--exclude", "84")
    result = run("find", "shortlist", "PAK", "CHN", *asked, "--output", output, "--front-output", front)
    assert result.exit_code == 0, result.output
    assert "5 products of" in result.output and "Long jump weighs nearness 45%" in result.output
    assert "the Atlas’s ceiling" in result.output and "are beaten by no other" in result.output
    best = pl.read_parquet(output)
    assert best["score"].is_sorted(descending=True) and best.height == 5
    assert (best["rca"] < 1).all() and not best["product"].str.starts_with("84").any()
    layers = pl.read_csv(front)
    assert layers["layer"].min() == 1 and layers["source"].str.contains("BACI").all()


def test_a_strategy_is_computed_from_trade_data(tmp_path):
    economies = [f"X{a}{b}" for a in "ABC" for b in "ABCD"]
    draw = random.Random(3)
    rows = [
        (seller, buyer, f"{code:06d}", draw.lognormvariate(0, 2))
        for i, seller in enumerate(economies)
        for j, buyer in enumerate(economies)
        for n, code in enumerate(range(10121, 850760, 60000))
        if seller != buyer and (i + n) % 3
    ]
    frame = pl.DataFrame(rows, schema=["exporter", "importer", "product", "value_usd"], orient="row")
    path = tmp_path / "trade.csv"
    frame.with_columns(year=pl.lit(2024)).write_csv(path)
    result = run(
        "find", "shortlist", "XAA", "XAB", "--trade", path, "--strategy", "light_touch", "--lines", 3
    )
    assert result.exit_code == 0, result.output
    assert "score best" in result.output and "Light touch weighs" in result.output


def test_target_names_both_bases_and_what_is_unknown(tmp_path):
    output = tmp_path / "target.csv"
    result = run("find", "target", "PAK", "CHN", "50e9", "--by", 2035, "--output", output)
    assert result.exit_code == 0, result.output
    for told in (
        "29.8%",
        "35.1%",
        "State Bank of Pakistan",
        "46.309 bn USD",
        "unknown",
        "No tariffs are known here",
    ):
        assert told in result.output
    table = pl.read_csv(output)
    sums = table.group_by("assumptions").agg(pl.col("value_usd").sum())
    assert set(sums["assumptions"]) == {"low", "central", "high", "own"}
    assert sums["value_usd"].to_list() == pytest.approx([50e9] * 4)


def test_target_of_all_markets_starts_from_a_stated_base():
    base = ("--base-usd", "30e9", "--base-source", "Planning minister", "--base-year", 2025)
    result = run("find", "target", "PAK", "CHN", "150e9", "--by", 2035, "--all-markets", *base)
    assert result.exit_code == 0, result.output
    assert "17.5% a year for 10 years" in result.output
    assert "10.074 bn USD" in result.output and "109.926 bn USD" in result.output
    assert "United States" in result.output
    bare = run("find", "target", "CHN", "PAK", "5e12", "--by", 2035, "--all-markets", *base)
    assert bare.exit_code == 0 and "holds no table of other markets" in bare.output


def test_target_counts_tariff_cuts_where_duties_are_supplied(tmp_path):
    duties, sigma = tmp_path / "duties.csv", tmp_path / "sigma.csv"
    duties.write_text(
        "importer,exporter,product,year,rate_percent,basis\nCHN,MFN,100630,2024,65,mfn\n", encoding="utf-8"
    )
    sigma.write_text("product,elasticity\n100630,3\n", encoding="utf-8")
    asked = ("--tariffs", duties, "--elasticities", sigma, "--tariff-cut", 1)
    result = run("find", "target", "PAK", "CHN", "50e9", "--by", 2035, *asked)
    assert result.exit_code == 0, result.output
    assert "Duty and elasticity are known for 3% of the potential" in result.output
    assert "The partner’s duties cut to zero" in result.output
    alone = run("find", "target", "PAK", "CHN", "50e9", "--by", 2035, "--tariffs", duties)
    assert alone.exit_code != 0 and "both" in alone.output


def test_target_takes_duties_and_elasticities_from_datasets(tmp_path, monkeypatch):
    monkeypatch.setenv("CORRIDOR_HOME", str(tmp_path / "home"))
    duties, sigma = tmp_path / "duties.csv", tmp_path / "sigma.csv"
    duties.write_text(
        "importer,exporter,product,year,rate_percent\nCHN,MFN,100630,2024,65\n", encoding="utf-8"
    )
    sigma.write_text("product,elasticity\n100630,3\n", encoding="utf-8")
    units = ("--kind", "tariffs", "--unit", "percent", "--nomenclature", "HS17", "--name", "duties")
    assert run("data", "import", duties, *units).exit_code == 0
    assert run("data", "import", sigma, "--kind", "elasticities", "--name", "sigma").exit_code == 0
    asked = ("find", "target", "PAK", "CHN", "50e9", "--by", 2035, "--tariff-cut", 1)
    result = run(*asked, "--tariffs", "duties", "--elasticities", "sigma")
    assert result.exit_code == 0, result.output
    assert "Duty and elasticity are known for 3% of the potential" in result.output
    swapped = run(*asked, "--tariffs", "sigma", "--elasticities", "duties")
    assert swapped.exit_code == 1 and "holds elasticities and no tariffs" in swapped.output


def test_compare_says_what_changed_and_writes_it(tmp_path):
    from corridor.data.world import build_world

    world = build_world(economies=6, products=30, years=2)
    trade = tmp_path / "trade.parquet"
    world.trade.filter(pl.col("importer") != "XAF").write_parquet(trade)
    output = tmp_path / "changes.csv"
    asked = ("XAA", "XAB", trade, "--second-options", "trade_balance=off", "--output", output)
    result = run("find", "compare", *asked)
    assert result.exit_code == 0, result.output
    assert "Trade balance of the product: used -> off" in result.output
    assert result.output.count("5 markets. Imports unknown: XAF.") == 2
    table = pl.read_csv(output, schema_overrides={"product": pl.String})
    terms = [name for name in table.columns if name.startswith("unrealised_") and "_usd_" not in name]
    summed = table.select(pl.sum_horizontal(terms)).to_series()
    assert summed.to_list() == pytest.approx(table["change_usd"].to_list(), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("options", "says"),
    [("speed=fast", "option 'speed'"), ("trade_balance=maybe", "on or off"), ("window=x", "a number")],
)
def test_compare_refuses_options_there_are_not(options, says):
    result = run("find", "compare", "PAK", "CHN", "trade.parquet", "--first", options)
    assert result.exit_code != 0 and says in result.output + result.stderr


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
    assert "Coverage: 3 destination markets, 3 products." in result.output
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
    assert run("data", "import", regions, "--kind", "regions", "--name", "provinces").exit_code == 0
    stored = run("find", "potential", "PAK", "CHN", "--trade", "flows", "--regions", "provinces")
    assert stored.exit_code == 0, stored.output
    assert "Punjab" in stored.output
    wrong = run("find", "potential", "PAK", "CHN", "--trade", "flows", "--regions", "flows")
    assert wrong.exit_code == 1 and "holds trade and no regions" in wrong.output


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
