"""A carer without an email address is told everything by letter, which the team prints, posts and ticks off."""

import io
import re
from datetime import date, timedelta

import pikepdf
import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from directory import services
from directory.models import Listing
from notifications import outbox
from notifications.models import Message
from onboarding import codes, helping, journey, leaving, letter_paper, letters, listings, papers, training
from onboarding.models import Carer, Letter
from onboarding.waiting import waiting
from tests.builders import BY, TODAY, place
from tests.code_builders import first_code
from tests.listed_carers import listed_carer
from tests.paper_builders import asked
from tests.team_builders import member
from tests.training_builders import STARTS, session

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(letter_paper.writer() is None, reason="Pango is not installed")
LIST = "/admin/onboarding/letter/"
ACCEPTED = "onboarding/mail/accepted"


@pytest.fixture
def officer(today):
    return member("ann@council.example.org", "manager")


def by_post(name="Gwen Rees", **facts):
    facts = {"language": "en", "letters_to": "3 Bridge Street\nUsk\nNP15 1BG", "services": ["mowing"], **facts}
    return journey.start(by=BY, name=name, first_name=name.split()[0], **facts)


@pytest.fixture
def carer(officer):
    return by_post()


def insured(carer):
    facts = {"insurer": "Penallt Mutual", "policy_number": "PM-4471", "cover": 5_000_000}
    return papers.send(carer, asked("public-liability"), by=BY, how="upload", facts=facts, dated=TODAY,
                       ends_on=TODAY + timedelta(days=300))  # fmt: skip


def said(letter):
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(sheet["html"] for sheet in letter.sheets)).split())


def told(carer):
    """What the letters are about, oldest first."""
    return [letter.template.rpartition("/")[2] for letter in carer.letters.all()]


# --- what becomes a letter -------------------------------------------------------------------------------


def decided(carer):
    papers.send_back(insured(carer), by=BY, reason="The second page is missing.")
    papers.withdraw(papers.accept(insured(carer), by=BY), by=BY, reason="It was cancelled.")


def lived_through(carer, officer):
    """Its listing approved, the Code signed, training booked and cancelled, a question answered."""
    town = place("usk")
    base = {"base_name_en": town.name.en, "base_name_cy": town.name.cy}
    base |= {"easting": town.easting, "northing": town.northing, "miles": 5}
    written = {"name": "Gwen Rees", "first_name": "Gwen", "intro_en": "I mow.", "phone": "07700 900123"}
    listings.keep(carer, by=officer, facts={**written, "services": ["mowing"], "capacity": "space", **base})
    listings.send(carer, by=officer)
    listings.approve(carer.listing_changes.waiting().get(), by=BY)
    codes.sign_on_paper(carer, first_code(), by=officer, typed_name="Gwen Rees", language="en", on=TODAY)
    place_at = session(seats=1)
    training.book(place_at, carer.workers.get(), by=BY)
    training.cancel_session(place_at, by=BY)
    helping.answer(helping.ask(carer, by=officer, what="The form"), by=BY, words="We come on Monday.")


def test_every_decision_about_papers_becomes_a_letter_and_nobody_is_mailed(carer):
    decided(carer)
    assert told(carer) == ["sent", "sent_back", "sent", "accepted", "withdrawn"]
    assert "The second page is missing." in said(carer.letters.get(template__endswith="sent_back"))
    assert not Message.objects.exists()


def test_the_listing_the_code_training_and_help_become_letters_too(carer, officer):
    lived_through(carer, officer)
    wanted = {"listing_approved", "code_signed", "training_booked", "training_cancelled", "help_answer"}
    assert wanted <= set(told(carer))
    assert not Message.objects.exists()


def test_a_letter_names_no_address_that_needs_an_account(carer, officer):
    decided(carer)
    lived_through(carer, officer)
    for letter in carer.letters.all():
        whole = " ".join(sheet["html"] for sheet in letter.sheets)
        assert "http" not in whole, letter.template
        assert "/my/" not in whole, letter.template
        assert "email" not in said(letter), letter.template


def test_a_mail_to_somebody_without_an_account_has_no_link_into_one(officer):
    carer = by_post(email="gwen@example.org")
    papers.accept(insured(carer), by=BY)
    texts = Message.objects.values_list("text", flat=True)
    assert len(texts) == 2
    assert not [text for text in texts if "/my/" in text]
    assert not Letter.objects.exists()


def test_it_is_in_the_carers_language_and_in_both_where_that_is_unknown(officer):
    for language, sheets in (("cy", ["cy"]), ("en", ["en"]), ("", ["cy", "en"])):
        carer = by_post(f"Gwen {language or 'Both'}", language=language)
        papers.accept(insured(carer), by=BY)
        letter = carer.letters.get(template=ACCEPTED)
        assert [sheet["language"] for sheet in letter.sheets] == sheets
        assert letter.language == language


def test_the_same_thing_is_told_once(carer):
    context = {"evidence": insured(carer), "requirement": asked("public-liability")}
    assert letters.tell(carer, key="one", template=ACCEPTED, context=context)
    assert not letters.tell(carer, key="one", template=ACCEPTED, context=context)
    assert Letter.objects.filter(key="one").count() == 1


def test_what_is_undone_leaves_no_letter(carer):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        insured(carer)
        1 / 0  # noqa: B018
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_letter_outside_a_transaction_is_refused():
    carer = by_post()
    with pytest.raises(outbox.NotInTransaction):
        letters.tell(carer, key="one", template="onboarding/mail/listing_approved")


def test_the_database_refuses_one_that_somebody_posted_at_no_time(carer, officer):
    insured(carer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.update(posted_by=officer)


# --- on paper --------------------------------------------------------------------------------------------


def pages_of(made):
    return pikepdf.open(io.BytesIO(made))


@needs_pango
def test_the_pdf_is_tagged_and_names_its_language(carer):
    insured(carer)
    pdf = pages_of(letter_paper.pdf(carer.letters.all()))
    assert len(pdf.pages) == 1
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en"
    with pdf.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"


@needs_pango
def test_many_letters_are_one_pdf_and_each_language_has_its_own_sheet(carer, officer):
    insured(carer)
    insured(by_post("Huw Both", language=""))
    assert len(pages_of(letter_paper.pdf(Letter.objects.all())).pages) == 3


def test_the_page_has_the_councils_and_the_carers_address_and_large_print_where_chosen(carer):
    insured(carer)
    page = letter_paper.page(carer.letters.all(), on_screen=False).replace("\xa0", " ")
    for words in ("Monmouthshire County Council", "3 Bridge Street", "NP15 1BG", "21 November 2026"):
        assert words in page
    assert 'class="letter"' in page
    carer.large_print = True
    carer.save()
    assert 'class="letter large"' in letter_paper.page(carer.letters.all(), on_screen=False)


@needs_pango
def test_words_of_the_team_fetch_nothing(carer, caplog):
    """A reason is escaped, and even a picture that came in otherwise is not fetched."""
    papers.send_back(insured(carer), by=BY, reason='<img src="file:///etc/passwd">')
    letter = carer.letters.get(template__endswith="sent_back")
    assert "<img" not in letter.sheets[0]["html"]
    letter.sheets[0]["html"] = '<img alt="" src="http://127.0.0.1:9/a.png"><img alt="" src="file:///etc/hostname">'
    assert letter_paper.pdf([letter])
    assert "A letter does not fetch http: addresses" in caplog.text
    assert "A letter does not fetch file: addresses" in caplog.text


def test_without_pango_the_letter_is_a_page_to_print(client, carer, officer, monkeypatch):
    insured(carer)
    monkeypatch.setattr(letter_paper, "writer", lambda: None)
    client.force_login(officer)
    answer = client.get(f"{LIST}{carer.letters.get().pk}/paper/")
    assert answer["Content-Type"].startswith("text/html")
    assert "Print this page with your browser" in answer.content.decode()


def test_a_machine_without_pango_has_no_writer(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    assert letter_paper.writer() is None


# --- the team's list -------------------------------------------------------------------------------------


@needs_pango
def test_letters_wait_on_the_teams_list_until_they_are_posted(client, carer, officer):
    insured(carer)
    letter = carer.letters.get()
    queue = {queue.what: queue for queue in waiting(officer)}["Letters to post"]
    assert (queue.count, queue.oldest) == (1, letter.made_at)
    client.force_login(officer)
    assert str(letter) in client.get(LIST).content.decode()
    pdf = client.get(f"{LIST}{letter.pk}/paper/")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    asked_first = client.get(f"{LIST}{letter.pk}/posted/").content.decode()
    assert "Gwen Rees" in asked_first
    assert "Mark 1 letter as posted" in asked_first
    client.post(f"{LIST}{letter.pk}/posted/")
    letter.refresh_from_db()
    assert letter.posted_by == officer
    assert AuditEvent.objects.get(event="letter.posted").actor_id == officer.pk
    assert f"{letter.pk}/paper" not in client.get(LIST).content.decode()
    assert f"{letter.pk}/paper" in client.get(f"{LIST}?posted=yes").content.decode()
    assert letters.mark_posted([letter], by=officer) == 0


def test_several_are_chosen_from_the_list(client, carer, officer):
    insured(carer)
    insured(by_post("Huw Both", language=""))
    client.force_login(officer)
    chosen = list(Letter.objects.values_list("pk", flat=True))
    for action, page in (("print_chosen", "paper"), ("post_chosen", "posted")):
        answer = client.post(LIST, {"action": action, "_selected_action": chosen})
        assert answer["Location"] == f"{LIST}{chosen[0]},{chosen[1]}/{page}/"


def test_who_may_not_post_prints_nothing(client, carer, today):
    insured(carer)
    client.force_login(member("auditor@council.example.org", "auditor"))
    page = client.get(LIST).content.decode()
    assert "Gwen Rees" in page
    assert "/paper/" not in page
    assert client.post(LIST, {"action": "print_chosen", "_selected_action": [1]}).status_code == 403


@pytest.mark.parametrize("numbers", ["x", "0", "1,99999", "1,,2"])
def test_letters_that_are_not_there_are_404(client, officer, numbers):
    client.force_login(officer)
    assert client.get(f"{LIST}{numbers}/paper/").status_code == 404


def test_what_a_letter_said_goes_90_days_after_it_was_posted(carer, officer):
    insured(carer)
    letters.mark_posted(carer.letters.all(), by=officer)
    assert letters.purge(TODAY + timedelta(days=90)) == 0
    assert letters.purge(TODAY + timedelta(days=91)) == 1
    assert letters.purge(TODAY + timedelta(days=91)) == 0
    assert carer.letters.get().sheets == []


def test_one_that_is_not_posted_stays(carer):
    insured(carer)
    assert letters.purge(TODAY + timedelta(days=900)) == 0


# --- whom to ring ----------------------------------------------------------------------------------------


def test_whoever_no_reminder_reaches_is_on_the_list_to_ring(client, carer, officer):
    soon = session(starts_at=STARTS - timedelta(days=5))
    assert not letters.to_ring(TODAY)
    training.book(soon, carer.workers.get(), by=BY)
    mailed = by_post("Huw Mail", email="huw@example.org")
    training.book(soon, mailed.workers.get(), by=BY)
    assert list(letters.to_ring(TODAY)) == [carer]
    assert {queue.what: queue.count for queue in waiting(officer)}["Carers to ring or write to"] == 1
    client.force_login(officer)
    page = client.get(f"{LIST}ring/").content.decode()
    assert "Gwen has a seat: Safeguarding" in page
    assert "Huw" not in page


@pytest.mark.usefixtures("usk")
def test_what_a_mail_would_ask_the_team_asks_by_phone_until_it_is_said(client, officer):
    carer = listed_carer(offers=("washing-dressing",))
    services.confirm_capacity(carer.listing, by=BY, on=TODAY - timedelta(days=26), capacity="space")
    Carer.objects.filter(pk=carer.pk).update(said_right_on=date(2026, 5, 21))
    for unsaid in (letters.whole_unsaid, letters.space_unsaid, letters.headcount_unsaid):
        assert set(unsaid(TODAY)) == {carer}
    client.force_login(officer)
    page = client.get(f"{LIST}ring/").content.decode()
    assert "Whether their whole listing is still right" in page
    assert "How much space they have" in page
    assert "How many people they give personal care to" in page
    client.post(f"/desk/{carer.pk}/my/space/", {"say": "", "capacity": "full"})
    client.post(f"/desk/{carer.pk}/my/headcount/", {"number": "2"})
    assert list(letters.to_ring(TODAY)) == [carer]
    client.post(f"/desk/{carer.pk}/my/listing/still-right/")
    assert not letters.to_ring(TODAY)


@pytest.mark.usefixtures("usk", "officer")
def test_half_a_year_without_a_word_runs_from_the_day_it_was_said_or_first_public():
    carer = listed_carer()
    for said, published, due in ((None, 21, 1), (None, 22, 0), (21, 1, 1), (22, 1, 0)):
        Carer.objects.filter(pk=carer.pk).update(said_right_on=said and date(2026, 5, said))
        Listing.objects.update(published_at=f"2026-05-{published}T12:00Z")
        assert letters.whole_unsaid(TODAY).count() == due


@pytest.mark.usefixtures("usk", "officer")
def test_nobody_rings_about_a_number_who_gives_no_personal_care_or_has_an_address():
    cleans = listed_carer(offers=("mowing",))
    washes = listed_carer("Huw Mail", offers=("washing-dressing",))
    Carer.objects.filter(pk=washes.pk).update(email="huw@example.org")
    assert not {cleans, washes} & set(letters.to_ring(TODAY))


def test_whoever_leaves_is_told_by_letter_what_stays(carer, officer):
    leaving.leave(carer, by=officer, reason="stopped")
    letter = carer.letters.get()
    assert letter.template == "onboarding/mail/left"
    assert "What was decided about you, and how you are reached, is deleted on" in said(letter)
    assert "You can sign in" not in said(letter)


def test_before_it_goes_the_team_reads_what_the_carer_gets_and_english_beside_it(carer):
    welsh = by_post("Nia Prosser", language="cy")
    answer = {"site": "https://example.org", "requirement": asked("public-liability"), "evidence": insured(welsh)}
    languages = [said.language for said in letters.preview(welsh, ACCEPTED, answer)]
    assert languages == ["cy", "en"]
    letters.tell(welsh, key="one", template=ACCEPTED, context=answer)
    sent = Letter.objects.get(key="one")
    assert sent.subject == letters.preview(welsh, ACCEPTED, answer)[0].subject
    welsh.language = ""
    assert [said.language for said in letters.preview(welsh, ACCEPTED, answer)] == ["cy", "en"]
    letters.silence(welsh, by=BY)
    assert letters.preview(welsh, ACCEPTED, answer) == []
