"""How many carers there are on a day, in two statements: by kind of help; in all and by town."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, FloatField, Q, Value
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual

from directory.models import METRES_PER_MILE, Listing, ListingService
from directory.vocabulary import HEADINGS, Service, details


@dataclass(frozen=True)
class HeadingCount:
    service: Service
    count: int


@dataclass(frozen=True)
class TownCount:
    place: Any
    count: int


@dataclass(frozen=True)
class AreaCount:
    """Everybody listed that day, and how many of them come to each town of the area."""

    total: int
    towns: tuple[TownCount, ...]


def counts_by_town(on: date) -> AreaCount:
    towns = [place for place in settings.SCHEME.places if place.town and place.inside]
    reaching = {f"town_{number}": Count("pk", filter=_comes_to(town)) for number, town in enumerate(towns)}
    numbers = Listing.objects.live(on=on).aggregate(total=Count("pk"), **reaching)
    counted = (TownCount(town, numbers[f"town_{number}"]) for number, town in enumerate(towns))
    return AreaCount(numbers["total"], tuple(counted))


def _comes_to(town: Any) -> Q:
    """`search.covers` for a town of the area, as one expression, so that all towns count in one statement."""
    east = Cast(F("easting"), FloatField()) - Value(float(town.easting))
    north = Cast(F("northing"), FloatField()) - Value(float(town.northing))
    reach = Cast(F("miles"), FloatField()) * METRES_PER_MILE
    return Q(whole_area=True) | Q(LessThanOrEqual(east * east + north * north, reach * reach))


def counts_by_heading(on: date) -> list[HeadingCount]:
    """For each heading, how many live listings offer it or one of its details, by the services' own dates."""
    live = ListingService.objects.filter(
        listing__in=Listing.objects.live(on=on), checked_from__lte=on, checked_until__gte=on
    )
    numbers = live.aggregate(
        **{heading.slug: Count("listing", distinct=True, filter=Q(service__in=_slugs(heading))) for heading in HEADINGS}
    )
    return [HeadingCount(heading, numbers[heading.slug]) for heading in HEADINGS]


def _slugs(heading: Service) -> list[str]:
    return [heading.slug, *(detail.slug for detail in details(heading.slug))]
