"""After a decision: an appeal heard by a third person, an action plan on its day; and a guest in a small team."""

from datetime import timedelta

import pytest

from accounts import invitations, roles, team
from accounts.models import Invitation, User
from audit.models import AuditEvent
from compliance import case_appeals, case_deciding, case_guests, case_plans, case_removals, case_telling, deciding
from compliance.case_appeals import TooLate
from compliance.case_deciding import NotHeard, NotYours
from compliance.models import Decision, Guest
from directory.models import Listing
from feedback import cases
from feedback.models import Case, CaseEvent
from feedback.models.cases import Kind, State
from feedback.states import NotAllowed
from notifications.models import Message
from onboarding import listing_photos
from onboarding.models import Carer
from onboarding.reasons import Reason
from tests.builders import TODAY
from tests.case_builders import handed_over, looked_into, make_case
from tests.papers import photo
from tests.team_builders import member
from tests.test_case_deciding import carer, case, decide, fresh, heard, mails, officer, reviewer, state  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
What = CaseEvent.What
LATER = TODAY + timedelta(days=30)
WHY = {"cy": "Mae'r dystiolaeth yn wan."}


@pytest.fixture
def third(today):
    return member("third@council.example.org", "reviewer", name="Dai Rowe")


@pytest.fixture
def removed(case, carer, officer, reviewer):  # noqa: F811
    decide(heard(case, carer, officer), reviewer)
    return case


def appeal(case, by, *, on=TODAY, **more):  # noqa: F811
    return case_appeals.appeal(case, by=by, words="Nid fi oedd e.", on=on, **more)


def hear(case, by, result="appeal-upheld", **more):  # noqa: F811
    return case_appeals.hear(case, by=by, result=result, reasons=WHY, on=TODAY, **more)


# --- an appeal comes -----------------------------------------------------------------------------------------


def test_an_appeal_comes_within_28_days_and_what_was_decided_stands_meanwhile(removed, carer):  # noqa: F811
    case = appeal(removed, carer.owner, on=TODAY + timedelta(days=28))  # noqa: F811
    assert case.state == State.APPEAL
    assert state(carer) == Listing.State.ENDED
    assert case.clocks.get(rule="appeal").met_on == TODAY + timedelta(days=28)
    assert [clock.rule for clock in case.clocks.running()] == ["hear"]
    assert mails("bryn@example.org")[-1] == "case_appealed"
    assert case_removals.finish(on=TODAY + timedelta(days=400), by="job:finish-removals") == 0


def test_after_28_days_it_takes_a_manager_and_a_reason(removed, carer, reviewer):  # noqa: F811
    day, manager = TODAY + timedelta(days=29), member("m@council.example.org", "manager")
    for by, because in ((carer.owner, "I was ill"), (reviewer, "They were ill"), (manager, " ")):
        with pytest.raises(TooLate):
            appeal(removed, by, on=day, late_because=because)
    appeal(removed, manager, on=day, late_because="They were in hospital", how="letter")
    assert fresh(removed).state == State.APPEAL


def test_a_time_to_appeal_that_is_over_runs_no_more(case, carer, officer, reviewer):  # noqa: F811
    decide(heard(case, carer, officer), reviewer, "advice")
    case_removals.finish(on=TODAY + timedelta(days=28), by="job:finish-removals")
    assert case.clocks.running().get().rule == "appeal"
    case_removals.finish(on=TODAY + timedelta(days=29), by="job:finish-removals")
    assert not case.clocks.running().exists()


def test_against_no_action_there_is_no_appeal(case, carer, officer, reviewer):  # noqa: F811
    decide(heard(case, carer, officer), reviewer, "no-action")
    with pytest.raises(NotAllowed, match="no decision here"):
        appeal(case, carer.owner)


# --- it is heard ---------------------------------------------------------------------------------------------


def test_neither_who_looked_into_it_nor_who_decided_hears_the_appeal(removed, carer, officer, reviewer):  # noqa: F811
    appeal(removed, carer.owner)
    officer.groups.add(*reviewer.groups.all())
    with pytest.raises(NotYours, match="looked into it"):
        hear(removed, User.objects.get(pk=officer.pk))
    with pytest.raises(NotYours, match="decided it"):
        hear(removed, reviewer)
    with pytest.raises(NotYours, match="do not hear"):
        hear(removed, member("two@council.example.org", "case-officer"))
    assert state(carer) == Listing.State.ENDED


def test_upheld_everything_is_as_it_was_before(case, carer, officer, reviewer, third):  # noqa: F811
    listing_photos.choose(carer, by=carer.owner, upload=photo(size=(600, 600)))
    before = Listing.objects.filter(pk=carer.listing_id).values().get()
    decide(heard(case, carer, officer), reviewer)
    appeal(case, carer.owner)
    decision = hear(case, third)
    assert (decision.kind, decision.reason, decision.case_id) == ("reinstated", Reason.APPEAL, case.pk)
    assert Listing.objects.filter(pk=carer.listing_id).values().get() == before
    case = fresh(case)
    assert (case.state, case.outcome) == (State.CLOSED, "no-action")
    assert not case.clocks.running().exists()
    told = Message.objects.filter(to="bryn@example.org").first()
    assert "Mae'r dystiolaeth yn wan." in told.text
    assert "CF35 5LJ" in told.text
    assert case_removals.finish(on=TODAY + timedelta(days=400), by="job:finish-removals") == 0
    reporter = Message.objects.filter(to="ann.price@example.org").first()
    assert reporter.template == case_telling.REPORTER


def test_dismissed_nothing_changes_and_whoever_was_removed_has_left_with_the_next_night(removed, carer, third):  # noqa: F811
    appeal(removed, carer.owner)
    before = Message.objects.filter(to="ann.price@example.org").count()
    assert hear(removed, third, "appeal-dismissed").kind == "upheld"
    assert fresh(removed).outcome == "remove"
    assert state(carer) == Listing.State.ENDED
    assert Message.objects.filter(to="ann.price@example.org").count() == before
    assert case_removals.finish(on=TODAY, by="job:finish-removals") == 1


@pytest.mark.parametrize(
    ("to", "then"),
    [
        ("suspend", (Listing.State.HIDDEN, State.CLOSED)),
        ("action-plan", (Listing.State.LIVE, State.PLAN)),
        ("advice", (Listing.State.LIVE, State.CLOSED)),
    ],
)
def test_a_milder_outcome_takes_the_place_of_the_one_before(removed, carer, third, to, then):  # noqa: F811
    appeal(removed, carer.owner)
    hear(removed, third, "appeal-varied", varied_to=to, until=LATER)
    assert (state(carer), fresh(removed).state) == then
    assert fresh(removed).outcome == to


@pytest.mark.parametrize("to", ["remove", "no-action", "", "upheld"])
def test_an_appeal_makes_nothing_worse(removed, carer, third, to):  # noqa: F811
    appeal(removed, carer.owner)
    with pytest.raises(ValueError, match="milder"):
        hear(removed, third, "appeal-varied", varied_to=to, until=LATER)


def test_what_another_matter_shut_stays_shut(removed, carer, third):  # noqa: F811
    manager = member("m@council.example.org", "manager")
    appeal(removed, carer.owner)
    hear(removed, third, "appeal-varied", varied_to="suspend", until=LATER)
    assert deciding.suspension_of(Carer.objects.get(pk=carer.pk)).case_id == removed.pk
    until = TODAY + timedelta(days=40)
    deciding.look_again(
        carer, by=manager, reason=Reason.SAFEGUARDING, review_on=until, on=TODAY,
        after=deciding.suspension_of(Carer.objects.get(pk=carer.pk)),
    )  # fmt: skip
    appeal(removed, manager, late_because="Something new came", how="phone")
    hear(removed, member("fourth@council.example.org", "reviewer"))
    assert state(carer) == Listing.State.HIDDEN


def test_who_left_meanwhile_is_heard_and_begins_anew(removed, carer, third):  # noqa: F811
    day = TODAY + timedelta(days=40)
    case_removals.finish(on=day, by="job:finish-removals")
    appeal(removed, member("m@council.example.org", "manager"), on=day, late_because="In hospital", how="letter")
    assert hear(removed, third).kind == "unchanged"
    assert state(carer) == Listing.State.ENDED


def test_what_fails_leaves_the_appeal_unheard(removed, carer, third, monkeypatch):  # noqa: F811
    appeal(removed, carer.owner)
    before = (Message.objects.count(), CaseEvent.objects.count(), Decision.objects.count())

    def fails(*args, **more):
        raise RuntimeError("The audit cannot be written.")

    monkeypatch.setattr(case_appeals, "record", fails)
    with pytest.raises(RuntimeError):
        hear(removed, third)
    assert state(carer) == Listing.State.ENDED
    assert fresh(removed).state == State.APPEAL
    assert (Message.objects.count(), CaseEvent.objects.count(), Decision.objects.count()) == before


# --- an action plan ------------------------------------------------------------------------------------------


@pytest.fixture
def planned(case, carer, officer, reviewer):  # noqa: F811
    decide(heard(case, carer, officer), reviewer, "action-plan", until=LATER)
    return case


def test_a_plan_waits_from_its_day_on(planned):
    assert not case_plans.due(LATER - timedelta(days=1))
    assert case_plans.due(LATER).get() == planned


def test_a_plan_that_was_kept_closes_the_case(planned, officer):  # noqa: F811
    case_plans.kept(planned, by=officer, words="Da iawn.", on=LATER)
    assert (fresh(planned).state, fresh(planned).outcome) == (State.CLOSED, "action-plan")
    assert mails("bryn@example.org")[-1] == "case_plan"


def test_a_plan_that_was_not_kept_is_looked_into_and_the_carer_is_heard_anew(planned, officer, reviewer):  # noqa: F811
    case_plans.broken(planned, by=officer, words="Dim byd.", on=LATER)
    assert (fresh(planned).state, fresh(planned).outcome) == (State.OPEN, "")
    assert not planned.clocks.running().exists()
    case_deciding.hand_over(planned, by=officer, summary="Not kept", recommendation="remove", on=LATER)
    with pytest.raises(NotHeard):
        decide(planned, reviewer)


def test_a_plan_goes_on_after_an_appeal_that_is_dismissed(planned, carer, third):  # noqa: F811
    appeal(planned, carer.owner)
    hear(planned, third, "appeal-dismissed")
    assert (fresh(planned).state, fresh(planned).plan_until) == (State.PLAN, LATER)


# --- a guest -------------------------------------------------------------------------------------------------

ADDRESS = "gwestai@other.example.org"


@pytest.fixture
def manager(today):
    return member("manager@council.example.org", "manager")


def invite(case, by, *, task="decide", email=ADDRESS, until=LATER):  # noqa: F811
    return case_guests.invite(case, task=task, email=email, until=until, language="en", by=by, on=TODAY)


def comes(email=ADDRESS):
    """Follows the link, which the mail alone has."""
    return invitations.accept_as_new(Invitation.objects.get(email=email), name="Guest", password="three blue kettles")


def test_a_guest_sees_and_decides_their_case_and_no_other(case, carer, officer, manager):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    other = make_case(listing=carer.listing)
    invite(case, manager)
    guest = comes()
    assert [role.slug for role in roles.of(guest)] == [roles.GUEST]
    assert guest.get_all_permissions() == set()
    assert list(Case.objects.visible(guest)) == [case]
    assert Case.may_see_any(guest)
    with pytest.raises(NotAllowed):
        decide(other, guest)
    assert decide(case, guest).actor_id == guest.pk


def test_with_the_decision_they_see_nothing_any_more_and_the_night_takes_them_out(case, carer, officer, manager):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    invite(case, manager)
    guest = comes()
    decide(case, guest)
    assert not Case.objects.visible(guest).exists()
    assert not Case.may_see_any(guest)
    assert [case_guests.end_all(on=TODAY, by="job:end-guests") for _ in "ab"] == [1, 0]
    guest.refresh_from_db()
    assert not guest.is_staff
    recorded = AuditEvent.objects.filter(event__startswith="case.guest").order_by("pk")
    assert [row.event for row in recorded] == ["case.guest_invited", "case.guest_came", "case.guest_ended"]


def test_on_the_day_after_theirs_they_see_nothing(case, carer, officer, manager):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    invite(case, manager)
    guest = comes()
    assert case_guests.at_work(guest, LATER).exists()
    assert not case_guests.at_work(guest, LATER + timedelta(days=1)).exists()


def test_who_decides_as_a_guest_does_not_hear_the_appeal(case, carer, officer, manager):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    invite(case, manager)
    guest = comes()
    decide(case, guest)
    appeal(case, carer.owner)
    with pytest.raises(NotYours, match="do not hear"):
        hear(case, guest)
    invite(case, manager, task="hear")
    with pytest.raises(NotYours, match="decided it"):
        hear(case, guest)


def test_somebody_who_is_a_guest_already_sees_the_next_case_at_once(case, carer, officer, manager):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    invite(case, manager)
    guest = comes()
    second = handed_over(looked_into(make_case(listing=carer.listing), officer), officer, reply_by=carer.owner)
    invite(second, manager)
    assert set(Case.objects.visible(guest)) == {case, second}
    decide(case, guest, "advice")
    case_guests.end_all(on=TODAY, by="job:end-guests")
    guest.refresh_from_db()
    assert guest.is_staff, "they still have a case"


def test_a_guest_who_has_not_come_does_not_come_any_more_once_it_is_decided(case, carer, officer, reviewer, manager):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    invite(case, manager)
    decide(case, reviewer)
    case_guests.end_all(on=TODAY, by="job:end-guests")
    with pytest.raises(team.Refused):
        comes()


@pytest.mark.parametrize("email", ["bryn@example.org", "ann.price@example.org", "officer@council.example.org"])
def test_nobody_who_is_part_of_it_is_a_guest(case, carer, officer, manager, email):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    with pytest.raises(NotAllowed, match="part of this case"):
        invite(case, manager, email=email)


def test_somebody_of_the_team_is_no_guest(case, carer, officer, reviewer, manager):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    with pytest.raises(team.Refused, match="in the team already"):
        invite(case, manager, email=reviewer.email)
    assert not Guest.objects.exists()


def test_where_nothing_waits_for_a_guest_none_is_invited(case, manager):  # noqa: F811
    with pytest.raises(NotAllowed, match="nothing for a guest"):
        invite(case, manager, task="hear")
    with pytest.raises(NotAllowed, match="within 90 days"):
        invite(case, manager, until=TODAY + timedelta(days=91))


def test_a_guest_loses_a_case_that_becomes_a_safeguarding_matter(case, carer, officer, manager):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    invite(case, manager)
    guest = comes()
    cases.make_another_kind(case, kind=Kind.SAFEGUARDING, by=manager, reason="Money", on=TODAY)
    assert not Case.objects.visible(guest).exists()


def test_the_role_of_a_guest_is_given_with_a_case_alone():
    assert roles.GUEST not in {role.slug for role in roles.OFFERED}
    with pytest.raises(roles.NoSuchRoles, match="no other role"):
        roles.checked([roles.GUEST, "reviewer"])
