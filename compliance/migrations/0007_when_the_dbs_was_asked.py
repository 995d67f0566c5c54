from django.db import migrations, models
from django.db.models import F, Q

NOT_SENT = ["unreachable", "insecure", "sealed"]


def sent(apps, schema_editor):
    """Those answered, or of which it is known what went wrong after the question was out."""
    rows = apps.get_model("compliance", "StatusCheck").objects.filter(tried_at__isnull=False)
    known = Q(state="answered") | ~Q(problem__in=["", *NOT_SENT])
    rows.filter(known).update(sent_at=F("tried_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0006_each_consent_its_own_certificate'),
    ]

    operations = [
        migrations.AddField(
            model_name='statuscheck',
            name='sent_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='last sent to the DBS'),
        ),
        migrations.AlterField(
            model_name='statuscheck',
            name='problem',
            field=models.CharField(blank=True, choices=[('refused', 'The DBS took the details to be wrong (400). Compare them with the certificate'), ('server', 'The DBS had an error of its own'), ('slow', 'The DBS did not answer in time'), ('unreachable', 'The DBS could not be reached, so nothing was sent'), ('hung-up', 'The connection broke before the DBS had answered'), ('insecure', 'The connection was not safe (TLS), so nothing was sent'), ('moved', 'The DBS pointed to another address, which is not followed. Look at DBS_STATUS_URL'), ('unread', 'The answer was nothing that a status check answers'), ('sealed', "The details cannot be read: the site's key was changed. Record the consent again")], max_length=12, verbose_name='what went wrong'),
        ),
        migrations.RunPython(sent, migrations.RunPython.noop),
    ]
