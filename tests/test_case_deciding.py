"""A concern from the allegation to the decision: what is written to whom, who may, and what each outcome changes."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from accounts.personal import person
from audit.models import AuditEvent
from compliance import case_deciding, case_removals, case_replies, case_telling, case_texts, deciding
from compliance.case_deciding import NotHeard, NotYours
from compliance.models import Decision, OutcomeText, ReasonsLetter
from compliance.personal import personal_data
from directory.models import Listing
from feedback import cases, clocks
from feedback.models import Case, CaseEvent
from feedback.models.cases import Kind, State
from feedback.states import NotAllowed
from notifications.models import Message
from onboarding import letters, listings
from onboarding.models import Carer, Letter
from onboarding.reasons import Reason
from tests.builders import TODAY
from tests.case_builders import handed_over, looked_into, make_case, put
from tests.listed_carers import listed_carer
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
What = CaseEvent.What
LATER = TODAY + timedelta(days=30)
REASONS = {"cy": "Torrwyd y Cod."}


@pytest.fixture
def carer(today):
    return listed_carer(owner=User.objects.create_user("bryn@example.org", language="cy", name="Bryn Lewis"))


@pytest.fixture
def officer(today):
    return member("officer@council.example.org", "case-officer", name="Ann Rees")


@pytest.fixture
def reviewer(today):
    return member("reviewer@council.example.org", "reviewer", name="Ceri Pugh")


@pytest.fixture
def case(carer, officer):
    """Taken on by the officer."""
    return looked_into(make_case(listing=carer.listing), officer)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def kinds_of(case):
    return [event.what for event in CaseEvent.objects.of(case)]


def mails(to):
    return [message.template.rpartition("/")[2] for message in Message.objects.filter(to=to).order_by("pk")]


def state(carer):
    return Listing.objects.get(pk=carer.listing_id).state(TODAY)


def decide(case, by, outcome="remove", **more):
    return case_deciding.decide(case, by=by, outcome=outcome, reasons=REASONS, on=TODAY, **more)


def heard(case, carer, officer):
    return handed_over(case, officer, reply_by=carer.owner)


# --- the carer is heard --------------------------------------------------------------------------------------


def test_the_allegation_goes_to_the_carer_in_their_language_with_the_day_by_which_to_answer(case, officer):
    case = put(case, officer)
    assert case.state == State.REPLY
    clock = case.clocks.get(rule="reply")
    assert clock.due_on == date(2026, 12, 4)  # ten working days after Saturday 21 November 2026
    mail = Message.objects.get(to="bryn@example.org")
    assert mail.language == "cy"
    assert "Dydych chi ddim wedi dod ar y dydd Llun." in mail.text
    assert "4 Rhagfyr 2026" in mail.text
    assert f"/cy/my/concerns/{case.reference}/" in mail.text
    assert mail.key.startswith(f"case:{case.pk}:carer:")
    assert mail.reader == "feedback.handle_cases"


def test_where_their_language_is_unknown_it_is_written_in_each(officer):
    by_post = listed_carer("Nia Evans")
    case = looked_into(make_case(listing=by_post.listing), officer)
    with pytest.raises(ValueError, match="en"):
        put(case, officer)
    case_replies.put_to_carer(case, words={"cy": "Un", "en": "One"}, by=officer, on=TODAY)
    sheets = Letter.objects.get(carer=by_post).sheets
    assert [sheet["language"] for sheet in sheets] == ["cy", "en"]
    assert ["Un" in sheets[0]["html"], "One" in sheets[1]["html"]] == [True, True]


def test_nobody_in_the_directory_is_put_nothing_to(officer):
    case = looked_into(make_case(about_words="Somebody from Usk"), officer)
    with pytest.raises(case_replies.NoCarer):
        put(case, officer)
    with pytest.raises(case_replies.NoCarer):
        case_deciding.hand_over(case, by=officer, summary="Nobody", recommendation="no-action", on=TODAY)


def test_a_case_that_nobody_handles_is_not_put_to_the_carer(case, officer):
    Case.objects.update(handler=None)
    with pytest.raises(NotAllowed, match="take it on"):
        put(case, officer)
    assert not Message.objects.filter(to="bryn@example.org").exists()


def test_a_safeguarding_matter_is_never_put_to_the_carer(carer):
    lead = member("lead@council.example.org", "manager")
    case = looked_into(make_case(kind=Kind.SAFEGUARDING, listing=carer.listing), lead)
    with pytest.raises(NotAllowed):
        put(case, lead)
    with pytest.raises(ValueError, match="Nothing about a safeguarding matter"):
        case_telling.tell(case, carer, "anything", case_telling.REPLIED)


def test_the_reply_meets_its_clock_is_confirmed_and_whoever_handles_it_hears(case, carer, officer):
    put(case, officer)
    case_replies.reply(case, by=carer.owner, words="Roeddwn i'n sâl.", on=TODAY)
    assert fresh(case).state == State.OPEN
    assert case.clocks.get(rule="reply").met_on == TODAY
    assert mails("bryn@example.org") == ["case_alleged", "case_replied"]
    assert mails(officer.email) == ["added"]
    reply = CaseEvent.objects.get(what=What.REPLIED)
    assert reply.words == "Roeddwn i'n sâl."
    assert not CaseEvent.objects.for_reporter().filter(pk=reply.pk).exists()


def test_the_team_writes_down_what_was_said_by_phone_on_the_day_it_was_said(case, carer, officer):
    put(case, officer, on=TODAY - timedelta(days=2))
    case_replies.reply(case, by=officer, words="I was ill.", on=TODAY - timedelta(days=1), how="phone")
    assert case.clocks.get(rule="reply").met_on == TODAY - timedelta(days=1)


def test_nobody_replies_before_anything_was_put_or_after_it_is_decided(case, carer, officer, reviewer):
    with pytest.raises(NotAllowed):
        case_replies.reply(case, by=carer.owner, words="What?", on=TODAY)
    decide(heard(case, carer, officer), reviewer, "advice")
    with pytest.raises(NotAllowed):
        case_replies.reply(case, by=carer.owner, words="But", on=TODAY)


def test_without_a_reply_in_time_it_goes_on_the_day_after_and_a_late_one_is_still_heard(case, carer, officer):
    case = put(case, officer)
    last = case.clocks.get(rule="reply").due_on
    assert case_replies.end_reply_times(on=last, by="job:end-reply-times") == 0
    assert fresh(case).state == State.REPLY
    day = last + timedelta(days=1)
    assert [case_replies.end_reply_times(on=day, by="job:end-reply-times") for _ in "ab"] == [1, 0]
    assert fresh(case).state == State.OPEN
    assert case_replies.was_heard(case)
    case_replies.reply(case, by=carer.owner, words="Sorry.", on=day)
    assert kinds_of(case)[-2:] == [What.NO_REPLY, What.REPLIED]


def test_more_time_is_asked_for_given_and_told(case, carer, officer):
    put(case, officer)
    case_replies.ask_more_time(case, by=carer.owner, words="Tan y Nadolig")
    case_replies.give_more_time(case, until=LATER, reason="In hospital", by=officer, on=TODAY)
    assert case.clocks.get(rule="reply").due_on == LATER
    assert "21 Rhagfyr 2026" in Message.objects.get(template=case_telling.MORE_TIME).text
    assert case_replies.end_reply_times(on=LATER, by="job:end-reply-times") == 0
    assert "In hospital" not in [event.words for event in CaseEvent.objects.of(case).for_carer()]


def test_a_paused_clock_does_not_end_the_time_to_reply(case, officer):
    case = put(case, officer)
    clocks.pause(case.clocks.get(rule="reply"), by=officer, on=TODAY, reason="In hospital")
    assert case_replies.end_reply_times(on=LATER, by="job:end-reply-times") == 0


# --- who decides ---------------------------------------------------------------------------------------------


def test_whoever_looked_into_it_does_not_decide_it_whatever_they_may(carer):
    manager = member("manager@council.example.org", "manager")
    case = heard(looked_into(make_case(listing=carer.listing), manager), carer, manager)
    with pytest.raises(NotYours, match="looked into it"):
        decide(case, manager)
    assert state(carer) == Listing.State.LIVE


def test_whoever_put_it_to_the_carer_or_handed_it_over_has_looked_into_it(case, carer, officer):
    manager, other = member("m@council.example.org", "manager"), member("o@council.example.org", "manager")
    put(case, manager)
    case_replies.reply(case, by=carer.owner, words="Na.", on=TODAY)
    case_deciding.hand_over(case, by=other, summary="Late", recommendation="advice", on=TODAY)
    for who in (manager, other):
        with pytest.raises(NotYours):
            decide(case, who)


def test_neither_the_carer_nor_whoever_brought_it_decides(case, carer, officer, reviewer):
    heard(case, carer, officer)
    Case.objects.update(reporter_user=reviewer)
    with pytest.raises(cases.OwnCase):
        decide(case, reviewer)
    carer.owner.groups.set(reviewer.groups.all())
    carer.owner.is_staff = True
    carer.owner.save()
    with pytest.raises(cases.OwnCase):
        decide(case, User.objects.get(pk=carer.owner.pk))


def test_who_may_not_decide_cases_does_not(case, carer, officer):
    with pytest.raises(NotYours, match="do not decide"):
        decide(heard(case, carer, officer), member("two@council.example.org", "case-officer"))


def test_it_is_handed_back_for_more_and_over_again(case, carer, officer, reviewer):
    case = heard(case, carer, officer)
    case = case_deciding.hand_back(case, by=reviewer, words="What did the sister see?")
    assert case.state == State.OPEN
    with pytest.raises(NotAllowed):
        decide(case, reviewer)
    case_deciding.hand_over(case, by=officer, summary="She saw nothing.", recommendation="advice", on=TODAY)
    decide(case, reviewer, "advice")
    assert fresh(case).state == State.CLOSED


# --- what is decided -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["action-plan", "suspend", "remove"])
def test_nothing_that_takes_something_away_is_decided_about_somebody_who_was_not_heard(
    case, officer, reviewer, outcome
):
    case_deciding.hand_over(case, by=officer, summary="Late", recommendation=outcome, on=TODAY)
    with pytest.raises(NotHeard):
        decide(case, reviewer, outcome, until=LATER)
    assert fresh(case).state == State.TO_DECIDE
    assert not Decision.objects.exists()


def test_what_was_heard_before_it_was_opened_again_does_not_count(case, carer, officer, reviewer):
    decide(heard(case, carer, officer), reviewer, "advice")
    cases.reopen(case, by=officer, reason="Again", on=TODAY)
    case_deciding.hand_over(case, by=officer, summary="Again", recommendation="remove", on=TODAY)
    with pytest.raises(NotHeard):
        decide(case, reviewer)


KINDS = {
    "no-action": "unchanged", "advice": "advised", "action-plan": "planned", "suspend": "suspended", "remove": "removed"
}  # fmt: skip
STATES = {"suspend": Listing.State.HIDDEN, "remove": Listing.State.ENDED}


@pytest.mark.parametrize("outcome", KINDS)
def test_each_outcome_is_a_decision_with_its_effect_its_letter_and_its_clocks(case, carer, officer, reviewer, outcome):
    heard(case, carer, officer)
    decision = decide(case, reviewer, outcome, until=LATER, to_reporter="Thank you.")
    assert (decision.kind, decision.case_id, decision.actor_id) == (KINDS[outcome], case.pk, reviewer.pk)
    assert decision.words == "Torrwyd y Cod."
    assert state(carer) == STATES.get(outcome, Listing.State.LIVE)
    case = fresh(case)
    plan = outcome == "action-plan"
    assert (case.state, case.outcome) == (State.PLAN if plan else State.CLOSED, outcome)
    assert case.plan_until == (LATER if plan else None)
    running = list(case.clocks.running())
    assert [clock.rule for clock in running] == ([] if outcome == "no-action" else ["appeal"])
    assert case.clocks.get(rule="decide").met_on == TODAY
    told = Message.objects.filter(to="bryn@example.org").first()
    assert "Torrwyd y Cod." in told.text
    assert ("19 Rhagfyr 2026" in told.text) == (outcome != "no-action")  # 28 days to appeal
    assert "CF35 5LJ" in told.text
    assert ReasonsLetter.objects.get(case=case).sheets[0]["language"] == "cy"
    to_reporter = Message.objects.get(to="ann.price@example.org", template=case_telling.REPORTER)
    assert to_reporter.language == "en"
    assert "Thank you." in to_reporter.text
    assert "Torrwyd" not in to_reporter.text


def test_until_the_time_to_appeal_is_over_only_the_page_of_somebody_removed_is_gone(case, carer, officer, reviewer):
    decide(heard(case, carer, officer), reviewer)
    last = TODAY + timedelta(days=28)
    assert case_removals.finish(on=last, by="job:finish-removals") == 0
    assert Carer.objects.get(pk=carer.pk).left_at is None
    assert [case_removals.finish(on=last + timedelta(days=1), by="job:finish-removals") for _ in "ab"] == [1, 0]
    assert Carer.objects.get(pk=carer.pk).left_at
    assert Decision.objects.first().kind == "ended"
    assert "amser i apelio" in Message.objects.filter(to="bryn@example.org").first().text


def test_whoever_was_removed_gets_no_listing_in_its_place(case, carer, officer, reviewer):
    listings.keep(carer, by=carer.owner, facts={"name": "Bryn Again"})
    waiting = listings.send(carer, by=carer.owner).waiting
    decide(heard(case, carer, officer), reviewer)
    with pytest.raises(listings.Removed):
        listings.approve(waiting, by=reviewer)
    listings.keep(carer, by=carer.owner, facts={"name": "Bryn Once More"})
    with pytest.raises(listings.Removed):
        listings.send(carer, by=carer.owner)
    assert Carer.objects.get(pk=carer.pk).listing_id == carer.listing_id
    assert state(carer) == Listing.State.ENDED


def test_what_was_said_to_them_of_it_is_in_their_own_copy(case, carer, officer, reviewer):
    decide(heard(case, carer, officer), reviewer, "advice")
    owner = person(carer.owner.email)
    assert [row["what"] for row in personal_data(owner)["concerns about you"]] == ["alleged", "replied", "decided"]
    cases.reopen(case, by=officer, reason="Money", on=TODAY)
    lead = member("lead@council.example.org", "manager")
    cases.make_another_kind(case, kind=Kind.SAFEGUARDING, by=lead, reason="Money", on=TODAY)
    assert personal_data(owner)["concerns about you"] == []


def test_what_fails_leaves_nothing_decided(case, carer, officer, reviewer, monkeypatch):
    heard(case, carer, officer)
    before = (Message.objects.count(), CaseEvent.objects.count(), AuditEvent.objects.count())
    real = case_deciding.record

    def fails(event, **more):
        if event == "case.decided":
            raise RuntimeError("The audit cannot be written.")
        return real(event, **more)

    monkeypatch.setattr(case_deciding, "record", fails)
    with pytest.raises(RuntimeError):
        decide(case, reviewer)
    assert state(carer) == Listing.State.LIVE
    assert fresh(case).state == State.TO_DECIDE
    assert not Decision.objects.exists()
    assert not ReasonsLetter.objects.exists()
    assert (Message.objects.count(), CaseEvent.objects.count(), AuditEvent.objects.count()) == before
    assert [clock.rule for clock in case.clocks.running()] == ["decide"]


def test_a_listing_that_is_not_there_is_not_taken_down(case, carer, officer, reviewer):
    heard(case, carer, officer)
    deciding.end(carer, by=member("x@council.example.org", "manager"), reason=Reason.MOVED, on=TODAY)
    with pytest.raises(deciding.NoListing):
        decide(case, reviewer)
    decide(case, reviewer, "no-action")
    assert fresh(case).state == State.CLOSED


@pytest.mark.parametrize("outcome", ["action-plan", "suspend"])
def test_a_plan_and_a_suspension_have_a_day_that_is_to_come(case, carer, officer, reviewer, outcome):
    heard(case, carer, officer)
    for until in (None, TODAY, TODAY + timedelta(days=400)):
        with pytest.raises(ValueError, match="to come"):
            decide(case, reviewer, outcome, until=until)


def test_a_pause_of_the_meantime_is_lifted_with_the_decision_and_one_for_something_else_stays(
    case, carer, officer, reviewer
):
    manager = member("m@council.example.org", "manager")
    until = {"review_on": LATER, "on": TODAY}
    deciding.suspend(carer, by=manager, reason=Reason.CONCERN, case_id=case.pk, **until)
    heard(case, carer, officer)
    decide(case, reviewer, "advice", put_back=True)
    assert state(carer) == Listing.State.LIVE
    assert [one.kind for one in Decision.objects.all()[:2]] == ["advised", "reinstated"]
    again = handed_over(looked_into(make_case(listing=carer.listing), officer), officer, reply_by=carer.owner)
    deciding.suspend(carer, by=manager, reason=Reason.SAFEGUARDING, **until)
    decide(again, reviewer, "no-action", put_back=True)
    assert state(carer) == Listing.State.HIDDEN


# --- what a safeguarding matter takes back -------------------------------------------------------------------


def test_when_it_becomes_a_safeguarding_matter_what_has_not_gone_to_the_carer_does_not_go(case, carer, officer):
    Carer.objects.update(owner=None)
    case_replies.put_to_carer(case, words={"cy": "Un", "en": "One"}, by=officer, on=TODAY)
    letters.mark_posted(Letter.objects.all(), by=officer)
    case_replies.give_more_time(case, until=LATER, reason="Ill", by=officer, on=TODAY)
    manager = member("m@council.example.org", "manager")
    cases.make_another_kind(case, kind=Kind.SAFEGUARDING, by=manager, reason="Money is missing", on=TODAY)
    posted = Letter.objects.get()
    assert posted.posted_at
    assert posted not in letters.visible(officer)
    assert posted in letters.visible(manager)
    assert not case_telling.entries(fresh(case), carer)


# --- the letters' texts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", case_texts.NAMES)
def test_every_letter_has_a_text_that_can_be_used_in_each_language(letter):
    text = case_texts.current(letter)
    case_texts.check(letter, en=text.en, cy=text.cy)


@pytest.mark.parametrize(
    ("en", "why"),
    [
        ("", "each language"),
        ("We decided.", "needs {reasons}"),
        ("{reasons} {surname}", "Nothing is filled in for {surname}"),
        ("{reasons} {", "stands alone"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_refused(reviewer, en, why):
    with pytest.raises(case_texts.TextRefused, match=why.replace("{", r"\{")):
        case_texts.change("advice", by=reviewer, en=en, cy="{reasons}")
    assert not OutcomeText.objects.exists()


def test_a_changed_text_is_what_the_next_letter_says_and_who_changed_it_stays(case, carer, officer, reviewer):
    case_texts.change("advice", by=reviewer, en="Hello {name}: {reasons}", cy="Helo {name}: {reasons}")
    case_texts.change("advice", by=officer, en="Hi {name}: {reasons}", cy="Shwmae {name}: {reasons}")
    decide(heard(case, carer, officer), reviewer, "advice")
    assert "Shwmae Bryn Lewis: Torrwyd y Cod." in Message.objects.filter(to="bryn@example.org").first().text
    assert [row.actor_id for row in case_texts.history("advice")] == [officer.pk, reviewer.pk]


def test_what_somebody_typed_is_no_place_to_be_filled_in():
    assert case_texts.fill("{reasons}", reasons="{name}", name="Bryn") == "{name}"
