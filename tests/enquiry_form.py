"""The enquiry form as tests fill it in, with a token old enough to be a person's."""

import re
from datetime import timedelta

import time_machine
from django.utils import timezone

from directory.models import Listing

FACTS = {
    "what": "Company for my mother",
    "when": "Tuesdays",
    "name": "Margaret Hale",
    "answer_by": "email",
    "phone": "",
    "email": "margaret@example.org",
    "language": "en",
    "consent": "on",
    "website": "",
}
ADDRESS = "/carers/bryn-lewis/contact/"


def hide(listing, **marks):
    """Takes the listing down, as one of the marks on it does."""
    Listing.objects.filter(pk=listing.pk).update(**marks)


def opened(client, address=ADDRESS):
    """The token of the form, opened a minute ago."""
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        page = client.get(address).content.decode()
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def post(client, address=ADDRESS, token=None, headers=None, **facts):
    data = {"token": token or opened(client, address), **FACTS, **facts}
    return client.post(address, {name: value for name, value in data.items() if value is not None}, headers=headers)
