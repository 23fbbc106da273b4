"""Gravity without its library: the sample, what is left out, both eases, the potential they give."""

import polars as pl
import pytest
from tests.library.find.poisson import fit_plainly

from corridor.errors import InputError, MissingExtraError
from corridor.find import gravity
from corridor.find.gravity import build_sample, ease_pairs, estimate_gravity, name_links, sum_pairs
from corridor.find.inputs import InputSource, PotentialInputs
from corridor.find.margins import measure_margins
from corridor.find.options import PotentialOptions
from corridor.find.pair import analyse_margins
from corridor.find.potential import compute_potential
from corridor.reports.potential import terms_sentences
from corridor.tables import LINKS

CODES = [f"XA{letter}" for letter in "ABCDEFGH"]


def make_links(codes=CODES) -> pl.DataFrame:
    """Return pairs on a line, neighbours contiguous, every third pair with a common language."""
    rows = [
        (first, second, 500.0 * abs(i - j) ** 1.3, abs(i - j) == 1, (i + j) % 3 == 0, (i * j) % 5 == 4)
        for i, first in enumerate(codes)
        for j, second in enumerate(codes)
        if i != j
    ]
    return LINKS.check(pl.DataFrame(rows, schema=list(LINKS.columns), orient="row"))


def make_trade() -> pl.DataFrame:
    """Return flows of two products that fall with distance, one pair without trade, one unknown importer."""
    rows = [
        (2024, first, second, product, 1e8 * (1 + (7 * i + 3 * j) % 5) * factor / abs(i - j))
        for i, first in enumerate(CODES)
        for j, second in enumerate(CODES)
        for product, factor in (("100630", 1.0 + i), ("850760", 2.0 + j))
        if i != j and second != "XAH" and (first, second) != ("XAA", "XAC")
    ]
    names = ["year", "exporter", "importer", "product", "value_usd"]
    return pl.DataFrame(rows, schema=names, orient="row").cast({"year": pl.Int32})


@pytest.fixture
def plain(monkeypatch):
    monkeypatch.setattr(gravity, "_fit_poisson", fit_plainly)


def test_the_sample_holds_zeros_and_no_unknown_importer():
    flows = sum_pairs(make_trade(), year=2024)
    sample = build_sample(flows, make_links())
    assert sample.height == 7 * 8 - 7
    assert "XAH" not in sample["importer"].to_list() and "XAH" in sample["exporter"].to_list()
    gap = sample.row(by_predicate=(pl.col("exporter") == "XAA") & (pl.col("importer") == "XAC"), named=True)
    assert gap["value_usd"] == 0


def test_an_economy_that_trades_with_nobody_in_the_sample_is_left_out():
    flows = sum_pairs(make_trade(), year=2024).with_columns(
        value_usd=pl.when(pl.col("exporter") == "XAB").then(0.0).otherwise("value_usd")
    )
    assert "XAB" not in build_sample(flows, make_links())["exporter"].to_list()


def test_fitted_trade_has_the_totals_of_actual_trade(plain):
    """First-order conditions of the Poisson model with effects: sums by exporter and importer agree."""
    fit = estimate_gravity(sum_pairs(make_trade(), year=2024), make_links(), year=2024)
    for side in ("exporter", "importer"):
        sums = fit.pairs.group_by(side).agg(pl.col("value_usd").sum(), pl.col("fitted_usd").sum())
        assert sums["fitted_usd"].to_list() == pytest.approx(sums["value_usd"].to_list(), rel=1e-8)
    assert (fit.observations, fit.left_out, fit.left_out_share) == (49, (), pytest.approx(0))
    assert fit.zero_share == pytest.approx(1 / 49)


def test_economies_without_links_are_named_with_their_share(plain):
    flows = sum_pairs(make_trade(), year=2024)
    fit = estimate_gravity(flows, make_links(CODES[1:]), year=2024)
    lost = flows.filter((pl.col("exporter") == "XAA") | (pl.col("importer") == "XAA"))["value_usd"].sum()
    assert fit.left_out == ("XAA",)
    assert fit.left_out_share == pytest.approx(lost / flows["value_usd"].sum())


def test_ease_of_gravity_is_known_where_nothing_is_sold(plain):
    margins = measure_margins(make_trade(), ["XAC"])
    eases = ease_pairs(estimate_gravity(sum_pairs(make_trade(), year=2024), make_links(), year=2024), margins)
    gap = eases.row(by_predicate=(pl.col("exporter") == "XAA") & (pl.col("importer") == "XAC"), named=True)
    assert gap["ease_static"] == 0 and gap["ease"] > 0
    market = compute_potential(margins, "XAC")
    static = eases.filter(importer="XAC").sort("exporter")
    rows = [margins.index_economy(code) for code in static["exporter"]]
    assert static["ease_static"].to_list() == pytest.approx(market.ease[rows].tolist())


def test_the_potential_takes_it_and_sums_to_the_markets_imports(plain):
    margins = measure_margins(make_trade(), ["XAC"])
    flows = sum_pairs(make_trade(), year=2024)
    options = PotentialOptions(ease="gravity")
    eases = ease_pairs(estimate_gravity(flows, make_links(), year=2024), margins)
    market = compute_potential(margins, "XAC", options, PotentialInputs(ease=eases))
    assert market.potential.sum(axis=0) == pytest.approx(market.demand, rel=1e-9)
    # what gravity expects of a pair that does not trade is a potential
    assert market.potential[margins.index_economy("XAA")].sum() > 0
    given = dict(eases.filter(importer="XAC").select("exporter", "ease").iter_rows())
    assert [market.ease[margins.index_economy(code)] for code in given] == pytest.approx([*given.values()])


def test_a_pair_without_links_keeps_its_ease_and_says_so(plain):
    margins = measure_margins(make_trade(), ["XAC"])
    flows = sum_pairs(make_trade(), year=2024)
    eases = ease_pairs(estimate_gravity(flows, make_links(CODES[:7]), year=2024), margins)
    inputs = PotentialInputs(ease=eases)
    options = PotentialOptions(ease="gravity")
    last = margins.index_economy("XAH")
    market = compute_potential(margins, "XAC", options, inputs)
    assert market.ease[last] == pytest.approx(compute_potential(margins, "XAC").ease[last])
    gaps = analyse_margins(margins, "XAH", "XAC", options=options, inputs=inputs).coverage.gaps
    assert [(gap.input, gap.fallback, gap.export_share) for gap in gaps] == [("ease", "static_ease", 1.0)]
    assert gaps[0].import_share == pytest.approx(market.current[last].sum() / market.demand.sum())


def test_eases_are_only_read_where_they_are_asked_for():
    margins = measure_margins(make_trade(), ["XAC"])
    eases = pl.DataFrame({"exporter": ["XAA"], "importer": ["XAC"], "ease": [3.0]})
    inputs = PotentialInputs(ease=eases, sources=(InputSource("ease", "eases.csv"),))
    plain = analyse_margins(margins, "XAA", "XAC", inputs=inputs)
    assert plain.coverage.inputs == () and plain.totals.potential_usd == 0
    asked = analyse_margins(margins, "XAA", "XAC", inputs=inputs, options=PotentialOptions(ease="gravity"))
    assert [each.dataset for each in asked.coverage.inputs] == ["eases.csv"]
    assert asked.totals.potential_usd > 0 and "gravity" in asked.variants["ease"].to_list()
    assert "Ease from gravity: eases.csv." in terms_sentences(asked, "en")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (None, "ease 'gravity' without eases"),
        (("XAA", "XAC", 0.0), "above zero"),
        (("XAA", "XAC", float("nan")), "finite"),
        (("YYA", "YYB", 1.0), "none of the pairs"),
    ],
)
def test_eases_that_cannot_be_used_are_refused(values, says):
    margins = measure_margins(make_trade(), ["XAC"])
    names = ["exporter", "importer", "ease"]
    inputs = values and PotentialInputs(ease=pl.DataFrame([values], schema=names, orient="row"))
    with pytest.raises(InputError, match=says):
        compute_potential(margins, "XAC", PotentialOptions(ease="gravity"), inputs)


def test_geodist_is_read_into_links():
    table = pl.DataFrame(
        {
            "iso_o": ["PAK", "PAK"],
            "iso_d": ["CHN", "PAK"],
            "contig": [1, 0],
            "comlang_off": [0, 1],
            "colony": [0, 0],
            "dist": [3879.0, 30.0],
        }
    )
    assert name_links(table).rows() == [("PAK", "CHN", 3879.0, True, False, False)]
    with pytest.raises(InputError, match="no column 'dist'"):
        name_links(table.drop("dist"))


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch):
    def refuse(name: str):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(gravity, "import_module", refuse)
    with pytest.raises(MissingExtraError, match=r"pip install 'corridor\[gravity\]'"):
        estimate_gravity(sum_pairs(make_trade(), year=2024), make_links(), year=2024)


def test_tables_that_do_not_meet_are_refused():
    flows = sum_pairs(make_trade(), year=2024)
    with pytest.raises(InputError, match="different codes"):
        estimate_gravity(flows, make_links(["YAA", "YAB"]), year=2024)


def test_inputs_are_not_modified(plain):
    trade, links = make_trade(), make_links()
    kept = trade.clone(), links.clone()
    estimate_gravity(sum_pairs(trade, year=2024), links, year=2024)
    assert trade.equals(kept[0]) and links.equals(kept[1])
