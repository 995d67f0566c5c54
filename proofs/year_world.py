"""The carers of the simulated year: what they and the team do, by the portal's own verbs, and the wall chart beside it.

Everything is drawn from one seeded chance. Whatever is done is done to the portal and written on the oracle's chart.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any, NamedTuple

from django.conf import settings

from accounts.models import User
from directory import services
from directory.models import Listing
from onboarding import codes, journey, leaving, papers
from onboarding.models import Carer, CodeOfPractice, Evidence, Worker
from onboarding.papers import Shown
from proofs.year_oracle import DAY, RULES, Chart, Rule

BY = "job:proof"
FOR_EVER = date(2100, 1, 1)
PHONE = "01632 960123"
ONCE = ("identity", "references", "code")
CODE = {"body_en": "Be kind.", "body_cy": "Byddwch garedig."}
NEW_CODE = {**CODE, "changes_en": "Be kinder.", "changes_cy": "Byddwch yn fwy caredig."}


class Sent(NamedTuple):
    """One paper that was sent: whose, of what, for which days, and what it says of the Update Service."""

    pk: int
    rule: Rule
    worker: int
    row: Evidence
    days: tuple[date, date]
    joined: str


class World:
    """All carers, each with the chart of what is known of them."""

    def __init__(self, chance: Random, first: date, days: int):
        self.chance, self.first, self.days = chance, first, days
        self.carers: dict[int, Carer] = {}
        self.charts: dict[int, Chart] = {}
        self.code_told: dict[date, date] = {}
        self.plan: dict[date, list[Callable[[date], None]]] = defaultdict(list)
        self.counts: Counter[str] = Counter()

    def begin(self, many: int) -> None:
        """Everybody is in the directory on the first day; their papers end on days of their own."""
        codes.begin(by=BY, on=self.first - 400 * DAY, **CODE)
        for number in range(many):
            self._join(number)
        self.plan[self.first + timedelta(days=self.days // 4)].append(self._new_code)

    def live(self, day: date) -> None:
        """What happens by day: what was planned for it, and what nobody planned."""
        for act in self.plan.pop(day, ()):
            act(day)
        for pk in sorted(self.charts):
            self._something(pk, day)

    # --- joining -----------------------------------------------------------------------------------------

    def _join(self, number: int) -> None:
        chance, name = self.chance, f"Carer {number}"
        offers = {"companionship", "transport"} if chance.random() < 0.5 else {"companionship"}
        email = f"carer{number}@example.org"
        owner = User.objects.create_user(email, language=chance.choice(("en", "cy"))) if chance.random() < 0.9 else None
        keeps = chance.random() < 0.3
        began = self.first - 400 * DAY
        carer = journey.start(
            by=BY, owner=owner, name=name, first_name=f"Ann{number}", services=offers, on=began, keeps_records=keeps
        )
        chart = Chart(offers, keeps)
        self.carers[carer.pk], self.charts[carer.pk] = carer, chart
        if chance.random() < 0.3:
            journey.add_worker(carer, by=BY, first_name=f"Jan{number}", works_from=began, most=5)
        for worker in carer.workers.all():
            chart.workers[worker.pk] = (began, None)
        shown = [self._first_paper(carer, rule, worker) for rule, worker in chart.asked() if rule.slug != "code"]
        papers.record_all(carer, shown, by=BY)
        codes.sign(carer, by=BY, typed_name=name, language="en", on=began, tell=False)
        chart.papers["code", 0] = [(began, FOR_EVER)]
        self._listed(carer, name, owner)

    def _first_paper(self, carer: Carer, rule: Rule, worker: int) -> Shown:
        first = self.first - timedelta(days=self.chance.randint(100, 300))
        last = None if rule.slug in ONCE else self.first + timedelta(days=self.chance.randint(1, 450))
        self.charts[carer.pk].papers[rule.slug, worker] = [(first, last or FOR_EVER)]
        if last:
            self._plan_renewal(carer.pk, rule, worker, last)
        asked, who = settings.SCHEME.requirements[rule.slug], worker_of(worker)
        ends_on = last if asked.own_end else None
        return Shown(asked, asked.shown[0], who, facts_of(rule, "yes"), first, ends_on, first, last)

    def _listed(self, carer: Carer, name: str, owner: Any) -> None:
        town = settings.SCHEME.places[0]
        listing = services.create_listing(
            by=BY, name=name, first_name=name, owner=owner, phone=PHONE, base_name_en=town.name.en,
            easting=town.easting, northing=town.northing,
        )  # fmt: skip
        services.set_services(listing, by=BY, services=self.charts[carer.pk].offers)
        services.publish(listing, by=BY)
        self.carers[carer.pk] = journey.link(carer, by=BY, listing=listing)

    # --- renewing ----------------------------------------------------------------------------------------

    def _plan_renewal(self, pk: int, rule: Rule, worker: int, last: date) -> None:
        """Most in good time, some late, some never."""
        kind = self.chance.choices(("early", "late", "never"), (70, 22, 8))[0]
        if kind != "never":
            after = -self.chance.randint(0, 50) if kind == "early" else self.chance.randint(1, 40)
            self.plan[last + timedelta(days=after)].append(lambda day: self._renew(pk, rule, worker, day))

    def _renew(self, pk: int, rule: Rule, worker: int, day: date) -> None:
        chart, chance = self.charts[pk], self.chance
        if chart.left or (rule.slug, worker) in chart.with_team:
            return
        asked, joined = settings.SCHEME.requirements[rule.slug], chance.choice(("yes", "will", "no"))
        held_until = max(last for _first, last in chart.papers[rule.slug, worker])
        first = max(day, held_until + DAY) if asked.own_end and held_until < FOR_EVER else day - 3 * DAY
        last = first + timedelta(days=chance.randint(40, 300))
        days, facts = (first, last), facts_of(rule, joined)
        declared = asked.shown[0] == "declared"  # which holds at once
        if chance.random() < 0.3 and not declared:
            shown = Shown(
                asked, asked.shown[0], worker_of(worker), facts, first, last if asked.own_end else None, day, last
            )
            row = papers.record_all(self.carers[pk], [shown], by=BY)[0]
            self._accepted(Sent(pk, rule, worker, row, days, joined))
            return
        row = papers.send(
            self.carers[pk], asked, by=BY, how=asked.shown[0], facts=facts, worker=worker_of(worker), dated=first,
            ends_on=last if asked.own_end or declared else None,
        )  # fmt: skip
        sent = Sent(pk, rule, worker, row, days, joined)
        self._certificate(sent)
        if declared:
            self._accepted(sent)
            return
        chart.with_team.add((rule.slug, worker))
        self.counts["sent to the team"] += 1
        self.plan[day + timedelta(days=chance.randint(0, 9))].append(lambda on: self._decide(sent, on))

    def _decide(self, sent: Sent, day: date) -> None:
        chart = self.charts[sent.pk]
        if chart.left:
            return
        chart.with_team.discard((sent.rule.slug, sent.worker))
        if self.chance.random() < 0.15:
            papers.send_back(sent.row, by=BY, reason="A page is missing.")
            self._forget_certificate(sent)
            self.counts["sent back"] += 1
            self._renew_after(sent, day, 12)
            return
        row = papers.accept(sent.row, by=BY, valid_from=sent.days[0], valid_until=sent.days[1])
        self._accepted(sent._replace(row=row))

    def _renew_after(self, sent: Sent, day: date, most: int) -> None:
        again = day + timedelta(days=self.chance.randint(1, most))
        self.plan[again].append(lambda on: self._renew(sent.pk, sent.rule, sent.worker, on))

    def _accepted(self, sent: Sent) -> None:
        self.charts[sent.pk].papers[sent.rule.slug, sent.worker].append(sent.days)
        self._certificate(sent)
        self.counts["accepted"] += 1
        self._plan_renewal(sent.pk, sent.rule, sent.worker, sent.days[1])
        if self.chance.random() < 0.03:  # forged, or cancelled
            soon = max(sent.days[0], self.first) + timedelta(days=self.chance.randint(1, 30))
            self.plan[soon].append(lambda day: self._withdraw(sent, day))

    def _withdraw(self, sent: Sent, day: date) -> None:
        chart = self.charts[sent.pk]
        if chart.left:
            return
        papers.withdraw(sent.row, by=BY, reason="It was cancelled.")
        chart.papers[sent.rule.slug, sent.worker].remove(sent.days)
        self._forget_certificate(sent)
        self.counts["withdrawn"] += 1
        self._renew_after(sent, day, 20)

    def _certificate(self, sent: Sent) -> None:
        if sent.rule.slug == "enhanced-dbs" and sent.row.dated:
            mine, this = self.charts[sent.pk].certificates.setdefault(sent.worker, []), sent.row
            if (this.dated, sent.joined, this.pk) not in mine:
                mine.append((sent.row.dated, sent.joined, this.pk))

    def _forget_certificate(self, sent: Sent) -> None:
        every = self.charts[sent.pk].certificates
        every[sent.worker] = [one for one in every.get(sent.worker, ()) if one[2] != sent.row.pk]

    # --- the rest of life --------------------------------------------------------------------------------

    def _new_code(self, day: date) -> None:
        """A new version, which most sign in time, some late, and some not."""
        sign_by, code = day + 60 * DAY, codes.draft(by=BY, **NEW_CODE)
        seen = len(codes.would_lose(code, sign_by=sign_by, on=day))
        codes.publish(code, by=BY, in_force_on=day, sign_by=sign_by, on=day, confirmed=seen)
        self.code_told[sign_by] = day
        for pk, chart in self.charts.items():
            if chart.left:
                continue
            first, _for_ever = chart.papers["code", 0][0]
            chart.papers["code", 0] = [(first, sign_by)]
            if self.chance.random() < 0.9:
                on = day + timedelta(days=self.chance.randint(0, 75))
                self.plan[on].append(partial(self._sign, pk))

    def _sign(self, pk: int, day: date) -> None:
        if not self.charts[pk].left:
            code = CodeOfPractice.objects.published().first()
            codes.sign(self.carers[pk], by=BY, typed_name=f"Carer {pk}", language="en", on=day, code=code, tell=False)
            self.charts[pk].papers["code", 0].append((day, FOR_EVER))

    def _something(self, pk: int, day: date) -> None:
        chart, carer, chance = self.charts[pk], self.carers[pk], self.chance.random()
        if chart.left or carer.listing is None:
            return
        if chance < 0.004 and not (chart.paused_until and chart.paused_until > day):
            chart.paused_until = day + timedelta(days=self.chance.randint(1, 60))
            services.pause(carer.listing, by=BY, until=chart.paused_until, on=day)
            self.counts["pauses"] += 1
        elif chance < 0.006 and chart.paused_until and chart.paused_until > day:
            chart.paused_until = None
            services.resume(carer.listing, by=BY)
        elif chance < 0.007:
            self._suspend_or_not(carer.listing, chart)
        elif chance < 0.0075:
            leaving.leave(carer, by=BY, reason="stopped")
            chart.left = True
            self.counts["left"] += 1
        elif chance < 0.012 and len(chart.workers) > 1:
            self._stand_down_or_back(chart, day)

    def _suspend_or_not(self, listing: Listing, chart: Chart) -> None:
        if chart.suspended:
            services.reinstate(listing, by=BY)
        else:
            services.suspend(listing, by=BY)
            self.counts["suspended"] += 1
        chart.suspended = not chart.suspended

    def _stand_down_or_back(self, chart: Chart, day: date) -> None:
        number = max(chart.workers)  # never the carer
        began, stood_down = chart.workers[number]
        worker = Worker.objects.get(pk=number)
        if stood_down:
            journey.bring_back(worker, by=BY)
            chart.workers[number] = (began, None)
        else:
            on = day + timedelta(days=self.chance.randint(0, 10))
            journey.stand_down(worker, by=BY, on=on)
            chart.workers[number] = (began, on)
            self.counts["stood down"] += 1


def worker_of(number: int) -> Worker | None:
    return Worker.objects.get(pk=number) if number else None


def facts_of(rule: Rule, joined: str) -> dict[str, Any]:
    if rule.slug == "enhanced-dbs":
        return {"level": "enhanced-barred", "workforce": "adult", "update_service": joined}
    return {}


def is_complete() -> bool:
    """Whether the oracle's list names all that this scheme asks of these services, and nothing else."""
    asked = settings.SCHEME.requirements
    business = asked.business({"companionship", "transport"}, workers=2, keeps_records=True)
    return {one.slug for one in asked.applying(business)} == {rule.slug for rule in RULES}
