"""A carer's own listing: written in steps, sent, approved; small changes live at once, big ones waiting."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from audit.models import AuditEvent
from directory.models import Listing
from notifications.models import Message
from onboarding import journey, listings
from onboarding.models import ListingChange
from onboarding.papers import Decided, OwnPaper
from tests.builders import BY, place

pytestmark = pytest.mark.django_db

WRITTEN = {
    "name": "Bryn Lewis",
    "first_name": "Bryn",
    "intro_en": "I help you stay at home.",
    "phone": "01633 960123",
    "price_hour": 2200,
    "services": ["chat", "walks"],
    "capacity": "space",
    "miles": 5,
}


@pytest.fixture
def owner(today):
    return User.objects.create_user("bryn@example.org", language="en")


@pytest.fixture
def officer(today):
    return User.objects.create_user("officer@example.org", is_staff=True)


@pytest.fixture
def carer(owner):
    return journey.start(by=owner, name="Bryn Lewis", first_name="Bryn", owner=owner, services=["chat"])


def base(slug):
    town = place(slug)
    names = {"base_name_en": town.name.en, "base_name_cy": town.name.cy}
    return {**names, "easting": town.easting, "northing": town.northing}


def outside():
    return {"base_name_en": "Bristol", "base_name_cy": "", "easting": 358800, "northing": 172800}


def write(carer, **facts):
    listings.keep(carer, by=carer.owner, facts=facts)
    return listings.send(carer, by=carer.owner)


@pytest.fixture
def listed(carer, officer):
    write(carer, **WRITTEN, **base("usk"))
    listings.approve(carer.listing_changes.get(), by=officer)
    carer.refresh_from_db()
    return carer


def public(carer):
    return Listing.objects.get(pk=carer.listing_id)


def offers(carer):
    return sorted(public(carer).services.values_list("service", flat=True))


def test_a_first_listing_waits_whole_and_is_made_when_it_is_approved(carer, officer):
    sent = write(carer, **WRITTEN, **base("usk"))
    assert sent.live is None
    assert sent.waiting.is_first
    assert not Listing.objects.exists()
    listing = listings.approve(sent.waiting, by=officer)
    assert listing.published_at
    assert (listing.owner, listing.intro_en, listing.capacity) == (carer.owner, WRITTEN["intro_en"], "space")
    assert listing.services.count() == 2
    assert Message.objects.get(template="onboarding/mail/listing_approved").to == "bryn@example.org"


def test_a_listing_that_cannot_be_is_refused_when_it_is_sent_and_stays_a_draft(carer):
    listings.keep(carer, by=carer.owner, facts={**WRITTEN, **base("usk"), "miles": 900})
    with pytest.raises(ValidationError):
        listings.send(carer, by=carer.owner)
    assert listings.facts_of(carer)["miles"] == 900
    assert not carer.listing_changes.exists()


def test_a_small_change_is_public_at_once_and_shown_to_the_team(listed):
    sent = write(listed, intro_en="New words.")
    assert public(listed).intro_en == "New words."
    assert sent.waiting is None
    assert list(ListingChange.objects.unseen()) == [sent.live]
    assert sent.live.differences == [("intro_en", WRITTEN["intro_en"], "New words.")]


@pytest.mark.parametrize(
    "facts", [{"name": "Bryn Morgan"}, {"first_name": "Bob"}, outside(), {"services": ["chat", "toileting", "walks"]}]
)
def test_a_big_change_waits_while_the_approved_version_stays_public(listed, officer, facts):
    before = listings.public_facts(listed)
    sent = write(listed, **facts)
    assert sent.live is None
    assert listings.public_facts(listed) == before
    listings.approve(sent.waiting, by=officer)
    listed.refresh_from_db()
    assert listings.public_facts(listed) == before | facts


def test_big_and_small_together_part_ways(listed):
    sent = write(listed, name="Bryn Morgan", price_hour=2300)
    assert (public(listed).name, public(listed).price_hour) == ("Bryn Lewis", 2300)
    assert sent.waiting.after == {"name": "Bryn Morgan"}


def test_a_base_inside_the_area_is_small(listed):
    assert write(listed, **base("chepstow")).waiting is None
    assert public(listed).base_name_en == "Chepstow"


def test_a_service_that_asks_for_nothing_more_is_small(listed):
    assert write(listed, services=["chat", "trips", "walks"]).waiting is None
    assert offers(listed) == ["chat", "trips", "walks"]


def test_giving_up_a_service_is_immediate_even_beside_one_that_waits(listed, officer):
    sent = write(listed, services=["chat", "toileting"])
    assert offers(listed) == ["chat"]
    listings.approve(sent.waiting, by=officer)
    assert offers(listed) == ["chat", "toileting"]


def test_a_service_given_up_while_another_waits_does_not_come_back(listed, officer):
    waiting = write(listed, services=["chat", "toileting", "walks"]).waiting
    listed.listing.services.filter(service="walks").delete()
    listings.approve(waiting, by=officer)
    assert offers(listed) == ["chat", "toileting"]


def test_a_second_big_change_goes_into_the_one_that_waits(listed, officer):
    write(listed, name="Bryn Morgan")
    waiting = write(listed, services=["chat", "toileting", "walks"]).waiting
    assert waiting.after == {"name": "Bryn Morgan", "services": ["chat", "toileting", "walks"]}
    assert listed.listing_changes.waiting().get() == waiting
    listings.approve(waiting, by=officer)
    assert public(listed).name == "Bryn Morgan"


def test_what_is_set_back_to_what_is_public_no_longer_waits(listed):
    write(listed, name="Bryn Morgan")
    sent = write(listed, name="Bryn Lewis")
    assert sent == (None, None)
    assert not listed.listing_changes.waiting().exists()


def test_what_waits_can_be_taken_back_and_is_a_draft_again(listed):
    waiting = write(listed, name="Bryn Morgan").waiting
    listings.take_back(waiting, by=listed.owner)
    assert listings.facts_of(listed)["name"] == "Bryn Morgan"
    with pytest.raises(Decided):
        listings.approve(waiting, by=BY)


def test_what_is_sent_back_says_why_and_is_a_draft_again(listed, officer):
    waiting = write(listed, name="Bryn Morgan").waiting
    listings.send_back(waiting, by=officer, reason="Tell us your new name by phone.")
    assert listings.facts_of(listed)["name"] == "Bryn Morgan"
    assert "Tell us your new name" in Message.objects.get(template="onboarding/mail/listing_sent_back").text


def test_a_small_change_is_put_back_but_for_what_changed_since(listed, officer):
    change = write(listed, intro_en="Worse words.", price_hour=9900).live
    write(listed, price_hour=2500)
    assert listings.put_back(change, by=officer, reason="The old words were clearer.") == {"price_hour"}
    assert (public(listed).intro_en, public(listed).price_hour) == (WRITTEN["intro_en"], 2500)
    with pytest.raises(Decided):
        listings.put_back(change, by=officer, reason="Again")


def test_another_tabs_words_are_not_overwritten(listed):
    names = ("intro_en",)
    shown = listings.listing_facts.fingerprint(listings.facts_of(listed), names)
    listings.keep(listed, by=listed.owner, facts={"intro_en": "One tab."}, seen=shown)
    with pytest.raises(listings.ChangedMeanwhile) as error:
        listings.keep(listed, by=listed.owner, facts={"intro_en": "The other tab."}, seen=shown)
    assert error.value.facts == {"intro_en"}
    listings.keep(listed, by=listed.owner, facts={"intro_en": "One tab."}, seen=shown)  # the same words do no harm


def test_a_draft_against_a_version_that_moved_on_is_said_and_can_be_sent_anyway(listed, officer):
    listings.keep(listed, by=listed.owner, facts={"intro_en": "Mine."})
    listings.services.change_listing(listed.listing, by=officer, intro_en="The team's.")
    with pytest.raises(listings.ChangedMeanwhile):
        listings.send(listed, by=listed.owner)
    listings.send(listed, by=listed.owner, anyway={"intro_en"})
    assert public(listed).intro_en == "Mine."


def test_nothing_new_is_nothing_to_send(listed):
    with pytest.raises(listings.NothingToSend):
        listings.send(listed, by=listed.owner)
    listings.keep(listed, by=listed.owner, facts={"intro_en": WRITTEN["intro_en"]})
    with pytest.raises(listings.NothingToSend):
        listings.send(listed, by=listed.owner)


def test_nobody_decides_about_their_own_listing(listed):
    change = write(listed, name="Bryn Morgan").waiting
    with pytest.raises(OwnPaper):
        listings.approve(change, by=listed.owner)


def test_two_who_approve_at_once_approve_once(listed, officer):
    change = write(listed, name="Bryn Morgan").waiting
    again = ListingChange.objects.get(pk=change.pk)
    listings.approve(change, by=officer)
    with pytest.raises(Decided):
        listings.approve(again, by=officer)


def test_what_is_not_recorded_is_not_done(listed, officer, monkeypatch):
    change = write(listed, name="Bryn Morgan").waiting

    def refuse(*args, **kwargs):
        raise RuntimeError("no audit")

    monkeypatch.setattr(listings, "record", refuse)
    with pytest.raises(RuntimeError):
        listings.approve(change, by=officer)
    assert public(listed).name == "Bryn Lewis"
    assert not AuditEvent.objects.filter(event="listing_change.approved", target_id=change.pk).exists()
