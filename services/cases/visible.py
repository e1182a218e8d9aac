"""Which cases somebody may look at: those of the authorities they serve, and only officers."""

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import case_row
from rules.errors import HandrailError, UnknownReferenceError
from rules.people import Actor, may_see


def visible_case(conn: Connection, *, reference: str, viewer: Actor) -> AnyRow:
    """Return a case that somebody may look at.

    Raises:
        UnknownReferenceError: There is none, or it is not theirs to see; nobody learns which.
    """
    try:
        case = case_row(conn, reference=reference)
    except UnknownReferenceError as error:
        raise nothing_here("case") from error
    if not may_see(viewer, authority=case.authority):
        raise nothing_here("case")
    return case


def nothing_here(what: str) -> HandrailError:
    """Return the error that there is no such thing for whoever asks."""
    return UnknownReferenceError(
        f"There is no such {what} among those you may see.",
        next_step="Check the address, or search for the case by its reference, the client’s "
        "name or the postcode.",
    )
