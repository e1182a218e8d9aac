"""A client's own statement is taken, and an officer makes a case of it or answers why not."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from models import outbox
from models.audit import note_service
from models.base import AnyRow
from models.case_queries import case_row
from models.contacts import authority_named
from rules.clocks.dates import london_date
from rules.decisions.particulars import check_reason, unwritable
from rules.documents.paper_lines import Contact
from rules.errors import AlreadyDecidedError, InvalidDecisionError, UnknownReferenceError
from rules.grants.means_test import Assessed, Terms
from rules.people import Actor, check_may_enter
from rules.statements import LONGEST, Problems, indicated, read
from services.cases import statements as held
from services.cases.notes import RecordNote
from services.decisions.record import record_decision
from services.grants.means import terms_of
from services.people import tries


class OpenPage(NamedTuple):
    """What the open page of a council rests on: whose it is, the works by type, the means test."""

    council: Contact
    works: dict[str, AnyRow]
    terms: Terms


class Taken(NamedTuple):
    """A statement as it was taken: its number, the works, what it indicates, and whose it is."""

    number: int
    works: AnyRow
    assessed: Assessed
    council: Contact


def open_page(conn: Connection, *, authority: str, now: datetime) -> OpenPage:
    """Return what the open page of an authority rests on.

    Raises:
        UnknownReferenceError: It takes no statements.
    """
    today = london_date(now)
    works = held.works_allowed(conn, authority=authority, on=today)
    if not works:
        raise UnknownReferenceError(
            "This council takes no statements here.",
            next_step="Call the council and ask for help with adapting your home.",
        )
    terms = terms_of(conn, authority=authority, on=today)
    return OpenPage(authority_named(conn, code=authority), works, terms)


def take_statement(
    conn: Connection,
    *,
    authority: str,
    given: Mapping[str, str],
    now: datetime,
    sent_from: tuple[str, datetime] | None = None,
    by: Actor | None = None,
) -> Taken | Problems:
    """Take a client's statement, once however often it is sent; or return everything wrong with it.

    Args:
        given: What ``rules.statements.ASKED`` asks, as it was typed.
        sent_from: The address that the open page was sent from, and when by the machine's clock.
        by: The officer who takes it by telephone.

    Raises:
        TooManyTriesError: Too many came from this address, or for this authority.
        UnknownReferenceError: The authority takes none.
    """
    council, allowed, terms = open_page(conn, authority=authority, now=now)
    if by is not None:
        check_may_enter(actor=by, authority=authority)
    said, problems = read(given, works=allowed, benefits=terms.passporting)
    if problems:
        return problems
    if sent_from is not None:
        counted = (f"statement {sent_from[0]}", f"statements of {authority}")
        against = [one for key in counted for one in tries.counted(email="", address=key)]
        tries.count(conn, against=against, now=sent_from[1])
    works = allowed[said["work_type"]]
    couple = said["household"] == "couple"
    weekly = works.weekly_couple_pence if couple else works.weekly_single_pence
    assessed = indicated(said, weekly_pence=weekly, terms=terms, on=london_date(now))
    who = "".join(f"{said['client_name']}{said['postcode']}".lower().split())
    values = {
        **{name: said[name] for name in (*held.PERSONAL, "tenure", "work_type")},
        "authority": authority,
        "digest": hashlib.sha256(f"{authority}|{works.work_type}|{who}".encode()).hexdigest(),
        "state": "received",
        "how": "telephone" if by else "page",
        "up_to_pence": works.up_to_pence,
        "indicated_pence": assessed.contribution_pence,
        "received_at": now,
        "taken_by": by.identity if by else None,
    }
    number = held.keep_statement(conn, values)
    values["works"] = works.title
    _tell(conn, number, council, "statement_received_to_client", values, now)
    return Taken(number, works, assessed, council)


def accept_statement(
    conn: Connection, *, number: int, reference: str, by: Actor, now: datetime
) -> None:
    """Note of a statement that a case was opened of it, with the client's words on its file.

    Args:
        reference: The case, which was opened in the same transaction.

    Raises:
        HandrailError: The person does not allow it, the case is another's, or it was looked at
            already.
    """
    row, reason = _waiting(conn, number, by), f"statement {number} is accepted"
    case = case_row(conn, reference=reference)
    if (case.authority, case.work_type) != (row.authority, row.work_type):
        raise InvalidDecisionError(
            f"Statement {number} is of other works, or for another authority.",
            next_step="Open the case as it was stated, and change it then.",
        )
    note = RecordNote(row.words, happened_on=london_date(row.received_at))
    record_decision(conn, reference=reference, decision=note, by=by, reason=reason, now=now)
    _look(conn, row, by, reason, now, state="accepted", case_id=case.id)


def answer_statement(
    conn: Connection, *, number: int, words: str, by: Actor, reason: str, now: datetime
) -> None:
    """Answer a statement that becomes no case; the client is told why, in words for them.

    Raises:
        HandrailError: The person or the words do not allow it, or it was looked at already.
    """
    row = _waiting(conn, number, by)
    check_reason(reason, what="An answer to a statement")
    if not words.strip() or len(words) > LONGEST or unwritable(words):
        raise InvalidDecisionError(
            f"Say why, as the client reads it, in {LONGEST:,} characters at most.",
            next_step="Nothing was changed.",
        )
    _look(conn, row, by, reason, now, state="answered", case_id=None)
    values = {**row._mapping, "works": row.work_type.replace("_", " "), "why": words.strip()}
    council = authority_named(conn, code=row.authority)
    _tell(conn, number, council, "statement_answered_to_client", values, now)


def _waiting(conn: Connection, number: int, by: Actor) -> AnyRow:
    row = held.statement_of(conn, number=number, viewer=by)
    check_may_enter(actor=by, authority=row.authority)
    if row.state != "received":
        raise AlreadyDecidedError(
            f"Statement {number} was looked at already.", next_step="Nothing was changed."
        )
    return row


def _look(
    conn: Connection, row: AnyRow, by: Actor, reason: str, now: datetime, **values: Any
) -> None:
    """Keep what became of a statement."""
    held.looked(conn, number=row.id, looked_by=by.identity, looked_at=now, **values)
    detail, action = {"statement": row.id}, f"statement: {values['state']}"
    note_service(conn, now=now, actor=by.identity, action=action, reason=reason, detail=detail)


def _tell(
    conn: Connection,
    number: int,
    council: Contact,
    kind: str,
    said: Mapping[str, Any],
    now: datetime,
) -> None:
    """Tell the client, by e-mail or else by post, once for each statement and state of it."""
    by_post = "\n".join(said[name] for name in ("client_name", "address", "postcode"))
    told = ("client_name", "works", "indicated_pence", "why")
    payload: dict[str, Any] = {
        "kind": kind,
        "to": said["email"] or council.email,
        "by_post_to": "" if said["email"] else by_post,
        "reply_to": council.email,
        "context": {
            **{name: said[name] for name in told if name in said},
            **{f"authority_{name}": getattr(council, name) for name in ("name", "phone", "email")},
            "number": number,
        },
        "attachments": [],
    }
    key = f"statement:{number}:{kind}"
    outbox.add(conn, [outbox.message_row(key=key, case_id=None, payload=payload, now=now)])
