"""On weekdays, each member of the team is mailed what waits for them: what the admin's home page says, in a mail."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import team
from accounts.models import User
from compliance import ending_soon, home, queue
from compliance.due import Due
from microcare.admin_site import Job, jobs, may_see_jobs, waiting_for
from notifications import outbox
from notifications.waiting import Waiting

DIGEST = "microcare/mail/digest"


def send_all(*, on: date) -> int:
    """To those who did not stop it and for whom something waits; once a day. How many."""
    soon, troubled = ending_soon.unsent(on), [job for job in jobs() if job.is_troubled]
    wanted = team.members().filter(is_active=True, digest=True).order_by("pk")
    return sum(send(user, on=on, soon=soon, troubled=troubled) for user in wanted)


def to_decide(user: User, on: date) -> list[Waiting]:
    """Of the team's queue a line for each kind that they may decide."""
    if not user.has_perm(home.SEES_QUEUE):
        return []
    lines = queue.lines(user, queue.things(user, on=on, now=timezone.now()))
    return [
        Waiting(line.kind.name, line.amount, line.oldest, line.url) for line in lines if user.has_perm(line.kind.does)
    ]


@transaction.atomic
def send(user: User, *, on: date, soon: list[Due], troubled: list[Job]) -> bool:
    """Of `soon` and `troubled` what they may see. Whether anything waits, and it was not mailed yet today."""
    soon = soon if user.has_perm(ending_soon.SEE) else []
    troubled = troubled if may_see_jobs(user) else []
    with outbox.readers_addresses():
        every = [*to_decide(user, on), *waiting_for(user)]
    queues = [one for one in every if one.count and not one.passing]
    if not (soon or troubled or queues):
        return False
    return outbox.queue(
        key=f"digest:{user.pk}:{on}",
        to=user.email,
        template=DIGEST,
        language="en",  # as the pages that it is about
        context={"queues": queues, "soon": soon, "troubled": troubled, "site": settings.SITE_URL},
        at_once=False,
    )
