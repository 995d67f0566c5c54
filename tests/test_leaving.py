"""A carer leaves: the page goes for good, what was under way stops, and the account stays until the data is taken."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from directory.models import Listing
from files.models import Photo
from notifications.models import Message
from onboarding import buddies, helping, leaving, listing_photos, listings, pages, papers, settling, training, waiting
from onboarding.jobs import close_left_accounts
from onboarding.models import Buddy, Carer, Evidence
from tests import training_builders
from tests.builders import BY, TODAY, make_listing
from tests.paper_builders import asked, carer, insurance
from tests.papers import paper, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PAGE = "/my/leave/"
YES = {"reason": "stopped", "sure": "on"}
DAY = timedelta(days=1)


def listed(name):
    made = carer(name)
    made.listing = make_listing(made.name, owner=made.owner)
    made.save()
    return made


@pytest.fixture
def megan():
    """With everything that can be under way."""
    made = listed("Megan")
    insurance(made)
    draft = papers.save_draft(made, asked("contingency"), None, {"plan": "I ring everybody."})
    pages.keep(draft, [paper(7)], by=made.owner)
    training.book(training_builders.session(), made.workers.get(), by=made.owner)
    listings.keep(made, by=made.owner, facts={"name": "Megan Jones"})
    listings.send(made, by=made.owner)
    helping.ask(made, by=made.owner, what="With HMRC")
    buddies.ask(made, listed("Gwen"), by=made.owner, on=TODAY)
    return made


def fresh(made):
    return Carer.objects.select_related("listing").get(pk=made.pk)


def left(made):
    return leaving.leave(made, by=made.owner, reason="stopped")


def test_the_page_says_what_goes_and_nobody_leaves_without_the_box(client, megan):
    client.force_login(megan.owner)
    assert "Your public page and its photo" in client.get(PAGE).content.decode()
    page = client.post(PAGE, {"reason": "stopped"}).content.decode()
    assert "Tick the box if you want to leave" in page
    assert "Choose why you leave" in client.post(PAGE, {"sure": "on"}).content.decode()
    assert fresh(megan).left_at is None


def test_leaving_ends_the_page_for_good(client, megan):
    client.force_login(megan.owner)
    assert "You have left" in client.post(PAGE, YES, follow=True).content.decode()
    assert fresh(megan).listing.ended_at
    assert Client().get(megan.listing.get_absolute_url()).status_code == 410


def test_what_was_under_way_stops(megan):
    files = [page.file for page in pages.of(megan)]
    assert len(files) == 2
    left(megan)
    assert not megan.drafts.exists()
    assert megan.evidence.get().outcome == Evidence.Outcome.TAKEN_BACK
    assert not megan.listing_changes.waiting().exists()
    assert not megan.help_requests.still_open().exists()
    assert not megan.workers.get().bookings.standing().exists()
    assert not Buddy.objects.of(megan).exists()
    for file in files:
        file.refresh_from_db()
        assert file.purged_at


def test_papers_that_were_decided_keep_the_date_of_their_files(megan):
    row = papers.accept(megan.evidence.undecided().get(), by=User.objects.create_user("officer@example.org"))
    date = row.pages.get().file.purge_on
    left(megan)
    file = row.pages.get().file
    assert date
    assert (file.purge_on, file.purged_at) == (date, None)


def test_leaving_twice_changes_nothing_and_is_mailed_once(megan):
    left(megan)
    rows = AuditEvent.objects.count()
    left(megan)
    assert AuditEvent.objects.count() == rows
    mail = Message.objects.get(key=f"carer:{megan.pk}:left")
    assert "21 December 2026" in mail.text


def test_nothing_happens_where_the_audit_row_fails(megan, monkeypatch):
    def fail(event, **_said):
        if event == "carer.left":
            raise RuntimeError

    monkeypatch.setattr(leaving, "record", fail)
    with pytest.raises(RuntimeError):
        left(megan)
    assert Listing.objects.get(pk=megan.listing_id).ended_at is None
    assert megan.drafts.exists()


def test_who_left_has_their_data_and_no_other_page(client, megan):
    left(megan)
    client.force_login(megan.owner)
    assert "21 December 2026" in client.get("/my/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert client.get("/my/data/").status_code == 200
    assert client.post("/my/data/download/").status_code == 200
    for path in (PAGE, "/my/space/", "/my/buddy/", "/my/tasks/contingency/"):
        assert client.get(path).status_code == 404
    assert client.get("/join/")["Location"] == "/my/"


def test_the_account_is_closed_after_its_days_and_not_before(client, megan):
    left(megan)
    client.force_login(megan.owner)
    for days, active in ((30, True), (31, False)):
        leaving.close_accounts(on=TODAY + days * DAY, by=BY)
        assert User.objects.get(pk=megan.owner_id).is_active is active
    assert client.get("/my/data/").status_code == 302
    assert leaving.close_accounts(on=TODAY + 32 * DAY, by=BY) == 0


def test_somebody_of_the_team_who_left_as_a_carer_stays_in_the_team(megan):
    User.objects.filter(pk=megan.owner_id).update(is_staff=True)
    left(megan)
    with time_machine.travel("2027-02-01T05:00:00Z"):
        close_left_accounts()
    assert User.objects.get(pk=megan.owner_id).is_active


def test_the_team_sees_who_left_for_a_fortnight(megan):
    left(megan)
    assert waiting.left_lately().count == 1
    with time_machine.travel("2026-12-06T10:31:00Z"):
        assert waiting.left_lately().count == 0


def test_the_nightly_settling_brings_nothing_back(megan):
    left(megan)
    assert settling.settle(fresh(megan), by=BY, on=TODAY + DAY) is False


def test_before_there_is_a_page_somebody_can_leave_too(client):
    nia = carer("Nia")
    client.force_login(nia.owner)
    assert "Mae hyn yn aros" in client.get("/cy" + PAGE).content.decode()
    client.post(PAGE, {"reason": "asked", "sure": "on"})
    assert fresh(nia).left_at


def test_no_photo_of_somebody_who_left_is_kept(megan):
    """Neither the one that is public, nor one from before, nor one that was not sent yet."""
    for colour in ("ivory", "navy", "olive"):
        listing_photos.choose(megan, by=megan.owner, upload=photo(size=(600, 600), name=f"{colour}.jpg"))
        if colour != "olive":
            listings.send(megan, by=megan.owner)
    assert Photo.objects.count() == 3
    leaving.leave(fresh(megan), by=megan.owner, reason="stopped")
    assert not Photo.objects.exists()
