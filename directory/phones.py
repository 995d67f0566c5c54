"""Phone numbers of this country: as people read them, as a phone dials them, and whether it can."""

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

UK = "GB"


def spaced(number: str) -> str:
    """07700900142 is 07700 900142; what is no number of this country stays as it was typed."""
    parsed = _parsed(number)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL) if parsed else str(number)


def dialled(number: str) -> str:
    """+447700900142, for a link that rings it."""
    parsed = _parsed(number)
    if not parsed:
        return "".join(sign for sign in str(number) if sign.isdigit() or sign == "+")
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def can_be_rung(number: str) -> bool:
    """From anywhere, so with its area's code."""
    try:
        parsed = phonenumbers.parse(number, UK)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE)


def _parsed(number: str) -> PhoneNumber | None:
    if any(sign.isalpha() for sign in str(number)):
        return None
    try:
        parsed = phonenumbers.parse(str(number), UK)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None
