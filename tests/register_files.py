"""Registers as councils keep them: invented people, in each form of file."""

import io

import tablib
from django.conf import settings

from onboarding.registers.columns import columns

TOWNS = ("Usk", "Chepstow", "Monmouth", "Caldicot")
FIRST = ("Gwen", "Huw", "Mair", "Dylan", "Nesta", "Owain", "Sioned", "Tudur", "Lowri", "Emrys")
LAST = ("Rees", "Pritchard", "Hopkins", "Beynon", "Gethin", "Probert", "Vaughan", "Watkins", "Treharne", "Meredith")
SEEN, UNTIL = "01/03/2026", "28/02/2027"


def headers():
    return [column.label for column in columns(settings.SCHEME.requirements)]


def line(number, **cells):
    """One gardener with all that a gardener must show, or with other cells, by a column's key (":" as "__")."""
    last = LAST[number % 10] if number < 100 else f"{LAST[number % 10]} {number // 100}"
    said = {
        "name": f"{FIRST[number // 10 % 10]} {last}",
        "email": f"carer{number}@example.org",
        "phone": f"07700 900{number % 1000:03d}",
        "language": "English",
        "base": TOWNS[number % len(TOWNS)],
        "miles": "8",
        "services": "Mowing; Weeding",
        "price_hour": "20.50",
        "identity:seen": SEEN,
        "public-liability:seen": SEEN,
        "public-liability:until": UNTIL,
        "hmrc:seen": SEEN,
        "references:seen": SEEN,
        "code:seen": SEEN,
        "contingency:seen": SEEN,
    }
    said |= {key.replace("__", ":"): value for key, value in cells.items()}
    return [said.get(column.key, "") for column in columns(settings.SCHEME.requirements)]


def register(count, **changed):
    """`changed` by number of the line: `l3={"miles": "900"}`."""
    return [line(number, **changed.get(f"l{number}", {})) for number in range(count)]


def as_file(rows, form="csv", name="register"):
    data = tablib.Dataset(*rows, headers=headers()).export(form)
    upload = io.BytesIO(data.encode() if isinstance(data, str) else data)
    upload.name = f"{name}.{form}"
    return upload
