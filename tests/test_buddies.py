"""Contingency buddies: asked by one, agreed by the other, ended by either; and nobody learns who else is here."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import AuditEvent
from directory import services
from directory.models import Listing
from notifications.models import Message
from onboarding import buddies, forgetting, journey, leaving
from onboarding.models import Buddy, Carer
from onboarding.papers import NotNow
from tests.builders import BY, TODAY, make_listing
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PAGE = "/my/buddy/"


def listed(name, **facts):
    first = name.split()[0].lower()
    owner = User.objects.create_user(f"{first}@example.org", language="en")
    listing = make_listing(name, owner=owner, **{"email": f"{first}.public@example.org", **facts})
    return Carer.objects.create(name=name, owner=owner, listing=listing, phone="07700 900111")


@pytest.fixture
def bryn():
    return listed("Bryn Lewis")


@pytest.fixture
def nia():
    return listed("Nia Hughes")


def asked(carer, other, *, on=TODAY):
    return buddies.ask(carer, other, by=carer.owner or BY, on=on)


def ask_on_page(client, carer, who):
    client.force_login(carer.owner)
    return client.post(PAGE, {"who": who}, follow=True).content.decode()


def page(client, carer):
    client.force_login(carer.owner)
    return client.get(PAGE).content.decode()


def answer(client, carer, buddy, what):
    client.force_login(carer.owner)
    return client.post(f"{PAGE}{buddy.pk}/", {what: "1"})


# --- finding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    [
        "Nia Hughes",
        "nia  hughes",
        "nia-hughes",
        "http://localhost/carers/nia-hughes/?need=chat",
        "/cy/carers/nia-hughes/",
        "NIA.public@example.org",
    ],
)
def test_somebody_public_is_found_by_what_is_public(client, bryn, nia, who):
    assert "We have mailed Nia Hughes" in ask_on_page(client, bryn, who)
    assert Buddy.objects.get().asked == nia


def test_an_address_that_is_not_public_finds_nobody(client, bryn, nia):
    assert "We find nobody" in ask_on_page(client, bryn, "nia@example.org")


def test_who_is_not_public_yet_or_any_more_is_not_found(client, bryn, nia):
    owner = User.objects.create_user("gwen@example.org")
    journey.start(by=BY, owner=owner, name="Gwen Rees", first_name="Gwen")
    assert "We find nobody" in ask_on_page(client, bryn, "Gwen Rees")
    services.suspend(nia.listing, by=BY)
    assert "We find nobody" in ask_on_page(client, bryn, "Nia Hughes")
    assert not Buddy.objects.exists()


def test_of_two_of_one_name_the_page_is_asked_for(client, bryn, nia):
    make_listing("Nia Hughes")
    assert "Several people have that name" in ask_on_page(client, bryn, "Nia Hughes")
    assert "We have mailed" in ask_on_page(client, bryn, "nia-hughes")


@pytest.mark.parametrize(("who", "said"), [("", "Enter who"), ("Bryn Lewis", "your own page"), ("/", "We find nobody")])
def test_nonsense_is_said(client, bryn, who, said):
    assert said in ask_on_page(client, bryn, who)


# --- the two of them -------------------------------------------------------------------------------------


def test_a_phone_number_is_seen_only_once_both_agreed(client, bryn, nia):
    buddy = asked(bryn, nia)
    assert "07700" not in page(client, bryn) + page(client, nia)
    answer(client, nia, buddy, "agree")
    for carer in (bryn, nia):
        assert "07700" in page(client, carer)
    answer(client, bryn, buddy, "end")
    assert "07700" not in page(client, bryn) + page(client, nia)


def test_each_step_is_mailed_to_the_other(client, bryn, nia):
    buddy = asked(bryn, nia)
    answer(client, nia, buddy, "agree")
    answer(client, nia, buddy, "end")
    assert list(Message.objects.order_by("pk").values_list("key", "to")) == [
        (f"buddy:{buddy.pk}:asked", "nia@example.org"),
        (f"buddy:{buddy.pk}:agreed", "bryn@example.org"),
        (f"buddy:{buddy.pk}:ended", "bryn@example.org"),
    ]
    assert "no longer your buddy" in Message.objects.latest("pk").subject


@pytest.mark.parametrize("ended_by", ["asked", "asker"])
def test_after_a_no_or_a_question_taken_back_the_same_one_is_asked_again_after_30_days(client, bryn, nia, ended_by):
    buddy = asked(bryn, nia)
    answer(client, nia if ended_by == "asked" else bryn, buddy, "end")
    refused = ask_on_page(client, bryn, "Nia Hughes").replace("\xa0", " ")
    assert "You may ask again from 21 December 2026; they may ask you at any time" in refused
    with pytest.raises(buddies.AskedLately):
        asked(bryn, nia, on=TODAY + timedelta(days=29))
    assert Message.objects.filter(key__endswith=":asked").count() == 1
    assert asked(bryn, nia, on=TODAY + timedelta(days=30)) != buddy


def test_whoever_said_no_may_ask_at_once(client, bryn, nia):
    answer(client, nia, asked(bryn, nia), "end")
    assert "will not be your buddy" in Message.objects.latest("pk").subject
    assert asked(nia, bryn).asked == bryn


def test_whoever_was_asked_is_told_that_the_question_was_taken_back_and_so_says_the_page(client, bryn, nia):
    buddy = asked(bryn, nia)
    client.force_login(bryn.owner)
    said = client.post(f"{PAGE}{buddy.pk}/", {"end": "1"}, follow=True).content.decode()
    assert "We have mailed Nia Hughes." in said
    mail = Message.objects.latest("pk")
    assert (mail.to, mail.subject) == ("nia@example.org", "Somebody no longer asks you to be buddies")
    assert "Bryn Lewis asked you to be buddies, and has taken the question back" in mail.text


def without_address(carer):
    """Somebody for whom the team does their tasks."""
    Carer.objects.filter(pk=carer.pk).update(owner=None)
    Listing.objects.filter(pk=carer.listing_id).update(owner=None)
    return Carer.objects.get(pk=carer.pk)


def letter_to(carer):
    letter = carer.letters.latest("pk")
    return letter.subject, letter.sheets[0]["html"] + letter.sheets[-1]["html"]


def test_whoever_has_no_address_gets_letters_and_answers_at_the_desk(client, bryn, nia):
    nia = without_address(nia)
    page = ask_on_page(client, bryn, "Nia Hughes")
    assert "Nia Hughes gets a letter by post. They say yes or no, and we tell you." in page
    subject, words = letter_to(nia)
    assert "Bryn Lewis asks you to be buddies" in subject
    assert "To say yes or no, ring us on" in words
    assert "http" not in words
    client.force_login(member("ann@council.example.org", "case-officer"))
    page = client.post(f"/desk/{nia.pk}{PAGE}{Buddy.objects.get().pk}/", {"agree": ""}, follow=True).content.decode()
    assert "You are buddies now. We have mailed Bryn Lewis." in page
    buddies.end(Buddy.objects.get(), bryn, by=bryn.owner)
    subject, words = letter_to(nia)
    assert "Somebody is no longer your buddy" in subject  # it is kept for longer than what names them
    assert "Bryn Lewis has ended being buddies" in words
    assert "/my/" not in words


def test_a_letter_that_names_somebody_goes_with_them(bryn, nia):
    nia = without_address(nia)
    asked(bryn, nia)
    assert letter_to(nia)
    leaving.leave(bryn, by=BY, reason="stopped")
    forgetting.forget(bryn, by=BY)
    assert not [letter for letter in nia.letters.all() if "Bryn" in letter.subject]


# --- who takes part --------------------------------------------------------------------------------------


def suspend(carer):
    services.suspend(carer.listing, by=BY)


def leave(carer):
    leaving.leave(carer, by=BY, reason="stopped")


def never_approved(carer):
    Listing.objects.filter(pk=carer.listing_id).update(published_at=None)


@pytest.mark.parametrize("how", [suspend, leave, never_approved])
def test_whoever_is_not_in_the_directory_neither_asks_nor_agrees(bryn, nia, how):
    waits = asked(nia, bryn)
    how(bryn)
    stale = Carer.objects.get(pk=bryn.pk)
    with pytest.raises(NotNow):
        asked(stale, listed("Gwen Rees"))
    with pytest.raises(NotNow):
        buddies.agree(waits, stale, by=BY)
    assert Buddy.objects.count() == 1


@pytest.mark.parametrize("how", [suspend, never_approved])
def test_nobody_agrees_with_who_asked_and_takes_part_no_longer(client, bryn, nia, how):
    buddy = asked(bryn, nia)
    how(bryn)
    client.force_login(nia.owner)
    said = client.post(f"{PAGE}{buddy.pk}/", {"agree": "1"}, follow=True).content.decode()
    assert "Bryn Lewis is not in the directory now, so nothing has changed" in said
    buddy.refresh_from_db()
    assert (buddy.agreed_at, buddy.ended_at) == (None, None)


def test_the_page_says_so_before_somebody_is_approved(client, bryn):
    never_approved(bryn)
    assert "as soon as your page is approved" in page(client, bryn)


def test_a_paused_carer_may_ask(bryn, nia):
    services.pause(bryn.listing, by=BY, until=TODAY + timedelta(days=9), on=TODAY)
    assert asked(Carer.objects.get(pk=bryn.pk), nia)


@pytest.mark.parametrize("how", [suspend, leave])
def test_somebody_who_was_found_and_left_before_the_question_came_is_not_asked(bryn, nia, how):
    """`nia` is as the page found her; the verb looks again once both are locked."""
    how(Carer.objects.get(pk=nia.pk))
    with pytest.raises(buddies.NobodyFound):
        asked(bryn, nia)
    assert not Buddy.objects.exists()


def test_a_question_that_is_taken_back_can_no_longer_be_agreed(client, bryn, nia):
    buddy = asked(bryn, nia)
    answer(client, bryn, buddy, "end")
    with pytest.raises(buddies.Over):
        buddies.agree(buddy, nia, by=nia.owner)
    buddy.refresh_from_db()
    assert buddy.agreed_at is None


def test_nobody_agrees_to_their_own_question(client, bryn, nia):
    buddy = asked(bryn, nia)
    answer(client, bryn, buddy, "agree")
    buddy.refresh_from_db()
    assert buddy.agreed_at is None


def test_two_who_ask_each_other_are_buddies(client, bryn, nia):
    asked(bryn, nia)
    assert "You are buddies now" in ask_on_page(client, nia, "Bryn Lewis")
    assert Buddy.objects.get().agreed_at


def test_the_same_question_twice_is_one(client, bryn, nia):
    asked(bryn, nia)
    assert "going already" in ask_on_page(client, bryn, "Nia Hughes")
    assert Buddy.objects.count() == 1


@pytest.mark.parametrize("pair", [("bryn", "nia"), ("nia", "bryn"), ("bryn", "bryn")])
def test_the_database_has_two_people_once_and_nobody_with_themselves(bryn, nia, pair):
    asked(bryn, nia)
    people = {"bryn": bryn, "nia": nia}
    with pytest.raises(IntegrityError), transaction.atomic():
        Buddy.objects.create(asker=people[pair[0]], asked=people[pair[1]])


def test_a_stranger_sees_and_ends_nothing(client, bryn, nia):
    buddy = asked(bryn, nia)
    stranger = listed("Gwen Rees")
    client.force_login(stranger.owner)
    assert client.get(f"{PAGE}{buddy.pk}/").status_code == 404
    assert client.post(f"{PAGE}{buddy.pk}/", {"end": "1"}).status_code == 404


def test_five_unanswered_questions_are_enough(client, bryn):
    for number in range(5):
        asked(bryn, listed(f"Ann{number} Pugh"))
    listed("Nia Hughes")
    assert "Five people have not answered" in ask_on_page(client, bryn, "Nia Hughes")


def test_names_and_numbers_stand_in_no_audit_row(bryn, nia):
    buddies.agree(asked(bryn, nia), nia, by=nia.owner)
    rows = AuditEvent.objects.filter(event__startswith="buddy.")
    assert [row.event for row in rows.order_by("pk")] == ["buddy.asked", "buddy.agreed"]
    assert "Nia" not in str([row.data for row in rows])


def test_the_page_says_that_nobody_is_sent_to_anybody(client, bryn):
    assert "We never send anybody to the people you help" in page(client, bryn)
    client.force_login(bryn.owner)
    assert "Nid ydym byth yn anfon neb" in client.get("/cy" + PAGE).content.decode()


@pytest.mark.parametrize("who", ["http://[x", "//[", "https://example.org/carers/?q=[", "#", "/"])
def test_what_is_no_address_finds_nobody(client, nia, who):
    assert "We find nobody with a public page like that" in ask_on_page(client, nia, who)


def test_nobody_says_yes_to_their_own_question(client, nia, bryn):
    row = asked(nia, bryn)
    client.force_login(nia.owner)
    page = client.post(f"{PAGE}{row.pk}/", {"agree": ""}, follow=True).content.decode()
    assert "You are buddies now" not in page
    assert Buddy.objects.get().agreed_at is None
