"""What may be done with a case next, as links on its page: rooms above add what is theirs to do."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from feedback.models import Case


class Step(NamedTuple):
    """A link; `warns` where what it leads to takes something away from somebody."""

    text: str
    url: str
    warns: bool = False


# Each is asked with the case and whoever looks at it, and gives what this person may do with it now.
STEPS: list[Callable[[Case, Any], Iterable[Step]]] = []


def steps(case: Case, user: Any) -> list[Step]:
    return [step for ask in STEPS for step in ask(case, user)]
