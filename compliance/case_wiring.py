"""What lower rooms ask of this one about cases: said once, when the portal starts."""

from accounts import invitations
from compliance import case_deciding, case_drafts, case_guests, case_step_pages, case_telling, concern_lines
from feedback import case_page, case_steps, telling
from feedback.models import cases
from onboarding import additions
from onboarding.signals import gone


def begin() -> None:
    additions.LINES.append(concern_lines.lines)
    case_page.DECIDES.append(case_deciding.decides)
    case_steps.STEPS.append(case_step_pages.own_steps)
    cases.ALSO_VISIBLE.append(case_guests.sees)
    cases.MAY_SEE_ONE.append(case_guests.sees_any)
    invitations.ON_ACCEPTED.append(case_guests.came)
    telling.ON_SECRET.append(case_telling.take_back)
    gone.connect(case_drafts.of_who_is_gone, dispatch_uid="compliance.case_drafts")
