"""Why a listing was taken down, put back or ended: a code, which a decision keeps and no audit row."""

from django.db import models


class Reason(models.TextChoices):
    IN_ORDER = "in-order", "Everything is in order"
    ASKED = "asked", "The carer asked for it"
    PAPERS = "papers", "Papers"
    CONCERN = "concern", "A concern"
    SAFEGUARDING = "safeguarding", "To keep people safe"
    DBS = "dbs", "Something about a DBS check"
    SETTLED = "settled", "What was wrong is settled"
    MISTAKE = "mistake", "It was taken down by mistake"
    MOVED = "moved", "The carer moved away"
    STOPPED = "stopped", "The carer stopped working"
    DIED = "died", "The carer died"
    UNREACHABLE = "unreachable", "The carer cannot be reached"
    CODE = "code", "The Code of Practice was not kept"
    APPEAL = "appeal", "An appeal"
    OTHER = "other", "Another reason"
