"""Runs: saved and read back, and the two that the project carries."""

import hashlib
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from corridor.data.runs import STORED_DIR, Attribution, Run, load_run, remove_run, save_run
from corridor.errors import DatasetDamagedError, DatasetNotFoundError, InputError
from corridor.find.pair import analyse_pair
from corridor.find.stored import list_stored_pairs, make_run, read_analysis, stored_run
from corridor.tables import OPPORTUNITIES, SUPPLIERS

SOURCE = Attribution(title="Three economies", illustrative=True)


@pytest.fixture
def analysis(trade):
    names = pl.DataFrame({"product": ["100630", "850760"], "description": ["Rice", "Batteries"]})
    return analyse_pair(trade, "XAA", "XAB", products=names, source=SOURCE)


def test_a_saved_run_reads_back_whole(analysis, tmp_path):
    save_run(make_run(analysis), tmp_path / "run")
    again = read_analysis(load_run(tmp_path / "run"))
    assert_frame_equal(again.opportunities, analysis.opportunities, check_column_order=False)
    assert_frame_equal(again.suppliers, analysis.suppliers)
    assert_frame_equal(again.chapters, analysis.chapters)
    assert (again.totals, again.shortlist, again.coverage, again.options, again.source) == (
        analysis.totals,
        analysis.shortlist,
        analysis.coverage,
        analysis.options,
        analysis.source,
    )
    assert again.stored
    assert again.rounded_digits is None


def test_an_exact_run_keeps_the_cents_of_large_amounts(trade, tmp_path):
    exact = analyse_pair(trade.with_columns(pl.col("value_usd") * 1e6 / 7), "XAA", "XAB", source=SOURCE)
    save_run(make_run(exact), tmp_path / "run")
    again = read_analysis(load_run(tmp_path / "run"))
    columns = ["current_usd", "potential_usd", "unrealised_usd"]
    assert again.opportunities.select(columns).equals(exact.opportunities.select(columns))
    assert again.suppliers.equals(exact.suppliers)
    assert again.chapters.equals(exact.chapters)


def test_further_tables_are_kept_and_removed_with_their_run(analysis, tmp_path):
    further = {"markets": pl.DataFrame({"importer": ["XAB"], "current_usd": [1234.0]})}
    save_run(make_run(replace(analysis, tables=further)), tmp_path / "run")
    save_run(make_run(analysis), tmp_path / "runner")
    again = read_analysis(load_run(tmp_path / "run"))
    assert_frame_equal(again.tables["markets"], further["markets"])
    (tmp_path / "run.markets.parquet").unlink()
    with pytest.raises(DatasetDamagedError, match=r"run\.markets\.parquet"):
        load_run(tmp_path / "run")
    remove_run(tmp_path / "run")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runner.json", "runner.parquet"]


def test_the_same_run_gives_the_same_bytes(analysis, tmp_path):
    for name in ("one", "two"):
        save_run(make_run(analysis, digits=3), tmp_path / name)
    digests = [
        {hashlib.sha256((tmp_path / f"{name}{kind}").read_bytes()).hexdigest() for name in ("one", "two")}
        for kind in (".parquet", ".json")
    ]
    assert [len(each) for each in digests] == [1, 1]
    assert not list(tmp_path.glob("*.partial"))


def test_rounding_keeps_three_digits(analysis):
    rounded = make_run(analysis, digits=3).table
    exact = analysis.opportunities
    for column in ("potential_usd", "supply_share"):
        assert rounded[column].to_list() == [float(f"{value:.3g}") for value in exact[column]]


def test_missing_and_damaged_runs_are_named(analysis, tmp_path):
    with pytest.raises(DatasetNotFoundError, match="no run 'none'"):
        load_run(tmp_path / "none")
    save_run(make_run(analysis), tmp_path / "run")
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(DatasetDamagedError, match="'run' cannot be read"):
        load_run(tmp_path / "run")
    whole = make_run(analysis)
    with pytest.raises(InputError, match="kind 'areas'"):
        read_analysis(Run("areas", {}, SOURCE, "0", {}, {}, whole.table))
    with pytest.raises(DatasetDamagedError, match="lacks a part"):
        read_analysis(Run("pair", whole.parameters, SOURCE, "0", whole.coverage, {}, whole.table))


def test_the_project_carries_both_directions():
    assert list_stored_pairs() == [("CHN", "PAK"), ("PAK", "CHN")]
    assert sum(path.stat().st_size for path in STORED_DIR.iterdir()) <= 400_000


@pytest.mark.parametrize(("exporter", "importer"), [("PAK", "CHN"), ("CHN", "PAK")])
def test_a_stored_run_is_complete_and_states_its_coverage(exporter, importer):
    run = stored_run(exporter, importer)
    OPPORTUNITIES.check(run.opportunities)
    SUPPLIERS.check(run.suppliers)
    assert run.stored
    assert run.rounded_digits == 3
    assert "CEPII BACI" in run.source.title
    assert run.coverage.destination_markets == 220
    assert run.coverage.missing_importers == ("DEU", "ESP", "FRA", "GBR", "NLD", "USA")
    assert len(run.coverage.absent_products) == 305
    assert run.opportunities["description"].null_count() == 0
    assert run.opportunities["shortlisted"].sum() == run.shortlist.lines
    assert run.shortlist.share_carried >= 0.8
    assert run.totals.exporter_rank_as_supplier == run.suppliers.filter(supplier=exporter)["rank"].item()


def test_the_stored_run_holds_no_exact_trade_values():
    values = stored_run("PAK", "CHN").opportunities["current_usd"]
    # round_sig_figs itself leaves 24799999.999999996 of 24800000
    assert ((values.round_sig_figs(3) - values).abs() <= 1e-12 * values.abs()).all()


def test_an_unknown_pair_is_named():
    with pytest.raises(DatasetNotFoundError, match=r"'PAK' → 'CHI'.*PAK → CHN"):
        stored_run("PAK", "CHI")
