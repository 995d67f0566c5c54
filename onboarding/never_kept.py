"""What must not be kept even where somebody types it: a DBS certificate’s number, and what HMRC knows people by."""

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Pattern = tuple[re.Pattern[str], "str | _StrPromise"]

# Twelve digits.
CERTIFICATE: Pattern = (
    re.compile(r"(?<![+\d])\d(?:[ -]?\d){11}(?!\d)"),
    _("Leave out the certificate’s number: we do not keep it. You show us the certificate itself"),
)
NATIONAL_INSURANCE = re.compile(r"\b[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]\b", re.IGNORECASE)
# Ten digits or more. A phone number begins with 0 or +44.
TAX_REFERENCE = re.compile(r"(?<![\d+])(?<!\+44)(?<!\+44[ -])(?!0)\d(?:[ -]?\d){9,}")
TAX: Pattern = (
    re.compile(f"{TAX_REFERENCE.pattern}|{NATIONAL_INSURANCE.pattern}", re.IGNORECASE),
    _("Leave out your tax reference and National Insurance number: we do not keep them"),
)


def nothing_of_it(text: str) -> None:
    """A validator for text about anything at all."""
    for pattern, said in (CERTIFICATE, TAX):
        if pattern.search(text):
            raise ValidationError(str(said))
