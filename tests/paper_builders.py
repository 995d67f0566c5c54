"""Carers on their way, and what they send, made through the verbs."""

from datetime import date

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from files import quarantine
from onboarding import journey, pages, papers
from onboarding.models import Evidence
from tests.builders import BY
from tests.papers import paper

EVERYTHING = ("washing-dressing", "companionship", "transport", "meals", "medication")


def carer(first_name="Megan", *, services=("companionship",), language="en", on=None, **facts):
    owner = User.objects.create_user(f"{first_name.lower()}@example.org", language=language)
    name = f"{first_name} Price"
    return journey.start(
        by=owner,
        owner=owner,
        name=name,
        first_name=first_name,
        services=services,
        on=on or timezone.localdate(),
        **facts,
    )


def asked(slug):
    return settings.SCHEME.requirements[slug]


def insurance(carer, *, starts=date(2026, 11, 1), ends=date(2027, 10, 31), uploads=(), **facts):
    """Public liability insurance, with the team."""
    by = carer.owner or BY
    said = {"insurer": "Penallt Mutual", "policy_number": "PM-4471", "cover": 5_000_000, **facts}
    draft = papers.save_draft(carer, asked("public-liability"), None, said)
    pages.keep(draft, uploads or [paper()], by=by)
    for page in draft.pages.all():
        quarantine.settle(page.file_id)
    return papers.send(carer, asked("public-liability"), by=by, how="upload", facts=said, dated=starts, ends_on=ends)


def seen(carer, slug, *, by, worker=None, **facts):
    """What the team saw, whatever was sent."""
    return papers.record_seen(carer, asked(slug), by=by, how=Evidence.How.SEEN, worker=worker, **facts)


def typed(**days):
    """Dates as the three boxes send them: `typed(dated=date(…))`."""
    return {
        f"{name}-{part}": str(getattr(day, part)) for name, day in days.items() for part in ("day", "month", "year")
    }


INSURED = {
    "insurer": "Penallt Mutual",
    "policy_number": "PM-4471",
    "cover": "£5,000,000",
    **typed(dated=date(2026, 11, 1), ends_on=date(2027, 10, 31)),
}
