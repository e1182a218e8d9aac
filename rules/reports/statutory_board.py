"""The statutory board: what the Act, a landlord or a contract lets lapse, before it does.

Each matter is told with its date, what is so, who holds it now and for how long, and what to do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dateutil.relativedelta import relativedelta

from rules.clocks.workdays import in_words
from rules.sentences import several

LIMIT_SOON: Final = relativedelta(months=2)
"""How long before a limit of the Act a case is on the board."""

LAPSE_SOON: Final = timedelta(days=60)
"""How long before it lapses a consent, document, agreement or lot is on the board."""


class Matter(StrEnum):
    """The sections of the board, in order."""

    UNDECIDED = "undecided"
    UNFINISHED = "unfinished"
    CONSENTS = "consents"
    CERTIFICATES = "certificates"
    PRIORITIES = "priorities"
    DOCUMENTS = "contractor_documents"
    PERMISSIONS = "permissions"
    LOTS = "lots"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a section of the board is called.

    Args:
        title: Its title.
        over: What has passed, for the counts.
        soon: What will pass, for the counts.
        empty: The line that stands where there is nothing.
        subject: What its lines are about, as a column is headed.
        section: The section of the Act, or other law; empty where it rests on a contract.
    """

    title: str
    over: str
    soon: str
    empty: str
    subject: str = "Case"
    section: str = ""


_NEAR: Final = "within two months of it"
_LAPSED, _LAPSING = "lapsed with work under way", "lapsing within 60 days"
HEADINGS: Final[Mapping[Matter, Heading]] = MappingProxyType(
    {
        Matter.UNDECIDED: Heading(
            "Applications undecided",
            *("over six months", _NEAR),
            "No application is undecided after six months, or will be within two months.",
            section="s.34(1)",
        ),
        Matter.UNFINISHED: Heading(
            "Approved works not completed",
            *("over twelve months", _NEAR),
            "No approved works are incomplete after twelve months, or will be within two months.",
            section="s.37(1)",
        ),
        Matter.CONSENTS: Heading(
            "Landlords' consents while approval waits",
            *("lapsed", _LAPSING),
            "No landlord's consent has lapsed, or lapses within 60 days, while approval waits.",
            section="Equality Act 2010 s.190",
        ),
        Matter.CERTIFICATES: Heading(
            "Certificates awaited",
            *("past their time", "holding a decision due within two months"),
            "No certificate is awaited for completed works, or for a decision that is near.",
            section="ss.19 to 22, s.37(4)",
        ),
        Matter.PRIORITIES: Heading(
            "Priorities to look at again",
            *("past their day", "due soon"),
            "No priority waits to be looked at again.",
        ),
        Matter.DOCUMENTS: Heading(
            "Contractors' documents",
            *(_LAPSED, _LAPSING),
            "No contractor's document has lapsed with work under way, or lapses within 60 days.",
            "Contractor",
        ),
        Matter.PERMISSIONS: Heading(
            "Landlords' pre-permissions",
            *(_LAPSED, _LAPSING),
            "No pre-permission has lapsed with work under way, or lapses within 60 days.",
            "Landlord",
        ),
        Matter.LOTS: Heading(
            "Lots",
            *("ended with work under way", "ending within 60 days"),
            "No lot has ended with work under way, or ends within 60 days.",
            "Lot",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the board.

    Args:
        matter: The section of the board.
        subject: The case reference, or what lapses: a contractor's code, a lot's code.
        authority: Code of the authority; empty where it is no single one's.
        section: Section of the Act or other law.
        on: The day that decides: the last day of a limit or of what lapses.
        over: Whether that day has passed.
        what: What is so, in words.
        held_by: Who holds it now.
        since: Since when, or None where nobody's record says.
        todo: What to do.
        held_at: The open step at which they hold it, if it is at one.
        other_steps: How many other steps of the case are open.
    """

    matter: Matter
    subject: str
    authority: str
    section: str
    on: date
    over: bool
    what: str
    held_by: str
    since: date | None
    todo: str
    held_at: str = ""
    other_steps: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the board, with its entries by date and how many there are of each sort."""

    matter: Matter
    title: str
    section: str
    over: int
    soon: int
    entries: tuple[Entry, ...]


def sections(entries: Iterable[Entry]) -> tuple[Section, ...]:
    """Return the board's sections in order, each with its entries by date.

    Args:
        entries: Everything on the board, in any order.
    """
    ordered = sorted(entries, key=lambda entry: (entry.on, entry.subject, entry.what))
    board = []
    for matter, heading in HEADINGS.items():
        found = tuple(entry for entry in ordered if entry.matter is matter)
        over = sum(entry.over for entry in found)
        board.append(
            Section(matter, heading.title, heading.section, over, len(found) - over, found)
        )
    return tuple(board)


def on_board(limit: date, *, at: date) -> bool:
    """Say whether a limit of the Act is passed or near enough to be on the board.

    Args:
        limit: Its last day.
        at: The day of the board.
    """
    return limit <= at + LIMIT_SOON


def lapses(last: date, *, at: date) -> bool:
    """Say whether something has lapsed or lapses soon enough to be on the board.

    Args:
        last: Its last day in force.
        at: The day of the board.
    """
    return last <= at + LAPSE_SOON


def cover_until(periods: Sequence[tuple[date, date]], *, on: date) -> date | None:
    """Return the last day of unbroken cover that holds on a date.

    Args:
        periods: First and last day of each document, in any order; renewals may overlap.

    Returns:
        The last day without a gap; where nothing covers the date, the last day that was covered
        before it, or None where none was.
    """
    until = max((last for first, last in periods if first <= on <= last), default=None)
    if until is None:
        return max((last for _, last in periods if last < on), default=None)
    for first, last in sorted(periods):
        if first <= until + timedelta(days=1):
            until = max(until, last)
    return until


def caution(*, at: date, today: date) -> str:
    """Return how a board for another day is to be read; nothing for today.

    Args:
        at: The day of the board.
        today: Today's date.
    """
    if at > today:
        return "This is as it will be if nothing moves: nothing decided, completed or renewed."
    if at < today:
        return "This is as it stood at the end of that day, by the dates that are recorded now."
    return ""


def distance(day: date, *, at: date) -> str:
    """Return how far a day is, as boards say it: ``42 days ago``, ``today``, ``in 3 days``.

    Args:
        day: The day.
        at: The day of the board.
    """
    days = (day - at).days
    if days == 0:
        return "today"
    many = several(abs(days), "day")
    return f"{many} ago" if days < 0 else f"in {many}"


def limit_words(begun: str, *, began_on: date, months: str, limit: date, at: date) -> str:
    """Return a limit of the Act in a clause.

    Args:
        begun: What began it, such as ``applied``.
        began_on: When.
        months: How long it is, such as ``six months``.
        limit: Its last day.
        at: The day of the board.
    """
    ends = "ended" if limit < at else "end"
    return (
        f"{begun} {in_words(began_on)}; {months} {ends} {in_words(limit)}, {distance(limit, at=at)}"
    )


def lapse_words(what: str, *, last: date, at: date) -> str:
    """Return that something lapses, in a clause.

    Args:
        what: What it is.
        last: Its last day in force.
        at: The day of the board.
    """
    lapses_on = "lapsed after" if last < at else "lapses after"
    return f"{what} {lapses_on} {in_words(last)}, {distance(last, at=at)}"
