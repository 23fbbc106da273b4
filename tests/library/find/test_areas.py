"""Areas compared on a trade table small enough to check by hand."""

import polars as pl
import pytest

from corridor.data.areas import Area, AreaGroup
from corridor.errors import InputError, SchemaError
from corridor.find.area_evidence import gather_evidence
from corridor.find.area_scores import AreaOptions
from corridor.find.areas import EQUAL_WEIGHTS, compare_areas
from corridor.find.goods import GOODS, read_goods
from corridor.find.pair import analyse_pair
from corridor.find.study import study_pair
from corridor.tables import AREA_EVIDENCE, TRADE

# XAA is home, XAB the partner, XAC the rest of the world
FLOWS = [
    ("XAA", "XAB", "100630", 30.0),
    ("XAA", "XAC", "100630", 20.0),
    ("XAC", "XAB", "100630", 50.0),
    ("XAB", "XAA", "850760", 60.0),
    ("XAC", "XAA", "850760", 20.0),
    ("XAB", "XAC", "850760", 20.0),
    ("XAA", "XAB", "850760", 1.0),
    ("XAB", "XAC", "901811", 40.0),
    ("XAC", "XAB", "901811", 10.0),
]
AREAS = (
    Area("food", (AreaGroup("rice", ("10",), "s"),)),
    Area("vehicles", (AreaGroup("batteries", ("850760",), "s"),)),
    Area("health", (AreaGroup("monitors", ("9018",), "s"),)),
    Area("software"),
)


def make_trade(flows=FLOWS) -> pl.DataFrame:
    return TRADE.check(
        pl.DataFrame(
            [(2024, *flow) for flow in flows],
            schema={
                "year": pl.Int32,
                "exporter": pl.String,
                "importer": pl.String,
                "product": pl.String,
                "value_usd": pl.Float64,
            },
            orient="row",
        )
    )


def make_evidence(*rows) -> pl.DataFrame:
    schema = {name: column.dtype for name, column in AREA_EVIDENCE.columns.items()}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture
def goods():
    return read_goods(study_pair(make_trade(), "XAA", "XAB"))


def value_of(indicators, area, indicator):
    return indicators.filter(area=area, indicator=indicator)["value"].item()


def test_indicators_by_hand(goods):
    found = gather_evidence(goods, AREAS).indicators
    # exports: home 51, partner 120, world 251
    assert value_of(found, "vehicles", "partner_world_share") == pytest.approx(80 / 101)
    assert value_of(found, "vehicles", "home_imports_usd") == 80
    assert value_of(found, "vehicles", "home_net_imports_usd") == 79
    assert value_of(found, "food", "home_net_imports_usd") == 0
    assert value_of(found, "food", "current_usd") == 30
    rca = (50 / 100) / (51 / 251)
    assert value_of(found, "food", "home_specialisation") == pytest.approx(rca / (1 + rca))
    assert value_of(found, "food", "home_special_products") == 1
    assert value_of(found, "vehicles", "partner_import_share") == pytest.approx(60 / 80)
    # home trades nothing of it: known, and zero
    assert value_of(found, "health", "home_imports_usd") == 0
    assert value_of(found, "health", "unrealised_usd") == 0


def test_an_area_without_goods_has_no_evidence_and_no_rank(goods):
    comparison = compare_areas(goods, areas=AREAS)
    row = comparison.areas.filter(area="software").to_dicts()[0]
    assert (row["score"], row["rank"], row["firmness"]) == (None, None, None)
    assert (row["low"], row["high"], row["completeness"]) == (0, 1, 0)
    assert row["missing"] == ["strength", "need", "effect", "readiness"]
    assert comparison.reason(row) == ["not_comparable", "no_goods"]
    assert comparison.areas["area"].to_list()[-1] == "software"
    assert comparison.indicators.filter(area="software")["value"].null_count() == 9


def test_scores_by_hand(goods):
    comparison = compare_areas(goods, areas=AREAS, options=AreaOptions({"need": 1, "readiness": 3}))
    row = comparison.areas.filter(area="vehicles").to_dicts()[0]
    rca_food, rca_vehicles = (50 / 100) / (51 / 251), (1 / 101) / (51 / 251)
    best, own = rca_food / (1 + rca_food), rca_vehicles / (1 + rca_vehicles)
    assert row["need"] == 1
    assert row["readiness"] == pytest.approx((own / best + 0) / 2)
    assert row["score"] == pytest.approx(0.25 * 1 + 0.75 * row["readiness"])
    assert row["low"] == row["high"] == pytest.approx(row["score"])


def test_one_direction_alone_leaves_the_other_criteria_missing():
    goods = read_goods(analyse_pair(make_trade(), "XAA", "XAB"))
    assert goods.lacks_reverse
    assert not goods.complete
    comparison = compare_areas(goods, areas=AREAS)
    row = comparison.areas.filter(area="food").to_dicts()[0]
    assert row["missing"] == ["strength", "need"]
    assert row["completeness"] == pytest.approx(0.5)
    assert row["low"] < row["score"] < row["high"]
    assert row["high"] - row["low"] == pytest.approx(0.5)


def test_both_directions_give_what_the_whole_table_gives():
    trade = make_trade()
    joined = read_goods(analyse_pair(trade, "XAA", "XAB"), analyse_pair(trade, "XAB", "XAA"))
    whole = read_goods(study_pair(trade, "XAA", "XAB"))
    assert whole.complete
    assert joined.world_total_usd == pytest.approx(whole.world_total_usd)
    assert joined.home_imports_held == 1.0
    first, second = (
        compare_areas(each, areas=AREAS[:2]).areas.select("area", "score", "rank") for each in (joined, whole)
    )
    assert first.equals(second) or first["score"].to_list() == pytest.approx(second["score"].to_list())


def test_the_other_direction_has_to_be_of_the_same_data():
    trade = make_trade()
    outward = analyse_pair(trade, "XAA", "XAB")
    with pytest.raises(InputError, match="other direction"):
        read_goods(outward, outward)
    later = trade.with_columns(year=pl.lit(2025, dtype=pl.Int32))
    with pytest.raises(InputError, match="2025"):
        read_goods(outward, analyse_pair(later, "XAB", "XAA"))


def test_imports_that_the_data_lack_are_missing_evidence():
    flows = [flow for flow in FLOWS if flow[1] != "XAA"]
    goods = read_goods(study_pair(make_trade(flows), "XAA", "XAB"))
    assert goods.lacks_reverse
    found = gather_evidence(goods, AREAS).indicators
    assert value_of(found, "vehicles", "home_imports_usd") is None
    row = compare_areas(goods, areas=AREAS).areas.filter(area="vehicles").to_dicts()[0]
    assert row["missing"] == ["need"]


def test_imported_evidence_counts_for_its_economy_and_latest_year(goods):
    imported = make_evidence(
        ("software", "strength", "patents", "XAB", 2020, 5.0, "patents", "higher", "Office"),
        ("software", "strength", "patents", "XAB", 2023, 50.0, "patents", "higher", "Office"),
        ("vehicles", "strength", "patents", "XAB", 2023, 100.0, "patents", "higher", "Office"),
        ("software", "strength", "patents", "XAA", 2023, 7.0, "patents", "higher", "Office"),
        ("software", "readiness", "firms", "XAA", 2023, 9.0, "firms", "higher", "Office"),
        ("spacecraft", "readiness", "firms", "XAA", 2023, 9.0, "firms", "higher", "Office"),
    )
    comparison = compare_areas(goods, areas=AREAS, imported=imported)
    assert comparison.unused == {"unknown_area": 1, "other_economy": 1, "older_year": 1}
    shown = comparison.indicators.filter(area="software", indicator="patents").to_dicts()[0]
    assert (shown["value"], shown["year"], shown["normalised"]) == (50, 2023, 0.5)
    # known for one area alone: shown and not scored
    assert not comparison.indicators.filter(indicator="firms")["scored"].any()
    row = comparison.areas.filter(area="software").to_dicts()[0]
    assert row["completeness"] == pytest.approx(0.25 / 3)
    assert not row["comparable"]
    assert row["score"] == pytest.approx(0.5)


def test_few_weights_make_an_area_comparable(goods):
    imported = make_evidence(
        ("software", "strength", "patents", "XAB", 2023, 50.0, "patents", "higher", "Office"),
        ("vehicles", "strength", "patents", "XAB", 2023, 100.0, "patents", "higher", "Office"),
    )
    options = AreaOptions({"strength": 1}, least_evidence=0.3)
    row = compare_areas(goods, areas=AREAS, imported=imported, options=options).areas.filter(area="software")
    assert row["comparable"].item()


def test_lower_may_be_better(goods):
    imported = make_evidence(
        ("food", "need", "price", "XAA", 2023, 2.0, "USD", "lower", "Office"),
        ("vehicles", "need", "price", "XAA", 2023, 8.0, "USD", "lower", "Office"),
    )
    found = compare_areas(goods, areas=AREAS, imported=imported).indicators.filter(indicator="price")
    assert dict(found.select("area", "normalised").iter_rows())["food"] == 1
    assert dict(found.select("area", "normalised").iter_rows())["vehicles"] == 0.25


def test_imported_evidence_is_checked(goods):
    with pytest.raises(SchemaError, match="criterion"):
        compare_areas(goods, areas=AREAS, imported=pl.DataFrame({"area": ["food"]}))


def test_overlaps_are_told_and_not_added(goods):
    wide = (*AREAS, Area("all", (AreaGroup("all", ("85", "90", "10"), "s"),)))
    overlaps = compare_areas(goods, areas=wide).overlaps
    found = {(row["area"], row["other"]): row for row in overlaps.iter_rows(named=True)}
    assert found["all", "vehicles"]["products"] == 1
    assert found["all", "vehicles"]["home_imports_usd"] == 80
    assert ("food", "vehicles") not in found


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"strenght": 1}, "strenght"),
        ({"need": -1}, "-1"),
        ({"need": 0}, "all weights are 0"),
        ({"need": float("nan")}, "nan"),
    ],
)
def test_weights_are_checked(weights, told):
    with pytest.raises(InputError, match=told):
        AreaOptions(weights)


@pytest.mark.parametrize(
    "option",
    [
        {"normalisation": "zscore"},
        {"carried_share": 0},
        {"carried_share": 1.1},
        {"least_evidence": 0},
        {"draws": 0},
        {"noise": -0.1},
        {"concentration": float("inf")},
    ],
)
def test_options_are_checked(option):
    with pytest.raises(InputError):
        AreaOptions(EQUAL_WEIGHTS, **option)


def test_a_run_keeps_the_goods(goods, tmp_path):
    from corridor.data.runs import load_run, save_run
    from corridor.find.stored import make_run, read_analysis

    analysis = study_pair(make_trade(), "XAA", "XAB")
    save_run(make_run(analysis), tmp_path / "run")
    again = read_analysis(load_run(tmp_path / "run"))
    assert again.tables[GOODS].equals(analysis.tables[GOODS])
    scores = [compare_areas(read_goods(each), areas=AREAS).areas for each in (analysis, again)]
    assert scores[0].equals(scores[1])


def test_the_same_seed_gives_the_same_firmness(goods):
    first, second = (compare_areas(goods, areas=AREAS).areas for _ in range(2))
    assert first.equals(second)
