"""What is held about a person: said on their page, and taken away whole, with nothing about anybody else."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from accounts.personal import Person
from audit.models import AuditEvent
from compliance import deciding, noting, purging
from compliance.models import Decision, Note, Reminder
from directory import enquiries
from files.models import FileView
from microcare import personal
from notifications.models import Message
from onboarding import buddies, forgetting, headcounts, leaving, letters, pages, papers
from onboarding.models import Carer, Interest
from onboarding.reasons import Reason
from tests import training_builders
from tests.builders import BY, TODAY, make_listing
from tests.paper_builders import asked, carer, insurance, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def megan():
    """With one of everything."""
    made = carer("Megan", services=["washing-dressing"], phone="07700 900123")
    made.listing = make_listing("Megan Price", owner=made.owner, offers=["washing-dressing"])
    made.save()
    officer = User.objects.create_user("officer@council.example.org")
    insurance(made)
    seen(made, "identity", by=officer, worker=made.workers.get())
    papers.save_draft(made, asked("contingency"), None, {"plan": "I ring everybody."})
    FileView.objects.create(file=pages.of(made).get().file, viewer_id=officer.pk, role="reviewer")
    headcounts.say(made, by=made.owner, number=3, on=TODAY)
    training_builders.training.book(training_builders.session(), made.workers.get(), by=BY)
    enquiries.send_enquiry(listing=made.listing, by=BY, form_key="1", language="en", what="Help with a bath",
                           name="Ann Secret", answer_by="phone", phone="01633 960321")  # fmt: skip
    other = carer("Gwen")
    other.listing = make_listing("Gwen Price", owner=other.owner)
    other.save()
    buddies.ask(made, other, by=made.owner, on=TODAY)
    return made


def person(made):
    return Person(made.owner.email, made.owner)


def unpacked(data):
    packed = zipfile.ZipFile(io.BytesIO(data))
    return {name: packed.read(name) for name in packed.namelist()}


def test_every_room_gives_what_it_holds(megan):
    parts = personal.everything(person(megan))
    assert {
        "account", "journey", "papers", "papers: begun", "files", "files: who looked", "training", "buddies",
        "personal care: numbers", "your page", "your page: services", "enquiries to you", "mails to you",
    } <= parts.keys()  # fmt: skip
    assert parts["account"][0]["email"] == "megan@example.org"
    assert parts["journey"][0]["phone"] == "07700 900123"
    assert [row["requirement"] for row in parts["papers"]] == ["public-liability", "identity"]
    assert parts["papers"][0]["facts"]["policy_number"] == "PM-4471"
    assert parts["files: who looked"][0]["role"] == "reviewer"
    assert parts["personal care: numbers"][0]["number"] == 3


def test_nothing_of_anybody_else_is_in_it(megan):
    said = json.dumps(personal.everything(person(megan)), cls=personal.Encoder)
    for secret in ("Ann Secret", "bath", "960321", "gwen@example.org", "officer@council", "password", "sha256"):
        assert secret not in said


def test_what_one_carer_has_is_not_in_anothers(megan):
    gwen = Carer.objects.get(name="Gwen Price")
    said = json.dumps(personal.everything(person(gwen)), cls=personal.Encoder)
    assert "PM-4471" not in said
    assert "07700 900123" not in said


def test_the_archive_has_it_to_read_for_machines_and_with_the_files_still_kept(client, megan):
    client.force_login(megan.owner)
    answer = client.post("/my/data/download/")
    held = unpacked(answer.content)
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(held["data.json"])["data"]["journey"][0]["name"] == "Megan Price"
    assert b"Megan Price" in held["data.html"]
    file = pages.of(megan).get().file
    kept = [name for name in held if name.startswith(f"files/public-liability-{file.pk}.")]
    assert [len(held[name]) for name in kept] == [file.bytes]


def test_what_was_typed_cannot_run_in_the_page_to_read(megan):
    Carer.objects.filter(pk=megan.pk).update(name="<script>alert(1)</script>")
    assert b"<script>" not in unpacked(personal.archive(person(megan), by=megan.owner))["data.html"]


def test_a_file_that_is_gone_is_not_in_it(megan):
    from files.private import purge

    purge(pages.of(megan).get().file, by=BY)
    held = unpacked(personal.archive(person(megan), by=megan.owner))
    assert not [name for name in held if name.startswith("files/")]


def test_taking_it_away_stands_in_the_audit(client, megan):
    client.force_login(megan.owner)
    client.post("/my/data/download/")
    assert AuditEvent.objects.get(event="person.exported").actor_id == megan.owner_id
    assert client.get("/my/data/download/").status_code == 405


def test_the_page_says_what_is_kept_until_when_and_who_looked(client, megan):
    client.force_login(megan.owner)
    page = client.get("/my/data/").content.decode()
    assert "Waits for the team" in page
    assert "the team (reviewer)" in page
    assert "They go 6 months after the decision" in page
    assert "Beth rydym yn ei gadw amdanoch" in client.get("/cy/my/data/").content.decode()


def test_the_command_writes_the_same_for_an_address_and_never_over_a_file(megan, tmp_path):
    path = tmp_path / "megan.zip"
    call_command("export_person", "MEGAN@example.org", str(path), verbosity=0)
    assert "data.json" in unpacked(path.read_bytes())
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="another path"):
        call_command("export_person", "megan@example.org", str(path))


def test_a_carer_without_an_account_is_found_by_the_address_they_gave(megan):
    Carer.objects.filter(pk=megan.pk).update(owner=None, email="m.price@example.org")
    parts = personal.everything(Person("m.price@example.org", None))
    assert {"journey", "papers", "your page"} <= parts.keys()
    assert "account" not in parts


def test_of_nobody_there_is_nothing(tmp_path):
    assert Message.objects.count() == 0
    with pytest.raises(CommandError, match="Nothing is held"):
        call_command("export_person", "nobody@example.org", str(tmp_path / "none.zip"))


def test_somebody_else_with_the_same_address_is_somebody_else(client):
    """Entered by the team before, in the same household."""
    huw = training_builders.carer("Huw", mail=False)
    Carer.objects.filter(pk=huw.pk).update(email="megan@example.org", name="Huw Secret")
    made = carer("Megan")
    client.force_login(made.owner)
    held = unpacked(client.post("/my/data/download/").content)
    assert b"Megan Price" in held["data.json"]
    assert b"Huw Secret" not in held["data.json"]
    assert personal.everything(Person("megan@example.org", None))["journey"][0]["name"] == "Huw Secret"


def test_what_somebody_else_of_the_same_address_told_the_team_first_is_theirs(megan):
    huw = training_builders.carer("Huw", mail=False)
    for name, whose in (("Huw Secret", huw), ("Megan Own", megan)):
        Interest.objects.create(name=name, email=megan.owner.email, carer=whose, started_at=timezone.now())
    assert [it["name"] for it in personal.everything(person(megan))["interest"]] == ["Megan Own"]


def test_where_their_letters_go_is_in_it(megan):
    Carer.objects.filter(pk=megan.pk).update(letters_to="5 High Street", large_print=True)
    journey = personal.everything(person(megan))["journey"][0]
    assert (journey["letters_to"], journey["large_print"]) == ("5 High Street", True)


def test_letters_are_in_it_with_what_they_say_while_that_is_kept():
    huw = training_builders.carer("Huw", mail=False)
    leaving.leave(huw, by=BY, reason="stopped")
    letters.mark_posted(huw.letters.all(), by=BY)
    said = personal.everything(Person("", None, huw.pk))["letters to you"][0]
    assert "What was decided about you" in said["text"]
    assert "<p>" not in said["text"]
    letters.purge(TODAY + timedelta(days=91))
    assert personal.everything(Person("", None, huw.pk))["letters to you"][0]["text"] == ""


def test_what_somebody_wrote_to_a_carer_is_in_their_own_copy_alone(megan):
    enquiries.send_enquiry(listing=megan.listing, by=BY, form_key="2", language="en", what="A bath", name="Ann Other",
                           answer_by="email", email="ann@example.org")  # fmt: skip
    assert personal.everything(Person("ann@example.org", None))["enquiries you sent"][0]["what"] == "A bath"
    assert "Ann Other" not in json.dumps(personal.everything(person(megan)), cls=personal.Encoder)


def decided_about(megan):
    """Suspended for one reason that may be told and one that may not, and two notes."""
    officer, on = User.objects.get(email="officer@council.example.org"), TODAY
    later = on + timedelta(days=28)
    for reason in (Reason.SAFEGUARDING, Reason.PAPERS):
        deciding.suspend(megan, by=officer, reason=reason, review_on=later, on=on)
        deciding.reinstate(megan, by=officer, reason=Reason.SETTLED, on=on)
    noting.write(megan, by=officer, words="Best after six.")
    noting.write(megan, by=officer, words="A neighbour rang us.", held_back=True)
    Reminder.objects.create(carer=megan, requirement="dbs", last_day=later, threshold=30)


def test_the_copy_has_decisions_and_notes_but_for_what_could_put_somebody_at_risk(megan):
    untouched = personal.everything(person(megan))
    decided_about(megan)
    parts = personal.everything(person(Carer.objects.get(pk=megan.pk)))
    assert [row["kind"] for row in parts["decisions about you"]] == ["suspended", "reinstated"] * 2
    assert [row["words"] for row in parts["notes about you"]] == ["Best after six."]
    assert [row["requirement"] for row in parts["reminders"]] == ["dbs"]
    whole = json.dumps(parts, cls=personal.Encoder, ensure_ascii=False)
    assert "neighbour" not in whole
    assert "safeguarding" not in json.dumps(parts["decisions about you"], cls=personal.Encoder)
    # Said to everybody, so that it tells nobody anything.
    assert untouched["what may be left out"] == parts["what may be left out"]
    assert "Schedules 2 and 3" in str(parts["what may be left out"])


def test_who_is_erased_takes_the_notes_along_and_decisions_stay_for_their_years(megan):
    decided_about(megan)
    who = person(Carer.objects.get(pk=megan.pk))
    parts = personal.erase(who, by=BY, on=TODAY)
    assert {part.code: part.gone for part in parts if part.code in {"notes", "reminders"}} == {
        "notes": 1, "reminders": 1
    }  # fmt: skip
    held = next(part for part in parts if part.code == "notes-held")
    assert str(held.until) == "2032-11-21"
    assert [note.words for note in Note.objects.all()] == ["A neighbour rang us."]
    assert Decision.objects.filter(carer_id=megan.pk).count() == 4
    assert purging.purge_decisions(by=BY) == 0


def test_decisions_go_six_years_after_the_carer_left_and_with_who_never_was_listed(megan, time_machine):
    decided_about(megan)
    deciding.end(megan, by=BY, reason=Reason.MOVED, on=TODAY)
    for day, left in (("2032-11-20", 5), ("2032-11-22", 0)):
        time_machine.move_to(f"{day}T09:00Z")
        forgetting.purge_left(on=timezone.localdate(), by=BY)
        purging.purge_decisions(by=BY)
        assert Decision.objects.count() == left
    assert AuditEvent.objects.get(event="audit.purged").data["count"] == 5
    assert not Note.objects.exists()
    new = carer("Nia")
    deciding.end(new, by=BY, reason=Reason.STOPPED, on=timezone.localdate())
    personal.erase(person(new), by=BY, on=timezone.localdate())
    assert not Decision.objects.exists()
