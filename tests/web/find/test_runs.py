"""Runs on the site: from a dataset to a page, seen by the right people, and gone when deleted."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.find.factories import make_site_run, small_world

from corridor.data.importers import import_file
from corridor.data.store import Store
from corridor.data.world.files import store_world
from corridor.errors import CancelledError
from corridor.tables import INDICATORS
from corridor_web.accounts.models import User
from corridor_web.common.jobs import run_next
from corridor_web.common.models import Job
from corridor_web.find.domain import compute_run
from corridor_web.find.models import Run

pytestmark = pytest.mark.django_db
RUNS = "/find/runs"


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def store(home: Path) -> Store:
    """Return the site's store with the small illustrative world in it."""
    store = Store(home / "datasets")
    store_world(small_world(), store, "small")
    return store


def ask(client: Client, **values: object) -> Job:
    """Start a run by the form, work through it, and return its job."""
    data = {"dataset": "small", "exporter": "XAA", "importer": "XAB", "year": ""}
    response = client.post(RUNS, data | values)
    assert response.status_code == 302, response.content.decode()
    assert run_next("test", threading.Event())
    return Job.objects.get(key=response["Location"].rsplit("/", 1)[1])


def test_analyst_computes_a_run_and_reads_it(store: Store, clients: dict[str, Client], home: Path) -> None:
    job = ask(clients["analyst"])
    assert job.state == Job.State.DONE, job.error
    run = Run.objects.get()
    assert (run.exporter, run.importer, run.year, run.dataset, run.illustrative) == (
        "XAA",
        "XAB",
        2024,
        "small",
        True,
    )
    assert run.created_by == job.created_by
    files = {path.name for path in (home / "runs").iterdir()}
    assert {f"{run.key}.json", f"{run.key}.parquet", f"{run.key}.dependence.parquet"} <= files
    assert all(name.startswith(f"{run.key}.") for name in files)
    assert job.result_url == f"/find/XAA/XAB/?run={run.key}"
    response = clients["analyst"].get(job.result_url)
    page = response.content.decode()
    assert response.context["run"] == run
    assert "All figures on this page are generated" in page
    assert "<bdi>small</bdi>, 2024" in page
    product = response.context["analysis"].opportunities["product"][0]
    line = clients["analyst"].get(f"/find/XAA/XAB/{product}?run={run.key}")
    assert line.status_code == 200 and f"/find/XAA/XAB/?run={run.key}" in line.content.decode()


def test_other_direction_and_an_earlier_year_in_small_letters(
    store: Store, clients: dict[str, Client]
) -> None:
    job = ask(clients["desk_officer"], exporter="xab", importer="xaa", year="2023")
    assert job.state == Job.State.DONE, job.error
    run = Run.objects.get()
    assert (run.exporter, run.importer, run.year) == ("XAB", "XAA", 2023)


def test_page_lists_datasets_with_their_coverage_and_runs(store: Store, clients: dict[str, Client]) -> None:
    make_site_run("one")
    response = clients["analyst"].get(RUNS)
    page = response.content.decode()
    assert "small" in page and "2023–2024" in page and "illustrative" in page
    markets = store.info("small").coverage.destination_markets  # type: ignore[union-attr]
    rows = json.loads(clients["analyst"].get(f"{RUNS}?format=json&table=datasets").content)["rows"]
    assert rows[0]["coverage_destination_markets"] == markets
    rows = json.loads(clients["analyst"].get(f"{RUNS}?format=json&table=runs").content)["rows"]
    assert [row["dataset"] for row in rows] == ["small"]


def test_query_count_does_not_grow_with_runs(store: Store, clients: dict[str, Client]) -> None:
    counts = []
    for number in range(3):
        make_site_run(f"run-{number}")
        with CaptureQueriesContext(connection) as counted:
            assert clients["analyst"].get(RUNS).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[2]


def test_empty_store_explains_how_to_import(clients: dict[str, Client]) -> None:
    page = clients["analyst"].get(RUNS).content.decode()
    assert "corridor data import FILE" in page and "<button>Compute" not in page


def test_an_unreadable_dataset_is_named(store: Store, clients: dict[str, Client]) -> None:
    (store.path / "small" / "manifest.json").write_text("{")
    page = clients["analyst"].get(RUNS).content.decode()
    assert "<bdi>small</bdi> cannot be read" in page


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"dataset": "none"}, "Select a valid choice"),
        ({"exporter": "PAKI"}, "at most 3 characters"),
        ({"exporter": "P!K"}, "code of three letters"),
        ({"exporter": "XAB"}, "two different economies"),
        ({"year": "1999"}, "years 2023, 2024"),
    ],
)
def test_form_refuses(store: Store, clients: dict[str, Client], values: dict[str, str], message: str) -> None:
    data = {"dataset": "small", "exporter": "XAA", "importer": "XAB", "year": ""} | values
    response = clients["analyst"].post(RUNS, data)
    assert response.status_code == 200 and message in response.content.decode()
    assert not Job.objects.exists()


def test_unknown_economy_is_one_sentence_on_the_jobs_page(store: Store, clients: dict[str, Client]) -> None:
    job = ask(clients["analyst"], exporter="PAK")
    assert job.state == Job.State.FAILED
    assert "economy &#x27;PAK&#x27; has no trade in this dataset" in (
        clients["analyst"].get(f"/jobs/{job.key}").content.decode()
    )
    assert not Run.objects.exists()


def test_dataset_removed_in_between(store: Store, clients: dict[str, Client]) -> None:
    clients["analyst"].post(RUNS, {"dataset": "small", "exporter": "XAA", "importer": "XAB"})
    store.remove("small")
    run_next("test", threading.Event())
    job = Job.objects.get()
    assert job.state == Job.State.FAILED and "there is no dataset 'small'" in job.error


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_damaged_dataset_is_one_sentence(
    store: Store, clients: dict[str, Client], home: Path, damage: str
) -> None:
    [path] = (store.path / "small").glob("trade-*.parquet")
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-100])
    job = ask(clients["analyst"])
    assert job.state == Job.State.FAILED and "dataset 'small' is damaged" in job.error
    assert not Run.objects.exists() and not (home / "runs").exists()


def test_cancelled_run_leaves_nothing(store: Store, home: Path, users: dict[str, User]) -> None:
    def stop(share: float, message: str) -> None:
        if share >= 1:
            raise CancelledError("the job was cancelled")

    with pytest.raises(CancelledError):
        compute_run("key", "small", "XAA", "XAB", None, users["analyst"], progress=stop)
    assert not Run.objects.exists() and not (home / "runs").exists()


def test_failing_row_takes_its_files_along(store: Store, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**values: object) -> None:
        raise RuntimeError("no row")

    monkeypatch.setattr(Run.objects, "create", refuse)
    with pytest.raises(RuntimeError):
        compute_run("key", "small", "XAA", "XAB", None, None, progress=lambda share, message: None)
    assert list((home / "runs").iterdir()) == []


def test_a_job_that_runs_again_makes_its_run_once(store: Store) -> None:
    made = [
        compute_run("key", "small", "XAA", "XAB", None, None, progress=lambda share, message: None)
        for _ in range(2)
    ]
    assert made[0] == made[1] and Run.objects.count() == 1


def test_public_sees_a_run_once_a_desk_shows_it(clients: dict[str, Client]) -> None:
    run = make_site_run("run")
    address = "/find/XAA/XAB/"
    assert clients["anonymous"].get(address).status_code == 404
    assert clients["anonymous"].get(address + "?run=run").status_code == 404
    assert clients["anonymous"].get("/api/v1/find/pairs/XAA/XAB").status_code == 404
    assert clients["member"].get(address).status_code == 200
    clients["desk_officer"].post(f"{RUNS}/run/publish")
    assert clients["anonymous"].get(address).context["run"] == run
    assert clients["anonymous"].get("/api/v1/find/pairs/XAA/XAB?run=run").json()["illustrative"] is True
    clients["desk_officer"].post(f"{RUNS}/run/withdraw")
    assert clients["anonymous"].get(address).status_code == 404


def test_newest_run_stands_in_the_place_of_the_stored_one(clients: dict[str, Client]) -> None:
    pair = {"exporter": "PAK", "importer": "CHN", "illustrative": False}
    make_site_run("old", published=True, **pair)
    new = make_site_run("new", **pair)
    make_site_run("made-up", **pair | {"illustrative": True})
    address = "/find/PAK/CHN/"
    assert clients["member"].get(address).context["run"] == new
    assert clients["anonymous"].get(address).context["run"].key == "old"
    page = clients["anonymous"].get(address).content.decode()
    assert 'href="?run=stored"' in page and "?run=new" not in page
    stored = clients["anonymous"].get(address + "?run=stored")
    assert stored.context["run"] is None and "?run=old" in stored.content.decode()
    assert "computed by Corridor" in stored.content.decode()


def test_run_without_its_files_gives_way_and_says_so_when_asked_for(
    clients: dict[str, Client], home: Path
) -> None:
    make_site_run("lost", published=True, exporter="PAK", importer="CHN")
    (home / "runs" / "lost.parquet").unlink()
    assert clients["anonymous"].get("/find/PAK/CHN/").context["run"] is None
    asked = clients["anonymous"].get("/find/PAK/CHN/?run=lost")
    assert asked.status_code == 400 and "there is no run" in asked.content.decode()


def test_maker_deletes_row_and_files(clients: dict[str, Client], users: dict[str, User], home: Path) -> None:
    make_site_run("mine", user=users["analyst"])
    assert clients["desk_officer"].post(f"{RUNS}/mine/delete").status_code == 403
    assert clients["analyst"].get("/find/XAA/XAB/?run=mine").status_code == 200
    assert clients["analyst"].post(f"{RUNS}/mine/delete")["Location"] == RUNS
    assert not Run.objects.exists() and list((home / "runs").iterdir()) == []
    assert clients["analyst"].get("/find/XAA/XAB/").status_code == 404


def test_members_do_not_compute(clients: dict[str, Client]) -> None:
    assert clients["member"].get(RUNS).status_code == 403
    assert clients["anonymous"].get(RUNS)["Location"].startswith("/accounts/sign-in")


@pytest.mark.shared
def test_run_on_four_chapters_of_the_real_year(
    shared: Path, tmp_path: Path, home: Path, make_user: Callable[..., User], sign_in: Callable[..., Client]
) -> None:
    source = shared / "data/trade/baci_hs17_2024_bilateral_hs6.parquet"
    part = tmp_path / "part.parquet"
    chapters = pl.scan_parquet(source).filter(pl.col("hs6").str.head(2).is_in(["52", "61", "62", "10"]))
    chapters.with_columns(year=pl.lit(2024)).sink_parquet(part)
    import_file(Store(home / "datasets"), part, name="baci-part")
    client = sign_in(make_user("analyst", "analyst"))
    job = ask(client, dataset="baci-part", exporter="PAK", importer="CHN")
    assert job.state == Job.State.DONE, job.error
    response = client.get(job.result_url)
    page = response.content.decode()
    assert "United States" in page and "220 destination markets" in page
    rice = response.context["analysis"].opportunities.filter(product="100630").row(0, named=True)
    assert rice["description"].startswith("Cereals; rice")
    assert rice["partner_imports_usd"] > 1e8


def test_arrow_points_from_the_exporter_in_either_script(clients: dict[str, Client]) -> None:
    make_site_run("run", exporter="PAK", importer="CHN")
    assert "Pakistan → China" in clients["analyst"].get(f"{RUNS}?lang=en").content.decode()
    page = clients["analyst"].get(f"{RUNS}?lang=ur").content.decode()
    assert "پاکستان ← چین" in page and "→ چین" not in page


def keep_growth(store: Store, name: str = "outlook") -> None:
    """Store expected growth of the small world's economies."""
    rows = [
        (code, "gdp_growth_percent", year, 3.0)
        for code in small_world().economies["economy"]
        for year in range(2025, 2030)
    ]
    schema = {name: column.dtype for name, column in INDICATORS.columns.items()}
    with store.write(name) as writer:
        writer.add("indicators", pl.DataFrame(rows, schema=schema, orient="row"))
        writer.commit(kind="indicators", source="", licence="", attribution="Office of outlooks")


def test_a_run_with_growth_and_two_years_says_so_on_its_pages(
    store: Store, clients: dict[str, Client]
) -> None:
    keep_growth(store)
    page = clients["analyst"].get(RUNS).content.decode()
    assert 'name="growth"' in page and 'value="outlook"' in page
    assert 'name="tariffs"' not in page  # the site has no dataset of tariffs
    job = ask(clients["analyst"], growth="outlook", window="2")
    assert job.state == Job.State.DONE, job.error
    response = clients["analyst"].get(job.result_url)
    analysis = response.context["analysis"]
    assert analysis.coverage.years == (2023, 2024)
    assert analysis.options.window == 2
    assert [(each.input, each.dataset) for each in analysis.coverage.inputs] == [("growth", "outlook")]
    page = response.content.decode()
    assert "Expected growth: Office of outlooks." in page
    assert "in 90 of 100 draws" in page
    product = analysis.opportunities["product"][0]
    line = clients["analyst"].get(f"/find/XAA/XAB/{product}?run={Run.objects.get().key}").content.decode()
    assert "Expected growth of demand" in line and "Expected growth of supply" in line
    assert "Tariff advantage in the market" not in line.split("<tbody>")[1].split("</tbody>")[0]
    assert "it ranks between" in line


def test_growth_of_other_years_fails_in_one_sentence(store: Store, clients: dict[str, Client]) -> None:
    schema = {name: column.dtype for name, column in INDICATORS.columns.items()}
    old = pl.DataFrame([("XAA", "gdp_growth_percent", 1999, 3.0)], schema=schema, orient="row")
    with store.write("old") as writer:
        writer.add("indicators", old)
        writer.commit(kind="indicators", source="", licence="", attribution="")
    job = ask(clients["analyst"], growth="old")
    assert job.state == Job.State.FAILED and "2025 to 2029" in job.error
    assert not Run.objects.exists()
