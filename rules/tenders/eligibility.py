"""Eligibility: whether a contractor may be offered some works on a day, and every reason why not.

An assignment states for every contractor why it was offered, skipped or excluded, so the reasons
are complete and written to be read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rules.clocks.workdays import in_words
from rules.contractors import CERTIFICATE_DOCUMENTS, document_name
from rules.money import pounds
from rules.tenders.conflicts import NOBODY, Conflict, Parties, conflicts_with
from rules.tenders.required import DEFAULTS, Required


class Ground(StrEnum):
    """What a reason rests on."""

    SUSPENDED = "suspended"
    AREA = "area"
    TRADE = "trade"
    DOCUMENT = "document"
    AWAY = "away"
    CAPACITY = "capacity"
    CONFLICT = "conflict"
    PRICE = "price"
    ASKED = "asked before"
    LOT = "lot"


SUITABILITY: Final = frozenset({Ground.TRADE, Ground.DOCUMENT})
"""Grounds that assess whether a contractor is suited to the works, as s.85 has it."""

STANDING: Final = frozenset({Ground.SUSPENDED, Ground.DOCUMENT, Ground.CONFLICT})
"""Grounds that also speak against a contractor that is at work."""


@dataclass(frozen=True, slots=True)
class Found:
    """One reason why a contractor may not be offered some works.

    Args:
        words: A clause without a full stop.
    """

    ground: Ground
    words: str

    @property
    def kept(self) -> str:
        """Its words as they are frozen or sent: of a conflict of interest, in what alone.

        What it is may speak of a client, and stays in the register, which can be corrected.
        """
        return self.words.partition(":")[0] if self.ground is Ground.CONFLICT else self.words


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
class Absence:
    """Days on which a contractor neither answers nor begins; the last one counts."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Contractor:
    """A contractor as it stands on the day of the decision.

    Args:
        code: Short code.
        name: Trading name.
        trades: Trades it covers.
        authorities: Authorities it works for.
        documents: Its documents, past ones too.
        suspended: It is suspended, within the days given, if any are.
        capacity_orders: Most open orders it takes, or None for no limit.
        capacity_value_pence: Most open value it takes, or None for no limit.
        open_orders: Orders it has open now.
        open_value_pence: Net value of those orders.
        absences: When it is away.
        conflicts: Its interests in people, addresses and cases.
        suspended_because: Why it is suspended, in words.
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
    absences: tuple[Absence, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    suspended_from: date | None = None
    suspended_until: date | None = None
    suspended_because: str | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What some works ask of a contractor.

    Args:
        authority: The authority of the case.
        trades: Trades of the lines; empty where none is stated.
        certificates: Certificates the lines must end with.
        value_pence: Net value of the works.
        on: The day of the decision.
        required: The documents that every contractor, or those of a trade, must hold.
        parties: Who and what the case is about.
        answer_by: The day by which an offer must be answered, where one is made.
        start_by: The day by which works that are offered must begin.
    """

    authority: str
    trades: frozenset[str]
    certificates: frozenset[str]
    value_pence: int
    on: date
    required: tuple[Required, ...] = DEFAULTS
    parties: Parties = NOBODY
    answer_by: date | None = None
    start_by: date | None = None


def reasons_not_eligible(*, contractor: Contractor, needs: Needs) -> tuple[str, ...]:
    """Return every reason why a contractor may not be offered some works; empty: it is eligible."""
    return tuple(one.words for one in findings(contractor=contractor, needs=needs))


def findings(*, contractor: Contractor, needs: Needs) -> tuple[Found, ...]:
    """Return every reason why a contractor may not be offered some works, each with its ground.

    Returns:
        In a fixed order; empty means eligible.
    """
    found = [
        *((Ground.SUSPENDED, words) for words in filter(None, (suspension(contractor, needs.on),))),
        *((Ground.AREA, words) for words in _elsewhere(contractor, needs)),
        *((Ground.TRADE, words) for words in _other_trades(contractor, needs)),
        *((Ground.DOCUMENT, words) for words in _document_faults(contractor, needs)),
        *((Ground.AWAY, words) for words in _away(contractor, needs)),
        *((Ground.CAPACITY, words) for words in _over_capacity(contractor, needs)),
        *((Ground.CONFLICT, words) for words in _interested(contractor, needs)),
    ]
    return tuple(Found(ground, words) for ground, words in found)


def is_suspended(*, suspended: bool, first: date | None, last: date | None, on: date) -> bool:
    """Say whether a suspension holds on a day.

    Args:
        first: Its first day; None: from when it was recorded.
        last: Its last day; None: until it is lifted.
    """
    return suspended and not (first and on < first) and not (last and on > last)


def suspension(contractor: Contractor, on: date) -> str:
    """Return that a contractor is suspended on a day, as a clause, or an empty string."""
    first, last = contractor.suspended_from, contractor.suspended_until
    if not is_suspended(suspended=contractor.suspended, first=first, last=last, on=on):
        return ""
    since = f" from {in_words(first)}" if first else ""
    until = f" until {in_words(last)}" if last else ""
    why = contractor.suspended_because
    return f"it is suspended{since}{until}{f': {why}' if why else ''}"


def _elsewhere(contractor: Contractor, needs: Needs) -> Iterator[str]:
    if needs.authority not in contractor.authorities:
        yield f"it does not work in {needs.authority}"


def _other_trades(contractor: Contractor, needs: Needs) -> Iterator[str]:
    if missing := needs.trades - contractor.trades:
        yield f"it does not cover {', '.join(sorted(missing))}"


def _away(contractor: Contractor, needs: Needs) -> Iterator[str]:
    """Yield each absence in which an offer made today would have to be answered, or begun on."""
    days = (("answer", needs.answer_by), ("begin", needs.start_by))
    for one in sorted(contractor.absences, key=lambda one: one.first_day):
        within = [
            f"{what} by {in_words(day)}"
            for what, day in days
            if day and one.first_day <= day <= one.last_day
        ]
        if within:
            away = f"it is away from {in_words(one.first_day)} to {in_words(one.last_day)}"
            yield f"{away}, and would have to {' and '.join(within)}"


def _interested(contractor: Contractor, needs: Needs) -> Iterator[str]:
    for what, words in conflicts_with(contractor.conflicts, parties=needs.parties, on=needs.on):
        yield f"conflict of interest with {what}: {words}"


def _document_faults(contractor: Contractor, needs: Needs) -> Iterator[str]:
    """Yield what is wrong with each document, or each choice of documents, that is needed."""
    asked = [one for one in needs.required if one.trade in ("", *needs.trades)]
    groups = [((one.document,), one.minimum_cover_pence) for one in asked] + [
        (CERTIFICATE_DOCUMENTS[certificate], None)
        for certificate in sorted(needs.certificates)
        if certificate in CERTIFICATE_DOCUMENTS
    ]
    faults = (_fault(kinds, contractor.documents, least, needs.on) for kinds, least in groups)
    yield from dict.fromkeys(filter(None, faults))


def _fault(
    kinds: tuple[str, ...], documents: tuple[Document, ...], least: int | None, on: date
) -> str:
    """Return what is wrong where any one of some kinds would do, or an empty string.

    The latest past document is the one named; failing that, the first that is yet to begin.
    """
    held = [document for document in documents if document.document in kinds]
    valid = [document for document in held if document.valid_from <= on <= document.valid_to]
    if valid:
        return cover_fault(valid, least)
    past = [document for document in held if document.valid_to < on]
    if past:
        last = max(past, key=lambda document: (document.valid_to, document.document))
        return f"its {document_name(last.document)} expired on {in_words(last.valid_to)}"
    if held:
        first = min(held, key=lambda document: (document.valid_from, document.document))
        name = document_name(first.document)
        return f"its {name} is not valid until {in_words(first.valid_from)}"
    return f"it holds no {' or '.join(document_name(kind) for kind in kinds)}"


def cover_fault(valid: list[Document], least: int | None) -> str:
    """Return how documents that are valid fall short of the least cover, or an empty string."""
    most = max((one.cover_pence or 0 for one in valid), default=0)
    if least is None or most >= least:
        return ""
    name = document_name(valid[0].document)
    says = f"covers {pounds(most)}" if most else "states no cover"
    return f"its {name} {says}, and at least {pounds(least)} is asked"


def _over_capacity(contractor: Contractor, needs: Needs) -> Iterator[str]:
    """Yield how these works would exceed what the contractor takes on."""
    most = contractor.capacity_orders
    if most is not None and contractor.open_orders + 1 > most:
        yield f"it has {contractor.open_orders} open orders and takes at most {most} at once"
    most = contractor.capacity_value_pence
    if most is not None and contractor.open_value_pence + needs.value_pence > most:
        yield (
            f"these works of {pounds(needs.value_pence)} on top of "
            f"{pounds(contractor.open_value_pence)} open exceed its limit of {pounds(most)}"
        )
