"""What a carer is told: by mail where there is an address, else by a letter that the team prints and posts.

Both are promised in the transaction of what caused them, from the same files, in the carer's language, or in each of
the scheme's where that is unknown. The files leave out links into an account where `no_account` is set, and say
“letter” instead of “email” where `letter` is.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import team
from accounts.models import User
from audit.recording import Actor, record
from directory.models import Listing
from notifications import outbox
from notifications.models import Message
from onboarding import guardrail
from onboarding.dates import add_months
from onboarding.models import Booking, Carer, Letter

READER = "notifications.read_messages"
KEEP = outbox.KEEP_BODIES
TRAINING_WITHIN = timedelta(days=7)
ENDS_WITHIN = timedelta(days=14)  # a letter that reminds of it may come too late
SPACE_AFTER = timedelta(days=25)  # 5 days before it shows as not confirmed
WHOLE_AFTER_MONTHS = 6


class Said(NamedTuple):
    """What a carer is about to read, in one language."""

    language: str
    subject: str
    text: str


def tell(
    carer: Carer,
    *,
    key: str,
    template: str,
    context: Mapping[str, Any] | None = None,
    secrets: Iterable[str] = (),
    reader: str = READER,
    at_once: bool = True,
    stop_link: str = "",
) -> bool:
    """Whether it was new: the same `key` is told once, and somebody who died nothing. Raises `NotInTransaction`.

    `template`, `secrets`, `reader`, `at_once` and `stop_link` are those of `outbox.queue`.
    """
    if carer.silent_at:
        return False
    said = {**(context or {}), "no_account": carer.owner_id is None}
    if not carer.mail_to:
        return _write(carer, key, template, {**said, "letter": True})
    return outbox.queue(
        key=key,
        to=carer.mail_to,
        template=template,
        language=carer.mail_language,
        reader=reader,
        secrets=secrets,
        context=said,
        at_once=at_once,
        stop_link=stop_link,
        whose=whose(carer),
    )


def was_told(carer: Carer, key: str) -> bool:
    """Whether this `key` was told, by mail or letter."""
    return carer.letters.filter(key=key).exists() or Message.objects.filter(key=key).exists()


def whose(carer: Carer) -> str:
    """How the outbox knows whom a message is for."""
    return f"carer:{carer.pk}"


def is_known(address: str, *, but: Carer | None = None) -> bool:
    """Whether a carer or an account here has the address, beside one carer and their account."""
    if not address:
        return False
    carers = Carer.objects.filter(Q(email__iexact=address) | Q(owner__email__iexact=address))
    accounts = User.objects.filter(email__iexact=address)
    if but:
        carers, accounts = carers.exclude(pk=but.pk), accounts.exclude(carer=but)
    return carers.exists() or accounts.exists()


def preview(carer: Carer, template: str, context: Mapping[str, Any] | None = None) -> list[Said]:
    """What `tell` would say, for the page before the button: in each language the carer gets, then in English beside
    it for the team, where they get none. Nothing of somebody who died."""
    if carer.silent_at:
        return []
    said = {**(context or {}), "no_account": carer.owner_id is None, "letter": not carer.mail_to}
    languages = outbox.languages_of(carer.mail_language)
    return [
        Said(language, *outbox.render_in(language, template, said)[:2])
        for language in dict.fromkeys([*languages, "en"])
    ]


def _write(carer: Carer, key: str, template: str, context: dict[str, Any]) -> bool:
    if not transaction.get_connection().in_atomic_block:
        raise outbox.NotInTransaction(f"{key} is written outside a transaction; write it with what causes it.")
    language = carer.mail_language
    sheets, subjects = [], []
    for one in outbox.languages_of(language):
        subject, _text, html = outbox.render_in(one, template, context)
        sheets.append({"language": one, "subject": subject, "html": html})
        subjects.append(subject)
    facts = {"template": template, "language": language, "subject": " / ".join(subjects)[:300], "sheets": sheets}
    return Letter.objects.get_or_create(key=key, defaults={"carer": carer, **facts})[1]


@transaction.atomic
def silence(carer: Carer, *, by: Actor) -> None:
    """Of somebody who died: nothing is mailed or posted to them from now on, nor what was promised and is not gone yet.

    Their account is closed, so that it asks for nothing and is sent nothing either. Whoever shares their address goes
    on getting what is promised to it.
    """
    if carer.silent_at:
        return
    carer.silent_at = timezone.now()
    carer.save(update_fields=["silent_at"])
    unsent = outbox.take_back(whose=whose(carer), to=own_address(carer))
    unposted, _kinds = carer.letters.to_post().delete()
    if carer.owner and closes_account(carer):
        team.close_account(carer.owner, by=by)
    record("carer.silenced", by=by, target=carer, messages=unsent, letters=unposted)


def not_gone(carer: Carer) -> int:
    """How many mails and letters `silence` would take back."""
    return outbox.unsent([whose(carer)], to=own_address(carer)) + carer.letters.to_post().count()


def own_address(carer: Carer) -> str:
    """Where they are mailed, if it is nobody else's here."""
    return "" if is_known(carer.mail_to, but=carer) else carer.mail_to


def closes_account(carer: Carer) -> bool:
    """Whether `silence` would close one: it is open, and of nobody in the team."""
    return carer.owner is not None and carer.owner.is_active and not carer.owner.is_staff


@transaction.atomic
def mark_posted(chosen: Iterable[Letter], *, by: Actor) -> int:
    """They are in the post. How many were not before."""
    user: Any = None if isinstance(by, str) else by
    rows = Letter.objects.to_post().filter(pk__in=[letter.pk for letter in chosen]).select_for_update()
    for row in rows:
        row.posted_at, row.posted_by = timezone.now(), user
        row.save(update_fields=["posted_at", "posted_by"])
        record("letter.posted", by=by, target=row, carer=row.carer_id)
    return len(rows)


def purge(on: date) -> int:
    """What was said goes as long after posting as of mails; that it was posted stays."""
    return Letter.objects.filter(posted_at__date__lt=on - KEEP).exclude(sheets=[]).update(sheets=[])


def take_back_about(about: str, *, reader: str) -> int:
    """Letters under keys that begin so and are not posted go; those that are can be seen by this permission's holders
    alone from now on. How many went."""
    chosen = Letter.objects.filter(key__startswith=about)
    gone, _kinds = chosen.filter(posted_at__isnull=True).delete()
    chosen.update(reader=reader)
    return gone


def visible(user: Any) -> QuerySet[Letter]:
    """Those of which this person may know that they are there, of those that the list shows."""
    readers = Letter.objects.order_by().values_list("reader", flat=True).distinct()
    return Letter.objects.filter(reader__in=[code for code in readers if not code or user.has_perm(code)])


def forget(keys: Iterable[str]) -> int:
    """Takes away letters that name somebody of whom nothing is kept any more, posted or not. How many."""
    return Letter.objects.filter(key__in=list(keys)).delete()[0]


# --- who is not reached ----------------------------------------------------------------------------------


def without_address() -> QuerySet[Carer]:
    return Carer.objects.filter(owner__isnull=True, email="", left_at__isnull=True)


def to_ring(on: date) -> QuerySet[Carer]:
    """Those without an address whom a mail would remind or ask now: of training within a week, of a listing that ends,
    of their whole listing, of their space, or of the number of people given personal care."""
    training = Q(pk__in=seats(on).values("worker__carer"))
    ends = Q(listing__ended_at__isnull=True, listing__checked_until__range=(on, on + ENDS_WITHIN))
    asked = Q()
    for unsaid in (whole_unsaid, space_unsaid, headcount_unsaid):
        asked |= Q(pk__in=unsaid(on).values("pk"))
    return without_address().filter(training | ends | asked).select_related("listing")


def whole_unsaid_since(on: date) -> date:
    """Whoever last said on that day, or before it, that the whole listing is right is asked again."""
    return add_months(on, -WHOLE_AFTER_MONTHS)


def whole_unsaid(on: date) -> QuerySet[Carer]:
    """Those who are public and whom the mail “still right” would ask about the whole listing."""
    since = whole_unsaid_since(on)
    never = Q(said_right_on=None, listing__published_at__date__lte=since)
    return _public_without_address(on).filter(Q(said_right_on__lte=since) | never)


def space_unsaid(on: date) -> QuerySet[Carer]:
    """Those who are public and whom the mail “still right” would ask about space."""
    before = on - SPACE_AFTER
    never = Q(listing__capacity_confirmed_on=None, listing__published_at__date__lt=before)
    return _public_without_address(on).filter(Q(listing__capacity_confirmed_on__lt=before) | never)


def _public_without_address(on: date) -> QuerySet[Carer]:
    return without_address().filter(listing__in=Listing.objects.live(on=on))


def headcount_unsaid(on: date) -> QuerySet[Carer]:
    """Those in the directory who offer personal care and have not said this month's number, where the law knows one."""
    if guardrail.most(on) is None:
        return Carer.objects.none()
    in_directory = Listing.objects.filter(
        published_at__isnull=False, ended_at=None, services__service__in=guardrail.PERSONAL_CARE
    )
    return without_address().filter(listing__in=in_directory).exclude(headcounts__month=on.replace(day=1))


def seats(on: date) -> QuerySet[Booking]:
    soon = (on, on + TRAINING_WITHIN)
    return Booking.objects.seated().filter(session__cancelled_at__isnull=True, session__starts_at__date__range=soon)


def training_of(carer: Carer, on: date) -> QuerySet[Booking]:
    return seats(on).filter(worker__carer=carer).select_related("session", "worker")


def end_of(carer: Carer, on: date) -> date | None:
    """The last day on which the listing is shown, if it is near."""
    last = carer.listing.checked_until if carer.listing else None
    return last if last and on <= last <= on + ENDS_WITHIN else None
