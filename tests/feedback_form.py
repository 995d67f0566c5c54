"""The door's forms as tests fill them in, with a token old enough to be a person's."""

import re
from datetime import timedelta

import time_machine
from django.utils import timezone

REACH = {"name": "Ann Price", "email": "ann.price@example.org", "phone": "", "address": "", "language": "en"}
FACTS = {
    "concern": {"about_words": "Bryn", "words": "He did not come.", "wanted": "", "known": "known", **REACH},
    "worry": {"about_words": "My aunt", "words": "She has bruises.", "known": "known", **REACH},
    "complaint": {"about_words": "", "words": "Nobody rings back.", "wanted": "A call", **REACH},
    "thanks": {
        "about_words": "",
        "words": "She never hurries, and makes my mother laugh.",
        "may_be_shown": "on",
        "name": "Margaret",
        "email": "margaret@example.org",
        "language": "en",
    },
    "wrong-entry": {"about_words": "", "words": "The price is old.", "email": ""},
    "data": {"words": "You sent my letter to somebody else.", "wanted": "", **REACH},
}


def opened(client, address):
    """The token of the form, opened a minute ago."""
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        page = client.get(address).content.decode()
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def post(client, way, *, at="", token=None, **facts):
    at = at or f"/feedback/{way}/"
    data = {"token": token or opened(client, at), "website": "", **FACTS[way], **facts}
    return client.post(at, {name: value for name, value in data.items() if value is not None})
