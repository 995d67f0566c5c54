"""The way to concerns from a carer's other pages, while there are any (`onboarding.additions`)."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance.concern_views import Concern, concerns_of
from onboarding.additions import Line
from onboarding.models import Carer


def lines(request: HttpRequest, carer: Carer) -> Iterator[Line]:
    found = concerns_of(request, carer)
    for one in found:
        if words := urgent(one):
            url = reverse("compliance:concern", args=[one.case.reference])
            yield Line(_("A concern about your work"), url, words, urgent=True)
    if found:
        yield Line(
            _("Concerns"), reverse("compliance:concerns"), _("What somebody told us about your work, and your answer")
        )


def urgent(one: Concern) -> str:
    if one.reply_by:
        return _("Answer by %(day)s.") % {"day": date_format(one.reply_by)}
    if one.appeal_by:
        return _("We have decided. You can appeal until %(day)s.") % {"day": date_format(one.appeal_by)}
    return ""
