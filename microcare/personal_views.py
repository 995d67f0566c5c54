"""A carer's data: what is held, why, when it goes and who looked at it, and all of it to take away."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.personal import Person
from files.models import FileView
from microcare.personal import archive
from onboarding import forgetting, pages
from onboarding.desk import mine


@require_safe
@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    carer = mine(request, also_left=True)
    held = list(pages.of(carer).order_by("pk"))
    context = {
        "files": [page for page in held if not page.file.purged_at],
        "views": FileView.objects.filter(file__in=[page.file_id for page in held])[:100],
        "evidence_months": settings.EVIDENCE_MONTHS,
        "draft_months": settings.DRAFT_MONTHS,
        "enquiry_months": settings.ENQUIRY_MONTHS,
        "account_days": settings.LEFT_ACCOUNT_DAYS,
        "listed": forgetting.was_listed(carer),
        "left_years": settings.LEFT_YEARS,
        "left_months": settings.LEFT_UNLISTED_MONTHS,
        "photo_months": settings.PHOTO_MONTHS,
    }
    return render(request, "microcare/my_data.html", context)


@require_POST
@never_cache
def my_data_download(request: HttpRequest) -> HttpResponse:
    """Made now, for whoever is signed in, about themselves alone."""
    mine(request, also_left=True)
    user = cast(User, request.user)
    name = f"my-data-{timezone.localdate()}.zip"
    return HttpResponse(
        archive(Person(user.email, user), by=user),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
