"""Cases as the team works on them: the list, one whole, its steps, what came by phone; and who sees nothing of it."""

import pytest
from django.urls import reverse

from feedback import cases, clocks, rules
from feedback.models import Case, CaseEvent, CaseLetter
from feedback.models.cases import Kind, Outcome, State
from files import quarantine
from files.models import FileView
from tests.builders import BY, TODAY, make_listing
from tests.case_builders import make_case
from tests.papers import photo
from tests.team_builders import member

pytestmark = pytest.mark.django_db
LIST = reverse("admin:feedback_case_changelist")


@pytest.fixture
def officer(client, today):
    user = member("officer@council.example.org", "case-officer", name="Olwen Officer")
    client.force_login(user)
    return user


def page(case):
    return reverse("admin:feedback_case_change", args=[case.pk])


def step(case, slug):
    return reverse("admin:feedback_case_step", args=[case.pk, slug])


def text(response):
    return response.content.decode()


def test_the_list_shows_what_is_under_way_and_what_is_late(client, officer):
    late, closed = make_case(received_on=TODAY.replace(day=2)), make_case(kind=Kind.COMPLAINT)
    cases.take_on(closed, by=officer)
    cases.answer(closed, by=officer, outcome=Outcome.UPHELD, words="Yes.", on=TODAY)
    shown = text(client.get(LIST))
    assert late.reference in shown
    assert "(late)" in shown
    assert closed.reference not in shown
    assert closed.reference in text(client.get(f"{LIST}?where=over"))
    assert late.reference in text(client.get(f"{LIST}?where=late"))
    assert late.reference in text(client.get(f"{LIST}?whose=nobody"))
    assert late.reference not in text(client.get(f"{LIST}?whose=mine"))


def test_a_case_is_taken_on_acknowledged_talked_about_and_answered_in_its_pages(client, officer):
    case = make_case(kind=Kind.COMPLAINT)
    assert "acknowledge" in text(client.get(page(case))).lower()
    client.post(step(case, "take-on"), {"handler": officer.pk})
    client.post(step(case, "acknowledge"), {"words": "Olwen looks into it."})
    client.post(step(case, "talked"), {"on": TODAY, "words": "We talked it over."})
    client.post(step(case, "about"), {"severity": "high", "themes": ["money"], "language": "cy"})
    client.post(step(case, "answer"), {"outcome": "upheld", "words": "We are sorry."})
    case.refresh_from_db()
    assert (case.state, case.outcome, case.severity, case.handler) == (State.CLOSED, "upheld", "high", officer)
    shown = text(client.get(page(case)))
    for words in ("Olwen looks into it.", "We talked it over.", "We are sorry.", "Closed: upheld", "done in time"):
        assert words in shown
    assert "cannot be done now" in text(client.get(step(case, "answer"), follow=True))


def test_what_is_missing_is_said_and_what_was_typed_stays(client, officer):
    case = make_case(kind=Kind.COMPLAINT)
    client.post(step(case, "take-on"), {"handler": officer.pk})
    answer = text(client.post(step(case, "answer"), {"outcome": "", "words": "Typed at length"}))
    assert "Nothing is done yet" in answer
    assert "Typed at length" in answer


@pytest.mark.parametrize("kind", [Kind.CONCERN, Kind.SAFEGUARDING])
def test_what_came_by_phone_is_written_down_for_the_day_it_came(client, officer, kind):
    said = {
        "kind": kind, "received_how": "phone", "received_on": "2026-11-19", "words": "He shouted.",
        "severity": "medium", "anonymous": "on",
    }  # fmt: skip
    response = client.post(reverse("admin:feedback_case_record"), said, follow=True)
    case = Case.objects.get()
    assert case.clocks.first().began_on.isoformat() == "2026-11-19"
    assert case.recorded_by == officer
    if kind == Kind.SAFEGUARDING:  # whoever wrote it down does not see it any more
        assert response.redirect_chain[-1][0] == LIST
        assert client.get(page(case)).status_code == 302
    else:
        assert "He shouted." in text(response)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"received_on": "2030-01-01"}, "today or a day before"),
        ({"kind": "complaint", "anonymous": "on"}, "somebody who can be answered"),
        ({"kind": "complaint", "name": "Ann"}, "how they can be answered"),
        ({"anonymous": "on", "name": "Ann"}, "Take out their name"),
        ({"words": " "}, "Write something"),
        ({"email": "ann"}, "valid email"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed(client, officer, wrong, said):
    typed = {
        "kind": "concern", "received_how": "letter", "received_on": "2026-11-19", "words": "He shouted.",
        "severity": "low", "about_words": "A man with a van", **wrong,
    }  # fmt: skip
    answer = text(client.post(reverse("admin:feedback_case_record"), typed))
    assert said in answer
    assert "A man with a van" in answer
    assert not Case.objects.exists()


def test_a_clock_is_paused_extended_and_let_go_on_with_a_reason_or_not_at_all(client, officer):
    case = make_case()
    clocks.begin(case, rules.ALLEGED, on=TODAY)
    reply = case.clocks.get(rule="reply")

    def change(verb, **said):
        return client.post(reverse("admin:feedback_case_clock", args=[case.pk, reply.pk, verb]), said)

    assert "Write something" in text(change("pause", reason=""))
    change("pause", reason="In hospital")
    reply.refresh_from_db()
    assert reply.paused_on == TODAY
    change("go-on", reason="Home")
    change("extend", reason="Ill again", until="2027-02-01")
    reply.refresh_from_db()
    assert reply.due_on.isoformat() == "2027-02-01"
    shown = text(client.get(page(case)))
    assert "In hospital" in shown
    acknowledge = case.clocks.get(rule="acknowledge")
    url = reverse("admin:feedback_case_clock", args=[case.pk, acknowledge.pk, "extend"])
    assert "cannot be extended" in text(client.post(url, {"reason": "Busy", "until": "2027-02-01"}))


def test_a_file_is_added_opened_and_the_view_recorded(client, officer):
    case = make_case()
    client.post(step(case, "file"), {"file": photo()})
    file = case.files.get().file
    url = reverse("admin:feedback_case_file", args=[case.pk, file.token])
    assert client.get(url).status_code == 404  # nobody opens it until it is clean
    quarantine.settle(file.pk)
    assert client.get(url).status_code == 200
    assert FileView.objects.get(file=file).viewer_id == officer.pk
    other = make_case()
    assert client.get(reverse("admin:feedback_case_file", args=[other.pk, file.token])).status_code == 404


def test_a_letter_waits_for_who_has_no_email_address(client, officer):
    case = make_case(email="", address="1 High Street, Usk")
    client.post(step(case, "acknowledge"), {"words": ""})
    assert CaseLetter.objects.get().case == case


def test_an_auditor_sees_that_it_is_there_and_not_what_was_said(client, officer):
    case = make_case(words="A secret story", name="Ann Price")
    cases.note(case, by=officer, words="A private note")
    client.force_login(member("audit@council.example.org", "auditor"))
    shown = text(client.get(page(case)))
    assert case.reference in shown
    for words in ("A secret story", "A private note", "Ann Price", "ann.price@example.org"):
        assert words not in shown
    assert client.get(step(case, "note")).status_code == 403


def test_nobody_finds_a_safeguarding_case_or_one_that_is_about_them(client, officer):
    listing = make_listing("Bryn Lewis", owner=officer)
    ordinary = make_case(listing=listing)
    hidden = [make_case(kind=Kind.SAFEGUARDING), ordinary, make_case(kind=Kind.COMPLAINT, about_user=officer)]
    for case in hidden:
        assert case.reference not in text(client.get(f"{LIST}?where=all"))
        assert page(case) not in text(client.get(f"{LIST}?where=all&q={case.reference}"))
        assert client.get(page(case)).status_code == 302
        assert client.get(step(case, "note")).status_code == 404
    assert CaseEvent.objects.filter(what="note").count() == 0


def test_links_to_others_about_the_same_carer_leave_out_what_may_not_be_seen(client, officer):
    listing = make_listing("Bryn Lewis")
    first, second = make_case(listing=listing), make_case(listing=listing)
    secret = make_case(listing=listing, kind=Kind.SAFEGUARDING)
    shown = text(client.get(page(first)))
    assert second.reference in shown
    assert secret.reference not in shown
    client.post(step(second, "merge"), {"into": first.pk})
    second.refresh_from_db()
    assert second.merged_into == first


def test_a_safeguarding_lead_records_a_referral(client, today):
    client.force_login(member("lead@council.example.org", "safeguarding-lead", name="Lena Lead"))
    case = make_case(kind=Kind.SAFEGUARDING)
    said = {
        "on": "2026-11-20",
        "at": "09:30",
        "made_by": "Lena Lead",
        "to": "Adult safeguarding",
        "their_reference": "AS/7",
    }
    client.post(step(case, "refer"), said)
    shown = text(client.get(page(case)))
    assert "AS/7" in shown
    cases.note(case, by=BY, words="Rang again")
    assert "Rang again" in text(client.get(page(case)))
