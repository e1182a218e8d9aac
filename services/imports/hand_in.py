"""Contractors' documents handed in with their file: each counts once an officer has checked it.

What the authority's own register says counts as it is. What is handed in, by an officer or by the
contractor itself, is kept beside it; checking it brings its row into the register, as an import of
it would, in the name of whoever checked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from adapters import clock, files
from adapters.received import checked
from adapters.settings import settings
from models import outbox
from models.asked import reference_rows
from models.audit import note_service, take_turn
from models.base import AnyRow, rows_by
from models.contacts import contractor_called
from models.people import acting, name_of
from models.tables.contractors import HandedDocument
from models.tables.reference import Authority
from rules.clocks.dates import london_date
from rules.contractors import document_name
from rules.decisions.particulars import check_reason
from rules.errors import (
    AlreadyDecidedError,
    ImportProblemsError,
    NotPermittedError,
)
from rules.imports import parse
from rules.people import Actor, Role
from rules.powers import check_may_correct
from services.imports.handed import Handed, handed, handed_row
from services.imports.run import run_import
from services.imports.typed import typed
from services.session import reading, writing

KIND: Final = "contractor_documents"
PARTICULARS: Final = ("document", "reference", "cover", "valid_from", "valid_to")
"""What is typed of one, as the import of its kind names it."""

_LONGEST_NAME: Final = 200
_AUTHORITY: Final = rows_by(Authority, "code")
_KEEP: Final = insert(HandedDocument).returning(HandedDocument.id)
_WAITING: Final = select(HandedDocument.id).where(
    *(
        HandedDocument.__table__.c[name] == bindparam(name)
        for name in ("contractor", "document", "valid_from", "valid_to", "sha256", "state")
    )
)
_LOOK: Final = update(HandedDocument).where(HandedDocument.id == bindparam("of_id"))


def hand_in(*, contractor: str, cells: Mapping[str, str], data: bytes, name: str, by: str) -> int:
    """Keep a contractor's document with its file, to be checked; sent twice it is one.

    Args:
        cells: The ``PARTICULARS`` as they were typed.
        name: The file as its sender called it; a folder before it is left out.
        by: An officer's address, or the contractor's own code.

    Returns:
        Its number.

    Raises:
        ImportProblemsError: Something typed cannot stand; all of it is listed.
        InvalidDocumentError: The file's size, type or contents do not allow it.
        NotPermittedError: The role may not, or the contractor is not theirs.
    """
    now = clock.now()
    with reading() as conn:
        firm = contractor_called(conn, code=contractor)
        actor = acting(conn, identity=by, on=london_date(now))
    check_may_hand_in(actor, contractor=firm.code, authorities=firm.authorities)
    values = _understood(firm.code, cells)
    sound = checked(data, most_bytes=settings().received_megabytes * 1_000_000)
    kept = files.store(folder=settings().documents_folder, data=sound.data, suffix=sound.suffix)
    stem = PurePath(name.replace("\\", "/")).stem.strip() or "document"
    row = {
        **values,
        "name": f"{stem[:_LONGEST_NAME]}{sound.suffix}",
        "mime": sound.mime,
        "path": kept.path,
        "sha256": kept.sha256,
        "size": kept.size,
        "handed_by": actor.identity,
        "handed_at": now,
        "state": "waiting",
    }
    with writing() as conn:
        take_turn(conn)
        there = conn.execute(_WAITING, row).scalar_one_or_none()
        if there is not None:
            return int(there)
        number = int(conn.execute(_KEEP, row).scalar_one())
        kind = document_name(row["document"])
        _note(conn, actor, now, "handed in", number, row, reason=f"{kind} of {firm.name}")
    return number


def check(conn: Connection, *, number: int, by: str, reason: str, now: datetime) -> Handed:
    """Find a document as it was handed in right, so that it counts: it goes into the register.

    Raises:
        AlreadyDecidedError: Somebody has looked at it.
        HandrailError: The person, the reason or the register does not allow it.
    """
    row, actor = _to_look_at(conn, number=number, by=by, reason=reason, now=now)
    record = {"contractor": row.contractor, **_cells(row)}
    run_import(
        conn,
        kind=KIND,
        sheet=typed(kind=KIND, records=[record]),
        now=now,
        actor=actor.identity,
        reason=reason,
    )
    return _looked(conn, row, actor, now, "checked", reason)


def refuse(conn: Connection, *, number: int, by: str, reason: str, now: datetime) -> Handed:
    """Find that a document as it was handed in does not count; its contractor is told why, once.

    Raises:
        AlreadyDecidedError: Somebody has looked at it.
        HandrailError: The person or the reason does not allow it.
    """
    row, actor = _to_look_at(conn, number=number, by=by, reason=reason, now=now)
    _tell_refused(conn, row, actor, why=reason, now=now)
    return _looked(conn, row, actor, now, "refused", reason)


# ---- parts


def check_may_hand_in(actor: Actor, *, contractor: str, authorities: Sequence[str]) -> None:
    """Refuse whoever is neither the contractor nor an officer of an authority that it works for.

    Raises:
        NotPermittedError: They are not, or their role brings in no such documents.
    """
    if actor.role is Role.CONTRACTOR:
        if actor.identity != contractor:
            raise NotPermittedError(
                f"{actor.name} may hand in its own documents alone.", next_step="Nothing was kept."
            )
        return
    theirs = [one for one in authorities if one in actor.authorities]
    check_may_correct(actor=actor, kind=KIND, authority=(theirs or authorities)[0])


def _understood(contractor: str, cells: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed as values of the table."""
    sheet = typed(kind=KIND, records=[{"contractor": contractor, **cells}])
    parsed = parse(kind=KIND, header=sheet.header, rows=sheet.rows, file=sheet.file, sheet=None)
    if parsed.problems:
        raise ImportProblemsError(tuple(parsed.problems), typed=True)
    values = dict(parsed.rows[0].values)
    return {**values, "cover_pence": values.pop("cover")}


def _cells(row: AnyRow) -> dict[str, object]:
    pence = row.cover_pence
    cover = "" if pence is None else f"{pence // 100}.{pence % 100:02d}"
    return {name: getattr(row, name) for name in PARTICULARS if name != "cover"} | {"cover": cover}


def _to_look_at(
    conn: Connection, *, number: int, by: str, reason: str, now: datetime
) -> tuple[AnyRow, Actor]:
    """Return a document that waits, and who may look at it."""
    take_turn(conn)
    row = handed_row(conn, number)
    actor = acting(conn, identity=by, on=london_date(now))
    for authority in contractor_called(conn, code=row.contractor).authorities:
        check_may_correct(actor=actor, kind=KIND, authority=authority)
    if row.state != "waiting":
        who, on = name_of(conn, row.looked_by), london_date(row.looked_at)
        raise AlreadyDecidedError(
            f"Document {number} was {row.state} by {who} on {on:%-d %B %Y}.",
            why="A document that was handed in is looked at once.",
            next_step="Hand it in again, if it is to be looked at again.",
        )
    check_reason(reason, what="What is found of a document")
    return row, actor


def _tell_refused(conn: Connection, row: AnyRow, actor: Actor, *, why: str, now: datetime) -> None:
    """Put in the outbox why a document does not count, to the address on file, if there is one."""
    firm = contractor_called(conn, code=row.contractor)
    if not firm.email:
        return
    theirs = [one for one in firm.authorities if one in actor.authorities] or firm.authorities
    authority = reference_rows(conn, _AUTHORITY, code=min(theirs))[0]
    payload = {
        "kind": "document_refused_to_contractor",
        "to": firm.email,
        "by_post_to": "",
        "reply_to": authority.email,
        "context": {
            "contractor_name": firm.name,
            "document": document_name(row.document),
            "handed_on": london_date(row.handed_at).isoformat(),
            "why": why,
            "authority_name": authority.name,
            "authority_email": authority.email,
        },
        "attachments": [],
    }
    key = f"handed:{row.id}:refused"
    outbox.add(conn, [outbox.message_row(key=key, case_id=None, payload=payload, now=now)])


def _looked(
    conn: Connection, row: AnyRow, actor: Actor, now: datetime, state: str, why: str
) -> Handed:
    found = {"state": state, "looked_by": actor.identity, "looked_at": now, "why": why}
    conn.execute(_LOOK.values(found), {"of_id": row.id})
    _note(conn, actor, now, state, row.id, dict(row._mapping), reason=why)
    return handed(conn, number=row.id)


def _note(
    conn: Connection,
    actor: Actor,
    now: datetime,
    what: str,
    number: int,
    row: Mapping[str, Any],
    *,
    reason: str,
) -> None:
    names = ("contractor", "document", "reference", "sha256")
    days = {name: row[name].isoformat() for name in ("valid_from", "valid_to")}
    note_service(
        conn,
        now=now,
        actor=actor.identity,
        action=f"contractor’s document: {what}",
        reason=reason,
        detail={"number": number, **{name: row[name] for name in names}, **days},
    )
