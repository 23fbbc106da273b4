"""Stata files: read as an independent writer wrote them, refused where they are damaged."""

from pathlib import Path

import pytest

from corridor.data.importers import import_file
from corridor.data.stata import read_stata
from corridor.data.store import Store
from corridor.errors import InputError


@pytest.fixture
def distances(tmp_path: Path) -> Path:
    """Return distances written by pandas, an independent implementation, big-endian."""
    pandas = pytest.importorskip("pandas", reason="needs pandas (extra bench) to write a Stata file")
    frame = pandas.DataFrame(
        {
            "iso_o": ["PAK", "CHN", "ROM"],
            "iso_d": ["CHN", "PAK", "CHN"],
            "contig": pandas.Series([1, 1, 0], dtype="int8"),
            "dist": [3880.5, 3880.5, None],
            "distcap": pandas.Series([3000.25, 3000.25, None], dtype="float32"),
            "small": pandas.Series([-7, 700, 32_000], dtype="int16"),
            "large": pandas.Series([5, 70_000, -2_000_000_000], dtype="int32"),
        }
    )
    path = tmp_path / "dist_cepii.dta"
    frame.to_stata(path, write_index=False, version=114, byteorder=">")
    return path


def test_each_type_and_its_missing_value(distances: Path) -> None:
    frame = read_stata(distances)
    assert frame.to_dict(as_series=False) == {
        "iso_o": ["PAK", "CHN", "ROM"],
        "iso_d": ["CHN", "PAK", "CHN"],
        "contig": [1, 1, 0],
        "dist": [3880.5, 3880.5, None],
        "distcap": [3000.25, 3000.25, None],
        "small": [-7, 700, 32_000],
        "large": [5, 70_000, -2_000_000_000],
    }


def test_distances_of_cepii_are_imported(distances: Path, store: Store) -> None:
    manifest = import_file(store, distances, name="d")
    assert (manifest.kind, manifest.source) == ("distances", "CEPII GeoDist")
    assert store.scan("d", "distances").collect().rows() == [("CHN", "PAK", 3880.5), ("PAK", "CHN", 3880.5)]
    assert manifest.rows_left_out == {"no value": 1}


def test_other_and_damaged_files_are_refused(distances: Path) -> None:
    whole = distances.read_bytes()
    for content in (b"", b"<stata_dta>" + whole, whole[:300], whole[:-9], bytes([200]) + whole[1:]):
        distances.write_bytes(content)
        with pytest.raises(InputError, match="no Stata file that can be read"):
            read_stata(distances)
