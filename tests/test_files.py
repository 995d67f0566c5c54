"""Private files from sent to gone: nothing unscanned is readable, nothing is lost, every view is recorded."""

import itertools
import os
from collections import defaultdict
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from audit.models import AuditEvent
from audit.recording import NoActor
from files import private, quarantine, scanner, storage
from files.checks import FileRefused, checked
from files.jobs import purge_files, scan_files
from files.models import FileView, StoredFile
from files.private import accept_file, purge, set_purge_date
from files.quarantine import settle
from files.views import serve_private
from files.waiting import waiting
from tests.builders import TODAY
from tests.papers import paper, photo, sent

pytestmark = pytest.mark.django_db
BY = "job:tests"


@pytest.fixture
def carys(django_user_model):
    return django_user_model.objects.create_user("carys@example.org")


@pytest.fixture
def clamd(settings, monkeypatch):
    """A scanner that answers each time with the next of these; by default it finds nothing."""
    answers = []
    settings.CLAMD_URL = "tcp://127.0.0.1:1"

    def scan(data):
        answer = answers.pop(0) if answers else ""
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(scanner, "scan", scan)
    return answers


@pytest.fixture
def mend():
    """The storage is down until this is called."""

    def down(self, *args, **kwargs):
        raise OSError("no space left")

    with pytest.MonkeyPatch.context() as patch:
        for verb in ("_save", "_open", "delete"):
            patch.setattr(FileSystemStorage, verb, down)
        yield patch.undo


@pytest.fixture
def reactions(monkeypatch):
    monkeypatch.setattr(quarantine, "_reactions", defaultdict(list))
    return quarantine._reactions["evidence"]


def take(upload=None, by=BY):
    return accept_file(upload or paper(), by=by, purpose="evidence")


def later(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def one():
    return StoredFile.objects.get()


def look(file, user, role="owner"):
    request = RequestFactory().get("/")
    request.user = user
    return serve_private(request, file, role=role)


def is_hidden(file, user):
    with pytest.raises(Http404):
        look(file, user)
    return not FileView.objects.exists()


def lies_in_the_storage(file):
    return storage.private().exists(file.path)


# --- sent -------------------------------------------------------------------------------------------------


def test_what_is_sent_is_kept_in_quarantine_with_its_facts(carys):
    file = take(paper(2, name="../my insurance.pdf"), by=carys)
    assert (file.state, file.name, file.kind, file.pages) == ("quarantined", "my insurance.pdf", "pdf", 2)
    assert (file.purpose, file.uploaded_by, file.kept_aside) == ("evidence", carys, False)
    assert file.bytes == len(storage.get(file))
    assert len(file.token) == 32
    assert file.name not in file.path


def test_a_form_may_have_checked_it_before(carys):
    already = checked(paper())
    assert storage.get(accept_file(already, by=carys, purpose="evidence")) == already.data


def test_who_sent_it_is_recorded(carys):
    file = take(by=carys)
    event = AuditEvent.objects.get(event="file.accepted")
    assert (event.actor_id, event.target_id) == (carys.pk, str(file.pk))
    assert "certificate" not in str(event.data)


@pytest.mark.parametrize("by", [None, "", "somebody"])
def test_somebody_must_send_it(by):
    with pytest.raises(NoActor):
        take(by=by)
    assert not StoredFile.objects.exists()


def test_of_a_refused_file_nothing_is_kept(tmp_path):
    with pytest.raises(FileRefused):
        take(sent("a.pdf", b"MZ"))
    assert not StoredFile.objects.exists()
    assert not (tmp_path / "private").exists()


def test_when_the_record_fails_nothing_is_kept(monkeypatch, tmp_path):
    def fail(*args, **kwargs):
        raise RuntimeError("the audit is down")

    monkeypatch.setattr(private, "record", fail)
    with pytest.raises(RuntimeError):
        take()
    assert not StoredFile.objects.exists()
    assert not list((tmp_path / "private" / "files").iterdir())


def test_files_are_for_this_program_alone(tmp_path):
    file = take()
    path = tmp_path / "private" / file.path
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert oct(path.parent.stat().st_mode & 0o777) == "0o700"


# --- from quarantine to clean -----------------------------------------------------------------------------


def test_once_committed_it_is_settled_and_the_room_above_is_told(django_capture_on_commit_callbacks, reactions):
    told = []
    quarantine.on_settled("evidence", lambda file: told.append((file.pk, file.state)))
    with django_capture_on_commit_callbacks(execute=True):
        take()
        assert one().state == "quarantined"
    assert told == [(one().pk, "clean")]
    assert one().scanned_at is None, "nobody scanned it, and it does not say so"


def test_until_it_is_clean_nobody_opens_it(carys, clamd):
    file = take(by=carys)
    assert is_hidden(file, carys)
    settle(file.pk)
    assert look(file, carys).status_code == 200
    assert one().scanned_at


def test_what_the_scanner_finds_is_gone_and_reaches_nobody(carys, clamd, reactions, django_capture_on_commit_callbacks):
    told, file = [], take(by=carys)
    quarantine.on_settled("evidence", lambda file: told.append(file.state))
    clamd.append("Eicar-Test-Signature")
    with django_capture_on_commit_callbacks(execute=True):
        assert settle(file.pk)
    assert (one().state, one().found, told) == ("refused", "Eicar-Test-Signature", ["refused"])
    assert one().removed_at
    assert not lies_in_the_storage(file)
    assert is_hidden(file, carys)


def test_while_the_scanner_is_down_it_waits_with_growing_pauses_for_as_long_as_it_takes(carys, clamd):
    file, start, tries = take(by=carys), timezone.now(), []
    for minute in range(60 * 6):
        clamd[:] = [scanner.ScannerDown("it did not answer")]
        before = one().tries
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            scan_files()
        if one().tries > before:
            tries.append(minute)
    pauses = [after - before for before, after in itertools.pairwise(tries)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 1
    assert pauses[-1] == 60
    assert (one().state, one().error) == ("quarantined", "ScannerDown: it did not answer")
    assert is_hidden(file, carys)
    clamd.clear()
    with later(60 * 7):
        assert [scan_files(), scan_files()] == [1, 0]
    assert (one().state, one().error) == ("clean", "")


def test_two_workers_at_once_settle_it_once(clamd, monkeypatch, reactions):
    told, file = [], take()
    quarantine.on_settled("evidence", lambda file: told.append(file.pk))

    def scan(data):
        assert settle(file.pk) is False
        return ""

    monkeypatch.setattr(scanner, "scan", scan)
    assert settle(file.pk) is True
    assert told == [file.pk]


def test_a_worker_so_slow_that_its_claim_ran_out_changes_nothing_after_the_faster_one(clamd, monkeypatch, reactions):
    told, file = [], take()
    quarantine.on_settled("evidence", lambda file: told.append(file.state))

    def scan(data):
        monkeypatch.setattr(scanner, "scan", lambda data: "")
        with later(11):
            assert settle(file.pk) is True
        return "Eicar-Test-Signature"

    monkeypatch.setattr(scanner, "scan", scan)
    assert settle(file.pk) is False
    assert (one().state, told) == ("clean", ["clean"])


def test_a_worker_that_died_leaves_its_claim_to_run_out():
    take()
    StoredFile.objects.update(claimed_at=timezone.now(), tries=1)
    assert scan_files() == 0
    with later(11):
        assert scan_files() == 1


def test_where_the_room_above_fails_the_file_stays_in_quarantine_and_it_is_told_again(reactions):
    answers, file = [RuntimeError("no"), None], take()

    def react(file):
        if answer := answers.pop(0):
            raise answer

    quarantine.on_settled("evidence", react)
    assert settle(file.pk) is False
    assert (one().state, one().error) == ("quarantined", "RuntimeError: no")
    assert not AuditEvent.objects.filter(event="file.clean").exists()
    with later(2):
        assert scan_files() == 1
    assert (one().state, answers) == ("clean", [])


def test_a_room_is_told_of_its_own_files_alone(reactions):
    told = []
    quarantine.on_settled("letter", lambda file: told.append(file.pk))
    settle(take().pk)
    assert told == []


def test_a_broker_that_is_down_only_delays(monkeypatch, django_capture_on_commit_callbacks):
    def down(*args):
        raise ConnectionError

    monkeypatch.setattr("files.jobs.settle_one.delay", down)
    with django_capture_on_commit_callbacks(execute=True):
        take()
    assert one().state == "quarantined"
    assert scan_files() == 1


# --- the storage is down ----------------------------------------------------------------------------------


def test_while_the_storage_is_down_a_file_is_kept_aside_and_moved_over_later(carys, mend, tmp_path):
    file = take(by=carys)
    assert file.kept_aside
    assert is_hidden(file, carys)
    assert scan_files() == 0
    assert one().kept_aside
    mend()
    with later(2):
        assert scan_files() == 1
    assert (one().state, one().kept_aside) == ("clean", False)
    assert not list((tmp_path / "spool").iterdir())
    assert look(file, carys).content.startswith(b"%PDF")


def test_what_is_kept_aside_is_for_this_program_alone(mend, tmp_path):
    path = tmp_path / "spool" / take().token
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_where_not_even_the_spool_takes_it_the_sender_hears_so(mend, settings, tmp_path):
    (tmp_path / "spool").write_text("a file where the folder should be")
    with pytest.raises(FileRefused, match="We cannot keep files just now"):
        take()
    assert not StoredFile.objects.exists()


def test_a_worker_killed_between_moving_and_marking_moves_it_again(mend, monkeypatch):
    file = take()
    data = storage.unspooled(file)
    mend()
    storage.put(file, data[:10])  # what the killed one wrote
    assert scan_files() == 1
    assert storage.get(one()) == data


def test_while_the_storage_is_down_a_view_says_so_and_is_not_recorded(carys, request):
    file = take(by=carys)
    settle(file.pk)
    request.getfixturevalue("mend")
    answer = look(file, carys)
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert not FileView.objects.exists()


# --- seen -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("upload", "content_type"), [(paper, "application/pdf"), (photo, "image/jpeg")])
def test_a_file_is_shown_so_that_nothing_in_it_runs(carys, upload, content_type):
    file = take(upload(), by=carys)
    settle(file.pk)
    answer = look(file, carys)
    assert answer.content == storage.get(file)
    assert answer["Content-Type"] == content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_its_name_brings_no_header_along(carys):
    file = take(paper(name='tystysgrif "ŵyl".pdf'), by=carys)
    settle(file.pk)
    said = look(file, carys)["Content-Disposition"]
    assert said == "inline; filename*=utf-8''tystysgrif%20%22%C5%B5yl%22.pdf"


def test_every_view_is_recorded_before_a_byte_goes(carys, monkeypatch):
    file = take(by=carys)
    settle(file.pk)
    look(file, carys, role="owner")
    look(file, carys, role="reviewer")
    assert list(file.views.order_by("pk").values_list("viewer_id", "role")) == [
        (carys.pk, "owner"),
        (carys.pk, "reviewer"),
    ]

    def fail(**facts):
        raise RuntimeError

    monkeypatch.setattr(FileView.objects, "create", fail)
    with pytest.raises(RuntimeError):
        look(file, carys)


def test_nobody_looks_without_a_name():
    file = take()
    settle(file.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        look(file, AnonymousUser())


def test_a_view_cannot_be_changed_or_taken_away(carys):
    file = take(by=carys)
    settle(file.pk)
    look(file, carys)
    for change in (lambda rows: rows.update(role="nobody"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(FileView.objects.all())


def test_a_row_whose_bytes_are_missing_is_not_there(carys):
    file = take(by=carys)
    settle(file.pk)
    storage.remove(file)
    assert is_hidden(file, carys)


def test_the_team_sees_rows_and_no_papers(admin_client, carys):
    file = take(paper(name="very private name.pdf"), by=carys)
    for address in ("/admin/files/storedfile/", f"/admin/files/storedfile/{file.pk}/change/"):
        page = admin_client.get(address).content.decode()
        assert "evidence" in page
        assert "very private name" not in page
        assert file.token not in page


@pytest.mark.parametrize(("state", "shown"), [("quarantined", 1), ("clean", 0), ("refused", 0), ("purged", 0)])
def test_the_team_finds_files_by_what_became_of_them(admin_client, state, shown):
    take()
    page = admin_client.get(f"/admin/files/storedfile/?state={state}").content.decode()
    assert page.count("field-purpose") == shown


# --- gone -------------------------------------------------------------------------------------------------


def test_a_purged_file_leaves_its_row_without_its_name(carys, django_capture_on_commit_callbacks):
    file = take(by=carys)
    settle(file.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge(file, by=carys)
        assert not purge(file, by=carys)
    assert (one().state, one().name) == ("purged", "")
    assert one().removed_at
    assert not lies_in_the_storage(file)
    assert is_hidden(file, carys)
    assert AuditEvent.objects.filter(event="file.purged", actor_id=carys.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_purge_taken_back_keeps_the_bytes(carys):
    file = take(by=carys)
    with pytest.raises(RuntimeError), transaction.atomic():
        purge(file, by=carys)
        raise RuntimeError
    assert one().state == "clean"
    assert lies_in_the_storage(file)


def test_a_file_goes_on_its_day_and_not_before(django_capture_on_commit_callbacks):
    file = take()
    set_purge_date(file, on=TODAY + timedelta(days=30), by=BY)
    for day, state in ((29, "quarantined"), (30, "purged"), (31, "purged")):
        at = time_machine.travel(f"{TODAY + timedelta(days=day)}T04:50:00Z", tick=False)
        with at, django_capture_on_commit_callbacks(execute=True):
            purge_files()
        assert one().state == state
    assert AuditEvent.objects.filter(event="file.purged").count() == 1


def test_a_date_is_set_moved_and_taken_back_with_a_record_of_each():
    file = take()
    for day in (TODAY, TODAY, TODAY + timedelta(days=1), None):
        set_purge_date(file, on=day, by=BY)
    assert one().purge_on is None
    assert AuditEvent.objects.filter(event="file.purge_date_set").count() == 3


def test_a_purged_file_gets_no_new_date():
    file = take()
    purge(file, by=BY)
    set_purge_date(file, on=TODAY, by=BY)
    assert one().purge_on is None


def test_while_the_storage_is_down_bytes_stay_until_the_next_night(carys, request, django_capture_on_commit_callbacks):
    file = take(by=carys)
    mend = request.getfixturevalue("mend")
    with django_capture_on_commit_callbacks(execute=True):
        purge(file, by=BY)
    assert one().removed_at is None
    assert is_hidden(file, carys)
    mend()
    assert lies_in_the_storage(file)
    assert purge_files() == 1
    assert one().removed_at
    assert not lies_in_the_storage(file)


def test_a_file_purged_while_it_is_scanned_stays_purged(clamd, monkeypatch, reactions):
    told, file = [], take()
    quarantine.on_settled("evidence", lambda file: told.append(file.pk))

    def scan(data):
        purge(file, by=BY)
        return ""

    monkeypatch.setattr(scanner, "scan", scan)
    assert settle(file.pk) is False
    assert (one().state, told) == ("purged", [])


# --- what nobody knows of ---------------------------------------------------------------------------------


def aged(path):
    os.utime(path, (0, 0))


@pytest.mark.django_db(transaction=True)
def test_bytes_whose_row_never_came_go_a_day_later(tmp_path):
    kept = take()
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = take()
        raise RuntimeError
    stranger = tmp_path / "private" / "files" / "README.txt"
    stranger.write_text("not ours")
    aged(stranger)
    assert private.sweep() == 0, "it could still be on its way"
    for file in (kept, lost):
        aged(tmp_path / "private" / file.path)
    assert [private.sweep(), private.sweep()] == [1, 0]
    assert lies_in_the_storage(kept)
    assert not lies_in_the_storage(lost)
    assert stranger.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_aside_is_not_swept_and_what_was_never_kept_is(mend, tmp_path):
    kept = take()
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = take()
        raise RuntimeError
    half = tmp_path / "spool" / f"{'a' * 32}.part"
    half.write_bytes(b"%PDF")
    mend()
    StoredFile.objects.update(next_try_at=timezone.now() + timedelta(hours=1))
    for path in (tmp_path / "spool").iterdir():
        aged(path)
    assert [private.sweep(), private.sweep()] == [2, 0]
    assert [path.name for path in (tmp_path / "spool").iterdir()] == [kept.token]
    assert lost.token != kept.token


def test_where_no_file_ever_was_there_is_nothing_to_sweep():
    assert purge_files() == 0


# --- what the database refuses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "exe"},
        {"bytes": 0},
        {"pages": 0},
        {"purpose": ""},
        {"clean_at": timezone.now(), "infected_at": timezone.now(), "scanned_at": timezone.now()},
        {"clean_at": timezone.now(), "stored_at": None},
        {"infected_at": timezone.now()},
        {"scanned_at": timezone.now() - timedelta(days=1)},
        {"removed_at": timezone.now()},
        {"purged_at": timezone.now()},
    ],
    ids=" and ".join,  # not the moments, which each worker has its own of
)
def test_a_row_that_cannot_be_is_refused(facts):
    take()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.update(**facts)


def test_a_file_that_somebody_saw_keeps_its_row(carys):
    file = take(by=carys)
    settle(file.pk)
    look(file, carys)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).delete()


# --- what the team is told --------------------------------------------------------------------------------


def test_files_that_nobody_can_open_yet_wait_for_the_team_and_after_an_hour_they_are_urgent(admin_user, carys):
    assert [(queue.count, queue.urgent) for queue in waiting(admin_user)] == [(0, False)]
    file = take()
    assert [(queue.count, queue.urgent) for queue in waiting(admin_user)] == [(1, False)]
    with later(61):
        assert [(queue.count, queue.urgent) for queue in waiting(admin_user)] == [(1, True)]
    settle(file.pk)
    assert [queue.count for queue in waiting(admin_user)] == [0]
    assert waiting(carys) == []
