"""The team's pages of the Code: who may draft and publish, what is said before, and signatures given on paper."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from compliance import deciding
from compliance.queue import things
from notifications.models import Message
from onboarding import codes
from onboarding.models import CodeAgreement, CodeOfPractice
from tests.builders import BY, TODAY
from tests.code_builders import NEW, ONE, first_code, make_carer, next_code
from tests.listed_carers import listed_carer, show
from tests.team_builders import member

pytestmark = pytest.mark.django_db
HOME = "/admin/onboarding/codeofpractice/"
SIGNATURES = "/admin/onboarding/codeagreement/"
DAYS = {"in_force_on": "2026-12-05", "sign_by": "2027-01-02"}


@pytest.fixture(autouse=True)
def first(today):
    return first_code()


@pytest.fixture
def as_(client):
    def sign_in(role):
        user = member(f"{role}@council.example.org", role)
        client.force_login(user)
        client.user = user
        return client

    return sign_in


def soup(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def text(answer):
    return " ".join(soup(answer).select_one("#content").get_text(" ").split())


# --- drafting --------------------------------------------------------------------------------------------


def test_an_editor_drafts_the_next_version_beginning_with_the_words_of_the_last(as_):
    editor = as_("editor")
    page = soup(editor.get(f"{HOME}draft/"))
    assert page.find(id="id_body_en").get_text().strip() == ONE
    editor.post(f"{HOME}draft/", NEW)
    draft = CodeOfPractice.objects.get(number=2)
    assert (draft.body_cy, draft.changes_en, draft.published_at) == (NEW["body_cy"], "Gifts are in it.", None)


def test_a_draft_is_changed_and_an_unfinished_one_is_kept(as_):
    codes.draft(by=BY, **NEW)
    as_("editor").post(f"{HOME}draft/", NEW | {"body_cy": "", "body_en": "Half"})
    assert (CodeOfPractice.objects.get(number=2).body_en, CodeOfPractice.objects.get(number=2).body_cy) == ("Half", "")


def test_a_preview_shows_both_languages_and_what_changes(as_):
    codes.draft(by=BY, **NEW)
    page = soup(as_("editor").get(f"{HOME}preview/"))
    assert [section["lang"] for section in page.select("#content section[lang]")] == ["en", "cy"]
    assert "Always knock first." in page.get_text()
    assert "Gifts are in it." in page.get_text()
    assert "Peidiwch â derbyn rhoddion." in page.get_text()


def test_without_a_draft_there_is_nothing_to_preview_or_publish(as_):
    manager = as_("manager")
    assert manager.get(f"{HOME}preview/").status_code == 404
    assert manager.get(f"{HOME}publish/").status_code == 404


def test_an_editor_does_not_publish(as_):
    codes.draft(by=BY, **NEW)
    assert as_("editor").post(f"{HOME}publish/", DAYS | {"confirmed": "1"}).status_code == 403


# --- publishing ------------------------------------------------------------------------------------------


def test_publishing_says_before_what_will_happen_and_does_nothing_yet(as_):
    codes.draft(by=BY, **NEW)
    signer, listed = make_carer("Ann Lewis", email="a@example.org"), listed_carer("Ben Lewis")
    codes.sign(signer, by=BY, typed_name="Ann Lewis", language="en", tell=False)
    said = text(as_("manager").post(f"{HOME}publish/", DAYS | {"look": "1"}))
    assert "2 carers must sign it." in said
    assert "1 of them is mailed now" in said
    assert "1 has no email address, so a letter to them waits to be posted: Ben Lewis." in said
    assert "If nobody signed, 1 listing would be hidden from 3 January 2027." in said
    assert "A new Code of Practice to sign by 2 January 2027" in said
    assert "Cod Ymarfer newydd i’w lofnodi erbyn 2 Ionawr 2027" in said
    assert "How many carers is that?" not in said
    assert CodeOfPractice.objects.get(number=2).published_at is None
    assert not Message.objects.exists()
    assert listed.listing.checked_until > TODAY + timedelta(days=42)


def test_a_listing_that_ends_before_anyhow_is_not_said_to_end_by_it(as_):
    codes.draft(by=BY, **NEW)
    carer = listed_carer("Ben Lewis", without=("public-liability",))
    show(carer, "public-liability", last=TODAY + timedelta(days=10))
    assert "No listing would be hidden by it." in text(as_("manager").post(f"{HOME}publish/", DAYS | {"look": "1"}))


def test_what_hides_more_than_three_is_published_only_with_their_number(as_):
    codes.draft(by=BY, **NEW)
    names = ("Ann Lewis", "Ben Lewis", "Cai Lewis", "Dai Lewis")
    carers = [listed_carer(name) for name in names]
    manager = as_("manager")
    said = text(manager.post(f"{HOME}publish/", DAYS | {"look": "1"}))
    assert "4 listings would be hidden from 3 January 2027." in said
    assert all(name in said for name in names)
    for typed in ("", "3", "five", "40"):
        again = manager.post(f"{HOME}publish/", DAYS | {"confirmed": "1", "number": typed})
        assert "It was not published. 4 carers would be hidden" in again.content.decode()
        assert "How many carers is that?" in text(again)
    take_down(carers[0])  # another number than the one on the page
    again = manager.post(f"{HOME}publish/", DAYS | {"confirmed": "1", "number": "4"})
    assert "It was not published. 3 carers would be hidden" in again.content.decode()
    assert CodeOfPractice.objects.get(number=2).published_at is None
    manager.post(f"{HOME}publish/", DAYS | {"confirmed": "1", "number": "3"})
    assert CodeOfPractice.objects.get(number=2).published_at
    event = AuditEvent.objects.get(event="code.published", target_id=str(CodeOfPractice.objects.get(number=2).pk))
    assert event.data["moved"] == [carer.pk for carer in carers[1:]]


def take_down(carer):
    deciding.suspend(carer, by=BY, reason="concern", review_on=TODAY + timedelta(days=9), on=TODAY)


def test_a_manager_publishes_and_is_told_how_many_are_mailed(as_):
    codes.draft(by=BY, **NEW)
    codes.sign(make_carer(email="a@example.org"), by=BY, typed_name="Bryn", language="en", tell=False)
    answer = as_("manager").post(f"{HOME}publish/", DAYS | {"confirmed": "1"}, follow=True)
    assert "Code of Practice, version 2 is published, and 1 carer is told." in answer.content.decode()
    assert CodeOfPractice.objects.get(number=2).sign_by.isoformat() == "2027-01-02"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"in_force_on": "2026-11-20"}, "Choose today or a later day."),
        ({"sign_by": "2026-12-18"}, "Choose 19 December 2026 or a later day."),
        ({"in_force_on": "2027-02-01"}, "Choose a day that is not before the one from which it is in force."),
    ],
)
def test_days_that_do_not_do_are_said_and_nothing_is_published(as_, days, said):
    codes.draft(by=BY, **NEW)
    answer = as_("manager").post(f"{HOME}publish/", DAYS | days | {"confirmed": "1"})
    assert said in text(answer)
    assert CodeOfPractice.objects.get(number=2).published_at is None


def test_days_before_those_of_the_last_version_are_refused(as_):
    next_code(in_force_in=20, sign_in=60)
    codes.draft(by=BY, **NEW)
    answer = as_("manager").post(f"{HOME}publish/", DAYS | {"confirmed": "1"})
    assert "A version published before has a later day." in text(answer)


def test_what_is_missing_is_said_instead_of_the_form(as_):
    codes.draft(by=BY, **(NEW | {"changes_cy": ""}))
    said = text(as_("manager").get(f"{HOME}publish/"))
    assert "What is new, for whoever signed before, in Welsh" in said
    assert "See what happens" not in said


def test_the_list_says_the_state_of_each_version(as_):
    next_code(in_force_in=0, sign_in=28)
    next_code(in_force_in=14, sign_in=42)
    codes.draft(by=BY, **NEW)
    page = soup(as_("editor").get(HOME))
    states = [cell.get_text() for cell in page.select("td.field-state")]
    assert states == ["Draft: seen by the team alone", "Published, not in force yet", "In force", "Replaced"]


# --- signatures ------------------------------------------------------------------------------------------


def on_paper(carer, **changes):
    code = CodeOfPractice.objects.get(number=1)
    said = {"carer": carer.pk, "code": code.pk, "typed_name": "Bryn Lewis", "language": "cy", "on": "2026-11-01"}
    return {**said, "confirmed": "1", **changes}


def test_a_signature_on_paper_is_recorded_with_its_day_and_who_entered_it(as_):
    reviewer = as_("reviewer")
    reviewer.post(f"{SIGNATURES}paper/", on_paper(make_carer()))
    row = CodeAgreement.objects.get()
    assert (row.signed_on.isoformat(), row.language, row.entered_by) == ("2026-11-01", "cy", reviewer.user)
    assert "on paper, entered by" in text(reviewer.get(SIGNATURES))


def test_a_day_to_come_is_refused(as_):
    answer = as_("reviewer").post(f"{SIGNATURES}paper/", on_paper(make_carer(), on="2026-11-22"))
    assert "Choose today or a day before." in text(answer)
    assert not CodeAgreement.objects.exists()


def test_nobody_records_their_own(as_):
    reviewer, carer = as_("reviewer"), make_carer()
    carer.owner = reviewer.user
    carer.save()
    answer = reviewer.post(f"{SIGNATURES}paper/", on_paper(carer), follow=True)
    assert "Nobody records their own signature" in answer.content.decode()
    assert not CodeAgreement.objects.exists()


def test_another_name_waits_until_somebody_looked_at_it(as_):
    reviewer = as_("reviewer")
    row = codes.sign(make_carer(), by=BY, typed_name="Somebody Else", language="en")
    assert queue(reviewer.user) == 1
    assert "Somebody Else" in text(reviewer.get(f"{SIGNATURES}?name=other"))
    assert "Signed as Somebody Else" in text(reviewer.get(review(row)))
    reviewer.post(review(row), {"press": "name"})
    assert queue(reviewer.user) == 0


def test_nobody_is_offered_to_look_at_their_own(as_):
    reviewer, carer = as_("reviewer"), make_carer()
    carer.owner = reviewer.user
    carer.save()
    row = codes.sign(carer, by=BY, typed_name="Somebody Else", language="en")
    assert reviewer.post(review(row)).status_code == 403
    assert queue(reviewer.user) == 1


def queue(user):
    now = timezone.now()
    return sum(thing.kind == "name" for thing in things(user, on=timezone.localdate(now), now=now))


def review(row):
    return reverse("admin:compliance_review", args=["name", row.pk])


def test_the_carers_own_name_is_nothing_to_look_at(as_):
    row = codes.sign(make_carer(), by=BY, typed_name="Bryn Lewis", language="en")
    reviewer = as_("reviewer")
    assert queue(reviewer.user) == 0
    assert reviewer.get(review(row)).status_code == 404
