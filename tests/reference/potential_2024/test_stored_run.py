"""The run that the project carries is what the tool makes from the 2024 file, and nothing else."""

import pytest
from polars.testing import assert_frame_equal
from tools.make_stored_run import main

from corridor.data.runs import STORED_DIR, load_run

pytestmark = pytest.mark.shared


def test_the_tool_makes_the_stored_run_again(shared, tmp_path):
    trade = shared / "data" / "trade" / "baci_hs17_2024_bilateral_hs6.parquet"
    names = shared / "data" / "nomenclature" / "hs_descriptions_H0_H6_en.parquet"
    assert main([str(trade), str(names), "--out", str(tmp_path)]) == 0
    for name in ("PAK-CHN", "CHN-PAK"):
        again, carried = load_run(tmp_path / name), load_run(STORED_DIR / name)
        assert_frame_equal(again.table, carried.table, rel_tol=1e-9)
        assert again.facts["totals"] == carried.facts["totals"]
        assert again.facts["shortlist"] == carried.facts["shortlist"]
        assert (again.source, again.coverage) == (carried.source, carried.coverage)
