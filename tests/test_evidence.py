"""Papers as the team sees and decides them; their files; what goes when."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from compliance import queue
from compliance.checklists import checklists
from compliance.paper_desk import PaperDesk
from files import quarantine
from files.models import FileView, StoredFile
from notifications.models import Message
from onboarding import pages, papers, purging
from onboarding.models import Draft, Evidence
from onboarding.settling import check_rows
from onboarding.standing import standing
from tests.builders import BY, make_listing
from tests.paper_builders import asked, carer, insurance, seen
from tests.papers import infected, paper, photo
from tests.team_builders import member

pytestmark = pytest.mark.django_db
LIST = "/admin/onboarding/evidence/"


@pytest.fixture
def megan(today):
    return carer(services=("washing-dressing",))


@pytest.fixture
def reviewer(today, client):
    ann = member()
    client.force_login(ann)
    return ann


def words(response):
    return " ".join(response.content.decode().split())


def review(evidence):
    return reverse("admin:compliance_review", args=[PaperDesk.slug_of(evidence), evidence.pk])


def decide(client, evidence, what, **said):
    return client.post(review(evidence), {"press": what, **said}, follow=True)


CHECKS = list(checklists()["insurance"])
ACCEPT = {"seen_on": "2026-11-21", "valid_from": "2026-11-01", "valid_until": "2027-10-31", "checks": CHECKS}


# Deciding


def test_what_waits_for_a_decision_stands_first(client, reviewer, megan):
    insurance(megan)
    seen(megan, "identity", by=reviewer, worker=megan.workers.get())
    page = words(client.get(LIST))
    assert "Public liability insurance" in page
    assert "With the team (1)" in page
    assert "1 paper" in page
    every = queue.things(reviewer, on=date(2026, 11, 21), now=timezone.now())
    assert [(line.kind.slug, line.amount) for line in queue.lines(reviewer, every) if line.amount] == [("paper", 1)]


def test_one_paper_shows_what_was_said_and_its_pages_in_place(client, reviewer, megan):
    evidence = insurance(megan)
    response = client.get(f"{LIST}{evidence.pk}/change/", follow=True)
    address = reverse("admin:onboarding_evidence_file", args=[evidence.pages.get().file.token])
    assert "£5,000,000" in words(response)
    assert f'<iframe src="{address}"' in words(response)
    assert "frame-src 'self'" in response["Content-Security-Policy"]


def test_papers_are_chosen_by_the_requirements_name(client, reviewer, megan):
    insurance(megan)
    assert re.search(
        r'<a href="\?requirement=public-liability"[^>]*> ?Public liability insurance', words(client.get(LIST))
    )
    assert "1 paper" in words(client.get(LIST, {"requirement": "public-liability"}))
    assert "0 papers" in words(client.get(LIST, {"requirement": "hmrc"}))


def test_accepted_it_holds_for_the_days_it_names_and_the_carer_is_told(client, reviewer, megan):
    evidence = insurance(megan)
    page = words(client.get(review(evidence)))
    assert 'value="2027-10-31"' in page
    assert "It holds until the end of 31 October 2027." in page
    decide(client, evidence, "accept", **ACCEPT)
    evidence.refresh_from_db()
    assert (evidence.outcome, evidence.valid_until, evidence.decided_by) == ("accepted", date(2027, 10, 31), reviewer)
    assert Message.objects.filter(key=f"evidence:{evidence.pk}:accepted").count() == 1


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"seen_on": "2026-11-22"}, "It cannot have been seen on a day to come."),
        ({"valid_until": "2026-10-01"}, "The last day comes before the first."),
        ({"valid_until": ""}, "This field is required."),
        ({"valid_until": "2027-11-01"}, "The paper’s own last day is 31 October 2027"),
        ({"valid_from": "2026-10-31"}, "The paper’s own first day is 1 November 2026"),
    ],
)
def test_dates_that_cannot_be_are_not_taken(client, reviewer, megan, said, error):
    evidence = insurance(megan)
    assert error in words(decide(client, evidence, "accept", **{**ACCEPT, **said}))
    evidence.refresh_from_db()
    assert evidence.is_undecided


def aid(made):
    """A certificate of first aid, with the team: it names no end, and such papers hold three years."""
    return papers.send(
        made,
        asked("first-aid"),
        by=made.owner,
        how="upload",
        facts={},
        worker=made.workers.get(),
        dated=date(2026, 11, 1),
    )


def test_longer_than_such_papers_hold_needs_a_reason_which_is_kept(client, reviewer, megan):
    evidence = aid(megan)
    said = {"seen_on": "2026-11-21", "valid_from": "2026-11-01", "valid_until": "2029-12-31"}
    said["checks"] = list(checklists()[evidence.asked.facts])
    page = words(decide(client, evidence, "accept", **said))
    assert "Such a paper holds until 31 October 2029. Say why this one holds longer." in page
    decide(client, evidence, "accept", **said, because="The provider says four years.")
    evidence.refresh_from_db()
    assert (evidence.valid_until, evidence.because) == (date(2029, 12, 31), "The provider says four years.")
    assert AuditEvent.objects.get(event="evidence.accepted").data["longer"] is True
    assert "The provider says four years." in words(client.get(review(evidence)))
    assert "four years" not in Message.objects.get(key=f"evidence:{evidence.pk}:accepted").text


def test_the_verb_holds_the_same_rule_whoever_calls_it(reviewer, megan):
    later = {"valid_until": date(2030, 1, 1)}
    for evidence, said, field in (
        (insurance(megan), {**later, "because": "They told me so."}, "valid_until"),
        (aid(megan), later, "because"),
        (megan.evidence.undecided().first(), {"valid_from": date(2026, 1, 1)}, "valid_from"),
    ):
        with pytest.raises(papers.WrongDays) as refused:
            papers.accept(evidence, by=reviewer, **said)
        assert refused.value.field == field
        evidence.refresh_from_db()
        assert evidence.is_undecided


def test_reasons_reach_the_carer_in_their_language(client, reviewer, today):
    evidence = insurance(carer("Carys", language="cy"))
    decide(client, evidence, "send-back", reasons=["no-end"], own="Diolch.")
    evidence.refresh_from_db()
    assert evidence.reason == "Ni allem weld y diwrnod y daw i ben. Anfonwch y dudalen sy’n ei nodi.\n\nDiolch."
    assert "no-end" not in evidence.reason


@pytest.mark.parametrize(
    ("language", "address"), [("en", "http://localhost:8000/my/"), ("cy", "http://localhost:8000/cy/my/")]
)
def test_a_mail_leads_to_the_tasks_in_its_language(today, language, address):
    huw = carer("Huw", language=language)
    evidence = insurance(huw)
    ann = member()
    papers.withdraw(papers.accept(evidence, by=ann), by=ann, reason="Cancelled.")
    papers.send_back(insurance(huw), by=ann, reason="Blurred.")
    messages = Message.objects.filter(to="huw@example.org")
    assert messages.count() == 5
    for message in messages:
        assert message.text.split()[-1] == address
        assert f'href="{address}"' in message.html


def test_nothing_is_sent_back_without_saying_why(client, reviewer, megan):
    evidence = insurance(megan)
    assert "Say what is to be mended" in words(decide(client, evidence, "send-back"))
    evidence.refresh_from_db()
    assert evidence.is_undecided


def test_an_acceptance_is_withdrawn_with_its_reason(client, reviewer, megan):
    evidence = papers.accept(insurance(megan), by=reviewer)
    decide(client, evidence, "withdraw", own="The insurer does not know this policy.")
    evidence.refresh_from_db()
    assert (evidence.outcome, evidence.reason) == ("withdrawn", "The insurer does not know this policy.")


def test_what_somebody_else_decided_meanwhile_is_said(client, reviewer, megan):
    evidence = papers.send_back(insurance(megan), by=member("bob@council.example.org"), reason="Blurred.")
    page = words(decide(client, evidence, "accept", **ACCEPT, words="Thank you, Megan."))
    assert "It was not done. bob@council.example.org: sent back, 21 November 2026" in page
    assert "Thank you, Megan." in page


def test_nobody_decides_about_themselves(client, reviewer, megan):
    evidence = insurance(megan)
    megan.owner, own = reviewer, megan.owner
    megan.save()
    assert decide(client, evidence, "accept", **ACCEPT).status_code == 403
    assert "Nobody decides about themselves." in words(client.get(review(evidence)))
    assert own != reviewer


def test_who_may_only_look_sees_that_it_is_there_and_not_what_it_says(client, today, megan):
    evidence = insurance(megan)
    client.force_login(member("audit@council.example.org", "auditor"))
    page = words(client.get(review(evidence)))
    assert "You may see that it is there, and not what it says." in page
    assert "Penallt" not in page
    token = evidence.pages.get().file.token
    assert client.get(f"{LIST}files/{token}/").status_code == 403
    assert decide(client, evidence, "accept", **ACCEPT).status_code == 403


def test_why_a_paper_was_refused_is_for_those_who_may_read_papers(client, reviewer, megan):
    evidence = papers.send_back(insurance(megan), by=reviewer, reason="It names a conviction.")
    assert "It names a conviction." in words(client.get(review(evidence)))
    client.force_login(member("audit@council.example.org", "auditor"))
    page = words(client.get(review(evidence)))
    assert "sent back" in page
    assert "conviction" not in page


def test_each_look_at_a_file_is_recorded(client, reviewer, megan):
    token = insurance(megan).pages.get().file.token
    response = client.get(f"{LIST}files/{token}/")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert [(view.viewer_id, view.role) for view in FileView.objects.all()] == [(reviewer.pk, "team")]


def test_what_is_not_sent_yet_is_the_carers_alone(client, reviewer, megan):
    draft = papers.save_draft(megan, asked("public-liability"), None, {})
    pages.keep(draft, [paper()], by=megan.owner)
    token = draft.pages.get().file.token
    quarantine.settle(draft.pages.get().file_id)
    assert client.get(f"{LIST}files/{token}/").status_code == 404


# What the team saw


def test_the_team_records_what_it_saw(client, reviewer, megan):
    worker = megan.workers.get()
    address = f"/admin/onboarding/carer/{megan.pk}/record/enhanced-dbs/{worker.pk}/"
    said = {"level": "enhanced-barred", "workforce": "child-and-adult"}
    client.post(address, {"seen_on": "2026-11-20", "dated": "2026-11-10", **said})
    evidence = Evidence.objects.get()
    assert (evidence.outcome, evidence.how, evidence.facts) == ("accepted", "seen", said)
    assert evidence.valid_until == date(2029, 11, 9)
    assert Message.objects.filter(template="onboarding/mail/accepted", to=megan.owner.email).count() == 1


def test_the_team_records_no_lower_check_than_the_services_ask_for(client, reviewer, megan):
    worker = megan.workers.get()
    address = f"/admin/onboarding/carer/{megan.pk}/record/enhanced-dbs/{worker.pk}/"
    page = words(client.post(address, {"seen_on": "2026-11-20", "dated": "2026-11-10", "level": "enhanced"}))
    assert "Select a valid choice" in page
    assert not Evidence.objects.exists()


def test_a_certificate_for_another_workforce_is_not_recorded_as_a_check_for_this_work(client, reviewer, megan):
    address = f"/admin/onboarding/carer/{megan.pk}/record/enhanced-dbs/{megan.workers.get().pk}/"
    said = {"seen_on": "2026-11-20", "dated": "2026-11-10", "level": "enhanced-barred", "workforce": "other"}
    assert "Select a valid choice" in words(client.post(address, said))
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(("workforce", "counts"), [("adult", True), ("child-and-adult", True), ("other", False)])
def test_an_enhanced_check_counts_for_the_workforce_it_names(reviewer, megan, workforce, counts):
    said = {"level": "enhanced-barred", "workforce": workforce}
    seen(megan, "enhanced-dbs", by=reviewer, worker=megan.workers.get(), facts=said, dated=date(2026, 11, 10))
    now = standing(megan, date(2026, 11, 21))
    lacking = {reason.need.requirement.slug for reason in now.reasons if reason.need}
    assert ("enhanced-dbs" not in lacking) == counts
    shown = {row["detail_en"] for row in check_rows(now)}
    assert ("Adult workforce and barred list" in shown) == counts


def test_a_signature_and_a_declaration_are_the_carers_own(client, reviewer, megan):
    for slug in ("code", "contingency"):
        assert client.get(f"/admin/onboarding/carer/{megan.pk}/record/{slug}/").status_code == 404


def test_a_carers_page_shows_their_tasks(client, reviewer, megan):
    insurance(megan)
    page = words(client.get(f"/admin/onboarding/carer/{megan.pk}/change/"))
    assert "Public liability insurance" in page
    assert "With the team" in page
    assert "Record it as seen" in page


# Files and what goes when


def test_files_go_at_most_six_months_after_the_decision(megan):
    evidence = papers.accept(insurance(megan), by=member())
    assert evidence.pages.get().file.purge_on == date(2027, 5, 21)


def test_a_letter_of_hmrc_is_gone_with_the_decision(megan):
    draft = papers.save_draft(megan, asked("hmrc"), None, {})
    pages.keep(draft, [photo()], by=megan.owner)
    evidence = papers.send(megan, asked("hmrc"), by=megan.owner, how="upload", facts={})
    assert StoredFile.objects.get().purged_at is None
    papers.send_back(evidence, by=member(), reason="Blurred.")
    assert StoredFile.objects.get().purged_at


def test_of_a_dbs_check_date_level_workforce_and_decision_stay(megan):
    said = {"level": "enhanced-barred", "workforce": "adult", "consent": True, "showing": "Mondays"}
    seen(megan, "enhanced-dbs", by=member(), worker=megan.workers.get(), facts=said, dated=date(2026, 11, 10))
    assert purging.purge_details(on=date(2027, 5, 20), by=BY) == 0
    assert purging.purge_details(on=date(2027, 5, 21), by=BY) == 1
    assert purging.purge_details(on=date(2027, 5, 21), by=BY) == 0
    evidence = Evidence.objects.get()
    assert evidence.facts == {"level": "enhanced-barred", "workforce": "adult"}
    assert (evidence.dated, evidence.outcome) == (date(2026, 11, 10), "accepted")
    assert AuditEvent.objects.filter(event=purging.EVENT).count() == 1


@pytest.mark.parametrize("outcome", ["sent-back", "withdrawn"])
def test_why_a_dbs_check_was_refused_goes_with_what_it_said(megan, outcome):
    ann, worker = member(), megan.workers.get()
    facts, why = {"level": "enhanced", "workforce": "adult"}, "It names a conviction that we must talk about."
    if outcome == "withdrawn":
        papers.withdraw(seen(megan, "enhanced-dbs", by=ann, worker=worker, facts=facts), by=ann, reason=why)
    else:
        row = papers.send(megan, asked("enhanced-dbs"), by=megan.owner, how="seen", facts=facts, worker=worker)
        papers.send_back(row, by=ann, reason=why)
    assert purging.purge_details(on=date(2027, 5, 20), by=BY) == 0
    assert purging.purge_details(on=date(2027, 5, 21), by=BY) == 1
    assert purging.purge_details(on=date(2027, 5, 21), by=BY) == 0
    assert Evidence.objects.get(outcome=outcome).reason == purging.REASON_GONE


def test_why_an_insurance_was_sent_back_stays(megan):
    papers.send_back(insurance(megan), by=member(), reason="It is blurred.")
    assert purging.purge_details(on=date(2028, 1, 1), by=BY) == 0


def test_of_what_the_scheme_no_longer_asks_for_the_details_go_too(megan):
    said = {"level": "enhanced", "workforce": "adult", "showing": "Mondays"}
    row = seen(megan, "enhanced-dbs", by=member(), worker=megan.workers.get(), facts=said)
    Evidence.objects.filter(pk=row.pk).update(requirement="a-check-of-before")
    assert purging.purge_details(on=date(2027, 5, 21), by=BY) == 1
    row.refresh_from_db()
    assert row.facts == {"level": "enhanced", "workforce": "adult"}


def test_a_task_that_nobody_came_back_to_goes_with_its_files(megan):
    papers.save_draft(megan, asked("references"), None, {"name_1": "Ann Rees", "phone_1": "07700 900456"})
    insured = papers.save_draft(megan, asked("public-liability"), None, {"insurer": "Penallt Mutual"})
    pages.keep(insured, [photo()], by=megan.owner)
    assert purging.purge_drafts(on=date(2027, 11, 21), by=BY) == 0
    with time_machine.travel(datetime(2027, 6, 1, 12, tzinfo=UTC), tick=False):
        papers.save_draft(megan, asked("references"), None, {"name_1": "Ann Rees"})
    assert purging.purge_drafts(on=date(2027, 11, 22), by=BY) == 1
    assert Draft.objects.get().requirement == "references"
    assert StoredFile.objects.get().purged_at
    assert AuditEvent.objects.filter(event="draft.purged").count() == 1


def test_what_was_insured_stays(megan):
    papers.accept(insurance(megan), by=member())
    assert purging.purge_details(on=date(2028, 1, 1), by=BY) == 0


def test_an_infected_file_reaches_nobody_and_the_carer_is_told(client, monkeypatch, megan):
    monkeypatch.setattr("files.scanner.is_set", lambda: True)
    monkeypatch.setattr("files.scanner.scan", lambda data: "Eicar-Signature")
    draft = papers.save_draft(megan, asked("public-liability"), None, {})
    pages.keep(draft, [infected()], by=megan.owner)
    page = draft.pages.get()
    quarantine.settle(page.file_id)
    client.force_login(megan.owner)
    assert client.get(f"/my/papers/{page.file.token}/").status_code == 404
    assert "Our virus scanner found something in it" in words(client.get("/my/tasks/public-liability/"))
    assert Message.objects.get().subject == "Send another file: Public liability insurance"


def test_while_nothing_has_looked_at_a_file_it_says_so(client, monkeypatch, megan):
    monkeypatch.setattr("files.quarantine.hand_over", lambda pk: None)
    draft = papers.save_draft(megan, asked("public-liability"), None, {})
    pages.keep(draft, [paper()], by=megan.owner)
    client.force_login(megan.owner)
    assert "We are checking this file. It is safe" in words(client.get("/my/tasks/public-liability/"))
    assert client.get(f"/my/papers/{draft.pages.get().file.token}/").status_code == 404


def test_while_the_storage_is_down_a_file_is_kept_aside_and_it_says_so(client, monkeypatch, megan):
    def down(*args):
        raise OSError("no storage")

    monkeypatch.setattr("files.storage.put", down)
    client.force_login(megan.owner)
    client.post("/my/tasks/public-liability/", {"pages": [paper()], "add": "1"})
    assert Draft.objects.get().pages.get().file.kept_aside
    assert "Your file is safe. We could not check it yet" in words(client.get("/my/tasks/public-liability/"))


def test_an_eleventh_file_is_refused_in_words(megan):
    draft = papers.save_draft(megan, asked("public-liability"), None, {})
    uploads = [photo(size=(300 + number, 300), name=f"{number}.jpg") for number in range(11)]
    assert pages.keep(draft, uploads, by=megan.owner) == ["10.jpg: a paper has at most 10 files. Take one away first"]


def test_how_many_work_stands_on_the_listing(settings, today):
    from microcare.scheme import load
    from onboarding import journey

    settings.SCHEME = load("flintshire")
    megan = carer()
    megan.listing = make_listing("Megan Price", owner=megan.owner, base="mold")
    megan.save()
    journey.add_worker(megan, by=BY, first_name="Tom", works_from=today, most=5)
    megan.listing.refresh_from_db()
    assert megan.listing.team_size == 2
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        journey.stand_down(megan.workers.get(first_name="Tom"), by=BY, on=date(2026, 11, 22))
    megan.listing.refresh_from_db()
    assert megan.listing.team_size == 1


def test_a_paper_that_the_scheme_asks_for_no_longer_still_says_what_it_was(megan):
    old = Evidence(carer=megan, requirement="quality-standards")
    assert old.requirement not in settings.SCHEME.requirements
    assert old.asked.en == "Quality standards agreement"


def test_a_file_that_comes_after_the_task_was_sent_from_another_page_is_said_and_not_kept(megan):
    draft = papers.save_draft(megan, asked("public-liability"), None, {"insurer": "Penallt Mutual"})
    insurance(megan)
    [trouble] = pages.keep(draft, [paper(7)], by=megan.owner)
    assert "was not kept: this was sent to the team meanwhile" in trouble
    assert StoredFile.objects.filter(purged_at=None).count() == 1
