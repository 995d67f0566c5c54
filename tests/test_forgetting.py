"""Carers who left are forgotten at their date: nothing is left of them but the audit and their page's address."""

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.personal import Person
from audit.models import AuditEvent
from compliance.jobs import purge_decisions
from compliance.models import Decision, Note
from directory import services
from directory.models import Listing, UsedSlug
from files.models import Photo, StoredFile
from microcare import personal
from notifications.models import Message
from onboarding import (
    forgetting,
    leaving,
    letters,
    listing_photos,
    listings,
    purging,
)
from onboarding.jobs import purge_left_carers, purge_listing_photos
from onboarding.models import Buddy, Carer, Evidence, Interest, Letter, ListingChange
from tests import training_builders, whole_carers
from tests.builders import BY, TODAY, make_listing
from tests.paper_builders import carer
from tests.papers import photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
NAME = "Zephania"  # nowhere else, so that a trace of her is seen


@pytest.fixture
def other():
    return whole_carers.listed("Gwen")


@pytest.fixture
def megan(other):
    """With one of everything that is kept of a carer, and who has left."""
    made = whole_carers.with_everything(NAME, other)
    leaving.leave(made, by=made.owner, reason="stopped")
    return Carer.objects.select_related("listing", "owner").get(pk=made.pk)


def written(to, key, **facts):
    return Message.objects.create(key=key, to=to, template="t", reader="r", subject="s", **facts)


def test_at_the_end_of_the_years_nothing_names_them_any_more(megan, other):
    assert forgetting.gone_on(megan) == TODAY.replace(year=2032)
    with time_machine.travel("2032-11-20T05:00:00Z"):
        assert purge_left_carers() == 0
    assert "onboarding.Carer.name" in whole_carers.traces(NAME)
    with time_machine.travel("2032-11-21T05:00:00Z"):
        assert purge_left_carers() == 1
        rows = AuditEvent.objects.count()
        assert purge_left_carers() == 0
    assert AuditEvent.objects.count() == rows
    # All that is left is the address of the page: that it was given.
    assert whole_carers.traces(NAME) == {"directory.UsedSlug.slug"}
    assert whole_carers.traces("900987") == set()
    assert list(Carer.objects.all()) == [other]
    assert not any(model.objects.exists() for model in (Evidence, Interest, Buddy, ListingChange, Photo))
    assert StoredFile.objects.get().purged_at
    assert not User.objects.filter(pk=megan.owner_id).exists()


def test_what_is_in_the_audit_of_it_are_ids(megan):
    forgetting.purge_left(on=TODAY.replace(year=2033), by=BY)
    row = AuditEvent.objects.get(event="carer.forgotten")
    assert (row.target_id, row.data) == (str(megan.pk), {"listing": megan.listing_id, "papers": 1, "interests": 1})
    assert AuditEvent.objects.filter(event="user.forgotten", target_id=megan.owner_id).exists()


def test_their_address_stays_theirs_and_answers_as_gone(megan):
    page, slug = megan.listing.get_absolute_url(), megan.listing.slug
    forgetting.purge_left(on=TODAY.replace(year=2033), by=BY)
    assert not Listing.objects.filter(slug=slug).exists()
    for address in (page, f"{page}contact/", f"/cy{page}"):
        assert Client().get(address).status_code == 410
    assert Client().get("/carers/nobody-ever/").status_code == 404
    assert services.free_slug(megan.name) == f"{slug}-2"


def test_who_was_never_public_goes_after_months_and_their_address_is_told_to_nobody():
    made = carer("Nia")
    made.listing = make_listing("Nia Price", owner=made.owner, published=False)
    made.save()
    leaving.leave(made, by=made.owner, reason="asked")
    made.refresh_from_db()
    assert forgetting.gone_on(made) == TODAY.replace(year=2027)
    assert forgetting.purge_left(on=TODAY.replace(year=2027), by=BY) == 1
    assert UsedSlug.objects.get(slug="nia-price").gone is False
    assert Client().get("/carers/nia-price/").status_code == 404


def test_who_has_not_left_is_never_forgotten(other):
    assert forgetting.purge_left(on=TODAY.replace(year=2050), by=BY) == 0
    with pytest.raises(ValueError, match="has not left"):
        forgetting.forget(other, by=BY)
    with pytest.raises(ValueError, match="still public"):
        services.forget(other.listing, by=BY)


def test_somebody_of_the_team_keeps_their_account_and_their_mail(megan):
    User.objects.filter(pk=megan.owner_id).update(is_staff=True)
    written(megan.owner.email, "account:1")
    forgetting.purge_left(on=TODAY.replace(year=2033), by=BY)
    assert User.objects.get(pk=megan.owner_id).is_staff
    assert [message.key for message in Message.objects.filter(to=megan.owner.email)] == ["account:1"]


def test_mail_to_an_address_that_somebody_else_here_has_stays(megan):
    huw = Carer.objects.create(name="Huw", email=megan.owner.email.upper())
    written(megan.owner.email, "theirs", whose=letters.whose(huw))
    forgetting.purge_left(on=TODAY.replace(year=2033), by=BY)
    assert [message.key for message in Message.objects.filter(to=megan.owner.email)] == ["theirs"]


def test_mail_to_an_address_they_had_before_goes_with_them(megan):
    Message.objects.filter(to=megan.owner.email).update(to="before@example.org")
    written("before@example.org", "another")
    forgetting.purge_left(on=TODAY.replace(year=2033), by=BY)
    assert [message.key for message in Message.objects.filter(to="before@example.org")] == ["another"]


def test_a_letter_goes_with_who_got_it():
    made = training_builders.carer("Huw", mail=False)
    leaving.leave(made, by=BY, reason="stopped")
    assert letters.Letter.objects.count() == 1
    forgetting.purge_left(on=TODAY.replace(year=2033), by=BY)
    assert not Letter.objects.exists()


def test_what_the_team_decided_and_noted_is_in_their_copy_and_goes_with_them(megan):
    officer = User.objects.get(email="officer@example.org")
    Note.objects.create(carer=megan, words=f"{NAME} rang.", by=officer)
    decided = {"carer_id": megan.pk, "actor": "user", "actor_id": officer.pk, "reason": "asked"}
    Decision.objects.create(kind="ended", words=f"Goodbye {NAME}", **decided)
    parts = personal.everything(Person(megan.owner.email, megan.owner))
    assert parts["decisions about you"][0]["words"] == f"Goodbye {NAME}"
    assert parts["decisions about you"][0].keys() == {"at", "kind", "words"}  # why may be a safeguarding matter
    assert parts["notes about you"][0]["words"] == f"{NAME} rang."
    assert purge_decisions() == 0
    forgetting.purge_left(on=TODAY.replace(year=2033), by=BY)
    assert purge_decisions() == 1
    assert purge_decisions() == 0
    assert whole_carers.traces(NAME) == {"directory.UsedSlug.slug"}
    assert AuditEvent.objects.get(event="audit.purged").data["count"] == 1


# --- before they leave -----------------------------------------------------------------------------------


def test_the_pages_say_the_day_or_the_years(client, other):
    client.force_login(other.owner)
    assert "until 21 November 2032. Then it is deleted." in said(client, "/my/leave/")
    assert "It goes 6 years after you leave" in said(client, "/my/data/")
    assert "Bydd yn mynd 6 blynedd ar ôl i chi adael" in said(client, "/cy/my/data/")
    nia = carer("Nia")
    client.force_login(nia.owner)
    assert "until 21 November 2027. Then it is deleted." in said(client, "/my/leave/")
    assert "It goes 12 months after you leave, if you were never in the directory." in said(client, "/my/data/")


def said(client, address):
    return client.get(address).content.decode().replace("\N{NO-BREAK SPACE}", " ")


# --- photos that were replaced ---------------------------------------------------------------------------


def choose(made, colour):
    listing_photos.choose(made, by=made.owner, upload=photo(size=(600, 600), name=f"{colour}.jpg"))
    return listings.send(made, by=made.owner).live


def test_a_photo_that_was_replaced_goes_six_months_after_the_change(other):
    first = choose(other, "ivory")
    with time_machine.travel("2027-03-01T10:00:00Z"):
        second = choose(other, "navy")
    with time_machine.travel("2027-08-31T10:00:00Z"):  # the change that replaced it is of March
        assert purge_listing_photos() == 0
    with time_machine.travel("2027-09-01T10:00:00Z"):
        assert purge_listing_photos() == 1
        assert purge_listing_photos() == 0
    assert [photo.pk for photo in Photo.objects.all()] == [second.after["photo"]]
    assert first.after["photo"] == second.before["photo"]


def test_a_change_whose_photo_is_gone_leaves_the_photo_when_it_is_put_back(other):
    choose(other, "ivory")
    second = choose(other, "navy")
    purging.purge_photos(on=TODAY.replace(year=2027), by=BY)
    assert listings.put_back(second, by=User.objects.create_user("officer@example.org"), reason="Blurred") == {"photo"}
    assert Listing.objects.get(pk=other.listing_id).photo_id == second.after["photo"]


def test_what_is_drafted_or_waits_keeps_its_photo():
    made = carer("Nia")
    listing_photos.choose(made, by=made.owner, upload=photo(size=(600, 600)))
    assert purging.purge_photos(on=TODAY.replace(year=2040), by=BY) == 0
    assert Photo.objects.count() == 1
