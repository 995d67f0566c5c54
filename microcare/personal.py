"""Everything that is held about a person, of all rooms: to read, and for machines (UK GDPR Art. 15 and 20)."""

import io
import json
import zipfile
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.personal import Person
from audit.recording import Actor, record

# Every room that knows something of people offers `personal_data(person)`.
ROOMS = ("accounts", "onboarding", "directory", "notifications")


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
