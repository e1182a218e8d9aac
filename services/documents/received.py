"""Documents received: drawings, photographs, signed forms, certificates, asbestos information.

The bytes are checked and stored before anything is recorded; what is on record of one is where its
bytes are, by their hash, and never what its sender called it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from models.asked import rows
from models.base import AnyRow, rows_by
from models.case_queries import case_row, live_offer, works_lines
from models.people import name_of
from models.tables.files import ReceivedDocument as Row
from models.tables.record import Decision
from rules.cases import ReceivedKind
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.decisions.particulars import particulars, unwritable
from rules.documents.pointed import pointed_at
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.people import MAY_KEEP_FILE, Role
from rules.sentences import spoken
from services.cases import Context, Effect, applies

_KEEP: Final = insert(Row)
HELD: Final = rows_by(Row, "case_id").order_by(Row.number)
_WITHDRAW: Final = (
    update(Row)
    .where(Row.case_id == bindparam("of_case"), Row.number == bindparam("of_number"))
    .values(withdrawn=True)
)
_DECISION: Final = select(Decision.id).where(
    Decision.id == bindparam("decision_id"), Decision.case_id == bindparam("case_id")
)
_NEWEST: Final = (
    select(Decision.id)
    .where(Decision.case_id == bindparam("case_id"), Decision.kind == bindparam("kind"))
    .order_by(Decision.id.desc())
    .limit(1)
)


@decided(
    "receive-document",
    at=None,
    by=MAY_KEEP_FILE | {Role.CONTRACTOR, Role.CLIENT},
    command="",
    any_time=True,
    of_file=True,
    sealed=frozenset({"name"}),
)
class ReceiveDocument(BaseDecision):
    """A document was received, and belongs to the case, to one of its lines, or to a decision."""

    kind_of_document: ReceivedKind = particular("What it is.", "--kind")
    name: str = particular("As its sender called it.", typed=False)
    mime: str = particular("What its bytes are.", typed=False)
    path: str = particular("Where they are kept.", typed=False)
    sha256: str = particular("Their hash.", typed=False)
    size: int = particular("How many they are.", typed=False)
    line: int | None = particular("The works line that it belongs to.", default=None)
    decision_id: int | None = particular("The decision that it belongs to.", default=None)

    def problems(self) -> tuple[str, ...]:
        """Return a name that cannot be kept."""
        return unwritable(self.name)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was received and where it belongs."""
        line = known(", works line {}", facts["line"])
        return (
            f"Document{known(' {}', facts['number'])} received: "
            f"{facts.words('kind_of_document')}{line}."
        )


@decided("withdraw-document", at=None, by=MAY_KEEP_FILE, any_time=True, of_file=True)
class WithdrawDocument(BaseDecision):
    """A document was attached by mistake; it counts no longer, and stays on record."""

    number: int = particular(
        "Which document of the case; `handrail case file` shows.",
        label="Which document",
        hint="It stays on record, and is shown to nobody any more.",
        offers="documents_received",
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say which document counts no longer."""
        return f"Document {facts['number']} is withdrawn: attached by mistake."


def check_receive(context: Context) -> None:
    """Refuse a contractor's document where it holds no offer or order of the case."""
    offer = live_offer(context.conn, case_id=context.case.id)
    theirs = offer is not None and offer.contractor == context.actor.identity
    if context.actor.role is Role.CONTRACTOR and not theirs:
        raise NotPermittedError(
            f"{context.actor.name} holds no order on {context.case.reference}.",
            next_step="A contractor hands in what belongs to its own orders only.",
        )


@applies(ReceiveDocument, check=check_receive)
def receive(context: Context, decision: ReceiveDocument, _found: None) -> Effect:
    """Put a stored document on record under the case's next number; the same one once."""
    held = received_on(context.conn, case_id=context.case.id)
    place = (decision.sha256, decision.line, decision.decision_id)
    same = [
        one
        for one in held
        if (one.sha256, one.line, one.decision_id) == place and not one.withdrawn
    ]
    if same:
        raise AlreadyDecidedError(
            f"This is document {same[0].number} of {context.case.reference} already.",
            next_step="Nothing was attached.",
        )
    _check_place(context, decision)
    number = max((one.number for one in held), default=0) + 1
    context.conn.execute(
        _KEEP,
        {
            "case_id": context.case.id,
            "number": number,
            "kind": decision.kind_of_document.value,
            "name": decision.name,
            "mime": decision.mime,
            "path": decision.path,
            "sha256": decision.sha256,
            "size": decision.size,
            "line": decision.line,
            "decision_id": decision.decision_id,
            "received_by": context.actor.identity,
            "received_at": context.now,
            "withdrawn": False,
        },
    )
    told = f"It is document {number}; evidence points at it as doc:{number}."
    return Effect(to=None, facts={"number": number}, notice=told)


def _check_place(context: Context, decision: ReceiveDocument) -> None:
    case, wrong = context.case, []
    lines = [row.line for row in works_lines(context.conn, case_id=case.id)]
    if decision.line is not None and decision.line not in lines:
        wrong.append(f"{case.reference} has no works line {decision.line}.")
    asked = {"decision_id": decision.decision_id, "case_id": case.id}
    if decision.decision_id is not None and not context.conn.execute(_DECISION, asked).first():
        wrong.append(f"{case.reference} has no decision {decision.decision_id}.")
    if wrong:
        raise InvalidDecisionError(
            " ".join(wrong), next_step="Attach it to the case, or to what the case has."
        )


def check_documents(context: Context) -> None:
    """Refuse to withdraw a document where none is held."""
    if all(one.withdrawn for one in received_on(context.conn, case_id=context.case.id)):
        raise UnknownReferenceError(
            f"No document received is held for {context.case.reference}.",
            next_step="Nothing was changed.",
        )


@applies(WithdrawDocument, check=check_documents)
def withdraw(context: Context, decision: WithdrawDocument, _found: None) -> Effect:
    """Let a document count no longer."""
    document_of(context.conn, case=context.case.row, number=decision.number)
    asked = {"of_case": context.case.id, "of_number": decision.number}
    context.conn.execute(_WITHDRAW, asked)
    return Effect(to=None)


# ---- what evidence points at


def check_pointed(context: Context, decision: BaseDecision) -> None:
    """Refuse a decision whose evidence points at a document that the case does not hold.

    Raises:
        InvalidDecisionError: It names each that is not there, or was withdrawn.
    """
    asked = [
        number
        for one in particulars(type(decision))
        if one.asked.evidence
        for number in pointed_at(str(getattr(decision, one.name) or ""))
    ]
    if not asked:
        return
    held = received_on(context.conn, case_id=context.case.id)
    there = {one.number for one in held if not one.withdrawn}
    if missing := [f"doc:{number}" for number in asked if number not in there]:
        raise InvalidDecisionError(
            f"{context.case.reference} holds no {spoken(missing)}.",
            next_step="Attach the document first, or say in words what shows it.",
        )


# ---- read


@dataclass(frozen=True, slots=True)
class Received:
    """A document received, as its case holds it.

    Args:
        number: What it is known by on its case, and evidence points at it by: ``doc:3``.
        path: Where its bytes are, below the documents folder.
        line: The works line that it belongs to, or None.
        decision_id: The decision that it belongs to, or None.
    """

    number: int
    kind: str
    name: str
    mime: str
    path: str
    sha256: str
    size: int
    line: int | None
    decision_id: int | None
    received_by: str
    received_by_name: str
    received_at: datetime
    withdrawn: bool


def received_on(conn: Connection, *, case_id: int) -> list[Received]:
    """Return the documents received on a case by number, those withdrawn included."""
    return [_shown(conn, row) for row in rows(conn, HELD, case_id=case_id)]


def received_documents(conn: Connection, *, reference: str) -> list[Received]:
    """Return the documents received on a case, however its reference is typed.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    return received_on(conn, case_id=case_row(conn, reference=reference).id)


def document_of(conn: Connection, *, case: AnyRow, number: int) -> Received:
    """Return one document received on a case.

    Raises:
        UnknownReferenceError: There is none of that number, or it was withdrawn.
    """
    found = next((one for one in _numbered(conn, case, number)), None)
    if found is None or found.withdrawn:
        gone = " any more: it was withdrawn" if found else ""
        raise UnknownReferenceError(
            f"There is no document {number} on {case.reference}{gone}.",
            next_step=f"`handrail case file {case.reference}` lists them.",
        )
    return found


def _numbered(conn: Connection, case: AnyRow, number: int) -> Iterator[Received]:
    return (one for one in received_on(conn, case_id=case.id) if one.number == number)


def newest_decision(conn: Connection, *, reference: str, kind: str) -> int:
    """Return the number of the newest decision of a kind on a case, to attach a document to.

    Raises:
        UnknownReferenceError: There is no such case, or no such decision on it.
    """
    case = case_row(conn, reference=reference)
    found = conn.execute(_NEWEST, {"case_id": case.id, "kind": kind}).scalar_one_or_none()
    if found is None:
        raise UnknownReferenceError(
            f"No “{kind}” is recorded on {case.reference}.",
            next_step=f"`handrail case history {case.reference}` shows what is.",
        )
    return int(found)


def _shown(conn: Connection, row: AnyRow) -> Received:
    held = {name: value for name, value in row._mapping.items() if name not in ("id", "case_id")}
    return Received(**held, received_by_name=name_of(conn, row.received_by))
