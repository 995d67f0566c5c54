"""What the team's own work leaves behind."""

from compliance.models.dbs import Consent, Entitlement, StatusCheck
from compliance.models.decisions import Decision
from compliance.models.notes import Note
from compliance.models.reminders import Reminder
from compliance.models.work import Claim

__all__ = ["Claim", "Consent", "Decision", "Entitlement", "Note", "Reminder", "StatusCheck"]
