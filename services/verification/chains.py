"""The ends of the audit chains: each is as long as what was written to it, and ends with that."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from sqlalchemy import Connection, and_, func, select

from models.tables.ledger import Chain
from models.tables.record import Audit
from services.verification.checks import Finding, broken

_ROWS: Final = (
    select(Audit.chain, func.count().label("count"), func.max(Audit.sequence).label("last"))
    .group_by(Audit.chain)
    .subquery()
    .c
)
_THERE: Final = select(_ROWS.chain.label("name"), _ROWS.count, Audit.hash.label("head")).join(
    Audit, and_(Audit.chain == _ROWS.chain, Audit.sequence == _ROWS.last)
)
_WRITTEN: Final = select(Chain.name, Chain.count, Chain.head)


class _End(NamedTuple):
    rows: int
    head: str


def out_of_step(conn: Connection) -> Iterator[Finding]:
    """Yield each chain that was cut, taken away or added to, by its name."""
    written = {name: _End(count, head) for name, count, head in conn.execute(_WRITTEN)}
    there = {name: _End(count, head) for name, count, head in conn.execute(_THERE)}
    for name in sorted(written.keys() | there.keys()):
        wrong = _wrong(written.get(name, _End(0, "")), there.get(name, _End(0, "")))
        if wrong:
            yield broken(name, wrong)


def _wrong(written: _End, there: _End) -> str:
    if not there.rows:
        return f"The audit chain is gone: {written.rows} rows were written to it."
    if there.rows != written.rows:
        return f"The audit chain has {there.rows} rows, and {written.rows} were written to it."
    if there.head != written.head:
        return "The last row of the audit chain is not the one that was written."
    return ""
