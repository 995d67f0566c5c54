"""What the papers of the demonstration's cast say. The keys are those that their forms ask (`Evidence.facts`)."""

from typing import Any

from directory.demo.cast import Person
from onboarding.requirements import LEVELS, Business, Requirement

INSURERS = ("Bont Mutual", "Heron Insurance", "Three Rivers Cover")
PROVIDERS = ("Gwent Care Training", "Safe Hands Courses", "The council’s micro care team")
PLAN = (
    "I ring everybody whom I help as soon as I know, and their family where they asked me to. They have a list of "
    "other carers, which I leave with them."
)


def said_of(person: Person, requirement: Requirement, business: Business) -> dict[str, Any]:
    return {
        "original": {"document": "passport"},
        "dbs": _dbs(business),
        "insurance": {**_policy(person, "PL"), "cover": requirement.cover},
        "car-insurance": {**_policy(person, "CAR"), "business_use": True},
        "course": {"course": requirement.en, "provider": PROVIDERS[person.number % len(PROVIDERS)]},
        "references": _referees(person),
        "contingency": {"plan": PLAN},
        "registration": {"number": f"ZA{900_000 + person.number}"},
        "agreement": {"agreed": True},
        "cqc": {"works_for": "person"},
    }.get(requirement.facts, {})


def _dbs(business: Business) -> dict[str, Any]:
    said = {"level": LEVELS[business.level], "update_service": "yes", "consent": True}
    return said | ({"workforce": "adult"} if business.level >= LEVELS.index("enhanced") else {})


def _policy(person: Person, letters: str) -> dict[str, Any]:
    return {"insurer": INSURERS[person.number % len(INSURERS)], "policy_number": f"{letters}-{4200 + person.number}"}


def _referees(person: Person) -> dict[str, Any]:
    return {
        "name_1": "Glenys Parry",
        "relation_1": "Manager where I worked before",
        "phone_1": f"01632 {960_500 + person.number}",
        "name_2": "Owen Hale",
        "relation_2": "Neighbour for ten years",
        "email_2": f"owen.hale{person.number}@example.org",
        "care_work": "first",
    }
