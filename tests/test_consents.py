"""Consent to status checks is for one certificate: the one that the team saw. With that one it ends."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from django.utils import timezone

from audit.models import AuditEvent
from compliance import consents, dbs_register, status_checks
from compliance.models import Consent, StatusCheck
from onboarding import papers
from onboarding.models import Evidence
from tests.builders import TODAY
from tests.paper_builders import asked, carer
from tests.test_status_checks import (  # noqa: F401
    NUMBER,
    agree,
    ask,
    dbs,
    entitled,
    megan,
    officer,
    show,
)

pytestmark = pytest.mark.django_db
MINE = "/my/status-checks/"


def certificate(made):
    return Evidence.objects.get(carer=made, requirement="enhanced-dbs", how="seen")


def is_gone(row, why):
    row.refresh_from_db()
    return (row.sealed, row.ends_in, row.ended_why) == ("", "", why) and row.ended_at is not None


def test_it_names_the_certificate_that_was_seen_and_a_check_rests_on_that_one(dbs, megan, officer):  # noqa: F811
    row = Consent.objects.get()
    assert row.original == certificate(megan)
    check = ask(megan, officer)
    assert check.original == check.evidence.rests_on == row.original
    given = AuditEvent.objects.get(event="dbs.consent_given")
    assert given.data["certificate"] == row.original.pk


def test_before_a_certificate_was_seen_or_of_one_that_may_not_be_asked_about_there_is_nothing_to_consent_to(
    client,
    entitled,  # noqa: F811
    officer,  # noqa: F811
):
    gwen = carer("Gwen", on=TODAY)
    with pytest.raises(consents.NotAsked):
        agree(gwen.workers.get())
    client.force_login(gwen.owner)
    page = client.get(MINE).content.decode()
    assert "First we need to see the certificate." in page
    assert 'name="number"' not in page
    show(gwen, by=officer, workforce="child-and-adult")
    with pytest.raises(consents.NotAsked):
        agree(gwen.workers.get())
    page = client.get(MINE).content.decode()
    assert "We do not make status checks of this certificate" in page
    assert 'name="number"' not in page
    assert not Consent.objects.exists()


def test_withdrawn_the_certificate_takes_its_consent_with_it_and_nothing_is_asked_any_more(dbs, megan, officer):  # noqa: F811
    row = Consent.objects.get()
    dbs.mode = "500"
    check = ask(megan, officer)
    papers.withdraw(row.original, by=officer, reason="It was not hers.")
    assert is_gone(row, "withdrawn")
    check.refresh_from_db()
    assert (check.state, check.try_again_at) == ("stopped", None)
    assert AuditEvent.objects.get(event="dbs.consent_ended").data["why"] == "withdrawn"
    with pytest.raises(status_checks.CannotCheck):
        ask(megan, officer)
    assert len(dbs.asked) == 1


def test_a_newer_certificate_ends_it_also_where_it_waited_for_a_decision(dbs, megan, officer, client):  # noqa: F811
    worker, row = megan.workers.get(), Consent.objects.get()
    facts = {"level": "enhanced", "workforce": "adult", "update_service": "yes"}
    newer = papers.send(
        megan, asked("enhanced-dbs"), by=megan.owner, how="seen", worker=worker, facts=facts, dated=TODAY
    )
    row.refresh_from_db()
    assert row.ended_at is None
    papers.accept(newer, by=officer)
    assert is_gone(row, "replaced")
    with pytest.raises(status_checks.CannotCheck, match="No consent"):
        ask(megan, officer)
    assert dbs.asked == []
    client.force_login(megan.owner)
    page = client.get(MINE).content.decode()
    assert "We have seen a newer certificate since." in page
    again = agree(worker, number="009999999912")
    assert again.original == newer
    assert ask(megan, officer).evidence.rests_on == newer
    assert "We have seen a newer certificate since." not in client.get(MINE).content.decode()


def test_neither_an_older_certificate_nor_a_colleagues_nor_another_paper_ends_it(dbs, megan, officer):  # noqa: F811
    row = Consent.objects.get()
    show(megan, by=officer, on=TODAY.replace(year=2024))
    show(carer("Gwen", on=TODAY), by=officer, on=TODAY)
    papers.record_seen(megan, asked("first-aid"), by=officer, how="seen", worker=megan.workers.get(), dated=TODAY)
    ask(megan, officer)
    row.refresh_from_db()
    assert row.ended_at is None


def test_an_answer_that_comes_after_a_newer_certificate_was_seen_is_not_kept(dbs, megan, officer):  # noqa: F811
    check = status_checks.begin(megan.workers.get(), by=officer, on=TODAY)
    show(megan, by=officer, on=TODAY)
    check = status_checks.answered(check, by=officer, result="no-new-information", on=TODAY)
    assert (check.state, check.result, check.evidence) == ("stopped", "", None)
    assert not Evidence.objects.filter(how="checked").exists()


def test_nothing_is_asked_with_a_consent_for_another_certificate_however_it_came_there(dbs, megan, officer):  # noqa: F811
    other = show(carer("Gwen", on=TODAY), by=officer)
    check = status_checks.begin(megan.workers.get(), by=officer, on=TODAY)
    Consent.objects.update(original=other)
    assert status_checks.answered(check, by=officer, result="no-new-information", on=TODAY).state == "stopped"
    assert "another certificate" in dbs_register.row_of(megan.workers.get(), TODAY).why_not
    with pytest.raises(status_checks.CannotCheck, match="another certificate"):
        ask(megan, officer)


def test_no_consent_stands_without_its_certificate(megan):  # noqa: F811
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.update(original=None)


# --- rows from before ------------------------------------------------------------------------------------

BEFORE = ("compliance", "0004_writing_to_carers")


@pytest.fixture
def go():
    """Between the tables as they were and as they are now."""

    def to(name):
        executor = MigrationExecutor(connection)
        executor.migrate([name] if name else executor.loader.graph.leaf_nodes())
        return MigrationExecutor(connection).loader.project_state([name] if name else None).apps

    yield to
    to(None)


@pytest.mark.django_db(transaction=True)
def test_consents_from_before_are_tied_to_their_certificate_or_end(entitled, officer, go):  # noqa: F811
    people = {name: carer(name, on=TODAY) for name in ("Anwen", "Bethan", "Carys", "Delyth")}
    first = {name: show(made, by=officer) for name, made in people.items() if name != "Delyth"}
    workers = {name: made.workers.get() for name, made in people.items()}
    now = timezone.now()

    def paper(name, **facts):
        said = {"requirement": "enhanced-dbs", "outcome": "accepted", "decided_at": now, **facts}
        said |= {"seen_on": TODAY, "valid_from": TODAY}
        return Evidence.objects.create(carer=people[name], worker=workers[name], **said)

    newer = paper("Bethan", how="seen", facts={"level": "enhanced-barred"})
    anwens = paper("Anwen", how="checked", rests_on=first["Anwen"], facts={"level": "enhanced"})
    bethans = paper("Bethan", how="checked", rests_on=first["Bethan"], facts={"level": "enhanced"})
    put_down_to_the_newer = paper("Bethan", how="checked", rests_on=newer, facts={"level": "enhanced-barred"})
    carys = paper("Carys", how="checked", rests_on=paper("Carys", how="seen"), facts={"level": "enhanced"})
    Evidence.objects.filter(pk=first["Carys"].pk).update(outcome="withdrawn", reason="It was not hers.")

    old = go(BEFORE)
    given = {
        name: old.get_model("compliance", "Consent").objects.create(
            worker_id=worker.pk, how="paper", given_on=TODAY, sealed="sealed", ends_in="90"
        )
        for name, worker in workers.items()
    }
    waiting = old.get_model("compliance", "StatusCheck").objects.create(
        worker_id=workers["Carys"].pk, consent=given["Carys"], original_id=first["Carys"].pk, state="open", tries=1,
        tried_at=now, try_again_at=now, due_on=TODAY, problem="server",
    )  # fmt: skip
    for name, row in (
        ("Anwen", anwens), ("Bethan", bethans), ("Bethan", put_down_to_the_newer), ("Carys", carys),
    ):  # fmt: skip
        old.get_model("compliance", "StatusCheck").objects.create(
            worker_id=workers[name].pk, consent=given[name], original_id=row.rests_on_id, evidence_id=row.pk,
            state="answered", result="no-new-information", tried_at=now, answered_at=now,
        )  # fmt: skip
    go(None)

    rows = {row.worker.first_name: row for row in Consent.objects.all()}
    assert {name: row.original for name, row in rows.items()} == {**first, "Delyth": None}
    assert {name: (row.ended_why, row.sealed) for name, row in rows.items()} == {
        "Anwen": ("", "sealed"), "Bethan": ("replaced", ""), "Carys": ("withdrawn", ""), "Delyth": ("unknown", ""),
    }  # fmt: skip
    put_down_to_the_newer.refresh_from_db()
    assert (put_down_to_the_newer.rests_on, put_down_to_the_newer.facts) == (
        first["Bethan"],
        {"level": "enhanced", "workforce": "adult"},
    )
    carys.refresh_from_db()
    assert (carys.rests_on, carys.outcome, carys.reason) == (first["Carys"], "withdrawn", "It was not hers.")
    assert not StatusCheck.objects.exclude(original=F("consent__original")).exists()
    check = StatusCheck.objects.get(pk=waiting.pk)
    assert (check.state, check.due_on, check.try_again_at) == ("stopped", None, None)
    assert not StatusCheck.objects.exclude(sent_at=F("tried_at")).exists()
    ended = AuditEvent.objects.filter(event="dbs.consent_ended", actor="job:migrate")
    assert {event.data["why"] for event in ended} == {"replaced", "withdrawn", "unknown"}
