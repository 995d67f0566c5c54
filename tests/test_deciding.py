"""Decisions about a carer: who may, what each does to the listing, what is told, and the row that stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from compliance import deciding, noting
from compliance.models import Decision, Note
from directory import services
from directory.models import Listing
from notifications import outbox
from notifications.models import Message
from onboarding import journey, listings, upkeep_mails
from onboarding.models import Carer, Letter
from onboarding.papers import Decided, OwnPaper
from onboarding.reasons import Reason
from tests.builders import BY, TODAY
from tests.test_listing_changes import carer, owner, write  # noqa: F401

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=28)


@pytest.fixture
def officer(today):
    return User.objects.create_user("officer@example.org", is_staff=True)


@pytest.fixture
def listed(carer, officer, in_order):  # noqa: F811
    """Approved, with every check in date."""
    from tests.test_listing_changes import WRITTEN, base

    write(carer, **WRITTEN, **base("usk"))
    deciding.approve(carer.listing_changes.waiting().get(), by=officer)
    carer.refresh_from_db()
    return carer


@pytest.fixture
def in_order(monkeypatch):
    """What every carer shows is not the matter here: each stands on every day."""
    from onboarding import standing
    from onboarding.stretches import ALWAYS

    monkeypatch.setattr(standing.Need, "met", ALWAYS)


def state(carer):  # noqa: F811
    return Listing.objects.get(pk=carer.listing_id).state(TODAY)


def last_mail():
    return Message.objects.first()


def suspend(carer, officer, reason=Reason.CONCERN, **more):  # noqa: F811
    return deciding.suspend(carer, by=officer, reason=reason, review_on=LATER, on=TODAY, **more)


def test_a_first_approval_is_a_decision_and_a_later_change_is_none(listed, officer):
    decision = Decision.objects.get()
    assert (decision.kind, decision.carer_id, decision.actor_id) == ("approved", listed.pk, officer.pk)
    assert state(listed) == Listing.State.LIVE
    write(listed, name="Bryn and daughters")
    deciding.approve(listed.listing_changes.waiting().get(), by=officer)
    assert Decision.objects.count() == 1


def test_suspended_it_is_hidden_and_the_carer_reads_the_officers_words(listed, officer):
    decision = suspend(listed, officer, words="Your insurer says that the policy was cancelled.")
    assert state(listed) == Listing.State.HIDDEN
    assert deciding.suspension_of(Carer.objects.get(pk=listed.pk)) == decision
    assert "the policy was cancelled" in last_mail().text
    assert "19 December 2026" in last_mail().text
    assert AuditEvent.objects.filter(event="carer.suspended", actor_id=officer.pk).exists()
    with pytest.raises(Decided, match="suspended already, since 21 November 2026"):
        suspend(listed, officer)


def test_of_a_safeguarding_matter_the_carer_reads_nothing_but_that_it_is_paused(listed, officer):
    with pytest.raises(ValueError, match="nothing is said"):
        suspend(listed, officer, Reason.SAFEGUARDING, words="A neighbour rang us.")
    suspend(listed, officer, Reason.SAFEGUARDING)
    assert "safe" not in last_mail().text.lower()
    assert "We have paused your page" in last_mail().text


def test_a_suspension_has_a_day_to_come_on_which_it_is_looked_at(listed, officer):
    with pytest.raises(ValueError, match="to come"):
        deciding.suspend(listed, by=officer, reason=Reason.CONCERN, review_on=TODAY, on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(kind="suspended", carer_id=1, actor="job:x", reason="concern")


def test_reinstated_it_is_public_again_at_once(listed, officer):
    suspend(listed, officer)
    deciding.reinstate(listed, by=officer, reason=Reason.SETTLED, on=TODAY)
    assert state(listed) == Listing.State.LIVE
    assert "People can find it again now" in last_mail().text
    with pytest.raises(Decided, match="not suspended"):
        deciding.reinstate(listed, by=officer, reason=Reason.SETTLED, on=TODAY)


@pytest.mark.parametrize("reason", ["", "Bryn was rude to Mrs Price", Reason.MOVED])
def test_there_is_no_decision_without_a_reason_that_is_one_of_its_own(listed, officer, reason):
    with pytest.raises(ValueError, match=r"not a valid Reason|no reason for that"):
        suspend(listed, officer, reason)
    suspend(listed, officer)
    with pytest.raises(ValueError, match=r"not a valid Reason|no reason for that"):
        deciding.reinstate(listed, by=officer, reason=reason, on=TODAY)
    assert Decision.objects.filter(kind__in=["suspended", "reinstated"]).count() == 1


def test_nobody_decides_about_themselves(listed):
    listed.owner.is_staff = True
    listed.owner.save()
    with pytest.raises(OwnPaper):
        suspend(listed, listed.owner)
    with pytest.raises(OwnPaper):
        deciding.end(listed, by=listed.owner, reason=Reason.ASKED, on=TODAY)


def test_where_nothing_was_approved_there_is_nothing_to_suspend(carer, officer):  # noqa: F811
    with pytest.raises(deciding.NoListing):
        suspend(carer, officer)


def test_ended_it_is_gone_for_good_and_they_read_why(listed, officer):
    deciding.end(listed, by=officer, reason=Reason.MOVED, on=TODAY)
    assert state(listed) == Listing.State.ENDED
    assert "you moved away" in last_mail().text
    assert Message.objects.filter(template="onboarding/mail/left").count() == 0
    with pytest.raises(Decided, match="left already"):
        deciding.end(listed, by=officer, reason=Reason.MOVED, on=TODAY)
    with pytest.raises(deciding.NoListing):
        suspend(listed, officer)


def test_who_cannot_be_reached_was_tried_on_three_days_first(listed, officer, time_machine):
    for day in range(3):
        with pytest.raises(deciding.TriedTooLittle, match=f"{day} so far"):
            deciding.end(listed, by=officer, reason=Reason.UNREACHABLE, on=TODAY)
        time_machine.move_to(f"2026-11-2{day + 2} 09:00Z")
        for _twice_a_day in range(2):
            Note.objects.create(carer=listed, kind=Note.Kind.TRIED, words="Rang, no answer.", by=officer)
    deciding.end(listed, by=officer, reason=Reason.UNREACHABLE, on=TODAY)
    assert "could not" in last_mail().text


def test_after_somebody_died_nothing_goes_to_them_any_more(listed, officer):
    with transaction.atomic():
        outbox.queue(key="to-them", to="Bryn@example.org", template=deciding.ENDED, language="en",
                     context={"decision": Decision.objects.get(), "evidence_months": 6})  # fmt: skip
    sent = Message.objects.filter(to__iexact="bryn@example.org")
    assert sent.exists()
    deciding.end(listed, by=officer, reason=Reason.DIED, on=TODAY)
    assert not sent.exists()
    assert not Letter.objects.filter(carer=listed).exists()
    listed.owner.refresh_from_db()
    assert not listed.owner.is_active
    assert state(listed) == Listing.State.ENDED
    assert AuditEvent.objects.get(event="carer.silenced").data["messages"] >= 1


def test_what_was_promised_to_who_shares_the_address_of_somebody_who_died_still_goes(listed, officer):
    partner = journey.start(by=BY, name="Nia Lewis", first_name="Nia", email="BRYN@example.org")
    with transaction.atomic():
        for carer in (listed, partner):
            upkeep_mails.left(carer, until=None, gone_on=None)
    deciding.end(listed, by=officer, reason=Reason.DIED, on=TODAY)
    assert [message.whose for message in Message.objects.filter(key__endswith=":left")] == [f"carer:{partner.pk}"]


def test_a_decision_whose_audit_row_fails_leaves_nothing_changed(listed, officer, monkeypatch):
    before = Message.objects.count()

    def failing(*args, **kwargs):
        raise RuntimeError("no audit")

    monkeypatch.setattr(deciding, "record", failing)
    with pytest.raises(RuntimeError):
        suspend(listed, officer)
    assert state(listed) == Listing.State.LIVE
    assert Decision.objects.filter(kind="suspended").count() == 0
    assert Message.objects.count() == before
    monkeypatch.undo()


def test_the_database_refuses_to_change_or_delete_a_decision(listed, officer):
    decision = Decision.objects.get()
    for verb in (lambda: Decision.objects.update(reason="mistake"), decision.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            verb()
    assert Decision.objects.get().reason == Reason.IN_ORDER


def test_listings_of_a_sent_back_first_change_stay_unapproved(carer, officer):  # noqa: F811
    from tests.test_listing_changes import WRITTEN, base

    write(carer, **WRITTEN, **base("usk"))
    listings.send_back(carer.listing_changes.waiting().get(), by=officer, reason="Say more.")
    assert not Decision.objects.exists()


def test_a_sign_of_life_makes_the_tries_before_it_count_for_nothing(listed, officer, time_machine):
    for day in (22, 23, 24):
        time_machine.move_to(f"2026-11-{day} 09:00Z")
        noting.write(listed, by=officer, kind=Note.Kind.TRIED, words="Rang, no answer.")
    assert deciding.days_tried(listed) == 3
    time_machine.move_to("2026-11-25 09:00Z")
    noting.write(listed, by=officer, kind=Note.Kind.REACHED, words="She rang back.")
    assert deciding.days_tried(listed) == 0
    with pytest.raises(deciding.TriedTooLittle):
        deciding.end(listed, by=officer, reason=Reason.UNREACHABLE, on=TODAY)
    Note.objects.filter(kind=Note.Kind.REACHED).delete()
    listed.owner.last_login = timezone.now()
    listed.owner.save()
    assert deciding.days_tried(Carer.objects.get(pk=listed.pk)) == 0


def test_it_stays_suspended_by_a_decision_with_another_day_and_the_second_officer_is_told(listed, officer):
    first = suspend(listed, officer)
    assert list(deciding.to_look_at_again(LATER - timedelta(days=1))) == []
    assert [row.review_on for row in deciding.to_look_at_again(LATER)] == [LATER]
    again = {"by": officer, "reason": Reason.DBS, "on": LATER, "review_on": LATER + timedelta(days=28)}
    second = deciding.look_again(listed, after=first, **again)
    assert deciding.suspension_of(Carer.objects.get(pk=listed.pk)) == second
    assert "stays paused" in last_mail().subject
    assert not deciding.to_look_at_again(LATER)
    with pytest.raises(Decided, match="meanwhile"):
        deciding.look_again(listed, after=first, **again)
    with pytest.raises(ValueError, match="within a year"):
        deciding.look_again(listed, after=second, **{**again, "review_on": LATER + timedelta(days=400)})


def test_a_suspension_that_no_decision_stands_behind_is_to_be_looked_at(listed, officer):
    services.suspend(listed.listing, by=officer)
    assert [row.pk for row in deciding.to_look_at_again(TODAY)] == [listed.pk]


@pytest.mark.parametrize("kind", [deciding.Kind.SUSPENDED, deciding.Kind.REINSTATED, deciding.Kind.ENDED])
def test_what_is_shown_before_the_button_is_what_goes(listed, officer, kind):
    """In the carer's language first, word for word."""
    User.objects.filter(pk=listed.owner_id).update(language="cy")
    listed = Carer.objects.get(pk=listed.pk)
    reason = {"reinstated": Reason.SETTLED, "ended": Reason.MOVED}.get(kind, Reason.CONCERN)
    if kind == deciding.Kind.REINSTATED:
        suspend(listed, officer)
        listed = Carer.objects.get(pk=listed.pk)
    facts = {"reason": reason, "words": "Ring Ann."} | ({"review_on": LATER} if kind == "suspended" else {})
    shown = deciding.preview(listed, kind, on=TODAY, **facts)
    verb = {"suspended": deciding.suspend, "reinstated": deciding.reinstate, "ended": deciding.end}[kind]
    verb(listed, by=officer, on=TODAY, **facts)
    assert [said.language for said in shown] == ["cy", "en"]
    assert (last_mail().subject, last_mail().text) == (shown[0].subject, shown[0].text)


def test_of_who_died_nothing_is_shown_for_nothing_goes(listed):
    assert deciding.preview(listed, deciding.Kind.ENDED, on=TODAY, reason=Reason.DIED) == []
