"""What a transaction of ours wrote, read back and put on record: in its audit rows, or the ledger.

An engine's own statements say which tables were written, and how. Where a case is put back with an
audit row, that row holds what the rows written with it hold, as digests; what is left when the
transaction ends goes to the ledger. Each entry says how its table was written, so that whoever
replays the entries takes over only what a statement of ours can have done: a row that somebody
else put in, changed or removed stays as it was last recorded, and `handrail verify` says so.
"""

import json
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import (
    Delete,
    Executable,
    Insert,
    Table,
    TextClause,
    Update,
    UpdateBase,
    bindparam,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.engine import Connection, Engine

from models.evidence import CHAIN, KINDS, SERVICE_SCOPE, rows_of
from models.tables.cases import Case
from models.tables.ledger import Covered

Entry: TypeAlias = dict[str, Any]
"""By table: how it was written (letters of ``ADDED`` and so on), and its rows' digests by key."""

ADDED, FIXED, MOVED, REMOVED = "a", "f", "m", "r"

_TOUCHED: Final = "touched"
_CASE_PARAMS: Final = ("case_id", "of_case")
_CASE_ROW_PARAMS: Final = ("row_id", "of_id")
_NAMED: Final = ("reference", "of_reference")
_AT_ONCE: Final = 400
_AFTER: Final = "#"
_KEEP: Final = insert(Covered)
_IDS: Final = select(Case.id).where(Case.reference.in_(bindparam("references", expanding=True)))


@dataclass(slots=True)
class _Written:
    """What our statements did to one table."""

    how: set[str] = field(default_factory=set)
    cases: set[int] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    anywhere: bool = False


@dataclass(slots=True)
class Touched:
    """What one transaction wrote of evidence, and the cases it has in hand."""

    tables: dict[str, _Written] = field(default_factory=dict)
    cases: set[int] = field(default_factory=set)
    before: list[tuple[dict[str, _Written], set[int]]] = field(default_factory=list)

    def note(self, statement: UpdateBase, given: Sequence[Mapping[str, Any]]) -> None:
        """Note a statement of ours, with the values it was given."""
        name = cast(Table, statement.table).name
        if name in KINDS and not _says_nothing(name, given):
            how = _how(name, statement, given)
            if how:
                written = self.tables.setdefault(name, _Written())
                written.how |= how
                self._note_cases(written, name, given)

    def _note_cases(self, written: _Written, name: str, given: Iterable[Mapping[str, Any]]) -> None:
        if not KINDS[name].of_case:
            written.anywhere = True
            return
        names = _CASE_ROW_PARAMS if name == "case" else _CASE_PARAMS
        for values in given:
            found = [values[one] for one in names if values.get(one) is not None]
            named = [values[one] for one in _NAMED if values.get(one)] if name == "case" else []
            written.references.update(named)
            written.cases.update(found or ([] if named else self.cases))
            written.anywhere = written.anywhere or not (found or named or self.cases)


def _says_nothing(name: str, given: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether what is written is no evidence yet: a request for a run, an open step."""
    if name == "outbox":
        return all(values.get("kind") == "run" for values in given)
    return name == "case_step" and all(values.get("closed_at") is None for values in given)


def _how(name: str, statement: UpdateBase, given: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return in which ways a statement can have changed the rows of a table."""
    if name == "case_step":
        return {ADDED, MOVED}  # an opening is evidence once it is over
    if isinstance(statement, Insert):
        return {ADDED}
    if isinstance(statement, Delete):
        return {REMOVED}
    kind = KINDS[name]
    values = getattr(statement, "_values", None) or {}
    said = {str(getattr(column, "name", column)) for column in values}
    said = said.union(*(one.keys() for one in given))
    return ({FIXED} if said & kind.fixed else set()) | ({MOVED} if said & kind.moving else set())


def begin(conn: Connection) -> None:
    """Note from here on what this transaction writes."""
    conn.info[_TOUCHED] = Touched()


def cover_everything(conn: Connection) -> None:
    """Count every row there is as written by this transaction, as where a ledger begins."""
    touched: Touched = conn.info[_TOUCHED]
    touched.tables |= {name: _Written({ADDED}, anywhere=True) for name in KINDS}


def in_hand(conn: Connection, *, case_id: int) -> None:
    """Say that this transaction has a case in hand."""
    touched = conn.info.get(_TOUCHED)
    if touched is not None:
        touched.cases.add(case_id)


def watch_statements(engine: Engine) -> None:
    """Let the transactions of an engine note what they write."""
    event.listen(engine, "after_execute", _note)
    event.listen(engine, "savepoint", _remember)
    event.listen(engine, "rollback_savepoint", _take_back)
    event.listen(engine, "release_savepoint", _go_on)


def _remember(conn: Connection, _name: str | None) -> None:
    """Keep what was written before a savepoint, which a trial goes back to; they nest."""
    touched: Touched | None = conn.info.get(_TOUCHED)
    if touched is not None:
        touched.before.append(deepcopy((touched.tables, touched.cases)))


def _take_back(conn: Connection, _name: str, _context: Any) -> None:
    touched: Touched | None = conn.info.get(_TOUCHED)
    if touched is not None:
        touched.tables, touched.cases = touched.before.pop()


def _go_on(conn: Connection, _name: str, _context: Any) -> None:
    touched: Touched | None = conn.info.get(_TOUCHED)
    if touched is not None:
        touched.before.pop()


def _note(
    conn: Connection, statement: Executable, many: Any, one: Any, _options: Any, result: Any
) -> None:
    if isinstance(statement, (Insert, Update, Delete)) and not _did_nothing(statement, result):
        touched = conn.info.get(_TOUCHED)
        if touched is not None:
            touched.note(statement, many or [one])


def _did_nothing(statement: UpdateBase, result: Any) -> bool:
    """Say whether a statement found nothing to change, or a row that is put in once was there."""
    if statement._returning:  # rows are counted as they are read
        return False
    once = not isinstance(statement, Insert) or statement._post_values_clause is not None
    return once and result.rowcount == 0


def taken(conn: Connection, *, case_id: int) -> Entry | None:
    """Return what was written to a case so far, for its audit row; None where nothing was."""
    touched: Touched | None = conn.info.get(_TOUCHED)
    if touched is None:
        return None
    tables = {name: one for name, one in touched.tables.items() if case_id in one.cases}
    if not tables:
        return None
    for name, written in tables.items():
        written.cases.discard(case_id)
        if not written.cases and not written.references and not written.anywhere:
            del touched.tables[name]
    entries, _ = _read(conn, tables, (case_id,))
    return entries[case_id]


def end(conn: Connection) -> None:
    """Put on record what this transaction wrote without an audit row; called before it commits."""
    touched: Touched | None = conn.info.pop(_TOUCHED, None)
    if touched is None or not touched.tables:
        return
    for written in touched.tables.values():
        named = sorted(written.references)
        for start in range(0, len(named), _AT_ONCE):
            some = {"references": named[start : start + _AT_ONCE]}
            written.cases.update(conn.execute(_IDS, some).scalars())
    fresh = [
        {"scope": scope, "after": after[scope], "covers": entry}
        for tables, cases in _looks(touched.tables)
        for entries, after in [_read(conn, tables, cases)]
        for scope, entry in sorted(entries.items())
    ]
    if fresh:
        conn.execute(_KEEP, fresh)


def _looks(
    tables: Mapping[str, _Written],
) -> Iterator[tuple[Mapping[str, _Written], tuple[int, ...] | None]]:
    """Yield what to look at together: tables, with the cases or None for wherever they are."""
    everywhere = {name: one for name, one in tables.items() if one.anywhere}
    if everywhere:
        yield everywhere, None
    some = {name: one for name, one in tables.items() if not one.anywhere}
    cases = sorted(set().union(*(one.cases for one in some.values())))
    for start in range(0, len(cases), _AT_ONCE):
        yield some, tuple(cases[start : start + _AT_ONCE])


def _read(
    conn: Connection, tables: Mapping[str, _Written], cases: tuple[int, ...] | None
) -> tuple[dict[int, Entry], dict[int, int]]:
    """Return what rows hold now by scope, and how long the chain of each scope is."""
    entries: dict[int, Entry] = {}
    after: dict[int, int] = {}
    for scope in cases or ():
        entries[scope] = {name: _empty(written) for name, written in tables.items()}
    for kind, scope, key, fixed, moving in said(conn, tuple(sorted(tables)), cases):
        if kind == _AFTER:
            after[scope] = int(key)
            continue
        entry = entries.setdefault(scope, {})
        entry.setdefault(kind, _empty(tables[kind]))[1][key] = parts(fixed, moving)
    for name, written in tables.items():
        if cases is None and written.how >= {REMOVED}:
            for scope in [*after] if KINDS[name].of_case else (SERVICE_SCOPE,):
                entries.setdefault(scope, {}).setdefault(name, _empty(written))
    return entries, {SERVICE_SCOPE: 0} | after


def _empty(written: _Written) -> list[Any]:
    return ["".join(sorted(written.how)), {}]


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
    return cast(Iterable[tuple[str, int, str, str, str]], found.all())


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


def parts(fixed: str, moving: str) -> str:
    """Return the digests of a row: of what stays, and of what moves."""
    return f"{digest(fixed)}.{digest(moving)}"


def digest(words: str) -> str:
    """Return the digest of a part of a row; empty for no words."""
    if not words:
        return ""
    return b2a_base64(sha256(words.encode()).digest()[:15], newline=False).decode()


def replayed(held: dict[str, dict[str, str]], entry: Entry) -> None:
    """Take an entry over into what is held by table, as far as it says that ours can have done."""
    for name, (how, rows) in entry.items():
        if name == CHAIN:
            continue
        known = held.setdefault(name, {})
        if REMOVED in how:
            for key in known.keys() - rows.keys():
                del known[key]
        if not known and ADDED in how:
            known.update(rows)
            continue
        for key, found in rows.items():
            if key not in known:
                if ADDED in how:
                    known[key] = found
                continue
            stays, _, moves = found.partition(".")
            stood, _, moved = known[key].partition(".")
            known[key] = f"{stays if FIXED in how else stood}.{moves if MOVED in how else moved}"
