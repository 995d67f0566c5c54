"""The carer's journey. Everything here is private: the public sees what `settling` writes into the listing."""

from onboarding.models.carers import Carer, Worker
from onboarding.models.code import CodeAgreement, CodeOfPractice
from onboarding.models.evidence import Draft, Evidence, PaperPage
from onboarding.models.help import HelpAnswer, HelpRequest
from onboarding.models.interests import Interest, JoinLink
from onboarding.models.letters import Letter
from onboarding.models.library import Guide
from onboarding.models.listings import ListingChange, ListingDraft
from onboarding.models.registers import Register
from onboarding.models.rules import Mending, Rules
from onboarding.models.training import Booking, TrainingSession
from onboarding.models.upkeep import Buddy, Headcount, StillRight

__all__ = [
    "Booking", "Buddy", "Carer", "CodeAgreement", "CodeOfPractice", "Draft", "Evidence", "Guide", "Headcount",
    "HelpAnswer", "HelpRequest", "Interest", "JoinLink", "Letter", "ListingChange", "ListingDraft", "Mending",
    "PaperPage", "Register", "Rules", "StillRight", "TrainingSession", "Worker",
]  # fmt: skip
