"""The brief: asked for by a form, made in the background, read by its maker and the desks only."""

import os
import threading
from pathlib import Path
from time import time

import pytest
from django.test import Client
from tests.web.find.factories import make_site_run, small_world
from tests.web.front.factories import FILE, make_paper

from corridor.data.store import Store
from corridor.data.world.files import store_world
from corridor.errors import MissingFontError
from corridor_web.accounts.models import User
from corridor_web.common.jobs import run_next
from corridor_web.common.models import Job
from corridor_web.front import domain
from corridor_web.front.queries import list_figures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    return tmp_path


def ask(client: Client, **values: object) -> Job:
    """Ask for a brief by the form, work through it, and return its job."""
    data = {"figures": "stored:PAK:CHN", "language": "en", "formats": ["html"], "real_only": "on"}
    response = client.post("/brief", data | values)
    assert response.status_code == 302, response.content.decode()
    assert run_next("test", threading.Event())
    return Job.objects.get(key=response["Location"].rsplit("/", 1)[1])


def test_member_has_a_brief_made_and_downloads_it(clients: dict[str, Client], home: Path) -> None:
    job = ask(clients["member"], formats=["html", "docx"])
    assert job.state == Job.State.DONE and not job.error, job.error
    assert job.result_url == f"/brief/{job.key}"
    page = clients["member"].get(job.result_url).content.decode()
    names = ["brief-PAK-CHN.en.docx", "brief-PAK-CHN.en.html"]
    assert all(f"/brief/{job.key}/{name}" in page for name in names)
    assert sorted(path.name for path in (home / "briefs" / job.key).iterdir()) == names
    answer = clients["member"].get(f"/brief/{job.key}/{names[1]}")
    assert b"where cooperation pays" in answer.content
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{names[1]}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy and "default-src 'none'" in policy
    answer = clients["member"].get(f"/brief/{job.key}/{names[0]}")
    assert answer["Content-Type"].endswith("wordprocessingml.document") and answer.content[:2] == b"PK"


def test_brief_rests_on_a_run_of_the_site(clients: dict[str, Client], home: Path) -> None:
    store_world(small_world(), Store(home / "datasets"), "small")
    make_site_run("run")
    job = ask(clients["analyst"], figures="run", language="ur")
    assert job.state == Job.State.DONE, job.error
    paper = home / "briefs" / job.key / "brief-XAA-XAB.ur.html"
    assert 'dir="rtl"' in paper.read_text(encoding="utf-8")


def test_dataset_removed_since_is_one_sentence(clients: dict[str, Client], home: Path) -> None:
    make_site_run("run")
    job = ask(clients["analyst"], figures="run")
    assert job.state == Job.State.FAILED and "there is no dataset 'small'" in job.error
    assert not (home / "briefs").exists()


def test_run_deleted_in_between_is_one_sentence(clients: dict[str, Client]) -> None:
    run = make_site_run("run")
    data = {"figures": "run", "language": "en", "formats": ["html"]}
    clients["analyst"].post("/brief", data)
    run.delete()
    run_next("test", threading.Event())
    assert "no longer there" in Job.objects.get().error


def test_missing_font_is_said_and_the_html_offered(
    clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def refuse(*arguments: object) -> bytes:
        raise MissingFontError("no font here has 'ہ'", fix="Install fonts-noto-extra")

    monkeypatch.setattr(domain, "render_pdf", refuse)
    job = ask(clients["member"], formats=["pdf"])
    page = clients["member"].get(f"/jobs/{job.key}").content.decode()
    assert "no font here has" in page and str(home) not in page
    assert job.state == Job.State.DONE
    papers = clients["member"].get(job.result_url).content.decode()
    assert "brief-PAK-CHN.en.html" in papers and "Install fonts-noto-extra" in papers


def test_newest_run_one_may_see_is_offered_first(users: dict[str, User]) -> None:
    make_site_run("run", exporter="PAK", importer="CHN", illustrative=False)
    make_site_run("made-up")
    codes = [one.code for one in list_figures(users["member"])]
    assert codes == ["run", "stored:PAK:CHN", "stored:CHN:PAK", "made-up"]
    assert [one.code for one in list_figures(None)] == ["stored:PAK:CHN", "stored:CHN:PAK"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"figures": "hidden"}, "Select a valid choice"),
        ({"language": "fr"}, "Select a valid choice"),
        ({"formats": []}, "This field is required"),
        ({"formats": ["exe"]}, "Select a valid choice"),
    ],
)
def test_form_refuses(clients: dict[str, Client], values: dict[str, object], message: str) -> None:
    data = {"figures": "stored:PAK:CHN", "language": "en", "formats": ["html"]} | values
    response = clients["member"].post("/brief", data)
    assert response.status_code == 200 and message in response.content.decode()
    assert not Job.objects.exists()


def test_one_brief_at_a_time(clients: dict[str, Client]) -> None:
    data = {"figures": "stored:PAK:CHN", "language": "en", "formats": ["html"]}
    first = clients["member"].post("/brief", data)["Location"]
    assert clients["member"].post("/brief", data)["Location"] == first
    assert Job.objects.count() == 1


def test_papers_are_seen_by_their_maker_and_the_desks(
    clients: dict[str, Client], users: dict[str, User]
) -> None:
    make_paper(users["member"], "mine")
    for role, status in {"member": 200, "desk_officer": 200, "analyst": 404, "anonymous": 404}.items():
        assert clients[role].get(f"/brief/mine/{FILE}").status_code == status, role
        assert ("/brief/mine" in clients[role].get("/brief").content.decode()) == (status == 200), role


@pytest.mark.parametrize("name", ["other.html", "..", "%2e%2e%2fsecret", ".partial"])
def test_no_other_file_is_handed_out(
    clients: dict[str, Client], users: dict[str, User], home: Path, name: str
) -> None:
    make_paper(users["member"], "mine")
    (home / "briefs" / "secret").write_text("secret")
    assert clients["member"].get(f"/brief/mine/{name}").status_code == 404


def test_old_papers_are_swept_when_a_new_brief_is_made(
    clients: dict[str, Client], users: dict[str, User], home: Path
) -> None:
    for key, days in {"old": 8, "recent": 6}.items():
        make_paper(users["member"], key)
        stamp = time() - days * 86_400
        os.utime(home / "briefs" / key, (stamp, stamp))
    ask(clients["member"])
    assert clients["member"].get("/brief/old").status_code == 404
    assert clients["member"].get("/brief/recent").status_code == 200


def test_visitor_reads_what_it_is_and_is_asked_to_sign_in(clients: dict[str, Client]) -> None:
    page = clients["anonymous"].get("/brief").content.decode()
    assert "The paper to take into the room" in page and "/accounts/sign-in?next=/brief" in page
    assert "<fieldset>" not in page
