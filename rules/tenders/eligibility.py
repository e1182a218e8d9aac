"""Eligibility: whether a contractor may be offered some works on a day, and every reason why not.

An assignment states for every contractor why it was offered, skipped or excluded, so the reasons
are complete and written to be read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rules.clocks.workdays import in_words
from rules.contractors import CERTIFICATE_DOCUMENTS, REQUIRED, document_name
from rules.money import pounds


@dataclass(frozen=True, slots=True)
class Document:
    """One dated document of a contractor.

    Args:
        document: Kind, such as ``public_liability``.
        reference: Policy or certificate number.
        cover_pence: Sum insured, or None where that means nothing.
        valid_from: First day it is valid.
        valid_to: Last day it is valid.
    """

    document: str
    reference: str
    cover_pence: int | None
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Contractor:
    """A contractor as it stands on the day of the decision.

    Args:
        code: Short code.
        name: Trading name.
        trades: Trades it covers.
        authorities: Authorities it works for.
        documents: Its documents, past ones too.
        suspended: It is suspended.
        capacity_orders: Most open orders it takes, or None for no limit.
        capacity_value_pence: Most open value it takes, or None for no limit.
        open_orders: Orders it has open now.
        open_value_pence: Net value of those orders.
        conflict: Conflict of interest on this case, in words, or empty.
    """

    code: str
    name: str
    trades: frozenset[str]
    authorities: frozenset[str]
    documents: tuple[Document, ...]
    suspended: bool
    capacity_orders: int | None
    capacity_value_pence: int | None
    open_orders: int
    open_value_pence: int
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """What some works ask of a contractor.

    Args:
        authority: The authority of the case.
        trades: Trades of the lines; empty where none is stated.
        certificates: Certificates the lines must end with.
        value_pence: Net value of the works.
        on: The day of the decision.
    """

    authority: str
    trades: frozenset[str]
    certificates: frozenset[str]
    value_pence: int
    on: date


def reasons_not_eligible(
    *, contractor: Contractor, needs: Needs, required: Iterable[str] = REQUIRED
) -> tuple[str, ...]:
    """Return every reason why a contractor may not be offered some works.

    Args:
        needs: What the works ask.
        required: Kinds of document that every contractor must hold.

    Returns:
        Clauses without a full stop, in a fixed order; empty means eligible.
    """
    reasons = ["it is suspended"] if contractor.suspended else []
    if needs.authority not in contractor.authorities:
        reasons.append(f"it does not work in {needs.authority}")
    if missing := needs.trades - contractor.trades:
        reasons.append(f"it does not cover {', '.join(sorted(missing))}")
    groups = [(kind,) for kind in required] + [
        CERTIFICATE_DOCUMENTS[certificate]
        for certificate in sorted(needs.certificates)
        if certificate in CERTIFICATE_DOCUMENTS
    ]
    reasons += filter(None, (_fault(kinds, contractor.documents, needs.on) for kinds in groups))
    reasons += _over_capacity(contractor, needs)
    if contractor.conflict:
        reasons.append(f"conflict of interest: {contractor.conflict}")
    return tuple(reasons)


def _fault(kinds: tuple[str, ...], documents: tuple[Document, ...], on: date) -> str:
    """Return what is wrong where any one of some kinds would do, or an empty string.

    The latest past document is the one named; failing that, the first that is yet to begin.
    """
    held = [document for document in documents if document.document in kinds]
    if any(document.valid_from <= on <= document.valid_to for document in held):
        return ""
    past = [document for document in held if document.valid_to < on]
    if past:
        last = max(past, key=lambda document: (document.valid_to, document.document))
        return f"its {document_name(last.document)} expired on {in_words(last.valid_to)}"
    if held:
        first = min(held, key=lambda document: (document.valid_from, document.document))
        name = document_name(first.document)
        return f"its {name} is not valid until {in_words(first.valid_from)}"
    return f"it holds no {' or '.join(document_name(kind) for kind in kinds)}"


def _over_capacity(contractor: Contractor, needs: Needs) -> list[str]:
    """Return how these works would exceed what the contractor takes on."""
    reasons = []
    most = contractor.capacity_orders
    if most is not None and contractor.open_orders + 1 > most:
        reasons.append(
            f"it has {contractor.open_orders} open orders and takes at most {most} at once"
        )
    most = contractor.capacity_value_pence
    if most is not None and contractor.open_value_pence + needs.value_pence > most:
        reasons.append(
            f"these works of {pounds(needs.value_pence)} on top of "
            f"{pounds(contractor.open_value_pence)} open exceed its limit of {pounds(most)}"
        )
    return reasons
