"""The team's pages on which a case reaches the carer: what they show before the button, and who may press it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance import case_guests, case_step_pages, queue
from compliance.models import Decision, Guest, OutcomeText
from directory.models import Listing
from feedback.models import Case, CaseEvent
from feedback.models.cases import Kind, State
from notifications.models import Message
from onboarding.reasons import Reason
from tests.builders import TODAY
from tests.case_builders import handed_over, looked_into, make_case, put
from tests.team_builders import member
from tests.test_case_appeals import comes
from tests.test_case_deciding import carer, case, decide, fresh, heard, officer, reviewer, state  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LATER = TODAY + timedelta(days=30)
REASONS = {"words_cy": "Torrwyd y Cod."}


@pytest.fixture
def manager(today):
    return member("manager@council.example.org", "manager", name="Mair Howells")


def at(slug, case):  # noqa: F811
    return case_step_pages.BY_SLUG[slug].url(case)


def entered(user):
    client = Client()
    client.force_login(user)
    return client


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def press(user, slug, case, **said):  # noqa: F811
    """Filled in, what it comes to seen, and then the button."""
    client = entered(user)
    shown = client.post(at(slug, case), said)
    assert shown.status_code == 200, shown
    return shown, client.post(at(slug, case), {**said, "seen": shown.context["seen"]}, follow=True)


def steps(user, case):  # noqa: F811
    return [step.text for step in case_step_pages.own_steps(fresh(case), user)]


def test_the_allegation_is_shown_as_the_carer_reads_it_before_it_goes(case, officer):  # noqa: F811
    shown, after = press(officer, "put", case, words_cy="Ni ddaeth ar y dydd Llun.")
    assert [said.language for said in shown.context["told"]] == ["cy", "en"]
    assert "Bryn Lewis is mailed, in Welsh." in text(shown)
    assert "You do not decide this case." in text(shown)
    assert fresh(case).state == State.REPLY
    assert Message.objects.get(to="bryn@example.org").text == shown.context["told"][0].text
    assert "done" in text(after)


def test_nothing_goes_without_having_been_seen_as_it_is(case, officer):  # noqa: F811
    client = entered(officer)
    client.post(at("put", case), {"words_cy": "Un"})
    shown = client.post(at("put", case), {"words_cy": "Dau", "seen": "another"})
    assert "not what you saw before" in text(shown)
    assert fresh(case).state == State.OPEN


def test_what_is_said_by_phone_is_written_down_for_the_day_on_which_it_was_said(case, officer):  # noqa: F811
    put(case, officer)
    client = entered(officer)
    said = {"how": "phone", "received_on": TODAY.isoformat(), "words": "She was ill."}
    wrong = client.post(at("reply", case), {**said, "received_on": LATER.isoformat()})
    assert "Choose today, or a day before." in text(wrong)
    client.post(at("reply", case), said)
    assert CaseEvent.objects.get(what="replied").data["how"] == "phone"


def test_more_time_is_given_with_a_reason(case, officer):  # noqa: F811
    put(case, officer)
    press(officer, "more-time", case, until=LATER.isoformat(), reason="In hospital")
    assert case.clocks.get(rule="reply").due_on == LATER


def test_whoever_decides_has_all_of_it_before_them_and_reads_where_the_limit_is(case, carer, officer, reviewer):  # noqa: F811
    heard(case, carer, officer)
    page = text(entered(reviewer).get(at("decide", case)))
    for there in ("Dydych chi ddim wedi dod", "Roeddwn i&#x27;n sâl.", "She did not come.", "<strong>Remove</strong>"):
        assert there in page
    assert "never says how one person’s care is carried out" in page
    assert "SI 2017/1264" in page


def test_an_outcome_is_shown_whole_before_the_button_and_done_after_it(case, carer, officer, reviewer):  # noqa: F811
    heard(case, carer, officer)
    shown, _after = press(reviewer, "decide", case, outcome="remove", to_reporter="", **REASONS)
    assert "This listing has gone" in text(shown)
    assert "Whoever told us reads the outcome, and not the reasons." in text(shown)
    told = shown.context["told"][0].text
    assert "Torrwyd y Cod." in told
    assert "19 Rhagfyr 2026" in told
    assert Message.objects.filter(to="bryn@example.org").first().text == told
    assert state(carer) == Listing.State.ENDED
    assert Decision.objects.get().kind == "removed"


def test_an_outcome_with_a_day_asks_for_it_and_one_that_was_not_heard_is_refused(case, officer, reviewer):  # noqa: F811
    from compliance import case_deciding

    case_deciding.hand_over(case, by=officer, summary="Late", recommendation="suspend", on=TODAY)
    client = entered(reviewer)
    assert "Choose the day." in text(client.post(at("decide", case), {"outcome": "suspend", **REASONS}))
    _shown, after = press(reviewer, "decide", case, outcome="remove", **REASONS)
    assert "Put the allegation to the carer first." in text(after)
    assert not Decision.objects.exists()


def test_whoever_looked_into_it_reads_why_they_do_not_decide(case, carer, manager):  # noqa: F811
    mine = heard(looked_into(make_case(listing=carer.listing), manager), carer, manager)
    answer = entered(manager).get(at("decide", mine), follow=True)
    assert "You looked into it, so somebody else decides it." in text(answer)
    assert "Decide it" not in steps(manager, mine)


def test_who_may_not_is_turned_away(case, carer, officer, reviewer):  # noqa: F811
    assert entered(reviewer).get(at("put", case)).status_code == 403
    heard(case, carer, officer)
    other = member("two@council.example.org", "case-officer")
    assert entered(other).get(at("decide", case)).status_code == 403
    assert entered(member("e@council.example.org", "editor")).get(at("decide", case)).status_code == 403
    Case.objects.update(reporter_user=reviewer)
    assert entered(reviewer).get(at("decide", case)).status_code == 404


def test_each_sees_the_steps_that_are_theirs_now(case, carer, officer, reviewer, manager):  # noqa: F811
    assert steps(officer, case) == ["Put it to the carer", "Hand it over for a decision"]
    assert steps(manager, case) == [
        "Put it to the carer", "Hand it over for a decision", "Invite a guest to decide", "Pause the listing now"
    ]  # fmt: skip
    heard(case, carer, officer)
    assert steps(reviewer, case) == ["Decide it", "Hand it back", "Pause the listing now"]
    page = text(entered(reviewer).get(reverse("admin:feedback_case_change", args=[case.pk])))
    assert at("decide", case) in page


def test_an_appeal_that_came_by_letter_is_written_down_and_decided_by_a_third(case, carer, officer, reviewer):  # noqa: F811
    decide(heard(case, carer, officer), reviewer)
    said = {"how": "letter", "received_on": TODAY.isoformat(), "words": "It was not me."}
    entered(officer).post(at("appeal", case), said)
    third = member("third@council.example.org", "reviewer")
    page = text(entered(third).get(at("hear", case)))
    assert "It was not me." in page
    assert "Torrwyd y Cod." in page
    shown, _after = press(third, "hear", case, result="appeal-upheld", words_cy="Roedd yn iawn.")
    assert "comes back" in text(shown)
    assert state(carer) == Listing.State.LIVE


def test_a_milder_outcome_has_to_be_named_with_its_day(case, carer, officer, reviewer):  # noqa: F811
    decide(heard(case, carer, officer), reviewer)
    entered(officer).post(at("appeal", case), {"how": "phone", "received_on": TODAY.isoformat(), "words": "No."})
    client = entered(member("third@council.example.org", "reviewer"))
    said = {"result": "appeal-varied", "words_cy": "Rhy llym."}
    assert "Choose which." in text(client.post(at("hear", case), said))
    assert "Choose the day." in text(client.post(at("hear", case), {**said, "varied_to": "suspend"}))


def test_only_who_may_is_asked_why_an_appeal_is_taken_late(case, carer, officer, reviewer, manager):  # noqa: F811
    decide(heard(case, carer, officer), reviewer, "advice")
    case.clocks.filter(rule="appeal").update(due_on=TODAY - timedelta(days=1))
    said = {"how": "phone", "received_on": TODAY.isoformat(), "words": "No."}
    assert "A manager can still take it" in text(entered(officer).post(at("appeal", case), said))
    entered(manager).post(at("appeal", case), {**said, "late_because": "They were in hospital."})
    assert fresh(case).state == State.APPEAL


def test_a_plan_is_kept_or_not_on_its_day(case, carer, officer, reviewer):  # noqa: F811
    decide(heard(case, carer, officer), reviewer, "action-plan", until=LATER)
    shown, _after = press(officer, "plan", case, kept="no", words="Dim newid.")
    assert "Dim newid." in shown.context["told"][0].text
    assert fresh(case).state == State.OPEN


def test_a_safeguarding_lead_pauses_the_listing_at_once_and_the_carer_reads_nothing_of_why(carer):  # noqa: F811
    lead = member("lead@council.example.org", "safeguarding-lead")
    case = make_case(kind=Kind.SAFEGUARDING, listing=carer.listing)  # noqa: F811
    assert steps(lead, case) == ["Pause the listing now"]
    shown, _after = press(lead, "pause", case, review_on=LATER.isoformat())
    assert state(carer) == Listing.State.HIDDEN
    decision = Decision.objects.get()
    assert (decision.reason, decision.case_id) == (Reason.SAFEGUARDING, case.pk)
    told = Message.objects.get(to="bryn@example.org").text
    assert told == shown.context["told"][0].text
    assert case.reference not in told
    assert case.words not in told


# --- a guest -------------------------------------------------------------------------------------------------


def test_a_guest_is_invited_from_the_case_decides_it_and_sees_no_other_page(case, carer, officer, manager):  # noqa: F811
    handed_over(case, officer, reply_by=carer.owner)
    said = {"email": "gwestai@other.example.org", "until": LATER.isoformat(), "language": "en"}
    entered(manager).post(at("guest", case), said)
    assert Guest.objects.get().task == "decide"
    guest = comes()
    client = entered(guest)
    page = client.get(reverse("admin:feedback_case_change", args=[case.pk]))
    assert "She did not come on Monday." in text(page)
    assert at("decide", case) in text(page)
    for closed in ("onboarding_carer_changelist", "compliance_claim_changelist", "compliance_decision_changelist"):
        assert client.get(reverse(f"admin:{closed}")).status_code == 403
    _shown, after = press(guest, "decide", case, outcome="advice", **REASONS)
    assert after.redirect_chain[-1][0] == reverse("admin:index")
    assert client.get(reverse("admin:feedback_case_change", args=[case.pk])).status_code in {302, 403}
    assert client.get(at("decide", case)).status_code == 403
    case_guests.end_all(on=TODAY, by="job:end-guests")
    assert client.get(reverse("admin:index")).status_code == 302


# --- the queue -----------------------------------------------------------------------------------------------


def waiting(user, on=TODAY):
    return [(thing.kind, thing.number) for thing in queue.things(user, on=on, now=timezone.now())]


def test_what_waits_for_a_decision_is_in_the_queue_of_whoever_may_decide_it(case, carer, officer, reviewer, manager):  # noqa: F811
    heard(case, carer, officer)
    assert ("decide", case.pk) in waiting(reviewer)
    assert ("decide", case.pk) in waiting(manager)
    assert ("decide", case.pk) not in waiting(officer)
    mine = heard(looked_into(make_case(listing=carer.listing), manager), carer, manager)
    assert ("decide", mine.pk) not in waiting(manager), "they looked into it"
    decide(case, reviewer)
    entered(officer).post(at("appeal", case), {"how": "phone", "received_on": TODAY.isoformat(), "words": "No."})
    assert ("appeal", case.pk) not in waiting(reviewer), "they decided it"
    assert ("appeal", case.pk) in waiting(manager)


def test_a_plan_is_in_the_queue_on_its_day(case, carer, officer, reviewer):  # noqa: F811
    decide(heard(case, carer, officer), reviewer, "action-plan", until=LATER)
    assert ("plan", case.pk) not in waiting(officer, LATER - timedelta(days=1))
    assert ("plan", case.pk) in waiting(officer, LATER)


# --- the letters' texts --------------------------------------------------------------------------------------


def test_the_texts_are_listed_looked_at_and_changed_by_who_may(manager, reviewer):  # noqa: F811
    client = entered(manager)
    page = reverse("admin:compliance_outcometext_text", args=["advice"])
    assert page in text(client.get(reverse("admin:compliance_outcometext_changelist")))
    said = {"en": "Dear {name}: {reasons}", "cy": "Annwyl {name}: {reasons}"}
    looked = text(client.post(page, {**said, "look": "1"}))
    assert "Annwyl Bryn Lewis: Bydd eich rhesymau yma" in looked
    assert not OutcomeText.objects.exists()
    assert "It needs {reasons}." in text(client.post(page, {**said, "cy": "Annwyl", "save": "1"}))
    client.post(page, {**said, "save": "1"})
    assert OutcomeText.objects.get().actor_id == manager.pk
    assert "Mair Howells" in text(client.get(page))
    assert entered(reviewer).get(page).status_code == 200
    assert entered(reviewer).post(page, {**said, "save": "1"}).status_code == 403
