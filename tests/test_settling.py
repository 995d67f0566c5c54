"""The one writer: what a carer showed and who works is in the listing in the same transaction, or neither is."""

import inspect
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as portal
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import AuditEvent
from audit.recording import NoActor
from directory import services
from directory.models import CheckRow, Listing, ListingService
from microcare.scheme import load
from onboarding import jobs, journey, papers, settling
from onboarding.models import Carer, Draft, Evidence, Worker
from onboarding.papers import Decided, OwnPaper, WithTheTeam
from onboarding.requirements import Requirements
from tests.builders import BY, TODAY, make_listing
from tests.listed_carers import SEEN_DAYS_AGO, listed_carer, show, shown

DAY = timedelta(days=1)
UNLOCKED = {"start"}  # there is no carer yet; the account is held instead


@pytest.fixture
def carer(db, today):
    return listed_carer()


@pytest.fixture
def somerset(db, today, settings):
    settings.SCHEME = load("somerset")


@pytest.fixture
def owner(db):
    return User.objects.create_user("bryn@example.org", language="en")


@pytest.fixture
def reviewer(db):
    return User.objects.create_user("reviewer@example.org")


def asked(slug):
    return portal.SCHEME.requirements[slug]


def listing_of(carer):
    return Listing.objects.get(pk=carer.listing_id)


def live(on=TODAY):
    return list(Listing.objects.live(on=on).values_list("name", flat=True))


def panel(carer):
    return {(row.worker, row.what_en) for row in CheckRow.objects.filter(listing=carer.listing_id)}


def send(carer, slug="public-liability", *, by=BY, **facts):
    return papers.send(carer, asked(slug), by=by, how=Evidence.How.UPLOAD, facts={}, **facts)


# --- what is written -------------------------------------------------------------------------------------


def test_the_listing_the_services_and_the_panel_say_what_was_seen(carer):
    listing, service = listing_of(carer), ListingService.objects.get(listing=carer.listing_id)
    first = TODAY - timedelta(days=SEEN_DAYS_AGO)
    assert (listing.checked_from, listing.checked_until) == (first, first + timedelta(days=364))
    assert (service.checked_from, service.checked_until) != (None, None)
    row = CheckRow.objects.get(listing=listing, what_en="Public liability insurance")
    assert (row.seen_on, row.next_due) == (first, first + timedelta(days=364))
    code = CheckRow.objects.get(listing=listing, what_en="Code of Practice")
    assert (code.when_it_changes, code.next_due, code.detail_en) == (True, None, "Version 1, signed")
    assert panel(carer) == {("", what) for what in (
        "Identity", "Enhanced DBS check", "Public liability insurance", "HMRC registration", "Safeguarding training",
        "Two references", "Code of Practice", "Plan for days when they cannot come",
    )}  # fmt: skip


def test_the_last_paper_that_is_accepted_lists_and_nothing_less(db, today, reviewer):
    carer = listed_carer(without=("public-liability", "identity"))
    assert live() == []
    show(carer, "identity", carer.workers.get())
    assert live() == []
    evidence = send(carer, dated=TODAY, ends_on=TODAY + 300 * DAY)
    assert live() == []
    papers.accept(evidence, by=reviewer)
    assert live() == ["Bryn Lewis"]
    assert listing_of(carer).checked_until == TODAY + 300 * DAY


def test_a_withdrawn_paper_hides_at_once_and_another_brings_the_listing_back_at_once(carer, reviewer):
    papers.withdraw(carer.evidence.get(requirement="public-liability"), by=reviewer, reason="Cancelled.")
    assert live() == []
    assert ("", "Public liability insurance") not in panel(carer)
    papers.accept(send(carer, dated=TODAY, ends_on=TODAY + 90 * DAY), by=reviewer)
    assert live() == ["Bryn Lewis"]


def test_what_is_only_sent_or_sent_back_changes_no_listing(carer, reviewer):
    before = Listing.objects.values().get()
    papers.send_back(send(carer, dated=TODAY, ends_on=TODAY + 900 * DAY), by=reviewer, reason="Too dark.")
    papers.take_back(send(carer, dated=TODAY, ends_on=TODAY + 900 * DAY), by=BY)
    assert Listing.objects.values().get() == before


def test_a_shorter_paper_accepted_later_never_shortens_cover(carer):
    until = listing_of(carer).checked_until
    show(carer, "public-liability", first=TODAY, last=TODAY + 9 * DAY)
    assert listing_of(carer).checked_until == until


def test_a_declaration_counts_from_the_moment_it_is_sent(db, today):
    carer = listed_carer(without=("contingency",))
    assert live() == []
    papers.send(carer, asked("contingency"), by=BY, how=Evidence.How.DECLARED, facts={"plan": "I ring."})
    assert live() == ["Bryn Lewis"]
    assert CheckRow.objects.get(what_en__startswith="Plan for").detail_en == "Their own declaration"


def test_a_paper_of_one_service_drops_that_service_alone(db, today):
    carer = listed_carer(offers=("chat", "meals"), without=("food-hygiene",))
    dates = dict(ListingService.objects.values_list("service", "checked_from"))
    assert dates["meals"] is None
    assert dates["chat"] is not None
    assert live() == ["Bryn Lewis"]
    show(carer, "food-hygiene", carer.workers.get())
    assert ListingService.objects.get(service="meals").checked_from == TODAY - timedelta(days=SEEN_DAYS_AGO)


def test_approved_services_count_and_not_those_asked_for(carer):
    journey.set_services(carer, by=BY, services=["chat", "washing-dressing"])
    assert live() == ["Bryn Lewis"]
    services.set_services(listing_of(carer), by=BY, services=["chat", "washing-dressing"])
    settling.settle(carer, by=BY)
    assert live() == []


def test_before_a_first_approval_the_services_asked_for_count(db, today):
    carer = listed_carer(published=False)
    assert listing_of(carer).checked_from is not None
    journey.set_services(carer, by=BY, services=["chat", "washing-dressing"])
    assert listing_of(carer).checked_from is None


def test_records_of_clients_ask_for_a_fee_and_only_tell(carer):
    journey.say_records(carer, by=BY, keeps=True)
    assert live() == ["Bryn Lewis"]
    show(carer, "data-protection")
    assert ("", "Data protection fee") in panel(carer)


def test_a_requirement_made_shorter_leaves_what_was_accepted(carer, settings):
    until = listing_of(carer).checked_until
    shorter = replace(asked("safeguarding"), months=2)
    every = tuple(shorter if one.slug == "safeguarding" else one for one in settings.SCHEME.requirements.every)
    settings.SCHEME = replace(settings.SCHEME, requirements=Requirements(every, settings.SCHEME.requirements.levels))
    assert not settling.settle(carer, by=BY)
    assert listing_of(carer).checked_until == until
    new = papers.record_seen(carer, shorter, by=BY, how="attended", worker=carer.workers.get(), dated=TODAY)
    assert new.valid_until == TODAY.replace(year=2027, month=1, day=20)


# --- gaps ------------------------------------------------------------------------------------------------


def test_after_a_gap_the_nightly_job_writes_the_next_stretch_and_its_first_day_needs_no_job(carer):
    ends = listing_of(carer).checked_until
    next_one = (ends + 6 * DAY, ends + 300 * DAY)
    show(carer, "public-liability", first=next_one[0], last=next_one[1])
    assert listing_of(carer).checked_until == ends
    assert live(ends) == ["Bryn Lewis"]
    assert live(ends + DAY) == []
    with time_machine.travel(f"{ends + DAY}T03:10:00Z"):
        jobs.settle_standing()
    assert listing_of(carer).checked_from == next_one[0]
    assert live(next_one[0] - DAY) == []
    assert live(next_one[0]) == ["Bryn Lewis"]


def test_the_nightly_job_changes_nothing_the_second_time(carer):
    before = (Listing.objects.values().get(), list(CheckRow.objects.values()), AuditEvent.objects.count())
    assert settling.settle_all(by="job:settle-standing", on=TODAY) == 0
    assert (Listing.objects.values().get(), list(CheckRow.objects.values()), AuditEvent.objects.count()) == before


def test_the_nightly_job_mends_what_somebody_else_wrote(carer):
    until = listing_of(carer).checked_until
    Listing.objects.update(checked_until=until + 99 * DAY)
    assert settling.settle_all(by="job:settle-standing", on=TODAY) == 1
    assert listing_of(carer).checked_until == until


def test_a_carer_who_cannot_be_settled_holds_up_nobody_else(carer, monkeypatch):
    first = journey.start(by=BY, name="Huw Rees", first_name="Huw", services=["chat"])
    journey.link(first, by=BY, listing=make_listing(name="Huw Rees"))
    until = listing_of(carer).checked_until
    Listing.objects.filter(pk=carer.listing_id).update(checked_until=until + 99 * DAY)
    whole = settling.settle

    def broken(one, **facts):
        if one.pk == first.pk:
            raise KeyError("level")
        return whole(one, **facts)

    monkeypatch.setattr(settling, "settle", broken)
    with pytest.raises(settling.NotSettled, match=str(first.pk)):
        settling.settle_all(by="job:settle-standing", on=TODAY)
    assert listing_of(carer).checked_until == until


def test_an_ended_listing_is_left_alone(carer, reviewer):
    services.end(listing_of(carer), by=BY)
    before = Listing.objects.values().get(), list(CheckRow.objects.values())
    papers.withdraw(carer.evidence.get(requirement="public-liability"), by=reviewer, reason="Cancelled.")
    assert settling.settle_all(by="job:settle-standing", on=TODAY) == 0
    assert (Listing.objects.values().get(), list(CheckRow.objects.values())) == before


def test_a_carer_without_a_listing_has_nothing_to_settle(db, today):
    assert not settling.settle(journey.start(by=BY, name="Ann Price", first_name="Ann"), by=BY)


# --- several people --------------------------------------------------------------------------------------


def test_first_names_stand_only_where_several_work(somerset):
    alone, team = listed_carer("Ann Price", base="taunton"), listed_carer("Bryn Lewis", team=("Jan",), base="taunton")
    assert {worker for worker, _what in panel(alone)} == {""}
    of = {what: {worker for worker, other in panel(team) if other == what} for _worker, what in panel(team)}
    assert of["Identity"] == of["Safeguarding training"] == {"Bryn", "Jan"}
    assert of["Public liability insurance"] == {""}
    assert (listing_of(alone).team_size, listing_of(team).team_size) == (1, 2)


def test_a_new_worker_without_papers_hides_the_listing_from_the_day_they_start(somerset):
    carer = listed_carer(base="taunton")
    jan = journey.add_worker(carer, by=BY, first_name="Jan", works_from=TODAY + 3 * DAY, most=7)
    assert live(TODAY + 2 * DAY) == ["Bryn Lewis"]
    assert live(TODAY + 3 * DAY) == []
    assert listing_of(carer).team_size == 1
    for slug in ("identity", "enhanced-dbs", "safeguarding"):
        show(carer, slug, jan)
    assert live(TODAY + 3 * DAY) == ["Bryn Lewis"]
    with time_machine.travel(f"{TODAY + 3 * DAY}T03:10:00Z"):
        jobs.settle_standing()
    assert listing_of(carer).team_size == 2
    assert ("Jan", "Identity") in panel(carer)


def test_who_is_stood_down_holds_nobody_up_and_counts_no_more(somerset, reviewer):
    carer = listed_carer(team=("Jan",), base="taunton")
    jan = carer.workers.get(first_name="Jan")
    papers.withdraw(carer.evidence.get(requirement="identity", worker=jan), by=reviewer, reason="Forged.")
    assert live() == []
    journey.stand_down(jan, by=BY, on=TODAY)
    assert live() == ["Bryn Lewis"]
    assert listing_of(carer).team_size == 1
    assert {worker for worker, _what in panel(carer)} == {""}
    journey.bring_back(jan, by=BY)
    assert live() == []


def test_who_is_removed_leaves_their_papers_and_frees_their_name(somerset):
    carer = listed_carer(team=("Jan",), base="taunton")
    journey.remove_worker(carer.workers.get(first_name="Jan"), by=BY, on=TODAY)
    assert listing_of(carer).team_size == 1
    assert Evidence.objects.filter(worker__first_name="Jan").exists()
    journey.add_worker(carer, by=BY, first_name="jan", works_from=TODAY, most=7)
    assert live() == []


def test_a_team_that_gives_personal_care_says_who_it_works_for_or_is_not_listed_for_it(somerset):
    carer = listed_carer(offers=("chat", "washing-dressing"), team=("Jan",), base="taunton", without=("registration",))
    assert ListingService.objects.get(service="washing-dressing").checked_from is None
    assert live() == ["Bryn Lewis"]
    said = {"works_for": "person"}
    papers.send(carer, asked("registration"), by=BY, how=Evidence.How.DECLARED, facts=said)
    assert ListingService.objects.get(service="washing-dressing").checked_from == TODAY


# --- refusals --------------------------------------------------------------------------------------------


def test_one_paper_waits_at_a_time_for_each_thing(carer):
    first = send(carer)
    with pytest.raises(WithTheTeam):
        send(carer)
    send(carer, "hmrc")
    papers.take_back(first, by=BY)
    assert send(carer).pk != first.pk


def test_the_same_form_sent_twice_is_one_paper(carer):
    assert send(carer, form_key="a" * 32).pk == send(carer, form_key="a" * 32).pk
    assert carer.evidence.undecided().count() == 1


def test_what_is_decided_is_decided(carer, reviewer):
    evidence = send(carer, dated=TODAY, ends_on=TODAY + 9 * DAY)
    papers.accept(evidence, by=reviewer)
    for verb, facts in ((papers.accept, {}), (papers.send_back, {"reason": "No."}), (papers.take_back, {})):
        with pytest.raises(Decided):
            verb(evidence, by=reviewer, **facts)
    papers.withdraw(evidence, by=reviewer, reason="Forged.")
    with pytest.raises(Decided):
        papers.withdraw(evidence, by=reviewer, reason="Forged.")


def test_nobody_decides_about_themselves(db, today, owner):
    carer = listed_carer(owner=owner)
    waits, accepted = send(carer, by=owner), carer.evidence.get(requirement="public-liability", outcome="accepted")
    for verb, evidence, facts in (
        (papers.accept, waits, {}),
        (papers.send_back, waits, {"reason": "No."}),
        (papers.withdraw, accepted, {"reason": "No."}),
    ):
        with pytest.raises(OwnPaper):
            verb(evidence, by=owner, **facts)
    with pytest.raises(OwnPaper):
        papers.record_all(carer, [shown(carer, "hmrc")], by=owner)


def test_a_carer_is_told_what_to_mend_or_it_is_not_sent_back(carer, reviewer):
    with pytest.raises(ValueError, match="what to mend"):
        papers.send_back(send(carer), by=reviewer, reason=" ")
    assert carer.evidence.undecided().exists()


def test_a_business_has_no_more_people_than_the_scheme_allows(carer):
    with pytest.raises(journey.TooMany):
        journey.add_worker(carer, by=BY, first_name="Jan", works_from=TODAY, most=1)


def test_two_people_of_one_business_have_two_first_names(carer):
    with pytest.raises(journey.SameName):
        journey.add_worker(carer, by=BY, first_name="BRYN", works_from=TODAY, most=2)


def test_somebody_always_works_in_a_business(carer):
    bryn = carer.workers.get()
    jan = journey.add_worker(carer, by=BY, first_name="Jan", works_from=TODAY + DAY, most=2)
    for verb in (journey.stand_down, journey.remove_worker):
        with pytest.raises(journey.LastWorker):
            verb(bryn, by=BY, on=TODAY)
    journey.stand_down(bryn, by=BY, on=TODAY + DAY)
    with pytest.raises(journey.LastWorker):
        journey.stand_down(jan, by=BY, on=TODAY + DAY)


def test_no_service_that_nobody_knows_can_be_asked_for(carer):
    with pytest.raises(ValueError, match="nursing"):
        journey.set_services(carer, by=BY, services=["nursing"])


def test_whoever_has_a_journey_begins_no_other(owner):
    first = journey.start(by=BY, name="Bryn Lewis", first_name="Bryn", owner=owner)
    assert journey.start(by=BY, name="Else", first_name="Else", owner=owner) == first
    assert Worker.objects.count() == 1


def test_a_listing_brings_the_account_that_owns_it(db, today, owner):
    carer = journey.start(by=BY, name="Bryn Lewis", first_name="Bryn", services=["chat"])
    listing = make_listing(owner=owner)
    assert journey.link(carer, by=BY, listing=listing).owner == owner
    events = AuditEvent.objects.count()
    journey.link(carer, by=BY, listing=listing)
    assert AuditEvent.objects.count() == events
    assert live() == []  # the listing follows from what was shown, and nothing was


# --- every verb ------------------------------------------------------------------------------------------

VERBS = {
    "send": lambda it, by: papers.send(it.carer, asked("public-liability"), by=by, how="upload", facts={}),
    "take_back": lambda it, by: papers.take_back(it.waits, by=by),
    "accept": lambda it, by: papers.accept(it.waits, by=by),
    "send_back": lambda it, by: papers.send_back(it.waits, by=by, reason="Too dark."),
    "withdraw": lambda it, by: papers.withdraw(it.accepted, by=by, reason="Forged."),
    "record_seen": lambda it, by: papers.record_seen(it.carer, asked("hmrc"), by=by, how="seen"),
    "record_all": lambda it, by: papers.record_all(it.carer, [shown(it.carer, "hmrc", first=TODAY)], by=by),
    "start": lambda it, by: journey.start(by=by, name="Ann Price", first_name="Ann"),
    "link": lambda it, by: journey.link(it.other, by=by, listing=it.spare),
    "set_services": lambda it, by: journey.set_services(it.carer, by=by, services=["walks"]),
    "say_records": lambda it, by: journey.say_records(it.carer, by=by, keeps=True),
    "add_worker": lambda it, by: journey.add_worker(it.carer, by=by, first_name="Tim", works_from=TODAY, most=9),
    "stand_down": lambda it, by: journey.stand_down(it.jan, by=by, on=TODAY),
    "bring_back": lambda it, by: journey.bring_back(it.away, by=by),
    "remove_worker": lambda it, by: journey.remove_worker(it.jan, by=by, on=TODAY),
}


class Cast:
    """A listed carer with a team, a paper that waits, and somebody without a listing."""

    def __init__(self):
        self.carer = listed_carer(team=("Jan", "Mo"))
        self.jan, self.away = self.carer.workers.get(first_name="Jan"), self.carer.workers.get(first_name="Mo")
        journey.stand_down(self.away, by=BY, on=TODAY)
        self.waits = send(self.carer, "hmrc")
        self.accepted = self.carer.evidence.get(requirement="public-liability")
        self.other = journey.start(by=BY, name="Cai Rees", first_name="Cai", services=["chat"])
        self.spare = make_listing("Cai Rees")


@pytest.fixture
def cast(db, today):
    return Cast()


KEPT = (Carer, Worker, Evidence, Draft, Listing, ListingService, CheckRow, AuditEvent)


def everything():
    return [list(model.objects.order_by("pk").values()) for model in KEPT]


BEGUN = {"save_draft"}  # what is only begun is nothing that standing reads, and stands in no audit


def test_every_verb_is_known_here():
    """A verb has a keyword `by`; what only asks about somebody has none that must be named."""
    own = {
        name
        for module in (papers, journey)
        for name, verb in inspect.getmembers(module, inspect.isfunction)
        if verb.__module__ == module.__name__ and not name.startswith("_") and name not in BEGUN
        if (by := inspect.signature(verb).parameters.get("by")) and by.kind is by.KEYWORD_ONLY
    }
    assert own == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_recorded_and_has_somebody_behind_it(cast, verb):
    before = everything()
    with pytest.raises(NoActor):
        VERBS[verb](cast, "")
    assert everything() == before
    VERBS[verb](cast, BY)
    new = AuditEvent.objects.order_by("pk")[len(before[-1]) :]
    assert {event.actor for event in new} == {BY}


@pytest.mark.parametrize("verb", VERBS)
def test_when_it_cannot_be_recorded_nothing_happened(cast, verb, monkeypatch):
    before = everything()

    def full(*args, **kwargs):
        raise OSError("no room")

    monkeypatch.setattr(papers, "record", full)
    monkeypatch.setattr(journey, "record", full)
    with pytest.raises(OSError, match="no room"):
        VERBS[verb](cast, BY)
    assert everything() == before


@pytest.mark.parametrize("verb", ["accept", "withdraw", "stand_down", "bring_back", "record_all"])
def test_when_the_listing_cannot_be_written_nothing_happened(cast, verb, monkeypatch):
    before = everything()

    def broken(*args, **kwargs):
        raise OSError("no room")

    monkeypatch.setattr(settling, "set_checked", broken)
    with pytest.raises(OSError, match="no room"):
        VERBS[verb](cast, BY)
    assert everything() == before


@pytest.mark.parametrize("verb", sorted(set(VERBS) - UNLOCKED))
def test_the_carer_is_locked_before_anything_that_standing_reads_is_looked_at(cast, verb):
    """SQLite has no row locks, and its one writer needs none: there the carer's row is read first."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        VERBS[verb](cast, BY)
    ours = [query["sql"] for query in queries if '"onboarding_' in query["sql"]]
    lock = "FOR UPDATE" if connection.vendor == "postgresql" else ""
    first = next(sql for sql in ours if 'FROM "onboarding_carer"' in sql and lock in sql)
    # What comes before it only finds out which carer: it writes nothing, and nothing is decided by it.
    assert all(sql.startswith("SELECT") and "LIMIT 21" in sql for sql in ours[: ours.index(first)])


# --- at once ---------------------------------------------------------------------------------------------


def at_once(*doings):
    """Each in a thread of its own on PostgreSQL; one after the other on SQLite, which has one writer."""
    errors = []

    def do(doing):
        try:
            with time_machine.travel(f"{TODAY}T10:30:00Z"):
                doing()
        except Exception as error:
            errors.append(error)
        finally:
            if connection.vendor == "postgresql":
                connection.close()

    threads = [threading.Thread(target=do, args=[doing]) for doing in doings]
    for thread in threads:
        thread.start()
        if connection.vendor != "postgresql":
            thread.join()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.django_db(transaction=True)
def test_two_papers_that_were_missing_are_accepted_at_once_and_the_listing_is_there(today, monkeypatch):
    carer = listed_carer(without=("public-liability", "references"))
    slowly = settling.standing
    monkeypatch.setattr(settling, "standing", lambda *args: (slowly(*args), time.sleep(0.3))[0])
    errors = at_once(lambda: show(carer, "public-liability"), lambda: show(carer, "references"))
    assert errors == []
    assert live() == ["Bryn Lewis"]


@pytest.mark.django_db(transaction=True)
def test_two_of_the_team_decide_one_paper_at_once_and_one_of_them_does(today):
    carer = listed_carer()
    evidence = send(carer, dated=TODAY, ends_on=TODAY + 9 * DAY)
    errors = at_once(
        lambda: papers.accept(evidence, by=BY), lambda: papers.send_back(evidence, by="job:else", reason="Too dark.")
    )
    assert [type(error) for error in errors] == [Decided]
    assert AuditEvent.objects.filter(target_id=str(evidence.pk), event__startswith="evidence.").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_from_two_tabs_at_once_is_one_paper(today):
    carer = listed_carer()
    errors = at_once(lambda: send(carer), lambda: send(carer))
    assert [type(error) for error in errors] == [WithTheTeam]
    assert carer.evidence.undecided().count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_nightly_job_twice_at_once_writes_once(today):
    carer = listed_carer()
    Listing.objects.update(checked_until=TODAY)
    counts = []
    job = lambda: counts.append(settling.settle_all(by="job:settle-standing", on=TODAY))  # noqa: E731
    assert at_once(job, job) == []
    assert sorted(counts) == [0, 1]
    assert listing_of(carer).checked_until > TODAY
