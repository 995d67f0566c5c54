"""Cases, made through the verbs."""

from feedback import cases
from feedback.models.cases import Kind
from tests.builders import TODAY

numbers = iter(range(1, 1_000_000))


def make_case(*, kind=Kind.CONCERN, received_on=TODAY, hold="", **facts):
    """As it comes by the form."""
    said = {"words": "She did not come on Monday.", "name": "Ann Price", "email": "ann.price@example.org"}
    said |= {"language": "en", **facts}
    if said.get("anonymous"):
        said |= {"name": "", "email": ""}
    return cases.receive(form_key=f"form-{next(numbers)}", on=received_on, kind=kind, hold=hold, **said)
