"""``corridor find market``, ``supply`` and ``gravity`` as a person calls them."""

import json

import polars as pl
import pytest
from tests.library.find.poisson import fit_plainly
from tests.library.find.test_gravity import make_links, make_trade
from typer.testing import CliRunner

from corridor.find import gravity
from corridor_cli.main import app

runner = CliRunner()


def run(*arguments: object):
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def trade_file(tmp_path):
    flows = [
        (2022, "PAK", "CHN", "100630", 10, 20),
        (2022, "IND", "CHN", "100630", 30, 60),
        (2024, "PAK", "CHN", "100630", 30, 50),
        (2024, "IND", "CHN", "100630", 10, 20),
        (2024, "CHN", "PAK", "850760", 50, 5),
        (2024, "CHN", "PAK", "520100", 9, 5),
        (2022, "CHN", "PAK", "850760", 25, 5),
    ]
    path = tmp_path / "trade.csv"
    rows = "".join(f"{year},{a},{b},{code},{usd},{tons}\n" for year, a, b, code, usd, tons in flows)
    path.write_text("year,exporter,importer,product,value_usd,quantity_t\n" + rows, encoding="utf-8")
    return path


def test_market_tells_suppliers_growth_and_unit_values(trade_file, tmp_path):
    output = tmp_path / "suppliers.csv"
    result = run(
        "find", "market", "CHN", "100630", "--trade", trade_file, "--exporter", "PAK", "--output", output
    )
    assert result.exit_code == 0, result.output
    assert "from 2 suppliers; HHI 0.625" in result.output
    assert "market +0.0% a year, PAK +73.2% a year" in result.output
    assert "PAK 1 USD/t, median 1 USD/t; quantities known for 100% of the value" in result.output
    assert "Imports unknown: IND" in result.output
    assert pl.read_csv(output)["supplier"].to_list() == ["PAK", "IND"]


def test_market_tells_duties_and_what_they_rest_on(trade_file, tmp_path, monkeypatch):
    monkeypatch.setenv("CORRIDOR_HOME", str(tmp_path / "home"))
    duties = tmp_path / "duties.csv"
    rows = "CHN,MFN,100630,2024,65,MFN\nCHN,PAK,100630,2024,20,PRF\n"
    duties.write_text("importer,exporter,product,year,rate_percent,duty_type\n" + rows, encoding="utf-8")
    told = ("--unit", "percent", "--attribution", "Customs")
    found = run("data", "import", duties, "--name", "duties", "--kind", "tariffs", *told)
    assert found.exit_code == 0, found.output
    asked = ("--trade", trade_file, "--exporter", "PAK", "--tariffs", "duties")
    result = run("find", "market", "CHN", "100630", *asked, "--output", tmp_path / "out.csv")
    assert result.exit_code == 0, result.output
    assert "duty 20.0 % (preference)" in result.output and "duty 65.0 % (rate for everyone)" in result.output
    assert "+45.0 percentage points against PAK" in result.output and "Tariffs: Customs" in result.output
    assert pl.read_csv(tmp_path / "out.csv")["margin_points"].to_list() == [0.0, 45.0]
    none = run("find", "market", "PAK", "850760", "--trade", trade_file, "--tariffs", "duties")
    assert none.exit_code == 0 and "unknown, not zero" in none.output


def test_market_of_one_year_knows_no_growth(trade_file):
    result = run(
        "find", "market", "CHN", "100630", "--trade", trade_file, "--exporter", "PAK", "--year", 2022
    )
    assert result.exit_code == 0, result.output
    assert "Growth: one year of data" in result.output


def test_supply_tells_dependence_and_chains(trade_file, tmp_path):
    output = tmp_path / "dependence.parquet"
    result = run("find", "supply", "PAK", "CHN", "--trade", trade_file, "--output", output)
    assert result.exit_code == 0, result.output
    assert "2 products depend on one supplier (59 USD), 2 of them on CHN" in result.output
    assert "Battery cells and packs" in result.output
    table = pl.read_parquet(output)
    assert table["product"].head(2).to_list() == ["850760", "520100"]
    assert table["source"].is_not_null().all()


def test_supply_takes_chains_of_ones_own(trade_file, tmp_path):
    chain = {
        "chain": "mine",
        "title": "My chain",
        "nomenclature": "HS 2017",
        "sources": ["me"],
        "limits": "",
        "tiers": [{"tier": "cells", "title": "My cells", "products": ["850760"]}],
    }
    folder = tmp_path / "chains"
    folder.mkdir()
    (folder / "mine.json").write_text(json.dumps(chain), encoding="utf-8")
    result = run("find", "supply", "PAK", "CHN", "--trade", trade_file, "--chains", folder)
    assert result.exit_code == 0, result.output
    assert "My cells" in result.output and "Solar" not in result.output


@pytest.fixture
def gravity_files(tmp_path):
    trade, links = tmp_path / "trade.parquet", tmp_path / "links.csv"
    make_trade().write_parquet(trade)
    names = {"exporter": "iso_o", "importer": "iso_d", "distance_km": "dist", "contiguous": "contig"}
    names |= {"common_language": "comlang_off", "colonial_link": "colony"}
    table = make_links().rename(names).with_columns(pl.col(pl.Boolean).cast(pl.Int32))
    table.write_csv(links)
    return trade, links


def test_gravity_tells_coefficients_and_both_eases(gravity_files, tmp_path, monkeypatch):
    monkeypatch.setattr(gravity, "_fit_poisson", fit_plainly)
    trade, links = gravity_files
    output = tmp_path / "pairs.csv"
    pair = ("--exporter", "XAA", "--importer", "XAC")
    result = run("find", "gravity", "--trade", trade, "--links", links, *pair, "--output", output)
    assert result.exit_code == 0, result.output
    assert "49 pairs, 2% of them without trade" in result.output
    assert "Distance (logarithm)" in result.output
    assert "ease 0.00, by gravity" in result.output
    assert {"ease", "ease_static", "ratio"} <= set(pl.read_csv(output).columns)
    asked = ("find", "potential", "XAA", "XAC", "--trade", trade, "--draws", 0, "--ease", "gravity")
    with_it = run(*asked, "--eases", output)
    assert with_it.exit_code == 0, with_it.output
    assert "Ease from gravity: trade.parquet" in with_it.output.replace("\n", " ")
    assert "Export potential 0.642 bn USD, unrealised 0.642 bn USD" in with_it.output
    without = run(*asked)
    assert without.exit_code == 1 and "--eases FILE" in without.output + without.stderr


def test_gravity_without_its_extra_says_how_to_get_it(gravity_files, monkeypatch):
    def refuse(name: str):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(gravity, "import_module", refuse)
    result = run("find", "gravity", "--trade", gravity_files[0], "--links", gravity_files[1])
    assert result.exit_code == 1
    assert "pip install 'corridor[gravity]'" in result.output and "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("market", "CHN", "999999"), "'999999' has no trade"),
        (("market", "IND", "100630"), "imports of 'IND' are not in this dataset"),
        (("market", "CHM", "100630"), "Maybe you meant 'CHN'"),
        (("supply", "IND", "CHN"), "imports of 'IND' are not in this dataset"),
        (("supply", "PAK", "CHN", "--chains", "nowhere"), "holds no chain"),
        (("gravity", "--links", "nowhere.csv"), "a .csv or .parquet file that is there"),
    ],
)
def test_what_cannot_be_done_is_one_message(trade_file, arguments, says):
    result = run("find", *arguments, "--trade", trade_file)
    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output
