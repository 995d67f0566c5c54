"""A register that moved in with its checks: those whose standing says yes are approved together, each by a decision."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from audit.models import AuditEvent
from compliance import deciding
from compliance.models import Decision
from directory.models import Listing
from notifications.models import Message
from onboarding import codes, listings
from onboarding.models import Carer, Letter
from onboarding.papers import NotNow
from onboarding.registers import moving, receiving
from tests.builders import BY, TODAY
from tests.register_files import as_file, register
from tests.team_builders import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(today):
    codes.begin(by=BY, on=TODAY.replace(year=2025), body_en="Be kind.", body_cy="Byddwch yn garedig.")
    return member("manager@council.example.org", "manager")


def moved_in(manager, count=4, **changed):
    mine = receiving.receive(as_file(register(count, **changed), "csv"), by=manager, name="register.csv")
    moving.move_in(mine, by=manager, on=TODAY)
    return mine


def press(client, mine):
    """The page, and then its button with all that it shows."""
    address = reverse("admin:compliance_decision_register", args=[mine.pk])
    page = client.get(address)
    shown = [carer.pk for carer in page.context["may"]]
    return page, client.post(address, {"carer": shown}, follow=True).content.decode()


def test_the_one_step_approves_whoever_stands_and_leaves_the_rest_with_their_reasons(manager, client):
    """By the one who moved them in: what came with a register needs no second officer."""
    member("reviewer@council.example.org", "reviewer")
    mine = moved_in(manager, l1={"public-liability__until": "31/05/2026"})
    client.force_login(manager)
    looked = client.get(reverse("admin:onboarding_register_look", args=[mine.pk])).content.decode()
    assert "Approve these 3 together" in looked
    assert "Public liability insurance ended on 31 May 2026" in looked
    page, after = press(client, mine)
    assert "Public liability insurance ended on 31 May 2026" in page.content.decode()
    assert "3 carers are approved" in after
    assert Listing.objects.live(on=TODAY).count() == 3
    decided = Decision.objects.filter(kind="approved")
    assert {(row.actor_id, row.reason, row.alone) for row in decided} == {(manager.pk, "in-order", False)}
    assert {row.carer_id for row in decided} == set(
        mine.carers.filter(listing__isnull=False).values_list("pk", flat=True)
    )
    told = Message.objects.filter(template=listings.APPROVED).count()
    assert told + Letter.objects.filter(template=listings.APPROVED).count() == 3
    assert AuditEvent.objects.get(event="register.approved").data == {"count": 3, "left": 0}


def test_pressed_twice_nobody_is_approved_twice(manager, client):
    mine = moved_in(manager, 2)
    client.force_login(manager)
    address = reverse("admin:compliance_decision_register", args=[mine.pk])
    both = {"carer": list(mine.carers.values_list("pk", flat=True))}
    for expected in ("2 carers are approved", "No carers are approved"):
        assert expected in client.post(address, both, follow=True).content.decode()
    assert Decision.objects.count() == 2
    assert AuditEvent.objects.filter(event="register.approved").count() == 1


def test_one_who_cannot_be_approved_changes_nothing_of_theirs_and_holds_up_nobody(manager, monkeypatch):
    mine = moved_in(manager, 3)
    second, approve = mine.carers.order_by("name")[1], listings.approve

    def fails_late(change, *, by, at_once):
        """When everything about them is written already."""
        listing = approve(change, by=by, at_once=at_once)
        if change.carer_id == second.pk:
            raise ValidationError("A name like that cannot be.")
        return listing

    monkeypatch.setattr(listings, "approve", fails_late)
    everybody = list(mine.carers.values_list("pk", flat=True))
    together = deciding.approve_register(mine, by=manager, on=TODAY, only=everybody)
    assert (len(together.done), together.left) == (2, [(second, "A name like that cannot be.")])
    second.refresh_from_db()
    assert second.listing_id is None
    assert second.listing_changes.waiting().exists()
    assert not Decision.objects.filter(carer_id=second.pk).exists()


def test_the_mails_of_many_go_with_the_next_sweep_as_all_mails_to_many_do(
    manager, monkeypatch, django_capture_on_commit_callbacks
):
    """A broker that is down would hold up whoever presses the button, once for each carer."""
    handed = []
    monkeypatch.setattr("notifications.outbox.hand_over", handed.append)
    mine = moved_in(manager, 3)
    everybody = list(mine.carers.values_list("pk", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        together = deciding.approve_register(mine, by=manager, on=TODAY, only=everybody)
    assert len(together.done) == 3
    assert Message.objects.filter(template=listings.APPROVED, sent_at=None).exists()
    assert handed == []


def test_only_those_who_were_shown_and_only_of_a_register_that_is_in(manager):
    mine = moved_in(manager, 3)
    one = mine.carers.first()
    assert deciding.approve_register(mine, by=manager, on=TODAY, only=[one.pk]).done == [one]
    assert Carer.objects.filter(listing__isnull=False).count() == 1
    other = receiving.receive(as_file(register(1), "csv"), by=manager, name="other.csv")
    with pytest.raises(NotNow, match="not moved in"):
        deciding.approve_register(other, by=manager, on=TODAY, only=[])


@pytest.mark.parametrize("role", ["reviewer", "case-officer", "auditor"])
def test_a_register_is_the_managers(manager, client, role):
    mine = moved_in(manager, 1)
    client.force_login(member(f"{role}@council.example.org", role))
    assert client.post(reverse("admin:compliance_decision_register", args=[mine.pk])).status_code == 403
    assert not Decision.objects.exists()


def test_words_of_their_own_that_nobody_has_read_are_left_to_the_queue(manager):
    mine = moved_in(manager)
    first, second, *_others = moving.who_may_be_listed(mine, TODAY)
    listings.keep(first, by=BY, facts={"intro_en": "I am the best."})
    listings.send(first, by=BY)
    together = deciding.approve_register(mine, by=manager, on=TODAY, only={first.pk, second.pk})
    assert [carer.pk for carer in together.done] == [second.pk]
    assert [(carer.pk, why) for carer, why in together.left] == [
        (first.pk, "They wrote their listing anew since. Decide it from the queue.")
    ]
