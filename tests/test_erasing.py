"""Somebody asks to be erased: what goes, what stays and until when is said before, done once, and answered."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import AuditEvent
from directory import enquiries
from directory.models import Enquiry, Listing
from files.models import StoredFile
from notifications.models import Message
from onboarding import helping, joining, papers
from onboarding.models import Carer, CodeAgreement, Evidence, HelpRequest, Interest, Letter
from tests import training_builders
from tests.builders import BY
from tests.paper_builders import asked, carer, insurance, seen
from tests.whole_carers import listed, traces, with_everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
NAME = "Zephania"


@pytest.fixture
def other():
    return listed("Gwen")


@pytest.fixture
def megan(other):
    return with_everything(NAME, other)


def erased(whom, *options):
    said = io.StringIO()
    call_command("erase_person", str(whom), "--no-input", *options, stdout=said)
    return said.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def everything():
    return (Carer, User, Listing, Evidence, Interest, Message, AuditEvent, HelpRequest, Letter)


def test_the_plan_says_it_all_and_does_nothing(megan):
    before = [model.objects.count() for model in everything()]
    said = erased(megan.owner.email, "--plan")
    assert "goes   1: Your account" in said
    assert "goes   1: Your place in the scheme, with your public page if you have one" in said
    assert "goes   1: Files of papers" in said
    assert "stays  Your name, the people who worked with you" in said
    assert "Until 21 November 2032." in said
    assert "Nothing was erased: this is the plan." in said
    assert [model.objects.count() for model in everything()] == before
    assert Carer.objects.get(pk=megan.pk).left_at is None
    assert StoredFile.objects.get().purged_at is None


def test_of_who_was_listed_there_stays_why_and_nothing_to_reach_them_by(client, megan):
    address, page = megan.owner.email, megan.listing.get_absolute_url()
    said = erased(address)
    assert "On 21 November 2026 we did so" in said
    assert "It is deleted on 21 November 2032." in said
    row = Carer.objects.select_related("listing").get(pk=megan.pk)
    assert (row.owner, row.phone, row.mail_to, row.listing.intro_en, row.listing.phone) == (None, "", "", "", "")
    assert row.evidence.get().outcome == "accepted"
    assert CodeAgreement.objects.get().typed_name == megan.name
    assert StoredFile.objects.get().purged_at
    assert traces("900987") == traces(address) == set()
    assert traces(NAME) == {
        "onboarding.Carer.name", "onboarding.Worker.first_name", "onboarding.CodeAgreement.typed_name",
        "directory.Listing.name", "directory.Listing.first_name", "directory.Listing.slug", "directory.UsedSlug.slug",
        "audit.AuditEvent.data",
    }  # fmt: skip
    assert Enquiry.objects.count() == 1
    assert client.get(page).status_code == 410


def test_it_stands_in_the_audit_by_numbers_and_by_whom(megan):
    erased(megan.owner.email, "--by", "job:erase-for-ticket-7")
    row = AuditEvent.objects.get(event="person.erased")
    assert (row.actor, row.target_id) == ("job:erase-for-ticket-7", str(megan.owner_id))
    assert {"files:1", "account:1", "contact:1"} <= set(row.data["gone"])
    assert row.data["stays"] == ["decisions", "received"]
    assert AuditEvent.objects.filter(event="carer.erased", target_id=megan.pk).exists()


def test_a_second_time_they_are_found_by_their_number_alone_and_nothing_more_goes(megan):
    address = megan.owner.email
    erased(address)
    with pytest.raises(CommandError, match="Nothing is held"):
        erased(address)
    assert "goes   1: How you are reached" not in erased(megan.pk, "--plan")


def test_who_was_never_listed_goes_whole():
    made = carer(NAME)
    insurance(made)
    assert "Everything about your way to becoming a carer" in erased(made.owner.email)
    assert traces(NAME) == set()
    assert not Carer.objects.exists()
    assert not User.objects.exists()


def test_who_has_no_address_is_erased_by_number_and_answered_in_each_language():
    made = training_builders.carer(NAME, mail=False)
    papers.save_draft(made, asked("contingency"), None, {"plan": "I ring everybody."})
    said = erased(made.pk)
    assert "You asked us to delete" in said
    assert "Gofynnoch i ni ddileu" in said
    assert traces(NAME) == set()


def test_what_was_paid_stays_without_its_words(megan):
    officer = User.objects.get(email="officer@example.org")
    request = helping.ask(megan, by=megan.owner, what="My car is old")
    pot = next(iter(helping.settings.SCHEME.pots))
    helping.answer(request, by=officer, words="Poor thing", arranged="A garage", funded_pence=4000, pot=pot)
    erased(megan.owner.email)
    kept = HelpRequest.objects.get()
    assert (kept.what, kept.funded_pence) == ("…", 4000)
    assert [(it.words, it.arranged) for it in kept.answers.all()] == [("", "")]


def test_the_details_of_a_dbs_check_go_at_once_and_its_decision_stays(megan):
    officer = User.objects.get(email="officer@example.org")
    facts = {"level": "enhanced", "certificate": "001234567890"}
    row = seen(megan, "enhanced-dbs", by=officer, worker=megan.workers.get(), facts=facts)
    erased(megan.owner.email)
    row.refresh_from_db()
    assert (row.facts, row.outcome) == ({"level": "enhanced"}, "accepted")


def test_a_member_of_the_team_keeps_the_account(megan):
    User.objects.filter(pk=megan.owner_id).update(is_staff=True)
    said = erased(megan.owner.email)
    assert "You are a member of the team" in said
    assert User.objects.filter(pk=megan.owner_id).exists()
    assert Carer.objects.get(pk=megan.pk).owner_id == megan.owner_id  # who decides nothing about themselves


def test_who_was_only_interested_or_wrote_to_a_carer_is_erased_too(other):
    joining.enter(by=BY, source="phone", send=True, name=NAME, email="z@example.org", language="cy")
    enquiries.send_enquiry(listing=other.listing, by=BY, form_key="2", language="cy", what="Help with a bath",
                           name=NAME, answer_by="email", email="Z@example.org")  # fmt: skip
    assert "1: What you wrote to carers" in erased("z@example.org")
    assert traces(NAME) == traces("z@example.org") == set()
    assert Carer.objects.get(pk=other.pk).left_at is None


def test_somebody_else_of_the_same_address_keeps_everything(megan):
    huw = training_builders.carer("Huw", mail=False)
    Carer.objects.filter(pk=huw.pk).update(email=megan.owner.email)
    address = megan.owner.email
    said = erased(address)
    assert "still has the address" in said
    huw.refresh_from_db()
    assert (huw.left_at, huw.email) == (None, address)


def test_nothing_happens_without_the_word_or_with_nobodys_name(megan, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _prompt: "yes")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_person", megan.owner.email, stdout=io.StringIO())
    with pytest.raises(CommandError, match="is nobody"):
        erased(megan.owner.email, "--by", "me")
    assert Carer.objects.get(pk=megan.pk).left_at is None


def test_nothing_happens_where_a_room_fails(megan, monkeypatch):
    def fail(*_args, **_said):
        raise RuntimeError

    monkeypatch.setattr("directory.personal.enquiries.forget", fail)
    with pytest.raises(RuntimeError):
        erased(megan.owner.email)
    assert Carer.objects.get(pk=megan.pk).left_at is None
