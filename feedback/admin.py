"""Django finds the admin pages of cases here; each topic has a module of its own."""

from feedback.bank_holiday_admin import BankHolidayAdmin  # noqa: F401
from feedback.case_admin import CaseAdmin  # noqa: F401
from feedback.correction_admin import CorrectionAdmin  # noqa: F401
from feedback.praise_admin import PraiseAdmin  # noqa: F401
