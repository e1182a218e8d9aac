"""The ledger: every row that evidences a decision is as a transaction of Handrail last left it.

What an audit row or the ledger says of the rows written with it is replayed, case by case, and
compared with what they hold now. Whoever works the hashes of a case out again, and the ledger with
them, is told by a seal alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Connection, Text, and_, bindparam, cast, func, select

from models.covering import said
from models.evidence import SERVICE_SCOPE, kinds
from models.recorded import Entry, Held, is_as_held, replayed
from models.tables.cases import Case
from models.tables.ledger import Chain, Covered
from models.tables.record import Audit
from services.verification.checks import Finding, broken

AT_ONCE: Final = 250
"""Cases looked at together."""

_CASE_KINDS: Final = tuple(sorted(name for name, kind in kinds().items() if kind.of_case))
_SERVICE_KINDS: Final = tuple(sorted(name for name, kind in kinds().items() if not kind.of_case))
_SCOPES: Final = select(Covered.scope).where(Covered.scope != SERVICE_SCOPE).distinct()
_CASES: Final = select(Case.id, Case.reference)
_IDS: Final[Any] = bindparam("ids", expanding=True)
_LEDGER: Final = (
    select(Covered.scope, Covered.after, Covered.id, cast(Covered.covers, Text))
    .where(Covered.scope.in_(_IDS))
    .order_by(Covered.id)
)
_CHAINS: Final = (
    select(Case.id, Audit.sequence, cast(Audit.covers, Text))
    .join(Case, Case.reference == Audit.chain)
    .where(Case.id.in_(_IDS), Audit.covers.is_not(None))
)
_BY_OTHERS: Final = "by something other than Handrail"
Recorded = dict[str, dict[str, Held]]
Rows = dict[str, dict[str, tuple[str, str]]]
"""The words of rows, of what stays and of what moves, by table and key."""


def uncovered_rows(conn: Connection, *, case_ids: Iterable[int] | None = None) -> Iterator[Finding]:
    """Yield each row that was put in, changed or removed by something other than Handrail.

    Args:
        case_ids: These cases alone, beside the service's own rows; None for all.
    """
    yield from _of_service(conn)
    names = {row.id: row.reference for row in conn.execute(_CASES)}
    scopes = names.keys() | set(conn.execute(_SCOPES).scalars())
    wanted = sorted(scopes if case_ids is None else scopes & set(case_ids))
    for start in range(0, len(wanted), AT_ONCE):
        batch = wanted[start : start + AT_ONCE]
        held, there = recorded(conn, batch), rows_now(conn, batch)
        for scope in batch:
            yield from _of_case(names.get(scope), held[scope], there[scope])


def recorded(conn: Connection, cases: Sequence[int]) -> defaultdict[int, Recorded]:
    """Return what was last recorded of the rows of some cases, by table."""
    entries: list[tuple[int, int, int, str]] = [
        (scope, after, number, covers)
        for scope, after, number, covers in conn.execute(_LEDGER, {"ids": cases}).all()
    ]
    entries += [
        (scope, at, 0, covers) for scope, at, covers in conn.execute(_CHAINS, {"ids": cases}).all()
    ]
    held: defaultdict[int, Recorded] = defaultdict(dict)
    for scope, _, _, covers in sorted(entries):
        replayed(held[scope], read_entry(covers))
    return held


def read_entry(covers: str) -> Entry:
    """Return an entry as it is stored, which holds words alone."""
    found: Entry = orjson.loads(covers)
    return found


def rows_now(conn: Connection, cases: Sequence[int]) -> defaultdict[int, Rows]:
    """Return what the rows of some cases hold now, by table."""
    there: defaultdict[int, Rows] = defaultdict(dict)
    for kind, scope, key, fixed, moving in said(conn, _CASE_KINDS, tuple(cases)):
        if kind in kinds():
            there[scope].setdefault(kind, {})[key] = (fixed, moving)
    return there


def _of_case(reference: str | None, held: Recorded, there: Rows) -> Iterator[Finding]:
    if reference is None:
        named = ", ".join(held.get("case", {"A case": ""}))
        yield broken(named, f"The case was removed {_BY_OTHERS}.")
    elif "case" not in held:
        yield broken(reference, f"The case was put in {_BY_OTHERS}: nothing is recorded of it.")
    else:
        yield from differences(reference, held, there)


def differences(where: str, held: Recorded, there: Rows) -> Iterator[Finding]:
    """Yield each row that is not as it was last recorded, by table and key."""
    for kind in sorted(held.keys() | there.keys()):
        known, now = held.get(kind, {}), there.get(kind, {})
        for key in sorted(known.keys() | now.keys()):
            if not (key in known and key in now and is_as_held(known[key], *now[key])):
                done = "put in" if key not in known else "changed" if key in now else "removed"
                row = f"{kind.replace('_', ' ').capitalize()} {key}"
                yield broken(where, f"{row} was {done} {_BY_OTHERS}.")


def _of_service(conn: Connection) -> Iterator[Finding]:
    """Yield what is so of reference data."""
    held: Recorded = {}
    for _, _, _, covers in conn.execute(_LEDGER, {"ids": [SERVICE_SCOPE]}):
        replayed(held, read_entry(covers))
    there: Rows = {}
    for kind, scope, key, fixed, moving in said(conn, _SERVICE_KINDS, None):
        if kind in kinds() and scope == SERVICE_SCOPE:
            there.setdefault(kind, {})[key] = (fixed, moving)
    yield from differences("service", held, there)


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
