"""The register of a council that kept its carers in a spreadsheet: 120 invented businesses of Flintshire.

What becomes of each is decided first and its cells follow from that, so who may be listed is known without asking the
portal's own rules.
"""

import random
from datetime import timedelta

from tests.builders import TODAY

FIRST = ("Aled", "Bethan", "Catrin", "Dafydd", "Eleri", "Ffion", "Gareth", "Haf", "Iolo", "Jac", "Lleucu", "Non")
LAST = ("Bellis", "Catherall", "Edwards", "Foulkes", "Hughes", "Ithell", "Lloyd", "Messham", "Peters", "Wynne")
TOWNS = ("Mold", "Flint", "Holywell", "Buckley", "Connah's Quay")
HOW_MANY = 120


def on(**ago):
    return (TODAY - timedelta(**ago)).strftime("%d/%m/%Y")


SEEN, UNTIL, LONG_AGO = on(days=200), on(days=-160), on(days=4 * 365)
BUSINESS = {
    "public-liability:seen": SEEN, "public-liability:until": UNTIL, "hmrc:seen": SEEN, "references:seen": SEEN,
    "business-profile:seen": SEEN, "confidentiality:seen": SEEN, "code:seen": SEEN, "contingency:seen": SEEN,
}  # fmt: skip
PERSON = {"identity:seen": SEEN, "one-page-profile:seen": SEEN}
AT_HOME = {
    **PERSON, "enhanced-dbs:seen": SEEN, "enhanced-dbs:dated": on(days=220), "enhanced-dbs:level": "enhanced",
    "safeguarding:seen": SEEN,
}  # fmt: skip
COURSES = ("moving-and-handling", "first-aid", "infection-control", "mental-capacity")
CARE = {
    **AT_HOME, "enhanced-dbs:level": "enhanced with barred list", **{f"{course}:seen": SEEN for course in COURSES}
}  # fmt: skip

GARDEN, COMPANY, WASHING = "Mowing; Weeding", "chat; walks", "washing-dressing; chat"
# Each fate: whether they may be listed, their services, the business's cells, and those of each person in it.
FATES = {
    "gardener": (True, GARDEN, BUSINESS, [PERSON]),
    "companion": (True, COMPANY, BUSINESS, [AT_HOME]),
    "personal-care": (True, WASHING, BUSINESS, [CARE]),
    "insurance-ends-today": (True, GARDEN, {**BUSINESS, "public-liability:until": on(days=0)}, [PERSON]),
    "hmrc-lapsed-ten-days": (True, GARDEN, {**BUSINESS, "hmrc:seen": on(days=375), "hmrc:until": on(days=10)},
                             [PERSON]),
    "one-course-lapsed": (True, WASHING, BUSINESS, [{**CARE, "moving-and-handling:seen": on(days=500)}]),
    "two-gardeners": (True, GARDEN, BUSINESS, [PERSON, PERSON]),
    "three-companions": (True, COMPANY, BUSINESS, [AT_HOME, AT_HOME, AT_HOME]),
    "insurance-ended-yesterday": (False, GARDEN, {**BUSINESS, "public-liability:until": on(days=1)}, [PERSON]),
    "no-references": (False, GARDEN, {**BUSINESS, "references:seen": ""}, [PERSON]),
    "code-not-signed": (False, GARDEN, {**BUSINESS, "code:seen": ""}, [PERSON]),
    "hmrc-lapsed-long-ago": (False, GARDEN, {**BUSINESS, "hmrc:seen": on(days=500), "hmrc:until": on(days=135)},
                             [PERSON]),
    "no-one-page-profile": (False, GARDEN, BUSINESS, [{**PERSON, "one-page-profile:seen": ""}]),
    "old-dbs": (False, COMPANY, BUSINESS, [{**AT_HOME, "enhanced-dbs:seen": LONG_AGO, "enhanced-dbs:dated": LONG_AGO}]),
    "second-without-identity": (False, GARDEN, BUSINESS, [PERSON, {**PERSON, "identity:seen": ""}]),
    "third-without-dbs": (False, COMPANY, BUSINESS, [AT_HOME, AT_HOME, PERSON]),
}  # fmt: skip


def businesses(seed=1120):
    """(name, its fate) of each, the same every time; every fate is there."""
    chance = random.Random(seed)
    fates = [*FATES, *chance.choices(list(FATES), k=HOW_MANY - len(FATES))]
    chance.shuffle(fates)
    return [(f"{FIRST[number % 12]} {LAST[number // 12]}", fate) for number, fate in enumerate(fates)]


def may_be_listed():
    return {name for name, fate in businesses() if FATES[fate][0]}


def lines():
    """A dictionary a line, by the columns' keys: the first of a business has what is the business's."""
    for number, (name, fate) in enumerate(businesses()):
        _may, services, business, people = FATES[fate]
        about = {
            "phone": f"07700 900{number:03d}", "email": f"carer{number}@example.org" if number % 7 else "",
            "language": ("English", "Welsh", "")[number % 3], "miles": str(3 + number % 9), "price_hour": "21.50",
        }  # fmt: skip
        shared = {"name": name, "base": TOWNS[number % len(TOWNS)], "services": services}
        for place, person in enumerate(people):
            first_name = name.split()[0] if place == 0 else f"{FIRST[(number + place) % 12]}"
            yield {**shared, **(about | business if place == 0 else {}), **person, "first_name": first_name}
