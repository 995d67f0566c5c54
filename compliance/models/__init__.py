"""What the team's own work leaves behind."""

from compliance.models.cases import CarerDraft, CarerDraftFile, Guest, OutcomeText, ReasonsLetter
from compliance.models.dbs import Consent, Entitlement, StatusCheck
from compliance.models.decisions import Decision
from compliance.models.notes import Note
from compliance.models.reminders import Reminder
from compliance.models.work import Claim
from compliance.models.writing import Mailing, Recipient

__all__ = [
    "CarerDraft", "CarerDraftFile", "Claim", "Consent", "Decision", "Entitlement", "Guest", "Mailing", "Note",
    "OutcomeText", "ReasonsLetter", "Recipient", "Reminder", "StatusCheck",
]  # fmt: skip
