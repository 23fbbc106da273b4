"""The notebook that teaches find: every code cell runs in order, and its checks hold."""

import ast
import json
import tempfile
from pathlib import Path

import polars as pl
import pytest

NOTEBOOK = Path(__file__).parents[3] / "docs/notebooks/find.ipynb"
#: A cell that does more than this teaches too much at once.
MOST_LINES = 30


@pytest.fixture(scope="module")
def notebook():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def codes(notebook):
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"}


def test_every_cell_runs_and_every_check_holds(codes, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    names = {"__name__": "__main__"}
    with pl.Config():
        for cell, code in codes.items():
            exec(compile(code, f"{NOTEBOOK.name}, cell {cell}", "exec"), names)
    assert names["pair"].source.illustrative
    assert list(tmp_path.iterdir()) == [], "the notebook leaves files behind"


def test_figures_are_checked_all_along(codes):
    checked = [
        any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(code))) for code in codes.values()
    ]
    assert sum(checked) > len(checked) / 3
    # no long stretch without a check
    assert "0" * 7 not in "".join("1" if each else "0" for each in checked)


def test_cells_are_small_and_told_in_words(notebook, codes):
    assert max(code.count("\n") + 1 for code in codes.values()) <= MOST_LINES
    kinds = "".join("m" if cell["cell_type"] == "markdown" else "c" for cell in notebook["cells"])
    assert kinds.startswith("m")
    assert "cccc" not in kinds


def test_it_is_nbformat_4_without_outputs(notebook):
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in notebook["cells"]:
        assert all(line.endswith("\n") for line in cell["source"][:-1])
        if cell["cell_type"] == "code":
            assert (cell["execution_count"], cell["outputs"]) == (None, [])


def test_its_links_lead_somewhere(notebook):
    words = "".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    targets = [part.split(")")[0] for part in words.split("](")[1:]]
    assert targets
    for target in targets:
        assert (NOTEBOOK.parent / target.split("#")[0]).is_file(), target
