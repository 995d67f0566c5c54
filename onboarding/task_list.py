"""The page `/my/`: the tasks in groups, how far they are, what comes next, and where the carer stands, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory import vocabulary
from directory.models import Listing
from onboarding.listing_steps import written
from onboarding.models import Carer, Evidence
from onboarding.requirements import CODE
from onboarding.standing import Reason, Standing, standing
from onboarding.stretches import LAST
from onboarding.tasks import COLOURS, GOOD, State, Task, asked_of, tasks_of

# What to do first, of all that is open.
URGENT = (State.SENT_BACK, State.ENDED, State.ENDS_SOON, State.IN_PROGRESS, State.NOT_STARTED)
BAR = (*GOOD, State.WITH_TEAM, State.SENT_BACK, State.ENDED, State.IN_PROGRESS, State.NOT_STARTED)
TRAINING = "course"


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    key: str
    title: str
    address: str
    state: State
    hint: str = ""
    optional: bool = False

    @property
    def colour(self) -> str:
        return COLOURS[self.state]

    @property
    def is_good(self) -> bool:
        return self.state in GOOD


@dataclass(frozen=True)
class Group:
    title: str
    rows: list[Row]

    @property
    def counted(self) -> list[Row]:
        return [row for row in self.rows if not row.optional]

    @property
    def done(self) -> int:
        return sum(row.is_good for row in self.counted)


@dataclass(frozen=True)
class Where:
    """Whether the public sees the carer's page, and why not, or until when."""

    title: str
    reasons: list[Any] = field(default_factory=list)
    more: str = ""
    listing: Listing | None = None
    dropped: list[tuple[str, list[Reason]]] = field(default_factory=list)


class TaskList:
    """All that the page shows, for one carer on one day; why a paper came back only if it `says_why`."""

    def __init__(self, carer: Carer, on: date, *, says_why: bool = True):
        self.carer, self.on, self.says_why = carer, on, says_why
        self.now: Standing = standing(carer, on)
        self.tasks = list(tasks_of(asked_of(carer, on), carer.evidence.select_related("worker"), carer.drafts.all()))
        self.groups = [group for group in self._groups() if group.rows]

    @cached_property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.counted]

    @property
    def parts(self) -> list[State]:
        """The states as the bar draws them: what is done first."""
        return sorted((row.state for row in self.rows), key=BAR.index)

    @property
    def done(self) -> int:
        return sum(row.is_good for row in self.rows)

    def count(self, *states: State) -> int:
        return sum(row.state in states for row in self.rows)

    @property
    def with_team(self) -> int:
        return self.count(State.WITH_TEAM)

    @property
    def came_back(self) -> int:
        return self.count(State.SENT_BACK, State.ENDED)

    @property
    def to_do(self) -> int:
        return self.count(State.NOT_STARTED, State.IN_PROGRESS)

    @property
    def next_row(self) -> Row | None:
        """What to do next: what came back before what has not begun."""
        return next((row for state in URGENT for row in self.rows if row.state == state), None)

    @property
    def next_date(self) -> Task | None:
        """What ends first, of all that has an end."""
        return min((task for task in self.tasks if task.until), key=lambda task: task.until or LAST, default=None)

    def _groups(self) -> Iterator[Group]:
        yield Group(_("Your work"), [services_row(self.carer), records_row(self.carer)])
        people = self.now.facts.people
        if len(people) > 1:
            for person in people:
                title = _("About %(name)s") % {"name": person.first_name}
                yield Group(title, self._rows(task for task in self.tasks if task.person == person))
        else:
            own = [task for task in self.tasks if task.person]
            yield Group(_("About you"), self._rows(task for task in own if not is_training(task)))
            yield Group(_("Training"), self._rows(task for task in own if is_training(task)))
        business = [task for task in self.tasks if not task.person]
        yield Group(_("Your business"), self._rows(task for task in business if not is_code(task)))
        yield Group(_("The Code of Practice"), self._rows(task for task in business if is_code(task)))
        yield Group(_("Your page in the directory"), [listing_row(self.carer)])

    def _rows(self, tasks: Iterable[Task]) -> list[Row]:
        rows = (row_of(task, self.on) for task in tasks)
        return [row if self.says_why or row.state != State.SENT_BACK else replace(row, hint="") for row in rows]

    @property
    def where(self) -> Where:
        listing = self.carer.listing
        if listing is None or not listing.published_at:
            return self._not_yet()
        state = listing.state(self.on)
        if state == Listing.State.LIVE:
            return self._public(listing)
        return hidden(listing, self.now) if state != Listing.State.ENDED else Where(_("Your listing has ended."))

    def _not_yet(self) -> Where:
        if reasons := self.now.reasons:
            return Where(_("You can be listed when these are there:"), reasons)
        return Where(
            _("You have shown us all we ask for."), more=_("We get in touch about your page in the directory.")
        )

    def _public(self, listing: Listing) -> Where:
        slugs = self.now.facts.services - self.now.services_now
        dropped = [(str(vocabulary.SERVICES[slug]), self.now.reasons_for(slug)) for slug in sorted(slugs)]
        last = self.now.stretch[1] if self.now.stretch else LAST
        until = _("It stays there until %(day)s, if nothing is renewed before.") % {"day": date_format(last)}
        return Where(
            _("Your page is public today."), more=until if last < LAST else "", listing=listing, dropped=dropped
        )


def hidden(listing: Listing, now: Standing) -> Where:
    """Published, and not shown that day."""
    if listing.suspended_at:  # never why (product.md, "Feedback")
        return Where(_("The team has paused your page."))
    if listing.paused_until and listing.paused_until > now.on:
        said = _("You have paused your page. It is public again on %(day)s.")
        return Where(said % {"day": date_format(listing.paused_until)})
    return Where(_("Your page is not public today, because of this:"), now.reasons)


def is_code(task: Task) -> bool:
    return task.requirement.slug == CODE


def is_training(task: Task) -> bool:
    return task.requirement.facts == TRAINING


def row_of(task: Task, on: date) -> Row:
    optional = task.requirement.optional
    return Row(task.key, str(task.requirement), task.address, task.state, hint_of(task, on), optional)


def hint_of(task: Task, on: date) -> str:
    """Until when, since when, or what to mend, in a line."""
    last = task.evidence
    match task.state:
        case State.WITH_TEAM if last:
            return _("Since %(day)s") % {"day": date_format(localdate(last.sent_at))}
        case State.SENT_BACK if last:
            return in_a_line(last.reason)
        case State.DONE | State.ENDS_SOON if task.until:
            return _("Holds until %(day)s") % {"day": date_format(task.until)}
        case State.ENDED:
            ended = task.need.lapsed_on(on)
            return _("Ended on %(day)s") % {"day": date_format(ended)} if ended else ""
    if task.until:  # a newer one is begun, or has come back, while the one before still holds
        return _("The one we have holds until %(day)s") % {"day": date_format(task.until)}
    return _("Optional") if task.requirement.optional and task.state == State.NOT_STARTED else ""


LONGEST_HINT = 120


def in_a_line(reason: str) -> str:
    line = " ".join(reason.split())
    return line if len(line) <= LONGEST_HINT else f"{line[:LONGEST_HINT].rsplit(' ', 1)[0]} …"


def services_row(carer: Carer) -> Row:
    """What they would like to offer; once the listing is published, what it offers."""
    published = bool(carer.listing and carer.listing.published_at)
    number = carer.listing.services.count() if carer.listing and published else len(carer.services)
    said = ngettext("%(number)s kind of help", "%(number)s kinds of help", number) % {"number": number}
    title = _("What you offer") if published else _("What you would like to offer")
    state = State.DONE if number else State.NOT_STARTED
    return Row("services", title, reverse("onboarding:services"), state, said if number else "")


def records_row(carer: Carer) -> Row:
    hints = {None: "", True: _("Yes"), False: _("No")}
    state = State.NOT_STARTED if carer.keeps_records is None else State.DONE
    title = _("Whether you keep records on a computer or phone")
    return Row("records", title, reverse("onboarding:records"), state, hints[carer.keeps_records])


def listing_row(carer: Carer) -> Row:
    """Once it is approved it is done, whatever the carer changes later: their own page says how far that is."""
    now = written(carer)
    if now.waiting:
        state = State.WITH_TEAM
    elif now.came_back and now.draft:
        state = State.SENT_BACK
    elif now.is_new:
        state = State.IN_PROGRESS if now.draft else State.NOT_STARTED
    else:
        state = State.DONE
    hint = in_a_line(now.came_back.reason) if now.came_back and state == State.SENT_BACK else ""
    return Row("listing", _("Your listing"), reverse("onboarding:listing"), state, hint)


def latest_of(carer: Carer, task: Task) -> list[Evidence]:
    """All that was ever sent for a task, the newest first."""
    worker = task.person.pk if task.person else None
    slugs = [task.requirement.slug, *task.requirement.also]
    return list(carer.evidence.filter(requirement__in=slugs, worker=worker).prefetch_related("pages__file"))


def team_allowed() -> bool:
    """Whether several people may work in one business here."""
    return settings.SCHEME.max_workers > 1
