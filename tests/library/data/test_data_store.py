"""The store: all or nothing, whatever happens; names stay inside; damage is found and named."""

import errno
import json
import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import polars as pl
import pytest

from corridor.data import store as store_module
from corridor.data.importers import import_file
from corridor.data.manifest import read_manifest
from corridor.data.store import Store, check_name, default_store
from corridor.errors import DatasetDamagedError, DatasetNotFoundError, InputError, StorageError

KILLED = -9


def run_python(code: str, *arguments: object, limit: int | None = None) -> "subprocess.CompletedProcess[str]":
    def set_limit() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        preexec_fn=set_limit,
        check=False,
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
    )


def hidden(store: Store) -> list[str]:
    return sorted(path.name for path in store.path.iterdir() if path.name.startswith(".partial"))


# -------------------------------------------------------------------------------------------- ordinary
def test_what_is_written_is_what_is_read(store: Store) -> None:
    frame = pl.DataFrame({"economy": ["PAK"], "name_en": ["Pakistan"]})
    with store.write("e") as writer:
        writer.add("economies", frame)
        writer.commit(kind="economies", source="s", licence="l", attribution="a", as_of="2026")
    assert store.scan("e", "economies").collect().equals(frame)
    manifest = store.verify("e")
    assert manifest == store.info("e") == read_manifest(store.path / "e") == store.list()[0]
    assert (manifest.rows, manifest.columns, manifest.as_of) == (1, ("economy", "name_en"), "2026")
    assert manifest.files[0].file == f"economies-{manifest.files[0].sha256[:12]}.parquet"


def test_coverage_does_not_depend_on_how_years_are_spread_over_files(store: Store) -> None:
    rows = [(year, "PAK", "CHN", code, 5.0) for year in (2023, 2024) for code in ("100630", "520942")]
    rows.append((2024, "CHN", "PAK", "850760", 7.0))
    schema = {"year": pl.Int32, "exporter": pl.String, "importer": pl.String, "product": pl.String}
    trade = pl.DataFrame(rows, schema=schema | {"value_usd": pl.Float64}, orient="row")
    spread = {
        "whole": [trade],
        "years": [trade.filter(year=2024), trade.filter(year=2023)],
        "mixed": [trade.head(3), trade.tail(2)],
    }
    covered = []
    for name, parts in spread.items():
        with store.write(name) as writer:
            for number, part in enumerate(parts):
                writer.add("trade", part, part=str(number))
            manifest = writer.commit(kind="trade", source="s", licence="l", attribution="a")
        covered.append((manifest.coverage, manifest.coverage_by_year))
    assert covered[0] == covered[1] == covered[2]
    assert list(covered[0][1]) == ["2023", "2024"]
    assert covered[0][1]["2023"].missing_importers == ("PAK",)


def test_nothing_is_there_before_commit_nor_without_it(store: Store) -> None:
    with store.write("e") as writer:
        writer.add("economies", pl.DataFrame({"economy": ["PAK"]}))
        assert store.names() == []
    assert store.names() == hidden(store) == []


def test_an_existing_name_is_refused_unless_replaced(store: Store, flows_csv: Path) -> None:
    import_file(store, flows_csv, name="f")
    before = (store.path / "f" / "manifest.json").read_bytes()
    with pytest.raises(InputError, match=r"already a dataset 'f'.*--replace"):
        import_file(store, flows_csv, name="f")
    assert (store.path / "f" / "manifest.json").read_bytes() == before
    flows_csv.write_text("year,exporter,importer,product,value_usd\n2020,PAK,CHN,010121,1\n")
    import_file(store, flows_csv, name="f", replace=True)
    assert store.verify("f").rows == 1
    assert store.scan("f").collect()["year"].to_list() == [2020]
    assert len(list((store.path / "f").iterdir())) == 2


def test_remove(store: Store, flows_csv: Path) -> None:
    import_file(store, flows_csv, name="f")
    store.remove("f")
    assert store.names() == hidden(store) == []
    with pytest.raises(DatasetNotFoundError):
        store.remove("f")


def test_an_unknown_name_proposes_the_nearest(store: Store, flows_csv: Path) -> None:
    with pytest.raises(DatasetNotFoundError, match="none yet"):
        store.info("baci")
    import_file(store, flows_csv, name="baci-2024")
    with pytest.raises(DatasetNotFoundError, match="Maybe you meant 'baci-2024'"):
        store.info("baci2024")
    with pytest.raises(DatasetNotFoundError, match="no table 'products'"):
        store.scan("baci-2024", "products")


@pytest.mark.parametrize(
    "name", ["", "..", "../x", "a/b", "/etc", "A", ".hidden", "a..b", "x" * 65, "a b", "a\n"]
)
def test_names_that_leave_the_store_are_refused(store: Store, name: str) -> None:
    with pytest.raises(InputError, match="cannot name a dataset"):
        check_name(name)
    with pytest.raises(InputError), store.write(name):
        pass
    assert not store.path.exists()


def test_the_default_store_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CORRIDOR_HOME", str(tmp_path))
    assert default_store().path == tmp_path / "datasets"
    monkeypatch.delenv("CORRIDOR_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "x"))
    assert default_store().path == tmp_path / "x" / "corridor" / "datasets"


# --------------------------------------------------------------------------------------------- damage
@pytest.mark.parametrize("position", [0, 100, -1])
def test_one_changed_byte_is_found_and_its_file_named(store: Store, flows_csv: Path, position: int) -> None:
    file = import_file(store, flows_csv, name="f").files[0].file
    path = store.path / "f" / file
    raw = bytearray(path.read_bytes())
    raw[position] ^= 1
    path.write_bytes(raw)
    with pytest.raises(DatasetDamagedError, match=f"{file} has another sha256"):
        store.verify("f")


def test_missing_and_shortened_files_are_all_named(store: Store, baci_zip: Path) -> None:
    first, second, *_ = import_file(store, baci_zip, name="b").files
    (store.path / "b" / first.file).unlink()
    os.truncate(store.path / "b" / second.file, 10)
    with pytest.raises(DatasetDamagedError, match=f"{first.file} is missing; {second.file} has 10 bytes"):
        store.verify("b")
    with pytest.raises(DatasetDamagedError, match="is missing"):
        store.scan("b")


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.update(rows="many"),
        lambda raw: raw.pop("files"),
        lambda raw: raw.update(name="other"),
        lambda raw: raw.update(format=99),
        lambda raw: raw.update(unheard_of=1),
    ],
)
def test_a_manifest_that_is_not_ours_is_damage(store: Store, flows_csv: Path, change: object) -> None:
    import_file(store, flows_csv, name="f")
    import_file(store, flows_csv, name="g")
    path = store.path / "f" / "manifest.json"
    raw = json.loads(path.read_text())
    change(raw)  # type: ignore[operator]
    path.write_text(json.dumps(raw))
    with pytest.raises(DatasetDamagedError, match="manifest"):
        store.info("f")
    assert [manifest.name for manifest in store.list()] == ["g"]
    store.remove("f")


# --------------------------------------------------------------------------------------- killed writers
IMPORT_AND_DIE = """
    import os, signal, sys
    from pathlib import Path
    from corridor.data.importers import import_file
    from corridor.data.store import Store

    def die(share, what):
        if what.startswith(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

    import_file(Store(Path(sys.argv[1])), Path(sys.argv[2]), name="new", progress=die)
"""


@pytest.mark.parametrize("moment", ["reading", "sorting"])
def test_a_killed_import_leaves_the_store_as_it_was(
    store: Store, flows_csv: Path, baci_zip: Path, moment: str
) -> None:
    import_file(store, flows_csv, name="old")
    before = {path: path.read_bytes() for path in (store.path / "old").iterdir()}
    assert run_python(IMPORT_AND_DIE, store.path, baci_zip, moment).returncode == KILLED
    assert store.names() == ["old"]
    assert {path: path.read_bytes() for path in (store.path / "old").iterdir()} == before
    assert len(hidden(store)) == 1
    import_file(store, baci_zip, name="new")
    assert hidden(store) == []
    assert store.verify("new").rows == 8


DIE_AT_STEP = """
    import os, signal, sys
    from pathlib import Path
    from corridor.data import store as module
    from corridor.data.importers import import_file

    step = 0
    def count(function):
        def counted(*arguments, **options):
            global step
            step += 1
            if step == int(sys.argv[3]):
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)
        return counted

    for name in ("_sync_file", "_sync_folder", "_write_synced", "_remove_unnamed"):
        setattr(module, name, count(getattr(module, name)))
    Path.rename, Path.replace = count(Path.rename), count(Path.replace)
    import_file(module.Store(Path(sys.argv[1])), Path(sys.argv[2]), name="f", replace=True)
"""


def test_replacing_shows_the_old_or_the_new_at_every_step(store: Store, flows_csv: Path) -> None:
    import_file(store, flows_csv, name="f")
    old = store.verify("f")
    flows_csv.write_text("year,exporter,importer,product,value_usd\n2020,PAK,CHN,010121,1\n")
    seen = []
    for step in range(1, 20):
        outcome = run_python(DIE_AT_STEP, store.path, flows_csv, step)
        now = store.verify("f")
        assert store.scan("f").collect().height == now.rows
        seen.append(now.rows)
        assert seen == sorted(seen, reverse=True)
        if outcome.returncode == 0:
            break
        assert outcome.returncode == KILLED
        if now.rows != old.rows:
            break
    assert (seen[0], seen[-1]) == (3, 1)
    assert len(seen) > 4


def test_a_living_writer_is_not_swept(store: Store) -> None:
    with store.write("slow") as slow:
        slow.add("economies", pl.DataFrame({"economy": ["PAK"]}))
        with store.write("quick") as quick:
            quick.add("economies", pl.DataFrame({"economy": ["CHN"]}))
            quick.commit(kind="economies", source="", licence="", attribution="")
        slow.commit(kind="economies", source="", licence="", attribution="")
    assert store.names() == ["quick", "slow"]
    assert store.verify("slow").rows == 1


def test_of_two_writers_of_one_name_the_first_wins(store: Store) -> None:
    with store.write("n") as slow:
        slow.add("economies", pl.DataFrame({"economy": ["PAK"]}))
        with store.write("n") as quick:
            quick.add("economies", pl.DataFrame({"economy": ["CHN"]}))
            quick.commit(kind="economies", source="", licence="", attribution="")
        with pytest.raises(InputError, match="already a dataset"):
            slow.commit(kind="economies", source="", licence="", attribution="")
    assert store.scan("n", "economies").collect()["economy"].to_list() == ["CHN"]
    assert hidden(store) == []


# ------------------------------------------------------------------------------------- a disk that refuses
IMPORT = """
    import sys
    from pathlib import Path
    from corridor.data.importers import import_file
    from corridor.data.store import Store
    from corridor.errors import StorageError
    try:
        import_file(Store(Path(sys.argv[1])), Path(sys.argv[2]), name="big")
    except StorageError as error:
        print(error)
"""


@pytest.mark.parametrize("limit", [500, 60_000])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(store: Store, tmp_path: Path, limit: int) -> None:
    path = tmp_path / "big.csv"
    rows = "".join(f"2024,PAK,CHN,{10_000 + 7 * n:06d},{n * n % 99_991}.{n}\n" for n in range(20_000))
    path.write_text("year,exporter,importer,product,value_usd\n" + rows)
    outcome = run_python(IMPORT, store.path, path, limit=limit)
    assert outcome.stderr == ""
    assert outcome.stdout.startswith("the disk is full")
    assert store.names() == hidden(store) == []


@pytest.mark.parametrize(
    ("code", "match"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "may not be written"), (errno.EIO, "could")],
)
@pytest.mark.parametrize("where", ["_sync_file", "_sync_folder", "_write_synced"])
def test_refusals_at_each_step_keep_what_was(
    store: Store, flows_csv: Path, monkeypatch: pytest.MonkeyPatch, code: int, match: str, where: str
) -> None:
    import_file(store, flows_csv, name="f")
    old = store.info("f")
    flows_csv.write_text("year,exporter,importer,product,value_usd\n2020,PAK,CHN,010121,1\n")

    def refuse(*arguments: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(store_module, where, refuse)
        with pytest.raises(StorageError, match=match):
            import_file(store, flows_csv, name="f", replace=True)
        with pytest.raises(StorageError, match=match):
            import_file(store, flows_csv, name="g")
    assert store.verify("f") == old
    assert "g" not in store.names() or store.verify("g").rows == 1
    assert hidden(store) == []


def test_a_store_that_cannot_be_made(tmp_path: Path, flows_csv: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="file"):
        import_file(Store(tmp_path / "file" / "store"), flows_csv, name="f")
