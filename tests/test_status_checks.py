"""Status checks of DBS certificates, asked over real HTTP of a stand-in that answers as the DBS's guide says."""

import http.client
import logging
import re
import traceback
from datetime import date, timedelta
from urllib.error import URLError

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEvent
from compliance import consents, dbs_register, dbs_service, entitlement, jobs, status_checks
from compliance.dbs_service import Asker, Holder, NotAnswered
from compliance.models import Consent, StatusCheck
from notifications.models import JobRun, Message
from onboarding import journey, leaving, papers, purging
from onboarding.models import Evidence
from onboarding.papers import OwnPaper
from tests.builders import BY, TODAY
from tests.dbs_stand_in import LAUGHS, OUTSIDE, standing_in
from tests.paper_builders import asked, carer
from tests.team_builders import member

pytestmark = pytest.mark.django_db
NUMBER, BORN = "001234567890", date(1975, 2, 9)
MEGAN = Holder(NUMBER, "Megan", "Price", BORN)
OFFICER = Asker("Monmouthshire County Council", "Ffion Mai", "Rees")
SECRET = re.compile(f"{NUMBER}|Price|1975|BLANK", re.IGNORECASE)


@pytest.fixture
def dbs(settings, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with standing_in() as server:
        settings.DBS_STATUS_URL = server.address
        yield server


@pytest.fixture
def officer(today):
    user = member("ffion@council.example.org", "reviewer")
    user.name = "Ffion Mai Rees"
    user.save()
    return user


@pytest.fixture
def entitled(officer):
    return entitlement.confirm(
        by=officer, confirmed_by="Head of Legal Services", confirmed_on=TODAY, basis="Police Act 1997",
        organisation="Monmouthshire County Council",
    )  # fmt: skip


@pytest.fixture
def megan(entitled, officer):
    """Her enhanced certificate was seen a year ago, and she agreed to be asked about."""
    made = carer(on=TODAY - timedelta(days=700))
    show(made, by=officer)
    agree(made.workers.get())
    return made


def show(made, *, by, on=TODAY - timedelta(days=364), worker=None, how=None, **facts):
    said = {"level": "enhanced", "workforce": "adult", "update_service": "yes", **facts}
    return papers.record_seen(
        made, asked("enhanced-dbs"), by=by, how=how or Evidence.How.SEEN, worker=worker or made.workers.get(),
        facts=said, dated=on, seen_on=on,
    )  # fmt: skip


def agree(worker, **more):
    said = {"how": "online", "given_on": TODAY, "number": NUMBER, "forename": "Megan", "surname": "Price", "born": BORN}
    return consents.give(worker, **{"by": worker.carer.owner or BY, **said, **more})


def ask(made, officer):
    return status_checks.ask_now(made.workers.get(), by=officer, on=TODAY)


def cover(made):
    """The last day on which the certificate of the only worker holds."""
    return dbs_register.row_of(made.workers.get(), TODAY).until


# --- the question and its answer -------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "means"), [
    ("BLANK_NO_NEW_INFO", "no-new-information"), ("NON_BLANK_NO_NEW_INFO", "no-new-information"),
    ("NEW_INFO", "new-information"), ("NO_MATCH_FOUND", "no-match"),
])  # fmt: skip
def test_what_the_dbs_says_is_folded_before_anybody_sees_it(dbs, said, means):
    dbs.status = said
    assert dbs_service.ask(MEGAN, OFFICER) == means
    assert dbs.asked == [(
        f"/crsc/api/status/{NUMBER}",
        {
            "dateOfBirth": "09/02/1975", "surname": "Price", "hasAgreedTermsAndConditions": "true",
            "organisationName": "Monmouthshire County Council", "employeeSurname": "Rees",
            "employeeForename": "Ffion Mai",
        },
    )]  # fmt: skip


def test_an_answer_about_somebody_else_is_no_match_and_another_spelling_is_not(dbs):
    dbs.forename, dbs.surname = "SIAN ELERI", "O'NEILL REES"
    assert dbs_service.ask(MEGAN._replace(forename="Siân", surname="O’Neill-Rees"), OFFICER) == "no-new-information"
    assert dbs_service.ask(MEGAN._replace(forename="Siân"), OFFICER) == "no-match"
    dbs.forename = ""
    assert dbs_service.ask(MEGAN._replace(surname="O’Neill-Rees"), OFFICER) == "no-match"


@pytest.mark.parametrize(("mode", "problem"), [
    ("400", "refused"), ("500", "server"), ("503", "server"), ("hang", "slow"), ("redirect", "moved"),
    ("closed", "hung-up"), ("huge", "unread"), ("html", "unread"), ("<statusCheckResult><a>", "unread"),
    (LAUGHS, "unread"), (OUTSIDE, "unread"), ("<other><status>NEW_INFO</status></other>", "unread"),
    ("<statusCheckResult><status>BLANK_NO_NEW_INFO</status></statusCheckResult>", "unread"),
])  # fmt: skip
def test_whatever_else_comes_is_a_problem_that_quotes_nobody(dbs, mode, problem, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(dbs_service, "PATIENCE", 0.3)
    dbs.mode = mode
    with pytest.raises(NotAnswered) as raised:
        dbs_service.ask(MEGAN, OFFICER)
    assert raised.value.problem == problem
    assert raised.value.__context__ is None
    assert len(dbs.asked) == 1  # nothing follows a redirect
    assert not SECRET.search("".join(traceback.format_exception(raised.value)) + caplog.text)


def test_a_type_that_is_not_success_and_a_status_nobody_knows_are_no_answer(dbs):
    for dbs.kind, dbs.status in (("FAILURE", "BLANK_NO_NEW_INFO"), ("SUCCESS", "BLANK")):
        with pytest.raises(NotAnswered, match="unread"):
            dbs_service.ask(MEGAN, OFFICER)


def test_nobody_there_and_no_tls_are_said_apart(dbs, settings):
    settings.DBS_STATUS_URL = dbs.address.replace("http:", "https:")
    with pytest.raises(NotAnswered, match="insecure"):
        dbs_service.ask(MEGAN, OFFICER)
    settings.DBS_STATUS_URL = "http://127.0.0.1:9"
    with pytest.raises(NotAnswered, match="unreachable"):
        dbs_service.ask(MEGAN, OFFICER)


@pytest.mark.parametrize(("error", "problem"), [
    (URLError(TimeoutError("while connecting")), "unreachable"),
    (URLError(ConnectionRefusedError()), "unreachable"),
    (URLError(OSError("Tunnel connection failed: 403 Forbidden")), "unreachable"),
    (http.client.InvalidURL("no such address"), "unreachable"),
    (TimeoutError("while reading"), "slow"),
    (ConnectionResetError("while reading"), "hung-up"),
    (http.client.IncompleteRead(b"<sta"), "hung-up"),
    (http.client.BadStatusLine("SSH-2.0"), "unread"),
])  # fmt: skip
def test_whether_the_question_was_out_when_it_went_wrong_is_known(settings, monkeypatch, error, problem):
    def broken(self, *args, **kwargs):
        raise error

    settings.DBS_STATUS_URL = "https://dbs.example.org"
    monkeypatch.setattr("urllib.request.OpenerDirector.open", broken)
    with pytest.raises(NotAnswered, match=problem):
        dbs_service.ask(MEGAN, OFFICER)


# --- what it does ----------------------------------------------------------------------------------------


def test_no_new_information_moves_the_date_on_by_a_year_and_says_whose_check_it_was(dbs, megan, officer):
    dbs.status = "NON_BLANK_NO_NEW_INFO"
    before = cover(megan)
    StatusCheck.objects.all().delete()
    check = ask(megan, officer)
    assert (check.state, check.result, check.by) == ("answered", "no-new-information", officer)
    row = check.evidence
    assert (row.how, row.seen_on, row.valid_from, row.valid_until) == ("checked", TODAY, TODAY, date(2027, 11, 20))
    assert row.facts == {"level": "enhanced", "workforce": "adult"}
    assert cover(megan) == before  # 36 months of the original are longer: a check never shortens them
    event = AuditEvent.objects.get(event="dbs.status_checked")
    assert (event.actor_id, event.target_id) == (officer.pk, str(megan.workers.get().pk))
    assert event.data["result"] == "no-new-information"
    kept = [StatusCheck, Evidence, Message, AuditEvent]
    everything = " ".join(str(row) for model in kept for row in model.objects.values())
    assert not re.search(f"{NUMBER}|BLANK|1975", everything)


def test_a_certificate_of_more_than_three_years_holds_by_its_checks_alone(dbs, megan, officer):
    Evidence.objects.all().delete()
    old = show(megan, by=officer, on=date(2023, 11, 30))  # to 29 November 2026
    agree(megan.workers.get())
    assert cover(megan) == date(2026, 11, 29)
    ask(megan, officer)
    assert cover(megan) == date(2027, 11, 20)
    papers.withdraw(old, by=officer, reason="It was not hers.")
    assert cover(megan) is None
    assert not Evidence.objects.accepted().filter(requirement="enhanced-dbs").exists()


@pytest.mark.parametrize("said", ["NEW_INFO", "NO_MATCH_FOUND"])
def test_anything_else_waits_for_the_team_and_the_carer_is_asked_to_ring(dbs, megan, officer, said):
    dbs.status = said
    before = cover(megan)
    check = ask(megan, officer)
    assert list(StatusCheck.objects.to_look_at()) == [check]
    assert cover(megan) == before  # no machine decides
    mail = Message.objects.get(key=f"dbs-status:{check.pk}")
    assert "We need to see your DBS certificate again. Please ring us." in mail.text
    assert not re.search("new information|match|current|status", mail.subject + mail.text, re.IGNORECASE)
    assert AuditEvent.objects.get(event="dbs.status_checked").data["result"] == "to-look-at"
    status_checks.looked_at(check, by=officer)
    assert not StatusCheck.objects.to_look_at().exists()
    with pytest.raises(papers.Decided):
        status_checks.looked_at(check, by=officer)
    StatusCheck.objects.update(looked_at=timezone.now() - timedelta(days=190))
    assert status_checks.purge(on=TODAY, by="job:purge-status-checks") == 1
    assert StatusCheck.objects.get().result == "gone"


def test_whose_name_is_another_in_the_answer_is_no_match(dbs, megan, officer):
    dbs.forename = "GWEN"
    assert ask(megan, officer).result == "no-match"


def test_it_is_asked_only_of_what_may_be_asked(dbs, megan, officer, settings):
    worker = megan.workers.get()
    for facts, why in (
        ({"workforce": "child-and-adult"}, "adult workforce alone"),
        ({"level": "enhanced-barred"}, "another level"),
        ({"how": "record"}, "A register says"),
    ):
        newer = show(megan, by=officer, on=TODAY - timedelta(days=3), **facts)
        with pytest.raises(status_checks.CannotCheck, match=why):
            ask(megan, officer)
        newer.delete()
    consents.end(worker, by=megan.owner)
    with pytest.raises(status_checks.CannotCheck, match="No consent"):
        ask(megan, officer)
    agree(worker)
    megan.owner, megan.email = officer, ""
    megan.save()
    with pytest.raises(OwnPaper):
        ask(megan, officer)
    settings.DBS_STATUS_URL = ""
    with pytest.raises(status_checks.Off):
        ask(megan, officer)
    assert dbs.asked == []


def test_without_an_entitlement_nobody_is_asked_about_and_what_was_kept_is_gone(dbs, megan, officer):
    assert entitlement.withdraw(by=officer) == 1
    assert not Consent.objects.exclude(sealed="").exists()
    with pytest.raises(entitlement.NoEntitlement):
        ask(megan, officer)
    with pytest.raises(consents.NotAsked):
        agree(megan.workers.get())


def test_there_is_one_entitlement_at_a_time(entitled, officer):
    with pytest.raises(papers.Decided):
        entitlement.confirm(by=officer, confirmed_by="x", confirmed_on=TODAY, basis="x", organisation="x")
    entitled.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        entitled.save(force_insert=True)


# --- consent ---------------------------------------------------------------------------------------------


def test_what_the_dbs_is_told_is_encrypted_and_goes_when_the_consent_ends(megan):
    row = Consent.objects.get()
    assert not SECRET.search(f"{row.sealed} {vars(row)}")
    assert row.masked.endswith("•90")
    assert consents.holder(row) == MEGAN
    again = agree(megan.workers.get(), number="009999999912")
    row.refresh_from_db()
    assert (row.sealed, row.ends_in, row.ended_why) == ("", "", "renewed")
    consents.end(megan.workers.get(), by=megan.owner)
    again.refresh_from_db()
    assert (again.sealed, again.ends_in, again.ended_why) == ("", "", "asked")


def test_it_goes_when_the_carer_leaves_and_when_a_worker_is_removed(megan, officer):
    other = journey.add_worker(megan, by=BY, first_name="Jan", works_from=TODAY, most=4)
    show(megan, by=officer, worker=other)
    agree(other, by=BY, how="paper")
    journey.remove_worker(other, by=megan.owner, on=TODAY)
    assert Consent.objects.get(worker=other).ended_why == "left"
    assert Consent.objects.standing().count() == 1
    leaving.leave(megan, by=megan.owner, reason="stopped")
    assert not Consent.objects.exclude(sealed="", ended_why="left").exists()


def test_an_answer_that_comes_after_the_consent_ended_is_not_kept(dbs, megan, officer):
    worker = megan.workers.get()
    check = status_checks.begin(worker, by=officer, on=TODAY)
    consents.end(worker, by=megan.owner)
    check = status_checks.answered(check, by=officer, result="new-information", on=TODAY)
    assert (check.state, check.result) == ("stopped", "")
    assert not Message.objects.filter(key__startswith="dbs-status").exists()


# --- by itself, each year --------------------------------------------------------------------------------


@pytest.fixture
def yearly(dbs, megan, officer):
    entitlement.schedule(officer)
    return dbs


def run():
    jobs.check_dbs_status()
    return JobRun.objects.filter(name="check-dbs-status").first().counted


def test_the_job_asks_once_for_the_year_in_the_officers_name(yearly, megan, officer):
    assert (run(), run()) == (1, 0)
    check = StatusCheck.objects.get()
    assert (check.due_on, check.by) == (TODAY + timedelta(days=1), officer)
    assert AuditEvent.objects.get(event="dbs.status_checked").data["yearly"] is True
    assert dbs_register.row_of(megan.workers.get(), TODAY).check_due == date(2027, 11, 21)


def test_new_information_is_not_asked_for_again_for_the_same_day(yearly, megan, officer):
    yearly.status = "NEW_INFO"
    assert (run(), run()) == (1, 0)
    status_checks.looked_at(StatusCheck.objects.get(), by=officer)
    assert run() == 0
    check = StatusCheck.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusCheck.objects.create(
            worker=check.worker, consent=check.consent, original=check.original, due_on=check.due_on
        )


def test_what_fails_is_tried_after_growing_pauses_and_given_up_until_somebody_looks(
    yearly, megan, officer, time_machine
):
    yearly.mode, now = "500", timezone.now()
    tried = []
    for hours in range(0, 24 * 8, 1):
        time_machine.move_to(now + timedelta(hours=hours), tick=False)
        if len(yearly.asked) > len(tried):
            tried.append(hours - 1)
        status_checks.ask_due(on=TODAY)
    assert len(tried) == len(status_checks.PAUSES) + 1
    assert tried[-1] - tried[-2] > tried[1] - tried[0]
    check = StatusCheck.objects.to_look_at().get()
    assert (check.state, check.problem) == ("given-up", "server")
    yearly.mode = ""
    assert ask(megan, officer).pk == check.pk
    assert not StatusCheck.objects.to_look_at().exists()


def test_details_that_the_dbs_refuses_are_not_sent_again_by_themselves(yearly):
    yearly.mode = "400"
    assert (run(), run()) == (0, 0)
    assert StatusCheck.objects.get().state == "given-up"
    assert len(yearly.asked) == 1


def test_a_few_are_asked_about_in_a_run_and_a_service_that_is_down_is_left_alone(yearly, megan, officer):
    for name in ("Anwen", "Bethan", "Carys", "Delyth", "Eira", "Fflur"):
        other = carer(name, on=TODAY - timedelta(days=700))
        show(other, by=officer)
        agree(other.workers.get(), forename=name)
    yearly.mode = "503"
    run()
    assert len(yearly.asked) == 1
    StatusCheck.objects.all().delete()
    yearly.mode = ""
    assert [run(), run(), run()] == [status_checks.A_RUN, 2, 0]


def test_an_officer_who_may_no_longer_asks_about_nobody(yearly, officer):
    officer.groups.clear()
    assert run() == 0
    assert yearly.asked == []


def test_what_somebody_asked_for_is_tried_again_in_their_name_also_with_nothing_scheduled(
    dbs, megan, officer, time_machine
):
    dbs.mode = "500"
    check = ask(megan, officer)
    dbs.mode = ""
    assert run() == 0  # its pause is not over
    time_machine.move_to(check.try_again_at + timedelta(minutes=1), tick=False)
    assert run() == 1
    check.refresh_from_db()
    assert (check.state, check.by, check.due_on, check.tries) == ("answered", officer, None, 2)
    StatusCheck.objects.update(state="open", answered_at=None, result="", try_again_at=timezone.now())
    officer.groups.clear()
    assert run() == 0
    assert len(dbs.asked) == 2


def test_what_somebody_asked_for_and_the_year_are_one_question_in_a_run(yearly, megan, officer, time_machine):
    yearly.mode = "500"
    check = ask(megan, officer)
    time_machine.move_to(check.try_again_at + timedelta(minutes=1), tick=False)
    run()
    assert len(yearly.asked) == 2


def test_two_never_ask_at_once(dbs, megan, officer):
    worker = megan.workers.get()
    status_checks.begin(worker, by=officer, on=TODAY)
    with pytest.raises(status_checks.UnderWay):
        ask(megan, officer)
    StatusCheck.objects.update(tried_at=timezone.now() - timedelta(minutes=3))  # a worker that was killed
    assert ask(megan, officer).state == "answered"


def test_a_lost_key_is_said_and_not_tried_for_ever(yearly, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []
    run()
    assert StatusCheck.objects.get().problem == "sealed"


# --- the register ----------------------------------------------------------------------------------------


def test_the_register_reads_as_many_statements_for_all_as_for_one(megan, officer, django_assert_num_queries):
    with CaptureQueriesContext(
        connection,
    ) as one:
        dbs_register.register(TODAY)
    for name in ("Anwen", "Bethan", "Carys"):
        show(carer(name, on=TODAY), by=officer)
    with django_assert_num_queries(len(one)):
        rows = dbs_register.register(TODAY)
    assert len(rows) == 4


def test_what_remains_after_the_purge_is_enough_for_the_register(megan, officer):
    row = Evidence.objects.get(requirement="enhanced-dbs")
    purging.strip(row, by=BY)
    found = dbs_register.row_of(megan.workers.get(), TODAY)
    assert (found.original.facts, found.original.dated) == ({"level": "enhanced", "workforce": "adult"}, row.dated)
    assert found.not_for == ""
    assert found.update_service == ""
