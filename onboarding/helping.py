"""The verbs of help: asked for by a carer, answered by the team with what was arranged and funded, closed by either."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.recording import Actor, record
from onboarding import letters
from onboarding.models import Carer, HelpAnswer, HelpRequest
from onboarding.papers import NotNow, entering, user_of

READER = "onboarding.answer_help"
ANSWERED = "onboarding/mail/help_answer"


class OwnRequest(NotNow):
    """Nobody answers themselves, or pays for themselves (architecture, rule 4)."""


@transaction.atomic
def ask(
    carer: Carer,
    *,
    by: Actor,
    what: str,
    requirement: str = "",
    by_when: date | None = None,
    form_key: str = "",
    at: datetime | None = None,
) -> HelpRequest:
    """One request, with the team from now on. The same `form_key` again gives the same one."""
    Carer.objects.select_for_update().get(pk=carer.pk)  # two of the same form take turns
    if form_key and (same := carer.help_requests.filter(form_key=form_key).first()):
        return same
    request = carer.help_requests.create(
        what=what, requirement=requirement, by_when=by_when, form_key=form_key, asked_at=at or timezone.now(),
        entered_by=entering(carer, by),
    )  # fmt: skip
    record("help.asked", by=by, target=request, carer=carer, requirement=requirement)
    return request


@transaction.atomic
def add(request: HelpRequest, *, by: Actor, words: str, form_key: str = "") -> HelpAnswer:
    """What the carer says further; a request that was closed is open again with it."""
    row = _held(request)
    if same := _sent_before(row, form_key):
        return same
    said = row.answers.create(by=user_of(by), from_carer=True, words=words, form_key=form_key)
    record("help.added", by=by, target=row, carer=row.carer_id)
    _open(row, by=by)
    return said


@transaction.atomic
def answer(
    request: HelpRequest,
    *,
    by: Actor,
    words: str = "",
    arranged: str = "",
    funded_pence: int | None = None,
    pot: str = "",
    close_it: bool = False,
    form_key: str = "",
    at: datetime | None = None,
) -> HelpAnswer:
    """What the team says, arranged or paid, mailed to the carer. Raises `OwnRequest`."""
    row = _held(request)
    _not_own(row, by)
    if same := _sent_before(row, form_key):
        return same
    said = row.answers.create(
        by=user_of(by), words=words, arranged=arranged, funded_pence=funded_pence, pot=pot, form_key=form_key,
        at=at or timezone.now(),
    )  # fmt: skip
    record("help.answered", by=by, target=row, carer=row.carer_id, answer=said, funded_pence=funded_pence, pot=pot)
    if close_it:
        _close(row, by=by)
    _tell(row, said)
    return said


@transaction.atomic
def close(request: HelpRequest, *, by: Actor) -> None:
    """It is settled: said by the carer, or by the team. Nobody is mailed; closing it again changes nothing."""
    _close(_held(request), by=by)


@transaction.atomic
def reopen(request: HelpRequest, *, by: Actor) -> None:
    """It is not settled after all. Nobody is mailed."""
    _open(_held(request), by=by)


def _held(request: HelpRequest) -> HelpRequest:
    """The carer is read afterwards, by itself: joined, they would be as they were before whoever held it let go."""
    return HelpRequest.objects.select_for_update().get(pk=request.pk)


def _sent_before(request: HelpRequest, form_key: str) -> HelpAnswer | None:
    return request.answers.filter(form_key=form_key).first() if form_key else None


def _not_own(request: HelpRequest, by: Actor) -> None:
    user = user_of(by)
    if user is not None and user.pk == request.carer.owner_id:
        raise OwnRequest("This is your own request: a colleague answers it.")


def _close(request: HelpRequest, *, by: Actor) -> None:
    if request.is_open:
        request.closed_at, request.closed_by = timezone.now(), user_of(by)
        request.save(update_fields=["closed_at", "closed_by"])
        record("help.closed", by=by, target=request, carer=request.carer_id)


def _open(request: HelpRequest, *, by: Actor) -> None:
    if not request.is_open:
        request.closed_at = request.closed_by = None
        request.save(update_fields=["closed_at", "closed_by"])
        record("help.reopened", by=by, target=request, carer=request.carer_id)


def would_say(request: HelpRequest, *, close_it: bool = False, **facts: Any) -> list[letters.Said]:
    """What the carer would read of an answer that is not given yet; that it settles the request is not said to them."""
    return letters.preview(request.carer, ANSWERED, _mailed(request, HelpAnswer(request=request, **facts)))


def _tell(request: HelpRequest, said: HelpAnswer) -> None:
    letters.tell(
        request.carer,
        key=f"help:{request.pk}:{said.pk}",
        template=ANSWERED,
        reader=READER,
        context=_mailed(request, said),
    )


def _mailed(request: HelpRequest, said: HelpAnswer) -> dict[str, Any]:
    return {"asked": request, "answer": said, "site": settings.SITE_URL if request.carer.owner_id else ""}
