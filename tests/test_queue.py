"""The queue: everything that waits in one list, in its order; who has what open; and what each of the team sees."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from compliance import claims, deciding, queue
from compliance.models import Claim
from compliance.queue import weekdays
from onboarding import helping, listings, papers
from onboarding.models import Evidence
from onboarding.reasons import Reason
from tests.builders import BY, TODAY
from tests.code_builders import make_carer
from tests.listed_carers import listed_carer, show
from tests.paper_builders import asked, insurance
from tests.team_builders import member
from tests.test_listing_changes import WRITTEN, base

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
QUEUE = "/admin/compliance/claim/"
DAY = timedelta(days=1)


@pytest.fixture
def ann():
    return member("ann@council.example.org", "reviewer", name="Ann Rees")


@pytest.fixture
def bob():
    return member("bob@council.example.org", "reviewer", name="Bob Price")


def things(user):
    return queue.things(user, on=TODAY, now=timezone.now())


def said(user):
    return [(thing.kind, thing.whose) for thing in things(user)]


def insured(name, last, **more):
    """Listed, with insurance until that day."""
    carer = listed_carer(name, without=("public-liability",), **more)
    show(carer, "public-liability", first=last - timedelta(days=364), last=last)
    return carer


def renewal(carer, *, days=0):
    row = insurance(carer, starts=TODAY, ends=TODAY + timedelta(days=364))
    Evidence.objects.filter(pk=row.pk).update(sent_at=row.sent_at - timedelta(days=days))
    return row


def text(response):
    return " ".join(BeautifulSoup(response.content.decode(), "html5lib").get_text(" ").split())


# Order


def test_what_lapses_soonest_comes_first_then_what_has_waited_longest(ann):
    down = insured("Cai Down", TODAY - DAY)
    soon, later = insured("Dai Soon", TODAY + 3 * DAY), insured("Eve Later", TODAY + 20 * DAY)
    far = insured("Far Off", TODAY + 300 * DAY)
    for carer, days in ((later, 0), (far, 9), (soon, 1), (down, 0)):
        renewal(carer, days=days)
    new = make_carer("Gwen New")
    listings.keep(new, by=BY, facts={**WRITTEN, **base("usk"), "name": "Gwen New"})
    listings.send(new, by=BY)
    helping.ask(far, by=BY, what="Help", by_when=TODAY + 10 * DAY)
    assert said(ann) == [
        ("paper", "Cai Down"),
        ("paper", "Dai Soon"),
        ("help", "Far Off"),
        ("paper", "Eve Later"),
        ("paper", "Far Off"),
        ("listing", "Gwen New"),
    ]
    first, second = things(ann)[:2]
    assert first.warning == "The listing is hidden until this is accepted."
    assert (second.by, second.warning) == (
        TODAY + 4 * DAY,
        "The listing hides on 25 November unless this is accepted.",
    )


def test_a_service_that_goes_alone_makes_its_paper_urgent_too(ann):
    carer = listed_carer("Bryn Lewis", offers=("chat", "transport"), without=("car-insurance",))
    worker = carer.workers.get()
    show(carer, "car-insurance", worker, first=TODAY - 300 * DAY, last=TODAY + 5 * DAY)
    papers.send(carer, asked("car-insurance"), by=BY, how="upload", facts={}, worker=worker)
    (thing,) = things(ann)
    assert (thing.by, thing.why.split(":")[0]) == (TODAY + 6 * DAY, "From 27 November it does not show")


def test_originals_live_changes_names_and_suspensions_to_look_at_again_wait_too(ann):
    carer = listed_carer("Bryn Lewis")
    papers.send(carer, asked("hmrc"), by=BY, how="seen", facts={})
    listings.keep(carer, by=BY, facts={"phone": "01633 960111"})
    listings.send(carer, by=BY)
    carer.agreements.update(other_name=True)
    deciding.suspend(carer, by=BY, reason=Reason.CONCERN, review_on=TODAY, on=TODAY - DAY)
    assert sorted(kind for kind, _whose in said(ann)) == ["live", "name", "original", "suspension"]
    assert things(ann)[0].kind == "suspension"


def test_two_hundred_things_are_read_in_as_many_statements_as_two(ann):
    for number in range(2):
        renewal(insured(f"Carer Number{number}", TODAY + number * DAY))
    things(ann)  # what she may do is read once
    with CaptureQueriesContext(connection) as few:
        things(ann)
    for number in range(2, 12):
        renewal(insured(f"Carer Number{number}", TODAY + number * DAY))
    with CaptureQueriesContext(connection) as many:
        assert len(things(ann)) == 12
    assert len(many) == len(few) <= 25


def test_weekdays_waited_leave_saturday_and_sunday_out():
    friday = TODAY - DAY
    assert [weekdays(friday, friday + days * DAY) for days in range(5)] == [0, 0, 0, 1, 2]
    assert weekdays(friday, friday + 14 * DAY) == 10


# Who sees what


def test_each_sees_what_they_decide_and_the_auditor_all_that_they_may_read(ann):
    carer = insured("Bryn Lewis", TODAY + 3 * DAY)
    renewal(carer)
    helping.ask(carer, by=BY, what="Help")
    assert [kind for kind, _whose in said(member("cat@council.example.org", "case-officer"))] == ["help"]
    assert [kind for kind, _whose in said(member("aud@council.example.org", "auditor"))] == ["paper", "help"]
    assert said(member("ed@council.example.org", "editor")) == []


def test_who_may_not_see_the_queue_is_refused(client):
    client.force_login(member("ed@council.example.org", "editor"))
    assert client.get(QUEUE).status_code == 403
    assert "Waiting for a decision" not in text(client.get("/admin/"))


def test_it_is_filtered_by_kind_whose_age_and_name(client, ann):
    for name, last in (("Cai Rees", TODAY + 3 * DAY), ("Dai Price", TODAY + 40 * DAY)):
        renewal(insured(name, last), days=9 if name == "Dai Price" else 0)
    helping.ask(make_carer("Eve Hughes"), by=BY, what="Help")
    client.force_login(ann)

    def shown(**query):
        return [thing.whose for thing in client.get(QUEUE, query).context["page"]]

    assert shown() == ["Cai Rees", "Dai Price", "Eve Hughes"]
    assert shown(kind="help") == ["Eve Hughes"]
    assert shown(age="soon") == ["Cai Rees"]
    assert shown(age="long") == ["Dai Price"]
    assert shown(q="rees") == ["Cai Rees"]
    assert shown(kind="nonsense", who="nobody", age="%00", p="99") == ["Cai Rees", "Dai Price", "Eve Hughes"]
    assert shown(who="mine") == []
    claims.claim("help", things(ann)[-1].number, by=ann, now=timezone.now())
    assert shown(who="mine") == ["Eve Hughes"]
    assert "Open with you" in text(client.get(QUEUE))
    assert shown(who="free") == ["Cai Rees", "Dai Price"]


# Claims


def test_opening_claims_for_fifteen_minutes_and_opening_again_renews(ann, bob):
    now = timezone.now()
    assert claims.claim("paper", 1, by=ann, now=now).by == ann
    assert claims.claim("paper", 1, by=bob, now=now + timedelta(minutes=14)).by == ann
    claims.claim("paper", 1, by=ann, now=now + timedelta(minutes=14))
    assert claims.claim("paper", 1, by=bob, now=now + timedelta(minutes=28)).by == ann
    assert claims.claim("paper", 1, by=bob, now=now + timedelta(minutes=29)).by == bob
    assert claims.claim("help", 1, by=ann, now=now).by == ann
    assert Claim.objects.count() == 2


def test_of_two_who_take_over_at_once_one_has_it(ann, bob, monkeypatch):
    """The second read the claim that had run out before the first took it."""
    cat, now = member("cat@council.example.org"), timezone.now()
    claims.claim("paper", 1, by=cat, now=now - timedelta(hours=1))
    old = Claim.objects.select_related("by").get()
    claims.claim("paper", 1, by=ann, now=now)
    first, read = QuerySet.first, [old]
    monkeypatch.setattr(QuerySet, "first", lambda rows: read.pop() if read else first(rows))
    assert claims.claim("paper", 1, by=bob, now=now).by == ann


def test_whoever_opens_it_as_somebody_lets_go_of_it_has_it(ann, bob, monkeypatch):
    """Its row is gone between what is written and what is read."""
    now, update, left = timezone.now(), QuerySet.update, []

    def let_go_of(rows, **facts):
        done = update(rows, **facts)
        if not left:
            left.append(Claim.objects.all().delete())
        return done

    claims.claim("paper", 1, by=ann, now=now - timedelta(hours=1))
    monkeypatch.setattr(QuerySet, "update", let_go_of)
    assert claims.claim("paper", 1, by=bob, now=now).by == bob
    assert left
    assert Claim.objects.get().by == bob


def test_whoever_makes_it_as_another_makes_it_and_lets_go_of_it_has_it(bob, monkeypatch):
    create, refused = QuerySet.create, [IntegrityError("somebody was first")]

    def refuse_once(rows, **facts):
        if refused:
            raise refused.pop()
        return create(rows, **facts)

    monkeypatch.setattr(QuerySet, "create", refuse_once)
    assert claims.claim("paper", 1, by=bob, now=timezone.now()).by == bob


def test_only_who_has_it_lets_go_of_it_and_old_ones_are_taken_away(ann, bob):
    now = timezone.now()
    claims.claim("paper", 1, by=ann, now=now - timedelta(days=2))
    claims.claim("paper", 2, by=ann, now=now)
    assert not claims.release("paper", 2, by=bob)
    assert claims.held(now).keys() == {("paper", 2)}
    assert claims.purge(now) == 1
    assert claims.release("paper", 2, by=ann)
    assert not Claim.objects.exists()


def test_ones_own_is_in_the_list_and_not_offered(client, ann):
    carer = insured("Ann Rees", TODAY + 3 * DAY, owner=User.objects.get(pk=ann.pk))
    renewal(carer)
    client.force_login(ann)
    page = client.get(QUEUE)
    assert [thing.whose for thing in page.context["page"]] == ["Ann Rees"]
    assert page.context["first"] is None
