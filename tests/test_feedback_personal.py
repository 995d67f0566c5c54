"""What people told the council, as their own data: what is in their copy, what goes when they ask, and what stays."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from accounts.personal import person
from audit.models import AuditEvent
from directory.models import PraiseRow
from feedback import cases, corrections, personal, praise
from feedback.models import Case, CaseEvent, CaseFile, Correction, Praise
from feedback.models.cases import Kind, Outcome
from files.models import StoredFile
from microcare.personal import Encoder, everything
from microcare.personal import erase as erase_everywhere
from tests.builders import BY, TODAY, make_listing
from tests.case_builders import make_case
from tests.feedback_form import post
from tests.papers import photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
ANN = "ann.price@example.org"


def parts_of(email):
    return json.dumps(everything(person(email)), cls=Encoder)


def test_their_copy_has_what_they_wrote_and_what_was_written_to_them_and_nothing_of_others():
    case = make_case(words="She did not come.")
    make_case(words="Somebody else's words", email="other@example.org")
    cases.note(case, by=BY, words="A private thought.")
    cases.write_to_reporter(case, by=BY, words="Which day was it?")
    praise.receive(form_key="one", words="So kind.", language="en", email=ANN.upper())
    corrections.report(form_key="one", words="The price is old.", language="en", email=ANN)
    said = parts_of(ANN)
    for words in ("She did not come.", "Which day was it?", "So kind.", "The price is old."):
        assert words in said
    for words in ("A private thought.", "Somebody else"):
        assert words not in said


def test_what_they_told_us_signed_in_is_theirs_and_what_is_said_about_them_is_not():
    bryn = User.objects.create_user("bryn@example.org")
    listing = make_listing("Bryn Lewis", owner=bryn)
    make_case(words="He shouted.", listing=listing)
    make_case(words="I was not paid.", email="", phone="07700 900145", reporter_user=bryn)
    said = parts_of("bryn@example.org")
    assert "I was not paid." in said
    assert "He shouted." not in said


def test_that_it_became_a_safeguarding_matter_is_in_nobodys_copy():
    case = make_case()
    cases.make_another_kind(case, kind=Kind.SAFEGUARDING, by=BY, reason="A bruise.", on=TODAY)
    assert "safeguarding" not in parts_of(ANN)
    assert "bruise" not in parts_of(ANN)


def test_thanks_for_a_carer_are_in_theirs_once_they_were_passed_on():
    bryn = User.objects.create_user("bryn@example.org")
    said = {"words": "So kind.", "language": "en", "listing": make_listing("Bryn Lewis", owner=bryn), "email": ANN}
    row = praise.receive(form_key="one", **said)
    assert "So kind." not in parts_of("bryn@example.org")
    praise.pass_on(row, by=BY)
    assert "So kind." in parts_of("bryn@example.org")
    assert ANN not in parts_of("bryn@example.org")


def test_erased_thanks_go_from_the_page_addresses_go_and_closed_cases_stay_with_the_reason_and_until_when():
    listing = make_listing("Bryn Lewis", email="bryn@example.org")
    row = praise.receive(form_key="one", words="So kind.", language="en", listing=listing, email=ANN, may_be_shown=True)
    praise.carer_says(praise.pass_on(row, by=BY), by=BY, agrees=True)
    wrong = corrections.report(form_key="one", words="Old price.", language="en", listing=listing, email=ANN)
    closed, spam = make_case(), make_case(hold="links")
    cases.take_on(closed, by=User.objects.create_superuser("officer@council.example.org"))
    cases.answer(closed, by=BY, outcome=Outcome.RESOLVED, words="Settled.", on=TODAY)
    parts = {part.code: part for part in erase_everywhere(person(ANN), by=BY, on=TODAY)}
    assert (parts["praise"].gone, parts["corrections"].gone, parts["cases-aside"].gone) == (1, 1, 1)
    assert parts["cases"].until == TODAY.replace(year=TODAY.year + 6)
    assert "how we looked into them" in str(parts["cases"].stays)
    assert not Praise.objects.exists()
    assert not PraiseRow.objects.exists()
    wrong.refresh_from_db()
    assert (wrong.email, Correction.objects.count()) == ("", 1)
    assert list(Case.objects.all()) == [closed]
    assert not Case.objects.filter(pk=spam.pk).exists()


def test_what_is_being_looked_into_stays_until_it_is_closed():
    make_case()
    parts = list(personal.erase(person(ANN), by=BY, on=TODAY))
    assert [(part.code, part.gone, part.until) for part in parts] == [("cases-open", 0, None)]


def test_of_somebody_without_any_there_is_nothing():
    make_case()
    assert list(personal.erase(person("nobody@example.org"), by=BY, on=TODAY)) == []
    assert not any(personal.personal_data(person("nobody@example.org")).values())


def test_spam_kept_aside_goes_after_14_days_whole_with_its_files_and_what_a_person_wrote_stays(client):
    post(client, "complaint", words="https://a.example.org https://b.example.org", uploads=[photo()])
    stays = make_case()
    old = Case.objects.exclude(pk=stays.pk).get()
    for days, left in ((14, 2), (15, 1)):
        Case.objects.update(recorded_at=timezone.now() - timedelta(days=days))
        call_command("run_job", "purge-feedback", verbosity=0)
        assert Case.objects.count() == left
    assert not CaseEvent.objects.filter(case_id=old.pk).exists()
    assert not CaseFile.objects.exists()
    assert StoredFile.objects.get().purged_at
    assert AuditEvent.objects.get(event="case.spam_purged").data == {"count": 1}
