"""Consents that were given for a person are tied to the certificate they were given for; where that is not known, or it
counts no more, or a newer one was seen, they end, and their details go with them."""

from django.db import migrations, models
from django.utils import timezone

BY = "job:migrate"
ENHANCED = "enhanced-dbs"  # no other certificate can be asked about


def tie(apps, schema_editor):
    Consent, Evidence = apps.get_model("compliance", "Consent"), apps.get_model("onboarding", "Evidence")
    for row in Consent.objects.select_related("worker").order_by("pk"):
        seen = list(
            Evidence.objects.filter(
                worker=row.worker_id, requirement=ENHANCED, outcome__in=["accepted", "withdrawn"]
            ).exclude(how="checked").order_by("-seen_on", "-pk")
        )  # fmt: skip
        row.original = original_of(row, seen)
        row.save(update_fields=["original"])
        if row.ended_at is None and (why := why_ended(row, seen)):
            end(apps, row, why)
        if row.original:
            put_right(row)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table cannot be altered after its rows were


def original_of(row, seen):
    """What the DBS was first asked about with it; where it was asked nothing, what had been seen when it was given."""
    first = row.checks.order_by("begun_at", "pk").select_related("original").first()
    if first:
        return first.original
    day = timezone.localdate(row.recorded_at)
    return next((one for one in seen if one.seen_on <= day), None)


def why_ended(row, seen):
    if row.original is None:
        return "unknown"
    if row.original.outcome != "accepted":
        return "withdrawn"
    newest = next(one for one in seen if one.outcome == "accepted")
    return "" if newest.pk == row.original_id else "replaced"


def end(apps, row, why):
    row.ended_at, row.ended_why, row.sealed, row.ends_in = timezone.now(), why, "", ""
    row.save()
    row.checks.filter(state__in=["open", "given-up"]).update(state="stopped", due_on=None, try_again_at=None)
    apps.get_model("audit", "AuditEvent").objects.create(
        event="dbs.consent_ended", actor=BY, target="onboarding.worker", target_id=str(row.worker_id),
        data={"carer": row.worker.carer_id, "consent": row.pk, "why": why},
    )  # fmt: skip


def put_right(row):
    """The DBS was asked with the number of the certificate that the consent names, whichever the check was put down to:
    what came of it is about that one. The nightly comparison brings the listing to where that leaves the carer."""
    original = row.original
    for check in row.checks.exclude(original=original).select_related("evidence"):
        check.original = original
        check.save(update_fields=["original"])
        if paper := check.evidence:
            paper.rests_on = original
            paper.facts = {name: original.facts[name] for name in ("level", "workforce") if name in original.facts}
            if paper.outcome == "accepted" and original.outcome != "accepted":
                paper.outcome, paper.reason, paper.decided_at = original.outcome, original.reason, timezone.now()
            paper.save()


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0005_consent_names_its_certificate'),
        ('audit', '0002_words_for_people'),
    ]

    operations = [
        migrations.RunPython(tie, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', False), ('original__isnull', False), _connector='OR'), name='consent_names_its_certificate'),
        ),
    ]
