"""The verbs of the Code of Practice: a version drafted and published, and signed by a carer.

Three dates of a version: published, in force (from then on new carers sign this one), and the day by which whoever
signed the one before must have signed it; until the end of that day they stand (`standing.signatures_of`).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from audit.recording import Actor, record
from onboarding import letters
from onboarding.losing import Loss, check, hold_everybody, in_directory, losses
from onboarding.models import Carer, CodeAgreement, CodeOfPractice
from onboarding.papers import NotNow, not_own, user_of
from onboarding.settling import held, settle, settle_all
from onboarding.standing import facts_of_all

NOTICE = timedelta(days=28)  # from publishing to the day by which it must be signed
TEXTS = ("body_en", "body_cy", "changes_en", "changes_cy")
SIGNED = "onboarding/mail/code_signed"
NEW_VERSION = "onboarding/mail/code_new"


class Published(NotNow):
    """It is published, and never changed again."""


class WrongDates(NotNow):
    """Its dates are too early, or not in order."""


class Incomplete(NotNow):
    """A text is missing."""


class OtherVersion(NotNow):
    """Another version than the one that was read is to be signed now."""


# --- the team's ------------------------------------------------------------------------------------------


@transaction.atomic
def draft(*, by: Actor, **texts: str) -> CodeOfPractice:
    """The next version, which nobody sees until it is published. While there is a draft, it is that one, as it is."""
    if unpublished := CodeOfPractice.objects.select_for_update().filter(published_at__isnull=True).first():
        return unpublished
    last = CodeOfPractice.objects.aggregate(last=Max("number"))["last"] or 0
    code = CodeOfPractice.objects.create(number=last + 1, **_texts(texts))
    record("code.drafted", by=by, target=code, number=code.number)
    return code


@transaction.atomic
def change_draft(code: CodeOfPractice, *, by: Actor, **texts: str) -> CodeOfPractice:
    """Raises `Published`."""
    row = _unpublished(code)
    for name, text in _texts(texts).items():
        setattr(row, name, text)
    row.save()
    record("code.draft_changed", by=by, target=row, number=row.number)
    return row


@transaction.atomic
def publish(
    code: CodeOfPractice, *, by: Actor, in_force_on: date, sign_by: date, on: date, confirmed: int | None = None
) -> int:
    """For everybody from now on; who signed an older one, or is listed, is mailed. How many were.

    `confirmed` is the number of listings that somebody has seen would be hidden by it, if nobody signed. Raises
    `Published`, `Incomplete` for a text that is missing in a language of the scheme, `WrongDates`, `NotConfirmed`, and
    `NotSettled`; then nothing has changed.
    """
    hold_everybody()
    row = _unpublished(code)
    if missing(row):
        raise Incomplete
    if in_force_on < on or sign_by < max(on + NOTICE, in_force_on) or before_the_last(in_force_on, sign_by):
        raise WrongDates
    moved = would_lose(row, sign_by=sign_by, on=on)
    check(moved, confirmed)
    row.published_at, row.in_force_on, row.sign_by = timezone.now(), in_force_on, sign_by
    row.save()
    record(
        "code.published", by=by, target=row, number=row.number, in_force_on=in_force_on, sign_by=sign_by,
        moved=[it.carer.pk for it in moved],
    )  # fmt: skip
    settle_all(by=by, on=on)  # signatures of older versions end now: no job is needed for it on the day
    return sum(_tell(row, carer) for carer in bound(row))


@transaction.atomic
def begin(*, by: Actor, on: date, **texts: str) -> CodeOfPractice | None:
    """Version 1, in force since that day, which may be past: a scheme that runs has its Code.

    None where there is any.
    """
    if CodeOfPractice.objects.exists():
        return None
    code = CodeOfPractice(number=1, **_texts(texts), in_force_on=on, sign_by=on + NOTICE)
    code.published_at = timezone.now()
    code.save()
    record("code.published", by=by, target=code, number=1, in_force_on=on, sign_by=code.sign_by)
    return code


def missing(code: CodeOfPractice) -> list[str]:
    """The texts that must be there in every language of the scheme, and are not; of a first version nothing is new."""
    needed = ("body",) if code.number == 1 else ("body", "changes")
    fields = [f"{field}_{language}" for field in needed for language in settings.SCHEME.languages]
    return [field for field in fields if not getattr(code, field).strip()]


def before_the_last(in_force_on: date, sign_by: date) -> bool:
    """Versions come one after the other: nobody who signed a newer one stands for less long than who did not."""
    later = Q(in_force_on__gt=in_force_on) | Q(sign_by__gt=sign_by)
    return CodeOfPractice.objects.published().filter(later).exists()


def bound(code: CodeOfPractice) -> QuerySet[Carer]:
    """Who must sign this version to stand: whoever signed an older one or is in the directory, and did not leave."""
    older, listed = (
        Q(agreements__code__number__lt=code.number),
        Q(listing__isnull=False, listing__ended_at__isnull=True),
    )
    signed = CodeAgreement.objects.filter(code__number__gte=code.number).values("carer")
    whoever = Carer.objects.filter(older | listed, left_at__isnull=True).exclude(pk__in=signed)
    return whoever.select_related("owner").order_by("pk").distinct()


def would_lose(code: CodeOfPractice, *, sign_by: date, on: date) -> list[Loss]:
    """Whose listing would be hidden by this version, if nobody signed it: from the day after `sign_by`."""
    carers, versions = list(in_directory()), list(CodeOfPractice.objects.published().order_by("number"))
    after = CodeOfPractice(number=code.number, sign_by=sign_by)
    now, then = facts_of_all(carers, versions=versions), facts_of_all(carers, versions=[*versions, after])
    return list(losses(carers, now, then, on=on))


# --- which one -------------------------------------------------------------------------------------------


def in_force(on: date) -> CodeOfPractice | None:
    return CodeOfPractice.objects.published().filter(in_force_on__lte=on).first()


def since() -> date | None:
    """The first day on which there was a Code here."""
    day: date | None = CodeOfPractice.objects.published().aggregate(first=Min("in_force_on"))["first"]
    return day


def newest() -> CodeOfPractice | None:
    return CodeOfPractice.objects.published().first()


def to_sign(carer: Carer, on: date) -> CodeOfPractice | None:
    """Which version a carer is to sign: a new one that in force, whoever signed before the newest there is."""
    signed = carer.agreements.aggregate(last=Max("code__number"))["last"]
    if signed is None:
        return in_force(on) or CodeOfPractice.objects.published().last()
    latest = newest()
    return latest if latest and latest.number > signed else None


# --- signing ---------------------------------------------------------------------------------------------


@transaction.atomic
def sign(
    carer: Carer,
    *,
    by: Actor,
    typed_name: str,
    language: str,
    on: date | None = None,
    code: CodeOfPractice | None = None,
    tell: bool = True,
) -> CodeAgreement:
    """The carer signs: `code` as they read it, else the one that is theirs to sign. Signed already, it stays as it is.

    They are mailed a copy, unless not to `tell`. Raises `OtherVersion` where a newer one came while they read, or where
    there is none.
    """
    carer, day = held(carer), on or timezone.localdate()
    if same := _signature(carer, code):
        return same
    wanted = to_sign(carer, day)
    if wanted is None and code is None and (last := carer.agreements.order_by("code__number").last()):
        return last
    if wanted is None or (code and code != wanted):
        raise OtherVersion
    agreement = _agree(carer, wanted, by=by, typed_name=typed_name, language=language, on=day)
    if tell:
        _copy(agreement)
    return agreement


@transaction.atomic
def sign_on_paper(
    carer: Carer, code: CodeOfPractice, *, by: Actor, typed_name: str, language: str, on: date, tell: bool = True
) -> CodeAgreement:
    """The team enters what a carer signed on paper on that day. Raises `OwnPaper` for one's own, and `WrongDates`."""
    carer, user = held(carer), user_of(by)
    not_own(carer, by)
    if code.published_at is None or on > timezone.localdate():
        raise WrongDates
    if same := _signature(carer, code):
        return same
    agreement = _agree(carer, code, by=by, typed_name=typed_name, language=language, on=on, entered_by=user)
    if tell:
        _copy(agreement)
    return agreement


@transaction.atomic
def accept_name(agreement: CodeAgreement, *, by: Actor) -> CodeAgreement:
    """The team looked at a name that is not the carer's, and the signature stands. Raises `OwnPaper` for one's own."""
    row = CodeAgreement.objects.select_for_update().get(pk=agreement.pk)
    not_own(row.carer, by)
    if row.other_name and row.name_accepted_at is None:
        row.name_accepted_at = timezone.now()
        row.save(update_fields=["name_accepted_at"])
        record("code.name_accepted", by=by, target=row, carer=row.carer_id)
    return row


def _signature(carer: Carer, code: CodeOfPractice | None) -> CodeAgreement | None:
    return carer.agreements.filter(code=code).first() if code else None


def _agree(
    carer: Carer, code: CodeOfPractice, *, by: Actor, typed_name: str, language: str, on: date, entered_by: Any = None
) -> CodeAgreement:
    agreement = CodeAgreement.objects.create(
        carer=carer, code=code, typed_name=typed_name, language=language, signed_on=on, entered_by=entered_by,
        other_name=not is_theirs(typed_name, carer),
    )  # fmt: skip
    how = "paper" if entered_by else "typed"
    record("code.signed", by=by, target=agreement, carer=carer, number=code.number, how=how)
    settle(carer, by=by)
    return agreement


def is_theirs(typed: str, carer: Carer) -> bool:
    """Whether it is the name we know them by, whatever its capitals and spaces."""
    known = [carer.name, carer.owner.name if carer.owner else ""]
    return _alike(typed) in {_alike(name) for name in known if name}


def _alike(name: str) -> str:
    return " ".join(name.casefold().split())


# --- within ----------------------------------------------------------------------------------------------


def _texts(texts: Mapping[str, str]) -> dict[str, str]:
    if unknown := texts.keys() - set(TEXTS):
        raise ValueError(f"Not a text of the Code: {', '.join(sorted(unknown))}")
    return {name: text.replace("\r\n", "\n").strip() for name, text in texts.items()}


def _unpublished(code: CodeOfPractice) -> CodeOfPractice:
    row = CodeOfPractice.objects.select_for_update().get(pk=code.pk)
    if row.published_at:
        raise Published
    return row


def _tell(code: CodeOfPractice, carer: Carer) -> bool:
    """That there is a new version, once."""
    return letters.tell(
        carer,
        key=f"code:{code.number}:{carer.pk}",
        template=NEW_VERSION,
        context={"code": code, "site": settings.SITE_URL},
        at_once=False,
    )


def _copy(agreement: CodeAgreement) -> None:
    carer, code = agreement.carer, agreement.code
    letters.tell(
        carer,
        key=f"code_signed:{agreement.pk}",
        template=SIGNED,
        context={
            "agreement": agreement,
            "code": code,
            "next": to_sign(carer, agreement.signed_on),
            "site": settings.SITE_URL,
        },
    )
