"""Contingency buddies: asked by one, agreed by the other, ended by either; and nobody learns who else is here."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import AuditEvent
from directory import services
from notifications.models import Message
from onboarding import buddies, journey
from onboarding.models import Buddy, Carer
from tests.builders import BY, make_listing

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


def asked(carer, other):
    return buddies.ask(carer, other, by=carer.owner)


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
    services.suspend(nia.listing, by=BY, reason="papers")
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


def test_who_says_no_is_not_asked_twice_by_one_press_and_can_be_asked_again(client, bryn, nia):
    buddy = asked(bryn, nia)
    answer(client, nia, buddy, "end")
    assert "said no" in Message.objects.latest("pk").subject
    assert answer(client, nia, buddy, "end").status_code == 404
    assert asked(bryn, nia) != buddy


def test_a_question_that_is_taken_back_can_no_longer_be_agreed(client, bryn, nia):
    buddy = asked(bryn, nia)
    answer(client, bryn, buddy, "end")
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


def test_who_has_no_address_cannot_be_asked_here(client, bryn, nia):
    Carer.objects.filter(pk=nia.pk).update(owner=None)
    assert "no email address with us" in ask_on_page(client, bryn, "Nia Hughes")


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
