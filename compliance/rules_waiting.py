"""Requirements of a release that wait for a manager, for the admin's home page."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from compliance.rules_admin import ADOPT
from notifications.waiting import Waiting
from onboarding import adopting, losing, rules


def waiting(user: Any) -> list[Waiting]:
    if not (user.has_perm(ADOPT) and rules.waiting()):
        return []
    number = len(adopting.would_lose(timezone.localdate()))
    what = f"Rules that wait for a manager: {losing.counted(number)} by them"
    return [Waiting(what, number, None, reverse("admin:onboarding_rules_adopt"), urgent=True)]
