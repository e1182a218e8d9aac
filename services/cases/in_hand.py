"""A case in hand: locked, with its steps, changed in memory and put back in one go.

Whoever changes a case takes it, moves its steps, notes why, asks for runs and messages, and puts
it back; the audit rows are chained and everything is written in the caller's one transaction.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, update

from models import audit, chains, covering, outbox
from models.asked import leave_case
from models.audit import AUTOMATIC, audit_row, covering_row
from models.case_queries import consent_of
from models.tables.cases import Case
from models.tables.clocks import Holding
from rules.clocks.clock_names import CLOCKS
from rules.clocks.workdays import Calendar
from rules.consents.tenure import consent_needed
from rules.parties import Party
from rules.pathway import (
    LIVE,
    NOT_OPEN,
    OVER,
    PATHWAY,
    CaseStatus,
    StepName,
    StepStatus,
    can_move,
    opening_status,
    opening_wait,
    steps_to_open,
)
from services.cases.case_steps import (
    KEEP_STEPS,
    REPLACE_STEPS,
    STOPPED_BY,
    Look,
    StepRow,
    holding_values,
    look,
    step_key,
    step_values,
)
from services.cases.clocks.case_clocks import CaseClocks
from services.cases.clocks.case_level import sync_case_clocks

TROUBLE_AT_MOST: Final = 20_000
"""Characters kept of a step's trouble: the reasons of every contractor of a large lot."""

_HELD: Final = insert(Holding)
_PUT_BACK: Final = update(Case).where(Case.id == bindparam("row_id"))


class CaseInHand:
    """One locked case. Made by ``take``; nothing is written before ``put_back``."""

    steps: dict[StepName, StepRow]
    clocks: CaseClocks

    def __init__(self, conn: Connection, found: Look, now: datetime) -> None:
        self.conn = conn
        self.row = row = found.row
        self.now = now
        self.id: int = row.id
        self.reference: str = row.reference
        self.status = CaseStatus(row.status)
        self.revision: int = row.revision
        self.row_is_old = False
        """Whether columns of the case were changed, so that its row is not as it was read."""
        self._see(found)
        self._changes: dict[str, Any] = {}
        self._replaced: list[StepRow] = []
        self._touched: set[StepName] = set()
        self._held: list[dict[str, Any]] = []
        self._case_clocks_moved = self._reclassified = False
        self._audit: list[dict[str, Any]] = []
        self._outbox: list[dict[str, Any]] = []
        self._sequence: int = row.audit_sequence
        self._hash: str = row.audit_hash

    def look_again(self) -> None:
        """Read the steps and their clocks as they are written."""
        found = look(self.conn, reference=self.reference)
        assert found is not None  # noqa: S101 - it is in hand
        self._see(found)

    def _see(self, found: Look) -> None:
        self._state = found.state
        self.steps = {step.step: step for step in found.steps}
        self.clocks = CaseClocks(
            self.conn, self.row, self.now, found.running, has_pauses=found.has_pauses
        )

    def step_status(self, step: StepName) -> StepStatus:
        """Return where a step stands."""
        row = self.steps.get(step)
        return row.status if row else StepStatus.NOT_STARTED

    def is_ready(self, step: StepName) -> bool:
        """Say whether automatic work can be done at a step: what it rests on is over."""
        ready = not self.status_is_exit() and self.step_status(step) is StepStatus.READY
        return ready and not self.rests_on(step)

    def rests_on(self, step: StepName) -> list[StepName]:
        """Return the steps before a step that are not over, as when one was opened again."""
        return [name for name in PATHWAY[step].requires if self.step_status(name) not in OVER]

    def status_is_exit(self) -> bool:
        """Say whether the case has left the pathway or is closed."""
        return self.status not in LIVE

    def is_decided(self) -> bool:
        """Say whether the grant is decided: the decision is taken, its notice given or not."""
        row = self.steps.get(StepName.APPROVE)
        return row is not None and (row.status in OVER or row.outcome != "")

    def steps_due(self) -> tuple[StepName, ...]:
        """Return the steps that have not opened though their prerequisites are over."""
        if self.status_is_exit():
            return ()
        return steps_to_open(statuses={name: row.status for name, row in self.steps.items()})

    def open_steps(self) -> tuple[StepName, ...]:
        """Open every step whose prerequisites are over, and return them."""
        fresh = self.steps_due()
        for name in fresh:
            self._open(name, revision=1)
        return fresh

    def reopen(self, step: StepName, *, reason: str) -> None:
        """Open a step again as its next revision; its earlier decisions stay on record."""
        old = self.steps[step]
        if old.row_id is not None:
            self.clocks.close_step(step, revision=old.revision, why="opened again")
            if step in self._touched:
                self._keep_steps([old])
            self._replaced.append(old)
        else:
            self.clocks.forget_step(step, revision=old.revision)
        self._open(step, revision=old.revision + 1)
        self.note(actor=AUTOMATIC, action=f"{step}: opened again", reason=reason)

    def _open(self, step: StepName, *, revision: int) -> None:
        owner, waiting_for = opening_wait(step)
        self.clocks.open_step(step, revision=revision, owner=owner)
        self.steps[step] = StepRow(
            step=step,
            revision=revision,
            status=opening_status(step),
            owner=owner,
            waiting_for=waiting_for,
            opened_at=self.now,
            held_since=self.now,
            due_on=self.clocks.due(step, revision),
        )
        self._touched.add(step)
        if step is StepName.APPROVE and consent_needed(self.row.tenure, self.row.tenancy):
            standing = consent_of(self.conn, case_id=self.id)
            self.consent_runs_to(standing.valid_to if standing is not None else None)
        self.note(actor=AUTOMATIC, action=f"{step}: opened", reason="its prerequisites are over")

    @property
    def calendar(self) -> Calendar:
        """The working days of the case's authority, as they stand in this transaction."""
        return self.clocks.terms.calendar

    def days(self, name: str) -> int:
        """Return the working days that a clock started today is given, for letters and offers."""
        return self.clocks.days(name)

    def start_clock(
        self,
        name: str,
        *,
        subject: str = "",
        due_on: date | None = None,
        holder: Party | None = None,
    ) -> None:
        """Start a clock, by its target or to a date given; one that runs changes hands or date."""
        step = CLOCKS[name].step
        ahead = bool(step and CLOCKS[name].ahead and self.step_status(step) in NOT_OPEN)
        revision = self.steps[step].revision if step and not ahead else 0
        self.clocks.start(
            name, revision=revision, subject=subject, due_on=due_on, holder=holder, ahead=ahead
        )
        self._due_again(step)

    def stop_clock(
        self, name: str, *, subject: str | None = None, keep: str | None = None, why: str
    ) -> None:
        """Stop the running clocks of a name; that of a subject, or all but that of another."""
        self.clocks.stop(name, subject=subject, keep=keep, why=why)
        self._due_again(CLOCKS[name].step)

    def consent_runs_to(self, valid_to: date | None) -> None:
        """Let a consent lapse on its last day, if it has one, while the approval waits on it."""
        if self.step_status(StepName.APPROVE) in NOT_OPEN:
            return
        if valid_to is None:
            self.stop_clock("consent_lapses", why="it does not lapse")
        else:
            self.start_clock("consent_lapses", due_on=valid_to)

    def date_step(self, step: StepName, *, until: date, why: str, sooner: bool = False) -> None:
        """Let a step's own clock run to a date that was given; not an earlier one, if not said."""
        revision = self.steps[step].revision
        self.clocks.date_step(step, revision=revision, until=until, why=why, sooner=sooner)
        self._due_again(step)

    def _due_again(self, step: StepName | None) -> None:
        """Say of an open step when it is due, by the clocks that run now."""
        row = self.steps.get(step) if step else None
        if row is None or row.closed_at is not None:
            return
        if (due := self.clocks.due(row.step, row.revision)) != row.due_on:
            self.steps[row.step] = replace(row, due_on=due)
            self._touched.add(row.step)

    def move(
        self,
        step: StepName,
        to: StepStatus,
        *,
        owner: str | None = None,
        waiting_for: str | None = None,
        outcome: str = "",
    ) -> None:
        """Move a step to another status, or keep it waiting on somebody else.

        Raises:
            ValueError: The transition table does not allow it; a fault in the program.
        """
        old = self.steps[step]
        if to is not old.status and not can_move(now=old.status, to=to):
            raise ValueError(f"{self.reference}: {step} cannot go from {old.status} to {to}.")
        still_open = to in {StepStatus.READY, StepStatus.WAITING}
        if owner is not None and owner != old.owner:
            if old.held_since < self.now:
                self._held.append(holding_values(old, case_id=self.id, until=self.now))
            old = replace(old, owner=owner, held_since=self.now)
            self.clocks.hold_step(step, revision=old.revision, owner=owner)
        if outcome and step in (StepName.APPROVE, StepName.SIGN_OFF):
            self._case_clocks_moved = True
        words = waiting_for if waiting_for is not None else old.waiting_for
        self.steps[step] = replace(
            old,
            status=to,
            waiting_for=words if still_open else "",
            closed_at=None if still_open else self.now,
            outcome=outcome or old.outcome,
            trouble="",
        )
        if not still_open:
            self.clocks.close_step(step, revision=old.revision, why=STOPPED_BY[to])
        self._touched.add(step)

    def trouble(self, step: StepName, words: str) -> None:
        """Write on a step why its automatic work could not finish."""
        self.steps[step] = replace(self.steps[step], trouble=words[:TROUBLE_AT_MOST])
        self._touched.add(step)

    def note(
        self, *, actor: str, action: str, reason: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Add a row to the case's audit chain."""
        self._sequence += 1
        row = audit_row(
            chain=self.reference,
            sequence=self._sequence,
            previous_hash=self._hash,
            at=self.now,
            actor=actor,
            action=action,
            reason=reason,
            detail=detail or {},
        )
        self._hash = row["hash"]
        self._audit.append(row)

    def set(self, **columns: Any) -> None:
        """Change columns of the case itself."""
        self.row_is_old = True
        self._changes.update(columns)
        if "urgent" in columns or "complexity" in columns:
            self._case_clocks_moved = self._reclassified = True
        if "status" in columns:
            self.status = CaseStatus(columns["status"])
            self._case_clocks_moved = True
            if self.status_is_exit():
                self.clocks.stop_ahead(why="the case has ended")

    def request_advance(self) -> None:
        """Count the case's revision up and ask for the run that moves it on."""
        self.revision += 1
        self._outbox.append(outbox.advance_row(self.row, revision=self.revision, now=self.now))

    def queue_message(self, *, key: str, payload: Mapping[str, Any]) -> None:
        """Put a message about the case in the outbox, once for its key."""
        row = outbox.message_row(key=key, case_id=self.id, payload=payload, now=self.now)
        self._outbox.append(row)

    def put_back(self) -> tuple[StepName, ...]:
        """Write everything that changed, in the caller's transaction; return the steps moved."""
        touched = self._put_back_steps()
        outbox.add(self.conn, self._outbox)
        if self._changes:
            self.conn.execute(_PUT_BACK, {"row_id": self.id, **self._changes})
        if self._audit:
            self._put_back_audit()
        if self._audit or self._outbox:
            head = {"audit_sequence": self._sequence, "audit_hash": self._hash}
            chains.cases_end(self.conn, [{"row_id": self.id, "revision": self.revision, **head}])
        self.clocks.put_back()
        if self._case_clocks_moved or {StepName.ASSIGN, StepName.ORDER} & set(touched):
            classed = self._reclassified
            sync_case_clocks(self.conn, case_ids=[self.id], now=self.now, reclassified=classed)
        self._audit, self._outbox, self._changes = [], [], {}
        self._case_clocks_moved = self._reclassified = False
        state = self._state._replace(
            revision=self.revision, sequence=self._sequence, hash=self._hash
        )
        leave_case(self.conn, self.id, state)
        return touched

    def _put_back_audit(self) -> None:
        """Write the audit rows; the last of them holds what the rows written with them hold."""
        self._audit[-1] = covering_row(self._audit[-1], covering.taken(self.conn, case_id=self.id))
        self._hash = self._audit[-1]["hash"]
        audit.add(self.conn, self._audit)

    def _keep_steps(self, steps: list[StepRow]) -> None:
        rows = [step_values(row, case_id=self.id) for row in steps]
        self.conn.execute(KEEP_STEPS[self.conn.dialect.name], rows)

    def _put_back_steps(self) -> tuple[StepName, ...]:
        touched = [self.steps[name] for name in PATHWAY if name in self._touched]
        if self._replaced:
            replaced = [step_key(row, case_id=self.id) for row in self._replaced]
            self.conn.execute(REPLACE_STEPS, replaced)
        if touched:
            self._keep_steps(touched)
        if self._held:
            self.conn.execute(_HELD, self._held)
        self._replaced, self._held, self._touched = [], [], set()
        return tuple(row.step for row in touched)
