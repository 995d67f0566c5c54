"""Django finds the admin pages of the team's own work here; each topic has a module of its own."""

from compliance.carer_admin import StaffCarerAdmin  # noqa: F401
from compliance.change_admin import ListingChangeAdmin  # noqa: F401
from compliance.dbs_admin import DbsRegisterAdmin  # noqa: F401
from compliance.decision_admin import DecisionAdmin  # noqa: F401
from compliance.evidence_admin import EvidenceAdmin  # noqa: F401
from compliance.help_admin import HelpRequestAdmin  # noqa: F401
from compliance.listing_admin import StaffListingAdmin  # noqa: F401
from compliance.outcome_text_admin import OutcomeTextAdmin  # noqa: F401
from compliance.queue_admin import QueueAdmin  # noqa: F401
from compliance.reminder_admin import ReminderAdmin  # noqa: F401
from compliance.rules_admin import RulesAdmin  # noqa: F401
from compliance.signature_admin import CodeAgreementAdmin  # noqa: F401
from compliance.writing_admin import MailingAdmin  # noqa: F401
