"""Django finds the pages here."""

from compliance.reminder_admin import ReminderAdmin  # noqa: F401
