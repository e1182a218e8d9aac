"""What a transaction of ours wrote, read back and put on record: in its audit rows, or the ledger.

Where a case is put back with an audit row, that row holds what the rows written with it hold, as
digests; what is left when the transaction ends goes to the ledger. An entry names the rows that
statements of ours wrote and, of what moves, the columns that they set: a row that somebody else put
in, changed or removed stays as it was last recorded, and `handrail verify` says so.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, cast

from sqlalchemy import Connection, TextClause, bindparam, insert, select, text

from models.evidence import SERVICE_SCOPE, held_in, kinds, rows_of
from models.recorded import COLUMNS, NAMED, REMOVED, Entry, columns_of, digest
from models.tables.cases import Case
from models.tables.ledger import Covered
from models.written import Did, Written, ended, touched

_AT_ONCE: Final = 400
_AFTER: Final = "#"
_KEEP: Final = insert(Covered)
_IDS: Final = select(Case.id).where(Case.reference.in_(bindparam("references", expanding=True)))
_EVERY: Final[dict[Did, set[tuple[str, ...]]]] = {Did(adds=True, sets=frozenset(), by=()): {()}}


def cover_everything(conn: Connection) -> None:
    """Count every row there is as written by this transaction, as where a ledger begins."""
    noted = touched(conn)
    assert noted is not None  # noqa: S101 - only a transaction that writes begins a ledger
    noted.tables |= {name: Written(dict(_EVERY), anywhere=True) for name in kinds()}


def cover_rows(conn: Connection, table: str, **held: str) -> None:
    """Count the rows of a table that hold these words as written by this transaction."""
    noted = touched(conn)
    assert noted is not None  # noqa: S101 - only a transaction that writes begins a ledger
    did = Did(adds=True, sets=frozenset(), by=tuple(held))
    noted.tables[table] = Written({did: {tuple(held.values())}}, anywhere=True)


def cover_columns(conn: Connection) -> None:
    """Hold what moves of every row column by column from here on, where it was held by row.

    Whoever replays takes it over where the row is as it was last recorded.
    """
    move = tuple(sorted(name for name, kind in kinds().items() if kind.moving))
    entries: dict[int, Entry] = {}
    after: dict[int, int] = {}
    for kind, scope, key, _, moving in said(conn, move, None):
        if kind == _AFTER:
            after[scope] = int(key)
        else:
            rows = entries.setdefault(scope, {}).setdefault(kind, [COLUMNS, {}])[1]
            rows[key] = ".".join([digest(moving), *_said(columns_of(moving), ":")])
    _keep(conn, entries, after)


def taken(conn: Connection, *, case_id: int) -> Entry | None:
    """Return what was written to a case so far, for its audit row; None where nothing was."""
    noted = touched(conn)
    if noted is None:
        return None
    tables = {name: one for name, one in noted.tables.items() if case_id in one.cases}
    if not tables:
        return None
    for name, written in tables.items():
        written.cases.discard(case_id)
        if not written.cases and not written.references and not written.anywhere:
            del noted.tables[name]
    entries, _ = _read(conn, tables, (case_id,))
    return entries.get(case_id)


def end(conn: Connection) -> None:
    """Put on record what this transaction wrote without an audit row; called before it commits."""
    noted = ended(conn)
    if noted is None or not noted.tables:
        return
    for written in noted.tables.values():
        named = sorted(written.references)
        for start in range(0, len(named), _AT_ONCE):
            some = {"references": named[start : start + _AT_ONCE]}
            written.cases.update(conn.execute(_IDS, some).scalars())
    for tables, cases in _looks(noted.tables):
        _keep(conn, *_read(conn, tables, cases))


def _keep(conn: Connection, entries: Mapping[int, Entry], after: Mapping[int, int]) -> None:
    fresh = [
        {"scope": scope, "after": after.get(scope, 0), "covers": entry}
        for scope, entry in sorted(entries.items())
    ]
    if fresh:
        conn.execute(_KEEP, fresh)


def _looks(
    tables: Mapping[str, Written],
) -> Iterator[tuple[Mapping[str, Written], tuple[int, ...] | None]]:
    """Yield what to look at together: tables, with the cases or None for wherever they are."""
    everywhere = {name: one for name, one in tables.items() if one.anywhere}
    if everywhere:
        yield everywhere, None
    some = {name: one for name, one in tables.items() if not one.anywhere}
    cases = sorted(set().union(*(one.cases for one in some.values())))
    for start in range(0, len(cases), _AT_ONCE):
        yield some, tuple(cases[start : start + _AT_ONCE])


def _read(
    conn: Connection, tables: Mapping[str, Written], cases: tuple[int, ...] | None
) -> tuple[dict[int, Entry], dict[int, int]]:
    """Return what was written of rows, as they are now, by scope; how long each scope's chain is.

    Of a table from which rows were removed, every row that is left is named.
    """
    entries: dict[int, Entry] = {}
    after: dict[int, int] = {}
    names = {name: written.names for name, written in tables.items()}
    for kind, scope, key, fixed, moving in said(conn, tuple(sorted(tables)), cases):
        if kind == _AFTER:
            after[scope] = int(key)
            continue
        done = tables[kind].done_to(held_in(fixed, names[kind]))
        words = _words(kind, done, fixed, moving)
        if words or tables[kind].removed:
            _of_table(entries, scope, kind, tables[kind])[key] = words
    for name, written in tables.items():
        if written.removed:
            everywhere = [*after] if kinds()[name].of_case else (SERVICE_SCOPE,)
            for scope in everywhere if cases is None else cases:
                _of_table(entries, scope, name, written)
    return entries, after


def _of_table(entries: dict[int, Entry], scope: int, name: str, written: Written) -> dict[str, str]:
    """Return the rows of a table in a scope's entry."""
    how = NAMED + REMOVED * written.removed
    rows: dict[str, str] = entries.setdefault(scope, {}).setdefault(name, [how, {}])[1]
    return rows


def _words(kind: str, done: tuple[bool, frozenset[str]] | None, fixed: str, moving: str) -> str:
    """Return what an entry says of a row; nothing where no statement of ours wrote it."""
    if done is None:
        return ""
    adds, sets = done
    flags = "a" * adds + "f" * bool(sets & kinds()[kind].fixed)
    held = columns_of(moving) if adds or sets & kinds()[kind].moving else {}
    were_set = {name: held.get(name, "") for name in sorted(sets & kinds()[kind].moving)}
    others = {name: one for name, one in held.items() if adds and name not in sets}
    stays = flags + digest(fixed) if flags else ""
    return ".".join([stays, *_said(were_set, ":"), *_said(others, ";")])


def _said(columns: Mapping[str, str], how: str) -> list[str]:
    return [f"{name}{how}{held}" for name, held in columns.items()]


def said(
    conn: Connection, kinds: tuple[str, ...], cases: tuple[int, ...] | None
) -> Iterable[tuple[str, int, str, str, str]]:
    """Return what rows say: kind, scope, key, and the words of what stays and of what moves.

    Args:
        cases: Rows of these cases alone; None for all.
    """
    sqlite = conn.dialect.name == "sqlite"
    one = cases is not None and len(cases) == 1
    asked = _asked(kinds, some=_SOME[cases is None, one, sqlite], sqlite=sqlite)
    if cases is None:
        found = conn.execute(asked)
    elif one:
        found = conn.execute(asked, {"case": cases[0]})
    else:
        found = conn.execute(asked, {"cases": json.dumps(cases) if sqlite else list(cases)})
    return cast(Iterable[tuple[str, int, str, str, str]], found.yield_per(_AT_ONCE))


_SOME: Final = {
    (everywhere, one, sqlite): ""
    if everywhere
    else "= :case"
    if one
    else "IN (SELECT value FROM json_each(:cases))"
    if sqlite
    else "= ANY(:cases)"
    for everywhere in (True, False)
    for one in (True, False)
    for sqlite in (True, False)
}
_ENDS: Final = f"SELECT '{_AFTER}', id, CAST(audit_sequence AS TEXT), '', '' FROM \"case\""  # noqa: S608 - our own tables' names
_END_OF_SERVICE: Final = (
    f"SELECT '{_AFTER}', {SERVICE_SCOPE}, CAST(count AS TEXT), '', '' FROM chain "  # noqa: S608 - our own tables' names
    "WHERE name = 'service'"
)


@cache
def _asked(kinds: tuple[str, ...], *, some: str, sqlite: bool) -> TextClause:
    parts_ = [part for kind in kinds for part in _parts(kind, some, sqlite=sqlite)]
    parts_.append(f"{_ENDS} WHERE id {some}" if some else _ENDS)
    if not some:
        parts_.append(_END_OF_SERVICE)
    return text(" UNION ALL ".join(parts_))


def _parts(kind: str, some: str, *, sqlite: bool) -> Iterator[str]:
    asked, scope = rows_of(kind, sqlite=sqlite)
    joined = " AND " if " WHERE " in asked else " WHERE "
    yield f"{asked}{joined}{scope} {some}" if some and scope else asked
