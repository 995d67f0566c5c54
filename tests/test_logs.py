"""Links of mails that act keep their secret out of every log."""

import logging

import pytest

from microcare.logs import WithoutSecrets, without_secrets


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/accounts/invitation/abc-DEF_1/", "/accounts/invitation/…/"),
        ("/cy/accounts/undo/abc/", "/cy/accounts/undo/…/"),
        ("/accounts/confirm-email/MQ:1xU:9n6/", "/accounts/confirm-email/…/"),
        ("/accounts/password/reset/key/1-set-abc/", "/accounts/password/reset/key/…/"),
        ("/cy/join/abc-DEF_1/", "/cy/join/…/"),
        ("/carers/bryn-lewis/", "/carers/bryn-lewis/"),
    ],
)
def test_a_path_is_logged_without_its_secret(path, logged):
    assert without_secrets(path) == logged


def test_what_django_logs_of_a_refused_address_has_none(caplog):
    record = logging.makeLogRecord({"msg": "%s: %s", "args": ("Gone", "/accounts/undo/abc/")})
    assert WithoutSecrets().filter(record)
    assert record.getMessage() == "Gone: /accounts/undo/…/"
