"""Somebody asks to be erased: what goes, what stays and until when is said before, done once, and answered."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.personal import Person, person
from audit.models import AuditEvent
from directory import enquiries, services
from directory.models import Enquiry, Listing
from files.models import StoredFile
from notifications import outbox
from notifications.models import Message
from onboarding import helping, joining, leaving, papers, training
from onboarding.models import Buddy, Carer, CodeAgreement, Evidence, HelpRequest, Interest, Letter
from onboarding.personal import carer_of
from tests import training_builders
from tests.builders import BY, TODAY
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
    assert f"This is carer {megan.pk}, {megan}." in said
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
    stays = {
        "onboarding.Carer.name", "onboarding.Worker.first_name", "onboarding.CodeAgreement.typed_name",
        "directory.Listing.name", "directory.Listing.first_name", "directory.Listing.slug", "directory.UsedSlug.slug",
    }  # fmt: skip
    assert traces(NAME) == stays | {"notifications.Message.text", "notifications.Message.html"}  # to the buddy
    Message.objects.update(sent_at=timezone.now())
    with time_machine.travel(timezone.now() + outbox.KEEP_BODIES + timedelta(days=1)):
        outbox.purge_bodies()
    assert traces(NAME) == stays
    assert Enquiry.objects.count() == 1
    assert client.get(page).status_code == 410


def test_their_buddy_hears_that_it_is_over(megan, other):
    buddy = Buddy.objects.get()
    said = erased(megan.owner.email)
    message = Message.objects.get(key=f"buddy:{buddy.pk}:ended")
    assert (message.to, message.subject) == (other.owner.email, "Somebody is no longer your buddy")
    assert NAME in message.text
    assert not Message.objects.filter(key__in=[f"buddy:{buddy.pk}:asked", f"buddy:{buddy.pk}:agreed"]).exists()
    assert "The message to your buddies, with your name, that this is over. They counted on you" in said


def test_what_was_told_on_leaving_is_not_taken_from_a_buddy_by_erasing_afterwards(megan):
    leaving.leave(megan, by=megan.owner, reason="stopped")
    erased(megan.owner.email)
    assert Message.objects.filter(key__endswith=":ended").exists()


def test_of_the_page_nothing_stays_but_what_was_checked_and_of_papers_what_counted(megan):
    services.change_listing(megan.listing, by=BY, miles=12, languages={"cy": 4}, groups=["dementia"], works=1, space=1,
                            price_hour=2500, minimum_minutes=30)  # fmt: skip
    services.confirm_capacity(megan.listing, by=BY, on=TODAY, capacity="space", hours_free=5)
    officer = User.objects.get(email="officer@example.org")
    plan = seen(megan, "contingency", by=officer, facts={"plan": "My sister comes"})
    refused = insurance(megan)
    papers.send_back(refused, by=officer, reason="Your policy is too low")
    said = erased(megan.owner.email)
    page = Listing.objects.get(pk=megan.listing_id)
    where = (page.base_name_en, page.base_name_cy, page.easting, page.northing, page.miles)
    assert where == ("", "", 0, 0, 5)
    assert (page.languages, page.groups, page.works, page.space) == ({}, [], 0, 0)
    assert (page.price_hour, page.minimum_minutes, page.capacity, page.hours_free) == (None, None, "full", None)
    assert page.services.exists()
    plan.refresh_from_db()
    refused.refresh_from_db()
    assert (plan.facts, refused.facts, refused.reason) == ({}, {}, "…")
    assert megan.evidence.get(outcome="accepted", requirement="public-liability").fact("insurer") == "Penallt Mutual"
    for words in (
        "What accepted papers said, like the insurer",
        "Of your page: its name, the kinds of help it offered, what it said was checked",
        "The address of your page, which has your name in it. So that nobody else ever gets it.",
    ):
        assert words in said.partition("This stays:")[2]
    assert "what was paid" not in said.lower()


def test_mails_to_an_address_they_had_before_go_too(megan):
    Message.objects.filter(to=megan.owner.email).update(to="before@example.org")
    assert Message.objects.filter(whose=f"carer:{megan.pk}").exists()
    erased(megan.owner.email)
    assert not Message.objects.filter(whose=f"carer:{megan.pk}").exists()


def test_it_stands_in_the_audit_by_numbers_and_by_whom(megan):
    erased(megan.owner.email, "--by", "job:erase-for-ticket-7")
    row = AuditEvent.objects.get(event="person.erased")
    assert (row.actor, row.target_id) == ("job:erase-for-ticket-7", str(megan.owner_id))
    assert {"files:1", "account:1", "contact:1"} <= set(row.data["gone"])
    assert row.data["stays"] == ["notes-held", "decisions", "papers", "page", "address", "buddies-told", "received"]
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
    assert "- What was paid for you, when, and from what. We must be able to show what public" in erased(megan.pk)
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


def test_of_two_of_one_address_the_number_says_who_is_erased_and_the_other_keeps_everything(megan):
    huw = training_builders.carer("Huw", mail=False)
    address = megan.owner.email
    Carer.objects.filter(pk=huw.pk).update(email=address.upper())
    huw.refresh_from_db()
    with transaction.atomic():
        training.book(training_builders.session(), huw.workers.get(), by=BY)
    for option in ("--plan", "--by=job:erase"):
        with pytest.raises(CommandError, match=rf"{megan.pk} \({megan}\), {huw.pk} \(Huw.*\)"):
            erased(address, option)
    assert Carer.objects.filter(left_at=None).count() == 3
    said = erased(megan.pk)
    assert "still has the address" in said
    huw.refresh_from_db()
    assert (huw.left_at, huw.email) == (None, address.upper())
    assert set(Message.objects.filter(to__iexact=address).values_list("whose", flat=True)) <= {f"carer:{huw.pk}", ""}
    assert Message.objects.filter(whose=f"carer:{huw.pk}").exists()


def test_of_two_whom_the_team_entered_with_one_address_neither_is_taken_for_the_other():
    ann, huw = (training_builders.carer(name, mail=False) for name in ("Ann", "Huw"))
    Carer.objects.update(email="both@example.org")
    assert carer_of(person("both@example.org")) is None
    with pytest.raises(CommandError, match=f"{ann.pk} .*, {huw.pk} "):
        call_command("export_person", "both@example.org", "nowhere.zip")
    assert [carer_of(Person("both@example.org", None, one.pk)) for one in (ann, huw)] == [ann, huw]


def test_nothing_happens_without_the_word_or_with_nobodys_name(megan, monkeypatch):
    asked_for = []
    monkeypatch.setattr("builtins.input", lambda prompt: asked_for.append(prompt) or "yes")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_person", megan.owner.email, stdout=io.StringIO())
    assert f"This is carer {megan.pk}, {megan}." in asked_for[0]
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
