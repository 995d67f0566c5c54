"""A register moved in, whole or not at all, and undone. The council decided these papers earlier, so the second-officer
rule does not apply to them: they are accepted under the name of whoever moves them in."""

from collections.abc import Callable, Iterator
from datetime import date

from django.db import transaction
from django.utils import timezone

from audit.recording import Actor, record
from files import private
from notifications import outbox
from onboarding import codes, joining, journey, letters, listings, pages, training
from onboarding.models import Booking, Carer, Draft, Evidence, Headcount, HelpRequest, Letter, Register, Worker
from onboarding.papers import NotNow, user_of
from onboarding.registers.checking import Checked, Entry, check, listing_facts_of
from onboarding.requirements import CODE
from onboarding.settling import held
from onboarding.standing import Reason, standing
from onboarding.stretches import DAY

# What rooms above hold about a carer that is not to go unseen with them: what it is, and whether there is any.
HOLDS: dict[str, Callable[[Carer], bool]] = {}


class HasProblems(NotNow):
    """Something in it cannot be; nothing is written."""


class MovedOn(NotNow):
    """It was moved in or undone before, or carers of it have gone on since. The message says who."""


@transaction.atomic
def move_in(register: Register, *, by: Actor, on: date) -> int:
    """How many carers came with it. Raises `HasProblems`, and `MovedOn` where it is in already."""
    row = Register.objects.select_for_update().get(pk=register.pk)
    if row.moved_in_at and not row.undone_at:
        raise MovedOn("This register was moved in before.")
    checked = check(row, on=on)
    if checked.problems:
        raise HasProblems("Something in it is wrong, so nobody was added.")
    carers = [_business(row, people, by, on) for people in _businesses(checked)]
    row.moved_in_at, row.undone_at, row.count = timezone.now(), None, len(carers)
    row.save(update_fields=["moved_in_at", "undone_at", "count"])
    record("register.moved_in", by=by, target=row, count=len(carers))
    return len(carers)


def _businesses(checked: Checked) -> Iterator[list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in checked.entries:
        found.setdefault(entry.key, []).append(entry)
    yield from found.values()


def _business(register: Register, people: list[Entry], by: Actor, on: date) -> Carer:
    first = people[0]
    said = first.said
    begin = min([on, *(paper.valid_from for person in people for paper in person.papers)])
    carer = journey.start(
        by=by, name=said["name"], first_name=first.first_name, services=said["services"], on=begin,
        register=register, keeps_records=said.get("keeps_records"),
        **{fact: said.get(fact, "") for fact in ("email", "phone", "language")},
    )  # fmt: skip
    workers = [carer.workers.get(), *(_colleague(carer, person, begin) for person in people[1:])]
    for worker, person in zip(workers, people, strict=True):
        _papers(carer, worker, person, by)
    listings.keep(carer, by=by, facts=listing_facts_of(first))
    listings.send(carer, by=by, tell=False)
    return carer


def _colleague(carer: Carer, person: Entry, begin: date) -> Worker:
    return carer.workers.create(first_name=person.first_name, works_from=begin)


def _papers(carer: Carer, worker: Worker, person: Entry, by: Actor) -> None:
    """All of a line at once: nothing is settled, for there is no listing yet. Their count is in the audit."""
    now, user = timezone.now(), user_of(by)
    rows = []
    for paper in person.papers:
        if paper.requirement == CODE:
            _signature(carer, paper.seen_on, by)
            continue
        row = Evidence(
            carer=carer, requirement=paper.requirement, how=Evidence.How.RECORD, sent_at=now, sent_by=user,
            dated=paper.dated, outcome=Evidence.Outcome.ACCEPTED, decided_at=now, decided_by=user,
            seen_on=paper.seen_on, valid_from=paper.valid_from, valid_until=paper.valid_until,
            facts={"level": paper.level} if paper.level else {},
        )  # fmt: skip
        row.worker = worker if row.asked.of == "worker" else None
        rows.append(row)
    Evidence.objects.bulk_create(rows)
    record("evidence.moved_in", by=by, target=carer, requirements=[row.requirement for row in rows])


def _signature(carer: Carer, day: date, by: Actor) -> None:
    """The council has it on paper: the version that was in force that day. Nobody is mailed a copy of it."""
    code = codes.in_force(day)
    assert code is not None  # noqa: S101 (`check` says so first)
    language = carer.language or "en"
    codes.sign_on_paper(carer, code, by=by, typed_name=carer.name, language=language, on=day, tell=False)


def _let_go(carer: Carer, by: Actor) -> None:
    """What was sent for them since is gone, their seats go to who waits, and what was to be mailed to them does not go:
    it leads to what is not there any more."""
    for page in pages.of(carer):
        private.purge(page.file, by=by)
    for worker in carer.workers.current():
        training.leave_all(worker, by=by)
    outbox.take_back(whose=letters.whose(carer))


def also_holds(what: str, there: Callable[[Carer], bool]) -> None:
    """Said by a room above of what it holds about carers: while `there` is any, they are not undone."""
    HOLDS[what] = there


def known_by(carer: Carer) -> str:
    """What of a carer somebody outside the team has or was told, which cannot be taken back; and what the team wrote
    or decided about them, which is not to be lost."""
    told = {
        "an account": carer.owner_id,
        "a listing": carer.listing_id,
        "a posted letter": carer.letters.filter(posted_at__isnull=False).exists(),
        "a mail that went": outbox.has_reached(letters.whose(carer)),
        **{what: there(carer) for what, there in HOLDS.items()},
    }
    return ", ".join(what for what, there in told.items() if there)


def entered_since(register: Register) -> dict[str, int]:
    """How many of what would go with its carers when it is undone, beside what came with it."""
    if register.moved_in_at is None:
        return {}
    carers = register.carers.all()
    later = {"carer__in": carers}
    found = {
        "papers": Evidence.objects.filter(sent_at__gt=register.moved_in_at, **later),
        "tasks begun": Draft.objects.filter(**later),
        "requests for help": HelpRequest.objects.filter(**later),
        "seats at training": Booking.objects.standing().filter(worker__carer__in=carers),
        "letters that wait to be posted": Letter.objects.to_post().filter(**later),
        "numbers of people helped": Headcount.objects.filter(**later),
    }
    counts = {what: rows.count() for what, rows in found.items()}
    counts["mails that have not gone"] = outbox.unsent(letters.whose(carer) for carer in carers)
    return {what: count for what, count in counts.items() if count}


@transaction.atomic
def undo(register: Register, *, by: Actor) -> int:
    """Everybody who came with it is gone again, with what was entered for them since.

    Raises `MovedOn` where somebody outside knows of one by now: by an account, a listing, which every buddy has, a
    posted letter or a mail; and where the team wrote or decided something about one.
    """
    row = Register.objects.select_for_update().get(pk=register.pk)
    if not row.moved_in_at or row.undone_at:
        raise MovedOn("This register is not moved in.")
    carers = [held(carer) for carer in row.carers.order_by("pk")]
    if gone_on := [f"{carer} ({why})" for carer in carers if (why := known_by(carer))]:
        raise MovedOn(f"These have gone on since, so it cannot be undone: {', '.join(gone_on)}.")
    for carer in carers:
        for invited in carer.interests.waiting():
            joining.close(invited, by=by)
        _let_go(carer, by)
        record("carer.move_undone", by=by, target=carer, register=row)
        carer.delete()
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    record("register.undone", by=by, target=row, count=len(carers))
    return len(carers)


def who_may_be_listed(register: Register, on: date) -> list[Carer]:
    """Those whose standing says yes, and who wait for their first approval."""
    return [carer for carer, why_not in waiting(register, on) if not why_not]


def waiting(register: Register, on: date) -> list[tuple[Carer, list[Reason]]]:
    """Everybody of it who waits for a first approval, each with why they may not be listed that day."""
    found = register.carers.filter(listing__isnull=True, left_at__isnull=True).order_by("name")
    return [(carer, standing(carer, on).reasons) for carer in found]


def purge(on: date) -> int:
    """The cells of registers read more than a week ago: what was to be written is written."""
    old = Register.objects.filter(read_at__date__lt=on - 7 * DAY).exclude(rows=[])
    return old.update(rows=[])
