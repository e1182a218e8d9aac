"""What a client says of the works, apart from what the officer found: agreement, or what is left.

Source: the Ombudsman’s findings of works paid while the client reported them outstanding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class ViewHow(StrEnum):
    """How a client gave their view of the works."""

    LINK = "link"
    VISIT = "visit"
    TELEPHONE = "telephone"
    SIGNATURE = "signature"


HOW_WORDS: Final[Mapping[str, str]] = {
    ViewHow.LINK: "by their own link",
    ViewHow.VISIT: "at a visit",
    ViewHow.TELEPHONE: "by telephone",
    ViewHow.SIGNATURE: "with their signature",
}
"""Each in words; an earlier version did not record how."""

DRAWN: Final = "data:image/png;base64,"
"""What a signature that was drawn on the screen begins with, as a browser sends it."""


@dataclass(frozen=True, slots=True)
class View:
    """A client's view of the works as it stands.

    Args:
        said_on: When they said so.
        answered: Whether an officer has answered in writing what they say is outstanding.
    """

    agrees: bool
    said_on: date
    answered: bool

    @property
    def holds(self) -> bool:
        """Whether something that they say is outstanding still waits for an answer in writing."""
        return not self.agrees and not self.answered
