"""The DBS's Multiple Status Check facility: one question about one certificate, and what the answer comes to.

`GET <base>/crsc/api/status/<number>?…`, answered by a little XML (DBS Multiple Status Checking Guide 2.0, November
2024). What the address or the answer says of anybody never leaves this module: no error quotes them, nothing is logged,
and whether a certificate was blank is folded away here.
"""

import http.client
import ssl
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from compliance.models import StatusCheck

Found = TypeVar("Found")
Result = StatusCheck.Result
Problem = StatusCheck.Problem
PATIENCE = 10  # seconds for the whole answer
MOST = 32_768  # bytes; an answer has some hundred
SERVICE = "crsc/api/status"
# Blank or not is offence data, which nobody here has to know: both are one answer.
MEANS = {
    "BLANK_NO_NEW_INFO": Result.CURRENT,
    "NON_BLANK_NO_NEW_INFO": Result.CURRENT,
    "NEW_INFO": Result.NEW,
    "NO_MATCH_FOUND": Result.NO_MATCH,
}


class Holder(NamedTuple):
    """Of whom it is asked, as the certificate has it."""

    number: str
    forename: str
    surname: str
    born: date


class Asker(NamedTuple):
    """Who asks; the holder sees it at the DBS."""

    organisation: str
    forename: str
    surname: str


class NotAnswered(Exception):
    """There is no answer; `problem` is why, and all that the error says."""

    def __init__(self, problem: Problem):
        super().__init__(problem.value)
        self.problem = problem


class _NowhereElse(urllib.request.HTTPRedirectHandler):
    """Where a redirect leads, nobody's certificate goes."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@sensitive_variables()
def ask(holder: Holder, asker: Asker) -> Result:
    """What the DBS says today. Raises `NotAnswered`."""
    body = _without_its_cause(lambda: _get(address(holder, asker)))
    return _without_its_cause(lambda: read(body, holder))


@sensitive_variables()
def address(holder: Holder, asker: Asker) -> str:
    said = {
        "dateOfBirth": f"{holder.born:%d/%m/%Y}",
        "surname": holder.surname,
        "hasAgreedTermsAndConditions": "true",
        "organisationName": asker.organisation,
        "employeeSurname": asker.surname,
        "employeeForename": asker.forename,
    }
    return f"{settings.DBS_STATUS_URL}/{SERVICE}/{quote(holder.number, safe='')}?{urlencode(said)}"


@sensitive_variables()
def _without_its_cause(step: Callable[[], Found]) -> Found:
    """What went wrong below quotes the address, or the answer: only its kind gets out, and no chain leads to it."""
    try:
        return step()
    except NotAnswered as error:
        problem = error.problem
    except (OSError, http.client.HTTPException, ValueError) as error:
        problem = _kind(error)
    raise NotAnswered(problem)


def _kind(error: Exception) -> Problem:
    """What `urllib` wraps went wrong before the question was out, what it does not while the answer was awaited."""
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return Problem.MOVED if error.code < 400 else Problem.REFUSED if error.code == 400 else Problem.SERVER
    if isinstance(error, urllib.error.URLError):
        return Problem.INSECURE if isinstance(error.reason, ssl.SSLError) else Problem.UNREACHABLE
    if isinstance(error, TimeoutError):
        return Problem.SLOW
    if isinstance(error, OSError | http.client.IncompleteRead):
        return Problem.HUNG_UP
    is_address = not isinstance(error, http.client.HTTPException) or isinstance(error, http.client.InvalidURL)
    return Problem.UNREACHABLE if is_address else Problem.UNREAD


@sensitive_variables()
def _get(url: str) -> bytes:
    opener = urllib.request.build_opener(_NowhereElse)
    until = time.monotonic() + PATIENCE
    question = urllib.request.Request(url, headers={"Accept": "application/xml"})  # noqa: S310 (the settings' own)
    with opener.open(question, timeout=PATIENCE) as answer:
        if answer.status != http.client.OK or "xml" not in answer.headers.get_content_type():
            raise NotAnswered(Problem.UNREAD)
        found = b""
        while part := answer.read1(4096):
            found += part
            if len(found) > MOST:
                raise NotAnswered(Problem.UNREAD)
            if time.monotonic() > until:
                raise NotAnswered(Problem.SLOW)
        return found


@sensitive_variables()
def read(body: bytes, holder: Holder) -> Result:
    """Raises `NotAnswered` for anything but an answer as documented; an answer about somebody else is no match."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        root = None
    said = {_plain(one.tag): (one.text or "").strip() for one in root} if root is not None else {}
    means = MEANS.get(said.get("status", ""))
    if root is None or means is None or not is_whole(_plain(root.tag), said):
        raise NotAnswered(Problem.UNREAD)
    if means == Result.NO_MATCH or is_about(holder, said):
        return means
    return Result.NO_MATCH


def is_whole(root: str, said: dict[str, str]) -> bool:
    return root == "statusCheckResult" and said.get("statusCheckResultType") == "SUCCESS"


@sensitive_variables()
def is_about(holder: Holder, said: dict[str, str]) -> bool:
    """Whether the names are the holder's; of several forenames the first is enough, however it is written."""
    first = folded(said.get("forename", "").partition(" ")[0])
    surname = folded(said.get("surname", ""))
    return bool(first) and first == folded(holder.forename.partition(" ")[0]) and surname == folded(holder.surname)


def folded(name: str) -> str:
    """Letters alone: “Siân O’Neill-Rees” as the DBS may write her, SIAN ONEILL REES."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if letter.isalpha()).casefold()


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]
