"""The life of a defect reported after sign-off, and of the recall that puts it right.

A defect of the works is put right by the contractor who did them at no cost: the recall, a small
order that takes its number from the order. One table says from which state to which it may go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """Where a defect stands."""

    REPORTED = "reported"
    LATE = "late"
    NOT_OF_WORKS = "not_of_works"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    VISIT_AGREED = "visit_agreed"
    DISPUTED = "disputed"
    ELSEWHERE = "elsewhere"
    PUT_RIGHT = "put_right"
    NOT_RIGHT = "not_right"
    PASSED = "passed"
    NOT_CONFIRMED = "not_confirmed"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"

    @property
    def words(self) -> str:
        """As people read it."""
        return STATES[self].words


@dataclass(frozen=True, slots=True)
class Stage:
    """What is known of a state.

    Args:
        words: What people call it.
        holder: Who is waited for, or an empty string where it is over.
        to: The states that it may go to.
    """

    words: str
    holder: str
    to: frozenset[State] = frozenset()


_CONTRACTOR: Final = frozenset(
    {
        *(State.ACKNOWLEDGED, State.VISIT_AGREED, State.DISPUTED, State.PUT_RIGHT),
        *(State.ELSEWHERE, State.NOT_OF_WORKS),
    }
)
_LOOKED_AT: Final = frozenset({State.PASSED, State.NOT_RIGHT})

STATES: Final[Mapping[State, Stage]] = MappingProxyType(
    {
        State.REPORTED: Stage(
            "reported", "technical officer", frozenset({State.ISSUED, State.NOT_OF_WORKS})
        ),
        State.LATE: Stage("reported after the period", ""),
        State.NOT_OF_WORKS: Stage("not a defect of the works", "", frozenset({State.ISSUED})),
        State.ISSUED: Stage("recall sent to the contractor", "contractor", _CONTRACTOR),
        State.ACKNOWLEDGED: Stage("recall acknowledged", "contractor", _CONTRACTOR),
        State.VISIT_AGREED: Stage("visit agreed", "contractor", _CONTRACTOR),
        State.DISPUTED: Stage(
            "disputed by the contractor",
            "technical officer",
            frozenset({State.ISSUED, State.NOT_OF_WORKS, State.ELSEWHERE}),
        ),
        State.ELSEWHERE: Stage(
            "given to another contractor", "technical officer", frozenset({State.PUT_RIGHT})
        ),
        State.PUT_RIGHT: Stage("said to be put right", "technical officer", _LOOKED_AT),
        State.NOT_RIGHT: Stage("not put right", "contractor", _CONTRACTOR),
        State.PASSED: Stage(
            "put right and inspected",
            "client",
            frozenset({State.CONFIRMED, State.NOT_CONFIRMED, State.LAPSED}),
        ),
        State.NOT_CONFIRMED: Stage(
            "the client says that it is not right", "technical officer", _LOOKED_AT
        ),
        State.CONFIRMED: Stage("put right, as the client says", ""),
        State.LAPSED: Stage("put right; the client did not answer", ""),
    }
)
"""Every state, with who is waited for and where it may go."""

OPEN: Final = frozenset(state for state, stage in STATES.items() if stage.holder)
"""The states in which somebody still has something to do."""


def leading_to(*states: State) -> frozenset[State]:
    """Return the states from which one of some states may come."""
    return frozenset(one for one, stage in STATES.items() if stage.to & frozenset(states))


def recall_number(*, order_number: str, defect: int) -> str:
    """Return the number of a recall: that of its order, and of the defect on its case.

    >>> recall_number(order_number="WO-2026-00020", defect=2)
    'WO-2026-00020-R2'
    """
    return f"{order_number}-R{defect}"
