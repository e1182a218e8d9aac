"""What contractors are sent to quote from: the works to be priced, and the terms of the race."""

from dataclasses import dataclass
from datetime import date

from rules.documents.paper_lines import Contact, UnpricedLine
from rules.errors import InvalidWorksError


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationPaper:
    """The specification of a mini-competition: neither client nor address is on it.

    Args:
        case_reference: Reference of the case.
        written_on: London date of the invitation.
        authority: Who invites.
        officer: The grant technical officer to ask.
        lot_title: The lot that the contractors are invited under, or empty.
        works_title: The works in a few words.
        postcode_area: The outward code of the postcode: ``CV22``.
        lines: What is to be priced, line by line.
        deadline: When quotes are due, in words: ``12 noon on Monday 15 June 2026``.
        weighing: How price and quality are weighed, a sentence each.
        criteria: What is marked for quality, by name; empty where price alone decides.
        start_days: Working days from the work order to the start on site.
        works_days: Working days from the start to completion.

    Raises:
        InvalidWorksError: There is nothing to price.
    """

    case_reference: str
    written_on: date
    authority: Contact
    officer: Contact
    lot_title: str
    works_title: str
    postcode_area: str
    lines: tuple[UnpricedLine, ...]
    deadline: str
    weighing: tuple[str, ...]
    criteria: tuple[str, ...]
    start_days: int
    works_days: int

    def __post_init__(self) -> None:
        if not self.lines:
            raise InvalidWorksError(
                f"The specification of {self.case_reference} has no line to price.",
                next_step="Record the works lines and tender again.",
            )
