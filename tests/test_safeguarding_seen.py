"""Why a page is paused, where it may be to keep people safe, is read by who may, and by nobody about themselves."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from accounts import team
from accounts.models import User
from audit.models import AuditEvent
from compliance import deciding, seeing
from compliance.models import Decision
from directory.models import Listing
from onboarding import leaving
from onboarding.models import Carer
from onboarding.reasons import Reason
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer
from tests.team_builders import member

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=28)
LIST = reverse("admin:compliance_decision_changelist")
SAYS = "keep people safe"
SEE, DO_NOT = ("manager", "safeguarding-lead"), ("reviewer", "case-officer", "auditor")


@pytest.fixture
def officer(today):
    return member("ann@council.example.org", "manager", name="Ann Price")


@pytest.fixture
def carer(officer):
    carer = listed_carer(owner=User.objects.create_user("bryn@example.org", language="en", name="Bryn Lewis"))
    deciding.suspend(carer, by=officer, reason=Reason.SAFEGUARDING, review_on=LATER, on=TODAY)
    return carer


@pytest.fixture
def others(carer, officer):
    """Paused for each of the other reasons."""
    every = {Reason.SAFEGUARDING: carer}
    for number, reason in enumerate(sorted(set(deciding.SUSPEND_FOR) - {Reason.SAFEGUARDING})):
        every[reason] = listed_carer(f"Carer {number}")
        deciding.suspend(every[reason], by=officer, reason=reason, review_on=LATER, on=TODAY)
    return every


def page_of(carer):
    return reverse("admin:onboarding_carer_change", args=[carer.pk])


def text(response):
    return re.sub(r"\s+", " ", BeautifulSoup(response.content, "html.parser").select_one("main").get_text(" "))


def signed_in(client, role):
    client.force_login(member(f"{role}2@council.example.org", role))
    return client


def test_no_audit_row_says_why_and_the_decision_does(carer, officer):
    deciding.reinstate(carer, by=officer, reason=Reason.SETTLED, on=TODAY)
    leaver = listed_carer("Gwen Rees")
    deciding.end(leaver, by=officer, reason=Reason.MOVED, on=TODAY)
    for event in AuditEvent.objects.all():
        assert "reason" not in event.data, event
    row = AuditEvent.objects.get(event="carer.suspended")
    assert Decision.objects.get(pk=row.data["decision"]).reason == Reason.SAFEGUARDING


def test_what_leavers_say_of_why_is_recorded_and_the_teams_reasons_are_refused(today):
    with pytest.raises(ValueError, match="the team's to decide"):
        leaving.leave(listed_carer("Nia Prosser"), by=BY, reason=Reason.SAFEGUARDING)
    leaving.leave(listed_carer(), by=BY, reason=Reason.MOVED)
    assert AuditEvent.objects.get(event="carer.left").data == {"reason": "moved"}


@pytest.mark.parametrize("role", [*SEE, *DO_NOT])
def test_the_list_of_decisions_its_file_and_each_row_say_why_to_who_may_see_it(client, carer, role):
    decision = Decision.objects.get(kind="suspended", carer_id=carer.pk)
    signed_in(client, role)
    one = reverse("admin:compliance_decision_change", args=[decision.pk])
    file = client.post(LIST, {"action": "export", "_selected_action": [decision.pk]}).content.decode("utf-8-sig")
    rows = BeautifulSoup(client.get(LIST).content, "html.parser").select_one("#result_list").get_text(" ")
    for said in (rows, text(client.get(one)), file):
        assert (SAYS in said) is (role in SEE), said
        assert ("Paused by the team" in said) is (role in DO_NOT), said


@pytest.mark.parametrize("role", ["manager", *DO_NOT])
def test_the_carers_page_says_why_to_who_may_see_it(client, carer, role):
    said = text(signed_in(client, role).get(page_of(carer)))
    assert (SAYS in said) is (role == "manager")
    assert ("21 November 2026: paused by the team" in said) is (role != "manager")
    assert ("Suspended: Paused by the team (the team)" in said) is (role != "manager")
    assert ("by Ann Price" in said) is (role == "manager")  # who would say why: a lead pauses for nothing else


@pytest.mark.parametrize("role", DO_NOT)
def test_what_is_not_shown_could_be_several_reasons(client, others, role):
    """Were a safeguarding matter the only one that is not said, that would say it."""
    signed_in(client, role)
    said = {reason: text(client.get(page_of(carer))) for reason, carer in others.items()}
    alike = {reason for reason, page in said.items() if "paused by the team" in page}
    assert alike == seeing.CLOSE >= {Reason.CONCERN, Reason.SAFEGUARDING}
    assert "Papers" in said[Reason.PAPERS]


@pytest.mark.parametrize("role", DO_NOT)
def test_no_filter_order_search_or_address_finds_it(client, others, role):
    signed_in(client, role)

    def found(**asked):
        return list(client.get(LIST, asked, follow=True).context["cl"].queryset.values_list("reason", flat=True))

    every = found()
    filters = BeautifulSoup(client.get(LIST, {"_facets": "True"}).content, "html.parser").select_one(
        "#changelist-filter"
    )
    assert SAYS not in filters.get_text()
    assert "Papers (1)" in filters.get_text()
    for asked in ({"why": "safeguarding"}, {"why": "concern"}, {"o": "4"}, {"o": "-4"}):
        assert found(**asked) == every, asked
    assert sorted(found(why="kept")) == sorted(seeing.CLOSE)
    assert found(why="papers") == [Reason.PAPERS]
    for asked in ({"reason": "safeguarding"}, {"reason__exact": "safeguarding"}, {"reason__startswith": "s"}):
        answer = client.get(LIST, asked)
        assert answer.status_code in (302, 400), asked
    assert found(q="safeguarding") == []


def test_who_sees_it_filters_by_it(client, others):
    rows = signed_in(client, "safeguarding-lead").get(LIST, {"why": "safeguarding"}).context["cl"].queryset
    assert [row.carer_id for row in rows] == [others[Reason.SAFEGUARDING].pk]


def test_a_manager_about_themselves_learns_nothing(client, carer):
    """Not from their page, the list, its filter, its file, the decision's own address, or the audit."""
    team.join(carer.owner, by=BY, slugs=["manager"])
    decision = Decision.objects.get(kind="suspended", carer_id=carer.pk)
    client.force_login(User.objects.get(pk=carer.owner_id))
    page = text(client.get(page_of(carer)))
    assert SAYS not in page
    assert "Suspended since 21 November 2026 People read" in page
    assert not client.get(LIST, {"why": "safeguarding"}).context["cl"].queryset.exists()
    assert "Bryn" not in client.post(LIST, {"action": "export", "_selected_action": [decision.pk]}).content.decode()
    assert client.get(reverse("admin:compliance_decision_change", args=[decision.pk])).status_code == 302
    for event in AuditEvent.objects.filter(event__in=["carer.suspended", "listing.suspended"]):
        assert "safeguarding" not in text(client.get(reverse("admin:audit_auditevent_change", args=[event.pk])))


def test_whoever_is_not_shown_why_neither_lifts_nor_prolongs_it_and_may_end_it(client, carer):
    signed_in(client, "reviewer")
    page = text(client.get(page_of(carer)))
    assert "A manager decides about it." in page
    assert "Reinstate …" not in page
    for name in ("reinstate", "look_again"):
        address = reverse(f"admin:compliance_decision_{name}", args=[carer.pk])
        said = {"reason": "settled", "review_on": LATER.isoformat(), "seen": "x"}
        for answer in (client.get(address, follow=True), client.post(address, said, follow=True)):
            assert answer.redirect_chain[-1][0] == page_of(carer)
            assert "Why it was paused is not shown to you." in answer.content.decode()
    assert Listing.objects.get(pk=carer.listing_id).state(TODAY) == Listing.State.HIDDEN
    assert "End for good …" in page


def test_it_is_said_before_that_whoever_pauses_does_not_read_it_afterwards(client, officer):
    carer = listed_carer("Gwen Rees")
    address = reverse("admin:compliance_decision_suspend", args=[carer.pk])
    words = "only managers and safeguarding leads read afterwards which it was"
    assert words in text(signed_in(client, "reviewer").get(address))
    assert words not in text(signed_in(client, "manager").get(address))


def test_a_reviewer_goes_on_deciding_about_what_is_shown(client, others):
    signed_in(client, "reviewer")
    assert "Reinstate …" in text(client.get(page_of(others[Reason.PAPERS])))
    assert Carer.objects.filter(listing__suspended_at__isnull=False).count() == len(others)
