"""Agreements from a table: template, dry run, duplicates, confirmation; all rows or none, and once."""

import zipfile
from datetime import date, timedelta
from io import BytesIO
from unittest.mock import patch

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.deliver.factories import batch_in
from tests.web.registry.factories import make_organisation

from corridor.deliver.agreements import HEADERS
from corridor.errors import BadRowsError, InputError
from corridor.locale import label, translator
from corridor_web.accounts.models import User
from corridor_web.deliver.domain import KEPT_UPLOADS, confirm_import, prepare_import
from corridor_web.deliver.forms import LARGEST_TABLE
from corridor_web.deliver.models import ImportBatch
from corridor_web.registry.domain import open_engagement
from corridor_web.registry.models import Engagement, Evidence, Step

pytestmark = pytest.mark.django_db
HEAD = "title,first_party,second_party,stage,date,amount,currency,evidence,owner,reason\n"
ROWS = (
    "Smart poles,City of Lahore,深圳明视科技,memorandum,2024-12-13,1250000,USD,https://example.org/notice,,\n",
    "ڈیجیٹل صحت,محکمہ صحت,Example Works,lead,2025-01-05,,,,Ayesha,\n",
    "Data centre,City of Lahore,Example Works,ended,2025-02-01,,,,,financing\n",
)


def csv(*rows: str, name: str = "summit.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (HEAD + "".join(rows)).encode())


def upload(client: Client, file: SimpleUploadedFile) -> ImportBatch:
    answer = client.post(reverse("deliver:import"), {"file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    return ImportBatch.objects.get(key=answer.url.rsplit("/", 1)[1])


def confirm(client: Client, batch: ImportBatch) -> int:
    return client.post(reverse("deliver:confirm_batch", args=[batch.key]), follow=True).status_code


@pytest.mark.parametrize("language", ["en", "zh-hans", "ur"])
def test_the_template_in_each_language_comes_back_as_drafts(
    language: str, clients: dict[str, Client]
) -> None:
    client = clients["desk_officer"]
    file = client.get(reverse("deliver:import_template") + f"?lang={language}")
    book = openpyxl.load_workbook(BytesIO(file.content))
    sheet = book.worksheets[0]
    spoken = "zh-Hans" if language == "zh-hans" else language
    assert str(sheet["A1"].value).strip(" *") == translator(spoken).gettext(HEADERS["title"])
    values = {
        "title": "Smart poles",
        "first_party": "City of Lahore",
        "second_party": "深圳明视科技",
        "stage": label("memorandum", spoken),
        "date": date(2024, 12, 13),
        "evidence": "Signed paper",
        "certainty": label("signed", spoken),
    }
    for place, name in enumerate(HEADERS, start=1):
        if name in values:
            sheet.cell(row=2, column=place, value=values[name])
    buffer = BytesIO()
    book.save(buffer)
    batch = upload(client, SimpleUploadedFile("filled.xlsx", buffer.getvalue()))
    assert confirm(client, batch) == 200
    engagement = Engagement.objects.get()
    assert (engagement.stage, engagement.certainty, engagement.as_of) == (
        "memorandum",
        "signed",
        date(2024, 12, 13),
    )


def test_nothing_is_stored_before_the_confirmation_and_all_after(
    users: dict[str, User], clients: dict[str, Client]
) -> None:
    lahore = make_organisation("PAK", name_en="City of Lahore")
    shenzhen = make_organisation("CHN", name_en="Bright Vision", name_zh="深圳明视科技")
    batch = upload(clients["desk_officer"], csv(*ROWS))
    assert not Engagement.objects.exists()
    page = clients["desk_officer"].get(reverse("deliver:import_batch", args=[batch.key]))
    assert len(page.context["plan"].new) == 3
    assert "Create 3 drafts" in page.content.decode()
    assert "Bright Vision" in page.content.decode()

    assert confirm(clients["desk_officer"], batch) == 200

    assert Engagement.objects.filter(state="draft", illustrative=False).count() == 3
    poles = Engagement.objects.get(title="Smart poles")
    assert (poles.first_organisation, poles.second_organisation) == (lahore, shenzhen)
    assert (poles.amount, poles.currency, poles.owner) == (1_250_000, "USD", users["desk_officer"])
    assert "summit.csv, Pakistan desk" in poles.source
    link = Evidence.objects.get(step__engagement=poles)
    assert (link.kind, link.url) == ("link", "https://example.org/notice")
    assert Step.objects.get(engagement__title="ڈیجیٹل صحت").owner_name == "Ayesha"
    assert Step.objects.get(engagement__title="Data centre").reason == "financing"


def test_evidence_that_is_not_at_hand_is_stated_by_the_desk(clients: dict[str, Client]) -> None:
    row = "Poles,A,B,contract,2024-12-13,,,Signed contract no. 7,,\n"
    confirm(clients["other_officer"], upload(clients["other_officer"], csv(row)))
    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.title, evidence.stated_by) == (
        "statement",
        "Signed contract no. 7",
        "China desk",
    )


def test_confirming_twice_creates_nothing_twice(users: dict[str, User], clients: dict[str, Client]) -> None:
    batch = upload(clients["desk_officer"], csv(*ROWS))
    stale = ImportBatch.objects.get(pk=batch.pk)
    assert confirm(clients["desk_officer"], batch) == 200
    assert confirm(clients["desk_officer"], batch) == 200
    assert confirm_import(users["desk_officer"], stale) is None
    assert Engagement.objects.count() == 3
    page = clients["desk_officer"].get(reverse("deliver:import_batch", args=[batch.key])).content.decode()
    assert "3 drafts were created" in page
    assert "Create 3 drafts" not in page


def test_row_errors_name_row_column_value_and_rule(clients: dict[str, Client]) -> None:
    bad = "Poles,City of Lahore,,handshake,2024-13-40,much,USD,,,\n"
    batch = upload(clients["desk_officer"], csv(ROWS[0], bad))
    page = clients["desk_officer"].get(reverse("deliver:import_batch", args=[batch.key]))
    cells = [[cell.value for cell in entry["cells"]] for entry in page.context["problems"].body]
    assert [row[:3] for row in cells] == [
        [3, "Second party", ""],
        [3, "Stage reached", "handshake"],
        [3, "Date of that stage", "2024-13-40"],
        [3, "Amount", "much"],
    ]
    assert "Create" not in page.content.decode()
    file = clients["desk_officer"].get(
        reverse("deliver:import_batch", args=[batch.key]) + "?format=csv&table=import-problems"
    )
    assert "handshake" in file.content.decode()
    assert confirm(clients["desk_officer"], batch) == 200
    assert not Engagement.objects.exists()
    batch.refresh_from_db()
    assert batch.status == "waiting"


def test_row_errors_in_the_readers_language(clients: dict[str, Client]) -> None:
    clients["desk_officer"].get(reverse("deliver:import") + "?lang=zh-hans")
    batch = upload(clients["desk_officer"], csv("T,A,B,handshake,2024-12-13,,,,,\n"))
    assert batch.problems[0]["column"] == translator("zh-Hans").gettext("Stage reached")


def test_duplicates_in_the_file_and_in_the_records_are_left_out(
    users: dict[str, User], clients: dict[str, Client]
) -> None:
    known = open_engagement(
        users["other_officer"],
        title="data  CENTRE",
        first_party="Example works",
        second_party="city of Lahore",
        date=date(2025, 2, 1),
    )
    batch = upload(clients["desk_officer"], csv(*ROWS, ROWS[0].replace("Smart poles", "SMART  poles")))
    page = clients["desk_officer"].get(reverse("deliver:import_batch", args=[batch.key]))
    outcomes = [(row["row"]["outcome"], row["row"]["same_engagement"]) for row in page.context["rows"].body]
    assert outcomes == [
        ("a new draft", ""),
        ("a new draft", ""),
        ("left out: it is here already", known.key),
        ("left out: the same as row 2", ""),
    ]
    confirm(clients["desk_officer"], batch)
    assert Engagement.objects.count() == 3
    again = upload(clients["desk_officer"], csv(*ROWS))
    page = clients["desk_officer"].get(reverse("deliver:import_batch", args=[again.key]))
    assert "Everything in this table is here already" in page.content.decode()


def test_one_row_that_fails_at_the_confirmation_leaves_nothing(users: dict[str, User]) -> None:
    batch = prepare_import(users["desk_officer"], "a.csv", (HEAD + "".join(ROWS)).encode())
    made = []

    def refuse_third(*arguments: object, **values: object) -> Engagement:
        if len(made) == 2:
            raise InputError("the third row is bad")
        made.append(open_engagement(*arguments, **values))  # type: ignore[arg-type]
        return made[-1]

    with (
        patch("corridor_web.deliver.domain.open_engagement", refuse_third),
        pytest.raises(BadRowsError, match=r"row 4.*the third row is bad"),
    ):
        confirm_import(users["desk_officer"], batch)
    assert len(made) == 2
    assert not Engagement.objects.exists()
    batch.refresh_from_db()
    assert (batch.status, batch.imported) == ("waiting", 0)
    assert confirm_import(users["desk_officer"], batch) == 3


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 90_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name,content,reason",
    [
        ("a.pdf", b"%PDF-1.7", "neither .xlsx nor .csv"),
        ("a.xlsx", b"not a workbook", "is not a workbook"),
        ("a.xlsx", workbook(["Budget"], [1]), "lacks the columns"),
        ("a.csv", b"", "empty"),
        ("a.csv", HEAD.encode(), "no agreement"),
        ("a.csv", b"x" * (LARGEST_TABLE + 1), "5 MB"),
        ("a.csv", (HEAD + ROWS[1] * 2001).encode(), "at most 2,000"),
    ],
)
def test_files_that_cannot_be_read_are_refused_politely(
    name: str, content: bytes, reason: str, clients: dict[str, Client]
) -> None:
    page = clients["desk_officer"].post(
        reverse("deliver:import"), {"file": SimpleUploadedFile(name, content)}
    )
    assert page.status_code == 200
    assert reason in str(page.context["form"].errors["file"])
    assert not ImportBatch.objects.exists()


def test_a_zip_bomb_is_refused_before_it_unpacks(clients: dict[str, Client]) -> None:
    page = clients["desk_officer"].post(
        reverse("deliver:import"), {"file": SimpleUploadedFile("bomb.xlsx", bomb())}
    )
    assert "unpacks to more than" in str(page.context["form"].errors["file"])


def test_a_formula_is_not_run(clients: dict[str, Client]) -> None:
    head = ["title", "first_party", "second_party", "stage", "date"]
    rows = [head, ['=HYPERLINK("http://x","y")', "A", "B", "lead", "2024-12-13"]]
    batch = upload(clients["desk_officer"], SimpleUploadedFile("a.xlsx", workbook(*rows)))
    assert [problem["column"] for problem in batch.problems] == ["What was agreed"]


def test_text_of_the_file_is_escaped(clients: dict[str, Client]) -> None:
    row = "<script>alert(1)</script>,<b>A</b>,B,lead,2024-12-13,,,,,\n"
    bad = "<script>alert(2)</script>,A,B,<script>,2024-12-13,,,,,\n"
    file = csv(row, bad, name="<img src=x>.csv")
    page = clients["desk_officer"].post(reverse("deliver:import"), {"file": file}, follow=True)
    text = page.content.decode()
    assert "&lt;script&gt;alert(1)" in text
    for hostile in ("<script>alert", "<b>A</b>", "<img src=x>"):
        assert hostile not in text


@pytest.mark.parametrize("role,status", [("member", 403), ("analyst", 403), ("anonymous", 302)])
def test_only_desks_import(
    role: str, status: int, clients: dict[str, Client], users: dict[str, User]
) -> None:
    for address in (reverse("deliver:import"), reverse("deliver:import_template")):
        assert clients[role].get(address).status_code == status
    assert clients[role].post(reverse("deliver:import"), {"file": csv(*ROWS)}).status_code == status
    assert not ImportBatch.objects.exists()
    if role != "anonymous":
        with pytest.raises(PermissionDenied):
            prepare_import(users[role], "a.csv", HEAD.encode())


def test_an_upload_is_its_owners_alone(users: dict[str, User], clients: dict[str, Client]) -> None:
    key = batch_in("waiting", users)["key"]
    for role in ("other_officer", "administrator", "member"):
        assert clients[role].get(reverse("deliver:import_batch", args=[key])).status_code == 404
        assert clients[role].post(reverse("deliver:confirm_batch", args=[key])).status_code == 404
        assert clients[role].post(reverse("deliver:discard_batch", args=[key])).status_code == 404
    with pytest.raises(PermissionDenied):
        confirm_import(users["member"], ImportBatch.objects.get(key=key))
    assert confirm_import(users["other_officer"], ImportBatch.objects.get(key=key)) is None
    assert not Engagement.objects.exists()


def test_uploads_expire_and_few_are_kept(users: dict[str, User], clients: dict[str, Client]) -> None:
    expired = batch_in("expired", users)["key"]
    assert clients["desk_officer"].post(reverse("deliver:confirm_batch", args=[expired])).status_code == 404
    keys = [
        upload(clients["desk_officer"], csv(ROWS[1], name=f"{number}.csv")).key
        for number in range(KEPT_UPLOADS + 2)
    ]
    kept = set(ImportBatch.objects.values_list("key", flat=True))
    assert kept == set(keys[-KEPT_UPLOADS:])
    page = clients["desk_officer"].get(reverse("deliver:import")).content.decode()
    assert f"{KEPT_UPLOADS + 1}.csv" in page
    clients["desk_officer"].post(reverse("deliver:discard_batch", args=[keys[-1]]))
    assert not ImportBatch.objects.filter(key=keys[-1]).exists()
    assert ImportBatch.objects.filter(expires__gt=timezone.now() + timedelta(days=2)).count() == 0


def test_the_dry_run_takes_the_same_number_of_queries_for_one_row_and_for_three(
    clients: dict[str, Client],
) -> None:
    counts = []
    for rows in (ROWS[:1], ROWS):
        batch = upload(clients["desk_officer"], csv(*rows))
        with CaptureQueriesContext(connection) as captured:
            clients["desk_officer"].get(reverse("deliver:import_batch", args=[batch.key]))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_import_is_published_one_by_one_and_then_public(clients: dict[str, Client]) -> None:
    confirm(clients["desk_officer"], upload(clients["desk_officer"], csv(*ROWS)))
    poles = Engagement.objects.get(title="Smart poles")
    address = reverse("deliver:public_engagement", args=[poles.key])
    assert clients["anonymous"].get(address).status_code == 404
    clients["desk_officer"].post(reverse("deliver:publish", args=[poles.key]))
    page = clients["anonymous"].get(address).content.decode()
    assert "Smart poles" in page
    assert "https://example.org/notice" in page
    assert clients["anonymous"].get(reverse("api:deliver_figures")).json()["total"] == 1
