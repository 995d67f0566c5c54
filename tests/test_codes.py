"""The Code of Practice: a version is drafted, published for good, and signed; nobody falls between two versions."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from audit.models import AuditEvent
from directory import services
from directory.models import Listing
from notifications.models import Message
from onboarding import codes, letters
from onboarding.losing import NotConfirmed
from onboarding.models import CodeAgreement, CodeOfPractice
from onboarding.models.code import Uneditable
from onboarding.papers import OwnPaper
from onboarding.requirements import CODE
from onboarding.standing import signatures_of, standing
from onboarding.stretches import DAY, holds, union
from onboarding.tasks import State, tasks
from tests.builders import BY, TODAY, make_listing
from tests.code_builders import NEW, ONE, first_code, make_carer, next_code
from tests.listed_carers import listed_carer

pytestmark = pytest.mark.django_db
WHEN = {"in_force_on": TODAY, "sign_by": TODAY + codes.NOTICE}


@pytest.fixture(autouse=True)
def _day(today):
    """Every test is on the same day."""


@pytest.fixture
def first():
    return first_code()


def sign(carer, **facts):
    return codes.sign(carer, **{"by": BY, "typed_name": carer.name, "language": "en", **facts})


def covered(carer, day):
    return holds(union((paper.first, paper.last) for paper in signatures_of(carer)), day)


def mails(prefix):
    return Message.objects.filter(key__startswith=prefix)


# --- drafting and publishing -----------------------------------------------------------------------------


def test_versions_are_numbered_one_after_the_other(first):
    assert codes.draft(by=BY, **NEW).number == 2


def test_there_is_one_draft_at_a_time_and_asking_again_keeps_what_it_says(first):
    draft = codes.draft(by=BY, body_en="Mine")
    assert codes.draft(by=BY, body_en="Yours") == draft
    assert CodeOfPractice.objects.get(number=2).body_en == "Mine"


def test_a_draft_is_changed(first):
    codes.change_draft(codes.draft(by=BY, body_en="Old"), by=BY, body_en="New")
    assert CodeOfPractice.objects.get(number=2).body_en == "New"


def test_a_draft_is_seen_by_nobody(first, client):
    codes.draft(by=BY, **NEW)
    assert client.get("/code-of-practice/2/").status_code == 404


def test_what_is_published_is_never_changed_by_a_verb(first):
    with pytest.raises(codes.Published):
        codes.change_draft(first, by=BY, body_en="Else")
    with pytest.raises(codes.Published):
        codes.publish(first, by=BY, in_force_on=TODAY, sign_by=TODAY + codes.NOTICE, on=TODAY)


def test_what_is_published_is_neither_saved_nor_deleted(first):
    first.body_en = "Else"
    with pytest.raises(Uneditable):
        first.save()
    with pytest.raises(Uneditable):
        first.delete()
    assert CodeOfPractice.objects.get().body_en == ONE


CHANGES = {
    "changed": "UPDATE onboarding_codeofpractice SET body_en = 'Else'",
    "a draft again": "UPDATE onboarding_codeofpractice SET published_at = NULL",
    "deleted": "DELETE FROM onboarding_codeofpractice",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_the_database_itself_refuses_a_change_of_what_is_published(first, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert CodeOfPractice.objects.get().body_en == ONE


def test_the_database_lets_a_draft_be_changed_and_thrown_away(first):
    draft = codes.draft(by=BY, **NEW)
    assert CodeOfPractice.objects.filter(pk=draft.pk).update(body_en="Else") == 1
    assert CodeOfPractice.objects.get(pk=draft.pk).delete()


def test_many_mails_wait_for_the_sweep_and_no_broker_holds_up_publishing(first, monkeypatch):
    sign(make_carer(email="a@example.org"), tell=False)
    handed = []
    monkeypatch.setattr("notifications.outbox.hand_over", handed.append)
    next_code()
    assert mails("code:2:").get().sent_at is None
    assert handed == []


@pytest.mark.parametrize(
    ("in_force_in", "sign_in"),
    [(-1, 42), (0, 27), (50, 42)],
    ids=["in force before today", "27 days' notice", "signed before it is in force"],
)
def test_dates_that_leave_too_little_time_are_refused(first, in_force_in, sign_in):
    with pytest.raises(codes.WrongDates):
        next_code(in_force_in=in_force_in, sign_in=sign_in)
    assert CodeOfPractice.objects.get(number=2).published_at is None


def test_28_days_are_enough(first):
    assert next_code(in_force_in=0, sign_in=28).published_at


@pytest.mark.parametrize(("in_force_in", "sign_in"), [(13, 60), (20, 41)])
def test_a_version_does_not_overtake_the_one_before(first, in_force_in, sign_in):
    next_code(in_force_in=14, sign_in=42)
    with pytest.raises(codes.WrongDates):
        next_code(in_force_in=in_force_in, sign_in=sign_in)


@pytest.mark.parametrize("text", ["body_en", "body_cy", "changes_en", "changes_cy"])
def test_every_text_is_there_in_each_language_of_the_scheme(first, text):
    with pytest.raises(codes.Incomplete):
        next_code(**{text: " "})


def test_publishing_is_in_the_audit(first):
    code = next_code()
    event = AuditEvent.objects.get(event="code.published", target_id=str(code.pk))
    assert event.data["number"] == 2
    assert event.data["sign_by"] == str(code.sign_by)


def four():
    return [listed_carer(name) for name in ("Ann Lewis", "Ben Lewis", "Cai Lewis", "Dai Lewis")]


@pytest.mark.parametrize("confirmed", [None, 3, 5, 0])
def test_the_verb_itself_refuses_to_hide_more_than_three_without_their_number(first, confirmed):
    four()
    code = codes.draft(by=BY, **NEW)
    with pytest.raises(NotConfirmed, match="4 carers") as refused:
        codes.publish(code, by=BY, on=TODAY, confirmed=confirmed, **WHEN)
    assert refused.value.number == 4
    assert CodeOfPractice.objects.get(number=2).published_at is None
    codes.publish(code, by=BY, on=TODAY, confirmed=4, **WHEN)


def test_three_are_few_and_a_number_that_is_not_theirs_is_refused_all_the_same(first):
    four()
    services.suspend(Listing.objects.first(), by=BY)
    code = codes.draft(by=BY, **NEW)
    with pytest.raises(NotConfirmed):
        codes.publish(code, by=BY, on=TODAY, confirmed=4, **WHEN)
    codes.publish(code, by=BY, on=TODAY, **WHEN)
    assert CodeOfPractice.objects.get(number=2).published_at


def test_the_day_on_which_it_hides_is_written_at_once_and_needs_no_job(first):
    ann, ben, *_others = four()
    two = next_code()
    sign(ben)
    sign_by = two.sign_by
    shown = [list(Listing.objects.live(on=day).values_list("name", flat=True)) for day in (sign_by, sign_by + DAY)]
    assert "Ann Lewis" in shown[0]
    assert shown[1] == ["Ben Lewis"]
    assert Listing.objects.get(pk=ann.listing_id).checked_until == sign_by


# --- who is told -----------------------------------------------------------------------------------------


def test_whoever_signed_or_is_listed_is_told_once_in_their_language(first):
    signer, listed, _neither = (make_carer(f"{name} Lewis", email=f"{name}@example.org") for name in "abc")
    sign(signer)
    listed.listing = make_listing("Listed")
    listed.save()
    User.objects.filter(pk=listed.owner_id).update(language="cy")
    code = next_code()
    told = {message.to: message for message in mails("code:2:")}
    assert set(told) == {"a@example.org", "b@example.org"}
    assert f"{code.sign_by.day} January 2027" in told["a@example.org"].text
    assert "/my/code/" in told["a@example.org"].text
    assert "/cy/my/code/" in told["b@example.org"].text
    assert NEW["changes_cy"] in told["b@example.org"].text


def test_whoever_left_or_whose_listing_ended_is_not_told(first):
    gone, ended = (make_carer(f"{name} Lewis", email=f"{name}@example.org") for name in "ab")
    sign(gone)
    gone.left_at = "2026-11-20T10:00Z"
    gone.save()
    ended.listing = make_listing("Ended")
    ended.save()
    type(ended.listing).objects.filter(pk=ended.listing.pk).update(ended_at="2026-11-20T10:00Z")
    next_code()
    assert not mails("code:2:")


def test_nobody_is_told_when_publishing_fails(first, monkeypatch):
    sign(make_carer(email="a@example.org"), tell=False)
    sign(make_carer("Cai Pugh", email="b@example.org"), tell=False)
    queue, seen = letters.outbox.queue, []

    def second_fails(**facts):
        seen.append(facts["to"])
        if len(seen) == 2:
            raise RuntimeError
        return queue(**facts)

    monkeypatch.setattr(letters.outbox, "queue", second_fails)
    with pytest.raises(RuntimeError):
        next_code()
    assert not mails("code:2:")
    assert CodeOfPractice.objects.get(number=2).published_at is None


def test_without_an_address_nothing_is_mailed(first):
    carer = make_carer()
    sign(carer)
    assert next_code() in CodeOfPractice.objects.published()
    assert not Message.objects.exists()


# --- which one is signed, and for how long it counts -----------------------------------------------------


def test_a_new_carer_signs_the_old_one_until_the_new_is_in_force(first):
    two, carer = next_code(in_force_in=14, sign_in=42), make_carer()
    assert codes.to_sign(carer, two.in_force_on - DAY) == first
    assert codes.to_sign(carer, two.in_force_on) == two


def test_before_the_first_is_in_force_it_is_signed_already():
    later = first_code(on=TODAY + timedelta(days=10))
    assert codes.to_sign(make_carer(), TODAY) == later


def test_a_signature_stands_to_the_end_of_the_day_by_which_the_next_is_signed(first):
    carer = make_carer()
    sign(carer)
    assert covered(carer, TODAY + timedelta(days=3000))
    two = next_code()
    assert covered(carer, two.sign_by)
    assert not covered(carer, two.sign_by + DAY)


def test_signing_the_new_one_early_leaves_no_gap(first):
    carer = make_carer()
    sign(carer)
    two = next_code()
    sign(carer, on=TODAY + DAY)
    days = union((paper.first, paper.last) for paper in signatures_of(carer))
    assert len(days) == 1
    assert covered(carer, two.sign_by + DAY)


def test_whoever_signs_the_old_one_on_its_last_day_stands_until_the_new_ones_day(first):
    two, carer = next_code(in_force_in=14, sign_in=42), make_carer()
    sign(carer, on=two.in_force_on - DAY)
    assert carer.agreements.get().code == first
    assert covered(carer, two.sign_by)
    assert codes.to_sign(carer, two.in_force_on) == two


def test_with_versions_in_quick_succession_whoever_signs_the_newest_stands_through(first):
    early, late = make_carer("Ann Lewis"), make_carer("Ben Lewis")
    sign(early)
    sign(late)
    two = next_code(in_force_in=5, sign_in=30)
    sign(early)
    three = next_code(in_force_in=10, sign_in=35)
    four = next_code(in_force_in=10, sign_in=35)
    assert codes.to_sign(early, TODAY) == codes.to_sign(late, TODAY) == four
    sign(early, on=three.sign_by)
    sign(late, on=two.sign_by)
    for carer in (early, late):
        assert all(covered(carer, TODAY + timedelta(days=days)) for days in range(60))


def test_whoever_signed_a_newer_one_never_stands_for_less_long(first):
    early, late = make_carer("Ann Lewis"), make_carer("Ben Lewis")
    sign(early)
    sign(late)
    next_code(in_force_in=5, sign_in=30)
    sign(early)
    three = next_code(in_force_in=5, sign_in=30)
    assert covered(early, three.sign_by)
    assert covered(late, three.sign_by)
    assert not covered(late, three.sign_by + DAY)


def test_the_task_says_that_it_is_to_be_signed_again_as_soon_as_a_new_version_is_published(first):
    carer = make_carer()
    assert state_of(carer) == State.NOT_STARTED
    sign(carer)
    assert state_of(carer) == State.DONE
    two = next_code(in_force_in=90, sign_in=120)
    assert state_of(carer) == State.ENDS_SOON
    assert state_of(carer, two.sign_by + DAY) == State.ENDED
    sign(carer)
    assert state_of(carer) == State.DONE


def state_of(carer, on=TODAY):
    return next(task.state for task in tasks(carer, on) if task.requirement.slug == CODE)


# --- signing ---------------------------------------------------------------------------------------------


def test_signing_is_kept_with_the_name_the_language_and_the_day(first):
    sign(make_carer(), language="cy")
    row = CodeAgreement.objects.get()
    assert (row.typed_name, row.language, row.signed_on, row.code) == ("Bryn Lewis", "cy", TODAY, first)
    assert AuditEvent.objects.get(event="code.signed").data == {"carer": row.carer_id, "number": 1, "how": "typed"}


def test_signing_twice_does_no_harm(first):
    carer = make_carer(email="b@example.org")
    assert sign(carer, code=first) == sign(carer, code=first) == sign(carer)
    assert mails("code_signed:").count() == 1


def test_signing_what_was_read_before_a_newer_one_came_is_refused(first):
    carer = make_carer()
    sign(carer)
    next_code(in_force_in=0, sign_in=28)
    three = codes.draft(by=BY, **NEW)
    with pytest.raises(codes.OtherVersion):
        sign(carer, code=three)
    assert carer.agreements.count() == 1


def test_without_a_code_there_is_nothing_to_sign():
    with pytest.raises(codes.OtherVersion):
        sign(make_carer())


def test_a_copy_is_mailed_with_the_way_to_the_text(first):
    sign(make_carer(email="b@example.org"))
    message = mails("code_signed:").get()
    assert "/code-of-practice/1/" in message.text
    assert "21 November 2026" in message.text


def test_the_copy_says_what_is_to_be_signed_next(first):
    two, carer = next_code(), make_carer(email="b@example.org")
    sign(carer)
    assert carer.agreements.get().code == first
    assert f"Version {two.number} is published too" in mails("code_signed:").get().text


def test_a_signature_settles_the_listing(first, monkeypatch):
    settled = []
    monkeypatch.setattr(codes, "settle", lambda carer, by: settled.append(carer))
    carer = make_carer()
    sign(carer)
    assert settled == [carer]


def test_standing_reads_it(first):
    carer = make_carer()
    assert CODE in {reason.need.requirement.slug for reason in standing(carer, TODAY).reasons}
    sign(carer)
    assert CODE not in {reason.need.requirement.slug for reason in standing(carer, TODAY).reasons}


@pytest.mark.parametrize("typed", ["Bryn Lewis", "  bryn   LEWIS ", "Bryn ap Lewis"])
def test_the_carers_own_name_or_their_accounts_is_theirs(first, typed):
    carer = make_carer(email="b@example.org", user_name="Bryn ap Lewis")
    assert not sign(carer, typed_name=typed).other_name


def test_another_name_is_kept_and_waits_for_the_team(first):
    agreement = sign(make_carer(), typed_name="Bryn Evans")
    assert agreement.typed_name == "Bryn Evans"
    assert list(CodeAgreement.objects.to_look_at()) == [agreement]
    codes.accept_name(agreement, by=BY)
    assert not CodeAgreement.objects.to_look_at()


def test_nobody_looks_at_their_own_other_name(first):
    carer = make_carer()
    carer.owner = User.objects.create_user("own@example.org")
    carer.save()
    agreement = sign(carer, typed_name="Bryn Evans")
    with pytest.raises(OwnPaper):
        codes.accept_name(agreement, by=carer.owner)
    assert list(CodeAgreement.objects.to_look_at()) == [agreement]


# --- on paper --------------------------------------------------------------------------------------------


@pytest.fixture
def officer():
    return User.objects.create_user("officer@council.example.org")


def on_paper(carer, code, by, **facts):
    return codes.sign_on_paper(carer, code, by=by, **{"typed_name": carer.name, "language": "cy", "on": TODAY, **facts})


def test_a_signature_on_paper_counts_from_its_own_day_and_names_who_entered_it(first, officer):
    carer = make_carer()
    row = on_paper(carer, first, officer, on=TODAY - timedelta(days=30))
    assert (row.signed_on, row.entered_by) == (TODAY - timedelta(days=30), officer)
    assert covered(carer, TODAY - timedelta(days=30))


def test_a_paper_signed_under_the_version_before_counts_to_its_end(first, officer):
    two, carer = next_code(), make_carer()
    on_paper(carer, first, officer)
    assert covered(carer, two.sign_by)
    assert not covered(carer, two.sign_by + DAY)


def test_nobody_enters_their_own_signature(first):
    carer = make_carer(email="b@example.org")
    with pytest.raises(OwnPaper):
        on_paper(carer, first, carer.owner)


def test_nobody_signs_tomorrow_or_a_draft(first, officer):
    carer = make_carer()
    for code, day in ((first, TODAY + DAY), (codes.draft(by=BY, **NEW), TODAY)):
        with pytest.raises(codes.WrongDates):
            on_paper(carer, code, officer, on=day)


# --- beginning -------------------------------------------------------------------------------------------


def test_a_scheme_begins_with_its_code_once(first):
    assert first.number == 1
    assert codes.begin(by=BY, on=TODAY, body_en="Else") is None
    assert CodeOfPractice.objects.get().body_en == ONE


def test_the_database_refuses_a_name_that_is_empty(first):
    with pytest.raises(DatabaseError), transaction.atomic():
        sign(make_carer(), typed_name="")
