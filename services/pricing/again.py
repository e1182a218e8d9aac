"""One case priced again: what that would come to, and asking for it once."""

from datetime import datetime

from sqlalchemy import Connection

from rules.errors import AlreadyDecidedError, InvalidDecisionError, UnknownReferenceError
from rules.people import Actor, check_may_change_many
from rules.pricing.repricing import Foreseen, Selection
from services.cases.visible import visible_case
from services.pricing.preview import preview
from services.pricing.repricings import ask, repriced_cases, repricing_of, repricings


def selection_of(*, reference: str, wrong: str, right: str) -> Selection:
    """Return the one case as a selection.

    Args:
        wrong: A code that is to be replaced, or an empty string.
        right: The code that replaces it.

    Raises:
        InvalidDecisionError: One of the two is missing, or they cannot be meant.
    """
    if bool(wrong) != bool(right):
        raise InvalidDecisionError(
            "A code is replaced by another: give both, or neither.", next_step="Nothing was asked."
        )
    return Selection(cases=(reference,), replaced={wrong: right} if wrong else {})


def check_may_price_again(conn: Connection, *, reference: str, viewer: Actor) -> str:
    """Return the case's reference, if somebody may have it priced again.

    Raises:
        UnknownReferenceError: There is no such case among those they may see.
        NotPermittedError: Their role may not.
    """
    case = visible_case(conn, reference=reference, viewer=viewer)
    check_may_change_many(actor=viewer, what="a repricing", authorities={case.authority})
    return str(case.reference)


def foreseen(conn: Connection, *, selection: Selection, now: datetime) -> Foreseen | None:
    """Return what pricing the case again would come to, or None where no price would change."""
    return next(iter(preview(conn, selection=selection, now=now)), None)


def price_again(
    conn: Connection, *, selection: Selection, viewer: Actor, reason: str, now: datetime
) -> int:
    """Ask for the case to be priced again, and return the repricing's number.

    Raises:
        AlreadyDecidedError: The same is asked for and not carried out yet.
        HandrailError: As a repricing raises.
    """
    for row in repricings(conn):
        same = row.selection == selection.plain() and row.replaced_codes == dict(selection.replaced)
        if row.status == "asked" and same:
            raise AlreadyDecidedError(
                f"{selection.cases[0]} is being priced again already, asked for by {row.asked_by}.",
                next_step="Nothing was asked for twice.",
            )
    number, _ = ask(conn, selection=selection, actor=viewer, reason=reason, now=now)
    return number


def became_of(conn: Connection, *, reference: str, number: int) -> tuple[bool, str]:
    """Return whether a repricing is still to be carried out, and what became of the case by it.

    Raises:
        UnknownReferenceError: There is no such repricing of this case.
    """
    row = repricing_of(conn, repricing_id=number)
    if tuple(row.selection.get("cases") or ()) != (reference,):
        raise UnknownReferenceError(
            f"No such repricing of {reference} is on record.", next_step="Ask for it again."
        )
    for case in repriced_cases(conn, repricing_id=number):
        return False, f"{str(case.outcome).capitalize()}. {case.detail or ''}".strip()
    waits = row.status == "asked"
    return waits, "Asked for; it is done as soon as Handrail runs." if waits else "Done."
