"""Who the contracting party is, and what follows from it: VAT, tax, notices, duties, payment.

One table, a row for each thing that follows, with what it comes to where the works are bought by
the client (by themselves, or the council in their name), by the council, and by the landlord. The
reasons are printed on the order, so they are written for a builder and an officer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from rules.cases import Tenure

CONTRACT_DETAILS_FROM_PENCE: Final = 30_000_00
"""From which value with VAT a contract details notice is published. Procurement Act 2023 s.87."""

PAYMENT_DAYS: Final = 30
"""Days in which a valid invoice is paid."""

END_USER_STATEMENT: Final = (
    "We are an end user for the purposes of section 55A VAT Act 1994 reverse charge for building "
    "and construction services. Please issue us with a normal VAT invoice, with VAT charged at "
    "the appropriate rate. We will not account for the reverse charge."
)
"""What an end user tells a contractor in writing, as HMRC words it (VATREVCON33700)."""


class ContractingParty(StrEnum):
    """In whose name the contractor works: who it has its contract with."""

    CLIENT = "client"
    COUNCIL_FOR_CLIENT = "council_for_client"
    COUNCIL = "council"
    LANDLORD = "landlord"

    @property
    def words(self) -> str:
        """As people read it: ``the council in the client’s name``."""
        return _WORDS[self]

    @property
    def is_person(self) -> bool:
        """Whether the works are supplied to the disabled person, whoever pays the builder.

        Source: HMRC VRDP11200: so also where the council takes over a grant assigned by them.
        """
        return self in (ContractingParty.CLIENT, ContractingParty.COUNCIL_FOR_CLIENT)


PARTIES: Final = tuple(party.value for party in ContractingParty)
UNSAID: Final = ContractingParty.CLIENT
"""Whose contract it is where nobody said: the client's, as on every older case."""

_WORDS: Final[Mapping[ContractingParty, str]] = MappingProxyType(
    {
        ContractingParty.CLIENT: "the client",
        ContractingParty.COUNCIL_FOR_CLIENT: "the council in the client’s name",
        ContractingParty.COUNCIL: "the council",
        ContractingParty.LANDLORD: "the landlord",
    }
)


def party_said(*, case: str | None, lot: str | None) -> ContractingParty:
    """Return whose contract it is: the case's own word wins, then that of its lot's terms.

    The case comes first, because somebody decided it of this home; the lot speaks of all its works.

    Args:
        case: What the case says, or None.
        lot: What the terms of the lot that covers its works say, or None.
    """
    return ContractingParty(case or lot or UNSAID)


def party_problem(party: str | None, *, tenure: str) -> str:
    """Return why a home's contracting party cannot be this one, or an empty string."""
    if party == ContractingParty.LANDLORD and tenure == Tenure.OWNER:
        return "the client owns the home, so there is no landlord to contract with"
    return ""


class Topic(StrEnum):
    """What follows from the contracting party."""

    VAT_ZERO = "vat_zero_rate"
    VAT_REDUCED = "vat_reduced_rate"
    CIS = "cis"
    REVERSE_CHARGE = "reverse_charge"
    PROCUREMENT = "procurement_act"
    CONSTRUCTION_ACT = "construction_act"
    CDM = "cdm"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Follows:
    """One thing that follows.

    Args:
        title: What it is called.
        holds: Whether it is available, or applies.
        answer: That in a word or two.
        reason: Why, as a clause.
        source: The law or the manual it rests on.
    """

    topic: Topic
    title: str
    holds: bool
    answer: str
    reason: str
    source: str

    @property
    def why(self) -> str:
        """The reason as a sentence."""
        return f"{self.reason[0].upper()}{self.reason[1:]}{'' if self.reason[-1] == '”' else '.'}"


class _Said(NamedTuple):
    """What a row comes to for one kind of party."""

    holds: bool
    answer: str
    reason: str


class _Row(NamedTuple):
    """One row: for works bought in the client's name, by the council, by the landlord."""

    title: str
    source: str
    person: _Said
    council: _Said
    landlord: _Said


def _yes(answer: str, reason: str) -> _Said:
    return _Said(holds=True, answer=answer, reason=reason)


def _no(answer: str, reason: str) -> _Said:
    return _Said(holds=False, answer=answer, reason=reason)


def _of_bodies(reason: str, answer: str = "applies") -> tuple[_Said, _Said]:
    """Return what is so of the council and of the landlord alike, each by its name."""
    council, landlord = (
        _yes(answer.replace("BODY", body), reason.replace("BODY", body))
        for body in ("the council", "the landlord")
    )
    return council, landlord


_AGED_60: Final = "mobility aids installed in the home of a person aged 60 or over"
_TABLE: Final[Mapping[Topic, _Row]] = {
    Topic.VAT_ZERO: _Row(
        "VAT at 0 %",
        "VAT Act 1994 Sch 8 Group 12; HMRC VRDP11200",
        _yes(
            "available",
            "the works are supplied to the disabled person, even where the council pays the "
            "builder or takes over a grant assigned to it",
        ),
        _no("lost", "the works are supplied to the council, not to the disabled person"),
        _no("lost", "the works are supplied to the landlord, not to the disabled person"),
    ),
    Topic.VAT_REDUCED: _Row(
        "VAT at 5 %",
        "VAT Act 1994 Sch 7A Group 10; HMRC Brief 47/07",
        _yes("available", _AGED_60),
        _yes("available", f"{_AGED_60}; a council may order and pay for them"),
        _yes("available", f"{_AGED_60}, whoever orders and pays for them"),
    ),
    Topic.CIS: _Row(
        "Construction Industry Scheme",
        "Finance Act 2004 s.61; HMRC CISR14180",
        _no(
            "not deducted",
            "the works are the householder’s own, even where the council pays the builder out of "
            "the grant",
        ),
        _yes(
            "deducted",
            "the council buys the works for itself: it verifies the contractor with HMRC, and "
            "deducts from labour unless HMRC says to pay gross",
        ),
        _yes(
            "deducted",
            "the landlord buys the works: if it is a contractor under the scheme, it verifies the "
            "contractor with HMRC, and deducts from labour unless HMRC says to pay gross",
        ),
    ),
    Topic.REVERSE_CHARGE: _Row(
        "VAT reverse charge",
        "VAT Act 1994 s.55A; HMRC VATREVCON33700",
        _no(
            "none",
            "the householder is not registered for VAT; VAT is charged as on any other invoice",
        ),
        _no(
            "none",
            f"the council is the end user, and says so here in writing: “{END_USER_STATEMENT}”",
        ),
        _no(
            "none",
            "the landlord is the end user, once it has said so in writing; ask it for these words "
            f"before you invoice: “{END_USER_STATEMENT}”",
        ),
    ),
    Topic.PROCUREMENT: _Row(
        "Procurement Act 2023, Part 6",
        "Procurement Act 2023 ss.84–88",
        _no("none", "the contract is the client’s, who is no contracting authority"),
        _yes(
            "applies",
            "a contract details notice is published from £30,000 with VAT, also of a call-off from "
            "a framework (s.87), and payment in 30 days is a term of the contract (s.88)",
        ),
        _yes(
            "applies",
            "it binds the landlord itself where that is a contracting authority, as many "
            "registered providers are; the council publishes nothing of it",
        ),
    ),
    Topic.CONSTRUCTION_ACT: _Row(
        "Construction Act payment notices",
        "Housing Grants, Construction and Regeneration Act 1996 ss.106, 110A, 111",
        _no("none", "Part II leaves out a contract with whoever lives in the home"),
        *_of_bodies(
            "BODY gives a payment notice within five days of the due date (s.110A), and a notice "
            "before it pays less (s.111)"
        ),
    ),
    Topic.CDM: _Row(
        "The client’s duties under CDM 2015",
        "Construction (Design and Management) Regulations 2015 regs 4, 5 and 7",
        _no(
            "on the contractor",
            "whoever has works done on their own home is a domestic client: the duties fall on the "
            "contractor, or with several on the principal contractor (reg 7)",
        ),
        *_of_bodies(
            "BODY is the client (reg 4); where there is more than one contractor, it appoints a "
            "principal designer and a principal contractor in writing (reg 5)",
            "on BODY",
        ),
    ),
    Topic.PAYMENT: _Row(
        "Payment",
        "s.37(4) of the 1996 Act; Procurement Act 2023 s.88",
        _no(
            f"{PAYMENT_DAYS} days from an acceptable invoice",
            "the council pays, out of the grant, for works executed to its satisfaction (s.37(4) "
            "of the 1996 Act)",
        ),
        _yes(
            f"{PAYMENT_DAYS} days from a valid invoice",
            "a valid invoice has your name, what it is for, the sum and a number of its own; the "
            "council says without delay what it disputes, and your subcontractors have the same "
            "term (Procurement Act 2023 s.88)",
        ),
        _no(
            f"{PAYMENT_DAYS} days from an acceptable invoice",
            "the council pays what the grant covers, for works executed to its satisfaction "
            "(s.37(4) of the 1996 Act); the rest is for the landlord, as your contract says",
        ),
    ),
}


def what_follows(party: ContractingParty) -> Mapping[Topic, Follows]:
    """Return everything that follows from the contracting party, by topic."""
    return {topic: _follows(topic, row, party) for topic, row in _TABLE.items()}


def _follows(topic: Topic, row: _Row, party: ContractingParty) -> Follows:
    bodies = {ContractingParty.COUNCIL: row.council, ContractingParty.LANDLORD: row.landlord}
    said = bodies.get(party, row.person)
    return Follows(topic, row.title, said.holds, said.answer, said.reason, row.source)


def notice_due(party: ContractingParty, *, total_pence: int) -> bool:
    """Say whether the council publishes a contract details notice of works of a value with VAT.

    Source: Procurement Act 2023 s.87; framework call-offs are not exempt from it.
    """
    return party is ContractingParty.COUNCIL and total_pence >= CONTRACT_DETAILS_FROM_PENCE


def last_day_to_pay(*, received_on: date) -> date:
    """Return the last of the 30 days in which the council pays its own valid invoice.

    Source: Procurement Act 2023 s.88: the days begin with the day on which it is received.
    """
    return received_on + timedelta(days=PAYMENT_DAYS - 1)


def why_no_release(party: ContractingParty) -> str:
    """Return why the council publishes nothing of a contract, or an empty string where it may."""
    if party is ContractingParty.COUNCIL:
        return ""
    return (
        f"The contracting party is {party.words}: {what_follows(party)[Topic.PROCUREMENT].reason}."
    )
