"""One door for everything that people tell us: its steps, its forms, what becomes of them, and what goes wrong."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from directory.models import Listing, UsedSlug
from feedback import attachments, cases, links
from feedback.models import Case, CaseEvent, CaseFile
from feedback.models.cases import Kind, State
from files import storage
from files.models import StoredFile
from files.private import purge_due
from notifications.models import Message
from tests.builders import BY, TODAY, make_listing
from tests.feedback_form import FACTS, opened, post
from tests.papers import paper, photo, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
KINDS = {"concern": Kind.CONCERN, "complaint": Kind.COMPLAINT, "data": Kind.DATA, "worry": Kind.SAFEGUARDING}


def page(response):
    """With every date's spaces as they are typed."""
    return response.content.decode().replace("\xa0", " ")


def said(response, client):
    """What the page says to which the form leads."""
    assert response.status_code == 302, re.findall(r'error-message">(.*?)</p>', page(response), re.DOTALL)
    return page(client.get(response["Location"]))


# --- the steps ---------------------------------------------------------------------------------------------


def test_before_anything_is_asked_it_says_whom_to_ring_and_how_to_leave(client):
    shown = page(client.get("/feedback/"))
    for part in ('href="tel:999"', "01632 960119", "01632 960120", "govuk-exit-this-page", 'href="/feedback/which/"'):
        assert part in shown


def test_all_six_can_be_told_and_each_has_its_form(client):
    shown = page(client.get("/feedback/which/"))
    ways = re.findall(r'href="(/feedback/[a-z-]+/)"', shown)
    assert {"/feedback/concern/", "/feedback/complaint/", "/feedback/data/", "/feedback/worry/"} <= set(ways)


@pytest.mark.parametrize("way", ["concern", "worry"])
def test_pages_that_somebody_may_have_to_leave_have_the_button(client, way):
    assert "govuk-exit-this-page" in page(client.get(f"/feedback/{way}/"))
    assert "govuk-exit-this-page" not in page(client.get("/feedback/complaint/"))
    assert "govuk-exit-this-page" in said(post(client, way), client)


def test_from_a_profile_whom_it_is_about_goes_along(client):
    make_listing("Bryn Lewis")
    assert "/carers/bryn-lewis/feedback/" in page(client.get("/carers/bryn-lewis/"))
    assert "/feedback/which/?about=bryn-lewis" in page(client.get("/carers/bryn-lewis/feedback/"))
    assert "/feedback/concern/?about=bryn-lewis" in page(client.get("/feedback/which/?about=bryn-lewis"))
    shown = page(client.get("/feedback/concern/?about=bryn-lewis"))
    assert "Bryn Lewis" in shown
    assert "about_words" not in shown
    post(client, "concern", at="/feedback/concern/?about=bryn-lewis")
    assert Case.objects.get().listing.slug == "bryn-lewis"


@pytest.mark.parametrize("mark", ["suspended_at", "ended_at"])
def test_of_whoever_is_paused_or_has_left_a_concern_is_taken_and_no_name_is_said(client, mark):
    listing = make_listing("Bryn Lewis")
    Listing.objects.filter(pk=listing.pk).update(**{mark: timezone.now()})
    address = "/carers/bryn-lewis/concern/"
    assert address in page(client.get("/carers/bryn-lewis/"))
    shown = page(client.get(address))
    assert "It is about the listing whose page you opened" in shown
    assert "Bryn Lewis" not in shown
    post(client, "concern", at=address)
    assert Case.objects.get().listing == listing


def test_of_somebody_forgotten_it_is_taken_in_words_and_of_nobody_it_is_not_there(client):
    UsedSlug.objects.create(slug="gwen-rees", gone=True)
    assert "/carers/gwen-rees/concern/" in page(client.get("/carers/gwen-rees/"))
    assert "Who is it about?" in page(client.get("/carers/gwen-rees/concern/"))
    make_listing("Not Yet", published=False)
    for slug in ("nobody", "not-yet"):
        assert client.get(f"/carers/{slug}/concern/").status_code == 404
        assert client.get(f"/carers/{slug}/feedback/").status_code == 404


# --- what becomes of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", KINDS)
def test_each_becomes_its_case_with_a_reference_a_mail_and_what_happens_next(client, way):
    shown = said(post(client, way), client)
    case = Case.objects.get()
    assert (case.kind, case.state, case.received_on) == (KINDS[way], State.NEW, TODAY)
    assert case.reference in shown
    assert "What happens next" in shown
    assert "Keep this link" not in shown
    assert Message.objects.get(to="ann.price@example.org").template == "feedback/mail/received"


def test_the_day_of_the_clock_is_said(client):
    """Received on Saturday 21 November 2026; two working days in Wales are the Tuesday."""
    for way in ("concern", "complaint"):
        assert "By 24 November 2026" in said(post(client, way), client)
    assert "By 20 December 2026" in said(post(client, "data"), client)
    assert "by 23 November 2026" in said(post(client, "worry"), client)


@pytest.mark.parametrize("way", ["concern", "worry"])
def test_whoever_stays_anonymous_leaves_no_name_and_is_shown_the_link_once(client, way):
    shown = said(post(client, way, known="anonymous", email="not an address", phone="07700 900145"), client)
    case = Case.objects.get()
    assert case.anonymous
    assert (case.name, case.email, case.phone, case.address) == ("", "", "", "")
    assert not Message.objects.filter(template="feedback/mail/received").exists()
    link = re.search(r'class="keep__link"><a class="govuk-link" href="([^"]+)"', shown)[1]
    assert "What has happened" in page(client.get("/" + link.split("/", 3)[3]))


def test_the_link_of_whoever_stays_anonymous_does_not_end(client, time_machine):
    post(client, "concern", known="anonymous")
    case = Case.objects.get()
    address = "/" + links.link(case).split("/", 3)[3]
    time_machine.move_to(timezone.now() + 2 * links.KEEP)
    assert "What has happened" in page(client.get(address))


@pytest.mark.parametrize("way", ["complaint", "data", "concern"])
def test_whoever_is_to_be_answered_says_how(client, way):
    shown = page(post(client, way, email=""))
    assert "Enter an email address, a phone number or a postal address" in shown
    assert not Case.objects.exists()
    assert "Keep this link" in said(post(client, way, email="", address="1 High Street, Usk"), client)
    assert Case.objects.get().address == "1 High Street, Usk"


def test_a_reporter_who_is_the_carer_is_taken_and_known(client):
    owner = User.objects.create_user("bryn@example.org")
    make_listing("Bryn Lewis", owner=owner)
    address = "/carers/bryn-lewis/concern/"
    post(client, "concern", at=address, email="Bryn@example.org")
    assert Case.objects.get().from_the_carer
    client.force_login(owner)
    post(client, "concern", at=address, words="Signed in, another address")
    case = Case.objects.first()
    assert (case.from_the_carer, case.reporter_user) == (True, owner)
    post(client, "concern", at=address, words="And anonymous", known="anonymous")
    case = Case.objects.first()
    assert (case.from_the_carer, case.reporter_user) == (False, None)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_they_are_written_to_in_the_language_they_chose(client, language):
    post(client, "complaint", language=language)
    assert Case.objects.get().language == language
    assert Message.objects.get().language == language


# --- bad input -----------------------------------------------------------------------------------------------


def test_an_essay_is_refused_in_a_clear_sentence_and_kept(client):
    essay = "He did not come. " * 3000
    shown = page(post(client, "concern", words=essay))
    assert "Use 10,000 characters or fewer: there are" in shown
    assert essay.strip() in shown
    assert not Case.objects.exists()


def test_a_threat_is_taken_as_it_is(client):
    words = "You ****, I know where you live & I will come <b>there</b>"
    post(client, "complaint", words=words)
    case = Case.objects.get()
    assert (case.words, case.state) == (words, State.NEW)


def test_what_looks_like_spam_is_kept_aside_with_the_same_answer(client):
    spam = {"words": "Rank higher https://a.example.org https://b.example.org"}
    shown = said(post(client, "complaint", **spam), client)
    case = Case.objects.get()
    assert (case.state, case.held_reason) == (State.ASIDE, "links")
    assert case.reference in shown
    assert not Message.objects.exists()


def test_too_many_from_one_caller_are_turned_away(client):
    token = opened(client, "/feedback/complaint/")
    answers = [post(client, "complaint", token=token, words=f"Number {number}").status_code for number in range(11)]
    assert answers == [302] * 10 + [429]
    assert Case.objects.count() == 10


def test_a_form_sent_twice_is_one_case_and_changed_is_another(client):
    token = opened(client, "/feedback/complaint/")
    _first, second = (post(client, "complaint", token=token) for _ in range(2))
    assert Case.objects.count() == 1
    assert Case.objects.get().reference in said(second, client)
    post(client, "complaint", token=token, words="Something else")
    assert Case.objects.count() == 2


def test_changing_the_language_half_way_keeps_what_was_typed(client):
    shown = page(post(client, "concern", at="/cy/feedback/concern/", other_language="1", words="Half a sent"))
    assert "Half a sent" in shown
    assert "govuk-error-summary" not in shown


def test_a_page_of_what_happens_next_is_only_ours(client):
    assert client.get("/feedback/sent/guessed/").status_code == 404


def test_a_form_of_nothing_is_not_there(client):
    assert client.get("/feedback/gossip/").status_code == 404


def test_without_welsh_no_language_is_asked(client, settings):
    from microcare.scheme import load

    settings.SCHEME = load("somerset")
    shown = page(client.get("/feedback/complaint/"))
    assert 'name="language"' not in shown
    post(client, "complaint", language=None)
    assert Case.objects.get().language == "en"


# --- files ---------------------------------------------------------------------------------------------------


def kept(shown):
    key, tokens = re.search(r'name="kept" value="([^"]+)"', shown), re.findall(r'name="keep".*?value="(\w+)"', shown)
    return {"kept": key[1] if key else "", "keep": tokens}


def test_files_are_kept_with_the_case_and_for_as_long(client):
    post(client, "complaint", uploads=[photo(name="bill.jpg"), paper()])
    files = [row.file for row in CaseFile.objects.all()]
    assert [file.name for file in files] == ["bill.jpg", "certificate.pdf"]
    assert {file.purpose for file in files} == {cases.PURPOSE}
    assert {file.purge_on for file in files} == {None}


def test_a_slip_in_the_form_costs_no_file(client):
    shown = page(post(client, "complaint", words="", uploads=[photo(name="bill.jpg")]))
    assert "bill.jpg" in shown
    post(client, "complaint", **kept(shown))
    assert CaseFile.objects.get().file.name == "bill.jpg"
    assert StoredFile.objects.count() == 1


def test_a_file_unticked_goes_and_those_of_a_form_never_sent_go_by_themselves(client):
    shown = page(post(client, "complaint", words="", uploads=[photo(name="one.jpg"), paper()]))
    one = kept(shown)
    shown = page(post(client, "complaint", words="", kept=one["kept"], keep=one["keep"][:1]))
    assert StoredFile.objects.exclude(purged_at=None).count() == 1
    assert len(kept(shown)["keep"]) == 1
    purge_due(on=TODAY + attachments.KEEP, by=BY)
    assert not StoredFile.objects.filter(purged_at=None).exists()


def test_files_of_one_form_belong_to_no_other(client):
    one = kept(page(post(client, "complaint", words="", uploads=[photo()])))
    post(client, "complaint", **one)
    post(client, "data", **one)
    assert CaseFile.objects.count() == 1
    post(client, "data", words="Made up", kept="made-up", keep=one["keep"])
    assert CaseFile.objects.count() == 1


@pytest.mark.parametrize(
    ("upload", "words"),
    [(sent("x.exe", b"MZ" + bytes(99)), "must be a PDF or a photo"), (sent("x.pdf", b""), "The file is empty")],
)
def test_a_file_that_cannot_be_taken_is_named_and_nothing_is_lost(client, upload, words):
    shown = page(post(client, "complaint", uploads=[upload]))
    assert words in shown
    assert FACTS["complaint"]["words"] in shown
    assert not Case.objects.exists()


def test_more_than_five_files_are_refused_in_words(client):
    uploads = [photo(size=(60 + number, 80), name=f"{number}.jpg") for number in range(6)]
    assert "5.jpg: at most 5 files" in page(post(client, "complaint", uploads=uploads))


def test_with_the_broker_and_the_storage_down_it_is_taken_all_the_same(client, monkeypatch):
    def down(*args, **kwargs):
        raise OSError("down")

    monkeypatch.setattr("notifications.jobs.deliver_one.delay", down)
    monkeypatch.setattr("files.jobs.settle_one.delay", down)
    monkeypatch.setattr(storage, "put", down)
    said(post(client, "complaint", uploads=[photo()]), client)
    assert CaseFile.objects.get().file.kept_aside
    assert Message.objects.get().sent_at is None


# --- the page of the case ------------------------------------------------------------------------------------


def test_more_is_told_with_files_and_a_slip_costs_none(client):
    post(client, "complaint")
    case = Case.objects.get()
    address = "/" + links.link(case).split("/", 3)[3]
    shown = page(client.post(address, {"words": "", "uploads": [photo(name="two.jpg")]}))
    assert "Write what you would like to tell us" in shown
    assert client.post(address, {"words": "Here it is", **kept(shown)}).status_code == 302
    assert CaseFile.objects.get().file.name == "two.jpg"
    assert CaseEvent.objects.of(case).last().words == "Here it is"


def test_the_page_says_by_when_something_is_heard_and_of_a_worry_it_does_not(client):
    for way in ("complaint", "worry"):
        post(client, way)
    worry, complaint = Case.objects.all()[:2]
    shown = {case.kind: page(client.get("/" + links.link(case).split("/", 3)[3])) for case in (worry, complaint)}
    assert "By 24 November 2026 we tell you" in shown[Kind.COMPLAINT]
    assert "tell you here what we can" in shown[Kind.SAFEGUARDING]


def test_a_failure_half_way_leaves_neither_case_nor_mail(client, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(cases, "record", fails)
    with pytest.raises(RuntimeError):
        post(client, "complaint")
    assert not Case.objects.exists()
    assert not Message.objects.exists()


def test_the_page_with_the_link_to_keep_shows_it_for_an_hour(client, time_machine):
    address = post(client, "concern", known="anonymous")["Location"]
    assert "keep__link" in page(client.get(address))
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    later = page(client.get(address))
    assert "keep__link" not in later
    assert "We mail you a link" not in later
