"""Details of papers go when they are not needed any more, some months after the decision ("Data protection").

So do tasks that were begun and never sent, and photos that were replaced. Files go by `files` at the date that
`onboarding.pages` gave them.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit.recording import Actor, record
from files.models import Photo
from files.photos import delete_photo
from onboarding import listing_photos, pages
from onboarding.dates import add_months
from onboarding.models import Carer, Draft, Evidence, ListingChange
from onboarding.settling import held

# Of each kind of paper, what stays of what was said. Of others everything does: it says what was insured or learnt.
STAYS = {
    "dbs": {"level", "workforce"},  # with the date, the name and the decision, which are columns
    "original": {"document"},
    "references": {"care_work"},  # the people who were asked are no carers of ours
}
# Of what the scheme no longer asks for it is not known any more which kind it was.
STAYS_OF_ANY = {"level", "workforce"}
# Why a DBS check was not taken is what the certificate said: no more of it is known than of the certificate.
REASON_GONE = "…"
# What carers write in words of their own beside what a paper says. It goes where they are erased.
OWN_WORDS = {"plan", "note"}
COUNTED = {Evidence.Outcome.ACCEPTED, Evidence.Outcome.WITHDRAWN}
EVENT = "evidence.details_purged"


def purge_details(*, on: date, by: Actor) -> int:
    """Of how many papers something went."""
    decided = Evidence.objects.exclude(outcome="").filter(
        decided_at__date__lte=add_months(on, -settings.EVIDENCE_MONTHS)
    )
    return sum(_purged(pk, by) for pk in decided.values_list("pk", flat=True))


@transaction.atomic
def _purged(pk: int, by: Actor) -> bool:
    return strip(Evidence.objects.select_for_update().get(pk=pk), by=by)


def strip(row: Evidence, *, by: Actor, erased: bool = False) -> bool:
    """What of a decided paper need not stay; of somebody `erased`, what does not say why they were listed: their own
    words, and all that papers said which never counted. Whether there was any."""
    before = (row.facts, row.reason, row.because)
    stays = STAYS.get(row.asked.facts) if row.is_asked else STAYS_OF_ANY
    if stays is not None:
        row.facts = {name: value for name, value in row.facts.items() if name in stays}
    if not (row.is_asked and row.asked.facts != "dbs"):
        row.reason, row.because = row.reason and REASON_GONE, row.because and REASON_GONE
    if erased:
        row.facts = {name: value for name, value in row.facts.items() if name not in OWN_WORDS}
    if erased and row.outcome not in COUNTED:
        row.facts, row.reason = {}, row.reason and REASON_GONE
    if (row.facts, row.reason, row.because) == before:
        return False
    row.save(update_fields=["facts", "reason", "because"])
    record(EVENT, by=by, target=row, carer=row.carer_id, requirement=row.requirement)
    return True


def purge_photos(*, on: date, by: Actor) -> int:
    """Photos that were replaced, or were not taken, some months after the decision; what the change said stays.

    How many went.
    """
    changes = ListingChange.objects.filter(decided_at__date__lte=add_months(on, -settings.PHOTO_MONTHS))
    told = changes.filter(Q(before__has_key="photo") | Q(after__has_key="photo")).values("carer")
    return sum(_photos_purged(carer, on, by) for carer in Carer.objects.filter(pk__in=told).order_by("pk"))


@transaction.atomic
def _photos_purged(carer: Carer, on: date, by: Actor) -> int:
    carer = held(carer)
    decided = Q(decided_at__date__lte=add_months(on, -settings.PHOTO_MONTHS))
    needed = listing_photos.named_in(carer.listing_changes.exclude(decided)) | listing_photos.in_use(carer)
    old = Photo.objects.filter(pk__in=listing_photos.named_in(carer.listing_changes.filter(decided)) - needed)
    count = len(old)
    for photo in old:
        delete_photo(photo, by=by)
    return count


def purge_drafts(*, on: date, by: Actor) -> int:
    """Tasks that nobody came back to for so long; with them go the names of those who would vouch for somebody."""
    old = Draft.objects.filter(updated_at__date__lt=add_months(on, -settings.DRAFT_MONTHS))
    return sum(_draft_purged(draft, on, by) for draft in old.select_related("carer"))


@transaction.atomic
def _draft_purged(draft: Draft, on: date, by: Actor) -> bool:
    carer = held(draft.carer)
    before = add_months(on, -settings.DRAFT_MONTHS)
    row = carer.drafts.filter(pk=draft.pk, updated_at__date__lt=before).first()
    if row is None:
        return False
    for page in row.pages.select_related("file"):
        pages.take_away(page, by=by)
    record("draft.purged", by=by, target=row, carer=carer, requirement=row.requirement)
    row.delete()
    return True
