"""Living through the demo: day by working day, cases arrive, people decide, the clock moves on."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from adapters import clock
from adapters.spreadsheets import read
from desk.demonstration import script
from desk.demonstration.absences import absences_due
from desk.demonstration.at_once import NEW_RATES_FROM, award_together, bring_in_new_rates
from desk.demonstration.people import what_is_said
from desk.demonstration.scene import Said, Scene
from desk.imports.commands import SAMPLE_ADMINISTRATOR, import_sample
from rules.clocks.workdays import Calendar
from rules.errors import BrokenStateError
from rules.imports import KINDS, Sheet
from rules.pathway import PATHWAY, StepName
from rules.sentences import several
from services.cases.clocks.calendar import calendar_for
from services.decisions.record import record_decision
from services.demonstration.seen import ask_for, flows_due, runs_left, waiting
from services.imports import run_import
from services.ready import prepare
from services.session import AnyRow, Connection, reading, writing

LONDON: Final = ZoneInfo("Europe/London")
RUN_ENDS_WITHIN: Final = 120.0  # seconds
ARRIVING: Final = {"cases": "reference", "works": "case"}
"""What comes in day by day, with the column that names the case."""

Opening: TypeAlias = tuple[str, str, int]
"""A case's reference, a step and its revision."""


@dataclass(slots=True)
class Life:
    """Eight months of the sample service.

    Args:
        folder: Where the sample files are.
        clock_file: The file that holds the demo's instant.
        seed: What chance starts from.
        last_day: The last day to live through.
        on_day: Called after each day with the day, and how many cases and decisions there were.
    """

    url: str
    folder: Path
    clock_file: Path
    seed: int
    last_day: date
    on_day: Callable[[date, int, int], None]
    _decisions: int = 0
    _due: dict[tuple[Opening, int], date] = field(default_factory=dict)
    _turns: Counter[Opening] = field(default_factory=Counter)
    _sheets: dict[str, Sheet] = field(default_factory=dict)
    _arrived: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Set the clock to the first morning, and import all but the cases into a new database."""
        self._set_clock(script.FIRST_DAY)
        prepare(self.url)
        self._sheets = {kind: read(self.folder / f"{kind}.csv", kind=kind) for kind in ARRIVING}
        others = [kind for kind in KINDS if kind not in ARRIVING]
        import_sample(self.url, folder=self.folder, kinds=others)

    def live(self) -> None:
        """Live through every working day; each ends when everything it asked for is done."""
        with reading() as conn:
            calendar = calendar_for(conn, authority="")
        day = script.FIRST_DAY
        while day <= self.last_day:
            self._set_clock(day)
            self._arrivals(day)
            if day == NEW_RATES_FROM:
                bring_in_new_rates(self.url, folder=self.folder)
            _settle()
            while self._decide_all(day, calendar) or self._award_together():
                _settle()
            self.on_day(day, len(self._arrived), self._decisions)
            day = calendar.add(day, 1)

    def _set_clock(self, day: date) -> None:
        morning = datetime.combine(day, time_of_day(9, 30), tzinfo=LONDON)
        clock.set_clock_file(file=self.clock_file, instant=morning.astimezone(UTC))

    def _arrivals(self, day: date) -> None:
        """Import the cases whose application has come in, with their works."""
        cases = self._sheets["cases"]
        reference, applied = _column(cases, "reference"), _column(cases, "applied_on")
        came = {
            str(row.cells[reference])
            for row in cases.rows
            if date.fromisoformat(str(row.cells[applied])) <= day
        } - self._arrived
        if not came:
            return
        self._arrived |= came
        with writing() as conn:
            for kind, sheet in self._sheets.items():
                place = _column(sheet, ARRIVING[kind])
                rows = tuple(row for row in sheet.rows if str(row.cells[place]) in came)
                if rows:
                    part = replace(sheet, rows=rows, sha256=f"{sheet.sha256}:{day}")
                    run_import(
                        conn,
                        kind=kind,
                        sheet=part,
                        now=clock.now(),
                        actor=SAMPLE_ADMINISTRATOR,
                        schedule=None,
                        dry_run=False,
                    )

    def _decide_all(self, day: date, calendar: Calendar) -> int:
        """Record every decision that falls on this day and can be made now. Returns how many."""
        with reading() as conn:
            absent = list(absences_due(conn, day=day))
            spoken = [
                (scene, said)
                for scene in self._scenes(conn, day)
                if scene.case.paused_on is None
                and self._falls_due(scene, calendar)
                and (said := what_is_said(scene)) is not None
            ]
            flows = flows_due(conn, day=day, now=clock.now())
        for flow in flows:  # as their schedules would
            with writing() as conn:
                ask_for(conn, flow=flow, day=day, now=clock.now())
        for reference, said in absent:
            _record(reference, said)
        for scene, said in spoken:
            _record(scene.case.reference, said)
            self._turns[_opening(scene.case)] += 1
        self._decisions += len(absent) + len(spoken)
        return len(absent) + len(spoken)

    def _award_together(self) -> bool:
        """Ask for the batch award, or accept it, where its cases are ready. Says whether it did."""
        said = award_together()
        self._decisions += said or 0
        return said is not None

    def _scenes(self, conn: Connection, day: date) -> Iterator[Scene]:
        gates = waiting(conn)
        at = {(case.reference, case.step) for case in gates}
        for case in gates:
            rests_on = PATHWAY[StepName(case.step)].requires
            if any((case.reference, step) in at for step in rests_on):
                continue  # opened again: nothing that rests on it is decided meanwhile
            turn = self._turns[_opening(case)]
            yield Scene(conn, case, script.story_of(case.reference), day, turn)

    def _falls_due(self, scene: Scene, calendar: Calendar) -> bool:
        step = StepName(scene.case.step)
        if scene.story.stops_at is step:
            return False
        key = (_opening(scene.case), scene.turn)
        if key not in self._due:
            arrived = max(scene.case.applied_on, script.FIRST_DAY)
            days = script.days_taken(
                seed=self.seed,
                reference=scene.case.reference,
                step=step,
                turn=scene.turn,
                days_to_end=calendar.between(arrived, script.LAST_DAY),
            )
            due = calendar.add(scene.today, days)
            if scene.story.stops_at is StepName.ASSIGN and step is StepName.APPROVE:
                due = max(due, calendar.add(script.LAST_DAY, -script.HELD_TO_THE_LAST))
            self._due[key] = due
        return scene.today >= self._due[key]


def _opening(case: AnyRow) -> Opening:
    return case.reference, case.step, case.step_revision


def _record(reference: str, said: Said) -> None:
    with writing() as conn:
        record_decision(
            conn,
            reference=reference,
            decision=said.decision,
            by=said.by,
            reason=said.reason,
            plan=said.plan,
            now=clock.now(),
        )


def _settle() -> None:
    """Wait until every run that was asked for has ended.

    Raises:
        BrokenStateError: None of them has ended in a long time; the logs say why.
    """
    before, until = -1, 0.0
    while left := _runs_left():
        if left != before:
            before, until = left, time.monotonic() + RUN_ENDS_WITHIN
        if time.monotonic() > until:
            raise BrokenStateError(
                f"{several(left, 'run')} not ended, and none in {RUN_ENDS_WITHIN:.0f} seconds.",
                next_step="The logs under the state folder say why; `handrail up` goes on.",
            )
        time.sleep(0.02)


def _runs_left() -> int:
    with reading() as conn:
        return runs_left(conn)


def _column(sheet: Sheet, name: str) -> int:
    return [str(cell).strip().lower() for cell in sheet.header].index(name)
