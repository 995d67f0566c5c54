"""What was learnt of cases, as a page and as a file for the annual report."""

import csv
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.asking import Asking, actor
from audit.recording import record
from feedback import learning
from feedback.models import Case
from feedback.models.cases import VIEW

CHOICES = (3, 12, 24)


class LearningPages(Asking):
    def learning_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("learning/", guard(self.learning), name="feedback_case_learning"),
            path("learning/file/", guard(self.learning_file), name="feedback_case_learning_file"),
        ]

    def found(self, request: HttpRequest) -> tuple[learning.Period, Any]:
        """Raises `PermissionDenied` for somebody who sees no concerns and complaints."""
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        asked = request.GET.get("months", "")
        months = next((number for number in CHOICES if str(number) == asked), learning.MONTHS)
        return learning.period(request.today, months), Case.objects.visible(request.user)  # type: ignore[attr-defined]

    def learning(self, request: HttpRequest) -> HttpResponse:
        when, mine = self.found(request)
        context = {
            **self.admin_site.each_context(request), "title": "What was learnt", "period": when, "choices": CHOICES,
            "tables": learning.tables(mine, when), "total": learning.total(mine, when), "fewest": learning.FEWEST,
            "file": f"{reverse('admin:feedback_case_learning_file')}?{request.GET.urlencode()}",
        }  # fmt: skip
        return TemplateResponse(request, "admin/feedback/case/learning.html", context)

    def learning_file(self, request: HttpRequest) -> HttpResponse:
        when, mine = self.found(request)
        with transaction.atomic():
            record(
                "cases.learning_exported", by=actor(request), target="feedback.case", first=when.first, last=when.last
            )
        name = f"cases-{when.first:%Y-%m}-{when.last:%Y-%m}.csv"
        response = HttpResponse(
            content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )
        response.write("\ufeff")  # by which spreadsheets know the encoding
        rows = csv.writer(response)
        rows.writerow(["Table", "What", "How many"])
        rows.writerows(learning.as_rows(learning.tables(mine, when)))
        return response
