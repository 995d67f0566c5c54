import random
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from directory import vocabulary
from directory.models import CELLS, CheckRow, Listing, ListingService, Postcode

PREFIX = "bench-"
FIRST = ("Bryn", "Megan", "Rhys", "Sian", "Gareth", "Carys", "Ann", "Dewi", "Ffion", "Tom", "Mary", "Hywel")
LAST = ("Lewis", "Rees", "Price", "Morgan", "Powell", "Jenkins", "Bowen", "Watkins", "Ellis", "Hopkins")
CHECKS = (("Enhanced DBS check", 365), ("Public liability insurance", 300), ("Training", 700), ("Two references", None))


class Command(BaseCommand):
    help = "Fills a bench database with N live listings, the same every time. Refuses a database that holds others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, metavar="N")

    @transaction.atomic
    def handle(self, *args: Any, number: int, **options: Any) -> None:
        if Listing.objects.exclude(slug__startswith=PREFIX).exists():
            raise CommandError("This database holds listings that are not for measuring; name another in DATABASE_URL.")
        Listing.objects.all().delete()
        chance = random.Random(7)  # noqa: S311 (repeatable, nothing secret)
        spots = self.spots(number, chance)
        listings = Listing.objects.bulk_create((listing(n, spot, chance) for n, spot in enumerate(spots)), 500)
        ListingService.objects.bulk_create((row for it in listings for row in services_of(it, chance)), 1000)
        CheckRow.objects.bulk_create((row for it in listings for row in checks_of(it, chance)), 1000)
        self.stdout.write(f"{number} listings.")

    def spots(self, number: int, chance: random.Random) -> list[tuple[int, int]]:
        """Where people live: a postcode of the area each, as often as it takes."""
        inside = Postcode.objects.filter(area_code=settings.SCHEME.area_code).order_by("code")
        known = list(inside.values_list("easting", "northing"))
        if not known:
            raise CommandError("No postcode of the area is loaded; run manage.py load_postcodes first.")
        return chance.choices(known, k=number)


def listing(number: int, spot: tuple[int, int], chance: random.Random) -> Listing:
    today = timezone.localdate()
    first, last = chance.choice(FIRST), chance.choice(LAST)
    town = min(settings.SCHEME.places, key=lambda it: (it.easting - spot[0]) ** 2 + (it.northing - spot[1]) ** 2)
    works = chance.getrandbits(CELLS)
    has_welsh = chance.random() < 0.3
    return Listing(
        slug=f"{PREFIX}{number:06}",
        name=f"{first} {last}",
        first_name=first,
        intro_en=f"{first} helps people in and around {town.name.en} to stay at home, and out and about.",
        intro_cy="Helpu pobl i aros gartref." if has_welsh else "",
        about_en="I have worked in care for many years and like to take my time. " * chance.randint(1, 8),
        phone=f"01633 960{chance.randint(0, 999):03}",
        email=f"{PREFIX}{number}@example.org",
        base_name_en=town.name.en,
        base_name_cy=town.name.cy,
        easting=spot[0],
        northing=spot[1],
        miles=chance.choice((3, 5, 5, 8, 10, 15)),
        whole_area=chance.random() < 0.05,
        groups=chance.sample(sorted(vocabulary.GROUPS), k=min(2, len(vocabulary.GROUPS))),
        languages={"en": 4, **({"cy": chance.randint(1, 4)} if has_welsh else {})},
        payments=chance.sample(settings.SCHEME.payments, k=chance.randint(1, len(settings.SCHEME.payments))),
        works=works,
        space=works & chance.getrandbits(CELLS),
        capacity=chance.choice((Listing.Capacity.SPACE, Listing.Capacity.WAITING, Listing.Capacity.FULL)),
        capacity_confirmed_on=today - timedelta(days=chance.randint(0, 45)),
        price_hour=chance.randint(16, 30) * 100,
        published_at=timezone.now(),
        checked_from=today - timedelta(days=100),
        checked_until=today + timedelta(days=chance.randint(10, 300)),
    )


def services_of(listing: Listing, chance: random.Random) -> list[ListingService]:
    offered = chance.sample(sorted(vocabulary.SERVICES), k=min(chance.randint(2, 8), len(vocabulary.SERVICES)))
    return [
        ListingService(
            listing=listing,
            service=slug,
            bit=vocabulary.SERVICES[slug].bit,
            checked_from=listing.checked_from,
            checked_until=listing.checked_until,
        )
        for slug in offered
    ]


def checks_of(listing: Listing, chance: random.Random) -> list[CheckRow]:
    seen = timezone.localdate() - timedelta(days=chance.randint(5, 90))
    return [
        CheckRow(
            listing=listing,
            order=order,
            what_en=what,
            what_cy=what,
            seen_on=seen,
            next_due=seen + timedelta(days=days) if days else None,
        )
        for order, (what, days) in enumerate(CHECKS)
    ]
