"""What of the carers' journey waits for the team, for the admin's home page: one function a queue."""

from collections.abc import Callable
from typing import Any

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from notifications.waiting import Waiting
from onboarding.models import CodeAgreement, Evidence, TrainingSession


def waiting(user: Any) -> list[Waiting]:
    return [queue for permission, queue_of in QUEUES if user.has_perm(permission) for queue in [queue_of()]]


def training_unmarked() -> Waiting:
    over = TrainingSession.objects.unmarked(timezone.now())
    oldest = over.aggregate(oldest=Min("ends_at"))["oldest"]
    url = reverse("admin:onboarding_trainingsession_changelist") + "?when=unmarked"
    return Waiting("Training over, not marked who came", over.count(), oldest, url)


def names_to_look_at() -> Waiting:
    other = CodeAgreement.objects.to_look_at()
    oldest = other.aggregate(oldest=Min("signed_at"))["oldest"]
    url = reverse("admin:onboarding_codeagreement_changelist") + "?name=other"
    return Waiting("Codes signed under another name", other.count(), oldest, url)


def papers_undecided() -> Waiting:
    waiting = Evidence.objects.undecided()
    oldest = waiting.aggregate(oldest=Min("sent_at"))["oldest"]
    return Waiting("Papers to decide", waiting.count(), oldest, reverse("admin:onboarding_evidence_changelist"))


# Who may see to it, and the queue.
QUEUES: tuple[tuple[str, Callable[[], Waiting]], ...] = (
    ("onboarding.decide_evidence", papers_undecided),
    ("onboarding.run_training", training_unmarked),
    ("onboarding.decide_evidence", names_to_look_at),
)
