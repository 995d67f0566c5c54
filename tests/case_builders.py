"""Cases, made through the verbs."""

from compliance import case_deciding, case_replies
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


def looked_into(case, by, *, on=TODAY):
    """Acknowledged, and somebody has taken it on."""
    cases.acknowledge(case, by=by, on=on)
    return cases.take_on(case, by=by)


def put(case, by, *, on=TODAY, words="Dydych chi ddim wedi dod ar y dydd Llun.", language="cy"):
    """The allegation is with the carer."""
    return case_replies.put_to_carer(case, words={language: words}, by=by, on=on)


def handed_over(case, by, *, reply_by=None, on=TODAY, recommendation="remove"):
    """Put to the carer, who replied, and handed over."""
    put(case, by, on=on)
    if reply_by:
        case_replies.reply(case, by=reply_by, words="Roeddwn i'n sâl.", on=on)
    return case_deciding.hand_over(case, by=by, summary="She did not come.", recommendation=recommendation, on=on)
