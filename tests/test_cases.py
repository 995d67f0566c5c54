"""What happens with a case: each verb, who may, in which state, what is written, and what nobody else learns."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from feedback import cases, links, states
from feedback.case_page import CasePage
from feedback.models import Case, CaseEvent, CaseLetter
from feedback.models.cases import Kind, Outcome, State
from feedback.states import MOVES, NotAllowed
from notifications.models import Message
from tests.builders import BY, TODAY, make_listing
from tests.case_builders import make_case
from tests.team_builders import member

pytestmark = pytest.mark.django_db
What = CaseEvent.What
DOCS = Path(__file__).resolve().parent.parent / "docs" / "cases.md"


def kinds_of(case):
    return [event.what for event in CaseEvent.objects.of(case)]


# --- the table -------------------------------------------------------------------------------------------


def test_the_diagram_in_the_docs_is_the_table():
    drawn = DOCS.read_text(encoding="utf-8").split("```mermaid\n")[1].split("```")[0].strip()
    assert drawn == states.diagram()


def test_every_state_can_be_reached_and_left():
    arrived = {State.NEW, State.ASIDE} | {move.after for move in MOVES}
    left = {state for move in MOVES for state in move.before}
    assert arrived == set(State)
    assert set(State) - left == {State.MERGED}


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("state", State.values)
def test_a_step_that_the_table_has_not_is_refused(kind, state):
    for step in {move.step for move in MOVES}:
        if states.may(step, kind, state):
            assert states.after(step, kind, state) in set(State)
        else:
            with pytest.raises(NotAllowed, match=State(state).label.lower()):
                states.after(step, kind, state)


# --- it comes --------------------------------------------------------------------------------------------


def test_the_same_form_again_is_the_same_case(today):
    said = {
        "form_key": "one",
        "on": TODAY,
        "kind": Kind.CONCERN,
        "words": "Late",
        "email": "a@example.org",
        "name": "A",
    }
    first, second = cases.receive(**said), cases.receive(**said)
    assert first == second
    assert Message.objects.filter(to="a@example.org").count() == 1


def test_what_looks_like_spam_waits_without_a_mail_or_a_clock_and_its_clocks_begin_on_the_day_it_came(today):
    case = make_case(hold="links", received_on=TODAY - timedelta(days=3))
    assert case.state == State.ASIDE
    assert not Message.objects.exists()
    assert not case.clocks.exists()
    case = cases.release(case, by=BY)
    assert case.state == State.NEW
    assert case.clocks.get().began_on == TODAY - timedelta(days=3)
    assert Message.objects.get().to == case.email


def test_a_worry_is_never_kept_aside_and_is_told_to_those_who_lead_and_to_nobody_else(today):
    lead, officer = (
        member("lead@council.example.org", "safeguarding-lead"),
        member("o@council.example.org", "case-officer"),
    )
    case = make_case(kind=Kind.SAFEGUARDING, hold="links", anonymous=True)
    assert case.state == State.NEW
    assert set(Message.objects.values_list("to", flat=True)) == {lead.email}
    assert not Case.objects.visible(officer).exists()


def test_what_came_by_phone_yesterday_began_yesterday_and_its_record_goes_with_the_acknowledgement(today):
    officer = member("o@council.example.org", "case-officer")
    case = cases.write_down(
        by=officer, how="phone", received_on=TODAY - timedelta(days=1), on=TODAY, kind=Kind.COMPLAINT,
        words="Nobody rings back.", name="Ann", address="1 High Street", language="en",
    )  # fmt: skip
    assert case.clocks.get(rule="acknowledge").began_on == TODAY - timedelta(days=1)
    cases.acknowledge(case, by=officer, on=TODAY)
    letter = CaseLetter.objects.get()
    assert "Nobody rings back." in letter.sheets[0]["html"]


def test_a_day_to_come_is_refused(today):
    with pytest.raises(ValueError, match="not to come"):
        cases.write_down(
            by=member(), how="phone", received_on=TODAY + timedelta(days=1), on=TODAY, kind=Kind.CONCERN, words="x"
        )


# --- who -------------------------------------------------------------------------------------------------


def test_nobody_sees_or_handles_a_case_that_is_about_them_or_that_they_brought(today):
    manager = member("m@council.example.org", "manager")
    about = make_case(listing=make_listing("Bryn Lewis", owner=manager))
    accused, brought = make_case(about_user=manager, kind=Kind.COMPLAINT), make_case(reporter_user=manager)
    ordinary = make_case()
    assert list(Case.objects.visible(manager)) == [ordinary]
    for case in (about, accused, brought):
        with pytest.raises(cases.OwnCase):
            cases.take_on(case, by=manager)
        with pytest.raises(cases.OwnCase):
            cases.note(case, by=manager, words="Mine")


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("case-officer", {Kind.CONCERN, Kind.COMPLAINT, Kind.DATA}),
        ("reviewer", {Kind.CONCERN, Kind.COMPLAINT, Kind.DATA}),
        ("auditor", {Kind.CONCERN, Kind.COMPLAINT, Kind.DATA}),
        ("manager", set(Kind)),
        ("safeguarding-lead", {Kind.SAFEGUARDING}),
        ("editor", set()),
    ],
)
def test_each_role_sees_its_kinds(role, seen, today):
    for kind in Kind:
        make_case(kind=kind)
    assert {case.kind for case in Case.objects.visible(member("x@council.example.org", role))} == seen


def test_a_stranger_and_a_carer_see_none(today):
    make_case()
    for user in (AnonymousUser(), User.objects.create_user("carer@example.org")):
        assert not Case.objects.visible(user).exists()


def test_it_is_not_handed_to_somebody_who_may_not_see_it(today):
    lead, officer = (
        member("l@council.example.org", "safeguarding-lead"),
        member("o@council.example.org", "case-officer"),
    )
    case = make_case(kind=Kind.SAFEGUARDING)
    with pytest.raises(NotAllowed, match="may not see"):
        cases.take_on(case, by=lead, handler=officer)


# --- what is done ----------------------------------------------------------------------------------------


def test_from_new_to_answered_each_step_is_written_down(today):
    officer = member("o@council.example.org", "case-officer")
    case = make_case(kind=Kind.COMPLAINT)
    cases.take_on(case, by=officer)
    cases.acknowledge(case, by=officer, on=TODAY)
    cases.note(case, by=officer, words="Rang the office.")
    cases.write_to_reporter(case, by=officer, words="Which day was it?")
    cases.hear_from_reporter(case, words="A Monday.")
    cases.answer(case, by=officer, outcome=Outcome.UPHELD, words="You are right. We are sorry.", on=TODAY)
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.UPHELD)
    assert kinds_of(case) == [
        "received",
        "taken-on",
        "acknowledged",
        "note",
        "to-reporter",
        "from-reporter",
        "answered",
    ]
    shown = CaseEvent.objects.of(case).for_reporter()
    assert [event.what for event in shown] == [what for what in kinds_of(case) if what != "note"]
    assert not case.clocks.running().exists()
    assert AuditEvent.objects.filter(target="feedback.case", target_id=str(case.pk)).count() == len(kinds_of(case))


def test_it_is_acknowledged_once_and_its_clock_is_met(today):
    case = make_case()
    cases.acknowledge(case, by=BY, on=TODAY)
    assert case.clocks.get(rule="acknowledge").was_in_time
    with pytest.raises(NotAllowed):
        cases.acknowledge(case, by=BY, on=TODAY)


def test_a_concern_that_becomes_a_safeguarding_matter_vanishes_for_everybody_else(today):
    officer, lead = (
        member("o@council.example.org", "case-officer"),
        member("l@council.example.org", "safeguarding-lead"),
    )
    case = make_case()
    cases.make_another_kind(case, kind=Kind.SAFEGUARDING, by=officer, reason="She has a bruise.", on=TODAY)
    assert not Case.objects.visible(officer).exists()
    assert Case.objects.visible(lead).get() == case
    assert set(Message.objects.values_list("reader", flat=True)) == {"feedback.see_safeguarding"}
    assert {clock.rule for clock in case.clocks.running()} >= {"refer"}
    case.refresh_from_db()
    with pytest.raises(NotAllowed, match="new case"):
        cases.make_another_kind(case, kind=Kind.CONCERN, by=lead, reason="It is over", on=TODAY)


def test_a_referral_says_when_by_whom_to_whom_and_under_which_reference(today):
    lead = member("l@council.example.org", "safeguarding-lead")
    case = make_case(kind=Kind.SAFEGUARDING)
    referral = cases.refer(
        case, by=lead, made_at=timezone.now() - timedelta(hours=1), made_by="Lena Lead", to="Adult safeguarding",
        their_reference="AS/1", on=TODAY,
    )  # fmt: skip
    assert (referral.by, referral.to, referral.their_reference) == ("Lena Lead", "Adult safeguarding", "AS/1")
    assert case.clocks.get(rule="refer").met_on == TODAY
    with pytest.raises(NotAllowed, match="not to come"):
        cases.refer(case, by=lead, made_at=timezone.now() + timedelta(hours=1), made_by="L", to="A", on=TODAY)


def test_only_two_of_one_kind_about_one_carer_are_merged_and_neither_reads_the_other(client, today):
    listing = make_listing("Bryn Lewis")
    first, second, other = make_case(listing=listing), make_case(listing=listing), make_case()
    with pytest.raises(NotAllowed):
        cases.merge(second, into=other, by=BY, on=TODAY)
    cases.merge(second, into=first, by=BY, on=TODAY)
    second.refresh_from_db()
    assert second.state == State.MERGED
    officer = member("o@council.example.org", "case-officer")
    cases.take_on(first, by=officer)
    cases.write_to_reporter(first, by=officer, words="To her daughter alone.")
    cases.hear_from_reporter(second, words="One more thing.")
    assert Message.objects.filter(to=officer.email, key__startswith=f"case:{first.pk}:added:").count() == 1
    on_the_page = [one.event.words for one in CasePage(first, officer, TODAY).timeline]
    assert "One more thing." in on_the_page
    assert not CaseEvent.objects.of(first).filter(words="One more thing.").exists()
    assert "To her daughter alone." not in client.get(path_of(links.link(second))).content.decode()
    with pytest.raises(NotAllowed):
        cases.merge(first, into=second, by=BY, on=TODAY)


def test_a_complaint_is_answered_formally_by_somebody_who_did_not_handle_it(today):
    officer, other = member("o@council.example.org", "case-officer"), member("p@council.example.org", "case-officer")
    case = make_case(kind=Kind.COMPLAINT)
    cases.take_on(case, by=officer)
    cases.answer(case, by=officer, outcome=Outcome.NOT_UPHELD, words="No.", on=TODAY)
    cases.ask_formal(case, by=BY, on=TODAY)
    with pytest.raises(NotAllowed, match="did not handle"):
        cases.answer_formally(case, by=officer, outcome=Outcome.UPHELD, words="Yes.", on=TODAY)
    cases.answer_formally(case, by=other, outcome=Outcome.UPHELD, words="Yes.", on=TODAY)
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_a_complaint_is_never_anonymous(today):
    with pytest.raises(DatabaseError), transaction.atomic():
        make_case(kind=Kind.COMPLAINT, anonymous=True)
    case = make_case(anonymous=True)
    with pytest.raises(NotAllowed, match="anonymous"):
        cases.make_another_kind(case, kind=Kind.COMPLAINT, by=BY, reason="About us", on=TODAY)


def test_the_timeline_is_only_added_to(today):
    case = make_case()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CaseEvent.objects.of(case).update(words="Changed")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CaseEvent.objects.of(case).delete()


# --- the page of the case --------------------------------------------------------------------------------


def plain(response, reference):
    """The page without what is new in every answer."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode().replace(reference, ""))


def path_of(link):
    return "/" + link.split("/", 3)[3]


def test_the_link_shows_what_is_shared_and_takes_more(client, today):
    case = make_case()
    cases.note(case, by=BY, words="A private thought.")
    cases.write_to_reporter(case, by=BY, words="Which day was it?")
    page = path_of(links.link(case))
    shown = client.get(page).content.decode()
    assert "Which day was it?" in shown
    assert "A private thought." not in shown
    assert client.post(page, {"words": "On Monday."}).status_code == 302
    assert "On Monday." in client.get(page).content.decode()
    assert "Write what you would like" in client.post(page, {"words": " "}).content.decode()


def test_a_reference_guessed_teaches_nothing(client, today):
    case = make_case()
    said = {"email": "somebody@else.example.org"}
    for ask in (lambda ref: client.get(f"/cases/{ref}/"), lambda ref: client.post(f"/cases/{ref}/new-link/", said)):
        assert len({plain(ask(ref), ref) for ref in (case.reference, "XXXX-XXXX")}) == 1
    assert Message.objects.count() == 1


def test_a_new_link_makes_the_one_before_useless(client, today):
    case = make_case()
    old = path_of(links.link(case))
    client.post(f"/cases/{case.reference}/new-link/", {"email": "Ann.Price@example.org"})
    case.refresh_from_db()
    new = path_of(links.link(case))
    assert "does not work any more" in client.get(old).content.decode()
    assert "What has happened" in client.get(new).content.decode()
    assert "What has happened" not in client.get(new.replace(case.reference, "XXXX-XXXX")).content.decode()
