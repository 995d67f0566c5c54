"""Wales: who gives personal care to more than a few people must be registered with Care Inspectorate Wales.

Domiciliary support to no more people at one time than the scheme's `personal_care_most` is excepted (SI 2017/1264
reg. 3). At that number a listing has no space for personal care. England has no number: there is nothing of this.
"""

from datetime import date

from django.conf import settings

from directory import vocabulary
from onboarding.dates import add_months
from onboarding.models import Carer, Headcount

PERSONAL_CARE = [slug for slug, service in vocabulary.SERVICES.items() if service.personal_care]


def most(on: date) -> int | None:
    found: int | None = settings.SCHEME.most_personal_care(on)
    return found


def personal_care(carer: Carer) -> list[str]:
    """What they offer of it: by their listing, or before there is one, what they would like to offer."""
    return [slug for slug in offered(carer) if vocabulary.SERVICES[slug].personal_care]


def offered(carer: Carer) -> list[str]:
    listing = carer.listing
    if listing and listing.published_at:
        return sorted(listing.services.values_list("service", flat=True))
    return sorted(carer.services)


def concerns(carer: Carer, on: date) -> bool:
    gone = carer.left_at or (carer.listing and carer.listing.ended_at)
    return bool(most(on) is not None and not gone and personal_care(carer))


def last_said(carer: Carer) -> Headcount | None:
    return carer.headcounts.order_by("-month").first()


def is_full(row: Headcount, on: date) -> bool:
    """Whether by that number there is no space for personal care."""
    limit = most(on)
    return limit is not None and row.number >= limit


def is_old(row: Headcount, on: date) -> bool:
    """Of neither this month nor the one before: it says nothing of how many there are now."""
    return row.month < add_months(on.replace(day=1), -1)


def without_space(carer: Carer, on: date) -> list[str]:
    """The services for which a listing has no space, because the number is reached: all that the public finds under
    “Personal care”, also what the law does not count as it.

    The law is about how many people there are now. Still the last number said decides, however old: whoever reached
    the most and then fell silent may be there yet, and the public is not to be led to somebody who may take nobody
    new on. So silence never gives space back; a new number does, on the day it is said. Nor does it hold unnoticed:
    a number that `is_old` waits for the team (`headcounts.old`), the carer reads on their pages which month it rests
    on, and is asked every month. An old number below the most takes no space away: nothing says that more came, and
    the team sees that one too.
    """
    last = last_said(carer)
    if last is None or not is_full(last, on) or not personal_care(carer):
        return []
    return [slug for slug in offered(carer) if is_under(slug)]


def is_under(slug: str) -> bool:
    service = vocabulary.SERVICES[slug]
    return service.personal_care or bool(service.parent and vocabulary.SERVICES[service.parent].personal_care)
