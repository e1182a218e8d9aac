"""All that is on record of one case, as one document for whoever looks into it from outside."""

from dataclasses import dataclass
from datetime import date, datetime

from rules.sentences import several


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: its instant, who did it, what it was, why, and under which law.

    Args:
        law: Sections of the Act that bear on the step.
        plan: The four answers of PLAN, each with its letter, where it was discretionary.
        facts: What was recorded with it, each with its name.
        mark: The hash of its row in the case's chain.
    """

    at: datetime
    by: str
    what: str
    why: str
    law: str
    plan: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the price, with how it was reached; pence."""

    line: int
    description: str
    calculation: str
    net_pence: int
    vat_pence: int


@dataclass(frozen=True, slots=True)
class Told:
    """A message as it was sent."""

    at: datetime
    what: str
    to: str
    state: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Annex:
    """A document that is appended, and the page it begins on; or why it is not.

    Args:
        page: Its first page; None where only its hash is here.
    """

    title: str
    made_on: date
    sha256: str
    page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePaper:
    """The document.

    Args:
        reckoned: How the grant was reached, each step with its sum.
        waits: Whose each day of the wait was: first, last, whose, for what.
        broken: What of the case's chain does not hold; none: it is unbroken.
        end: The hash of the chain's last row.
    """

    case_reference: str
    authority_name: str
    client_name: str
    site_address: str
    works_title: str
    made_at: datetime
    made_by: str
    facts: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    reckoned: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    waits: tuple[tuple[date, date, str, str], ...]
    messages: tuple[Told, ...]
    annexes: tuple[Annex, ...]
    broken: tuple[str, ...]
    end: str

    @property
    def proof(self) -> str:
        """What the chain of the case says of it."""
        rows = several(len(self.entries), "row")
        if self.broken:
            return f"The record has {rows}, and it is NOT unbroken: " + " ".join(self.broken)
        return (
            f"The record has {rows}. Each carries the hash of the one before it; every hash was "
            f"worked out again when this was made, and none differs. The last is {self.end}."
        )
