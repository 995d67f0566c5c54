"""The verbs of “I am interested”: taken from the form or entered by the team, answered by mail, and begun.

The mailed link starts the journey: whoever follows it has proved the address. Nothing here says whether an address has
an account; the mail alone does, to whoever reads it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts import mailed_links
from accounts.models import User
from audit.recording import Actor, record
from directory.enquiries import KEEP_ASIDE, months_before
from directory.owners import set_owner
from notifications import outbox
from onboarding import journey, letters
from onboarding.models import Carer, Interest, JoinLink
from onboarding.papers import NotNow, user_of
from onboarding.settling import held

BY_FORM = "job:interest-form"  # whoever wrote it gave a name, and did not sign in
INVITED = "onboarding/mail/join"
REMINDED = "onboarding/mail/join_reminder"
OWN = "onboarding/mail/join_own"
ALREADY = "onboarding/mail/join_already"


class NotOpen(NotNow):
    """It cannot be done with this one as it stands now, in a sentence for the team."""


class OtherJourney(NotOpen):
    """Whoever signed in has a journey of their own, so they cannot take over another one."""


@transaction.atomic
def express(*, by: Actor, form_key: str, hold: str = "", at: datetime | None = None, **facts: Any) -> Interest:
    """Takes what somebody wrote and promises the mail about it; the same form again is the same interest.

    With a reason to `hold`, it is kept aside and nobody is mailed.
    """
    interest = Interest(form_key=form_key, held=hold, made_at=at or timezone.now(), **facts)
    try:
        with transaction.atomic():
            interest.save(force_insert=True)
    except IntegrityError:
        if same := Interest.objects.filter(form_key=form_key).first():
            return same
        raise
    if hold:
        record("interest.held", by=by, target=interest, reason=hold)
    else:
        record("interest.expressed", by=by, target=interest)
        mail_link(interest, INVITED)
    return interest


@transaction.atomic
def enter(*, by: Actor, source: str, send: bool, at: datetime | None = None, **facts: Any) -> Interest:
    """Somebody the team spoke to, mailed the same link if `send`. Raises `NotOpen` if there is no address for it."""
    interest = Interest.objects.create(source=source, entered_by=user_of(by), made_at=at or timezone.now(), **facts)
    record("interest.entered", by=by, target=interest, source=source)
    if send:
        invite(interest, by=by)
    return interest


@transaction.atomic
def release(interest: Interest, *, by: Actor) -> bool:
    """Answers what was kept aside, for somebody who looked; whether it still waited."""
    row = Interest.objects.select_for_update().get(pk=interest.pk)
    if row.state != Interest.State.KEPT_ASIDE:
        return False
    row.held = ""
    row.save(update_fields=["held"])
    record("interest.released", by=by, target=row)
    if row.email:
        mail_link(row, INVITED)
    return True


@transaction.atomic
def invite(interest: Interest, *, by: Actor, at_once: bool = True) -> None:
    """Mails them a link; links mailed before work on. Raises `NotOpen`."""
    row = still_waiting(interest)
    if not row.email:
        raise NotOpen(f"{row} gave no email address. Enter them again with one.")
    record("interest.invited", by=by, target=row)
    mail_link(row, INVITED, at_once=at_once)


@transaction.atomic
def send_new_link(email: str, *, by: Actor) -> None:
    """For whoever lost theirs. Where somebody signs in with the address already, the mail says so; else none goes."""
    if waiting := Interest.objects.waiting().select_for_update().filter(email__iexact=email).first():
        invite(waiting, by=by)
    elif user := account(email):
        outbox.queue(
            key=f"join:already:{user.pk}:{mailed_links.new_token()}",
            to=user.email,
            template=ALREADY,
            language=user.language,
            context={"site": settings.SITE_URL},
        )


@transaction.atomic
def close(interest: Interest, *, by: Actor) -> None:
    """They are no longer interested: their links stop working. Nobody is mailed. Raises `NotOpen`."""
    row = Interest.objects.select_for_update().get(pk=interest.pk)
    if row.started_at:
        raise NotOpen(f"{row} has started already.")
    if row.closed_at is None:
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at"])
        record("interest.closed", by=by, target=row)


def close_all(carer: Carer, *, by: Actor, but_to: str = "") -> None:
    """Links by which somebody could take this carer over stop working, but for those mailed to one address."""
    for interest in carer.interests.waiting():
        if interest.email.lower() != but_to.lower():
            close(interest, by=by)


def still_waiting(interest: Interest) -> Interest:
    """The row as it stands now, locked. Raises `NotOpen`."""
    row = Interest.objects.select_for_update().get(pk=interest.pk)
    if row.state != Interest.State.WAITING:
        raise NotOpen(f"{row}: {row.state.label.lower()}. Nothing was mailed.")
    return row


# --- beginning -------------------------------------------------------------------------------------------


def find(token: str) -> JoinLink | None:
    hashed = mailed_links.hashed(token)
    return JoinLink.objects.filter(token_hash=hashed).select_related("interest__carer").first()


def account(email: str) -> User | None:
    """Whoever signs in with this address. An account that nobody proved is nobody's, and gives way to who does."""
    user = User.objects.filter(email__iexact=email).first() if email else None
    return user if user and (user.is_staff or not user.is_active or mailed_links.is_proved(user)) else None


@transaction.atomic
def start_as_new(link: JoinLink, *, password: str) -> User:
    """An account for whoever followed the link, and their journey. Raises `NotOpen`."""
    interest = _open(link)
    if account(interest.email):
        raise NotOpen(f"{interest.email} has an account already.")
    user = _account_of(interest, password)
    _begin(user, interest)
    return user


@transaction.atomic
def start_from_link(link: JoinLink, *, user: User) -> Carer:
    """The journey of somebody who signed in here with the address that the link was mailed to. Raises `NotOpen`."""
    return _begin(user, _open(link))


@transaction.atomic
def start(*, user: User, **facts: Any) -> Carer:
    """The journey of somebody who is signed in, at once; whatever waited under their address has begun with it.

    Where the team invited the address to a journey that is there already, it is that one.
    """
    waiting = Interest.objects.waiting().filter(email__iexact=user.email)
    if (own := waiting.filter(carer__owner__isnull=True, carer__isnull=False).first()) and not has_another(user, own):
        return _take_over(user, own)
    carer = journey.start(by=user, owner=user, first_name=first_name(facts["name"]), **facts)
    for interest in waiting.filter(carer__isnull=True).select_for_update():
        interest.carer, interest.started_at = carer, timezone.now()
        interest.save(update_fields=["carer", "started_at"])
        record("interest.started", by=user, target=interest, carer=carer)
    return carer


def has_another(user: User, interest: Interest) -> bool:
    return Carer.objects.filter(owner=user).exclude(interests=interest).exists()


def _take_over(user: User, interest: Interest) -> Carer:
    """The journey that the team began for them is theirs, with its listing. Raises `NotOpen` and `OtherJourney`."""
    get_user_model().objects.select_for_update().get(pk=user.pk)  # held, so that two at once take over one
    carer = held(interest.carer)  # type: ignore[arg-type]
    if carer.owner_id or carer.left_at:
        raise NotOpen(f"{carer} has an account by now, or has left.")
    if has_another(user, interest):
        raise OtherJourney(f"{user} has a journey of their own.")
    carer.owner, carer.email = user, ""
    carer.save(update_fields=["owner", "email"])
    record("carer.taken_over", by=user, target=carer)
    if carer.listing:
        set_owner(carer.listing, by=user, owner=user)
    interest.started_at = timezone.now()
    interest.save(update_fields=["started_at"])
    record("interest.started", by=user, target=interest, carer=carer)
    return carer


def _begin(user: User, interest: Interest) -> Carer:
    if interest.carer_id:
        return _take_over(user, interest)
    facts = {name: getattr(interest, name) for name in ("name", "phone", "language", "heard_from", "returning")}
    return start(user=user, **facts)


def _open(link: JoinLink) -> Interest:
    """The link's interest, locked. Raises `NotOpen` for a link that no longer works."""
    row = JoinLink.objects.get(pk=link.pk)
    row.interest = Interest.objects.select_for_update().get(pk=link.interest_id)
    if row.state(timezone.now()) != JoinLink.State.OPEN:
        raise NotOpen(f"{row} is not open any more.")
    return row.interest


def _account_of(interest: Interest, password: str) -> User:
    """Raises `NotOpen` where somebody opened one with the same address at this moment."""
    unproved = User.objects.select_for_update().filter(email__iexact=interest.email).first()
    if unproved is None:
        facts = {"name": interest.name, "password": password, "language": interest.language}
        try:
            with transaction.atomic():
                return mailed_links.open_account(interest.email, interest=interest, **facts)
        except IntegrityError as error:
            raise NotOpen(f"{interest.email} has an account since a moment ago.") from error
    mailed_links.cleared(unproved, by=BY_FORM)
    unproved.name, unproved.language = interest.name, interest.language
    unproved.set_password(password)
    unproved.save(update_fields=["name", "language", "password"])
    return unproved


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0][:50]


# --- mail ------------------------------------------------------------------------------------------------


def mail_link(interest: Interest, template: str, key: str = "", *, at_once: bool = True) -> None:
    """A link of its own in each mail, because only its hash is kept."""
    token, now = mailed_links.new_token(), timezone.now()
    link = interest.links.create(
        token_hash=mailed_links.hashed(token), made_at=now, expires_at=now + timedelta(days=settings.JOIN_DAYS)
    )
    with translation.override(interest.language or settings.LANGUAGE_CODE):
        address = settings.SITE_URL + reverse("onboarding:join_link", args=[token])
    outbox.queue(
        key=key or key_of(interest, link),
        to=interest.email,
        template=OWN if interest.carer_id else template,
        language=interest.language,
        secrets=[address],
        at_once=at_once,
        whose=letters.whose(interest.carer) if interest.carer else "",
        context={
            "interest": interest,
            "link": address,
            "until": timezone.localdate(link.expires_at),
            "known": account(interest.email) is not None,
            "by_team": interest.source != Interest.Source.WEB,
        },
    )
    interest.invited_at = now
    interest.save(update_fields=["invited_at"])


def key_of(interest: Interest, link: JoinLink) -> str:
    return f"interest:{interest.pk}:{link.pk}"


def reminder_key(interest: Interest) -> str:
    return f"interest:{interest.pk}:reminder"


# --- jobs ------------------------------------------------------------------------------------------------


def remind(*, on: date, by: Actor) -> int:
    """Reminds once each whose link was mailed the settings' days ago and who has not begun. How many."""
    before = on - timedelta(days=settings.JOIN_REMINDER_DAYS)
    due = Interest.objects.waiting().filter(reminded_at=None, invited_at__date__lte=before).order_by("pk")
    return sum(_remind(interest, by=by) for interest in due)


@transaction.atomic
def _remind(interest: Interest, *, by: Actor) -> bool:
    row = Interest.objects.select_for_update().get(pk=interest.pk)
    if row.reminded_at or row.state != Interest.State.WAITING:
        return False
    mail_link(row, REMINDED, reminder_key(row))
    row.reminded_at = timezone.now()
    row.save(update_fields=["reminded_at"])
    record("interest.reminded", by=by, target=row)
    return True


@transaction.atomic
def purge(*, on: date, by: Actor) -> int:
    """Takes away those past their date, with what the outbox still knows of them. How many went."""
    due = list(due_for_purge(on))
    if not due:
        return 0
    forget(due)
    record("interest.purged", by=by, target="onboarding.interest", count=len(due))
    return len(due)


def forget(gone: Iterable[Interest]) -> int:
    """Takes them away with what the outbox still knows of them. How many."""
    rows = list(gone)
    keys = [key_of(interest, link) for interest in rows for link in interest.links.all()]
    outbox.forget([*keys, *(reminder_key(interest) for interest in rows)])
    Interest.objects.filter(pk__in=[interest.pk for interest in rows]).delete()
    return len(rows)


def due_for_purge(on: date) -> list[Interest]:
    """Kept aside longer than fourteen days; or nothing happened for the settings' months, begun or not: what counts of
    who has begun is with their journey."""
    held = Interest.objects.kept_aside().filter(made_at__date__lt=on - KEEP_ASIDE)
    before = months_before(on, settings.INTEREST_MONTHS)
    quiet = Interest.objects.filter(made_at__date__lt=before)
    for moment in ("invited_at", "started_at", "closed_at"):
        quiet = quiet.exclude(**{f"{moment}__date__gte": before})
    return [*held.select_for_update(), *quiet.exclude(pk__in=held).select_for_update()]
