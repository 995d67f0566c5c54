"""What people tell the council about the directory, and what was done about it."""

from feedback.models.bank_holidays import BankHoliday
from feedback.models.cases import Case, CaseEvent, CaseFile, Clock, Referral
from feedback.models.corrections import Correction
from feedback.models.letters import CaseLetter
from feedback.models.praise import Praise

__all__ = [
    "BankHoliday",
    "Case",
    "CaseEvent",
    "CaseFile",
    "CaseLetter",
    "Clock",
    "Correction",
    "Praise",
    "Referral",
]
