"""One-off bank holidays: the yearly ones are known. What runs over one ends a working day later."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from accounts.asking import Asking, Day, actor, need
from audit.admin import ReadOnly
from feedback import clocks
from feedback.models import BankHoliday

KEEP = "feedback.keep_bank_holidays"
LIST = "admin:feedback_bankholiday_changelist"


class HolidayForm(forms.Form):
    day = Day(label="The day")
    name = forms.CharField(label="What it is for", max_length=100)


@admin.register(BankHoliday)
class BankHolidayAdmin(ReadOnly, Asking):
    home, home_name = LIST, "Bank holidays"
    refusals = (clocks.ClockRefused,)
    list_display = ["day", "name"]
    change_list_template = "admin/feedback/bank_holidays.html"
    change_form_template = "admin/feedback/bank_holiday.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        more = {"may_keep": request.user.has_perm(KEEP), "title": "One-off bank holidays"}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_keep": request.user.has_perm(KEEP)}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("new/", guard(self.new), name="feedback_bankholiday_new"),
            path("<int:pk>/away/", guard(self.away), name="feedback_bankholiday_away"),
            *super().get_urls(),
        ]

    def new(self, request: HttpRequest) -> HttpResponse:
        need(request, KEEP)
        form = HolidayForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self.added(request, form):
            return self.do(request, lambda: None, "The day is added.")
        effect = "Clocks in working days that run over it end a working day later, those that were extended excepted."
        return self.ask(request, title="Add a bank holiday", effect=effect, button="Add it", form=form)

    def added(self, request: HttpRequest, form: HolidayForm) -> bool:
        try:
            clocks.add_bank_holiday(by=actor(request), on=request.today, **form.cleaned_data)  # type: ignore[attr-defined]
        except clocks.ClockRefused as error:
            form.add_error(None, str(error))
            return False
        return True

    def away(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, KEEP)
        holiday = get_object_or_404(BankHoliday, pk=pk)
        if request.method == "POST":
            done = f"{holiday.name} is taken away."
            return self.do(request, lambda: clocks.take_away_bank_holiday(holiday, by=actor(request)), done)
        effect = "What it had moved ends a working day earlier again."
        return self.ask(request, title=f"Take away {holiday}", effect=effect, button="Take it away")
