"""A thing of the queue on its page: what stands there, deciding, two reviewers at once, nothing typed that is lost."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from compliance import claims
from compliance.checklists import checklists
from compliance.models import Claim, Decision
from directory.models import Listing
from notifications.models import Message
from onboarding import listings, papers
from onboarding.models import Evidence
from onboarding.requirements import FACTS
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer, show
from tests.paper_builders import asked, carer, insurance
from tests.team_builders import member
from tests.test_listing_changes import WRITTEN, base

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)
QUEUE = "/admin/compliance/claim/"
CHECKS = list(checklists()["insurance"])
LAST = TODAY + 6 * DAY


@pytest.fixture
def ann():
    return member("ann@council.example.org", "reviewer", name="Ann Rees")


@pytest.fixture
def bob():
    return member("bob@council.example.org", "reviewer", name="Bob Price")


@pytest.fixture
def desk(client, ann):
    client.force_login(ann)
    return client


@pytest.fixture
def bryn():
    """Listed, Welsh, with insurance for six days yet."""
    owner = User.objects.create_user("bryn@example.org", language="cy", name="Bryn Lewis")
    made = listed_carer("Bryn Lewis", owner=owner, without=("public-liability",))
    show(made, "public-liability", first=LAST - timedelta(days=364), last=LAST)
    return made


@pytest.fixture
def sent(bryn):
    """The next insurance, with the team."""
    return insurance(bryn, starts=LAST + DAY, ends=LAST + timedelta(days=365))


def address(row, kind="paper"):
    return f"/admin/compliance/review/{kind}/{row.pk}/"


def dates(row, **more):
    days = {"seen_on": TODAY, "valid_from": row.dated, "valid_until": row.ends_on, **more}
    return {name: day.isoformat() for name, day in days.items()}


def press(client, row, what, kind="paper", **said):
    return client.post(address(row, kind), {"press": what, **said})


def soup(response):
    return BeautifulSoup(response.content.decode(), "html5lib")


def text(response):
    return " ".join(soup(response).get_text(" ").split())


# What stands there


def test_the_paper_stands_beside_what_was_told_and_what_compares(desk, sent):
    page = desk.get(address(sent))
    said = text(page)
    assert "Public liability insurance Bryn Lewis" in said
    assert "The listing hides on 28 November unless this is accepted." in said
    assert "Only you have this open. It is held for you until 10:45am." in said
    told = {row.th.get_text(strip=True): row.get_text(" ", strip=True) for row in soup(page).select(".told tr")}
    assert told["Name"].endswith("As on the account")
    assert "Needs £" in told["Cover in pounds"]
    assert told["Starts on"].endswith("The day after the last one ends")
    assert told["Ends on"].endswith("In 371 days")
    assert "Bryn Lewis stays listed until" in said
    sheets = [(sheet.get("lang"), sheet["aria-label"]) for sheet in soup(page).select(".mail__text")]
    assert sheets == [("cy", "The message, to be sent"), (None, "The message in English")]
    assert "It holds until the end of 27 November 2027." in said


def test_a_gap_in_cover_is_said(desk, bryn):
    row = insurance(bryn, starts=LAST + 4 * DAY, ends=LAST + timedelta(days=365))
    assert "3 days without cover: the last one ends on 27 November 2026" in text(desk.get(address(row)))


def test_every_kind_of_facts_has_its_checklist():
    assert set(checklists()) == set(FACTS)
    assert all(checklists().values())


# Deciding


def test_it_is_accepted_once_every_point_is_ticked_and_nothing_typed_is_lost(desk, sent, ann):
    early = LAST + timedelta(days=200)
    said = {**dates(sent, valid_until=early), "checks": CHECKS[:2], "words": "Thank you."}
    page = press(desk, sent, "accept", **said)
    assert "Look at each point and tick it, or send it back." in text(page)
    assert [box["value"] for box in soup(page).select("[name=checks][checked]")] == CHECKS[:2]
    assert soup(page).select_one("[name=valid_until]")["value"] == early.isoformat()
    assert soup(page).select_one("[name=words]").get_text(strip=True) == "Thank you."
    assert not Message.objects.filter(template=papers.ACCEPTED).exists()
    answer = press(desk, sent, "accept", **{**said, "checks": CHECKS})
    assert answer["Location"] == QUEUE
    sent.refresh_from_db()
    assert (sent.outcome, sent.decided_by, sent.valid_until) == ("accepted", ann, early)
    assert AuditEvent.objects.get(event="evidence.accepted").data["checked"] == CHECKS
    mail = Message.objects.get(template=papers.ACCEPTED)
    assert "Thank you." in mail.text
    assert "Thank you." in mail.html
    assert not Claim.objects.exists()


def test_sent_back_in_their_language_and_the_message_was_shown_before(desk, sent):
    said = {"decision": "send-back", "reasons": ["no-end"], "own": "Diolch, Bryn."}
    shown = text(press(desk, sent, "show", **said))
    assert "Ni allem weld y diwrnod y daw i ben." in shown
    assert "We could not see the day it ends." in shown
    assert shown.count("Diolch, Bryn.") == 3  # in its box, in the message, and beside it in English
    assert "Say what is to be mended" in text(press(desk, sent, "send-back"))
    assert press(desk, sent, "send-back", **said).status_code == 302
    mail = Message.objects.get(template=papers.SENT_BACK)
    assert "Ni allem weld" in mail.text
    assert "We could not see" not in mail.text


def test_an_acceptance_is_withdrawn_for_a_reason_and_the_page_says_first_what_it_hides(desk, sent, bob):
    show(sent.carer, "public-liability", first=TODAY - 30 * DAY, last=TODAY - DAY)
    papers.accept(sent, by=bob)
    Evidence.objects.exclude(pk=sent.pk).filter(requirement="public-liability").delete()
    Evidence.objects.filter(pk=sent.pk).update(valid_from=TODAY)
    page = text(desk.get(address(sent)))
    assert "Bob Price: accepted, 21 November 2026 at 10:30." in page
    assert "The listing hides at once: Public liability insurance is not there yet." in page
    assert "Say why it no longer counts" in text(press(desk, sent, "withdraw"))
    press(desk, sent, "withdraw", reasons=["cancelled"])
    sent.refresh_from_db()
    assert sent.outcome == "withdrawn"
    assert sent.reason.startswith("Mae’r yswiriwr")
    assert Message.objects.filter(template=papers.WITHDRAWN).exists()


def test_an_original_is_never_uploaded_and_what_was_seen_is_written_down(desk, bryn):
    worker = bryn.workers.get()
    row = papers.send(bryn, asked("enhanced-dbs"), by=bryn.owner, how="seen", worker=worker, dated=TODAY - 9 * DAY,
                      facts={"level": "enhanced", "workforce": "adult", "showing": "Mondays"})  # fmt: skip
    assert desk.get(address(row))["Location"] == address(row, "original")
    page = desk.get(address(row, "original"))
    assert "Nothing is uploaded: Bryn shows you the original." in text(page)
    assert soup(page).select_one("[name=dated]")["value"] == (TODAY - 9 * DAY).isoformat()
    said = {"seen_on": TODAY.isoformat(), "dated": (TODAY - 8 * DAY).isoformat(), "workforce": "child-and-adult",
            "checks": list(checklists()["dbs"])}  # fmt: skip
    assert "This field is required." in text(press(desk, row, "accept", "original", **said))
    press(desk, row, "accept", "original", level="enhanced", **said)
    row.refresh_from_db()
    assert (row.outcome, row.dated, row.valid_from) == ("accepted", TODAY - 8 * DAY, TODAY - 8 * DAY)
    assert (row.facts["workforce"], row.facts["showing"]) == ("child-and-adult", "Mondays")


def test_accept_and_open_next_leads_to_the_next_one_and_the_last_to_the_queue(desk, sent, bryn):
    second = papers.send(bryn, asked("hmrc"), by=bryn.owner, how="upload", facts={})
    first = desk.get(f"{address(sent)}?kind=paper")
    assert "1 of 2" in text(first)
    answer = desk.post(f"{address(sent)}?kind=paper", {"press": "accept-next", "checks": CHECKS, **dates(sent)})
    assert answer["Location"] == f"{address(second)}?kind=paper"
    page = desk.get(answer["Location"])
    assert "Public liability insurance of Bryn Lewis is accepted." in text(page)
    said = {"press": "send-back-next", "own": "Blurred."}
    assert desk.post(answer["Location"], said)["Location"] == f"{QUEUE}?kind=paper"


def test_a_listing_is_approved_with_its_own_row_of_decision(desk):
    megan = carer("Megan")
    listings.keep(megan, by=megan.owner, facts={**WRITTEN, **base("usk"), "name": "Megan Price"})
    change = listings.send(megan, by=megan.owner).waiting
    page = text(desk.get(address(change, "listing")))
    assert "The listing is made, and is public on every day on which all checks are in date." in page
    assert "Still to come: Identity" in page
    after = dict(change.after)
    type(change).objects.update(after={**after, "payments": ["gold"]})
    assert "It cannot be approved as it is." in text(press(desk, change, "approve", "listing"))
    assert not Listing.objects.exists()
    type(change).objects.update(after=after)
    press(desk, change, "approve", "listing")
    assert Listing.objects.get().name == "Megan Price"
    assert Decision.objects.get().carer_id == megan.pk


# Two at once


def test_the_second_is_told_who_has_it_open_and_gets_no_buttons(desk, sent, bob, client):
    desk.get(address(sent))
    client.force_login(bob)
    page = client.get(address(sent))
    assert "Ann Rees has this open until 10:45am." in text(page)
    assert not soup(page).select("[data-decide]")
    answer = press(client, sent, "accept", checks=CHECKS, words="Mine", **dates(sent))
    assert "It was not done: Ann Rees has this open." in text(answer)
    assert "Mine" in text(answer)
    assert Evidence.objects.get(pk=sent.pk).is_undecided
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        claims.purge(timezone.now())
        assert claims.claim("paper", sent.pk, by=bob, now=timezone.now()).by == bob


def test_it_can_be_left_for_somebody_else(desk, sent, bob):
    desk.get(address(sent))
    assert press(desk, sent, "release")["Location"] == QUEUE
    desk.force_login(bob)
    assert "Only you have this open." in text(desk.get(address(sent)))


def test_decided_meanwhile_the_second_is_told_who_and_what_and_keeps_their_words(desk, sent, bob):
    desk.get(address(sent))
    papers.send_back(sent, by=bob, reason="Blurred.")
    answer = press(desk, sent, "accept-next", checks=CHECKS, words="Thank you for this.", **dates(sent))
    assert answer.status_code == 200
    assert "It was not done. Bob Price: sent back, 21 November 2026 at 10:30." in text(answer)
    assert "Thank you for this." in text(answer)


def test_decided_between_the_look_and_the_lock_is_said_too(desk, sent, bob, monkeypatch):
    """Another decision is committed after the page looked and before the verb holds the row."""
    desk.get(address(sent))
    accept = papers.accept

    def beaten(row, **facts):
        monkeypatch.undo()
        accept(Evidence.objects.get(pk=row.pk), by=bob)
        return accept(row, **facts)

    monkeypatch.setattr(papers, "accept", beaten)
    answer = press(desk, sent, "accept", checks=CHECKS, words="Thank you.", **dates(sent))
    assert "It was not done. Bob Price: accepted, 21 November 2026" in text(answer)
    assert "Thank you." in text(answer)


# Who may


def test_nobody_decides_about_themselves(desk, sent, ann, bryn):
    type(bryn).objects.filter(pk=bryn.pk).update(owner=ann)
    page = desk.get(address(sent))
    assert "This is your own. Nobody decides about themselves." in text(page)
    assert not soup(page).select("[data-decide]")
    assert press(desk, sent, "accept", checks=CHECKS, **dates(sent)).status_code == 403
    assert not Claim.objects.exists()


def test_the_auditor_sees_no_paper_claims_nothing_and_decides_nothing(client, sent):
    client.force_login(member("audit@council.example.org", "auditor"))
    page = client.get(address(sent))
    assert "You may see that it is there, and not what it says." in text(page)
    assert "Penallt" not in text(page)
    assert not soup(page).select("iframe, .told, [data-decide]")
    assert not Claim.objects.exists()
    assert press(client, sent, "accept", checks=CHECKS).status_code == 403


def test_who_entered_it_leaves_it_to_a_colleague_and_keeps_their_words(desk, bryn, ann, bob):
    row = papers.send(bryn, asked("hmrc"), by=ann, how="upload", facts={})
    said = {"checks": list(checklists()["hmrc"]), "seen_on": TODAY.isoformat(), "valid_from": TODAY.isoformat()}
    answer = press(desk, row, "accept", words="Thank you.", valid_until=(TODAY + DAY).isoformat(), **said)
    assert "somebody else of the team decides it" in text(answer)
    assert soup(answer).select_one("[name=words]").get_text(strip=True) == "Thank you."


@pytest.mark.parametrize(("kind", "number", "status"), [("paper", 99, 404), ("nothing", 1, 404), ("training", 1, 404)])
def test_what_is_not_there_is_not_found(desk, kind, number, status):
    assert desk.get(f"/admin/compliance/review/{kind}/{number}/").status_code == status


def test_a_button_that_there_is_not_changes_nothing(desk, sent):
    assert press(desk, sent, "explode").status_code == 200
    assert press(desk, sent, "withdraw", own="No").status_code == 200
    assert Evidence.objects.get(pk=sent.pk).is_undecided


# The home page


def test_the_home_page_says_what_needs_somebody_what_waits_and_what_runs_out(desk, sent):
    page = desk.get("/admin/")
    said = text(page)
    assert "Public liability insurance, Bryn Lewis" in soup(page).select_one(".now__thing").get_text(" ")
    assert "The listing hides on 28 November unless this is accepted." in said
    assert "Runs out in 30 days" in said
    ends = "Public liability insurance: ends 27 November 2026, hides 28 November 2026. Sent, not decided."
    assert ends in " ".join(said.split())
    assert "Runs out in 90 days" in text(desk.get("/admin/?within=90"))
    assert "Runs out in 30 days" in text(desk.get("/admin/?within=9000"))
    every = text(desk.get("/admin/compliance/lapses/?within=60"))
    assert "28 November 2026 Bryn Lewis ▼" in every
    papers.accept(sent, by=BY)
    assert "Nothing runs out in 30 days." in text(desk.get("/admin/"))
