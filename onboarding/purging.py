"""Details of papers go when they are not needed any more, some months after the decision ("Data protection").

Files go by `files` at the date that `onboarding.pages` gave them.
"""

from datetime import date

from django.conf import settings
from django.db import transaction

from audit.recording import Actor, record
from onboarding.dates import add_months
from onboarding.models import Evidence

# Of each kind of paper, what stays of what was said. Of others everything does: it says what was insured or learnt.
STAYS = {
    "dbs": {"level", "workforce"},  # with the date, the name and the decision, which are columns
    "original": {"document"},
    "references": {"care_work"},  # the people who were asked are no carers of ours
}
EVENT = "evidence.details_purged"


def purge_details(*, on: date, by: Actor) -> int:
    """Of how many papers something went."""
    decided = Evidence.objects.exclude(outcome="").filter(
        decided_at__date__lte=add_months(on, -settings.EVIDENCE_MONTHS)
    )
    return sum(_purged(pk, by) for pk in decided.values_list("pk", flat=True))


@transaction.atomic
def _purged(pk: int, by: Actor) -> bool:
    row = Evidence.objects.select_for_update().get(pk=pk)
    stays = STAYS.get(row.asked.facts) if row.is_asked else None
    if stays is None or set(row.facts) <= stays:
        return False
    row.facts = {name: value for name, value in row.facts.items() if name in stays}
    row.save(update_fields=["facts"])
    record(EVENT, by=by, target=row, carer=row.carer_id, requirement=row.requirement)
    return True
