"""One carer's page. The paused and the ended answer without saying who, or why."""

import math
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directory import availability, capacity, maps, money, vocabulary
from directory.models import METRES_PER_MILE, CheckRow, Listing, PraiseRow, UsedSlug
from directory.places import Spot, Unknown, find_place, places_near
from directory.query import parse
from directory.structured import structured_data
from directory.wording import all_of, lowfirst

PLACES_NAMED = 6
AS_FAR_AS_IT_GOES = math.inf


@require_safe
@login_not_required
@cache_control(public=True, max_age=60)
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    listing = Listing.objects.select_related("photo", "owner").filter(slug=slug).first()
    if listing is None:
        return forgotten(request, slug)
    today: date = request.today  # type: ignore[attr-defined]
    if instead := instead_of(request, listing):
        return instead
    query = parse(request.GET)
    spot = find_place(query.place) if query.place else None
    shown = Profile(listing, today, None if isinstance(spot, Unknown) else spot)
    find = reverse("directory:find")
    context = {
        "profile": shown,
        "listing": listing,
        "find": find,
        "back": "" if query.is_empty else find + query.address(),
        "data": structured_data(shown, request.build_absolute_uri(listing.get_absolute_url())),
        "map": maps.coverage_map(listing),
    }
    return render(request, "directory/profile.html", context)


def forgotten(request: HttpRequest, slug: str, **context: Any) -> HttpResponse:
    """Of a listing whose row is gone the address is still known. Raises `Http404` for any other."""
    get_object_or_404(UsedSlug, slug=slug, gone=True)
    context["slug"] = slug
    return render(request, "directory/ended.html", context, status=410)


def instead_of(request: HttpRequest, listing: Listing, **context: Any) -> HttpResponse | None:
    """What the public is told where the listing is not live; nothing where it is."""
    context["slug"] = listing.slug
    match listing.state(request.today):  # type: ignore[attr-defined]
        case Listing.State.DRAFT:
            raise Http404
        case Listing.State.ENDED:
            return render(request, "directory/ended.html", context, status=410)
        case Listing.State.HIDDEN:
            return render(request, "directory/paused.html", context, status=404)
    return None


class Offer(NamedTuple):
    """A heading of the vocabulary with what the carer does under it."""

    heading: vocabulary.Service
    details: list[vocabulary.Service]


class Skill(NamedTuple):
    """A language with its level from 1 to 4, and the word for it."""

    language: vocabulary.LanguageSkill
    number: int
    level: str


@dataclass(frozen=True)
class Profile:
    """What the page says of a listing on a day, to somebody who asked about a place or did not."""

    listing: Listing
    on: date
    spot: Spot | None = None

    @cached_property
    def offers(self) -> list[Offer]:
        """Only services whose own dates hold that day."""
        live = self.listing.services.filter(checked_from__lte=self.on, checked_until__gte=self.on)
        slugs = set(live.values_list("service", flat=True))
        offers = [
            Offer(heading, [detail for detail in vocabulary.details(heading.slug) if detail.slug in slugs])
            for heading in vocabulary.HEADINGS
        ]
        return [offer for offer in offers if offer.details or offer.heading.slug in slugs]

    @cached_property
    def checks(self) -> list[CheckRow]:
        return list(self.listing.checks.all())

    @cached_property
    def praise(self) -> list[PraiseRow]:
        """None of a listing that is not there yet, as a preview of it is."""
        return list(self.listing.praise.all()) if self.listing.pk else []

    @property
    def checks_by_worker(self) -> list[tuple[str, list[CheckRow]]]:
        """The business's own checks first, then each worker's."""
        rows = sorted(self.checks, key=lambda row: row.worker)
        return [(worker, list(checks)) for worker, checks in groupby(rows, key=lambda row: row.worker)]

    @property
    def each_was_checked(self) -> bool:
        """Of a team: whether there are checks of as many people as work in it."""
        people = {row.worker for row in self.checks if row.worker}
        return len(people) == self.listing.team_size > 1

    @cached_property
    def checks_in_date(self) -> int:
        return sum(1 for row in self.checks if row.next_due is None or row.next_due >= self.on)

    @property
    def all_in_date(self) -> bool:
        return self.checks_in_date == len(self.checks)

    @cached_property
    def next_check(self) -> CheckRow | None:
        due = [row for row in self.checks if row.next_due and row.next_due >= self.on]
        return min(due, key=lambda row: row.next_due or self.on, default=None)

    @property
    def ends_with_next_check(self) -> bool:
        """Whether the page comes down by itself the day after the next check is due."""
        return bool(self.next_check and self.next_check.next_due == self.listing.checked_until)

    @property
    def covers(self) -> bool:
        return self.spot is not None and reaches(self.listing, self.spot)

    @cached_property
    def without_space(self) -> list[vocabulary.Service]:
        """The kinds of help for which there is no space, whatever is said of the rest."""
        none = self.listing.no_space_for
        return [offer.heading for offer in self.offers if vocabulary.bits(offer.heading.slug) & none]

    @property
    def no_space_words(self) -> str:
        """Those, where there may be space for others."""
        if len(self.without_space) == len(self.offers):
            return ""
        return all_of([lowfirst(str(heading)) for heading in self.without_space])

    @cached_property
    def drawn(self) -> Listing:
        """The listing as full, where there is no space for any of it."""
        listing = copy(self.listing)
        if self.without_space and not self.no_space_words:
            listing.capacity, listing.space_from = Listing.Capacity.FULL, None
        return listing

    @property
    def capacity(self) -> capacity.Shown:
        return capacity.shown(self.drawn, self.on)

    @property
    def told(self) -> str:
        return capacity.told(self.drawn, self.on)

    @property
    def description(self) -> str:
        """For search engines: who, where, what, at what price."""
        headings = ", ".join(str(offer.heading) for offer in self.offers)
        facts = {"name": self.listing.name, "base": self.listing.base_name, "council": settings.SCHEME.council}
        checked = _("%(name)s, %(base)s. Checked by %(council)s.") % facts
        return f"{checked} {headings}. {money.headline_words(self.listing)}."

    @property
    def grid(self) -> list[availability.Row]:
        return availability.grid(self.drawn, self.on)

    @property
    def says_space(self) -> bool:
        return bool(availability.open_cells(self.drawn, self.on))

    @property
    def days(self) -> list[availability.DayName]:
        return availability.day_names()

    @property
    def legend(self) -> list[availability.Cell]:
        return availability.legend(self.drawn, self.on)

    @property
    def prices(self) -> list[money.Price]:
        return money.prices(self.listing)

    @property
    def shortest(self) -> str:
        return money.minimum(self.listing)

    @property
    def skills(self) -> list[Skill]:
        """Best spoken first."""
        known = [(slug, level) for slug, level in self.listing.languages.items() if slug in vocabulary.LANGUAGES]
        known.sort(key=lambda skill: -skill[1])
        return [Skill(vocabulary.LANGUAGES[slug], level, str(vocabulary.LEVELS[level])) for slug, level in known]

    @property
    def supports(self) -> str:
        groups = [str(group) for slug, group in vocabulary.GROUPS.items() if slug in self.listing.groups]
        return ", ".join(groups[:1] + [lowfirst(group) for group in groups[1:]])

    @property
    def places_near(self) -> str:
        """Towns inside the reach, then villages, the nearest first of each; the base itself is left out."""
        listing = self.listing
        reach = AS_FAR_AS_IT_GOES if listing.whole_area else listing.miles * METRES_PER_MILE
        places = places_near(listing.easting, listing.northing, reach)
        named = [place for place in places if place.inside or not listing.whole_area]
        named = sorted((place for place in named if place.name.en != listing.base_name_en), key=lambda it: not it.town)
        names = [str(place.name) for place in named]
        if len(names) <= PLACES_NAMED:
            return all_of(names)
        return _("%(places)s and others") % {"places": ", ".join(names[:PLACES_NAMED])}


def reaches(listing: Listing, spot: Spot) -> bool:
    """The rule of `search.covers`, for one listing."""
    if listing.whole_area:
        return spot.inside
    square = (listing.easting - spot.easting) ** 2 + (listing.northing - spot.northing) ** 2
    return square <= (listing.miles * METRES_PER_MILE) ** 2
