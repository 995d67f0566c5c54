"""What of the directory waits for the team, for the admin's home page."""

from typing import Any

from django.db.models import Min
from django.urls import reverse

from directory.enquiry_models import Enquiry
from notifications.waiting import Waiting


def waiting(user: Any) -> list[Waiting]:
    """Enquiries that look like spam, which go by themselves after 14 days, for somebody who may read them."""
    if not user.has_perm("directory.read_enquiries"):
        return []
    held = Enquiry.objects.kept_aside()
    oldest = held.aggregate(oldest=Min("held_at"))["oldest"]
    return [Waiting("Enquiries kept aside", held.count(), oldest, reverse("admin:directory_enquiry_changelist"))]
