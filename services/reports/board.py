"""The statutory board: what the Act, a landlord or a contract lets lapse, on any date.

It rests on what happened and when: the application, the decision, the day the works were certified.
So it answers for a date before Handrail was there, and for one to come if nothing moves.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from models.contacts import check_authority
from rules.reports.statutory_board import Section, caution, sections
from services.cases.clocks.calendar import calendar_for
from services.reports.lapses import lapses_of_registers
from services.reports.limits import undecided, unfinished
from services.reports.on_board import BoardView
from services.reports.papers import certificates_awaited, completion_certificates, consents


@dataclass(frozen=True, slots=True)
class Board:
    """The board on a date.

    Args:
        at: The date.
        authority: The authority it is for, or an empty string for all.
        caution: How a board for another day is to be read, or an empty string.
        sections: Its sections, each with its counts and its entries by date.
    """

    at: date
    authority: str
    caution: str
    sections: tuple[Section, ...]


def board(conn: Connection, *, at: date, today: date, authority: str = "") -> Board:
    """Return the statutory board.

    Args:
        at: The date it is for.
        today: Today's date.
        authority: Only this authority's, if given; what serves several is there for each.

    Raises:
        UnknownReferenceError: There is no such authority.
        NoBankHolidayDataError: The bank holidays of the date's year are not held.
    """
    check_authority(conn, code=authority)
    calendar_for(conn, authority=authority).is_working(at)  # refuses a year without data
    view = BoardView(conn, at, today, authority)
    near = list(undecided(view))
    found = [
        *near,
        *unfinished(view),
        *consents(view),
        *certificates_awaited(view, near),
        *completion_certificates(view),
        *lapses_of_registers(conn, at=at, authority=authority),
    ]
    return Board(at, authority, caution(at=at, today=today), sections(found))
