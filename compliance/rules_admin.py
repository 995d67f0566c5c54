"""Which requirements are in force, whom those of a release would move, and what time alone will change."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import date_format

from accounts.asking import Day
from audit.admin import ReadOnly
from compliance import planning
from compliance.exporting import as_csv
from onboarding import adopting, rules
from onboarding.asking import Asking, actor, need
from onboarding.losing import FEW, NotConfirmed
from onboarding.models import Rules
from onboarding.number_form import NumberForm
from onboarding.requirements import Requirement
from onboarding.rule_tables import differences, from_table
from onboarding.settling import NotSettled

LIST = "admin:onboarding_rules_changelist"
SEE, ADOPT = "onboarding.view_rules", "onboarding.adopt_rules"
SOON = timedelta(days=30)
COLUMNS = ("Carer", "What", "From", "Why")


class PlanForm(forms.Form):
    on = Day(label="By which day", help_text="What is different on that day, if nobody does anything until then.")

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day < self.today:
            raise forms.ValidationError("Choose today or a later day.")
        return day


@admin.register(Rules)
class RulesAdmin(ReadOnly, Asking):
    home, home_name = LIST, "Rules"
    change_list_template = "admin/compliance/rules.html"
    list_display = ["number", "adopted_at", "who", "moved", "confirmed"]
    date_hierarchy = "adopted_at"
    fields = ["number", "adopted_at", "who", "moved", "confirmed", "asks"]
    actions = None

    @admin.display(description="who")
    def who(self, row: Rules) -> str:
        return f"{row.actor} {row.actor_id}" if row.actor_id else row.actor

    @admin.display(description="what it asks for")
    def asks(self, row: Rules) -> str:
        return "; ".join(worded(one) for one in from_table(row.table, rules.of_files()).every)

    def get_urls(self) -> list[URLPattern]:
        guard, start = self.admin_site.admin_view, "onboarding_rules"
        return [
            path("plan/", guard(self.plan), name=f"{start}_plan"),
            path("adopt/", guard(self.adopt), name=f"{start}_adopt"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        waits = rules.waiting() and request.user.has_perm(ADOPT)
        return super().changelist_view(request, {"waits": waits, **(extra_context or {})})

    def plan(self, request: HttpRequest) -> HttpResponse:
        """What time alone will change: a page, or the same as a file."""
        need(request, SEE)
        today = request.today  # type: ignore[attr-defined]
        typed = request.GET if "on" in request.GET else None
        form = PlanForm(typed, initial={"on": today + SOON}, today=today)
        day = form.cleaned_data["on"] if form.is_valid() else None if typed else today + SOON
        changes = planning.plan(day, today=today) if day else []
        if day and request.GET.get("as") == "csv":
            return as_csv(
                f"standing-{day}", COLUMNS, planning.rows(changes), by=actor(request), event="plan.exported",
                target="onboarding.rules", day=day,
            )  # fmt: skip
        said: dict[str, Any] = {"day": day, "changes": changes, "counts": planning.counts(changes)}
        title = f"What will change by {date_format(day)}" if day else "What will change by …"
        where = "admin/compliance/plan.html"
        return self.ask(request, title=title, effect="", button="", template=where, form=form, **said)

    def adopt(self, request: HttpRequest) -> HttpResponse:
        """What the release asks for and what is in force, whom the difference would move, then the button."""
        need(request, ADOPT)
        number = NumberForm(request.POST or None)
        if request.method == "POST" and (answer := self.adopted(request, number.typed)):
            return answer
        waits = rules.waiting()
        losses = adopting.would_lose(request.today) if waits else []  # type: ignore[attr-defined]
        said: dict[str, Any] = {
            "losses": losses,
            "differences": list(differences(rules.in_force(), rules.of_files())) if waits else [],
            "asks": len(losses) > FEW,
            "number": number,
        }
        title = "Put new requirements in force"
        button = "Put them in force" if waits else ""
        where = "admin/compliance/adopt.html"
        return self.ask(request, title=title, effect="", button=button, template=where, **said)

    def adopted(self, request: HttpRequest, confirmed: int | None) -> HttpResponse | None:
        """None where the number was not confirmed, or is another by now: looked at again."""
        try:
            row = adopting.adopt(by=actor(request), on=request.today, confirmed=confirmed)  # type: ignore[attr-defined]
        except NotConfirmed as error:
            self.message_user(request, f"Nothing has changed. {error}", messages.ERROR)
            return None
        except NotSettled as error:
            self.message_user(request, f"Nothing has changed. {error}", messages.ERROR)
        else:
            text = f"In force from now on, as rules {row.number}." if row else "They were in force already."
            self.message_user(request, text, messages.SUCCESS)
        return redirect(LIST)


def worded(requirement: Requirement) -> str:
    holds = f"{requirement.months} months" if requirement.months else "its own end" if requirement.own_end else "once"
    return f"{requirement.en} ({holds})"
