"""Supply chains: the files that are carried, files of one's own, and home's place in a tier."""

import json

import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.chains import (
    Chain,
    Tier,
    find_chains,
    find_neighbours,
    measure_tiers,
    read_chain,
    read_chains,
    sum_tiers,
)
from corridor.find.margins import measure_margins
from corridor.find.supply import measure_dependence
from corridor.tables import CHAIN_TIERS

CHAIN = Chain(
    "toy",
    "Toy",
    "HS 2017",
    ("nobody",),
    "",
    (
        Tier("top", "Top", ("850760",)),
        Tier("middle", "Middle", ("100630", "999999")),
        Tier("raw", "Raw", ("260500",)),
    ),
)


def test_the_carried_chains_name_sources_and_limits():
    chains = read_chains()
    assert [chain.code for chain in chains] == [
        "cotton_garments",
        "electric_vehicles",
        "ict_equipment",
        "medical_devices",
        "solar_energy",
    ]
    assert all(chain.sources and chain.limits and len(chain.tiers) > 4 for chain in chains)


@pytest.mark.shared
def test_every_code_is_in_the_nomenclature(shared):
    known = pl.read_csv(
        shared / "data" / "nomenclature" / "baci_product_codes_hs17_en.csv", infer_schema=False
    )["hs6"]
    for chain in read_chains():
        assert chain.nomenclature == "HS 2017"
        assert not chain.products - set(known), chain.code


def test_a_product_knows_its_chains():
    found = find_chains("850440", read_chains())
    assert [(chain.code, tier.code) for chain, tier in found] == [
        ("electric_vehicles", "drive"),
        ("solar_energy", "inverters"),
    ]
    assert find_chains("010121", read_chains()) == []


def content() -> dict[str, object]:
    return {
        "chain": "toy",
        "title": "Toy",
        "nomenclature": "HS 2017",
        "sources": ["nobody"],
        "limits": "",
        "tiers": [{"tier": "top", "title": "Top", "products": ["850760"]}],
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tiers": [{"tier": "top", "title": "Top", "products": ["8507"]}]}, "'8507'"),
        ({"tiers": [{"tier": "top", "title": "Top", "products": ["850760", "850760"]}]}, "stands twice"),
        ({"tiers": [{"tier": "Top!", "title": "Top", "products": ["850760"]}]}, "'Top!'"),
        ({"tiers": [{"tier": "top", "title": "Top", "products": []}]}, "a product in each tier"),
        ({"sources": []}, "lacks sources"),
        ({"tiers": [{"tier": "top"}]}, "KeyError"),
    ],
)
def test_a_bad_file_is_refused_by_what_is_wrong(tmp_path, change, says):
    path = tmp_path / "toy.json"
    path.write_text(json.dumps(content() | change), encoding="utf-8")
    with pytest.raises(InputError, match="Rule:") as caught:
        read_chain(path)
    assert says in str(caught.value)


def test_ones_own_chains_are_read(tmp_path):
    (tmp_path / "toy.json").write_text(json.dumps(content()), encoding="utf-8")
    assert read_chains(tmp_path)[0].tiers[0].products == ("850760",)
    with pytest.raises(InputError, match="holds no chain"):
        read_chains(tmp_path / "none")


def test_tiers_by_hand(trade):
    margins = measure_margins(trade, ["XAA"])
    tiers = measure_tiers(margins, "XAA", "XAB", [CHAIN])
    CHAIN_TIERS.check(tiers)
    top, middle, raw = tiers.to_dicts()
    assert (top["imports_usd"], top["partner_usd"], top["top_supplier"], top["top_share"]) == (
        80,
        50,
        "XAB",
        0.625,
    )
    assert (top["home_exports_usd"], top["gap_usd"]) == (20, 60)
    assert (middle["codes"], middle["unknown_codes"], middle["gap_usd"]) == (2, 1, -25)
    assert raw["unknown_codes"] == 1 and raw["partner_share"] is None and raw["top_supplier"] is None


def test_a_tiers_concentration_is_of_its_summed_suppliers(trade):
    chain = Chain("toy", "", "", ("",), "", (Tier("all", "All", ("100630", "850760")),))
    tiers = measure_tiers(measure_margins(trade, ["XAA"]), "XAA", "XAB", [chain])
    # 55 from XAB and 30 from XAC
    assert tiers["hhi"][0] == pytest.approx((55 / 85) ** 2 + (30 / 85) ** 2)


def test_sums_agree_with_the_measured_tiers(trade):
    margins = measure_margins(trade, ["XAA"])
    measured = measure_tiers(margins, "XAA", "XAB", [CHAIN])
    summed = sum_tiers(measure_dependence(margins, "XAA", "XAB"), [CHAIN], unknown=["999999", "260500"])
    CHAIN_TIERS.check(summed)
    same = [
        "chain",
        "tier",
        "codes",
        "unknown_codes",
        "imports_usd",
        "partner_usd",
        "partner_share",
        "home_exports_usd",
        "gap_usd",
    ]
    assert summed.select(same).equals(measured.select(same))
    assert summed["hhi"].null_count() == summed.height


def test_unknown_exports_of_a_product_make_the_tiers_unknown():
    lines = pl.DataFrame(
        {"product": ["850760"], "imports_usd": [8.0], "partner_usd": [2.0], "home_exports_usd": [None]}
    ).cast({"home_exports_usd": pl.Float64})
    top, middle, _ = sum_tiers(lines, [CHAIN]).to_dicts()
    assert top["home_exports_usd"] is None and top["gap_usd"] is None and top["partner_share"] == 0.25
    assert middle["home_exports_usd"] == 0


def test_neighbours_of_a_tier_that_home_makes(trade):
    millions = trade.with_columns(pl.col("value_usd") * 1e6)
    tiers = measure_tiers(measure_margins(millions, ["XAA"]), "XAA", "XAB", [CHAIN])
    # Only the middle tier has a negative gap: its neighbours are the top and the raw one.
    assert find_neighbours(tiers, [CHAIN]) == {"850760", "260500"}
    # The same in single dollars is no industry.
    few = measure_tiers(measure_margins(trade, ["XAA"]), "XAA", "XAB", [CHAIN])
    assert find_neighbours(few, [CHAIN]) == frozenset()
