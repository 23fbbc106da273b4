"""The board, the record, its forms and the public pages."""

import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from tests.web.deliver.factories import engagement_in
from tests.web.registry.factories import make_engagement, make_organisation

from corridor.errors import InputError
from corridor.locale import label
from corridor_web.accounts.models import User
from corridor_web.deliver.domain import publish_engagement, set_follow_up, withdraw_engagement
from corridor_web.deliver.queries import count_pipeline, list_state_changes
from corridor_web.registry.domain import EvidenceInput, append_step, open_engagement
from corridor_web.registry.models import Engagement, Evidence

pytestmark = pytest.mark.django_db
LINK = EvidenceInput("link", "Notice", url="https://example.org/notice")
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def engagement(users: dict[str, User]) -> Engagement:
    return Engagement.objects.get(key=engagement_in("draft", users)["key"])


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def test_pipeline_counts_where_engagements_stand_and_how_far_they_came() -> None:
    parties = {"first_party": "A", "second_party": "B"}
    ended = open_engagement(None, title="ended", date=days_ago(300), **parties)
    append_step(None, ended, stage="contract", date=days_ago(250), evidence=[LINK])
    append_step(None, ended, stage="ended", date=days_ago(200), reason="price")
    done = open_engagement(None, title="done", date=days_ago(300), **parties)
    append_step(None, done, stage="results", date=days_ago(200), evidence=[LINK])
    open_engagement(None, title="silent", stage="meeting", date=days_ago(91), **parties)
    open_engagement(None, title="fresh", date=days_ago(90), **parties)

    pipeline = count_pipeline(Engagement.objects.all())

    assert (pipeline.total, pipeline.ended, pipeline.silent) == (4, 1, 1)
    assert [count.standing for count in pipeline.stages] == [1, 1, 0, 0, 0, 1]
    assert [count.reached for count in pipeline.stages] == [4, 3, 2, 2, 1, 1]
    assert pipeline.with_results.reached_share == 0.25


def test_an_empty_site_says_so(clients: dict[str, Client]) -> None:
    for address in (reverse("deliver:index"), reverse("deliver:public")):
        page = clients["desk_officer"].get(address)
        assert page.status_code == 200
        assert page.context["pipeline"].with_results.reached_share is None


@pytest.mark.parametrize(
    "query,titles",
    [
        ("", {"mine", "old", "over"}),
        ("stage=ended", {"over"}),
        ("owner=mine", {"mine"}),
        ("field=cloud", {"old"}),
        ("silent=90", {"old"}),
        ("silent=365", {"old"}),
        ("state=published", {"mine"}),
        ("q=OL", {"old"}),
        ("stage=signed&silent=a&owner=x&field='", {"mine", "old", "over"}),
    ],
)
def test_filters_of_the_board(
    query: str, titles: set[str], users: dict[str, User], clients: dict[str, Client]
) -> None:
    parties = {"first_party": "A", "second_party": "B"}
    officer = users["desk_officer"]
    mine = open_engagement(officer, title="mine", owner=officer, **parties)
    publish_engagement(officer, mine)
    open_engagement(officer, title="old", date=days_ago(366), field="cloud", **parties)
    over = open_engagement(officer, title="over", date=days_ago(400), **parties)
    append_step(officer, over, stage="ended", date=days_ago(399), reason="no_reply")
    page = clients["desk_officer"].get(reverse("deliver:index") + "?" + query)
    assert {row["row"].title for row in page.context["listing"].body} == titles


@pytest.mark.parametrize("address", ["deliver:index", "deliver:public", "api:deliver_public"])
def test_lists_take_the_same_number_of_queries_for_one_row_and_for_three(
    address: str, users: dict[str, User], clients: dict[str, Client]
) -> None:
    counts = []
    for _round in range(3):
        engagement = make_engagement(
            make_organisation("PAK"),
            make_organisation("CHN"),
            state="published",
            illustrative=False,
            owner=users["desk_officer"],
            next_action="Call",
            next_date=days_ago(0),
        )
        publish_engagement(None, engagement)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert clients["desk_officer"].get(reverse(address)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[2]


@pytest.mark.parametrize("page", ["deliver:engagement", "deliver:public_engagement"])
def test_a_record_takes_the_same_number_of_queries_for_one_step_and_for_three(
    page: str, users: dict[str, User], clients: dict[str, Client]
) -> None:
    opened = open_engagement(
        users["desk_officer"], title="T", first_party="A", second_party="B", date=days_ago(9)
    )
    publish_engagement(users["administrator"], opened)
    counts = []
    for days in (8, 7, 6):
        append_step(
            users["other_officer"], opened, stage="meeting", date=days_ago(days), evidence=[LINK, LINK]
        )
        with CaptureQueriesContext(connection) as captured:
            assert clients["desk_officer"].get(reverse(page, args=[opened.key])).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[2]


def test_text_of_people_is_escaped_everywhere(users: dict[str, User], clients: dict[str, Client]) -> None:
    opened = open_engagement(
        users["desk_officer"],
        title=HOSTILE,
        first_party=HOSTILE,
        second_party="B",
        source=HOSTILE,
        stage="memorandum",
        note=HOSTILE,
        evidence=[EvidenceInput("statement", HOSTILE, stated_by=HOSTILE)],
        next_action=HOSTILE,
        next_date=days_ago(0),
    )
    publish_engagement(users["desk_officer"], opened)
    withdraw_engagement(users["desk_officer"], opened, reason=HOSTILE)
    publish_engagement(users["desk_officer"], opened)
    for name in ("engagement", "public_engagement"):
        page = clients["desk_officer"].get(reverse(f"deliver:{name}", args=[opened.key]))
        assert HOSTILE not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()
    for name in ("index", "public"):
        assert HOSTILE not in clients["desk_officer"].get(reverse(f"deliver:{name}")).content.decode()


def test_a_step_with_a_document_keeps_its_hash(
    engagement: Engagement, users: dict[str, User], clients: dict[str, Client]
) -> None:
    content = "合同 معاہدہ".encode()
    answer = clients["member"].post(
        reverse("deliver:append", args=[engagement.key]),
        {
            "stage": "contract",
            "date": "2026-02-01",
            "note": "Signed in Lahore",
            "evidence_kind": "document",
            "evidence_title": "Contract",
            "evidence_file": SimpleUploadedFile("contract.pdf", content),
        },
    )
    assert answer.status_code == 302
    engagement.refresh_from_db()
    assert (engagement.stage, engagement.as_of) == ("contract", date(2026, 2, 1))
    step = engagement.steps.get(stage="contract")
    assert (step.note, step.recorded_by) == ("Signed in Lahore", users["member"])
    assert step.evidence.get().sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "change,field",
    [
        ({"evidence_kind": "link", "evidence_title": "Notice"}, "evidence_url"),
        (
            {"evidence_kind": "link", "evidence_title": "N", "evidence_url": "javascript:alert(1)"},
            "evidence_url",
        ),
        ({"evidence_kind": "statement", "evidence_title": "Speech"}, "evidence_stated_by"),
        ({"evidence_kind": "document", "evidence_title": "Contract"}, "evidence_file"),
        ({"evidence_kind": "statement", "evidence_stated_by": "Minister"}, "evidence_title"),
        ({"evidence_title": "Speech"}, "evidence_kind"),
        ({"date": "yesterday"}, "date"),
        ({"stage": "signed"}, "stage"),
        ({"stage": "contract"}, "evidence_kind"),
        ({"stage": "lead"}, None),
        ({"stage": "meeting"}, None),
        ({"stage": "results", "note": ""}, "evidence_kind"),
        ({"date": "2025-01-01"}, "date"),
        ({"date": "2999-01-01"}, "date"),
    ],
)
def test_a_bad_step_is_refused_in_the_form_and_stores_nothing(
    change: dict[str, str], field: str | None, engagement: Engagement, clients: dict[str, Client]
) -> None:
    data = {"stage": "memorandum", "date": "2026-02-01"} | change
    page = clients["member"].post(reverse("deliver:append", args=[engagement.key]), data)
    assert page.status_code == 200
    errors = page.context["step_form"].errors
    assert (field or "__all__") in errors
    assert '<details class="fold" open>' in page.content.decode()
    assert engagement.steps.count() == 1
    assert Evidence.objects.count() == 1


def test_an_empty_step_does_not_end_a_silence(users: dict[str, User], clients: dict[str, Client]) -> None:
    opened = open_engagement(
        users["desk_officer"], title="T", first_party="A", second_party="B", date=days_ago(200)
    )
    address = reverse("deliver:append", args=[opened.key])
    data = {"stage": "lead", "date": str(days_ago(0))}
    assert "note" in clients["desk_officer"].post(address, data).context["step_form"].errors
    assert clients["desk_officer"].post(address, data | {"note": "They called back."}).status_code == 302
    opened.refresh_from_db()
    assert opened.as_of == days_ago(0)


@pytest.mark.parametrize("language", ["en", "zh-hans", "ur"])
def test_refusals_are_in_the_readers_language(
    language: str, engagement: Engagement, clients: dict[str, Client]
) -> None:
    address = reverse("deliver:append", args=[engagement.key]) + f"?lang={language}"
    page = clients["member"].post(address, {"stage": "lead", "date": "2026-02-01"})
    with translation.override(language):
        sentence = gettext("It stands at “%(stage)s”; an engagement does not go back.")
    spoken = "zh-Hans" if language == "zh-hans" else language
    expected = sentence % {"stage": label("memorandum", spoken)}
    assert page.context["step_form"].errors["__all__"] == [expected]


def test_nothing_follows_an_end(engagement: Engagement, clients: dict[str, Client]) -> None:
    append_step(None, engagement, stage="ended", date=days_ago(1), reason="price")
    page = clients["member"].post(
        reverse("deliver:append", args=[engagement.key]), {"stage": "results", "date": str(days_ago(0))}
    )
    assert "nothing follows an end" in str(page.context["step_form"].errors["__all__"])
    assert engagement.steps.count() == 2


def test_an_end_carries_its_reason(engagement: Engagement, clients: dict[str, Client]) -> None:
    address = reverse("deliver:end", args=[engagement.key])
    assert clients["member"].post(address, {"date": "2026-02-01"}).context["end_form"].errors["reason"]
    clients["member"].post(address, {"date": "2026-02-01", "reason": "financing"})
    engagement.refresh_from_db()
    assert engagement.stage == "ended"
    assert engagement.steps.get(stage="ended").reason == "financing"
    page = clients["member"].get(reverse("deliver:engagement", args=[engagement.key])).content.decode()
    assert "It ended on" in page
    assert "Record the step" not in page


def test_owner_and_next_action(
    engagement: Engagement, users: dict[str, User], clients: dict[str, Client]
) -> None:
    address = reverse("deliver:follow_up", args=[engagement.key])
    data = {"owner": users["other_officer"].pk, "next_action": "Call", "next_date": "2026-03-01"}
    clients["member"].post(address, data)
    engagement.refresh_from_db()
    assert (engagement.owner, engagement.next_action, engagement.next_date) == (
        users["other_officer"],
        "Call",
        date(2026, 3, 1),
    )
    refused = clients["member"].post(address, data | {"owner": users["analyst"].pk})
    assert "owner" in refused.context["follow_up_form"].errors
    undated = clients["member"].post(address, {"next_date": "2026-03-01"})
    assert "next_action" in undated.context["follow_up_form"].errors


def test_the_domain_refuses_whoever_the_view_forgot(engagement: Engagement, users: dict[str, User]) -> None:
    for role in ("member", "analyst", "other_member"):
        with pytest.raises(PermissionDenied):
            publish_engagement(users[role], engagement)
        with pytest.raises(PermissionDenied):
            withdraw_engagement(users[role], engagement, reason="No")
    with pytest.raises(PermissionDenied):
        set_follow_up(users["analyst"], engagement, owner=None, next_action="", next_date=None)
    with pytest.raises(InputError, match="cannot own"):
        set_follow_up(users["member"], engagement, owner=users["analyst"], next_action="", next_date=None)
    with pytest.raises(InputError, match="no reason"):
        withdraw_engagement(users["desk_officer"], engagement, reason=" ")


def test_publishing_and_withdrawing_leave_a_trace(
    engagement: Engagement, users: dict[str, User], clients: dict[str, Client]
) -> None:
    publish = reverse("deliver:publish", args=[engagement.key])
    withdraw = reverse("deliver:withdraw", args=[engagement.key])
    public = reverse("deliver:public_engagement", args=[engagement.key])
    clients["desk_officer"].post(publish)
    clients["desk_officer"].post(publish)
    assert clients["other_officer"].post(withdraw).context["withdraw_form"].errors["reason"]
    clients["other_officer"].post(withdraw, {"reason": "Wrong amount"})
    assert clients["anonymous"].get(public).status_code == 404
    clients["administrator"].post(publish)
    changes = [(change.state, change.by, change.reason) for change in list_state_changes(engagement)]
    assert changes == [
        ("published", users["desk_officer"], ""),
        ("draft", users["other_officer"], "Wrong amount"),
        ("published", users["administrator"], ""),
    ]
    page = clients["anonymous"].get(public).content.decode()
    assert "Published by <bdi>Pakistan desk</bdi>" in page
    assert "Withdrawn by <bdi>China desk</bdi>" in page
    assert "Wrong amount" in page


def test_real_engagements_come_first_and_illustrative_ones_count_in_no_figure(
    users: dict[str, User], clients: dict[str, Client]
) -> None:
    first, second = make_organisation("PAK"), make_organisation("CHN")
    generated = make_engagement(first, second, state="published", as_of=days_ago(0), title="Generated")
    real = make_engagement(
        first, second, state="published", as_of=days_ago(700), title="Real", illustrative=False
    )
    page = clients["anonymous"].get(reverse("deliver:public"))
    assert [row["row"] for row in page.context["listing"].body] == [real, generated]
    assert (page.context["pipeline"].total, page.context["illustrative"]) == (1, 1)
    only = clients["anonymous"].get(reverse("deliver:public") + "?show=real")
    assert [row["row"] for row in only.context["listing"].body] == [real]
    assert clients["anonymous"].get(reverse("api:deliver_figures")).json()["total"] == 1


@pytest.mark.parametrize("illustrative", [True, False])
def test_search_engines_keep_away_from_what_is_generated(
    illustrative: bool, clients: dict[str, Client]
) -> None:
    engagement = make_engagement(
        make_organisation("PAK"), make_organisation("CHN"), state="published", illustrative=illustrative
    )
    page = clients["anonymous"].get(reverse("deliver:public_engagement", args=[engagement.key]))
    assert (page.headers.get("X-Robots-Tag") == "noindex") is illustrative
    assert ("Nobody promised this" in page.content.decode()) is illustrative


def test_the_permanent_page_tells_the_whole_story(clients: dict[str, Client]) -> None:
    engagement = make_engagement(
        make_organisation("PAK", name_en="City of Lahore"),
        make_organisation("CHN", name_en="深圳明视科技"),
        state="published",
        amount=Decimal("578000000"),
        currency="CNY",
        as_of=days_ago(40),
    )
    page = clients["anonymous"].get(reverse("deliver:public_engagement", args=[engagement.key]))
    text = page.content.decode()
    for part in (
        "City of Lahore",
        "深圳明视科技",
        "578,000,000",
        "silent for 40 days",
        "https://example.org/notice",
        "mailto:desk@example.pk?subject=",
        f"http://testserver/deliver/public/{engagement.key}",
    ):
        assert part in text


@pytest.mark.parametrize("language,direction", [("ur", "rtl"), ("zh-hans", "ltr"), ("en", "ltr")])
def test_pages_in_three_languages(
    language: str, direction: str, engagement: Engagement, users: dict[str, User], clients: dict[str, Client]
) -> None:
    publish_engagement(None, engagement)
    for name, arguments in (
        ("index", []),
        ("public", []),
        ("engagement", [engagement.key]),
        ("public_engagement", [engagement.key]),
    ):
        page = clients["desk_officer"].get(reverse(f"deliver:{name}", args=arguments) + f"?lang={language}")
        assert f'dir="{direction}"' in page.content.decode()[:200]


def test_the_record_by_api(engagement: Engagement, clients: dict[str, Client]) -> None:
    publish_engagement(None, engagement)
    answer = clients["anonymous"].get(reverse("api:deliver_public_engagement", args=[engagement.key])).json()
    assert answer["stage"] == "memorandum"
    assert answer["steps"][0]["evidence"][0]["url"] == "https://example.org/notice"
    assert [change["state"] for change in answer["changes"]] == ["published"]
    refused = clients["anonymous"].get(reverse("api:deliver_public") + "?limit=1000")
    assert refused.status_code == 422


def test_published_conversions_stand_apart_with_sources_and_without_false_shares(
    clients: dict[str, Client],
) -> None:
    page = clients["anonymous"].get(reverse("deliver:public"))
    rows = {entry["row"]["record"]: entry["row"] for entry in page.context["comparison"].body}
    assert rows["csis-2020"]["share"] == pytest.approx(32 / 122)
    assert rows["leather-2024-meetings"]["share"] is None
    assert all(row["source"] for row in rows.values())
    assert "122 announced" in page.content.decode()
    file = clients["anonymous"].get(reverse("deliver:public") + "?format=json&table=published-conversions")
    assert json.loads(file.content)["rows"][0]["from_value"] == 122


def test_posts_need_a_csrf_token(engagement: Engagement, users: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(users["desk_officer"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("deliver:publish", args=[engagement.key]))
    assert answer.status_code == 403
    engagement.refresh_from_db()
    assert engagement.state == "draft"
