"""What of a closed case is personal data that it does not need for ever, and for how long it does.

Money, dates, reasons, decisions and reference numbers are none of these kinds: they stay.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta

from rules.grants.grant import charge_pence


class Kind(StrEnum):
    """A kind of personal data that is erased, or stays, as a whole."""

    NOTES = "notes"
    ACCESS = "access"
    CONTACTS = "contacts"
    RECEIVED = "received"
    MESSAGES = "messages"
    DOCUMENTS = "documents"
    INPUTS = "inputs"
    IDENTITY = "identity"


CALLED: Final[Mapping[Kind, str]] = {
    Kind.NOTES: "notes and calls",
    Kind.ACCESS: "access and vulnerability notes",
    Kind.CONTACTS: "telephone numbers and addresses, also of others",
    Kind.RECEIVED: "documents received",
    Kind.MESSAGES: "the words and addresses of messages",
    Kind.DOCUMENTS: "letters, notices and orders as sent",
    Kind.INPUTS: "what awards and contributions were worked out from: age, disability, income",
    Kind.IDENTITY: "name, date of birth and home",
}
"""What each kind is, in words."""

CHARGE_YEARS: Final = 10
"""The local land charge: repayable on disposal within 10 years of the certified date
(2008 General Consent)."""

CONDITION_YEARS: Final = 5
"""The grant conditions of s.44 run so long from the certified date."""

EARLIER_GRANT_YEARS: Final = {"owner": 10}
"""An earlier grant on the same dwelling reduces a contribution so long: SI 1996/2890 reg. 13."""

EARLIER_GRANT_ELSE: Final = 5
"""The same for a tenant."""

TO_RECOVER: Final = frozenset({Kind.IDENTITY, Kind.CONTACTS, Kind.DOCUMENTS, Kind.RECEIVED})
"""What money cannot be recovered without: who it is from, where, and what they signed and got."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A case that has ended, as far as keeping it goes.

    Args:
        ended_on: When it closed or left the pathway.
        tenure: The client's tenure.
        grant_pence: The grant approved, or 0.
        certified_on: When its works were certified (s.44(3)), or None where none were.
        held: Why nothing of it may be erased, or empty.
    """

    ended_on: date
    tenure: str
    grant_pence: int
    certified_on: date | None
    held: str = ""


def parse_years(text: str) -> dict[Kind, int]:
    """Return the years after closing for each kind, from ``6`` or ``6;access=1;notes=3``.

    Raises:
        ValueError: The first part is no number of years from 1 to 100, or another no kind and one.
    """
    first, *others = (part.strip() for part in text.split(";"))
    years = dict.fromkeys(Kind, _years(first))
    for part in filter(None, others):
        name, _, much = part.partition("=")
        years[Kind(name.strip())] = _years(much)
    return years


def _years(text: str) -> int:
    years = int(text)
    if not 1 <= years <= 100:
        raise ValueError(text)
    return years


def due(case: Closed, *, years: Mapping[Kind, int], on: date) -> dict[Kind, str]:
    """Return the kinds whose years are over, each with why it stays all the same, or empty.

    Args:
        case: The closed case.
        years: Years after closing, by kind.
        on: The day on which it is asked.
    """
    over = (kind for kind in Kind if case.ended_on + relativedelta(years=years[kind]) <= on)
    return {kind: next(_stays(case, kind, on), "") for kind in over}


def _stays(case: Closed, kind: Kind, on: date) -> Iterator[str]:
    if case.held:
        yield case.held
    if case.certified_on is None:
        return
    earlier = EARLIER_GRANT_YEARS.get(case.tenure, EARLIER_GRANT_ELSE)
    charged = charge_pence(tenure=case.tenure, grant_pence=case.grant_pence) > 0
    for years, applies, why in (
        (CHARGE_YEARS, charged and kind in TO_RECOVER, "the local land charge may be called in"),
        (earlier, kind is Kind.IDENTITY, "a later grant on this home counts it (reg. 13)"),
        (CONDITION_YEARS, kind in TO_RECOVER, "the grant conditions run (s.44)"),
    ):
        until = case.certified_on + relativedelta(years=years)
        if applies and on < until:
            yield f"{why} until {until:%-d %B %Y}"


def erased_words(on: date) -> str:
    """Return what stands in place of words that were erased on a day."""
    return f"Erased on {on:%-d %B %Y} under the retention decision"
