"""What of cases waits, is escalated, is posted and goes; and that nobody learns of one that is not for them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from feedback import case_purging, cases, escalating
from feedback.case_waiting import waiting
from feedback.models import BankHoliday, Case, CaseEvent, CaseLetter, Referral
from feedback.models.cases import Kind, Outcome
from files.models import FileView, StoredFile
from files.private import accept_file
from notifications.models import Message
from tests.builders import BY, TODAY
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
