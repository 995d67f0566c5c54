"""Praise as the team sees it: first what is to be read. One page for each: read, passed on, shown, taken down."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.asking import Counted
from feedback import praise
from feedback.models import Praise
from feedback.models.praise import READ, PraiseQuerySet
from feedback.one_page import Act, OnePage, left_to

State = Praise.State


class StateFilter(Counted):
    title = "state"
    parameter_name = "state"
    CHOICES = {
        None: "To read",
        "answer": "An answer to read",
        "asked": "The carer is asked",
        "shown": "Shown",
        "aside": "Kept aside",
        "all": "All",
    }

    def of(self, rows: PraiseQuerySet, value: str | None) -> PraiseQuerySet:
        match value:
            case "all":
                return rows
            case "answer":
                return rows.answer_to_read()
            case "asked":
                return rows.asked()
            case "shown":
                return rows.shown()
            case "aside":
                return rows.kept_aside()
        return rows.to_read()


@admin.register(Praise)
class PraiseAdmin(OnePage):
    list_display = ["reference", "about", "received_at", "state_now", "shown_at"]
    list_filter = [StateFilter]
    list_select_related = ["listing"]
    search_fields = ["reference", "listing__name", "about_words"]
    date_hierarchy = "received_at"
    does = READ
    names_whom = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Praise]:
        return left_to(request.user, super().get_queryset(request).select_related("listing__owner"))

    @admin.display(description="state")
    def state_now(self, row: Praise) -> str:
        return str(row.state.label)

    def facts(self, row: Praise) -> list[tuple[str, Any]]:
        return [
            ("For whom", row.about),
            ("Where it is", self.state_now(row)),
            ("Received", row.received_at),
            ("The writer agrees that it is shown", row.may_be_shown),
            ("Read", row.read_at),
            ("By", row.read_by),
            ("The carer agrees", {None: "not said yet", True: "yes", False: "no"}[row.carer_agrees]),
            ("The carer said so on", row.carer_said_at),
            ("Written down by", row.carer_said_to),
            ("Shown since", row.shown_at),
            ("Over since", row.ended_at),
            ("How it ended", row.get_ended_how_display()),
        ]

    def said(self, row: Praise) -> list[tuple[str, str, str]]:
        return [
            ("What they wrote", row.words, row.language),
            ("First name", row.name, ""),
            ("Email address", row.email, ""),
            ("The carer’s answer", row.answer, row.answer_language),
            ("Why it ended", row.ended_because, ""),
        ]

    def acts(self, row: Praise) -> list[Act]:
        match row.state:
            case State.ASIDE:
                return [Act("release", "It is no spam: read it next", lambda by, _: praise.release(row, by=by))]
            case State.TO_READ:
                return to_read(row)
            case State.ENDED:
                return []
        return going_on(row)


def to_read(row: Praise) -> list[Act]:
    return [
        Act("send", send_in_words(row), lambda by, typed: praise.pass_on(row, by=by, listing=typed.get("listing"))),
        Act(
            "keep-back",
            "Not for publication: say below why. Nobody is mailed, and the carer does not get it",
            lambda by, typed: praise.keep_back(row, by=by, reason=typed["why"]),
            asks_why=True,
        ),
    ]


def send_in_words(row: Praise) -> str:
    if not row.may_be_shown:
        return "Send it to the carer. It is not shown, for whoever wrote it does not agree"
    if row.listing and not row.listing.mailbox:
        return "I have read it. The carer has no email address: ring them, then write down here what they say"
    return "Send it to the carer, who is asked whether it may be shown"


def going_on(row: Praise) -> list[Act]:
    found = []
    if row.answered_at and not row.answer_read_at:
        found += [
            Act("show-answer", "Show the answer under it", lambda by, _: praise.read_answer(row, by=by, show=True)),
            Act("no-answer", "Do not show the answer", lambda by, _: praise.read_answer(row, by=by, show=False)),
        ]
    if row.may_be_shown and has_no_account(row):
        if not row.carer_agrees:
            found.append(Act("agrees", "The carer told us: it may be shown", says(row, agrees=True)))
        if row.carer_agrees is not False:
            found.append(Act("does-not", "The carer told us: it is not to be shown", says(row, agrees=False)))
    down = "Take it down: say below why. It is never shown again, and nobody is mailed"
    found.append(Act("down", down, lambda by, typed: praise.take_down(row, by=by, reason=typed["why"]), asks_why=True))
    return found


def has_no_account(row: Praise) -> bool:
    """Whoever has one says so there."""
    return row.listing is not None and (row.listing.owner is None or not row.listing.owner.is_active)


def says(row: Praise, *, agrees: bool) -> Any:
    return lambda by, _: praise.carer_says(row, by=by, agrees=agrees)
