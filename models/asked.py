"""Questions asked once: of a case, in each transaction; of reference data, in each state of it.

A run that carries a case on asks for its order, price and approval in one piece of work after the
other: rows are not read again in a transaction until somebody writes their table. What others may
change meanwhile is locked by reading it with ``FOR UPDATE``, never here.

Officers, contractors, lots, schedules, targets change by imports and by hand at the desk, and each
change is a row in the service's own chain. The newest row of that chain is the state of them all;
what was read or made of them holds in this process while it stands.

A case has a state too: the end of its own chain, its revision and its newest entry in the ledger,
one of which moves with every row of evidence that is written. What a transaction read of the one
case that it had in hand holds in this process while that case stands as the transaction left it;
where it has gone on, the audit rows since then say which tables were written.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import cache
from threading import Lock
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Select,
    Table,
    UpdateBase,
    bindparam,
    event,
    func,
    select,
)
from sqlalchemy.sql.util import find_tables

from models.audit import SERVICE
from models.base import AnyRow
from models.evidence import kinds
from models.tables.cases import Case
from models.tables.ledger import Covered
from models.tables.record import Audit

R = TypeVar("R")
Question: TypeAlias = Select[*tuple[Any, ...]]
"""A statement that was built once, when its module was read."""

REFERENCE: Final = frozenset(
    (
        *(
            "authority",
            "own_letter",
            "officer",
            "absence",
            "provider",
            "permission",
            "closed_day",
            "waiver_rule",
            "means_test_terms",
            "grant_terms",
            "servicing",
            "simple_works",
            "succession",
            "arrangement",
            "carried_plan",
            "partnership_budget",
            "partnership_capital",
            "partnership_terms",
            "printed_cell",
        ),
        *("handed_document", "required_document", "contractor_absence", "contractor_conflict"),
        *("contractor", "contractor_document", "lot", "lot_contractor", "lot_terms", "zone"),
        *("contract_rate", "package", "package_line", "package_price"),
        *("schedule_version", "schedule_item", "target", "escalation"),
    )
)
"""The tables that change only with a row in the service's chain."""

STATE: Final = select(func.max(Audit.sequence)).where(Audit.chain == SERVICE).scalar_subquery()
"""The state of all reference data, to be asked with something else."""


class CaseState(NamedTuple):
    """What moves with every row of evidence that is written to a case."""

    revision: int
    sequence: int
    hash: str
    covered: int | None


LEDGER_END: Final = select(func.max(Covered.id)).where(Covered.scope == Case.id).scalar_subquery()
"""The newest entry in the ledger for a case, to be asked with its row."""

_SINCE: Final = (
    select(Audit.previous_hash, Audit.covers)
    .where(Audit.chain == bindparam("chain"), Audit.sequence > bindparam("sequence"))
    .order_by(Audit.sequence)
)
_ITS_OWN: Final = frozenset({"case_id", "id", "order_id", "price_id", "invoice_id"})
"""The values of which a question must have one, so as to ask of nothing but a case's own rows."""

_ANSWERS, _STATE, _OWN, _CASES, _WROTE = "answers", "state", "own", "cases", "wrote"
_MOST: Final = 1_000
_MOST_CASES: Final = 100
_LEDGER: Final = "covered"
_STATE_ALONE: Final = select(STATE)
_made: Final[WeakKeyDictionary[Engine, tuple[int | None, dict[Hashable, Any]]]] = (
    WeakKeyDictionary()
)
_of_cases: Final[WeakKeyDictionary[Engine, dict[int, tuple[CaseState, dict[Any, Any]]]]] = (
    WeakKeyDictionary()
)
_changing: Final = Lock()


def rows(conn: Connection, question: Question, /, **values: Any) -> Sequence[AnyRow]:
    """Return the rows of a question, read once in this transaction while nobody writes there.

    Args:
        values: Its bound values; those of a list are given as a tuple.
    """
    answers = conn.info[_ANSWERS] if conn.in_transaction() else {}
    key = (question, *sorted(values.items()))
    found = answers.get(key)
    if found is None:
        found = answers[key] = conn.execute(question, values).all()
    return found


def keep_answer(
    conn: Connection, question: Question, found: Sequence[AnyRow], /, **values: Any
) -> None:
    """Keep the rows of a question that was asked with others, for ``rows`` to return."""
    if conn.in_transaction():
        conn.info[_ANSWERS][(question, *sorted(values.items()))] = found


def one(conn: Connection, question: Question, /, **values: Any) -> AnyRow | None:
    """Return the one row of a question, or None where there is none."""
    found = rows(conn, question, **values)
    return found[0] if found else None


def reference_rows(conn: Connection, question: Question, /, **values: Any) -> Sequence[AnyRow]:
    """Return the rows of a question about reference data, read once for each state of it.

    Args:
        values: Its bound values; those of a list are given as a tuple.

    Raises:
        ValueError: It asks of another table too; a fault in the program.
    """
    if not _tables(question) <= REFERENCE:
        raise ValueError(f"{_tables(question) - REFERENCE} are no reference data.")
    key = (question, *sorted(values.items()))
    return lasting(conn, key, lambda: conn.execute(question, values).all())


def reference_row(conn: Connection, question: Question, /, **values: Any) -> AnyRow | None:
    """Return the one row of a question about reference data, or None where there is none."""
    return next(iter(reference_rows(conn, question, **values)), None)


def lasting(conn: Connection, key: Hashable, make: Callable[[], R]) -> R:
    """Return what is made of reference data alone, made once for each state of it."""
    if not conn.in_transaction():
        conn.begin()
    made = conn.info[_OWN] if _OWN in conn.info else _made_in(conn)
    if key not in made:
        made[key] = make()
    found: R = made[key]
    return found


def _made_in(conn: Connection) -> dict[Hashable, Any]:
    if _STATE not in conn.info:
        know_state(conn, conn.execute(_STATE_ALONE).scalar_one())
    state = conn.info[_STATE]
    with _changing:
        held = _made.get(conn.engine)
        if held is None or held[0] != state or len(held[1]) > _MOST:
            held = _made[conn.engine] = (state, {})
        return held[1]


def know_state(conn: Connection, state: int | None) -> None:
    """Tell a transaction the state of reference data, where it was asked with something else."""
    conn.info.setdefault(_STATE, state)


def know_case(conn: Connection, case_id: int, chain: str, state: CaseState) -> None:
    """Tell a transaction how it finds the case it takes: what was read of it and holds, it knows.

    What the transaction wrote before it took the case may not be in its state, so then nothing is
    taken over.

    Args:
        chain: The case's audit chain: its reference.
    """
    known = _of_cases.get(conn.engine, {}).get(case_id)
    if known and known[1] and not conn.info[_WROTE] and not conn.info[_CASES]:
        written = _written_since(conn, chain, known[0], state)
        if written is not None:
            still = {key: found for key, found in known[1].items() if not _tables(key[0]) & written}
            conn.info[_ANSWERS] = still | conn.info[_ANSWERS]
    leave_case(conn, case_id, state)


def _written_since(
    conn: Connection, chain: str, before: CaseState, now: CaseState
) -> frozenset[str] | None:
    """Return the tables that a case's audit rows say were written meanwhile; None if more was."""
    if before == now:
        return frozenset()
    if before.covered != now.covered:
        return None
    since = conn.execute(_SINCE, {"chain": chain, "sequence": before.sequence}).all()
    if (since[0].previous_hash if since else now.hash) != before.hash:
        return None
    return frozenset().union(*(row.covers or () for row in since))


def leave_case(conn: Connection, case_id: int, state: CaseState) -> None:
    """Tell a transaction in which state it leaves a case, should it commit."""
    conn.info[_CASES][case_id] = state


def remember_answers(engine: Engine) -> None:
    """Let the transactions of an engine remember what was asked in them."""
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _keep)
    event.listen(engine, "rollback", _keep_read)
    event.listen(engine, "rollback_savepoint", _take_back)
    event.listen(engine, "after_execute", _forget_written)


def _begin(conn: Connection) -> None:
    conn.info.update({_ANSWERS: {}, _CASES: {}, _WROTE: False})
    conn.info.pop(_STATE, None)
    conn.info.pop(_OWN, None)


def _take_back(conn: Connection, *_: Any) -> None:
    conn.info.update({_ANSWERS: {}, _CASES: {}, _WROTE: True})


def _keep(conn: Connection) -> None:
    """Keep what a transaction read of the one case that it had in hand."""
    if len(conn.info[_CASES]) != 1:
        return
    ((case_id, state),) = conn.info[_CASES].items()
    own = {key: found for key, found in conn.info[_ANSWERS].items() if _of_one_case(key)}
    with _changing:
        kept = _of_cases.setdefault(conn.engine, {})
        kept.pop(case_id, None)
        kept[case_id] = (state, own)
        if len(kept) > _MOST_CASES:
            del kept[next(iter(kept))]


def _keep_read(conn: Connection) -> None:
    """Keep what a transaction read that ended without having written: a page's, above all."""
    if not conn.info.get(_WROTE, True):  # a first one that another writer held back never began
        _keep(conn)


def _of_one_case(key: tuple[Any, ...]) -> bool:
    question, *values = key
    return _tables(question) <= _of_case() and any(name in _ITS_OWN for name, _ in values)


@cache
def _of_case() -> frozenset[str]:
    """Return the tables that change only with the state of their case."""
    of_case = {name for name, kind in kinds().items() if kind.of_case}
    return frozenset(of_case - {"case", "case_step", "outbox"})


def _forget_written(conn: Connection, statement: Executable, *_: Any) -> None:
    if not isinstance(statement, UpdateBase):
        return
    name = cast(Table, statement.table).name
    conn.info[_WROTE] = True
    if name == _LEDGER:
        conn.info[_CASES] = {}  # its number, and so the state that it makes, is not known here
    if name in REFERENCE:
        conn.info.update({_OWN: {}, _ANSWERS: {}})
        with _changing:
            _made.pop(conn.engine, None)
        return
    answers = conn.info.get(_ANSWERS, {})
    for key in [key for key in answers if name in _tables(key[0])]:
        del answers[key]


@cache
def _tables(question: Question) -> frozenset[str]:
    return frozenset(table.name for table in find_tables(question) if isinstance(table, Table))
