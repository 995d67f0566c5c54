"""What choosing other services would ask for, and no longer ask for: said before anything is saved."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory import vocabulary
from onboarding.requirements import LEVELS, Requirement, spread
from onboarding.standing import Facts

LEVEL_WORDS: dict[str, Promise | str] = {
    "none": _("No DBS check: nobody who offers only this may be asked for one."),
    "basic": _("A basic DBS check. What you offer does not allow an enhanced one."),
    "enhanced": _("An enhanced DBS check, without the barred list."),
    "enhanced-barred": _("An enhanced DBS check with the adults’ barred list."),
}


@dataclass(frozen=True)
class PapersAsked:
    """From the services as they are to those that somebody would choose."""

    before: tuple[Requirement, ...]
    after: tuple[Requirement, ...]
    level_before: str
    level_after: str
    nothing: bool  # is chosen

    @property
    def added(self) -> list[Requirement]:
        return [requirement for requirement in self.after if requirement not in self.before]

    @property
    def removed(self) -> list[Requirement]:
        return [requirement for requirement in self.before if requirement not in self.after]

    @property
    def stays(self) -> list[Requirement]:
        return [requirement for requirement in self.after if requirement in self.before]

    @property
    def dbs(self) -> str:
        return str(LEVEL_WORDS[self.level_after])

    @property
    def dbs_changes(self) -> bool:
        return self.level_before != self.level_after


def papers_asked(facts: Facts, services: Iterable[str]) -> PapersAsked:
    now = facts.business
    then = replace(now, services=frozenset(services))
    return PapersAsked(
        before=tuple(facts.requirements.applying(now)),
        after=tuple(facts.requirements.applying(then)),
        level_before=LEVELS[now.level],
        level_after=LEVELS[then.level],
        nothing=not then.services,
    )


def headings(chosen: Collection[str]) -> list[tuple[vocabulary.Service, list[tuple[vocabulary.Service, bool]]]]:
    """Each kind of help with its details, and which of them are chosen: all, where the kind as a whole is."""
    picked = spread(chosen)
    return [
        (heading, [(service, service.slug in picked) for service in vocabulary.details(heading.slug) or [heading]])
        for heading in vocabulary.HEADINGS
    ]
