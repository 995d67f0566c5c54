"""The form of “I am interested” as tests fill it in, and the link that the mail about it holds."""

import re

from django.core import mail

from notifications.models import Message
from tests.enquiry_form import opened

ADDRESS = "/join/"
FACTS = {
    "name": "Nia Hughes",
    "email": "nia@example.org",
    "phone": "07700 900321",
    "place": "Usk",
    "words": "I looked after my father.",
    "heard_from": "friend",
    "returning": "yes",
    "website": "",
}
PASSWORD = "three blue kettles"


def post(client, address=ADDRESS, token=None, **facts):
    return client.post(address, {"token": token or opened(client, address), **FACTS, **facts})


def links():
    """The addresses of all links in the outbox, the oldest first, as paths."""
    return in_texts(Message.objects.order_by("pk").values_list("text", flat=True))


def sent_links():
    """The same of mails that were sent: from then on the outbox holds no link."""
    return in_texts(message.body for message in mail.outbox)


def in_texts(texts):
    return [found[0] for text in texts if (found := re.search(r"(/cy)?/join/[\w-]+/", text))]
