"""What people say is wrong in a listing, as the team sees it: first what waits for the team."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.asking import Counted
from feedback import corrections
from feedback.models import Correction
from feedback.models.corrections import SETTLE, CorrectionQuerySet
from feedback.one_page import Act, OnePage, left_to

How = Correction.How


class StateFilter(Counted):
    title = "state"
    parameter_name = "state"
    CHOICES = {
        None: "With the team",
        "carer": "With the carer",
        "settled": "Settled",
        "aside": "Kept aside",
        "all": "All",
    }

    def of(self, rows: CorrectionQuerySet, value: str | None) -> CorrectionQuerySet:
        on = timezone.localdate()
        match value:
            case "all":
                return rows
            case "carer":
                return rows.with_the_carer(on=on)
            case "settled":
                return rows.filter(settled_at__isnull=False)
            case "aside":
                return rows.kept_aside()
        return rows.for_the_team(on=on)


@admin.register(Correction)
class CorrectionAdmin(OnePage):
    list_display = ["reference", "about", "received_at", "told_at", "state_now", "how"]
    list_filter = [StateFilter]
    list_select_related = ["listing"]
    search_fields = ["reference", "listing__name", "about_words"]
    date_hierarchy = "received_at"
    does = SETTLE

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        return left_to(request.user, super().get_queryset(request).select_related("listing"))

    @admin.display(description="state")
    def state_now(self, row: Correction) -> str:
        return str(row.state(timezone.localdate()).label)

    def facts(self, row: Correction) -> list[tuple[str, Any]]:
        return [
            ("Listing", row.about),
            ("Where it is", self.state_now(row)),
            ("Received", row.received_at),
            ("The carer was told", row.told_at or "nobody could be mailed"),
            ("Settled", row.settled_at),
            ("How", row.get_how_display()),
            ("By", row.settled_by),
        ]

    def said(self, row: Correction) -> list[tuple[str, str, str]]:
        return [
            ("What is wrong", row.words, row.language),
            ("Why it is right, or what was done", row.because, ""),
            ("Email address", row.email, ""),
        ]

    def acts(self, row: Correction) -> list[Act]:
        if row.held_reason:
            return [Act("release", "It is no spam: tell the carer", lambda by, _: corrections.release(row, by=by))]
        if row.settled_at:
            return []
        told = ". Whoever told us is mailed that it is settled" if row.email else ". Nobody is mailed"

        def settle(how: str) -> Any:
            return lambda by, typed: corrections.settle(row, by=by, how=how, because=typed.get("why", ""))

        return [
            Act("mended", f"It is mended{told}", settle(How.MENDED)),
            Act("right", f"It was right: say below why{told}", settle(How.RIGHT), asks_why=True),
            Act("team", f"We saw to it in another way: say below how{told}", settle(How.TEAM), asks_why=True),
        ]
