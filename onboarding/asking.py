"""The journey's pages of the admin: those that ask before they do, and filters that count."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from accounts.asking import Asking as Everywhere
from accounts.asking import actor, need
from onboarding.evidence_admin_forms import languages_of
from onboarding.models import Carer
from onboarding.papers import NotNow

__all__ = ["Asking", "Counted", "actor", "mailed", "need"]
LANGUAGES = {"en": "English", "cy": "Welsh"}


class Asking(Everywhere):
    refusals = (NotNow,)


class Counted(admin.SimpleListFilter):
    """What most people want is on by default (`None`), and each choice says how many there are."""

    CHOICES: ClassVar[dict[str | None, str]]

    def of(self, rows: Any, value: str | None) -> Any:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        self.every = model_admin.model._default_manager.all()
        return [(value, label) for value, label in self.CHOICES.items() if value]

    def choices(self, changelist: Any) -> Iterator[Any]:
        name = str(self.parameter_name)
        for value, label in self.CHOICES.items():
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({name: value} if value else {}, [name]),
                "display": f"{label} ({self.of(self.every, value).count()})",
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return self.of(queryset, self.value())


def mailed(carer: Carer) -> str:
    """Who is told, how and in which language, for beside a button."""
    if not carer.mail_to:
        return f"{carer} has no email address: a letter waits to be posted."
    return f"{carer} is mailed, in {' and '.join(LANGUAGES[code] for code in languages_of(carer))}."
