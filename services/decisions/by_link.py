"""What may be decided by a link, and recording it: for the one thing that the link is for, once.

A form carries what was seen of that, and how far the case's record went. It records only over the
same; what an officer notes meanwhile is nothing to whoever came by a link.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow, rows_by
from models.case_queries import case_row, consent_of, live_order
from models.tables.prices import Offer
from models.tables.record import Decision
from models.tables.works import Consent, WorkOrder
from rules.cases import ReceivedKind
from rules.clocks.dates import london_date
from rules.decisions import BaseDecision
from rules.decisions.particulars import particulars
from rules.errors import ChangedMeanwhileError, StepNotOpenError
from rules.pathway import CaseStatus, StepName
from rules.people import Role
from services.cases import CaseInHand, Context
from services.cases.take import take
from services.decisions.deciding import recorded_before
from services.decisions.kinds import KINDS
from services.decisions.may import can_take
from services.decisions.offered import offered
from services.decisions.offered_documents import Choice
from services.decisions.receive import signature_kept
from services.decisions.record import record_decision
from services.documents.received import ReceiveDocument, received_on
from services.links.links import Link

_OFFER: Final = rows_by(Offer, "id")
_ORDER: Final = rows_by(WorkOrder, "id")
_CONSENT: Final = rows_by(Consent, "id")
_NEWEST: Final = (
    select(Decision.id)
    .where(
        Decision.case_id == bindparam("case_id"),
        Decision.kind == bindparam("kind"),
        Decision.actor == bindparam("actor"),
    )
    .order_by(Decision.id.desc())
    .limit(1)
)


_OF_OFFER: Final = ("status", "price_id", "expires_on")
_OF_ORDER: Final = ("status", "version", "price_id", "start_by", "complete_by")
_OF_CASE: Final = ("status",)
_OF_CONSENT: Final = ("basis", "step_revision")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a link is for: an offer, an order, a request for consent, or the case as a whole.

    Args:
        row: Its row.
        rests_on: The columns of it that a decision rests on.
        live: Whether whoever has the link has something to say of it now.
    """

    row: AnyRow
    rests_on: tuple[str, ...]
    live: bool

    @property
    def is_order(self) -> bool:
        """Whether it is an order."""
        return self.rests_on is _OF_ORDER

    @property
    def seen(self) -> str:
        """What a form carries of whatever a decision rests on, to be held against it later."""
        held = repr([str(getattr(self.row, name)) for name in self.rests_on])
        return hashlib.sha256(held.encode()).hexdigest()


def on_the_page(role: Role) -> str:
    """Return the reason on record where whoever came by a link gives none."""
    whose = "its" if role is Role.CONTRACTOR else "their"
    return f"said by the {role} on {whose} own page"


@dataclass(frozen=True, slots=True)
class LinkForm:
    """The form of a decision, for whoever came by a link."""

    subject: Subject
    over: int
    offered: Mapping[str, tuple[Choice, ...]]


def subject_of(conn: Connection, *, link: Link) -> Subject:
    """Return what a link is for, as it stands."""
    return _SUBJECTS[link.actor.role](conn, link)


def _of_contractor(conn: Connection, link: Link) -> Subject:
    """An offer is spoken of until there is an order, and the order by its own link."""
    in_force = live_order(conn, case_id=link.case_id)
    if link.order_id is not None:
        order = conn.execute(_ORDER, {"id": link.order_id}).one()
        return Subject(order, _OF_ORDER, live=in_force is not None and in_force.id == order.id)
    offer = conn.execute(_OFFER, {"id": link.offer_id}).one()
    waits = offer.status == "accepted" and in_force is None
    return Subject(offer, _OF_OFFER, live=offer.status == "offered" or waits)


def _of_client(conn: Connection, link: Link) -> Subject:
    case = case_row(conn, reference=link.reference)
    order, live = live_order(conn, case_id=link.case_id), case.status in _GOES_ON
    return Subject(case, _OF_CASE, live) if order is None else Subject(order, _OF_ORDER, live)


def _of_landlord(conn: Connection, link: Link) -> Subject:
    asked = conn.execute(_CONSENT, {"id": link.subject_id}).one()
    case = case_row(conn, reference=link.reference)
    newest = consent_of(conn, case_id=link.case_id)
    waits = newest is not None and newest.id == asked.id and asked.basis == "requested"
    live = waits and asked.sent_on is not None and case.status == CaseStatus.OPEN
    return Subject(asked, _OF_CONSENT, live)


_GOES_ON: Final = (CaseStatus.OPEN, CaseStatus.PAID)
_SUBJECTS: Final[Mapping[Role, Callable[[Connection, Link], Subject]]] = {
    Role.CONTRACTOR: _of_contractor,
    Role.CLIENT: _of_client,
    Role.LANDLORD: _of_landlord,
}
"""What the links of each role are for."""


def case_of_link(conn: Connection, *, link: Link) -> AnyRow:
    """Return the case that a link belongs to."""
    return case_row(conn, reference=link.reference)


def may_by_link(
    case: CaseInHand, *, link: Link, subject: Subject
) -> tuple[type[BaseDecision], ...]:
    """Return what may be decided by a link now: of what it is for, no other's."""
    context = _context(case, link)
    return tuple(
        kind
        for kind in KINDS.values()
        if _belongs(kind, link, subject) and can_take(context, kind).allowed
    )


def _belongs(kind: type[BaseDecision], link: Link, subject: Subject) -> bool:
    role = link.actor.role
    if role not in kind.roles or not kind.command or not subject.live:
        return False
    if role is not Role.CONTRACTOR:
        return True
    of_offer = kind.step is StepName.ASSIGN
    return kind.any_time or of_offer is not subject.is_order


def _context(case: CaseInHand, link: Link, reason: str = "") -> Context:
    return Context(
        conn=case.conn, case=case, actor=link.actor, reason=reason, plan=None, now=case.now
    )


def form_by_link(
    conn: Connection, *, link: Link, kind: type[BaseDecision], now: datetime
) -> LinkForm:
    """Return the form of a decision as the case stands; nothing is changed.

    Raises:
        HandrailError: It may not be taken by this link now; the message says why.
    """
    case = take(conn, reference=link.reference, now=now, to_change=False)
    subject = _check(case, link=link, kind=kind)
    found = offered(conn, case=case.row, kind=kind, today=london_date(now))
    return LinkForm(subject, case.row.audit_sequence, found)


def _check(case: CaseInHand, *, link: Link, kind: type[BaseDecision]) -> Subject:
    subject = subject_of(case.conn, link=link)
    theirs = _belongs(kind, link, subject)
    error = can_take(_context(case, link), kind).error if theirs else _nothing()
    if error is not None:
        raise error
    return subject


def _nothing() -> StepNotOpenError:
    return StepNotOpenError(
        "There is nothing of this kind for you to say here now.",
        why="Your page shows what there is.",
        next_step="Go back to your page, or call the officer.",
    )


def record_by_link(
    conn: Connection,
    *,
    link: Link,
    decision: BaseDecision,
    papers: Sequence[ReceiveDocument],
    beside: Sequence[ReceiveDocument] = (),
    over: int,
    seen: str,
    reason: str,
    now: datetime,
) -> tuple[int, bool]:
    """Record what was decided by a link, with the photographs and papers that show it, once.

    Args:
        papers: What was handed in and is stored; each becomes a document of the case.
        beside: What came beside a field of its own, where ``not_yet`` stands for it.
        over: How far the case's record went when the form was made.
        seen: What the form was made over, as ``Subject.seen`` has it.

    Returns:
        The decision's number, and whether it was recorded by this form before.

    Raises:
        ChangedMeanwhileError: What it is for has changed since the form was made.
        HandrailError: As recording raises; nothing is recorded.
    """
    case, who = take(conn, reference=link.reference, now=now), link.actor.identity
    known = {one.sha256: one.number for one in _held(conn, case)}
    every = (*papers, *beside)
    if all(one.sha256 in known for one in every) and not type(decision).sealed:
        same = pointing(decision, [known[one.sha256] for one in papers])
        same = numbered(same, [known[one.sha256] for one in beside])
        before = recorded_before(conn, case, same, over=over, by=who, reason=reason)
        if before is not None:
            return before, True
    subject = _check(case, link=link, kind=type(decision))
    if seen != subject.seen:
        raise ChangedMeanwhileError(
            f"The {_called(subject)} has changed since you opened this form.",
            why="Nothing was recorded, and what you typed is kept.",
            next_step="Look at it as it stands now, and send the form again if it still holds.",
        )
    common: dict[str, Any] = {"by": link.actor, "reason": reason, "now": now}
    for one in every:
        if one.sha256 not in known:
            record_decision(conn, reference=case.reference, decision=one, **common)
            known = {held.sha256: held.number for held in _held(conn, case)}
    signed = signature_kept(conn, decision, reference=case.reference, **common)
    decided = pointing(signed, [known[one.sha256] for one in papers])
    decided = numbered(decided, [known[one.sha256] for one in beside])
    record_decision(conn, reference=case.reference, decision=decided, **common)
    asked = {"case_id": case.id, "kind": decision.kind, "actor": who}
    return int(conn.execute(_NEWEST, asked).scalar_one()), False


def _called(subject: Subject) -> str:
    return "offer or order" if subject.rests_on in (_OF_OFFER, _OF_ORDER) else "case"


def _held(conn: Connection, case: CaseInHand) -> list[Any]:
    return [one for one in received_on(conn, case_id=case.id) if not one.withdrawn]


def evidence_of(kind: type[BaseDecision]) -> str:
    """Return the particular that points at whatever is handed in with a decision, or nothing.

    One whose documents belong to a line each is not it: those come beside their lines.
    """
    asked = (one for one in particulars(kind) if not one.asked.signature)
    first = next((one for one in asked if one.asked.evidence), None)
    return first.name if first is not None and first.key is None else ""


def beside_fields(kind: type[BaseDecision]) -> frozenset[str]:
    """Return the fields of a form beside which documents of their own are handed in."""
    return frozenset(
        option.name.removeprefix("--")
        for one in particulars(kind)
        if one.asked.evidence and not one.asked.signature and one.name != evidence_of(kind)
        for option in one.options
    )


_NOT_YET: Final = 900_000_000


def not_yet(place: int) -> str:
    """Return what stands for a document that has no number yet, by its place among them."""
    return f"doc:{_NOT_YET + place}"


def numbered(decision: BaseDecision, numbers: Sequence[int]) -> BaseDecision:
    """Return a decision with the numbers of documents that had none when it was read."""

    def said(words: str) -> str:
        for place, number in enumerate(numbers):
            words = words.replace(not_yet(place), f"doc:{number}")
        return words

    held = {
        one.name: getattr(decision, one.name)
        for one in particulars(type(decision))
        if one.asked.evidence
    }
    return replace(
        decision,
        **{
            name: {key: said(words) for key, words in value.items()}
            if isinstance(value, Mapping)
            else said(value)
            for name, value in held.items()
        },
    )


def pointing(decision: BaseDecision, numbers: Sequence[int]) -> BaseDecision:
    """Return a decision whose evidence points at documents, each once."""
    name = evidence_of(type(decision))
    if not name or not numbers:
        return decision
    marks = ", ".join(f"doc:{number}" for number in dict.fromkeys(numbers))
    said = getattr(decision, name)
    assert name in {one.name for one in fields(decision)}  # noqa: S101 - it was declared
    return replace(decision, **{name: f"{said} ({marks})" if said else marks})


def kind_of_paper(mime: str, *, decision: type[BaseDecision]) -> ReceivedKind:
    """Return what a file is that was handed in with a decision: a picture is a photograph."""
    if mime.startswith("image/"):
        return ReceivedKind.PHOTOGRAPH
    return ReceivedKind.OTHER if decision.kind == "invoice" else ReceivedKind.CERTIFICATE
