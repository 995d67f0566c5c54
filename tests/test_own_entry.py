"""What somebody of the team entered for a carer, somebody else decides, where there is somebody else."""

import pytest
from django.contrib.auth.models import Group, Permission

from audit.models import AuditEvent
from onboarding import journey, listings, papers
from onboarding.models import CodeOfPractice, Evidence
from onboarding.registers import moving, receiving
from tests.builders import BY, TODAY, place
from tests.paper_builders import asked
from tests.register_files import as_file, line
from tests.team_builders import member

pytestmark = pytest.mark.django_db

INSURED = {"insurer": "Penallt Mutual", "policy_number": "PM-4471", "cover": 5_000_000}
WRITTEN = {
    "name": "Gwen Rees", "first_name": "Gwen", "intro_en": "I mow.", "phone": "07700 900123", "services": ["mowing"],
    "capacity": "space", "miles": 5,
}  # fmt: skip


@pytest.fixture(autouse=True)
def reviewers_decide(db):
    may = Permission.objects.filter(codename__in=["decide_evidence", "decide_changes"])
    Group.objects.get(name="reviewer").permissions.add(*may)


@pytest.fixture
def ann(today):
    return member("ann@council.example.org")


@pytest.fixture
def second():
    return member("huw@council.example.org")


@pytest.fixture
def carer(ann):
    return journey.start(by=ann, name="Gwen Rees", first_name="Gwen", services=["mowing"])


def paper(carer, by):
    days = {"dated": TODAY, "ends_on": TODAY.replace(year=2027)}
    return papers.send(carer, asked("public-liability"), by=by, how="upload", facts=INSURED, **days)


def written(carer, by, **facts):
    town = place("usk")
    base = {"base_name_en": town.name.en, "base_name_cy": town.name.cy}
    base |= {"easting": town.easting, "northing": town.northing}
    listings.keep(carer, by=by, facts={**WRITTEN, **base, **facts})
    return listings.send(carer, by=by)


def alone(event):
    return AuditEvent.objects.filter(event=event).latest("pk").data["alone"]


def test_a_paper_is_decided_by_somebody_else(carer, ann, second):
    row = paper(carer, ann)
    for decide in (papers.accept, lambda row, by: papers.send_back(row, by=by, reason="Blurred.")):
        with pytest.raises(papers.OwnEntry):
            decide(row, by=ann)
    assert papers.accept(row, by=second).decided_by == second
    assert alone("evidence.accepted") is False
    with pytest.raises(papers.OwnEntry):
        papers.withdraw(row, by=ann, reason="Forged.")
    assert papers.withdraw(row, by=second, reason="Forged.").outcome == "withdrawn"


def test_a_team_of_one_decides_and_the_audit_says_so(carer, ann):
    assert papers.accept(paper(carer, ann), by=ann).decided_by == ann
    assert alone("evidence.accepted") is True


@pytest.mark.parametrize("lost", ["place", "role", "active"])
def test_somebody_who_may_no_longer_decide_is_no_second_officer(carer, ann, second, lost):
    if lost == "role":
        second.groups.clear()
    else:
        setattr(second, {"place": "is_staff", "active": "is_active"}[lost], False)
        second.save()
    assert papers.accept(paper(carer, ann), by=ann).outcome == Evidence.Outcome.ACCEPTED


def test_what_the_team_saw_is_its_own_record(carer, ann, second):
    row = papers.record_seen(carer, asked("identity"), by=ann, how="seen", worker=carer.workers.get())
    assert papers.withdraw(row, by=ann, reason="It was of somebody else.").outcome == "withdrawn"


def test_a_listing_is_approved_by_somebody_else_and_so_is_a_small_change_put_back(carer, ann, second):
    change = written(carer, ann).waiting
    for decide in (listings.approve, lambda change, by: listings.send_back(change, by=by, reason="Say more.")):
        with pytest.raises(papers.OwnEntry):
            decide(change, by=ann)
    listings.approve(change, by=second)
    carer.refresh_from_db()
    live = written(carer, ann, intro_en="I mow and weed.").live
    with pytest.raises(papers.OwnEntry):
        listings.put_back(live, by=ann, reason="")
    assert listings.put_back(live, by=second, reason="") == set()


def test_a_team_of_one_approves_and_the_audit_says_so(carer, ann):
    listings.approve(written(carer, ann).waiting, by=ann)
    assert alone("listing_change.approved") is True


def test_what_came_with_a_register_is_approved_by_whoever_moved_it_in(ann, second):
    CodeOfPractice.objects.create(
        number=1,
        body_en="Be kind.",
        published_at="2025-01-01T09:00Z",
        in_force_on=TODAY.replace(year=2025),
        sign_by=TODAY,
    )
    register = receiving.receive(as_file([line(0)]), by=ann, name="register.csv")
    moving.move_in(register, by=ann, on=TODAY)
    change = register.carers.get().listing_changes.waiting().get()
    assert listings.approve(change, by=ann).published_at
    paper = register.carers.get().evidence.get(requirement="public-liability")
    assert papers.withdraw(paper, by=ann, reason="It was cancelled.").outcome == "withdrawn"


def test_jobs_are_nobodys_second_officer_and_decide(carer, ann, second):
    assert papers.accept(paper(carer, BY), by=BY).outcome == Evidence.Outcome.ACCEPTED
