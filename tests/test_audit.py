"""The audit: nothing without somebody behind it, and nothing that can be changed afterwards."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import User
from audit import append_only
from audit.checks import triggers_stand
from audit.models import AuditEvent, PurgePermit
from audit.recording import NoActor, NotRecordable, record
from directory import services
from directory.models import Listing
from tests.builders import make_listing

pytestmark = pytest.mark.django_db
TABLE = AuditEvent._meta.db_table


def an_event(**data):
    return record("listing.tried", by="job:tests", target="directory.listing", **data)


def refused(statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return True


@pytest.mark.parametrize("nobody", [None, "", "Carys", "job:", "job:Carys Pugh", User(email="not.saved@example.org")])
def test_nothing_is_recorded_without_an_actor(nobody):
    with pytest.raises(NoActor):
        record("listing.tried", by=nobody, target="directory.listing")


def test_a_user_is_kept_as_an_id_and_no_name():
    user = User.objects.create_user("carys@example.org", name="Carys Pugh")
    event = record("listing.tried", by=user, target=user, on=date(2026, 11, 21), codes={"b", "a"})
    event.refresh_from_db()
    assert (event.actor, event.actor_id, event.target, event.target_id) == (
        "user",
        user.pk,
        "accounts.user",
        str(user.pk),
    )
    assert event.data == {"on": "2026-11-21", "codes": ["a", "b"]}


@pytest.mark.parametrize(
    "data", ["x" * 121, "Carys Pugh", "carys@example.org", ["Siân"], {"name": "Carys"}, 1.5, object()]
)
def test_only_ids_and_codes_are_taken(data):
    with pytest.raises(NotRecordable):
        an_event(data=data)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    with pytest.raises(NotRecordable):
        an_event()


def test_a_row_cannot_be_changed_or_removed_by_sql():
    an_event()
    columns = "id, at, event, actor, target, target_id, data"
    forged = f"INTO {TABLE} ({columns}) SELECT id, at, 'forged.event', actor, target, target_id, data FROM {TABLE}"
    own = {"sqlite": [f"REPLACE {forged}", f"INSERT OR REPLACE {forged}"], "postgresql": [f"TRUNCATE {TABLE}"]}
    for statement in [f"UPDATE {TABLE} SET event = 'o.e'", f"DELETE FROM {TABLE}", *own[connection.vendor]]:
        assert refused(statement)
    assert AuditEvent.objects.get().event == "listing.tried"


def test_a_permit_for_one_table_opens_no_other():
    an_event()
    PurgePermit.objects.create(table="some_other_table")
    assert refused(f"DELETE FROM {TABLE}")


def test_purge_removes_exactly_what_is_due_and_leaves_its_count():
    old = an_event()
    fresh = an_event()
    long_ago = timezone.now() - timedelta(days=3000)
    append_only.lift()
    AuditEvent.objects.filter(pk=old.pk).update(at=long_ago)
    append_only.install()
    before = timezone.now() - timedelta(days=2192)
    assert append_only.purge(AuditEvent.objects.all(), before=before, by="job:purge") == 1
    left = AuditEvent.objects.order_by("pk")
    assert left.first() == fresh
    assert left.last().data["count"] == 1
    assert not PurgePermit.objects.exists()
    assert refused(f"DELETE FROM {TABLE}")


@pytest.mark.parametrize(
    "address",
    [
        "/admin/notifications/message/?text__contains=a",
        "/admin/notifications/message/?secrets__icontains=a",
        "/admin/accounts/user/?password__startswith=a",
        "/admin/accounts/teammember/?password__startswith=a",
        "/admin/directory/enquiry/?what__icontains=a",
        "/admin/directory/listing/?phone__startswith=0",
    ],
)
def test_a_list_tells_nothing_by_a_column_it_does_not_filter_by(admin_client, address):
    assert admin_client.get(address).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/admin/notifications/message/?state=sent&language=both&queued_at__year=2026",
        "/admin/accounts/user/?is_staff__exact=1",
        "/admin/directory/listing/?state=live&whole_area__exact=0",
        "/admin/audit/auditevent/?event=listing.created&at__year=2026",
    ],
)
def test_a_lists_own_filters_work(admin_client, address):
    assert admin_client.get(address).status_code == 200


def test_lifted_triggers_are_noticed_at_start_and_put_back_by_migrate():
    append_only.lift()
    assert len(triggers_stand(databases=["default"])) == len(append_only.wanted())
    call_command("migrate", verbosity=0, skip_checks=False)
    assert triggers_stand(databases=["default"]) == []


TAMPERED = {
    "sqlite": {
        "another statement": [
            f"DROP TRIGGER {TABLE}_no_update",
            f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} BEGIN SELECT 1; END",
        ],
        "a condition": [
            f"DROP TRIGGER {TABLE}_no_update",
            f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} WHEN 0 "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END",
        ],
    },
    "postgresql": {
        "another body": [
            "CREATE OR REPLACE FUNCTION append_only_refuse() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        ],
        "switched off": [f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_no_update"],
        "all switched off": [f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL"],
        "for replicas only": [f"ALTER TABLE {TABLE} ENABLE REPLICA TRIGGER {TABLE}_no_update"],
        "a condition": [
            f"DROP TRIGGER {TABLE}_no_update ON {TABLE}",
            f"CREATE TRIGGER {TABLE}_no_update BEFORE DELETE OR UPDATE ON {TABLE} FOR EACH ROW WHEN (false) "
            "EXECUTE FUNCTION append_only_refuse()",
        ],
        "one column": [
            f"DROP TRIGGER {TABLE}_no_update ON {TABLE}",
            f"CREATE TRIGGER {TABLE}_no_update BEFORE DELETE OR UPDATE OF event ON {TABLE} FOR EACH ROW "
            "EXECUTE FUNCTION append_only_refuse()",
        ],
        "a setting": ["ALTER FUNCTION append_only_refuse() SET search_path = pg_temp"],
    },
}[connection.vendor]


@pytest.mark.parametrize("how", TAMPERED)
def test_a_trigger_made_harmless_is_noticed_and_mended_by_migrate(client, how):
    """Each leaves a trigger of that name on the table."""
    an_event()
    with connection.cursor() as cursor:
        for statement in TAMPERED[how]:
            cursor.execute(statement)
    assert triggers_stand(databases=["default"])
    assert client.get("/readyz").status_code == 503
    call_command("migrate", verbosity=0)
    assert append_only.missing() == []
    assert client.get("/readyz").status_code == 200
    assert refused(f"UPDATE {TABLE} SET actor = 'job:forged'")
    assert refused(f"DELETE FROM {TABLE}")


@pytest.mark.django_db(transaction=True)
def test_migrate_puts_them_back_after_sqlite_rebuilt_the_table():
    with connection.schema_editor() as editor:
        field = AuditEvent._meta.get_field("target_id")
        wider = field.clone()
        wider.max_length, wider.model = 50, AuditEvent
        wider.set_attributes_from_name("target_id")
        editor.alter_field(AuditEvent, field, wider, strict=False)
    call_command("migrate", verbosity=0)
    assert append_only.missing() == []
    with transaction.atomic():
        an_event()
    assert refused(f"DELETE FROM {TABLE}")


def test_when_the_record_fails_the_change_did_not_happen(monkeypatch):
    listing = make_listing("Bryn Lewis", published=False)

    def fail(*args, **kwargs):
        raise RuntimeError("the audit is down")

    monkeypatch.setattr("directory.services.record", fail)
    with pytest.raises(RuntimeError):
        services.publish(listing, by="job:tests")
    assert Listing.objects.get().published_at is None


def test_every_verb_of_a_listing_leaves_its_event():
    listing = make_listing("Bryn Lewis")
    services.suspend(listing, by="job:tests")
    services.end(listing, by="job:tests")
    events = AuditEvent.objects.filter(target_id=str(listing.pk)).order_by("pk").values_list("event", flat=True)
    assert list(events) == [
        "listing.created",
        "listing.capacity_confirmed",
        "listing.services_set",
        "listing.checked_set",
        "listing.published",
        "listing.suspended",
        "listing.ended",
    ]


def test_a_portal_whose_triggers_do_not_stand_is_not_ready(client):
    assert client.get("/readyz").status_code == 200
    append_only.lift()
    answer = client.get("/readyz")
    assert (answer.status_code, b"triggers" in answer.content) == (503, True)
