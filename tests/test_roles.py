"""Roles are one table; the team changes by verbs alone, and a manager always stays."""

import threading
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts import invitations, mailed_links, roles, team, unused
from accounts.models import Invitation, User
from accounts.roles import NoSuchRoles
from accounts.team import Refused
from audit.models import AuditEvent
from notifications.models import Message
from tests.team_builders import BY, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return member("megan@council.example.org", "manager", name="Megan")


@pytest.fixture
def reviewer():
    return member("rhys@council.example.org", "reviewer", name="Rhys")


def held(user):
    return [role.slug for role in roles.of(User.objects.get(pk=user.pk))]


def last_event():
    return AuditEvent.objects.latest("pk")


# The table


@pytest.mark.parametrize("role", roles.TABLE, ids=lambda role: role.slug)
def test_a_role_names_only_permissions_that_exist(role):
    there = {f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")}
    assert not [name for name in role.permissions if name not in there]


@pytest.mark.parametrize("role", roles.TABLE, ids=lambda role: role.slug)
def test_a_member_may_do_what_the_table_says_and_nothing_else(role):
    assert member("ann@council.example.org", role.slug).get_all_permissions() == set(role.permissions)


@pytest.mark.parametrize("role", roles.TABLE, ids=lambda role: role.slug)
def test_a_role_says_what_it_is_in_a_sentence_in_each_language(role):
    english = (str(role.name), str(role.sentence))
    with override("cy"):
        welsh = (str(role.name), str(role.sentence))
    assert not set(english) & set(welsh)
    assert english[1][-1] == welsh[1][-1] == "."


def test_after_a_migrate_the_groups_are_the_table_again():
    editor = Group.objects.get(name="editor")
    editor.permissions.clear()
    Group.objects.get(name="reviewer").permissions.add(Permission.objects.get(codename="invite_staff"))
    call_command("migrate", verbosity=0)
    assert editor.permissions.filter(codename="change_page").exists()
    assert not Group.objects.get(name="reviewer").permissions.filter(codename="invite_staff").exists()


def test_an_auditor_changes_nothing_and_reads_nothing_that_people_wrote():
    changing = ("add_", "change_", "delete_", "decide_", "invite_", "remove_", "reset_", "send_", "read_")
    assert not [name for name in roles.ROLES["auditor"].permissions if name.partition(".")[2].startswith(changing)]


@pytest.mark.parametrize(
    ("slugs", "why"), [([], "at least one"), (["king"], "no role king"), (["auditor", "editor"], "no other role")]
)
def test_some_roles_nobody_can_hold(slugs, why):
    with pytest.raises(NoSuchRoles, match=why):
        roles.checked(slugs)


def test_whoever_is_not_in_the_team_is_a_carer_and_may_do_nothing():
    user = User.objects.create_user("carys@example.org")
    assert [role.slug for role in roles.of(user)] == ["carer"]
    assert not user.get_all_permissions()


# Changing roles


def test_roles_are_changed_by_somebody_and_that_is_in_the_audit(manager, reviewer):
    team.set_roles(reviewer, by=manager, slugs=["editor", "case-officer"])
    assert held(reviewer) == ["case-officer", "editor"]
    event = last_event()
    assert (event.event, event.actor_id, event.data["before"]) == ("user.roles_changed", manager.pk, ["reviewer"])


def test_nothing_happens_without_its_audit_row(manager, reviewer, monkeypatch):
    monkeypatch.setattr("accounts.team.record", lambda *args, **kwargs: 1 / 0)
    for change in (team.remove, lambda user, by: team.set_roles(user, by=by, slugs=["editor"])):
        with pytest.raises(ZeroDivisionError):
            change(reviewer, by=manager)
    assert held(reviewer) == ["reviewer"]


def test_the_same_roles_again_are_no_change(manager, reviewer):
    team.set_roles(reviewer, by=manager, slugs=["reviewer"])
    assert last_event().event == "user.joined_team"


def test_nobody_changes_their_own_place(manager):
    member("mair@council.example.org", "manager")
    with pytest.raises(Refused, match="their own"):
        team.set_roles(manager, by=manager, slugs=["manager", "safeguarding-lead"])
    with pytest.raises(Refused, match="their own"):
        team.remove(manager, by=manager)


def test_the_last_manager_is_neither_removed_nor_made_something_else(manager, reviewer):
    for change in (team.remove, lambda user, by: team.set_roles(user, by=by, slugs=["editor"])):
        with pytest.raises(Refused, match="last manager"):
            change(manager, by=BY)
    assert held(manager) == ["manager"]


def test_a_manager_who_cannot_sign_in_does_not_count_as_one(manager):
    member("mair@council.example.org", "manager", is_active=False)
    with pytest.raises(Refused, match="last manager"):
        team.remove(manager, by=BY)


def test_the_last_manager_may_be_given_more(manager):
    team.set_roles(manager, by=BY, slugs=["manager", "safeguarding-lead"])
    assert held(manager) == ["manager", "safeguarding-lead"]


# Removing


def test_who_is_removed_is_signed_out_everywhere_at_once(manager, reviewer):
    browsers = [Client(), Client()]
    other = Client()
    for client in browsers:
        client.force_login(reviewer)
    other.force_login(manager)
    team.remove(reviewer, by=manager)
    assert Session.objects.count() == 1
    assert "_auth_user_id" not in browsers[0].session
    assert other.session["_auth_user_id"] == str(manager.pk)
    assert last_event().data == {"roles": ["reviewer"], "sessions": 2}


def test_who_is_removed_has_nothing_left_but_the_account(manager, reviewer):
    reviewer.user_permissions.add(Permission.objects.get(codename="view_jobrun"))
    team.remove(reviewer, by=manager)
    user = User.objects.get(pk=reviewer.pk)
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert not user.get_all_permissions()
    with pytest.raises(Refused, match="no longer"):
        team.remove(reviewer, by=manager)


@pytest.mark.parametrize("change", ["remove", "demote"])
def test_the_invitations_of_a_manager_who_goes_stop_working(manager, change):
    other = member("mair@council.example.org", "manager")
    link = invitations.invite(by=other, email="new@example.org", slugs=["editor"], language="en")
    if change == "remove":
        team.remove(other, by=manager)
    else:
        team.set_roles(other, by=manager, slugs=["editor"])
    assert invitations.find(link.rstrip("/").rpartition("/")[2]).state(timezone.now()) == Invitation.State.WITHDRAWN


def at_once(changes):
    """Together on PostgreSQL; on SQLite, where writers take turns by themselves, one after the other."""
    if connection.vendor == "sqlite":
        return [change() for change in changes]
    start = threading.Barrier(len(changes))

    def run(change):
        try:
            start.wait()
            change()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[change]) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["remove", "demote"])
def test_two_managers_who_remove_each_other_at_once_leave_one(way):
    pair = [member("megan@council.example.org", "manager"), member("mair@council.example.org", "manager")]
    refused = []

    def against(by, other):
        try:
            team.remove(other, by=by) if way == "remove" else team.set_roles(other, by=by, slugs=["editor"])
        except Refused as error:
            refused.append(str(error))

    at_once([lambda: against(*pair), lambda: against(*pair[::-1])])
    assert team.managers().count() == 1
    assert len(refused) == 1


def demoted(user):
    user.groups.set(Group.objects.filter(name="editor"))


def closed(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def removed(user):
    team.remove(user, by=BY)


CHANGES = {
    "remove": lambda by, reviewer, offer: team.remove(reviewer, by=by),
    "roles": lambda by, reviewer, offer: team.set_roles(reviewer, by=by, slugs=["editor"]),
    "invite": lambda by, reviewer, offer: invitations.invite(by=by, email="b@x.org", slugs=["editor"], language="en"),
    "withdraw": lambda by, reviewer, offer: invitations.withdraw(offer, by=by),
}


@pytest.mark.parametrize("lost", [demoted, closed, removed], ids=lambda way: way.__name__)
@pytest.mark.parametrize("change", CHANGES)
def test_who_lost_their_own_place_after_they_came_to_the_page_changes_nothing(manager, reviewer, change, lost):
    by = member("mair@council.example.org", "manager")
    assert by.has_perm("accounts.invite_staff")  # as they were when they pressed the button
    invitations.invite(by=manager, email="a@x.org", slugs=["editor"], language="en")
    lost(by)
    before = AuditEvent.objects.count()
    with pytest.raises(Refused, match="You may no longer do that"):
        CHANGES[change](by, reviewer, Invitation.objects.get())
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("lost", [demoted, closed], ids=lambda way: way.__name__)
def test_nobody_comes_in_by_the_word_of_somebody_who_lost_theirs(manager, lost):
    by = member("mair@council.example.org", "manager")
    invitations.invite(by=by, email="a@x.org", slugs=["editor"], language="en")
    lost(by)
    with pytest.raises(Refused, match="no longer"):
        invitations.accept_as_new(Invitation.objects.get(), name="A", password="three blue kettles")
    assert not User.objects.filter(email="a@x.org").exists()


@pytest.mark.django_db(transaction=True)
def test_a_manager_removed_while_their_invitation_is_accepted_waits_and_loses_nothing_by_it(monkeypatch):
    """On PostgreSQL the removal comes in the middle of the acceptance; on SQLite writers take turns by themselves."""
    boss, other = (member(f"{name}@council.example.org", "manager") for name in ("megan", "mair"))
    link = invitations.invite(by=other, email="a@x.org", slugs=["editor"], language="en")
    offer = invitations.find(link.split("/")[-2])
    troubles, joined, join = [], threading.Event(), team.join

    def slowly(*args, **kwargs):
        join(*args, **kwargs)
        joined.set()
        time.sleep(0.5 if connection.vendor == "postgresql" else 0)

    def remove():
        joined.wait(10)
        try:
            team.remove(other, by=boss)
        except Exception as error:
            troubles.append(error)

    monkeypatch.setattr("accounts.team.join", slowly)
    at_once([lambda: invitations.accept_as_new(offer, name="A", password="three blue kettles"), remove])
    assert troubles == []
    assert held(User.objects.get(email="a@x.org")) == ["editor"]
    assert held(other) == ["carer"]
    assert Invitation.objects.get().state(timezone.now()) == Invitation.State.USED


@pytest.mark.django_db(transaction=True)
def test_an_invitation_accepted_while_its_manager_is_removed_is_refused(monkeypatch):
    boss, other = (member(f"{name}@council.example.org", "manager") for name in ("megan", "mair"))
    link = invitations.invite(by=other, email="a@x.org", slugs=["editor"], language="en")
    offer = invitations.find(link.split("/")[-2])
    refused, going, end_sessions = [], threading.Event(), team.end_sessions

    def slowly(user):
        going.set()
        time.sleep(0.5 if connection.vendor == "postgresql" else 0)
        return end_sessions(user)

    def accept():
        going.wait(10)
        try:
            invitations.accept_as_new(offer, name="A", password="three blue kettles")
        except Refused as error:
            refused.append(error)

    monkeypatch.setattr("accounts.team.end_sessions", slowly)
    at_once([lambda: team.remove(other, by=boss), accept])
    assert len(refused) == 1
    assert not User.objects.filter(email="a@x.org").exists()


# Places that nobody uses


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def not_seen_for(user, days):
    User.objects.filter(pk=user.pk).update(last_login=days_ago(days), date_joined=days_ago(900))
    return user


def messages(user):
    return Message.objects.filter(to=user.email)


def test_who_has_not_signed_in_for_long_is_warned_once_with_the_managers(manager, reviewer):
    not_seen_for(reviewer, 352)
    assert unused.look_after(timezone.now()) == 1
    assert unused.look_after(timezone.now()) == 0
    assert messages(reviewer).count() == messages(manager).count() == 1
    assert held(reviewer) == ["reviewer"]


def test_fourteen_days_after_the_warning_they_are_out_and_not_before(manager, reviewer):
    not_seen_for(reviewer, 351)
    unused.look_after(timezone.now())
    unused.look_after(timezone.now() + timedelta(days=13))
    assert held(reviewer) == ["reviewer"]
    assert unused.look_after(timezone.now() + timedelta(days=14, minutes=1)) == 1
    assert held(reviewer) == ["carer"]
    assert (last_event().event, last_event().actor) == ("user.removed", "job:look-after-unused-staff")


def test_nobody_is_out_without_a_warning_however_long_the_job_was_dead(manager, reviewer):
    not_seen_for(reviewer, 600)
    unused.look_after(timezone.now())
    assert held(reviewer) == ["reviewer"]
    unused.look_after(timezone.now() + timedelta(days=15))
    assert held(reviewer) == ["carer"]


def test_who_signs_in_after_the_warning_stays_and_is_warned_anew_a_year_later(manager, reviewer):
    not_seen_for(reviewer, 352)
    unused.look_after(timezone.now())
    not_seen_for(reviewer, 0)
    unused.look_after(timezone.now() + timedelta(days=20))
    assert held(reviewer) == ["reviewer"]
    unused.look_after(timezone.now() + timedelta(days=352))
    assert messages(reviewer).count() == 2


def test_who_joined_lately_and_has_not_signed_in_yet_stays(manager, reviewer):
    assert unused.look_after(timezone.now() + timedelta(days=300)) == 0


def test_the_last_manager_is_neither_warned_nor_lapses(manager):
    not_seen_for(manager, 900)
    assert unused.look_after(timezone.now()) == 0
    assert unused.look_after(timezone.now() + timedelta(days=30)) == 0
    assert held(manager) == ["manager"]


def test_of_two_managers_who_both_lapse_one_stays(manager):
    other = not_seen_for(member("mair@council.example.org", "manager"), 400)
    not_seen_for(manager, 400)
    unused.look_after(timezone.now())
    unused.look_after(timezone.now() + timedelta(days=15))
    assert sorted([held(manager), held(other)]) == [["carer"], ["manager"]]


# The first manager


def test_the_first_manager_is_invited(capsys):
    call_command("first_manager", "Megan@Council.example.org")
    offer = Invitation.objects.get()
    assert (offer.email, offer.roles, offer.invited_by) == ("megan@council.example.org", ["manager"], None)
    assert "/accounts/invitation/" in capsys.readouterr().out
    assert Message.objects.get().to == offer.email


def test_who_has_an_account_is_made_a_manager_at_once(reviewer):
    with pytest.raises(CommandError, match="Nobody has confirmed"):
        call_command("first_manager", reviewer.email)
    mailed_links.prove_address(reviewer)
    call_command("first_manager", reviewer.email)
    assert held(reviewer) == ["reviewer", "manager"]


@pytest.mark.parametrize("email", ["megan", "closed@example.org"])
def test_the_first_manager_must_be_able_to_sign_in(email):
    User.objects.create_user("closed@example.org", is_active=False)
    with pytest.raises(CommandError):
        call_command("first_manager", email)
    assert not team.managers().exists()
