"""Work lists in words: the tabs, what a case needs next, whose it is to do, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dateutil.relativedelta import relativedelta

from rules.clocks.dates import LONDON
from rules.errors import NotPermittedError
from rules.parties import Party, party_of
from rules.pathway import EXITS, PATHWAY, CaseStatus, StepName, StepStatus
from rules.people import STAFF, Actor, Role
from rules.reports.sla import Standing
from rules.sentences import spoken


class Tab(StrEnum):
    """The lists that there are."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TEAM = "team"
    ALL = "all"
    CLOSED = "closed"


class Order(StrEnum):
    """What a list is sorted by."""

    DUE = "due"
    HELD = "held"
    REFERENCE = "reference"
    CLIENT = "client"


LEFT: Final = "left"
"""Cases that ended without their works being done: whoever withdrew, died, moved, was refused."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of London's calendar."""

    year: int
    month: int

    @classmethod
    def of(cls, text: str) -> Month | None:
        """Return the month of ``2026-05``; None where it is none."""
        try:
            found = datetime.strptime(f"{text}-01", "%Y-%m-%d").replace(tzinfo=LONDON)
        except ValueError:
            return None
        return cls(found.year, found.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def words(self) -> str:
        """The month as ``May 2026``."""
        return f"{date(self.year, self.month, 1):%B %Y}"

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Its first instant, and the first that is no longer in it."""
        first = datetime(self.year, self.month, 1, tzinfo=LONDON)
        return first, first + relativedelta(months=1)


ORDERS: Final[Mapping[Order, str]] = MappingProxyType(
    {
        Order.DUE: "latest first",
        Order.HELD: "held longest first",
        Order.REFERENCE: "reference",
        Order.CLIENT: "client",
    }
)

LATENESS: Final[Mapping[Standing, str]] = MappingProxyType(
    {
        Standing.LATE: "Late",
        Standing.SOON: "Due soon",
        Standing.IN_TIME: "In time",
        Standing.PAUSED: "Not counting",
    }
)
"""How an open step stands, as its tag says it."""

OWNERS: Final = (
    *("technical officer", "approving officer", "finance", "manager"),
    *("assessor", "landlord", "contractor", "applicant", "client"),
)
"""Who may hold an open step, as steps say it."""

COUNCILS: Final = tuple(owner for owner in OWNERS if party_of(owner) is Party.COUNCIL)
"""Those of them who are the council's."""

_WAIT_FOR: Final[Mapping[Role, tuple[str, ...]]] = MappingProxyType(
    {
        Role.TECHNICAL_OFFICER: ("technical officer",),
        Role.APPROVING_OFFICER: ("approving officer",),
        Role.FINANCE: ("finance",),
        Role.ASSESSOR: ("assessor",),
    }
)

HAVE_CASES: Final = frozenset({Role.TECHNICAL_OFFICER, Role.ASSESSOR})
"""The roles whose people have cases of their own."""


def waits_for(role: Role) -> tuple[str, ...]:
    """Return the holders of steps that people of a role answer for; others see the council's."""
    return _WAIT_FOR.get(role, COUNCILS)


SEE_LISTS: Final = STAFF
"""The roles that see lists of cases."""

SEE_BOARD: Final = frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR})
"""The roles that see the board."""


def check_may_see(*, actor: Actor, roles: frozenset[Role], what: str) -> None:
    """Refuse to show something to whoever's role it is not for.

    Args:
        what: What it is, such as ``the board``.

    Raises:
        NotPermittedError: It is not for their role.
    """
    if actor.role not in roles:
        named = spoken([role.replace("_", " ") + "s" for role in Role if role in roles])
        raise NotPermittedError(
            f"{actor.name} may not see {what}.",
            why=f"It is for {named}; {actor.name} is recorded as {actor.role.replace('_', ' ')}.",
            next_step="Ask an administrator if that is wrong.",
        )


_COUNCIL: Final[Mapping[StepName, str]] = MappingProxyType(
    {
        StepName.SPECIFY: "Specify the works",
        StepName.PRICE: "Confirm the quantities",
        StepName.TENDER: "Decide the tender",
        StepName.CONSENT: "Decide on the landlord’s consent",
        StepName.CERTIFICATES: "Record the certificates",
        StepName.APPROVE: "Decide the grant",
        StepName.ASSIGN: "Settle who is offered the works",
        StepName.ORDER: "Agree who pays what the grant does not",
        StepName.WORKS: "Record how the works go",
        StepName.SIGN_OFF: "Inspect and sign off",
        StepName.PAY: "Match the invoice and release it",
        StepName.AFTERCARE: "See the aftercare to its end",
    }
)
_OTHERS: Final[Mapping[StepName, str]] = MappingProxyType(
    {
        StepName.SPECIFY: "Get what the specification waits for",
        StepName.PRICE: "Get what the price waits for",
        StepName.TENDER: "Get the quotes",
        StepName.CONSENT: "Get the landlord’s answer",
        StepName.CERTIFICATES: "Get the certificates",
        StepName.APPROVE: "Get what the approval waits for",
        StepName.ASSIGN: "Get the contractor’s answer",
        StepName.ORDER: "Get the agreement to pay",
        StepName.WORKS: "Follow the works to completion",
        StepName.SIGN_OFF: "Get the work put right",
        StepName.PAY: "Get the contractor’s invoice",
        StepName.AFTERCARE: "Get the survey answered",
    }
)
"""What the council has to do while somebody else holds a step."""

NOT_BEGUN: Final = "Waits to be begun"


def next_action(*, step: StepName, status: StepStatus, owner: str, trouble: str) -> str:
    """Return what an open step needs next, as one would tell a colleague.

    Args:
        owner: Who holds it, as the step says.
        trouble: What kept automatic work from finishing, if anything did.
    """
    if trouble:
        return f"See what stopped “{PATHWAY[step].title}”"
    if status is StepStatus.READY:
        return "Nothing to do: Handrail is at it"
    council = party_of(owner) is Party.COUNCIL
    return (_COUNCIL if council else _OTHERS)[step]


def awaited(*, step: StepName, waiting_for: str) -> str:
    """Return what exactly an open step waits for, after its title."""
    title, words = PATHWAY[step].title, waiting_for.removeprefix("officer: ")
    return f"{title}: {words}" if words else title


def ended_words(status: CaseStatus) -> str:
    """Return how a case stands that is not open: ``Closed``, ``Client died``."""
    told = {CaseStatus.DIED: "Client died", CaseStatus.MOVED: "Client moved"}
    return told.get(status, status.replace("_", " ").capitalize())


OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        CaseStatus.CLOSED.value: ended_words(CaseStatus.CLOSED),
        LEFT: "Left before the works were done",
        **{status.value: ended_words(status) for status in EXITS},
    }
)
"""How a case can have ended."""


def tab_words(tab: Tab, role: Role) -> str:
    """Return what a list holds, in a sentence."""
    people = role.replace("_", " ")
    holders = f"{people}s" if role in _WAIT_FOR and role is not Role.FINANCE else people
    waits = f"Open cases that wait for {holders if role in _WAIT_FOR else 'the council'}."
    return {
        Tab.MINE: "Open cases that are yours, or whose officer you stand in for."
        if role in HAVE_CASES
        else waits,
        Tab.UNASSIGNED: "Open cases that have no officer.",
        Tab.TEAM: waits,
        Tab.ALL: "Every open case, whoever it waits for.",
        Tab.CLOSED: "Cases that are closed or have left the pathway.",
    }[tab]
