"""Every change to a case that is not a decision about a carer: verbs, keyword-only, atomic, with who does it (`by`).

Each holds the case's row first, writes an event, an audit row and what its clocks need. What a carer is told, and what
is decided about them, is `compliance`'s.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.recording import Actor, record, who
from directory import spam
from feedback import clocks, states, telling
from feedback.events import add
from feedback.models import Case, CaseEvent, CaseFile, Referral
from feedback.models.cases import ANSWERS, ORAL, Kind, Outcome, State, Theme
from feedback.rules import ACKNOWLEDGED, FORMAL, RECEIVED, RESOLVED, WALES
from feedback.states import NotAllowed
from files.models import StoredFile

BY_FORM = "job:feedback-form"  # whoever wrote it did not sign in
PURPOSE = "case"
What, To = CaseEvent.What, CaseEvent.To
OF_THE_CASE = (
    "kind", "language", "words", "wanted", "name", "email", "phone", "address", "anonymous", "listing", "about_words",
    "about_user", "service", "reporter_user", "from_the_carer", "severity",
)  # fmt: skip


class OwnCase(NotAllowed):
    """Nobody handles a case that is about themselves, or that they brought."""


def held(case: Case) -> Case:
    """The row, locked and read anew. Call it inside a transaction."""
    return Case.objects.select_for_update().get(pk=case.pk)


def not_own(case: Case, by: Actor) -> None:
    """Raises `OwnCase` for whoever it is about, owns the listing it is about, or brought it."""
    number = who(by)[1]
    owner = case.listing.owner_id if case.listing else None
    brought = {case.reporter_user_id, *case.doubles.values_list("reporter_user_id", flat=True)} if case.pk else set()
    if number is not None and number in {owner, case.about_user_id, case.reporter_user_id, *brought}:
        raise OwnCase("This case is about you, or you brought it. Somebody else handles it.")


# --- it comes ------------------------------------------------------------------------------------------------


@transaction.atomic
def receive(*, form_key: str, on: date, files: Iterable[StoredFile] = (), hold: str = "", **facts: Any) -> Case:
    """What came by the form on the website; the same form again is the same case.

    What looks like spam (`hold`) is kept aside, and nobody is mailed. A worry that somebody is being harmed never is,
    nor what only came when many others did: that is here like any other, and only its mail is left out.
    """
    aside = hold in spam.LOOKS and facts["kind"] != Kind.SAFEGUARDING
    state = State.ASIDE if aside else State.NEW
    case = Case(form_key=form_key, received_on=on, state=state, held_reason=hold if aside else "", **_known(facts))
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        if same := Case.objects.filter(form_key=form_key).first():
            return same
        raise
    _received(case, by=BY_FORM, files=files)
    if not aside:
        _begin(case)
        telling.received(case, mail=not hold)
    return case


@transaction.atomic
def write_down(
    *, by: User, how: str, received_on: date, on: date, files: Iterable[StoredFile] = (), **facts: Any
) -> Case:
    """What came by phone, letter, email, social media or in person. The day it was received starts the clocks.

    Raises `ValueError` for a day that is to come, and `OwnCase` where it is about whoever writes it down.
    """
    if received_on > on:
        raise ValueError("The day it was received is not to come.")
    case = Case(received_how=how, received_on=received_on, recorded_by=by, **_known(facts))
    not_own(case, by)
    case.save(force_insert=True)
    _received(case, by=by, files=files)
    _begin(case)
    telling.received(case)
    return case


@transaction.atomic
def release(case: Case, *, by: Actor) -> Case:
    """It is no spam after all; the clocks began on the day it came."""
    case = _step(case, "release", by)
    case.held_reason = ""
    _save(case, "state", "held_reason")
    _say(case, What.RELEASED, "case.released", by=by)
    _begin(case)
    telling.received(case)
    return case


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    if strange := set(facts) - set(OF_THE_CASE):
        raise ValueError(f"Not of a case: {', '.join(sorted(strange))}")
    return facts


def _received(case: Case, *, by: Actor, files: Iterable[StoredFile]) -> None:
    add(case, What.RECEIVED, by=by, to=To.REPORTER, data={"how": case.received_how})
    record("case.received", by=by, target=case, how=case.received_how)
    _keep(case, files)


def _keep(case: Case, files: Iterable[StoredFile], *, from_carer: bool = False) -> None:
    for file in files:
        CaseFile.objects.create(case=case, file=file, secret=case.is_safeguarding, from_carer=from_carer)


def _begin(case: Case) -> None:
    clocks.begin(case, RECEIVED, on=case.received_on)


# --- who handles it, and what it is ----------------------------------------------------------------------------


@transaction.atomic
def take_on(case: Case, *, by: User, handler: User | None = None) -> Case:
    """Somebody handles it from now on: whoever says so, or another. Raises `OwnCase`, and `NotAllowed` once over."""
    handler = handler or by
    case = held(case)
    not_own(case, by)
    not_own(case, handler)
    if not Case.objects.visible(handler).filter(pk=case.pk).exists():
        raise NotAllowed(f"{handler} may not see this case.")
    if case.is_over or case.state == State.ASIDE:
        raise NotAllowed(f"This cannot be done now: it is “{case.get_state_display().lower()}”.")
    first = case.state == State.NEW
    case.handler, case.state = handler, states.after("take_on", case.kind, case.state) if first else case.state
    _save(case, "handler", "state")
    _say(case, What.TAKEN_ON if first else What.HANDED, "case.taken_on", by=by, to=To.REPORTER if first else To.TEAM,
         data={"handler": handler.pk})  # fmt: skip
    return case


@transaction.atomic
def describe(case: Case, *, by: Actor, **facts: Any) -> Case:
    """How grave, about whom, about which kind of help, with which themes. Raises `ValueError` for what is unknown."""
    if strange := set(facts) - {"severity", "listing", "about_words", "about_user", "service", "themes", "language"}:
        raise ValueError(f"Not to be changed here: {', '.join(sorted(strange))}")
    if unknown := set(facts.get("themes", ())) - set(Theme.values):
        raise ValueError(f"No such themes: {', '.join(sorted(unknown))}")
    case = held(case)
    not_own(case, by)
    changed = [name for name, value in facts.items() if getattr(case, name) != value]
    if "listing" in changed and (_happened(case, What.ALLEGED) or _happened(case, What.DECIDED)):
        raise NotAllowed("It was put to the carer whom it is about. What is about another is a new case.")
    for name in changed:
        setattr(case, name, facts[name])
    not_own(case, by)
    if changed:
        _save(case, *changed)
        _let_go(case)
        _say(case, What.CHANGED, "case.described", by=by, data={"fields": sorted(changed)})
    return case


@transaction.atomic
def make_another_kind(case: Case, *, kind: str, by: Actor, reason: str, on: date) -> Case:
    """A concern turns out to be a safeguarding matter, say. Its clocks are the new kind's, from the day it came.

    As a safeguarding matter it is seen by whom it concerns alone, and what was promised to the carer and has not gone
    is taken back. Raises `NotAllowed` where it is over, is a safeguarding matter (what it is else is a new case, that
    nothing written here comes to light with it), or the kind needs a name and it has none.
    """
    case = held(case)
    not_own(case, by)
    if not reason.strip():
        raise NotAllowed("Say why.")
    if case.is_over or case.kind == kind or case.is_safeguarding:
        raise NotAllowed("It is over, or of that kind, or a safeguarding matter: write what it is now as a new case.")
    if case.anonymous and kind in {Kind.COMPLAINT, Kind.DATA}:
        raise NotAllowed("A complaint needs somebody who can be answered, and this one is anonymous.")
    if states.may("make_another_kind", case.kind, case.state):
        case.state, case.plan_until, case.outcome = State.OPEN, None, ""
    clocks.stop(case, on=on)
    before, case.kind = case.kind, Kind(kind)
    _save(case, "kind", "state", "plan_until", "outcome")
    _say(case, What.CHANGED, "case.kind_changed", by=by, words=reason.strip(), data={"before": before, "kind": kind})
    _let_go(case)
    if case.is_safeguarding:
        for one in (case, *case.doubles.all()):
            _hide(one)
    _begin(case)
    return case


def _hide(case: Case) -> None:
    """What tells of it goes with it: its messages and files, and of a case that was merged into it, that it was."""
    case.kind = Kind.SAFEGUARDING
    _save(case, "kind")
    telling.make_secret(case)
    case.files.update(secret=True)


# --- what is written -------------------------------------------------------------------------------------------


@transaction.atomic
def note(case: Case, *, by: Actor, words: str) -> CaseEvent:
    """For the team alone."""
    case = held(case)
    not_own(case, by)
    return _say(case, What.NOTE, "case.noted", by=by, words=_said(words))


@transaction.atomic
def acknowledge(case: Case, *, by: Actor, on: date, words: str = "", record_of_it: str = "") -> Case:
    """We have it, who looks into it, what happens and by when. It goes to whoever told us, if they can be written to.

    An oral complaint's written record goes with it (SI 2014/1794 reg. 15): `record_of_it`, the case's words unless it
    is given. Raises `NotAllowed` where it was done.
    """
    case = held(case)
    not_own(case, by)
    was_done = _happened(case, What.ACKNOWLEDGED) and not case.clocks.running().filter(rule="acknowledge").exists()
    if case.state in {State.ASIDE, State.MERGED} or was_done:
        raise NotAllowed("It was acknowledged already, or is kept aside or merged.")
    oral = case.received_how in ORAL and case.kind == Kind.COMPLAINT
    written = (record_of_it.strip() or case.words) if oral else ""
    whole = "\n\n".join(part for part in (words.strip(), written) if part)
    event = _say(case, What.ACKNOWLEDGED, "case.acknowledged", by=by, to=To.REPORTER, words=whole)
    clocks.meet(case, "acknowledge", on=on)
    if case.state in {State.NEW, State.OPEN}:
        clocks.begin(case, ACKNOWLEDGED, on=on)
    telling.acknowledged(case, event, words=words.strip(), record_of_it=written)
    return case


@transaction.atomic
def write_to_reporter(case: Case, *, by: Actor, words: str) -> CaseEvent:
    """A message to whoever told us. Raises `NotAllowed` where they cannot be written to."""
    case = held(case)
    not_own(case, by)
    if not (case.email or case.address):
        raise NotAllowed("They gave no address. Ring them, and write down what was said.")
    event = _say(case, What.TO_REPORTER, "case.written_to", by=by, to=To.REPORTER, words=_said(words))
    telling.wrote(case, event)
    return event


@transaction.atomic
def hear_from_reporter(case: Case, *, words: str, files: Iterable[StoredFile] = ()) -> CaseEvent:
    """Whoever told us adds something, on the page that their link opens. Of one that was merged it stays with theirs:
    whoever told us of the other does not read it; whoever handles that one is told. Raises `NotAllowed` for no words.
    """
    case = held(case)
    event = _say(case, What.FROM_REPORTER, "case.added_to", by=BY_FORM, to=To.REPORTER, words=_said(words))
    _keep(case, files)
    telling.tell_handler(case.merged_into or case, event)
    return event


@transaction.atomic
def talked(case: Case, *, by: Actor, on: date, words: str) -> CaseEvent:
    """What was said on the phone or in person; of a complaint in Wales that is the discussion (reg. 16)."""
    case = held(case)
    not_own(case, by)
    event = _say(case, What.TALKED, "case.talked", by=by, to=To.REPORTER, words=_said(words))
    clocks.meet(case, "discuss", on=on)
    return event


@transaction.atomic
def attach(case: Case, *, by: Actor, files: Iterable[StoredFile]) -> None:
    case = held(case)
    not_own(case, by)
    _keep(case, files)
    _say(case, What.FILE, "case.file_added", by=by)


# --- safeguarding ----------------------------------------------------------------------------------------------


@transaction.atomic
def refer(
    case: Case,
    *,
    by: User,
    made_at: datetime,
    made_by: str,
    to: str,
    on: date,
    their_reference: str = "",
    words: str = "",
) -> Referral:
    """It was passed on to those who protect people. Raises `NotAllowed` for another kind, or a time to come."""
    case = held(case)
    not_own(case, by)
    if not case.is_safeguarding:
        raise NotAllowed("Make it a safeguarding case first: only then is it kept from everybody else.")
    if made_at > timezone.now():
        raise NotAllowed("The time of the referral is not to come.")
    referral = Referral.objects.create(
        case_id=case.pk, made_at=made_at, by=made_by.strip(), to=to.strip(), their_reference=their_reference.strip(),
        words=words.strip(), recorded_by_id=by.pk,
    )  # fmt: skip
    clocks.meet(case, "refer", on=timezone.localdate(made_at))
    _say(case, What.REFERRED, "case.referred", by=by, data={"referral": referral.pk})
    return referral


# --- how it ends -----------------------------------------------------------------------------------------------


@transaction.atomic
def answer(case: Case, *, by: Actor, outcome: str, words: str, on: date) -> Case:
    """What we found, to whoever told us, and it is closed. A concern about a carer that was put to them is decided.

    Raises `NotAllowed`, and `ValueError` for an outcome that its kind has not.
    """
    if outcome not in ANSWERS[Kind(case.kind)]:
        raise ValueError(f"{outcome} is no answer to a {case.kind}.")
    if _happened(case, What.ALLEGED):
        raise NotAllowed("It was put to the carer: somebody else decides it.")
    if case.is_safeguarding and outcome == Outcome.PASSED_ON and not _happened(case, What.REFERRED):
        raise NotAllowed("Record the referral first: when, by whom, to whom.")
    return _close(case, "answer", What.ANSWERED, by=by, outcome=outcome, words=words, on=on)


@transaction.atomic
def ask_formal(case: Case, *, by: Actor, on: date, words: str = "") -> Case:
    """Formal consideration of a complaint, to which whoever complains has a right (SI 2014/1794 reg. 15)."""
    if settings.SCHEME.nation != WALES or _happened(case, What.FORMAL):
        raise NotAllowed("Formal consideration is Wales', and is asked for once. After it comes the Ombudsman.")
    case = _step(case, "ask_formal", by, own=False)
    case.closed_at, case.outcome = None, ""
    _save(case, "state", "closed_at", "outcome")
    clocks.stop(case, "discuss", "terms", on=on)
    clocks.begin(case, FORMAL, on=on)
    event = _say(case, What.FORMAL, "case.formal_asked", by=by, to=To.REPORTER, words=words.strip())
    telling.tell_handler(case, event)
    return case


@transaction.atomic
def answer_formally(case: Case, *, by: Actor, outcome: str, words: str, on: date) -> Case:
    """By somebody who did not handle it before. Raises as `answer` does."""
    if who(by)[1] in handlers(case, before=What.FORMAL):
        raise NotAllowed("Somebody who did not handle it before answers it formally.")
    if outcome not in ANSWERS[Kind.COMPLAINT]:
        raise ValueError(f"{outcome} is no answer to a complaint.")
    return _close(case, "answer_formally", What.ANSWERED, by=by, outcome=outcome, words=words, on=on)


def _close(case: Case, step: str, what: CaseEvent.What, *, by: Actor, outcome: str, words: str, on: date) -> Case:
    case = _step(case, step, by)
    case.outcome, case.closed_at = Outcome(outcome), timezone.now()
    _save(case, "state", "outcome", "closed_at")
    event = _say(case, what, "case.answered", by=by, to=To.REPORTER, words=_said(words), data={"outcome": outcome})
    clocks.begin(case, RESOLVED, on=on)
    for slug in ("acknowledge", "respond", "formal", "terms", "enquire"):  # an answer acknowledges it, late or not
        clocks.meet(case, slug, on=on)
    clocks.stop(case, on=on)
    telling.answered(case, event, formally=step == "answer_formally")
    return case


@transaction.atomic
def reopen(case: Case, *, by: Actor, reason: str, on: date) -> Case:
    """Something new came. Raises `NotAllowed`."""
    if not reason.strip():
        raise NotAllowed("Say why.")
    case = _step(case, "reopen", by)
    case.closed_at, case.outcome = None, ""
    _save(case, "state", "closed_at", "outcome")
    _say(case, What.REOPENED, "case.reopened", by=by, words=reason.strip())
    return case


@transaction.atomic
def merge(case: Case, *, into: Case, by: Actor, on: date) -> Case:
    """The same thing told twice: the team reads both on one page. Raises `OwnCase`, and `NotAllowed` for one that is
    not about the same carer, or of another kind."""
    first, second = sorted((case.pk, into.pk))
    locked = {row.pk: row for row in Case.objects.select_for_update().filter(pk__in=[first, second])}
    case, into = locked[case.pk], locked[into.pk]
    not_own(into, by)
    if case.pk == into.pk or case.kind != into.kind or case.listing_id != into.listing_id:
        raise NotAllowed("Only two cases of one kind about the same carer are the same.")
    if into.state in {State.MERGED, State.ASIDE}:
        raise NotAllowed("Choose the case that goes on.")
    case = _step(case, "merge", by)
    case.merged_into = into
    _save(case, "state", "merged_into")
    case.doubles.update(merged_into=into)
    clocks.stop(case, on=on)
    _say(case, What.MERGED, "case.merged", by=by, data={"into": into.pk})
    _say(into, What.MERGED, "case.took_in", by=by, data={"case": case.pk})
    return case


# --- what all of them use --------------------------------------------------------------------------------------


def handlers(case: Case, *, before: CaseEvent.What | None = None) -> set[int]:
    """The numbers of everybody who looked into it, by its timeline; `before` an event, those until then."""
    events = CaseEvent.objects.filter(case_id__in=[case.pk, *case.doubles.values_list("pk", flat=True)])
    if before and (last := events.filter(what=before).last()):
        events = events.filter(pk__lt=last.pk)
    found = {event.data["handler"] for event in events.filter(what__in=[What.TAKEN_ON, What.HANDED])}
    looked = events.filter(what__in=[What.ALLEGED, What.HANDED_OVER, What.TALKED])
    if before == What.FORMAL:
        looked |= events.filter(what=What.ANSWERED)
    return found | {event.actor_id for event in looked if event.actor_id}


def _let_go(case: Case) -> None:
    """Whoever handles it and may not know of it any more handles it no more."""
    if case.handler and not telling.may_know(case.handler, case):
        case.handler = None
        _save(case, "handler")


def _happened(case: Case, what: CaseEvent.What) -> bool:
    return CaseEvent.objects.of(case).filter(what=what).exists()


def step(case: Case, name: str, by: Actor, *, own: bool = True) -> Case:
    """The case, held, in the state to which this step leads, which is not saved yet. Raises `NotAllowed`, `OwnCase`.

    `own` says that it is the team's step, which nobody takes in a case of their own.
    """
    case = held(case)
    if own:
        not_own(case, by)
    case.state = states.after(name, case.kind, case.state)
    return case


_step = step


def _said(words: str) -> str:
    if not words.strip():
        raise NotAllowed("Write something.")
    return words.strip()


def _save(case: Case, *fields: str) -> None:
    case.save(update_fields=list(fields))


def _say(case: Case, what: CaseEvent.What, event: str, *, by: Actor, **more: Any) -> CaseEvent:
    entry = add(case, what, by=by, **more)
    record(event, by=by, target=case, entry=entry.pk)
    return entry
