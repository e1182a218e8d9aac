"""One transaction over a case: taken, changed, put back with the link to the run it belongs to.

Automatic work may run twice: it looks in the database for what is left to do, and does nothing
where nothing is. Each piece of it takes the case by ``in_hand``. Inside ``carry`` the pieces of a
run share one look at the case and one transaction, which ends before each document is rendered,
and with the run.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import TypeVar

from adapters import clock
from models.base import AnyRow
from models.case_queries import case_row
from models.database import BUSY
from rules.errors import DatabaseBusyError, HandrailError
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import TROUBLE_AT_MOST, CaseInHand
from services.cases.runs import link_steps
from services.cases.take import take
from services.session import Connection, reading, writing

R = TypeVar("R")

_run_id: ContextVar[str | None] = ContextVar("run_id", default=None)


class Undone(Exception):  # noqa: N818 - no error: what was begun together is done again apart
    """A piece of a run was refused, and with it everything that its transaction held."""


class _Carried:
    """A run's hold on its case: the transaction and the case in it, while there is one."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        self._transaction = ExitStack()
        self._conn: Connection | None = None
        self._case: CaseInHand | None = None

    def case(self) -> CaseInHand:
        """Return the case in hand, taken where it is not."""
        if self._conn is None:
            self._conn = self._transaction.enter_context(writing())
        if self._case is not None and self._case.row_is_old:
            _put_back(self._case)
            self._case = None
        if self._case is None:
            self._case = take(self._conn, reference=self.reference, now=clock.now())
        return self._case

    def seen(self) -> tuple[Connection, AnyRow]:
        """Return the case as the run has changed it so far, where a document can read it."""
        case = self.case()
        old = case.row_is_old
        _put_back(case)
        self._case = None
        return case.conn, case_row(case.conn, reference=self.reference) if old else case.row

    def commit(self) -> None:
        """Put the case back and commit; the next piece takes it anew."""
        if self._case is not None:
            _put_back(self._case)
        self._case = self._conn = None
        self._transaction.close()

    def undo(self, error: BaseException) -> None:
        """Let everything go that was not committed."""
        self._case = self._conn = None
        self._transaction.__exit__(type(error), error, error.__traceback__)


class _Lent(_Carried):
    """The same in a transaction that somebody lends, and takes back: nothing in it commits."""

    def __init__(self, conn: Connection, reference: str) -> None:
        super().__init__(reference)
        self._conn = conn

    def commit(self) -> None:
        """Put the case back; the next piece takes it anew."""
        if self._case is not None:
            _put_back(self._case)
        self._case = None


_carried: ContextVar[_Carried | None] = ContextVar("carried", default=None)


@contextmanager
def in_run(run_id: str | None) -> Iterator[None]:
    """Link what is done to cases inside this block to a Prefect run; None links nothing."""
    token = _run_id.set(run_id)
    try:
        yield
    finally:
        _run_id.reset(token)


def carry(case_ref: str, work: Callable[[str], R]) -> R:
    """Do a run's work on a case in one transaction up to each document that it writes.

    Where a rule or a busy database refuses one piece, what stands uncommitted is undone and the
    work is done once more with a transaction for each piece, so that only the refused one is left.
    """
    carried = _Carried(case_ref)
    token = _carried.set(carried)
    try:
        done = work(case_ref)
        carried.commit()
    except (Undone, *BUSY) as error:
        carried.undo(error)
    except BaseException as error:
        carried.undo(error)
        raise
    else:
        return done
    finally:
        _carried.reset(token)
    return work(case_ref)


@contextmanager
def lent(conn: Connection, case_ref: str) -> Iterator[Callable[[], None]]:
    """Do a run's work on a case in a transaction that is taken back afterwards.

    Yields:
        What puts the case back, so that a question asked of the transaction sees what was done.
    """
    carried = _Lent(conn, case_ref)
    token = _carried.set(carried)
    try:
        yield carried.commit
    finally:
        _carried.reset(token)


def _carried_of(case_ref: str) -> _Carried | None:
    carried = _carried.get()
    return carried if carried is not None and carried.reference == case_ref else None


@contextmanager
def in_hand(case_ref: str) -> Iterator[CaseInHand]:
    """Take a case and put it back with the link to the present run: in a run's own transaction.

    Raises:
        Undone: It was refused inside ``carry``, which does it again.
    """
    carried = _carried_of(case_ref)
    if carried is None:
        with writing() as conn:
            case = take(conn, reference=case_ref, now=clock.now())
            yield case
            _put_back(case)
        return
    try:
        yield carried.case()
    except Exception as error:
        raise Undone from error


def _put_back(case: CaseInHand) -> None:
    touched = case.put_back()
    run_id = _run_id.get()
    if run_id and touched:
        link_steps(case.conn, case=case, steps=touched, flow_run_id=run_id)


@contextmanager
def seeing(case_ref: str) -> Iterator[tuple[Connection, AnyRow]]:
    """Open one view of a case for a document, with what the run has done; a run commits after it.

    What is rendered from it is rendered outside any transaction.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    carried = _carried_of(case_ref)
    if carried is None:
        with reading() as conn:
            yield conn, case_row(conn, reference=case_ref)
        return
    yield carried.seen()
    carried.commit()


def look_at(case_ref: str) -> CaseInHand:
    """Return a case as it stands, without locking it; it cannot be changed."""
    carried = _carried_of(case_ref)
    if carried is not None:
        return carried.case()
    with reading() as conn:
        return take(conn, reference=case_ref, now=clock.now(), to_change=False)


@contextmanager
def at_step(case_ref: str, step: StepName) -> Iterator[CaseInHand | None]:
    """Take a case if automatic work is left at a step; a refusal by a rule is noted on the step.

    The steps that become due by the work open in the same transaction.

    Yields:
        The case, or None where nothing is left to do.
    """
    try:
        with in_hand(case_ref) as case:
            yield case if case.is_ready(step) else None
            case.open_steps()
    except DatabaseBusyError:
        raise
    except HandrailError as error:
        note_trouble(case_ref, step, error.text())


def note_trouble(case_ref: str, step: StepName, words: str) -> None:
    """Write on a step why its automatic work could not finish; the sweep tries it again.

    Args:
        words: What stood in the way, and what to do.
    """
    with in_hand(case_ref) as case:
        if case.step_status(step) is not StepStatus.READY:
            return
        if case.steps[step].trouble != words[:TROUBLE_AT_MOST]:
            case.trouble(step, words)
