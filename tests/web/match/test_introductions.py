"""Answers to an introduction: who may, which state follows, one engagement and never a second."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.match.factories import introduction_in, make_introduction, partner_organisation
from tests.web.registry.factories import make_listing, make_organisation, own_organisation

from corridor.errors import InputError
from corridor_web.accounts.models import User
from corridor_web.match.domain import INTEREST_LIVES, answer_introduction, refresh_matches
from corridor_web.match.models import Introduction
from corridor_web.registry.models import Engagement, Listing

pytestmark = pytest.mark.django_db
SignIn = Callable[[User | None], Client]


@pytest.fixture
def introduction(users: dict[str, User]) -> Introduction:
    return Introduction.objects.get(key=introduction_in("proposed", users)["key"])


@pytest.mark.parametrize(
    "offer,need,state",
    [
        ("", "", "proposed"),
        ("later", "later", "proposed"),
        ("yes", "", "interested_offer"),
        ("yes", "later", "interested_offer"),
        ("", "yes", "interested_need"),
        ("no", "", "declined"),
        ("yes", "no", "declined"),
        ("yes", "yes", "mutual"),
    ],
)
def test_the_state_follows_from_both_answers(
    offer: str, need: str, state: str, introduction: Introduction, users: dict[str, User]
) -> None:
    for name, answer in (("member", offer), ("other_member", need)):
        if answer:
            reason = "price" if answer == "no" else ""
            introduction = answer_introduction(users[name], introduction, answer=answer, reason=reason)
    introduction.refresh_from_db()
    assert introduction.state == state
    assert Engagement.objects.count() == (state == "mutual")


def test_mutual_interest_opens_one_engagement(introduction: Introduction, users: dict[str, User]) -> None:
    answer_introduction(users["other_officer"], introduction, answer="yes")
    answer_introduction(users["member"], introduction, answer="yes")
    introduction.refresh_from_db()
    engagement = Engagement.objects.get()
    assert introduction.engagement == engagement
    assert (engagement.stage, engagement.title, engagement.field) == ("lead", "Needed signals", "smart_city")
    assert engagement.first_organisation == introduction.offer.organisation, "the home side stands first"
    assert engagement.second_organisation == introduction.need.organisation
    assert (engagement.illustrative, engagement.state) == (True, "draft")
    statements = engagement.steps.get().evidence.all()
    assert [proof.kind for proof in statements] == ["statement", "statement"]
    assert {proof.stated_by for proof in statements} == {
        engagement.first_organisation.name_en,
        engagement.second_organisation.name_en,
    }, "the organisations, not the people: it may be published one day"
    for name in ("member", "other_member"):
        with pytest.raises(InputError, match="is mutual"):
            answer_introduction(users[name], introduction, answer="yes")
    assert Engagement.objects.count() == 1


def test_a_title_for_members_only_is_not_handed_to_what_may_be_published(
    introduction: Introduction, users: dict[str, User]
) -> None:
    for listing in (introduction.need, introduction.offer):
        type(listing).objects.filter(pk=listing.pk).update(visibility="members")
    answer_introduction(users["other_officer"], introduction, answer="yes")
    answer_introduction(users["member"], introduction, answer="yes")
    engagement = Engagement.objects.get()
    told = " ".join([engagement.title, *(proof.title for proof in engagement.steps.get().evidence.all())])
    assert introduction.need.title not in told and introduction.offer.title not in told


def test_an_engagement_that_was_opened_is_not_opened_again(
    introduction: Introduction, users: dict[str, User]
) -> None:
    answer_introduction(users["member"], introduction, answer="yes")
    answer_introduction(users["other_member"], introduction, answer="yes")
    Introduction.objects.update(state="interested_offer", need_answer="")
    answer_introduction(users["other_member"], introduction, answer="yes")
    assert Engagement.objects.count() == 1


def test_a_side_may_change_its_mind_until_both_are_interested(
    introduction: Introduction, users: dict[str, User]
) -> None:
    answer_introduction(users["member"], introduction, answer="no", reason="too_early")
    stored = answer_introduction(users["member"], introduction, answer="yes")
    assert (stored.state, stored.offer_reason) == ("interested_offer", "")
    trail = list(introduction.history.order_by("history_id").values_list("state", flat=True))
    assert trail == ["proposed", "declined", "interested_offer"]


@pytest.mark.parametrize(
    "answer,reason",
    [("maybe", ""), ("", ""), ("no", ""), ("no", "rain"), ("no", "no_reply"), ("yes", "price")],
)
def test_a_wrong_answer_is_refused(
    answer: str, reason: str, introduction: Introduction, users: dict[str, User]
) -> None:
    with pytest.raises(InputError):
        answer_introduction(users["member"], introduction, answer=answer, reason=reason)
    introduction.refresh_from_db()
    assert (introduction.state, introduction.offer_answer) == ("proposed", "")


def test_only_the_parties_and_their_desks_answer(
    introduction: Introduction, users: dict[str, User], make_user: Callable[..., User]
) -> None:
    stranger, elsewhere = make_user("stranger"), make_user("elsewhere", "desk_officer", "FRA")
    make_organisation("PAK", (stranger,))
    for user in (stranger, elsewhere, users["analyst"], users["administrator"]):
        with pytest.raises(PermissionDenied):
            answer_introduction(user, introduction, answer="yes")
    with pytest.raises(PermissionDenied):
        answer_introduction(users["member"], introduction, answer="yes", side="need")
    introduction.refresh_from_db()
    assert introduction.state == "proposed"


def test_what_is_hidden_is_not_answered(users: dict[str, User]) -> None:
    hidden = Introduction.objects.get(key=introduction_in("hidden", users)["key"])
    with pytest.raises(PermissionDenied):
        answer_introduction(users["other_member"], hidden, answer="yes")


def test_what_is_no_longer_published_is_not_answered(
    introduction: Introduction, users: dict[str, User]
) -> None:
    Listing.objects.filter(pk=introduction.offer_id).update(status="withdrawn")
    with pytest.raises(InputError, match="is not published"):
        answer_introduction(users["member"], introduction, answer="yes")


def test_who_speaks_for_both_sides_names_one(users: dict[str, User]) -> None:
    own = own_organisation(users)
    both = make_introduction(make_listing(own), make_listing(own, side="need"))
    with pytest.raises(InputError, match="side is not named"):
        answer_introduction(users["desk_officer"], both, answer="yes")
    assert answer_introduction(users["desk_officer"], both, answer="yes", side="need").need_answer == "yes"


def test_the_page_answers_and_says_what_follows(
    introduction: Introduction, users: dict[str, User], sign_in: SignIn
) -> None:
    page = reverse("match:introduction", args=[introduction.key])
    address = reverse("match:answer", args=[introduction.key])
    member = sign_in(users["member"])
    assert "What does" in member.get(page).content.decode()
    assert "What does" not in sign_in(users["analyst"]).get(page).content.decode()
    body = member.post(address, {"answer": "no", "side": "offer"}, follow=True).content.decode()
    assert "a no needs a reason" in body
    member.post(address, {"answer": "no", "side": "offer", "reason": "financing"})
    introduction.refresh_from_db()
    assert (introduction.state, introduction.offer_reason) == ("declined", "financing")
    assert "(Financing)" in member.get(page).content.decode()
    other = sign_in(users["other_member"]).get(page).content.decode()
    assert "Declined" in other
    assert "(Financing)" not in other, "the reason stays with the side and its desk"
    assert sign_in(users["analyst"]).get(page).status_code == 404
    member.post(address, {"answer": "yes", "side": "offer"})
    sign_in(users["other_officer"]).post(address, {"answer": "yes", "side": "need"})
    body = member.get(page).content.decode()
    assert reverse("deliver:engagement", args=[Engagement.objects.get().key]) in body


def test_answers_are_posts_with_a_token(introduction: Introduction, users: dict[str, User]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(users["member"], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("match:answer", args=[introduction.key])
    assert strict.post(address, {"answer": "yes"}).status_code == 403
    assert strict.get(address).status_code == 405
    introduction.refresh_from_db()
    assert introduction.state == "proposed"


# ------------------------------------------------------------------------------------------- refresh
TEXT = "Adaptive traffic signals for forty junctions of the city, installed within two years."


@pytest.fixture
def fitting(users: dict[str, User]) -> tuple[Listing, Listing]:
    offer = make_listing(own_organisation(users), title="Adaptive traffic signals", text=TEXT)
    need = make_listing(partner_organisation(users), side="need", title="Traffic signals needed", text=TEXT)
    return offer, need


def test_matches_become_introductions_once(fitting: tuple[Listing, Listing]) -> None:
    assert refresh_matches().created == 1
    again = refresh_matches()
    assert (again.found, again.created, again.removed) == (1, 0, 0)
    found = Introduction.objects.get()
    assert (found.offer, found.need, found.state) == (*fitting, "proposed")
    assert sum(reason["weight"] for reason in found.reasons) == pytest.approx(found.score)
    assert found.score == pytest.approx((found.offer_fit * found.need_fit) ** 0.5)


@pytest.mark.parametrize("status", ["draft", "review", "withdrawn"])
def test_only_published_listings_are_matched(status: str, fitting: tuple[Listing, Listing]) -> None:
    Listing.objects.filter(pk=fitting[0].pk).update(status=status)
    assert refresh_matches().found == 0
    Listing.objects.filter(pk=fitting[0].pk).update(status="published")
    type(fitting[0].organisation).objects.filter(pk=fitting[0].organisation_id).update(status=status)
    assert refresh_matches().found == 0


def test_a_new_computation_keeps_answers_and_expires_what_is_gone(
    fitting: tuple[Listing, Listing], users: dict[str, User]
) -> None:
    refresh_matches()
    found = Introduction.objects.get()
    answer_introduction(users["member"], found, answer="yes")
    Introduction.objects.update(score=0.01)
    refresh_matches()
    found.refresh_from_db()
    assert (found.state, found.offer_answer) == ("interested_offer", "yes")
    assert found.score > 0.5
    Listing.objects.filter(pk=fitting[1].pk).update(status="withdrawn")
    assert refresh_matches().expired == 1
    found.refresh_from_db()
    assert (found.state, found.offer_answer) == ("expired", "yes")
    Listing.objects.filter(pk=fitting[1].pk).update(status="published")
    refresh_matches()
    found.refresh_from_db()
    assert found.state == "interested_offer"


def test_what_nobody_answered_disappears(fitting: tuple[Listing, Listing]) -> None:
    refresh_matches()
    Listing.objects.filter(pk=fitting[1].pk).update(status="withdrawn")
    assert refresh_matches().removed == 1
    assert not Introduction.objects.exists()


def test_interest_of_one_side_expires(fitting: tuple[Listing, Listing], users: dict[str, User]) -> None:
    refresh_matches()
    answer_introduction(users["member"], Introduction.objects.get(), answer="yes")
    long_ago = timezone.now() - INTEREST_LIVES - timedelta(days=1)
    Introduction.objects.update(offer_answered=long_ago)
    assert refresh_matches().expired == 1
    with pytest.raises(InputError, match="is expired"):
        answer_introduction(users["other_member"], Introduction.objects.get(), answer="yes")


def test_mutual_and_declined_stay(fitting: tuple[Listing, Listing]) -> None:
    refresh_matches()
    for state in ("mutual", "declined"):
        Introduction.objects.update(state=state, offer_answer="yes")
        Listing.objects.filter(pk=fitting[1].pk).update(status="withdrawn")
        refresh_matches()
        assert Introduction.objects.get().state == state
