"""Django finds the admin pages of the carers' journey here; each topic has a module of its own."""

from onboarding.carer_admin import CarerAdmin  # noqa: F401
from onboarding.code_admin import CodeOfPracticeAdmin  # noqa: F401
from onboarding.headcount_admin import HeadcountAdmin  # noqa: F401
from onboarding.joining_admin import InterestAdmin  # noqa: F401
from onboarding.letter_admin import LetterAdmin  # noqa: F401
from onboarding.library_admin import GuideAdmin  # noqa: F401
from onboarding.mending_admin import MendingAdmin  # noqa: F401
from onboarding.register_admin import RegisterAdmin  # noqa: F401
from onboarding.training_admin import TrainingSessionAdmin  # noqa: F401
