"""How a carer may be paid, in words."""

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from directory.models import Listing
from directory.wording import any_of

WAYS = {
    "direct-payments": pgettext_lazy("way to pay", "direct payments"),
    "private": pgettext_lazy("way to pay", "your own money"),
    "personal-health-budget": pgettext_lazy("way to pay", "a personal health budget"),
    "commissioned": pgettext_lazy("way to pay", "care the council arranges"),
}


def payments_in_words(listing: Listing) -> str:
    """“Direct payments or your own money”, of the ways this scheme has."""
    ways = [way for way in settings.SCHEME.payments if way in listing.payments]
    if not ways:
        return _("Ask how to pay")
    if len(ways) == 1:
        return capfirst(_("%(way)s only") % {"way": WAYS[ways[0]]})
    return capfirst(any_of([str(WAYS[way]) for way in ways]))
