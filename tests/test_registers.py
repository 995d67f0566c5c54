"""A council's register moves in, whole or not at all: read, looked through cell by cell, written, undone."""

import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from compliance.models import Decision, Note
from directory.models import Listing
from files.models import StoredFile
from notifications.models import Message
from onboarding import codes, inviting, letters, papers, training
from onboarding.models import Booking, Carer, CodeAgreement, Evidence, ListingChange, Register, Worker
from onboarding.registers import checking, moving, reading, receiving
from onboarding.registers.columns import columns, guess, template
from tests.builders import BY, TODAY
from tests.paper_builders import insurance
from tests.register_files import as_file, headers, line, register
from tests.team_builders import member
from tests.training_builders import person, session

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(today):
    codes.begin(by=BY, on=TODAY.replace(year=2025), body_en="Be kind.", body_cy="Byddwch yn garedig.")
    return User.objects.create_user("officer@example.org", is_staff=True)


def published(*, in_force_on):
    """Version 2, out for long."""
    code = codes.draft(by=BY, body_en="Be kinder.", body_cy="Byddwch yn fwy caredig.", changes_en="A", changes_cy="B")
    with time_machine.travel(TODAY - timedelta(days=60)):
        codes.publish(
            code, by=BY, in_force_on=in_force_on, sign_by=TODAY + timedelta(days=30), on=TODAY - timedelta(days=60)
        )


def received(rows, officer, form="csv"):
    return receiving.receive(as_file(rows, form), by=officer, name=f"register.{form}")


def problems(rows, officer):
    return [(found.cell, found.words) for found in checking.check(received(rows, officer), on=TODAY).problems]


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_each_form_of_file_gives_the_same_cells(officer, form):
    rows = register(3)
    assert received(rows, officer, form).rows == [[str(cell) for cell in row] for row in rows]


def test_a_register_moves_in_with_its_checks_and_waits_for_approval(officer):
    assert moving.move_in(received(register(5), officer), by=officer, on=TODAY) == 5
    carer = Carer.objects.get(name="Gwen Rees")
    assert (carer.email, carer.phone, carer.services) == ("carer0@example.org", "07700 900000", ["mowing", "weeding"])
    seen = carer.evidence.get(requirement="public-liability")
    assert (seen.how, seen.decided_by) == (Evidence.How.RECORD, officer)
    assert (str(seen.seen_on), str(seen.valid_until)) == ("2026-03-01", "2027-02-28")
    assert carer.evidence.get(requirement="identity").worker == carer.workers.get()
    assert carer.agreements.get().entered_by == officer
    change = carer.listing_changes.waiting().get()
    assert (change.after["base_name_en"], change.after["miles"], change.after["price_hour"]) == ("Usk", 8, 2050)
    assert not Listing.objects.exists()
    assert not Message.objects.exists()


def test_those_whose_standing_says_yes_are_named(officer):
    rows = register(4, l1={"public-liability__until": "31/05/2026"}, l2={"hmrc__seen": "", "hmrc__until": ""})
    mine = received(rows, officer)
    moving.move_in(mine, by=officer, on=TODAY)
    assert {carer.email for carer in moving.who_may_be_listed(mine, TODAY)} == {
        "carer0@example.org",
        "carer3@example.org",
    }


def test_it_is_undone_and_moves_in_again(officer):
    mine = received(register(5), officer)
    moving.move_in(mine, by=officer, on=TODAY)
    assert moving.undo(mine, by=officer) == 5
    for model in (Carer, Worker, Evidence, CodeAgreement, ListingChange):
        assert not model.objects.exists()
    assert moving.move_in(mine, by=officer, on=TODAY) == 5
    assert Carer.objects.count() == 5


def test_it_is_not_undone_once_somebody_has_gone_on(officer):
    mine = received(register(2), officer)
    moving.move_in(mine, by=officer, on=TODAY)
    Carer.objects.filter(name="Gwen Rees").update(owner=User.objects.create_user("gwen@example.org"))
    with pytest.raises(moving.MovedOn, match="Gwen Rees"):
        moving.undo(mine, by=officer)
    assert Carer.objects.count() == 2


def test_the_same_register_twice_is_said_by_row_and_nothing_is_written(officer):
    moving.move_in(received(register(3), officer), by=officer, on=TODAY)
    again = received(register(3), officer)
    found = checking.check(again, on=TODAY).problems
    assert [problem.row for problem in found] == [0, 1, 2]
    with pytest.raises(moving.HasProblems):
        moving.move_in(again, by=officer, on=TODAY)
    assert Carer.objects.count() == 3


def test_one_that_is_in_does_not_move_in_twice(officer):
    mine = received(register(2), officer)
    moving.move_in(mine, by=officer, on=TODAY)
    with pytest.raises(moving.MovedOn):
        moving.move_in(Register.objects.get(pk=mine.pk), by=officer, on=TODAY)
    assert Carer.objects.count() == 2


FAULTS = {
    "name": "", "email": "carer at example", "phone": "12", "language": "French", "base": "12 High Street",
    "miles": "900", "services": "Juggling", "price_hour": "-1", "keeps_records": "perhaps", "payments": "cash",
    "groups": "giants", "languages": "Klingon", "intro_en": "x" * 161, "identity__seen": "31/02/2026",
    "hmrc__seen": "01/03/2030", "public-liability__until": "", "car-insurance__until": "01/01/2027",
    "safeguarding__seen": "soon", "enhanced-dbs__seen": "01/03/2026",
}  # fmt: skip


@pytest.mark.parametrize("key", FAULTS)
def test_each_fault_is_named_by_its_cell_and_how_to_mend_it(officer, key):
    found = problems(register(3, l1={key: FAULTS[key]}), officer)
    keys = [column.key for column in columns(checking.settings.SCHEME.requirements)]
    named = {"public-liability__until": "public-liability__seen"}.get(key, key).replace("__", ":")
    assert [cell for cell, _words in found] == [reading.name_of(1, keys.index(named))]
    assert found[0][1].rstrip().endswith(".")


def test_a_register_of_two_thousand_with_37_faults_names_all_37_and_writes_nothing(officer):
    keys = [*FAULTS][:]
    planted = {50 * number + 7: keys[number % len(keys)] for number in range(37)}
    rows = register(2000, **{f"l{row}": {key: FAULTS[key]} for row, key in planted.items()})
    mine = received(rows, officer)
    found = checking.check(mine, on=TODAY).problems
    assert [problem.row for problem in found] == sorted(planted)
    with pytest.raises(moving.HasProblems):
        moving.move_in(mine, by=officer, on=TODAY)
    assert not Carer.objects.exists()


def test_an_import_cut_off_in_the_middle_writes_nothing(officer, monkeypatch):
    mine, made = received(register(5), officer), []

    def cut_off(*args, **kwargs):
        made.append(1)
        if len(made) == 3:
            raise KeyboardInterrupt
        return business(*args, **kwargs)

    business = moving._business
    monkeypatch.setattr(moving, "_business", cut_off)
    with pytest.raises(KeyboardInterrupt):
        moving.move_in(mine, by=officer, on=TODAY)
    assert not Carer.objects.exists()
    assert Register.objects.get(pk=mine.pk).state == "not moved in"


def test_two_lines_of_one_business_are_two_people(officer, settings):
    from microcare.scheme import load

    settings.SCHEME = load("flintshire")
    rows = [line(0, base="Mold"), line(1, base="Mold", name="Gwen Rees", first_name="Huw", email="", phone="")]
    assert moving.move_in(received(rows, officer), by=officer, on=TODAY) == 1
    assert [worker.first_name for worker in Worker.objects.order_by("pk")] == ["Gwen", "Huw"]


def test_a_colleagues_first_name_that_is_too_long_is_said(officer, settings):
    from microcare.scheme import load

    settings.SCHEME = load("flintshire")
    rows = [line(0, base="Mold"), line(1, base="Mold", name="Gwen Rees", first_name="H" * 51, email="", phone="")]
    assert [words for _cell, words in problems(rows, officer)] == ["has more than 50 characters. Shorten it."]


def test_a_signature_is_under_the_version_that_was_in_force_that_day(officer):
    published(in_force_on=TODAY - timedelta(days=5))
    rows = register(3, l1={"code__seen": f"{TODAY:%d/%m/%Y}"}, l2={"code__seen": ""})
    moving.move_in(received(rows, officer), by=officer, on=TODAY)
    signed = CodeAgreement.objects.order_by("carer__pk").values_list("code__number", flat=True)
    assert list(signed) == [1, 2]


def test_a_signature_from_before_there_was_a_code_is_said_and_claims_no_version(officer):
    rows = register(2, l1={"code__seen": "20/11/2025"})
    [(cell, words)] = problems(rows, officer)
    keys = [column.key for column in columns(checking.settings.SCHEME.requirements)]
    assert cell == reading.name_of(1, keys.index("code:seen"))
    assert "before 21 November 2025, when the first version here came into force" in words
    with pytest.raises(moving.HasProblems):
        moving.move_in(received(rows, officer), by=officer, on=TODAY)
    assert not CodeAgreement.objects.exists()


def test_it_is_not_undone_once_one_of_them_was_sent_a_letter(officer):
    mine = received(register(2, l1={"email": ""}), officer)
    moving.move_in(mine, by=officer, on=TODAY)
    moved = mine.carers.get(email="")
    papers.send_back(insurance(moved), by=BY, reason="Blurred")
    letters.mark_posted(moved.letters.all(), by=officer)
    with pytest.raises(moving.MovedOn, match=rf"{moved} \(a posted letter\)"):
        moving.undo(mine, by=officer)
    assert Carer.objects.filter(register=mine).count() == 2


def test_it_is_not_undone_once_one_of_them_was_mailed_or_the_team_wrote_about_one(client, officer):
    mine = received(register(3), officer)
    moving.move_in(mine, by=officer, on=TODAY)
    mailed, noted, decided = mine.carers.order_by("pk")
    inviting.invite(mailed, by=officer)
    Message.objects.update(sent_at=timezone.now())
    Note.objects.create(carer=noted, words="Rang.", by=officer)
    facts = {"kind": "ended", "reason": "asked", "actor": "user", "actor_id": officer.pk}
    Decision.objects.create(carer_id=decided.pk, **facts)
    with pytest.raises(moving.MovedOn) as refused:
        moving.undo(mine, by=officer)
    for carer, why in ((mailed, "a mail that went"), (noted, "a note of the team"), (decided, "a decision")):
        assert f"{carer} ({why})" in str(refused.value)
    assert mine.carers.count() == 3


def test_what_was_to_be_mailed_does_not_go_once_it_is_undone(client, officer):
    mine = received(register(1), officer)
    moving.move_in(mine, by=officer, on=TODAY)
    inviting.invite(mine.carers.get(), by=officer)
    client.force_login(member("ann@council.example.org", "manager"))
    said = client.get(f"/admin/onboarding/register/{mine.pk}/undo/").content.decode()
    assert "mails that have not gone (1)" in said
    assert "None of them is mailed; who gets a seat at training that one of them had is." in said
    moving.undo(mine, by=officer)
    assert not Message.objects.exists()


def test_what_was_entered_since_is_counted_before_it_is_undone(client, officer):
    mine = received(register(2, l1={"email": ""}), officer)
    moving.move_in(mine, by=officer, on=TODAY)
    mine.refresh_from_db()
    assert moving.entered_since(mine) == {}
    moved = mine.carers.get(email="")
    insurance(moved)
    training.book(session(), moved.workers.get(), by=officer)
    waiting = f"papers (1), seats at training (1), letters that wait to be posted ({moved.letters.count()})."
    client.force_login(member("ann@council.example.org", "manager"))
    page = client.get(f"/admin/onboarding/register/{mine.pk}/undo/").content.decode()
    assert f"With them goes what was entered since: {waiting}" in page


def test_what_was_sent_for_them_since_goes_when_it_is_undone(officer):
    mine = received(register(1), officer)
    moving.move_in(mine, by=officer, on=TODAY)
    insurance(Carer.objects.get())
    found, waits = session(seats=1), person("Ann")
    training.book(found, Worker.objects.get(carer__name="Gwen Rees"), by=officer)
    training.book(found, waits, by=officer)
    moving.undo(mine, by=officer)
    assert StoredFile.objects.get().purged_at
    assert Booking.objects.seated().get().worker == waits


def test_more_people_than_the_scheme_allows_and_a_name_twice_are_said(officer):
    rows = [line(0), line(1, name="Gwen Rees", first_name="Huw"), line(2, name="Gwen Rees", first_name="huw")]
    words = " ".join(words for _cell, words in problems(rows, officer))
    assert "more people than the 1" in words
    assert "stands twice" in words


def test_headings_of_a_councils_own_are_guessed():
    asked = checking.settings.SCHEME.requirements
    found = guess(["Business name", "E-mail", "Mobile", "Town", "Services offered", "HMRC registration seen on"], asked)
    assert list(found.values()) == ["name", "email", "phone", "base", "services", "hmrc:seen"]


def test_columns_are_named_by_hand_and_none_twice(officer):
    mine = received(register(1), officer)
    with pytest.raises(ValueError, match="no two the same"):
        receiving.name_columns(mine, by=officer, names={0: "name", 1: "name"})
    receiving.name_columns(mine, by=officer, names={0: "name"})
    assert "Services" in checking.check(Register.objects.get(pk=mine.pk), on=TODAY).problems[0].words


def test_the_template_is_read_as_it_is(officer):
    heads, example = template(checking.settings.SCHEME.requirements)
    assert heads == headers()
    assert len(guess(heads, checking.settings.SCHEME.requirements)) == len(heads)
    assert example[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"name\n", "a line for each"),
        (b"\x00\x01\x02", "not text"),
        (b"PK\x03\x04rubbish", "spreadsheet"),
    ],
)
def test_what_is_no_table_is_refused_with_how_to_mend_it(data, words):
    with pytest.raises(reading.NotReadable, match=words):
        reading.read(io.BytesIO(data))


def test_what_unpacks_too_large_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (reading.LARGEST_UNPACKED + 1))
    with pytest.raises(reading.NotReadable, match="200 MB"):
        reading.read(packed)


def test_excels_own_encoding_and_semicolons_are_read():
    table = reading.read(io.BytesIO("Name;Town\nSiân Évans;Brynbuga\n".encode("cp1252")))
    assert table.rows == [["Siân Évans", "Brynbuga"]]


def test_certificate_numbers_and_tax_references_are_not_kept_at_all(officer):
    text = "Name,Phone,DBS no,UTR,Notes\nGwen Rees,441632960123,001234567890,1234567890,QQ 12 34 56 C\n"
    mine = receiving.receive(io.BytesIO(text.encode()), by=officer, name="register.csv")
    assert mine.rows == [["Gwen Rees", "441632960123", "•••", "•••", "•••"]]


def test_cells_are_kept_a_week(officer):
    mine = received(register(1), officer)
    assert moving.purge(TODAY) == 0
    assert moving.purge(TODAY + timedelta(days=8)) == 1
    mine.refresh_from_db()
    assert mine.rows == []
    with pytest.raises(moving.HasProblems):  # nobody is not moved in
        moving.move_in(mine, by=officer, on=TODAY)
