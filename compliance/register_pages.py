"""The one decision about several carers at once: a register that moved in with its checks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path

from compliance import deciding
from onboarding.asking import Asking, actor, need
from onboarding.models import Register
from onboarding.register_admin import look, people
from onboarding.registers import moving

VIEW = "onboarding.view_register"


class RegisterPages(Asking):
    def register_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [path("register/<int:pk>/", guard(self.approve_register), name="compliance_decision_register")]

    def approve_register(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, deciding.DECIDE)
        need(request, VIEW)
        register, on = get_object_or_404(Register, pk=pk), request.today  # type: ignore[attr-defined]
        if request.method == "POST":
            return self.approve_those(request, register)
        waiting = moving.waiting(register, on)
        may = [carer for carer, why_not in waiting if not why_not]
        effect = (
            "For each of these a decision of its own is written: approved, under your name. "
            f"{people(len(may), 'is', 'are')} public within a minute, and each is mailed, or written to, in their own "
            "language. Their papers came with the register, which the council decided before, so no colleague has to "
            "look at them."
        )
        return self.ask(
            request,
            title=f"Approve the carers of {register} together",
            effect=effect if may else "Nobody of it waits with everything in order.",
            button=f"Approve {len(may)}" if may else "",
            back=look(pk),
            template="admin/compliance/register.html",
            may=may,
            others=[(carer, why_not) for carer, why_not in waiting if why_not],
        )

    def approve_those(self, request: HttpRequest, register: Register) -> HttpResponse:
        on = request.today  # type: ignore[attr-defined]
        only = {int(pk) for pk in request.POST.getlist("carer") if pk.isdecimal()}
        try:
            together = deciding.approve_register(register, by=actor(request), on=on, only=only)
        except self.refusals as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(look(register.pk))
        self.message_user(request, f"{people(len(together.done), 'is', 'are')} approved.", messages.SUCCESS)
        for carer, why in together.left:
            self.message_user(request, f"{carer} is not approved: {why}", messages.WARNING)
        return redirect(look(register.pk))
