"""Living through the demo: day by working day, cases arrive, people decide, the clock moves on."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from adapters import clock
from adapters.spreadsheets import read
from desk.demonstration.absences import absences_due
from desk.demonstration.at_once import NEW_RATES_FROM, award_together, bring_in_new_rates
from desk.demonstration.people import AT_THE_GATE, leaves
from desk.demonstration.scene import Said, Scene
from desk.demonstration.script import (
    FIRST_DAY,
    HELD_TO_THE_LAST,
    LAST_DAY,
    STORIES,
    days_taken,
    story_of,
)
from desk.imports.commands import SAMPLE_SCHEDULE, bring_in
from models.database import reading, writing
from models.outbox import request_run
from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock
from models.tables.prices import Offer
from models.tables.record import Outbox
from rules.clocks.workdays import Calendar
from rules.errors import BrokenStateError
from rules.imports import KINDS, Sheet
from rules.pathway import StepName, StepStatus
from services.cases.clocks.calendar import calendar_for
from services.competitions.competitions import due_to_open
from services.decisions.record import record_decision
from services.imports import run_import
from services.session import AnyRow, Connection

LONDON: Final = ZoneInfo("Europe/London")
SETTLES_WITHIN: Final = 120.0  # seconds for everything one day's decisions asked for
ARRIVING: Final = ("cases", "works")


@dataclass(slots=True)
class Tally:
    """What the demo has done so far."""

    days: int = 0
    decisions: int = 0
    arrived: int = 0
    runs: int = 0


@dataclass(slots=True)
class Life:
    """Eight months of the sample service.

    Args:
        folder: Where the sample files are.
        clock_file: The file that holds the demo's instant.
        seed: What chance starts from.
        last_day: The last day to live through.
        on_day: Called after each day with the day and the tally.
    """

    url: str
    folder: Path
    clock_file: Path
    seed: int
    last_day: date
    on_day: Callable[[date, Tally], None]
    tally: Tally = field(default_factory=Tally)
    _due: dict[tuple[str, str, int, int], date] = field(default_factory=dict)
    _turns: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    _sheets: dict[str, Sheet] = field(default_factory=dict)

    def wake(self) -> None:
        """Set the clock to the first morning; nothing here knows the time before."""
        self._set_clock(FIRST_DAY)

    def found(self) -> None:
        """Import what the service starts with: everything but its cases."""
        for kind in KINDS:
            if kind in ARRIVING:
                self._sheets[kind] = read(self.folder / f"{kind}.csv", kind=kind)
                continue
            bring_in(
                self.url,
                kind=kind,
                file=self.folder / f"{kind}.csv",
                by="sample",
                schedule=SAMPLE_SCHEDULE if kind == "schedule" else None,
            )

    def live(self) -> None:
        """Live through every working day; each ends when everything it asked for is done."""
        calendar = self._calendar()
        day = FIRST_DAY
        while day <= self.last_day:
            self._set_clock(day)
            self._arrivals(day)
            if day == NEW_RATES_FROM:
                bring_in_new_rates(self.url, folder=self.folder)
            self._settle()
            while self._decide_all(day, calendar) or self._award_together():
                self._settle()
            self.tally.days += 1
            self.on_day(day, self.tally)
            day = calendar.add(day, 1)

    def _calendar(self) -> Calendar:
        with reading(self.url) as conn:
            return calendar_for(conn, authority="")

    def _set_clock(self, day: date) -> None:
        morning = datetime.combine(day, time_of_day(9, 30), tzinfo=LONDON)
        clock.set_clock_file(file=self.clock_file, instant=morning.astimezone(UTC))

    def _arrivals(self, day: date) -> None:
        """Import the cases whose application has come in, with their works."""
        cases = self._sheets["cases"]
        reference, applied = _column(cases, "reference"), _column(cases, "applied_on")
        arrived = {
            str(row.cells[reference])
            for row in cases.rows
            if date.fromisoformat(str(row.cells[applied])) <= day
        }
        if len(arrived) == self.tally.arrived:
            return
        self.tally.arrived = len(arrived)
        with writing(self.url) as conn:
            for kind, column in (("cases", "reference"), ("works", "case")):
                self._import_some(conn, kind=kind, column=column, wanted=arrived, day=day)

    def _import_some(
        self, conn: Connection, *, kind: str, column: str, wanted: set[str], day: date
    ) -> None:
        sheet = self._sheets[kind]
        place = _column(sheet, column)
        known = self._known(conn, kind=kind)
        rows = tuple(row for row in sheet.rows if str(row.cells[place]) in wanted - known)
        if not rows:
            return
        part = replace(sheet, rows=rows, sha256=f"{sheet.sha256}:{day}")
        run_import(
            conn,
            kind=kind,
            sheet=part,
            now=clock.now(),
            actor="sample",
            schedule=None,
            dry_run=False,
        )

    def _known(self, conn: Connection, *, kind: str) -> set[str]:
        """Return the cases that were there before today; their works came with them."""
        query = select(Case.reference)
        if kind == "works":
            query = query.where(Case.opened_at < clock.now())
        return set(conn.execute(query).scalars())

    def _decide_all(self, day: date, calendar: Calendar) -> int:
        """Record every decision that falls on this day and can be made now. Returns how many."""
        said = 0
        with reading(self.url) as conn:
            scenes = self._scenes(conn, day)
            absent = list(absences_due(conn, day=day))
            spoken = [
                (scene.case.reference, step, revision, found)
                for scene, step, revision in scenes
                if scene.case.paused_on is None
                and self._falls_due(scene, step, revision, calendar)
                and (found := self._what(scene, step)) is not None
            ]
            self._sweep_lapsed(conn, day)
            self._watch(conn, day)
        for reference, words in absent:
            self._record(reference, words)
            said += 1
        for reference, step, revision, words in spoken:
            self._record(reference, words)
            self._turns[reference, step, revision] += 1
            said += 1
        self.tally.decisions += said
        return said

    def _award_together(self) -> bool:
        """Ask for the batch award, or accept it, where its cases are ready. Says whether it did."""
        together = [reference for reference, story in STORIES.items() if story.batched]
        said = award_together(self.url, references=together)
        self.tally.decisions += said or 0
        return said is not None

    def _scenes(self, conn: Connection, day: date) -> list[tuple[Scene, StepName, int]]:
        query = (
            select(CaseStep.case_id, CaseStep.step, CaseStep.revision)
            .where(CaseStep.current, CaseStep.status == StepStatus.WAITING)
            .order_by(CaseStep.case_id, CaseStep.id)
        )
        waiting = conn.execute(query).all()
        cases: dict[int, AnyRow] = {row.id: row for row in conn.execute(select(*Case.__table__.c))}
        scenes = []
        for row in waiting:
            case = cases[row.case_id]
            turn = self._turns[case.reference, row.step, row.revision]
            scene = Scene(conn, case, story_of(case.reference), day, turn)
            scenes.append((scene, StepName(row.step), row.revision))
        return scenes

    def _falls_due(self, scene: Scene, step: StepName, revision: int, calendar: Calendar) -> bool:
        if scene.story.stops_at is step:
            return False
        key = (scene.case.reference, step, revision, scene.turn)
        if key not in self._due:
            arrived = max(scene.case.applied_on, FIRST_DAY)
            days = days_taken(
                seed=self.seed,
                reference=scene.case.reference,
                step=step,
                turn=scene.turn,
                days_to_end=calendar.between(arrived, LAST_DAY),
            )
            due = calendar.add(scene.today, days)
            if scene.story.stops_at is StepName.ASSIGN and step is StepName.APPROVE:
                due = max(due, calendar.add(LAST_DAY, -HELD_TO_THE_LAST))
            self._due[key] = due
        return scene.today >= self._due[key]

    def _what(self, scene: Scene, step: StepName) -> Said | None:
        if scene.story.leaves_at is step:
            return leaves(scene)
        return AT_THE_GATE[step](scene)

    def _record(self, reference: str, said: Said) -> None:
        with writing(self.url) as conn:
            record_decision(
                conn,
                reference=reference,
                decision=said.decision,
                by=said.by,
                reason=said.reason,
                plan=said.plan,
                now=clock.now(),
            )

    def _sweep_lapsed(self, conn: Connection, day: date) -> None:
        """Ask for the sweep where an offer or a deadline has run out, as its schedule would."""
        offers = select(Offer.id).where(Offer.status == "offered", Offer.expires_on < day)
        lapsed = conn.execute(offers.limit(1)).first()
        if lapsed is None and not due_to_open(conn, now=clock.now()):
            return
        with writing(self.url) as asking:
            request_run(asking, key=f"sweep:{day}", flow="sweep", parameters={}, now=clock.now())

    def _watch(self, conn: Connection, day: date) -> None:
        """Ask for the watch where a clock is to be looked at today, as its schedule would."""
        due = select(Clock.id).where(Clock.stopped_on.is_(None), Clock.next_on <= day).limit(1)
        if conn.execute(due).first() is None:
            return
        with writing(self.url) as asking:
            request_run(
                asking, key=f"watch:{day}", flow="watch-slas", parameters={}, now=clock.now()
            )

    def _settle(self) -> None:
        """Wait until every run that was asked for has ended.

        Raises:
            BrokenStateError: They have not ended in a long time; the logs say why.
        """
        until = time.monotonic() + SETTLES_WITHIN
        query = select(func.count()).where(
            Outbox.kind == "run", Outbox.status.in_(("waiting", "claimed"))
        )
        while True:
            with reading(self.url) as conn:
                left = conn.execute(query).scalar_one()
            if left == 0:
                return
            if time.monotonic() > until:
                raise BrokenStateError(
                    f"{left} runs have not ended in {SETTLES_WITHIN:.0f} seconds.",
                    next_step="The logs under the state folder say why; `handrail up` goes on.",
                )
            time.sleep(0.02)


def _column(sheet: Sheet, name: str) -> int:
    return [str(cell).strip().lower() for cell in sheet.header].index(name)
