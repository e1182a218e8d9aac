"""Which rows of evidence the statements of a transaction wrote, and which of their columns.

An engine's own statements say it: an update by what it sets and by the columns that name its rows
(``WHERE id = …``), an insert by the words and numbers that it puts in. A row that no statement
named was written by nobody of ours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    Connection,
    Delete,
    Engine,
    Executable,
    Insert,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Update,
    UpdateBase,
    event,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, ColumnElement

from models.evidence import Kind, kinds

_TOUCHED: Final = "touched"
_CASE_PARAMS: Final = ("case_id", "of_case")
_CASE_ROW_PARAMS: Final = ("row_id", "of_id")
_NAMED: Final = ("reference", "of_reference")
_PLAIN: Final = {BigInteger, Integer, String, Text}


class Did(NamedTuple):
    """What a statement did to the rows whose columns of these names hold what it named."""

    adds: bool
    sets: frozenset[str]
    by: tuple[str, ...]


@dataclass(slots=True)
class Written:
    """What our statements did to one table."""

    did: dict[Did, set[tuple[str, ...]]] = field(default_factory=dict)
    removed: bool = False
    cases: set[int] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    anywhere: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The columns by which statements named rows."""
        return frozenset(name for did in self.did for name in did.by)

    def done_to(self, held: Mapping[str, str]) -> tuple[bool, frozenset[str]] | None:
        """Say of a row whether it may be new, and which columns were set; None: not written.

        Args:
            held: What it holds of ``names``, as far as it stays.
        """
        adds, sets, found = False, frozenset[str](), False
        for did, rows in self.did.items():
            if tuple(map(held.get, did.by)) in rows:
                adds, sets, found = adds or did.adds, sets | did.sets, True
        return (adds, sets) if found else None


@dataclass(slots=True)
class Touched:
    """What one transaction wrote of evidence, and the cases it has in hand."""

    tables: dict[str, Written] = field(default_factory=dict)
    cases: set[int] = field(default_factory=set)
    before: list[tuple[dict[str, Written], set[int]]] = field(default_factory=list)

    def note(self, statement: UpdateBase, given: Sequence[Mapping[str, Any]]) -> None:
        """Note a statement of ours, with the values it was given."""
        kind = kinds().get(cast(Table, statement.table).name)
        if kind is None or _says_nothing(kind.name, statement, given):
            return
        did = list(_did(kind, statement, given))
        if did or isinstance(statement, Delete):
            written = self.tables.setdefault(kind.name, Written())
            written.removed = written.removed or isinstance(statement, Delete)
            for one, row in did:
                written.did.setdefault(one, set()).add(row)
            self._note_cases(written, kind, given)

    def _note_cases(self, written: Written, kind: Kind, given: Iterable[Mapping[str, Any]]) -> None:
        if not kind.of_case:
            written.anywhere = True
            return
        of_itself = kind.name == "case"
        names = _CASE_ROW_PARAMS if of_itself else _CASE_PARAMS
        for values in given:
            found = [values[one] for one in names if values.get(one) is not None]
            named = [values[one] for one in _NAMED if values.get(one)] if of_itself else []
            written.references.update(named)
            written.cases.update(found or ([] if named else self.cases))
            written.anywhere = written.anywhere or not (found or named or self.cases)


def _says_nothing(name: str, statement: UpdateBase, given: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether what is written is no evidence yet: a request for a run, an open step."""
    if not isinstance(statement, Insert):
        return False
    if name == "outbox":
        return all(values.get("kind") == "run" for values in given)
    return name == "case_step" and all(values.get("closed_at") is None for values in given)


def _did(
    kind: Kind, statement: UpdateBase, given: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Did, tuple[str, ...]]]:
    """Yield what a statement did, each with what the columns of its row hold."""
    if isinstance(statement, Delete):
        return
    if isinstance(statement, Insert):
        moved = kind.moving if kind.name == "case_step" else frozenset()  # put in, or moved
        key = ("case_id", "step", "revision") if moved else tuple(kind.table.c.keys())
        once = key if moved or statement._post_values_clause is not None else ()
        for values in given:
            told = once or _told_apart(kind, values) or key
            yield _one(kind, moved, ((name, values.get(name)) for name in told), adds=True)
        return
    assert isinstance(statement, Update)  # noqa: S101 - there is no other kind
    always = frozenset(str(getattr(one, "name", one)) for one in (statement._values or ()))
    where = list(_where(statement))
    for values in given:
        sets = (always | (values.keys() & kind.table.c.keys())) - kind.without
        if sets:
            named = ((name, values.get(bind.key, bind.value)) for name, bind in where)
            for some in _each(list(named)):
                yield _one(kind, sets, ((n, v) for n, v in some if n not in sets), adds=False)


def _told_apart(kind: Kind, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns of a new row, all given in plain words, by which no other is like it."""
    for names in _unique(kind.name):
        if all(_is_plain(kind, name, values.get(name)) for name in names):
            return names
    return ()


@cache
def _unique(name: str) -> tuple[tuple[str, ...], ...]:
    table = kinds()[name].table
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return tuple(tuple(one.columns.keys()) for one in (*unique, table.primary_key))


def _one(
    kind: Kind, sets: frozenset[str], named: Iterable[tuple[str, object]], *, adds: bool
) -> tuple[Did, tuple[str, ...]]:
    plain = {name: str(value) for name, value in named if _is_plain(kind, name, value)}
    return Did(adds, sets, tuple(plain)), tuple(plain.values())


def _is_plain(kind: Kind, name: str, value: object) -> bool:
    """Say whether the words of a row hold a value as it is."""
    held = isinstance(value, (str, int)) and not isinstance(value, bool)
    return held and name in kind.fixed and type(kind.table.c[name].type) in _PLAIN


def _where(statement: Update) -> Iterator[tuple[str, BindParameter[Any]]]:
    """Yield the columns that must hold a value, or one of some, each with its parameter."""
    for said in cast(Iterable[ColumnElement[bool]], statement._where_criteria):
        if (
            isinstance(said, BinaryExpression)
            and said.operator in (operators.eq, operators.in_op)
            and isinstance(said.right, BindParameter)
        ):
            yield str(getattr(said.left, "name", "")), said.right


def _each(named: list[tuple[str, Any]]) -> Iterator[list[tuple[str, object]]]:
    """Yield what names single rows, where a column may hold one of some."""
    several = next(((n, v) for n, v in named if isinstance(v, (list, tuple, set))), None)
    if several is None:
        yield named
        return
    rest = [(name, value) for name, value in named if name != several[0]]
    for value in several[1]:
        yield from _each([*rest, (several[0], value)])


# ---- an engine's transactions


def begin(conn: Connection) -> None:
    """Note from here on what this transaction writes."""
    conn.info[_TOUCHED] = Touched()


def touched(conn: Connection) -> Touched | None:
    """Return what this transaction wrote so far; None where it is not noted."""
    found: Touched | None = conn.info.get(_TOUCHED)
    return found


def ended(conn: Connection) -> Touched | None:
    """Return what this transaction wrote, and note no more."""
    found: Touched | None = conn.info.pop(_TOUCHED, None)
    return found


def in_hand(conn: Connection, *, case_id: int) -> None:
    """Say that this transaction has a case in hand."""
    if (noted := touched(conn)) is not None:
        noted.cases.add(case_id)


def watch_statements(engine: Engine) -> None:
    """Let the transactions of an engine note what they write."""
    event.listen(engine, "after_execute", _note)
    event.listen(engine, "savepoint", _remember)
    event.listen(engine, "rollback_savepoint", _take_back)
    event.listen(engine, "release_savepoint", _go_on)


def _remember(conn: Connection, _name: str | None) -> None:
    """Keep what was written before a savepoint, which a trial goes back to; they nest."""
    if (noted := touched(conn)) is not None:
        noted.before.append(deepcopy((noted.tables, noted.cases)))


def _take_back(conn: Connection, _name: str, _context: Any) -> None:
    if (noted := touched(conn)) is not None:
        noted.tables, noted.cases = noted.before.pop()


def _go_on(conn: Connection, _name: str, _context: Any) -> None:
    if (noted := touched(conn)) is not None:
        noted.before.pop()


def _note(
    conn: Connection, statement: Executable, many: Any, one: Any, _options: Any, result: Any
) -> None:
    if isinstance(statement, (Insert, Update, Delete)) and not _did_nothing(statement, result):
        noted = touched(conn)
        if noted is not None:
            noted.note(statement, many or [one])


def _did_nothing(statement: UpdateBase, result: Any) -> bool:
    """Say whether a statement found nothing to change, or a row that is put in once was there."""
    if statement._returning:  # rows are counted as they are read
        return False
    once = not isinstance(statement, Insert) or statement._post_values_clause is not None
    return once and result.rowcount == 0
