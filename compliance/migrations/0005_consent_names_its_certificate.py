import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0004_writing_to_carers'),
        ('onboarding', '0018_status_checks'),
    ]

    operations = [
        migrations.AddField(
            model_name='consent',
            name='original',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='status_consents', to='onboarding.evidence', verbose_name='certificate'),
        ),
        migrations.AlterField(
            model_name='consent',
            name='ended_why',
            field=models.CharField(blank=True, choices=[('asked', 'The holder ended it'), ('left', 'They work here no more'), ('renewed', 'Given anew'), ('entitlement', 'The council asks no more'), ('withdrawn', 'The certificate does not count any more'), ('replaced', 'A newer certificate was seen'), ('unknown', 'It was not written down for which certificate')], max_length=20),
        ),
    ]
