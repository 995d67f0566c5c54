"""What of the lists that every room writes to would tell that a case exists, to somebody who may not know of it."""

from typing import Any

from django.db.models import Q, QuerySet

from audit.hiding import hide
from feedback.models import Case, CaseFile


def unseen(user: Any) -> QuerySet[Case]:
    return Case.objects.exclude(pk__in=Case.objects.visible(user).values("pk"))


def events(user: Any) -> Q | None:
    """What was recorded about it. The audit keeps numbers as text, so they are read first: there are few."""
    if not Case.may_see_any(user) and not user.has_perm("audit.view_auditevent"):
        return None
    return Q(target="feedback.case", target_id__in=[str(pk) for pk in unseen(user).values_list("pk", flat=True)])


def messages(user: Any) -> Q | None:
    """Mails about a case of their own. Those about others that they may not see are not theirs to read anyway."""
    found = Q()
    for pk in Case.objects.own(user).values_list("pk", flat=True):
        found |= Q(key__startswith=f"case:{pk}:")
    return found or None


def files(user: Any) -> Q:
    return Q(pk__in=CaseFile.objects.filter(case__in=unseen(user)).values("file"))


def views(user: Any) -> Q:
    return Q(file__in=CaseFile.objects.filter(case__in=unseen(user)).values("file"))


def begin() -> None:
    hide("audit.auditevent", events)
    hide("notifications.message", messages)
    hide("files.storedfile", files)
    hide("files.fileview", views)
