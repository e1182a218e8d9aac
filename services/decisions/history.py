"""What happened on a case, row by row of its record, in words: decided, imported or done.

The words of a decision come from its declaration and from what is on record of it, so that rows of
earlier versions are told as well as their facts allow.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection

from models.audit import SERVICE
from models.base import AnyRow, rows_by
from models.case_queries import case_row
from models.tables.record import Audit
from rules.clocks.dates import instant
from rules.decisions.notes import note_words
from services.decisions.kinds import KINDS
from services.decisions.words import naming, words_of

_AUDIT: Final = rows_by(Audit, "chain").order_by(Audit.sequence)
_OF_AUDIT: Final = ("actor", "action", "reason", "detail", "hash")
_OPENED: Final = "tender: quotes opened"


def case_history(conn: Connection, *, reference: str) -> list[dict[str, Any]]:
    """Return everything that happened on a case, oldest first, each row with its words as ``said``.

    Args:
        reference: The case reference, or ``service`` for what concerns no single case.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    if reference != SERVICE:
        reference = case_row(conn, reference=reference).reference
    rows = list(conn.execute(_AUDIT, {"chain": reference}))
    sums = _quoted(rows)
    return [
        {
            "at": instant(row.at),
            "said": _said(conn, row, opened=sums.get(row.sequence)),
            **{name: getattr(row, name) for name in _OF_AUDIT},
        }
        for row in rows
    ]


def _said(conn: Connection, row: AnyRow, *, opened: int | None) -> str:
    _, _, kind = row.action.partition(": ")
    facts = row.detail.get("facts")
    if kind not in KINDS or facts is None:
        return note_words(row.action, naming(conn, row.detail))
    known = facts if opened is None else {**facts, "net_pence": opened}
    return words_of(conn, kind=kind, facts=known)


def _quoted(rows: Iterable[AnyRow]) -> dict[int, int]:
    """Return what each quote came to, net pence by its row's place, once the quotes are opened.

    A quote's own row never holds its sum; the row of the opening does.
    """
    sealed: dict[str, int] = {}
    found: dict[int, int] = {}
    for row in rows:
        if row.action == "tender: quote":
            sealed[row.detail["facts"]["contractor"]] = row.sequence
        elif row.action == _OPENED:
            sums: dict[str, int] = row.detail["net_pence"]
            found |= {sealed[name]: pence for name, pence in sums.items() if name in sealed}
    return found
