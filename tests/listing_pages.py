"""What a carer types into the steps of their listing, and the carer who does."""

from accounts.models import User
from directory import vocabulary
from onboarding import journey, listings
from tests.test_listing_changes import WRITTEN, base

WORDS = {
    "name": "Bryn Lewis",
    "first_name": "Bryn",
    "intro_en": "I help you stay at home.",
    "intro_cy": "Rwy’n eich helpu i aros gartref.",
    "about_en": "I have worked in care for ten years.",
    "about_cy": "",
}
WHERE = {"place": "usk", "miles": "7"}
SERVICES = {"services": ["chat", "walks"]}
WHO = {"groups": ["older-people"], "level-en": "4", "level-cy": "2"}
WHEN = {"works": ["mon-morning", "tue-morning"], "space": ["tue-morning", "sun-evening"]}
SPACE = {"capacity": "space", "hours_free": "6"}
PRICES = {"price_hour": "£22", "price_weekend_hour": "25.50", "price_mile": "45p", "payments": ["private"]}
CONTACT = {"phone": "01633 960123", "website": "www.example.org", "contact_hours_en": "Best before noon"}
TYPED = {
    "words": WORDS,
    "where": WHERE,
    "services": SERVICES,
    "who": WHO,
    "when": WHEN,
    "space": SPACE,
    "prices": PRICES,
    "contact": CONTACT,
}
LEVELS = [f"level-{slug}" for slug in vocabulary.LANGUAGES]


def begun(email="bryn@example.org", language="en"):
    """A carer on the way into the directory, who has said what they would like to offer."""
    owner = User.objects.create_user(email, language=language)
    return journey.start(by=owner, name="Bryn Lewis", first_name="Bryn", owner=owner, services=["chat"])


def officer():
    return User.objects.create_user("officer@example.org", is_staff=True)


def approved(carer):
    """Their listing, sent and approved."""
    listings.keep(carer, by=carer.owner, facts={**WRITTEN, **base("usk")})
    listings.approve(listings.send(carer, by=carer.owner).waiting, by=officer())
    carer.refresh_from_db()
    return carer
