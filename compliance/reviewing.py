"""One thing of the queue on a page of its own: what it is on one side, what can be done about it on the other.

Opening the page claims the thing for whoever may decide it. A `Desk` says of its kind what the page shows and which
buttons there are; here is what all have in common: who may, who has it open, what somebody decided meanwhile (nothing
that was typed is lost), and the way to the next.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.asking import actor, need
from accounts.models import User
from compliance import claims, queue
from compliance.models import Claim
from compliance.queue import Filter, Kind, Thing
from notifications import outbox
from onboarding.letters import Said
from onboarding.models import Carer
from onboarding.papers import NotNow

QUEUE = "admin:compliance_claim_changelist"
NEXT, SHOW, RELEASE = "-next", "show", "release"


class Refused(Exception):
    """The form says what is missing; nothing was done."""


@dataclass(frozen=True)
class Place:
    """Where a thing stands among what this person may take, in the part of the queue they look at."""

    every: list[Thing]
    thing: Thing | None
    query: str

    @property
    def number(self) -> int:
        return self.every.index(self.thing) + 1 if self.thing else 0

    @property
    def previous(self) -> str:
        return self._address(self.every[self.number - 2]) if self.number > 1 else ""

    @property
    def next(self) -> str:
        """The one after it; of what is in the list no more, the first."""
        return self._address(self.every[self.number]) if self.number < len(self.every) else ""

    @property
    def after(self) -> str:
        """Where somebody who has decided goes on: the next one, else the first, else the queue."""
        rest = [thing for thing in self.every if thing != self.thing]
        return self.next or (self._address(rest[0]) if rest else reverse(QUEUE) + self.query)

    def _address(self, thing: Thing) -> str:
        return thing.url + self.query


class Message(NamedTuple):
    """What the carer will read: in their languages, and in English beside it for the team."""

    theirs: list[Said]
    english: Said | None


class Desk:
    """One thing of one kind for one request. A kind names its template, its buttons and what they do."""

    slugs: ClassVar[tuple[str, ...]]
    template: ClassVar[str]
    # What is typed in its forms, by their fields' names: shown to whoever comes second.
    typed_names: ClassVar[Mapping[str, str]] = {}

    def __init__(self, request: HttpRequest, kind: Kind, row: Any):
        self.request, self.kind, self.row = request, kind, row
        self.user: User = actor(request)
        self.on, self.now = timezone.localdate(), timezone.now()
        self.data = request.POST if request.method == "POST" else None
        self.said_meanwhile = ""
        self.errors = False

    # --- what a kind says

    @classmethod
    def rows(cls) -> "models.QuerySet[Any]":
        raise NotImplementedError

    @property
    def slug(self) -> str:
        """Of the row's own kind: a paper that is shown is another kind than one that is sent."""
        return self.kind.slug

    @property
    def carer(self) -> Carer:
        carer: Carer = self.row.carer
        return carer

    @property
    def waits(self) -> bool:
        raise NotImplementedError

    @property
    def title(self) -> str:
        raise NotImplementedError

    @property
    def decided(self) -> str:
        """Who decided what, and when, in a sentence; empty while it waits."""
        raise NotImplementedError

    def verbs(self) -> Mapping[str, Callable[[], str]]:
        """What each button does: it gives the sentence that is said afterwards. Raises `Refused` and `NotNow`."""
        raise NotImplementedError

    def later_verbs(self) -> Mapping[str, Callable[[], str]]:
        """What can be done once it is decided."""
        return {}

    def context(self) -> dict[str, Any]:
        raise NotImplementedError

    # --- who may, and who has it

    @property
    def own(self) -> bool:
        return self.carer.owner_id is not None and self.carer.owner_id == self.user.pk

    @property
    def may_decide(self) -> bool:
        return self.user.has_perm(self.kind.does) and not self.own

    @cached_property
    def claim(self) -> Claim | None:
        """Whoever has it open; this person from now on, where nobody has."""
        if not (self.waits and self.may_decide):
            return claims.held(self.now).get((self.kind.slug, self.row.pk))
        return claims.claim(self.kind.slug, self.row.pk, by=self.user, now=self.now)

    @property
    def is_mine(self) -> bool:
        return self.claim is not None and self.claim.by_id == self.user.pk

    @cached_property
    def thing(self) -> Thing | None:
        key = (self.kind.slug, self.row.pk)
        return next((thing for thing in self._things if thing.key == key), None)

    @cached_property
    def _things(self) -> list[Thing]:
        return queue.things(self.user, on=self.on, now=self.now)

    @cached_property
    def place(self) -> Place:
        chosen = Filter.of(self.request.GET)
        free = [one for one in chosen.chosen(self._things, self.user) if one.is_free(self.user)]
        query = f"?{urlencode(chosen.said)}" if chosen.said else ""
        return Place(free, self.thing if self.thing in free else None, query)

    # --- answering

    def answer(self) -> HttpResponse:
        return self.post() if self.request.method == "POST" else self.show()

    def show(self) -> HttpResponse:
        claim = self.claim  # before the queue is read, which says who has what
        return TemplateResponse(
            self.request,
            self.template,
            {
                "title": f"{self.title}: {self.carer}",
                "subtitle": None,
                "desk": self,
                "kind": self.kind,
                "row": self.row,
                "carer": self.carer,
                "what": self.title,
                "thing": self.thing,
                "claim": claim,
                "place": self.place,
                "queue": reverse(QUEUE) + self.place.query,
                "may": self.may_decide and self.waits and self.is_mine,
                "typed": list(self.typed()) if self.said_meanwhile else [],
                **self.context(),
            },
        )

    def post(self) -> HttpResponse:
        need(self.request, self.kind.does)
        if self.own:
            raise PermissionDenied("Nobody decides about themselves.")
        press = self.request.POST.get("press", SHOW)
        if press == RELEASE:
            claims.release(self.kind.slug, self.row.pk, by=self.user)
            return redirect(reverse(QUEUE) + self.place.query)
        verb = self.verb(press.removesuffix(NEXT))
        if press == SHOW or verb is None:
            return self.show()
        return self.do(verb, on_to_next=press.endswith(NEXT))

    def verb(self, name: str) -> Callable[[], str] | None:
        """What the button does; nothing where it is somebody else's by now, or decided, which the page says."""
        if name in self.later_verbs():
            return self.later_verbs()[name]
        verb = self.verbs().get(name)
        if verb and not self.waits:
            self.said_meanwhile = f"It was not done. {self.decided}"
        elif verb and self.claim and not self.is_mine:
            self.said_meanwhile = f"It was not done: {name_of(self.claim.by)} has this open."
        return None if self.said_meanwhile else verb

    def do(self, verb: Callable[[], str], *, on_to_next: bool) -> HttpResponse:
        place = self.place  # as it is before the thing leaves the queue
        try:
            done = verb()
        except Refused:
            self.errors = True
            return self.show()
        except NotNow as error:
            return self.refused(error)
        claims.release(self.kind.slug, self.row.pk, by=self.user)
        messages.success(self.request, done)
        return redirect(place.after if on_to_next else reverse(QUEUE) + place.query)

    def refused(self, error: NotNow) -> HttpResponse:
        """It cannot be done as things stand; what was typed is still there."""
        self.row = self.rows().get(pk=self.row.pk)
        self.said_meanwhile = f"It was not done. {error}" if self.waits else f"It was not done. {self.decided}"
        for name in ("claim", "thing", "_things", "place"):
            self.__dict__.pop(name, None)
        return self.show()

    def typed(self) -> Iterator[tuple[str, str]]:
        """What somebody typed whose decision came second."""
        for name, label in self.typed_names.items():
            for value in self.request.POST.getlist(name):
                if value.strip():
                    yield label, value.strip()

    def bound(self, form: Callable[..., forms.Form], *, chosen: bool, **more: Any) -> Any:
        """The form as it was sent, if that is what was chosen; else with what stood in its boxes, and no complaints."""
        if self.data is not None and chosen:
            return form(self.data, **more)
        made = form(**more)
        if self.data is not None:
            for name, field in made.fields.items():
                values, many = self.data.getlist(name), isinstance(field, forms.MultipleChoiceField)
                if many or values:
                    made.initial[name] = values if many else values[-1]
        return made


def message(carer: Carer, said: list[Said], english: list[Said] | None = None) -> Message | None:
    """What the carer will read; `english` where its words are others there. Nothing of somebody who died."""
    if not said:
        return None
    languages = outbox.languages_of(carer.mail_language)
    beside = None if "en" in languages else (english or said)[-1]
    return Message(said[: len(languages)], beside)


def name_of(user: Any) -> str:
    return user.name or str(user) if user else "Somebody who has left"


def of_row(outcome: str, user: Any, at: Any) -> str:
    """“Ann Rees: accepted, 21 November 2026 at 10:42.”"""
    when = timezone.localtime(at)
    return f"{name_of(user)}: {outcome.lower()}, {when:%-d %B %Y} at {when:%-H:%M}."


def review(desks: Mapping[str, type[Desk]], request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """The page of one thing. 404 for what is not there, 403 for who may not see such things."""
    if kind not in desks:
        raise Http404
    of = queue.BY_SLUG[kind]
    if not (request.user.has_perm(of.sees) or request.user.has_perm(of.does)):
        raise PermissionDenied
    if (row := desks[kind].rows().filter(pk=number).first()) is None:
        raise Http404
    desk = desks[kind](request, of, row)
    if desk.slug != kind:
        return redirect(queue.BY_SLUG[desk.slug].address(number))
    return desk.answer()
