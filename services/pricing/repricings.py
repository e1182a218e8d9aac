"""Repricings as they are kept: who asked for which cases and why, and what became of each."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.audit import note_service
from models.base import AnyRow, rows_by
from models.outbox import request_run
from models.tables.cases import Case
from models.tables.many_cases import RepricedCase, Repricing
from rules.decisions.particulars import unwritable
from rules.errors import InvalidDecisionError, MissingReasonError, UnknownReferenceError
from rules.people import Actor, check_may_change_many
from rules.pricing.repricing import Outcome, Selection, selection_from
from rules.reasons import too_thin
from services.pricing.scope import Bearing, as_meant, bearings

FLOW: Final = "reprice-cases"

_REPRICING: Final = rows_by(Repricing, "id")
_ALL: Final = rows_by(Repricing).order_by(Repricing.id.desc())
_ASK: Final = insert(Repricing).returning(Repricing.id)
_KEEP: Final = {
    name: dialect_insert(RepricedCase).on_conflict_do_nothing()
    for name, dialect_insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_KEPT_IDS: Final = select(RepricedCase.case_id).where(
    RepricedCase.repricing_id == bindparam("repricing_id")
)
_KEPT_CASES: Final = (
    select(*RepricedCase.__table__.c, Case.reference, Case.authority)
    .join(Case, Case.id == RepricedCase.case_id)
    .where(RepricedCase.repricing_id == bindparam("repricing_id"))
    .order_by(Case.reference)
)
_COUNTS: Final = (
    select(RepricedCase.outcome, func.count())
    .where(RepricedCase.repricing_id == bindparam("repricing_id"))
    .group_by(RepricedCase.outcome)
)
_FINISH: Final = update(Repricing).where(
    Repricing.id == bindparam("repricing_id"), Repricing.status == "asked"
)


def ask(
    conn: Connection, *, selection: Selection, actor: Actor, reason: str, now: datetime
) -> tuple[int, list[Bearing]]:
    """Keep a request for a repricing, with its audit row and the one run that carries it out.

    Args:
        selection: Which cases; it is narrowed to the authorities that the person serves.
        actor: Who asks.

    Returns:
        The repricing's number, and the cases it bears on.

    Raises:
        NotPermittedError: Their role may not, or a case or authority named is not theirs.
        MissingReasonError: No reason is given.
        InvalidDecisionError: No case would be priced again, or the reason cannot be kept.
        UnknownReferenceError: Something that the selection names is unknown.
    """
    selection = as_meant(conn, selection)
    found = bearings(conn, selection=selection)
    named = set(selection.authorities) | {one.authority for one in found if selection.cases}
    check_may_change_many(actor=actor, what="a repricing", authorities=named)
    if not reason.strip():
        raise MissingReasonError(
            "A repricing needs its reason.", next_step="Say why with --reason; it is kept."
        )
    if thin := too_thin(reason):
        raise MissingReasonError(thin, next_step="Nothing was recorded.")
    if problems := unwritable(reason):
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")
    if actor.authorities and not named:
        selection = replace(selection, authorities=tuple(sorted(actor.authorities)))
        found = [one for one in found if one.authority in actor.authorities]
    if all(one.left for one in found):
        raise InvalidDecisionError(
            "No open case would be priced again.",
            why=" ".join(f"{one.reference}: {one.left}." for one in found[:20]),
            next_step="`handrail reprice preview` with the same options shows why.",
        )
    return _keep_request(conn, selection, actor=actor, reason=reason, now=now), found


def _keep_request(
    conn: Connection, selection: Selection, *, actor: Actor, reason: str, now: datetime
) -> int:
    of_which = {"selection": selection.plain(), "replaced_codes": dict(selection.replaced)}
    values = {
        "asked_by": actor.identity,
        "asked_at": now,
        "reason": reason,
        "status": "asked",
        **of_which,
    }
    repricing_id = int(conn.execute(_ASK, values).scalar_one())
    note_service(
        conn,
        now=now,
        actor=actor.identity,
        action="reprice: asked for",
        reason=reason,
        detail={"repricing": repricing_id} | of_which,
    )
    _request_run(conn, run_key(repricing_id), repricing_id, now)
    return repricing_id


def request_again(conn: Connection, *, repricing_id: int, now: datetime) -> None:
    """Ask for one more run of a repricing that could not deal with every case."""
    _request_run(conn, f"{run_key(repricing_id)}:again:{now:%Y%m%dT%H%M%S}", repricing_id, now)


def _request_run(conn: Connection, key: str, repricing_id: int, now: datetime) -> None:
    parameters = {"repricing_id": repricing_id}
    request_run(conn, key=key, flow=FLOW, parameters=parameters, now=now)


def run_key(repricing_id: int) -> str:
    """Return the key of the run that carries a repricing out."""
    return f"repricing:{repricing_id}"


def repricing_of(conn: Connection, *, repricing_id: int) -> AnyRow:
    """Return a repricing.

    Raises:
        UnknownReferenceError: There is none.
    """
    row = conn.execute(_REPRICING, {"id": repricing_id}).one_or_none()
    if row is None:
        raise UnknownReferenceError(
            f"There is no repricing {repricing_id}.",
            next_step="`handrail reprice list` shows those there are.",
        )
    return row


def repricings(conn: Connection) -> list[AnyRow]:
    """Return every repricing, the newest first."""
    return list(conn.execute(_ALL))


def repriced_cases(conn: Connection, *, repricing_id: int) -> list[AnyRow]:
    """Return what a repricing did to each case so far, by reference."""
    return list(conn.execute(_KEPT_CASES, {"repricing_id": repricing_id}))


def counts_of(conn: Connection, *, repricing_id: int) -> Mapping[Outcome, int]:
    """Return how many cases of a repricing have each outcome so far."""
    rows = conn.execute(_COUNTS, {"repricing_id": repricing_id})
    return dict.fromkeys(Outcome, 0) | {Outcome(outcome): int(count) for outcome, count in rows}


def still_to_do(conn: Connection, *, row: AnyRow) -> list[Bearing]:
    """Return the cases that a repricing bears on and has not dealt with, oldest first."""
    dealt_with = set(conn.execute(_KEPT_IDS, {"repricing_id": row.id}).scalars())
    selection = selection_from(row.selection, replaced=row.replaced_codes)
    found = bearings(conn, selection=selection)
    return [one for one in found if one.id not in dealt_with]


def keep_outcomes(
    conn: Connection, *, repricing_id: int, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Keep what a repricing did to some cases; what is kept of a case already stays as it is.

    Args:
        rows: For each case ``case_id``, ``outcome``, ``before_pence``, ``after_pence``, ``detail``.
    """
    values = [{"repricing_id": repricing_id, **row} for row in rows]
    if values:
        conn.execute(_KEEP[conn.dialect.name], values)


def finish(conn: Connection, *, repricing_id: int, now: datetime) -> bool:
    """Say that every case of a repricing is dealt with. Returns whether it was not said before."""
    done = {"repricing_id": repricing_id, "status": "done", "done_at": now}
    return conn.execute(_FINISH, done).rowcount == 1
