"""Further inputs from datasets, and what a run keeps of them."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from corridor.data.runs import Attribution, load_run, save_run
from corridor.data.store import Store
from corridor.errors import DatasetNotFoundError, InputError
from corridor.find.inputs import InputSource
from corridor.find.opening import open_inputs
from corridor.find.options import PotentialOptions
from corridor.find.pair import analyse_pair
from corridor.find.stored import make_run, read_analysis
from corridor.find.study import study_pair
from corridor.reports.potential import rank_sentence, terms_sentences, uncertainty_sentence
from corridor.reports.sentences import nomenclature_sentence
from corridor.tables import DISTANCES, DIVERSIFICATION, INDICATORS, MARKETS, PRODUCT_POTENTIAL, TARIFFS


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store(tmp_path / "datasets")
    growth = [
        (code, "gdp_growth_percent", year, 2.0) for code in ("XAA", "XAB") for year in range(2025, 2030)
    ]
    keep(store, "outlook", "indicators", pl.DataFrame(growth, schema=schema(INDICATORS), orient="row"))
    far = [("XAA", "XAB", 1000.0), ("XAC", "XAB", 4000.0)]
    keep(store, "ways", "distances", pl.DataFrame(far, schema=schema(DISTANCES), orient="row"), made_up=True)
    return store


def schema(table) -> dict[str, pl.DataType]:
    return {name: column.dtype for name, column in table.columns.items()}


def keep(
    store: Store, name: str, table: str, frame: pl.DataFrame, *, made_up: bool = False, **revisions: object
) -> None:
    with store.write(name) as writer:
        writer.add(table, frame)
        writer.commit(
            kind=table,
            source="",
            licence="none",
            attribution=f"Office of {name}.",
            as_of="2024-10",
            illustrative=made_up,
            **revisions,
        )


def test_tables_and_their_sources(store):
    inputs = open_inputs(store, {"growth": ["outlook"], "distances": ["ways"], "tariffs": []})
    assert inputs is not None
    assert inputs.growth.height == 10
    assert inputs.distances.height == 2
    assert inputs.tariffs is None
    assert inputs.sources[0] == InputSource("growth", "outlook", "Office of outlook.", "2024-10")
    assert open_inputs(store, {"growth": []}) is None


def test_refusals(store):
    with pytest.raises(InputError, match="no distances"):
        open_inputs(store, {"distances": ["outlook"]})
    with pytest.raises(DatasetNotFoundError, match="'outlok'"):
        open_inputs(store, {"growth": ["outlok"]})
    with pytest.raises(InputError, match="one of growth"):
        open_inputs(store, {"weather": ["outlook"]})


def test_a_run_keeps_terms_gaps_sources_and_tables(store, trade, tmp_path):
    inputs = open_inputs(store, {"growth": ["outlook"], "distances": ["ways"]})
    analysis = study_pair(
        trade, "XAA", "XAB", inputs=inputs, source=Attribution(title="Customs"), options=PotentialOptions()
    )
    assert analysis.source.illustrative  # one generated input makes it an illustration
    assert {"markets", "product_potential", "diversification", "uncertainty"} <= analysis.tables.keys()
    MARKETS.check(analysis.tables["markets"])
    PRODUCT_POTENTIAL.check(analysis.tables["product_potential"])
    DIVERSIFICATION.check(analysis.tables["diversification"])
    here = analysis.tables["markets"].filter(importer="XAB").row(0, named=True)
    assert here["unrealised_usd"] == pytest.approx(analysis.totals.unrealised_usd)
    assert here["current_usd"] == pytest.approx(analysis.totals.current_usd)
    save_run(make_run(analysis), tmp_path / "run")
    again = read_analysis(load_run(tmp_path / "run"))
    assert again.coverage == analysis.coverage
    assert again.options == analysis.options
    assert_frame_equal(again.opportunities, analysis.opportunities, check_column_order=False)
    sentences = " ".join(terms_sentences(again, "en"))
    assert "Office of outlook · 2024-10" in sentences
    assert "Switched off, so that they count as 1: Tariff advantage." in sentences
    assert "Expected growth of supply: 16.7% of the market’s imports" in sentences.replace("\xa0", "")
    assert "rest on the average of the economies with figures" in sentences
    assert "200 draws" in uncertainty_sentence(again, "en")
    assert "ranks between" in rank_sentence(again.top(1)[0], "en")


def test_nothing_is_said_of_what_was_not_drawn(trade):
    analysis = analyse_pair(trade, "XAA", "XAB")
    assert uncertainty_sentence(analysis, "en") == ""
    assert rank_sentence(analysis.top(1)[0], "en") == ""
    assert terms_sentences(analysis, "en") == [
        "Growth, tariffs and distance are switched off: their terms count as 1."
    ]


def test_inputs_in_another_revision_of_the_codes_are_refused(store, trade):
    codes = {"product": ["100630"], "elasticity": [2.0]}
    keep(store, "sigma", "elasticities", pl.DataFrame(codes), nomenclature="HS12")
    duty = pl.DataFrame(
        [("XAB", "MFN", "100630", 2024, 5.0, "mfn")],
        schema={name: column.dtype for name, column in TARIFFS.columns.items() if not column.optional},
        orient="row",
    )
    keep(store, "duties", "tariffs", duty, nomenclature_by_year={2022: "HS12", 2024: "HS17"})
    sigma = open_inputs(store, {"elasticities": ["sigma"]})
    assert sigma is not None and sigma.sources[0].nomenclature == "HS12"
    newer = Attribution(title="Customs", nomenclature="HS17")
    for study in (study_pair, analyse_pair):
        with pytest.raises(InputError, match=r"'sigma' \(elasticities\) is in HS12, the trade in HS17"):
            study(trade, "XAA", "XAB", inputs=sigma, source=newer)
    mixed = open_inputs(store, {"tariffs": ["duties"]})
    with pytest.raises(InputError, match=r"'duties' .* HS12, HS17, the trade in HS17") as refused:
        study_pair(trade, "XAA", "XAB", inputs=mixed, source=newer)
    assert "corridor data bridge" in refused.value.fix
    # the same revision passes, and so does one that nobody stated
    study_pair(trade, "XAA", "XAB", inputs=sigma, source=Attribution(title="Customs", nomenclature="HS12"))
    run = make_run(study_pair(trade, "XAA", "XAB", inputs=sigma, source=Attribution(title="Customs")))
    assert read_analysis(run).source.nomenclature == ""


def test_lists_of_goods_in_another_revision_are_told():
    assert nomenclature_sentence("HS17", "en") == nomenclature_sentence("", "en") == ""
    assert "in HS12" in nomenclature_sentence("HS12", "en") and "HS17" in nomenclature_sentence("HS12", "en")
