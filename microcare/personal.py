"""Everything that is held about a person, of all rooms: to read, and for machines (UK GDPR Art. 15 and 20); and what
of it goes where they ask for that (Art. 17)."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.personal import Part, Person, person
from audit.recording import Actor, record
from notifications.outbox import SEPARATOR, languages_of
from notifications.personal import erase as forget_mails
from onboarding.letters import is_known
from onboarding.models import Carer
from onboarding.personal import carer_of, carers_at

# Every room that knows something of people offers `personal_data(person)`.
ROOMS = ("accounts", "onboarding", "compliance", "feedback", "directory", "notifications")
# Those that offer `erase(person)`: what hangs on the journey goes before it, and the account after it.
ERASING = ("compliance", "feedback", "onboarding", "accounts", "directory")


WHOM = "an email address that they use or used; or the number of a carer, who may have none"


def found(whom: str) -> Person:
    """Raises `CommandError` where nothing is held about them, and where several carers have the address."""
    if len(several := carers_at(whom)) > 1:
        names = ", ".join(f"{carer.pk} ({carer})" for carer in several)
        raise CommandError(f"Several carers have this address. Give the number of the one who asks: {names}.")
    carer = Carer.objects.select_related("owner").filter(pk=whom).first() if whom.isdecimal() else None
    who = Person(carer.mail_to, carer.owner, carer.pk) if carer else person(whom)
    if not everything(who):
        raise CommandError("Nothing is held about them. Try another address that they may have used.")
    return who


def language_of(who: Person) -> str:
    """Theirs; empty where it is not known."""
    carer = carer_of(who)
    return carer.mail_language if carer else (who.user.language if who.user else "")


def everything(who: Person) -> dict[str, list[dict[str, Any]]]:
    """Each part by its name, as rows; empty ones left out."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for room in ROOMS:
        parts |= import_string(f"{room}.personal.personal_data")(who)
    return {name: rows for name, rows in parts.items() if rows}


@transaction.atomic
def archive(who: Person, *, by: Actor) -> bytes:
    """A ZIP: to read (HTML), for machines (JSON), and the files that are still kept."""
    parts = everything(who)
    record("person.exported", by=by, target=who.user or "person", parts=len(parts))
    said = {"scheme": settings.SCHEME.name, "made_at": timezone.now(), "email": who.email, "data": parts}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", json.dumps(said, cls=Encoder, ensure_ascii=False, indent=2))
        packed.writestr("data.html", readable(said))
        for name, data in import_string("onboarding.personal.personal_files")(who):
            packed.writestr(f"files/{name}", data)
    return held.getvalue()


@transaction.atomic
def erase(who: Person, *, by: Actor, on: date) -> list[Part]:
    """Takes away what the law lets them ask for. What went, and what stays and why."""
    parts = [part for room in ERASING for part in import_string(f"{room}.personal.erase")(who, by=by, on=on)]
    parts += mails(who)
    gone = [f"{part.code}:{part.gone}" for part in parts if part.gone]
    stays = [part.code for part in parts if part.stays]
    record("person.erased", by=by, target=who.user or "person", gone=gone, stays=stays)
    return parts


def mails(who: Person) -> Iterator[Part]:
    """What was not sent to them as a carer: nobody knows of such a mail to an address that two people have which of
    them it was for."""
    what = _("Mails to your address")
    if is_known(who.email):
        yield Part("mails", what, stays=_("An account or a carer here still has the address."))
    elif count := forget_mails(who.email):
        yield Part("mails", what, gone=count)


def planned(who: Person, *, by: Actor, on: date) -> list[Part]:
    """What `erase` would do: it is done, and taken back whole."""
    with transaction.atomic():
        parts = erase(who, by=by, on=on)
        transaction.set_rollback(True)
    return parts


def answer(parts: list[Part], *, on: date, language: str) -> str:
    """What they are told, in their language, or in each of the scheme's where that is unknown."""
    said = {"on": on, "gone": [it for it in parts if it.gone], "stays": [it for it in parts if it.stays]}
    texts = []
    for one in languages_of(language):
        with override(one):
            texts.append(render_to_string("microcare/erased.txt", {**said, "scheme": settings.SCHEME}).strip())
    return SEPARATOR.join(texts)


class Encoder(DjangoJSONEncoder):
    """Words of the scheme as they are."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def readable(said: dict[str, Any]) -> str:
    tables = [(name, list(rows[0]), [list(row.values()) for row in rows]) for name, rows in said["data"].items()]
    return render_to_string("microcare/personal_data.html", {**said, "tables": tables})
