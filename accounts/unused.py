"""Places in the team that nobody uses: whoever has not signed in for long is warned, and then is out of the team."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts import team
from accounts.models import User
from notifications import outbox
from notifications.models import Message

JOB = "job:look-after-unused-staff"


def look_after(now: datetime) -> int:
    """Takes out who was warned in time, then warns whose time comes. How many of both. The last manager stays."""
    return sum(lapse(user, now) for user in unused(now)) + sum(warn(user, now) for user in unused(now + notice()))


def notice() -> timedelta:
    return timedelta(days=settings.STAFF_NOTICE_DAYS)


def unused(now: datetime) -> QuerySet[User]:
    """Members who by then have neither signed in nor joined for `STAFF_UNUSED_DAYS`."""
    used = Coalesce(Greatest("last_login", "date_joined"), "date_joined", output_field=DateTimeField())
    long_ago = now - timedelta(days=settings.STAFF_UNUSED_DAYS)
    return team.members().annotate(used_at=used).filter(used_at__lte=long_ago).order_by("pk")


def lapse(user: User, now: datetime) -> bool:
    if not Message.objects.filter(key=f"{key(user)}:{user.pk}", queued_at__lte=now - notice()).exists():
        return False
    try:
        team.remove(user, by=JOB)
    except team.Refused:
        return False
    return True


def key(user: User) -> str:
    """One warning for each time somebody stopped signing in."""
    return f"unused-staff:{user.pk}:{user.used_at:%Y-%m-%d}"  # type: ignore[attr-defined]  # annotated


@transaction.atomic
def warn(user: User, now: datetime) -> bool:
    """Tells them and the other managers, once. Whether anybody was told."""
    others = [manager for manager in team.managers() if manager.pk != user.pk]
    if not others and user in team.managers():
        return False
    kept_until = user.used_at + timedelta(days=settings.STAFF_UNUSED_DAYS)  # type: ignore[attr-defined]  # annotated
    context = {"ends": timezone.localdate(max(kept_until, now + notice())), "member": user, "link": settings.SITE_URL}
    new = tell(user, user, "accounts/mail/unused_staff", context)
    if new:
        for manager in others:
            tell(manager, user, "accounts/mail/unused_staff_managers", context)
    return new


def tell(reader: User, about: User, template: str, context: dict[str, object]) -> bool:
    return outbox.queue(
        key=f"{key(about)}:{reader.pk}", to=reader.email, template=template, language=reader.language, context=context
    )
