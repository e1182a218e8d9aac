"""What the forms of aftercare offer to choose from: defects by where they stand, and domains."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from sqlalchemy import Connection

from models.base import AnyRow
from rules.aftercare.defects import State, leading_to
from rules.aftercare.outcomes import WELL_BEING
from services.aftercare.held import defects_on


def _defects(*states: State) -> Callable[[Connection, AnyRow, date], list[tuple[str, str]]]:
    """Return what offers the defects that may go on to one of some states."""
    among = leading_to(*states)

    def offers(conn: Connection, case: AnyRow, _: date) -> list[tuple[str, str]]:
        return [
            (str(one.number), f"{one.called[:1].upper()}{one.called[1:]}: {one.words[:80]}")
            for one in defects_on(conn, case_id=case.id)
            if one.state in among
        ]

    return offers


AFTER_SIGN_OFF: Final[Mapping[str, Callable[[Connection, AnyRow, date], list[tuple[str, str]]]]] = {
    "domains": lambda *_: list(WELL_BEING.items()),
    "defects_to_judge": _defects(State.ISSUED, State.NOT_OF_WORKS),
    "recalls_to_answer": _defects(State.ACKNOWLEDGED),
    "recalls_to_put_right": _defects(State.PUT_RIGHT),
    "recalls_to_move": _defects(State.ELSEWHERE),
    "recalls_to_inspect": _defects(State.NOT_RIGHT),
    "recalls_to_confirm": _defects(State.CONFIRMED),
}
"""What may be offered, by the name that a declaration gives it."""
