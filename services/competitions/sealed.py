"""The answers to an invitation to quote, and the one way their sealed money is opened.

The money of a quote is in ``sealed_quote`` until the deadline. Only ``open_quotes`` reads that
table; nothing else in Handrail names it, which a test holds. Whatever is here is called with the
case locked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from models.audit import AUTOMATIC
from models.base import AnyRow
from models.tables.competition import Competition, Quote, SealedQuote
from rules.competitions.competition import ENOUGH, is_over
from services.cases import CaseInHand

_KEEP: Final = insert(Quote).returning(Quote.id)
_SEAL: Final = insert(SealedQuote)
_DESTROY: Final = delete(SealedQuote).where(
    SealedQuote.quote_id.in_(bindparam("quote_ids", expanding=True))
)
_SEALED: Final = (
    select(SealedQuote.quote_id, SealedQuote.contents, Quote.contractor)
    .join(Quote, Quote.id == SealedQuote.quote_id)
    .where(Quote.award_id == bindparam("award_id"), Quote.status == "sealed")
    .order_by(Quote.id)
)
_OPEN: Final = update(Quote).where(Quote.id == bindparam("row_id")).values(status="opened")
_OPENED: Final = (
    update(Competition).where(Competition.award_id == bindparam("row_id")).values(status="opened")
)
_WITHDRAW: Final = (
    update(Quote)
    .where(Quote.id.in_(bindparam("quote_ids", expanding=True)))
    .values(status="withdrawn", net_pence=None, line_net_pence=None)
)


def keep_answer(
    conn: Connection, *, award_id: int, contractor: str, status: str, by: str, now: datetime
) -> int:
    """Keep an answer without money: declined, or late; return its row id.

    Args:
        by: Who recorded it.
    """
    values = {
        "award_id": award_id,
        "contractor": contractor,
        "status": status,
        "received_at": now,
        "recorded_by": by,
    }
    return int(conn.execute(_KEEP, values).scalar_one())


def seal(
    conn: Connection,
    *,
    award_id: int,
    contractor: str,
    line_net_pence: Mapping[int, int],
    by: str,
    now: datetime,
) -> int:
    """Keep a quote with its money sealed, and return its row id.

    Args:
        line_net_pence: Net pence by line.
        by: Who recorded it.
    """
    quote_id = keep_answer(
        conn, award_id=award_id, contractor=contractor, status="sealed", by=by, now=now
    )
    contents = {str(line): pence for line, pence in line_net_pence.items()}
    conn.execute(_SEAL, {"quote_id": quote_id, "contents": contents})
    return quote_id


def withdraw(conn: Connection, *, quote_ids: list[int]) -> None:
    """Withdraw answers; what money they held, sealed or opened, is destroyed."""
    conn.execute(_DESTROY, {"quote_ids": quote_ids})
    conn.execute(_WITHDRAW, {"quote_ids": quote_ids})


def open_quotes(case: CaseInHand, competition: AnyRow, *, direction: str = "") -> int:
    """Open every sealed quote of a competition, if its time has come: the one place where it is.

    Nothing is opened before the deadline, whoever asks; nor fewer than two quotes without a
    recorded direction that one is enough (s.2(2)(b)). A quote that was in time, and waited for the
    case while the others were opened, joins them.

    Args:
        competition: Its competition, as read in this transaction.
        direction: The direction, as recorded, or an empty string.

    Returns:
        How many were opened; 0 where none may be.
    """
    if not _may_be_opened(case, competition):
        return 0
    sealed = list(case.conn.execute(_SEALED, {"award_id": competition.award_id}))
    enough = 1 if direction or competition.status == "opened" else ENOUGH
    if len(sealed) < enough:
        return 0
    sums = {row.contractor: sum(row.contents.values()) for row in sealed}
    opened = [
        {"row_id": row.quote_id, "net_pence": sums[row.contractor], "line_net_pence": row.contents}
        for row in sealed
    ]
    case.conn.execute(_OPEN, opened)
    case.conn.execute(_DESTROY, {"quote_ids": [row.quote_id for row in sealed]})
    case.conn.execute(_OPENED, {"row_id": competition.award_id, "opened_at": case.now})
    case.note(
        actor=AUTOMATIC,
        action="tender: quotes opened",
        reason="the deadline has passed",
        detail={"net_pence": sums, "direction": direction},
    )
    return len(opened)


def _may_be_opened(case: CaseInHand, competition: AnyRow) -> bool:
    """Say whether the time of a competition's quotes has come, or they are opened already."""
    over = is_over(deadline=competition.deadline, now=case.now)
    return competition.status == "opened" or (over and competition.status == "open")
