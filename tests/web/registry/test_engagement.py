"""Opening engagements and appending steps: who may, what is refused, what is stored."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.web.registry.factories import make_organisation

from corridor.errors import InputError
from corridor_web.accounts.models import User
from corridor_web.registry.domain import EvidenceInput, append_step, open_engagement
from corridor_web.registry.models import Engagement, Evidence, Organisation, Step

LINK = EvidenceInput("link", "Notice of signing", url="https://example.org/notice")
pytestmark = pytest.mark.django_db


@pytest.fixture
def parties(make_user: Callable[..., User]) -> tuple[Organisation, Organisation, User]:
    member = make_user("member")
    return make_organisation("PAK", (member,)), make_organisation("CHN"), member


def test_member_opens_a_lead_of_its_own_organisation(
    parties: tuple[Organisation, Organisation, User],
) -> None:
    first, second, member = parties
    engagement = open_engagement(
        member, title="Signals", first_organisation=first, second_organisation=second, owner=member
    )
    assert (engagement.stage, engagement.state, engagement.as_of) == ("lead", "draft", timezone.localdate())
    assert (engagement.first_party, engagement.second_party) == (first.name_en, second.name_en)
    step = engagement.steps.get()
    assert (step.stage, step.date, step.recorded_by) == ("lead", timezone.localdate(), member)
    assert engagement.history.count() == 1


def test_strangers_are_refused_and_nothing_is_stored(
    parties: tuple[Organisation, Organisation, User], make_user: Callable[..., User]
) -> None:
    first, second, _member = parties
    stranger, analyst, elsewhere = (
        make_user("stranger"),
        make_user("analyst", "analyst"),
        make_user("elsewhere", "desk_officer", "FRA"),
    )
    make_organisation("PAK", (stranger,))
    for user in (stranger, analyst, elsewhere):
        with pytest.raises(PermissionDenied):
            open_engagement(user, title="Signals", first_organisation=first, second_organisation=second)
    assert not Engagement.objects.exists()


@pytest.mark.parametrize("role,economy", [("desk_officer", "CHN"), ("administrator", "")])
def test_desks_open_from_names_with_evidence(role: str, economy: str, make_user: Callable[..., User]) -> None:
    officer = make_user("officer", role, economy)
    engagement = open_engagement(
        officer,
        title="Framework",
        first_party="City of Lahore",
        second_party="Example Works",
        stage="memorandum",
        date=date(2024, 12, 13),
        evidence=(LINK,),
    )
    assert Evidence.objects.get(step__engagement=engagement).url == LINK.url
    assert engagement.as_of == date(2024, 12, 13)


def test_steps_follow_each_other(parties: tuple[Organisation, Organisation, User]) -> None:
    first, second, member = parties
    engagement = open_engagement(
        member, title="Signals", first_organisation=first, second_organisation=second, date=date(2026, 1, 1)
    )
    append_step(member, engagement, stage="meeting", date=date(2026, 2, 1), owner_name="Ayesha")
    append_step(member, engagement, stage="memorandum", date=date(2026, 2, 1), evidence=(LINK,))
    append_step(member, engagement, stage="ended", date=date(2026, 3, 1), reason="financing")
    engagement.refresh_from_db()
    assert (engagement.stage, engagement.as_of) == ("ended", date(2026, 3, 1))
    assert list(engagement.steps.values_list("stage", flat=True)) == [
        "lead",
        "meeting",
        "memorandum",
        "ended",
    ]
    with pytest.raises(InputError, match="after the end"):
        append_step(member, engagement, stage="meeting", date=date(2026, 4, 1))


@pytest.mark.parametrize(
    "change,problem",
    [
        ({"stage": "signed"}, "unknown"),
        ({"date": date(2025, 12, 31)}, "before the last step"),
        ({"date": timezone.localdate() + timedelta(days=2)}, "future"),
        ({"stage": "memorandum"}, "no evidence"),
        ({"stage": "results"}, "no evidence"),
        ({"stage": "lead"}, "lies before"),
        ({"stage": "ended"}, "reason"),
        ({"reason": "price"}, "reason"),
        ({"stage": "ended", "reason": "rain"}, "unknown"),
        ({"evidence": (EvidenceInput("rumour", "Heard it"),)}, "unknown"),
        ({"evidence": (EvidenceInput("link", "Notice"),)}, "incomplete"),
        ({"evidence": (EvidenceInput("statement", "Said so"),)}, "incomplete"),
        ({"evidence": (EvidenceInput("document", "Paper"),)}, "incomplete"),
        ({"evidence": (EvidenceInput("link", " ", url="https://example.org"),)}, "without a title"),
        ({"evidence": (EvidenceInput("link", "Bad", url="javascript:alert(1)"),)}, "web address"),
    ],
)
def test_a_step_that_breaks_a_rule_is_refused_whole(
    change: dict[str, object], problem: str, parties: tuple[Organisation, Organisation, User]
) -> None:
    first, second, member = parties
    engagement = open_engagement(
        member, title="Signals", first_organisation=first, second_organisation=second, date=date(2026, 1, 1)
    )
    append_step(member, engagement, stage="meeting", date=date(2026, 1, 2))
    values: dict[str, object] = {"stage": "meeting", "date": date(2026, 2, 1)} | change
    with pytest.raises(InputError, match=problem):
        append_step(member, engagement, **values)  # type: ignore[arg-type]
    assert Step.objects.count() == 2
    assert not Evidence.objects.exists()
    engagement.refresh_from_db()
    assert (engagement.stage, engagement.as_of) == ("meeting", date(2026, 1, 2))


def test_only_parties_and_desks_append(
    parties: tuple[Organisation, Organisation, User], make_user: Callable[..., User]
) -> None:
    first, second, _member = parties
    engagement = open_engagement(
        None, title="Signals", first_organisation=first, second_organisation=second, date=date(2026, 1, 1)
    )
    Engagement.objects.update(state="published")
    for role, economy in (("analyst", ""), ("member", "")):
        with pytest.raises(PermissionDenied):
            append_step(
                make_user(f"other-{role}", role, economy), engagement, stage="meeting", date=date(2026, 2, 1)
            )
    officer = make_user("officer", "desk_officer", "PAK")
    append_step(officer, engagement, stage="meeting", date=date(2026, 2, 1))
    assert Step.objects.count() == 2


def test_a_title_and_two_parties_are_needed() -> None:
    with pytest.raises(InputError, match="no title"):
        open_engagement(None, title=" ", first_party="A", second_party="B")
    with pytest.raises(InputError, match="lacks a party"):
        open_engagement(None, title="Signals", first_party="A")


def test_a_form_sent_twice_records_one_step(parties: tuple[Organisation, Organisation, User]) -> None:
    first, second, member = parties
    engagement = open_engagement(
        member, title="Signals", first_organisation=first, second_organisation=second
    )
    today = timezone.localdate()
    values = {"stage": "memorandum", "date": today, "evidence": (LINK,), "note": "Signed."}
    step = append_step(member, engagement, **values)  # type: ignore[arg-type]
    assert append_step(member, engagement, **values) == step  # type: ignore[arg-type]
    append_step(member, engagement, **values | {"note": "Signed in Lahore."})  # type: ignore[arg-type]
    append_step(member, engagement, **values | {"evidence": (LINK, LINK)})  # type: ignore[arg-type]
    assert engagement.steps.count() == 4
