"""Everything about one carer on one screen: what each role sees of it, the notes, and what is done with several."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from compliance import deciding, missing, noting
from compliance.models import Note
from directory.enquiries import send_enquiry
from notifications.models import Message
from onboarding import helping, journey
from onboarding.models import Carer, Headcount, Letter
from onboarding.papers import OwnPaper
from onboarding.reasons import Reason
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer
from tests.paper_builders import insurance
from tests.team_builders import member

pytestmark = pytest.mark.django_db
LIST = reverse("admin:onboarding_carer_changelist")
LATER = TODAY + timedelta(days=28)


@pytest.fixture
def officer(today):
    return member("ann@council.example.org", "manager", name="Ann Price")


@pytest.fixture
def carer(officer):
    """Listed, with a bit of everything."""
    owner = User.objects.create_user("bryn@example.org", language="en", name="Bryn Lewis")
    carer = listed_carer(owner=owner, offers=("chat", "walks"))
    said = {"what": "Something secret", "name": "Mair", "answer_by": "phone", "phone": "01633 960321"}
    send_enquiry(listing=carer.listing, by=BY, form_key="one", language="en", **said)
    asked = helping.ask(carer, by=owner, what="Which insurance?", requirement="public-liability")
    helping.answer(asked, by=officer, words="This one.", funded_pence=6500, pot="training")
    Headcount.objects.create(carer=carer, month=TODAY.replace(day=1), number=3)
    noting.write(carer, by=officer, words="Prefers a call after six.")
    deciding.suspend(carer, by=officer, reason=Reason.DBS, words="Ring Ann.", review_on=LATER, on=TODAY)
    return carer


def at(carer):
    return reverse("admin:onboarding_carer_change", args=[carer.pk])


def text(response):
    return re.sub(r"\s+", " ", BeautifulSoup(response.content, "html.parser").select_one("main").get_text(" "))


def seen_by(client, role, carer):
    client.force_login(member(f"{role}@council.example.org", role))
    return text(client.get(at(carer)))


def test_a_manager_sees_everything_about_one_carer(client, officer, carer):
    client.force_login(officer)
    page = text(client.get(at(carer)))
    for said in (
        "Suspended since 21 November 2026 by Ann Price: something about a DBS check People read “This listing is",
        "To be looked at again by 19 December 2026",
        "Papers: all in order.",
        "Prefers a call after six.",
        "Ring Ann.",
        "Suspended: Something about a DBS check (Ann Price)",
        "Asked for help (Bryn Lewis)",
        "1 enquiry came to them, of which they marked 0 as answered.",
        "Funded altogether: £65.",
        "November 2026: 3",
        "Your page in the directory is paused , mail, waiting",
    ):
        assert said in page, said
    assert "Something secret" not in page
    happened = client.get(at(carer)).context["team"].happened
    assert [row.at for row in happened] == sorted((row.at for row in happened), reverse=True)


def test_each_role_sees_what_is_theirs_to_see(client, carer):
    auditor = seen_by(client, "auditor", carer)
    assert "Prefers a call after six." not in auditor
    assert "Ring Ann." not in auditor
    assert "Suspend …" not in auditor
    assert "November 2026: 3" in auditor
    assert "Your page in the directory is paused" in auditor  # that it went
    assert "Public liability insurance" in auditor  # that it is there
    case_officer = seen_by(client, "case-officer", carer)
    assert "Prefers a call after six." in case_officer
    assert "Write a note" in case_officer
    assert "Reinstate …" not in case_officer
    reviewer = seen_by(client, "reviewer", carer)
    assert "Reinstate …" in reviewer
    assert "November 2026: 3" not in reviewer


def test_no_message_leads_an_auditor_to_what_it_says(client, carer):
    client.force_login(member("auditor@council.example.org", "auditor"))
    assert {told.url for told in client.get(at(carer)).context["team"].told} == {""}


def test_a_note_is_written_once_signed_and_never_changed(client, officer, carer):
    client.force_login(officer)
    address = reverse("admin:onboarding_carer_note", args=[carer.pk])
    assert "Write the note." in text(client.post(address, {"kind": "note", "words": " "}))
    for _twice in range(2):
        client.post(address, {"kind": "tried", "words": "Rang, no answer."})
    note = Note.objects.get(kind="tried")
    assert (note.by, note.words, note.held_back) == (officer, "Rang, no answer.", False)
    assert AuditEvent.objects.get(event="note.written", target_id=str(note.pk)).data["kind"] == "tried"
    assert "Tried to reach them, no answer" in text(client.get(at(carer)))
    with pytest.raises(OwnPaper):
        noting.write(carer, by=carer.owner, words="I am very good.")


def test_the_list_says_where_everybody_stands_and_filters_by_it(client, officer, carer):
    new, gone = journey.start(by=BY, name="Nia Prosser", first_name="Nia"), listed_carer("Gwen Rees")
    deciding.end(gone, by=officer, reason=Reason.MOVED, on=TODAY)
    listed_carer("Dai Morgan")
    client.force_login(officer)
    for state, names in {
        "live": {"Dai Morgan"}, "hidden": {"Bryn Lewis"}, "suspended": {"Bryn Lewis"}, "look-again": set(),
        "new": {new.name}, "left": {"Gwen Rees"}, "": {"Bryn Lewis", "Dai Morgan", "Nia Prosser", "Gwen Rees"},
    }.items():  # fmt: skip
        shown = client.get(LIST, {"state": state} if state else {})
        assert {one.name for one in shown.context["cl"].queryset} == names, state
    assert "Suspended, to look at again (0)" in text(client.get(LIST))


def test_on_the_day_of_the_review_it_waits_on_the_home_page(client, officer, carer, time_machine):
    client.force_login(officer)
    assert "Bryn Lewis" not in {one.name for one in client.get(LIST, {"state": "look-again"}).context["cl"].queryset}
    time_machine.move_to(f"{LATER}T09:00Z")
    client.force_login(officer)
    assert "Suspensions to look at again" in text(client.get("/admin/"))
    assert [one.name for one in client.get(LIST, {"state": "look-again"}).context["cl"].queryset] == ["Bryn Lewis"]


def test_those_chosen_are_reminded_of_what_is_missing_on_their_own_list_once_a_day(
    client, officer, carer, time_machine
):
    Message.objects.all().delete()
    nia = journey.start(by=BY, name="Nia Prosser", first_name="Nia", email="nia@example.org", language="cy",
                        services=["chat"])  # fmt: skip
    by_post = journey.start(by=BY, name="Gwen Rees", first_name="Gwen", services=["chat"])
    client.force_login(officer)
    chosen = {"action": "remind", "_selected_action": [nia.pk, by_post.pk, carer.pk]}
    page = client.post(LIST, chosen)
    assert {one.name for one in page.context["going"]} == {"Nia Prosser", "Gwen Rees"}
    assert page.context["staying"] == [(carer, "nothing is missing")]
    assert [said.language for said in page.context["told"]][-1] == "en"
    assert not Message.objects.exists()
    assert "2 reminded, of 3 chosen" in text(client.post(LIST, {**chosen, "confirmed": "yes"}, follow=True))
    mail = Message.objects.get(to="nia@example.org")
    assert "Yswiriant atebolrwydd cyhoeddus" in mail.text
    assert Letter.objects.get(carer=by_post).template == missing.MISSING
    assert "0 reminded, of 3 chosen" in text(client.post(LIST, {**chosen, "confirmed": "yes"}, follow=True))
    time_machine.move_to("2026-11-22 10:00Z")
    assert missing.remind(nia, by=officer, on=TODAY + timedelta(days=1))


def test_who_left_or_died_is_reminded_of_nothing(officer):
    gone = journey.start(by=BY, name="Nia Prosser", first_name="Nia", email="nia@example.org", services=["chat"])
    deciding.end(gone, by=officer, reason=Reason.DIED, on=TODAY)
    assert not missing.remind(gone, by=officer, on=TODAY)
    assert not Message.objects.exists()


def test_the_list_is_taken_away_without_papers_and_notes(client, officer, carer):
    insurance(carer, insurer="Penallt Mutual")
    client.force_login(member("auditor@council.example.org", "auditor"))
    answer = client.post(LIST, {"action": "export", "_selected_action": [carer.pk]})
    file = answer.content.decode("utf-8-sig")
    assert "Bryn Lewis,Suspended,yes" in file
    assert "Penallt" not in file
    assert "after six" not in file
    assert AuditEvent.objects.get(event="carers.exported").data == {"count": 1}


def test_the_file_of_many_carers_asks_the_database_as_often_as_that_of_one(client, officer, carer):
    left = listed_carer("Gwen Rees")
    deciding.end(left, by=officer, reason=Reason.MOVED, on=TODAY)
    many = [carer, left, *(listed_carer(f"Carer {number}", offers=("chat",)) for number in range(6))]
    client.force_login(officer)

    def asked(carers):
        with CaptureQueriesContext(connection) as found:
            answer = client.post(LIST, {"action": "export", "_selected_action": [one.pk for one in carers]})
        assert len(answer.content.decode().splitlines()) == len(carers) + 1
        return len(found)

    asked([carer])  # what is kept in memory afterwards
    assert asked(many) == asked([carer])


def test_no_decision_is_made_of_several_at_once(client, officer, carer):
    client.force_login(officer)
    actions = {name for name, _label in client.get(LIST).context["action_form"].fields["action"].choices if name}
    assert actions == {"remind", "export"}


def test_the_page_asks_for_as_many_rows_whatever_has_happened(client, officer, carer, django_assert_max_num_queries):
    for number in range(30):
        helping.answer(helping.ask(carer, by=carer.owner, what=f"Help {number}"), by=officer, words="Yes")
    client.force_login(officer)
    client.get(at(carer))
    with django_assert_max_num_queries(78):
        client.get(at(carer))
    assert Carer.objects.count() == 1
