"""Which state a case may go to from which, and by what: one table. `docs/cases.md` draws it (`diagram`)."""

from collections.abc import Collection
from typing import NamedTuple

from feedback.models.cases import Kind, State

ASIDE, NEW, OPEN, REPLY, TO_DECIDE, PLAN, FORMAL, CLOSED, APPEAL, MERGED = (
    State.ASIDE, State.NEW, State.OPEN, State.REPLY, State.TO_DECIDE, State.PLAN, State.FORMAL, State.CLOSED,
    State.APPEAL, State.MERGED,
)  # fmt: skip
EVERY = tuple(Kind)
CONCERN, COMPLAINT = (Kind.CONCERN,), (Kind.COMPLAINT,)


class NotAllowed(Exception):
    """A case in this state does not take this step; the message says what it is now."""


class Move(NamedTuple):
    """`by` is what people call the step."""

    step: str
    by: str
    of: tuple[Kind, ...]
    before: tuple[State, ...]
    after: State


MOVES = (
    Move("release", "It is no spam", EVERY, (ASIDE,), NEW),
    Move("take_on", "Somebody takes it on", EVERY, (NEW,), OPEN),
    Move("put_to_carer", "The allegation goes to the carer", CONCERN, (OPEN,), REPLY),
    Move("replied", "The carer replies, or their time is over", CONCERN, (REPLY,), OPEN),
    Move("hand_over", "Looked into", CONCERN, (OPEN,), TO_DECIDE),
    Move("hand_back", "More is to be looked into", CONCERN, (TO_DECIDE,), OPEN),
    Move("decide", "Decided", CONCERN, (TO_DECIDE,), CLOSED),
    Move("decide_plan", "Decided: an action plan", CONCERN, (TO_DECIDE,), PLAN),
    Move("plan_kept", "The plan was kept", CONCERN, (PLAN,), CLOSED),
    Move("plan_broken", "The plan was not kept", CONCERN, (PLAN,), OPEN),
    Move("appeal", "The carer appeals", CONCERN, (CLOSED, PLAN), APPEAL),
    Move("hear", "The appeal is decided", CONCERN, (APPEAL,), CLOSED),
    Move("hear_plan", "The appeal is decided: an action plan", CONCERN, (APPEAL,), PLAN),
    Move("answer", "Answered", EVERY, (OPEN,), CLOSED),
    Move("ask_formal", "Formal consideration is asked for", COMPLAINT, (NEW, OPEN, CLOSED), FORMAL),
    Move("answer_formally", "Answered formally", COMPLAINT, (FORMAL,), CLOSED),
    Move("reopen", "Something new", EVERY, (CLOSED,), OPEN),
    Move("make_another_kind", "It is another kind", EVERY, (REPLY, TO_DECIDE, PLAN, FORMAL, APPEAL), OPEN),
    Move("merge", "The same as another", EVERY, (NEW, OPEN), MERGED),
)  # fmt: skip
OVER: Collection[State] = (CLOSED, MERGED)


def may(step: str, kind: str, state: str) -> bool:
    return any(move.step == step and kind in move.of and state in move.before for move in MOVES)


def after(step: str, kind: str, state: str) -> State:
    """Raises `NotAllowed`."""
    for move in MOVES:
        if move.step == step and kind in move.of and state in move.before:
            return move.after
    raise NotAllowed(f"This cannot be done now: it is “{State(state).label.lower()}”.")


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> new", "    [*] --> aside"]
    for move in MOVES:
        only = "" if move.of == EVERY else f" ({', '.join(kind.value for kind in move.of)})"
        lines += [f"    {_name(state)} --> {_name(move.after)}: {move.by}{only}" for state in move.before]
    return "\n".join([*lines, "    closed --> [*]", "    merged --> [*]"])


def _name(state: State) -> str:
    return state.value.replace("-", "_")
