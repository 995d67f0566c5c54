"""Decisions go with the carer they are about, at the date that `onboarding.forgetting` knows."""

from django.db import transaction
from django.utils import timezone

from audit import append_only
from audit.recording import Actor
from compliance.models import Decision
from onboarding.models import Carer


@transaction.atomic
def purge_decisions(*, by: Actor) -> int:
    """Those about carers of whom nothing is kept any more. How many."""
    gone = Decision.objects.exclude(carer_id__in=Carer.objects.values("pk"))
    return append_only.purge(gone, before=timezone.now(), by=by) if gone.exists() else 0
