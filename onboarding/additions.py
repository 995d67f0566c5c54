"""What rooms above add to a carer's own pages: a line under “More”, and at the top of the tasks while it is urgent."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.http import HttpRequest

from onboarding.models import Carer


class Line(NamedTuple):
    """Where it leads, what it is called, and what is said of it."""

    title: str
    url: str
    words: str
    urgent: bool = False


# Each is asked with the request, which says who looks, at the desk too, and the carer.
LINES: list[Callable[[HttpRequest, Carer], Iterable[Line]]] = []


def lines(request: HttpRequest, carer: Carer) -> list[Line]:
    return [line for ask in LINES for line in ask(request, carer)]
