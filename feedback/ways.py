"""The six things that people tell the council, each with its form; and the carer from whose page they came."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.models import Listing
from feedback.models.cases import Kind

THANKS, WRONG, CONCERN, COMPLAINT, DATA, WORRY = (
    "thanks", "wrong-entry", "concern", "complaint", "data", "worry",
)  # fmt: skip


class Way(NamedTuple):
    """`exits` says that its pages have the button by which somebody who is watched leaves at once."""

    slug: str
    name: Promise | str
    about: Promise | str
    kind: Kind | None = None
    exits: bool = False

    @property
    def title(self) -> str:
        return str(self.name) % settings.SCHEME.words

    @property
    def sentence(self) -> str:
        return str(self.about) % settings.SCHEME.words


EVERY = (
    Way(THANKS, _("Say thank you, or make a comment"),
        _("About %(a_carer)s, the team or this website. Thanks may stand on a page here, if you agree.")),
    Way(WRONG, _("Something in a listing is wrong"),
        _("A phone number, a price, a place. Whoever the listing is of is told at once.")),
    Way(CONCERN, _("A concern about %(a_carer)s"),
        _("Something they did, or did not do. We look into each one. You need not say who you are."),
        Kind.CONCERN, exits=True),
    Way(COMPLAINT, _("A complaint about the council"),
        _("About the team, this directory or how we dealt with you."), Kind.COMPLAINT),
    Way(DATA, _("A complaint about how we used your data"),
        _("What we hold about you, who saw it, or that it is wrong."), Kind.DATA),
    Way(WORRY, _("You are worried that someone is being harmed"),
        _("Harm, neglect, or money taken. You need not say who you are. If it cannot wait, ring."),
        Kind.SAFEGUARDING, exits=True),
)  # fmt: skip
WAYS = {way.slug: way for way in EVERY}


@dataclass(frozen=True)
class About:
    """Whom the page is about from which somebody came. A listing that is not public is not named here either."""

    slug: str = ""
    listing: Listing | None = None
    is_live: bool = False

    @property
    def name(self) -> str:
        return self.listing.name if self.listing and self.is_live else ""

    @property
    def first_name(self) -> str:
        return self.listing.first_name if self.listing and self.is_live else ""

    @property
    def ways(self) -> tuple[Way, ...]:
        """Nobody mends what is not shown."""
        return EVERY if self.is_live or not self.listing else tuple(way for way in EVERY if way.slug != WRONG)


NOBODY = About()


def about(slug: str, on: date) -> About | None:
    """None for an address at which nobody ever was. Of whoever is forgotten only the address is known."""
    listing = Listing.objects.select_related("owner").filter(slug=slug).first()
    state = listing.state(on) if listing else None
    if listing is None or state == Listing.State.DRAFT:
        return None
    return About(slug, listing, is_live=state == Listing.State.LIVE)
