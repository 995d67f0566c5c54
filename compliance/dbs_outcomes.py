"""What came of asking the DBS, in a sentence for who asked: whether it was asked at all, and what happens now."""

from django.utils import timezone

from compliance.models import StatusCheck
from onboarding.papers import in_words

State, Result, Problem = StatusCheck.State, StatusCheck.Result, StatusCheck.Problem
ANSWERS = {
    Result.NEW: "The DBS was asked: it has new information, so the certificate is no longer current.",
    Result.NO_MATCH: "The DBS was asked: it found no match.",
}
PROBLEMS = {
    Problem.REFUSED: "The DBS was asked, and took the details to be wrong (400). Compare them with the certificate.",
    Problem.SERVER: "The DBS was asked, and had an error of its own.",
    Problem.SLOW: "The DBS was asked, and did not answer in time.",
    Problem.HUNG_UP: "The DBS was asked, and the connection broke before it had answered.",
    Problem.UNREAD: "The DBS was asked, and its answer was nothing that a status check answers.",
    Problem.MOVED: "No answer: DBS_STATUS_URL pointed to another address, which is not followed. Look at it.",
    Problem.UNREACHABLE: "The DBS was not asked: it could not be reached.",
    Problem.INSECURE: "The DBS was not asked: the connection was not safe (TLS), so nothing was sent.",
    Problem.SEALED: "The DBS was not asked: the details cannot be read (another key). Record the consent again.",
}


def in_a_sentence(check: StatusCheck) -> str:
    if check.state == State.ANSWERED:
        return ANSWERS.get(Result(check.result)) or _current(check)
    if check.state == State.STOPPED:
        return "The consent or the certificate ended meanwhile, so nothing of what came is kept."
    if not check.problem:
        return "Somebody asks it this very moment. Look again in two minutes."
    return f"{PROBLEMS[Problem(check.problem)]} {_then(check)}"


def _current(check: StatusCheck) -> str:
    until = check.evidence.valid_until if check.evidence else None
    counts = f" The certificate counts as seen until {in_words(until)}." if until else ""
    return f"The DBS was asked: nothing is new.{counts}"


def _then(check: StatusCheck) -> str:
    if check.try_again_at:
        return f"It is tried again by itself after {timezone.localtime(check.try_again_at):%-d %B %Y, %H:%M}."
    return "It is not tried again by itself: it waits in the queue until somebody deals with it."
