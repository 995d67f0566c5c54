"""What of cases waits, is escalated, is posted and goes; and that nobody learns of one that is not for them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import team
from audit.models import AuditEvent
from feedback import case_purging, cases, escalating
from feedback.case_waiting import waiting
from feedback.events import add
from feedback.models import BankHoliday, Case, CaseEvent, CaseLetter, Referral
from feedback.models.cases import Kind, Outcome
from feedback.states import NotAllowed
from files.models import FileView, StoredFile
from files.private import accept_file
from notifications.models import Message
from tests.builders import BY, TODAY, make_listing
from tests.case_builders import make_case
from tests.papers import photo
from tests.team_builders import member

pytestmark = pytest.mark.django_db
BY_JOB = "job:escalate-cases"


def counts(user):
    return {one.what: one.count for one in waiting(user)}


def test_each_sees_what_waits_of_their_own_kinds_and_nobody_else_that_there_are_others(today):
    officer, lead = (
        member("o@council.example.org", "case-officer"),
        member("l@council.example.org", "safeguarding-lead"),
    )
    make_case(received_on=TODAY - timedelta(days=20))
    make_case(kind=Kind.SAFEGUARDING, received_on=TODAY - timedelta(days=20))
    make_case(hold="links")
    assert counts(officer) == {
        "Cases that are late": 1, "Cases with something due within a week": 0, "Cases that nobody handles yet": 1,
        "Letters about cases to post": 0, "Feedback kept aside as spam": 1,
    }  # fmt: skip
    assert counts(lead) == {
        "Cases that are late": 1, "Cases with something due within a week": 0, "Worries to refer": 1,
    }  # fmt: skip
    assert waiting(member("e@council.example.org", "editor")) == []


def test_what_is_late_is_told_once_to_those_who_lead_and_not_to_whom_it_is_about(today):
    manager, accused = member("m@council.example.org", "manager"), member("n@council.example.org", "manager")
    lead = member("l@council.example.org", "safeguarding-lead")
    make_case(received_on=TODAY - timedelta(days=20), about_user=accused, kind=Kind.COMPLAINT)
    worry = make_case(kind=Kind.SAFEGUARDING, received_on=TODAY - timedelta(days=20), email="", name="")
    Message.objects.all().delete()
    first = escalating.escalate(on=TODAY, by=BY_JOB)
    assert first >= 2
    assert escalating.escalate(on=TODAY, by=BY_JOB) == 0
    told = Message.objects.filter(template=escalating.LATE)
    assert accused.email not in set(told.exclude(key__startswith=f"case:{worry.pk}:").values_list("to", flat=True))
    assert {manager.email, lead.email} <= set(told.values_list("to", flat=True))
    assert lead.email not in set(told.exclude(key__startswith=f"case:{worry.pk}:").values_list("to", flat=True))
    assert set(told.filter(key__startswith=f"case:{worry.pk}:").values_list("reader", flat=True)) == {
        "feedback.see_safeguarding"
    }


def test_what_is_in_time_is_not_escalated(today):
    member("m@council.example.org", "manager")
    make_case()
    assert escalating.escalate(on=TODAY, by=BY_JOB) == 0


@pytest.mark.parametrize("role", ["auditor", "manager"])
def test_a_safeguarding_case_is_in_no_list_of_somebody_who_may_not_know_of_it(client, today, role):
    lead = member("l@council.example.org", "safeguarding-lead")
    case = make_case(kind=Kind.SAFEGUARDING)
    file = accept_file(photo(), by=BY, purpose=cases.PURPOSE)
    cases.attach(case, by=lead, files=[file])
    FileView.objects.create(file=file, viewer_id=lead.pk, role="team")
    client.force_login(member("x@council.example.org", role))
    shows = role == "manager"
    for model, told in ((AuditEvent, "feedback.case"), (StoredFile, f"File {file.pk}"), (FileView, f"File {file.pk}")):
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert (told in client.get(url).content.decode()) is shows, model
    url = reverse("admin:notifications_message_changelist")
    assert (case.reference in client.get(url).content.decode()) is shows
    home = client.get(reverse("admin:index")).content.decode()
    assert ("Worries to refer" in home) is shows


def test_letters_are_opened_and_marked_as_posted_by_those_who_handle_such_cases(client, today):
    officer, lead = (
        member("o@council.example.org", "case-officer"),
        member("l@council.example.org", "safeguarding-lead"),
    )
    case = make_case(email="", address="1 High Street, Usk", name="Ann Price")
    cases.acknowledge(case, by=officer, on=TODAY)
    letter = CaseLetter.objects.get()
    url, paper = reverse("admin:feedback_case_letters"), reverse("admin:feedback_case_letter_paper", args=[letter.pk])
    client.force_login(lead)
    assert letter.subject not in client.get(url).content.decode()
    assert client.get(paper).status_code == 404
    client.force_login(officer)
    assert letter.subject in client.get(url).content.decode()
    assert client.get(paper).status_code == 200
    client.post(url, {"letter": letter.pk})
    letter.refresh_from_db()
    assert (letter.posted_by, letter.posted_at is not None) == (officer, True)
    client.force_login(member("a@council.example.org", "auditor"))
    assert client.get(url).status_code == 403


def test_a_case_goes_whole_six_years_after_it_was_closed(today):
    lead = member("l@council.example.org", "safeguarding-lead")
    case = make_case(kind=Kind.SAFEGUARDING)
    cases.attach(case, by=lead, files=[file := accept_file(photo(), by=BY, purpose=cases.PURPOSE)])
    cases.refer(case, by=lead, made_at=timezone.now(), made_by="Lena", to="Safeguarding", on=TODAY)
    cases.take_on(case, by=lead)
    cases.answer(case, by=lead, outcome=Outcome.ENDED, words="It has ended.", on=TODAY)
    assert case_purging.purge(on=TODAY + timedelta(days=6 * 365), by=BY) == 0
    assert case_purging.purge(on=TODAY + timedelta(days=6 * 366 + 2), by=BY) == 1
    for model in (Case, CaseEvent, Referral):
        assert not model.objects.exists()
    assert not Message.objects.filter(key__startswith=f"case:{case.pk}:").exists()
    file.refresh_from_db()
    assert file.purged_at


def test_a_bank_holiday_is_added_refused_and_taken_away_in_the_admin(client, today):
    client.force_login(member("o@council.example.org", "case-officer"))
    new = reverse("admin:feedback_bankholiday_new")
    assert (
        "Nobody works on that day already" in client.post(new, {"day": "2026-12-25", "name": "Mine"}).content.decode()
    )
    client.post(new, {"day": "2026-12-01", "name": "A coronation"})
    holiday = BankHoliday.objects.get()
    client.post(reverse("admin:feedback_bankholiday_away", args=[holiday.pk]))
    assert not BankHoliday.objects.exists()
    client.force_login(member("a@council.example.org", "auditor"))
    assert client.get(new).status_code == 403


# --- nobody learns of their own, and nobody goes on who may not know ------------------------------------------


def test_whoever_leads_is_not_mailed_a_worry_about_themselves(today):
    manager, lead = member("m@council.example.org", "manager"), member("l@council.example.org", "safeguarding-lead")
    make_case(kind=Kind.SAFEGUARDING, listing=make_listing("Bryn Lewis", owner=manager), email="", name="")
    assert set(Message.objects.values_list("to", flat=True)) == {lead.email}


def test_the_outbox_hides_the_mails_of_a_case_about_oneself(client, today):
    officer = member("o@council.example.org", "case-officer")
    make_case(kind=Kind.COMPLAINT, about_user=officer, email="about.you@example.org")
    make_case(kind=Kind.COMPLAINT, email="about.somebody@example.org")
    client.force_login(officer)
    shown = client.get(reverse("admin:notifications_message_changelist")).content.decode()
    assert "about.somebody@example.org" in shown
    assert "about.you@example.org" not in shown


@pytest.mark.parametrize("how", ["becomes a safeguarding matter", "is about them", "they left the team"])
def test_a_handler_who_may_not_know_of_it_any_more_is_told_no_more_and_whoever_leads_is(today, how):
    officer, manager = member("o@council.example.org", "case-officer"), member("m@council.example.org", "manager")
    case = make_case()
    cases.take_on(case, by=officer)
    if how == "they left the team":
        team.remove(officer, by=manager)
    elif how == "is about them":
        cases.describe(case, by=manager, about_user=officer)
    else:
        cases.make_another_kind(case, kind=Kind.SAFEGUARDING, by=officer, reason="A bruise", on=TODAY)
    Message.objects.all().delete()
    cases.hear_from_reporter(case, words="He came again last night.")
    assert officer.email not in set(Message.objects.values_list("to", flat=True))
    assert counts(manager)["Cases that nobody handles yet"] == 1


def test_somebody_who_left_the_team_is_followed_by_whoever_leads(today):
    officer, manager = member("o@council.example.org", "case-officer"), member("m@council.example.org", "manager")
    case = make_case()
    cases.take_on(case, by=officer)
    team.remove(officer, by=manager)
    Message.objects.all().delete()
    cases.hear_from_reporter(case, words="He came again last night.")
    assert set(Message.objects.values_list("to", flat=True)) == {manager.email}


def test_what_was_put_to_one_carer_does_not_become_about_another(today):
    bryn, gwen = make_listing("Bryn Lewis"), make_listing("Gwen Rees")
    case = make_case(listing=bryn)
    add(case, CaseEvent.What.ALLEGED, by=BY)
    with pytest.raises(NotAllowed, match="new case"):
        cases.describe(case, by=BY, listing=gwen)


def test_an_auditor_does_not_find_a_case_by_the_name_that_they_may_not_read(client, today):
    make_case(name="Zebedee Jones")
    client.force_login(member("a@council.example.org", "auditor"))
    assert "0 cases" in client.get(reverse("admin:feedback_case_changelist") + "?q=Zebedee").content.decode()


def test_why_it_was_opened_again_is_for_the_team_alone(today):
    officer = member("o@council.example.org", "case-officer")
    case = make_case(kind=Kind.COMPLAINT)
    cases.take_on(case, by=officer)
    cases.answer(case, by=officer, outcome=Outcome.UPHELD, words="Yes.", on=TODAY)
    cases.reopen(case, by=officer, reason="Her brother Gwyn rang", on=TODAY)
    assert not CaseEvent.objects.of(case).for_reporter().filter(words__contains="Gwyn").exists()


def test_formal_consideration_is_asked_for_once(today):
    officer, other = member("o@council.example.org", "case-officer"), member("p@council.example.org", "case-officer")
    case = make_case(kind=Kind.COMPLAINT)
    cases.ask_formal(case, by=officer, on=TODAY)
    cases.answer_formally(case, by=other, outcome=Outcome.UPHELD, words="Yes.", on=TODAY)
    with pytest.raises(NotAllowed, match="once"):
        cases.ask_formal(case, by=officer, on=TODAY)


def test_a_number_of_forty_digits_posts_no_letter(client, today):
    client.force_login(member("o@council.example.org", "case-officer"))
    assert client.post(reverse("admin:feedback_case_letters"), {"letter": "9" * 40}).status_code == 302


def test_what_was_merged_vanishes_with_the_case_it_was_merged_into(client, today):
    officer = member("o@council.example.org", "case-officer")
    first, second, third = (make_case() for _ in range(3))
    cases.merge(first, into=second, by=BY, on=TODAY)
    cases.merge(second, into=third, by=BY, on=TODAY)
    first.refresh_from_db()
    assert first.merged_into == third
    cases.make_another_kind(third, kind=Kind.SAFEGUARDING, by=BY, reason="A bruise", on=TODAY)
    assert not Case.objects.visible(officer).exists()
    assert set(Message.objects.values_list("reader", flat=True)) == {"feedback.see_safeguarding"}


def test_whoever_looked_into_a_double_or_brought_it_has_a_part_in_the_whole(today):
    looked, brought = member("l@council.example.org", "manager"), member("b@council.example.org", "manager")
    double, whole = make_case(reporter_user=brought), make_case()
    cases.take_on(double, by=looked)
    cases.merge(double, into=whole, by=BY, on=TODAY)
    assert looked.pk in cases.handlers(whole)
    assert not Case.objects.visible(brought).exists()
    with pytest.raises(cases.OwnCase):
        cases.note(whole, by=brought, words="Mine")


def test_a_worry_is_passed_on_only_with_its_referral(today):
    lead = member("l@council.example.org", "safeguarding-lead")
    case = make_case(kind=Kind.SAFEGUARDING)
    cases.take_on(case, by=lead)
    with pytest.raises(NotAllowed, match="referral first"):
        cases.answer(case, by=lead, outcome=Outcome.PASSED_ON, words="They look into it.", on=TODAY)
    cases.refer(case, by=lead, made_at=timezone.now(), made_by="Lena", to="Safeguarding", on=TODAY)
    cases.answer(case, by=lead, outcome=Outcome.PASSED_ON, words="They look into it.", on=TODAY)


def test_the_record_of_what_was_said_is_kept_also_where_nobody_can_be_written_to(today):
    officer = member("o@council.example.org", "case-officer")
    case = cases.write_down(
        by=officer, how="phone", received_on=TODAY, on=TODAY, kind=Kind.COMPLAINT, words="Nobody rings.", name="Ann",
        phone="01632 960001",
    )  # fmt: skip
    cases.acknowledge(case, by=officer, on=TODAY, words="I ring.", record_of_it="Nobody rings back on Mondays.")
    assert CaseEvent.objects.of(case).get(what="acknowledged").words == "I ring.\n\nNobody rings back on Mondays."


def test_an_answer_in_place_of_an_acknowledgement_is_counted_and_late_when_it_is(today):
    officer = member("o@council.example.org", "case-officer")
    case = make_case(kind=Kind.COMPLAINT, received_on=TODAY - timedelta(days=20))
    cases.take_on(case, by=officer)
    cases.answer(case, by=officer, outcome=Outcome.UPHELD, words="Yes.", on=TODAY)
    assert case.clocks.get(rule="acknowledge").was_in_time is False


def test_what_only_came_with_many_others_is_here_like_any_other_and_mails_nobody(today):
    case = make_case(kind=Kind.COMPLAINT, hold="often")
    assert case.clocks.filter(rule="acknowledge").exists()
    assert not Message.objects.exists()


def test_after_the_formal_answer_only_the_ombudsman_is_named(today):
    officer, other = member("o@council.example.org", "case-officer"), member("p@council.example.org", "case-officer")
    case = make_case(kind=Kind.COMPLAINT)
    cases.ask_formal(case, by=officer, on=TODAY)
    cases.answer_formally(case, by=other, outcome=Outcome.NOT_UPHELD, words="No.", on=TODAY)
    said = Message.objects.get(template="feedback/mail/answered").text
    assert "Public Services Ombudsman" in said
    assert "formal consideration" not in said
