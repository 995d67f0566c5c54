"""Listings and changes to them as the team sees them: what waits, what went live, and deciding about both."""

import os
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from compliance.change_desk import REASONS, ChangeDesk
from compliance.models import Decision
from directory.models import Listing
from notifications.models import Message
from onboarding import listings
from onboarding.models import ListingChange, ListingDraft
from tests.listing_pages import begun
from tests.team_builders import member
from tests.test_listing_changes import WRITTEN, base, write

pytestmark = pytest.mark.django_db
LIST = "/admin/onboarding/listingchange/"


@pytest.fixture
def reviewer(client, today):
    ann = member()
    member("rhys@council.example.org")
    with transaction.atomic():  # the second factor it comes with is in the audit
        client.force_login(ann)
    return ann


@pytest.fixture
def carer(reviewer):
    return begun()


@pytest.fixture
def first(carer):
    """A whole listing that waits."""
    return write(carer, **WRITTEN, **base("usk")).waiting


@pytest.fixture
def listed(carer, first, reviewer):
    listings.approve(first, by=reviewer)
    carer.refresh_from_db()
    return carer


def words(response):
    return " ".join(response.content.decode().split())


def review(change):
    return reverse("admin:compliance_review", args=[ChangeDesk.slug_of(change), change.pk])


def decide(client, change, what, **said):
    return client.post(review(change), {"press": what, **said}, follow=True)


def test_the_list_begins_with_what_is_to_decide(client, listed):
    write(listed, phone="01633 960111")
    write(listed, name="Bryn Morgan")
    listed_first = words(client.get(LIST))
    assert "To decide (1)" in listed_first
    assert "Live, not looked at (1)" in listed_first
    assert "Phone" not in listed_first.split("result_list")[1]
    assert "Phone" in words(client.get(f"{LIST}?state=unseen")).split("result_list")[1]


def test_both_queues_stand_on_the_home_page_of_who_may_decide(client, listed, reviewer):
    write(listed, phone="01633 960111")
    write(listed, name="Bryn Morgan")
    page = words(client.get("/admin/"))
    for name in ("Changes to listings", "Changes that went live"):
        assert f'{name}</a></th> <td class="now__number">1</td>' in page
    client.force_login(member("ed@example.org", "editor"))
    assert "Changes to listings" not in words(client.get("/admin/"))


def test_a_whole_listing_is_read_and_approved(client, first):
    page = words(client.get(f"{LIST}{first.pk}/change/", follow=True))
    assert WRITTEN["intro_en"] in page
    assert "Preview with everything they wrote" in page
    assert "bryn" not in Listing.objects.values_list("slug", flat=True)
    assert "We have approved your listing." in page
    assert "approved" in words(decide(client, first, "approve"))
    assert Listing.objects.get().published_at
    assert Decision.objects.get().kind == "approved"


def test_a_difference_is_shown_as_it_was_and_is_to_be(client, listed):
    change = write(listed, name="Bryn Morgan").waiting
    page = words(client.get(review(change)))
    assert "<del>Bryn Lewis</del>" in page
    assert "<ins>Bryn Morgan</ins>" in page


def test_sent_back_with_what_to_mend(client, first, carer):
    assert "Say why: choose a reason, or write one." in words(decide(client, first, "send-back"))
    decide(client, first, "send-back", own="Write more about yourself.")
    first.refresh_from_db()
    assert (first.outcome, first.reason) == ("sent-back", "Write more about yourself.")
    assert ListingDraft.objects.get(carer=carer).facts["intro_en"] == WRITTEN["intro_en"]
    assert Message.objects.filter(template="onboarding/mail/listing_sent_back").exists()


@pytest.mark.parametrize("decision", ["send-back", "put-back"])
def test_reasons_from_the_list_reach_the_carer_in_their_language_with_the_officers_words(client, listed, decision):
    User.objects.filter(pk=listed.owner_id).update(language="cy")
    sent = (
        write(listed, name="Bryn Morgan").waiting if decision == "send-back" else write(listed, intro_en="Ring!").live
    )
    said = {"decision": decision, "reasons": ["photo", "prices"], "own": "Diolch, Bryn."}
    mail = client.post(review(sent), {"press": "show", **said}).context["desk"].mail
    assert str(REASONS["photo"]) in mail.english.text  # beside it, for the team
    decide(client, sent, decision, **said)
    sent.refresh_from_db()
    with override("cy"):
        in_welsh = [str(REASONS["photo"]), str(REASONS["prices"])]
    assert in_welsh != [str(REASONS["photo"]), str(REASONS["prices"])]
    assert sent.reason == f"{in_welsh[0]}\n{in_welsh[1]}\n\nDiolch, Bryn."
    assert in_welsh[0] in Message.objects.first().text == mail.theirs[0].text


def test_a_live_change_is_put_back_but_for_what_changed_since(client, listed):
    change = write(listed, phone="01633 960111", intro_en="Call me now!!!").live
    write(listed, phone="01633 960222")
    asked = words(client.post(review(change), {"press": "show", "decision": "put-back"}))
    assert "What the carer changed again since stays as it is: Phone." in asked
    decide(client, change, "put-back", own="No shouting.")
    listing = Listing.objects.get()
    assert (listing.intro_en, listing.phone) == (WRITTEN["intro_en"], "01633 960222")
    assert Message.objects.filter(template="onboarding/mail/listing_put_back").exists()


def test_what_is_right_is_looked_at_with_one_button(client, listed, reviewer):
    change = write(listed, phone="01633 960111").live
    assert "I have looked at it" in words(client.get(review(change)))
    decide(client, change, "seen")
    change.refresh_from_db()
    assert change.seen_by == reviewer
    assert not ListingChange.objects.unseen().exists()


def test_decided_meanwhile_is_said(client, first, reviewer):
    listings.approve(first, by=reviewer)
    page = words(decide(client, first, "send-back", own="Too late"))
    assert f"It was not done. {reviewer}: approved, 21 November 2026" in page
    assert "Too late" in page


def test_what_cannot_be_any_more_is_said(client, first):
    first.after |= {"payments": ["gold"]}
    first.save()
    assert "It cannot be approved as it is" in words(decide(client, first, "approve"))
    assert not Listing.objects.exists()


def test_nobody_decides_about_their_own_listing(client, first, carer, reviewer):
    type(carer).objects.filter(pk=carer.pk).update(owner=reviewer)
    assert "This is your own" in words(client.get(review(first)))
    assert decide(client, first, "approve").status_code == 403


def test_who_entered_it_at_the_desk_leaves_it_to_a_colleague(client, carer, reviewer):
    listings.keep(carer, by=reviewer, facts={**WRITTEN, **base("usk")})
    change = listings.send(carer, by=reviewer).waiting
    assert f"entered by {reviewer} for Bryn Lewis" in words(client.get(review(change)))
    assert "somebody else of the team decides it" in words(decide(client, change, "approve"))
    assert change.carer.listing_changes.get().is_waiting


def test_the_auditor_reads_and_decides_nothing(client, first):
    client.force_login(member("aled@council.example.org", "auditor"))
    page = words(client.get(review(first)))
    assert "Send back" not in page
    assert decide(client, first, "approve").status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_read_on_a_phone_too(client, browser_page, live_server, listed, axe, width):  # noqa: PLR0917
    change = write(listed, name="Bryn Morgan", services=["chat", "toileting", "walks"]).waiting
    page = browser_page(width=width)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    for name, address in (("list", LIST), ("page", review(change))):
        page.goto(address)
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"decide-{name}-{width}.png", full_page=True)
        assert axe(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_what_does_not_go_with_what_changed_since_is_said_and_changes_nothing(client, listed):
    """Space on a morning that was added: the morning cannot go alone."""
    change = write(listed, works=3).live
    write(listed, space=3)
    assert "It does not go with what changed since." in words(decide(client, change, "put-back", own="Not so early"))
    change.refresh_from_db()
    assert (change.outcome, Listing.objects.get().works) == (ListingChange.Outcome.LIVE, 3)
