"""A year of a service, lived day by day through the real functions, beside the oracle.

Cases come in week by week; steps open, end and open again; pauses are recorded late, corrected,
withdrawn, and overlap; targets change; a bank holiday is announced; cases leave. The sweep has its
turn once a day as a rule: sometimes just after midnight, sometimes twice, sometimes not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, select

from adapters.bank_holidays import bank_holidays
from models.database import reading, writing
from models.people import actor_for
from models.tables.cases import Case
from models.tables.clocks import Alert, Clock
from rules.clocks.clock_names import CLOCKS
from rules.clocks.dates import LONDON, london_date
from rules.clocks.pause_terms import PauseCause
from rules.decisions import BaseDecision
from rules.pathway import CaseStatus, StepName, StepStatus
from services.alerts.raising import Raised, sweep_clocks
from services.cases import CaseInHand
from services.cases.take import take
from services.clocks.closures import close_day
from services.clocks.pausing import CorrectPause, EndPause, Pause
from services.decisions.exits import Exit
from services.decisions.record import record_decision
from tests.alert_oracle import Expected, Given, Key, Oracle, in_order, six_months_after
from tests.factories import bring, live_at
from tests.small_service import ADAM, TESS, WENDY

FIRST: Final = date(2026, 6, 1)
DEFAULT_LADDER: Final = MappingProxyType({3: 5})
LADDERS: Final = MappingProxyType({"RBC": DEFAULT_LADDER, "WDC": MappingProxyType({3: 3, 4: 8})})
_HEADER: Final = (
    "reference | authority | client_name | address | postcode | tenure | work_type | urgent "
    "| complexity | contact_on | recommended_on | applied_on"
)
_GUIDANCE: Final[Mapping[str, tuple[int, int, int]]] = MappingProxyType(
    # contact to recommendation, application to decision, contact to completion
    {
        "yes | simple": (5, 5, 55),
        "no | simple": (20, 20, 130),
        "yes | complex": (20, 5, 130),
        "no | complex": (35, 20, 180),
    }
)
_PART: Final[Mapping[str, str]] = MappingProxyType(
    # clocks that start by a target with their step
    {"certificates": "return_certificates", "aftercare": "answer_survey"}
)
_DATED: Final[Mapping[str, str]] = MappingProxyType(
    # clocks that run to a date which somebody is given with their step
    {"consent": "answer_consent", "works": "start_works", "assign": "answer_offer"}
)


class Year:
    """Lives a service's days.

    Args:
        url: A database with the small service.
        cases: How many cases come in, over the first four fifths of the time.
        days: How many days are lived.
        seed: Another number lives other days.
    """

    def __init__(self, url: str, *, cases: int, days: int, seed: int) -> None:
        self.url = url
        self.chance = Random(seed)  # noqa: S311 - the same year each time
        self.oracle = Oracle({day for day, _ in bank_holidays(first_year=2026, last_year=2028)})
        self.targets = {name: (spec.days, 80, 0) for name, spec in CLOCKS.items() if spec.days}
        self.references: dict[int, str] = {}
        self.at_work: list[int] = []
        self._numbers: dict[int, int] = {}
        self.days = [FIRST + timedelta(days=n) for n in range(days)]
        coming = self.days[: len(self.days) * 4 // 5 : 7]
        self.arrivals = {
            day: cases * (n + 1) // len(coming) - cases * n // len(coming)
            for n, day in enumerate(coming)
        }
        self.sweeps: list[tuple[Raised, tuple[int, int]]] = []

    def live(self) -> None:
        """Live every day."""
        live_at(_instant(FIRST, time(8)))
        bring(self.url, "escalations", "authority|rung|role|days\nWDC|3|manager|3\nWDC|4|manager|8")
        for number, day in enumerate(self.days):
            self._live_one(day, number)

    def ledger(self) -> list[Expected]:
        """Return every alert of a clock that was ever raised, as the database has it."""
        query = (
            select(
                *(Clock.case_id, Clock.name, Clock.step_revision, Clock.subject),
                *(Alert.rung, Alert.raised_at, Alert.cleared_at),
            )
            .join(Clock, Clock.id == Alert.clock_id)
            .where(Alert.kind == "clock")
        )
        with reading(self.url) as conn:
            found = [
                Expected(
                    Key(case, name, revision, subject),
                    rung,
                    london_date(up),
                    london_date(down) if down else None,
                )
                for case, name, revision, subject, rung, up, down in conn.execute(query)
            ]
        return sorted(found, key=in_order)

    # ---- one day

    def _live_one(self, day: date, number: int) -> None:
        early, turns = self.chance.random() < 0.2, self._turns()
        if early:  # in summer, still yesterday in UTC
            self._sweep(_instant(day, time(0, 20)), turns)
        now = _instant(day, time(10))
        live_at(now)
        self._arrive(day)
        if number == len(self.days) // 3:
            self._give("consent | 10 | 60 | 0", "specify | 8 | 80 | 3", day=day)
        with writing(self.url) as conn:
            if number == len(self.days) // 2:
                self._announce(conn, day, now)
            self._work(conn, day, now)
            self._pause(conn, day, now)
        if not early:
            self._sweep(_instant(day, time(18)), turns)

    def _turns(self) -> int:
        return self.chance.choices((0, 1, 2), weights=(6, 88, 6))[0]

    def _sweep(self, now: datetime, turns: int) -> None:
        for _ in range(turns):
            with writing(self.url) as conn:
                found = sweep_clocks(conn, now=now)
            self.sweeps.append((found, self.oracle.sweep(london_date(now))))

    def _give(self, *rows: str, day: date) -> None:
        header = "clock | days | warn_percent | warn_days | valid_from"
        bring(self.url, "targets", "\n".join((header, *(f"{row} | {day}" for row in rows))))
        for row in rows:
            name, *numbers = (cell.strip() for cell in row.split("|"))
            days, percent, left = map(int, numbers)
            self.targets[name] = (days, percent, left)

    def _announce(self, conn: Connection, day: date, now: datetime) -> None:
        holiday = day + timedelta(days=9)
        while holiday.weekday() > 4 or holiday in self.oracle.closed:
            holiday += timedelta(days=1)
        actor = actor_for(conn, identity=ADAM)
        close_day(conn, day=holiday, title="Proclaimed", authority="", actor=actor, now=now)
        self.oracle.closes(holiday)

    # ---- cases come in

    def _arrive(self, day: date) -> None:
        count = self.arrivals.get(day, 0)
        if not count:
            return
        begun = len(self.references)
        said = [self._row(number, day) for number in range(begun, begun + count)]
        bring(self.url, "cases", "\n".join((_HEADER, *(row for row, _ in said))))
        references = [f"Y-{number:05d}" for number in range(begun, begun + count)]
        with writing(self.url) as conn:
            query = select(Case.id).where(Case.reference.in_(references)).order_by(Case.reference)
            ids = conn.scalars(query).all()
            for case_id, reference, (_, clocks) in zip(ids, references, said, strict=True):
                self.references[case_id] = reference
                self.at_work.append(case_id)
                for name, given in clocks.items():
                    self.oracle.started(Key(case_id, name), given)
                case = take(conn, reference=reference, now=_instant(day, time(10)))
                self._opened(case, case.open_steps(), day)
                case.put_back()

    def _row(self, number: int, day: date) -> tuple[str, dict[str, Given]]:
        """Return a line of the import, and the clocks that such a case is to have."""
        authority = _authority(number)
        urgency = self.chance.choice(tuple(_GUIDANCE))
        contact_on = day - timedelta(days=self.chance.randrange(15))
        applied = day if self.chance.random() < 0.5 else None
        stage, decision, total = _GUIDANCE[urgency]
        ladder = dict(LADDERS[authority])
        clocks = {"contact_to_completion": Given(contact_on, total, None, 80, 0, True, ladder)}
        clocks["review_priority"] = Given(day, 60, None, 80, 0, False, ladder)
        if applied is None:
            first = Given(contact_on, stage, None, 80, 0, True, ladder)
            clocks["contact_to_recommendation"] = first
        else:
            clocks["application_to_decision"] = Given(applied, decision, None, 80, 0, True, ladder)
            limit = six_months_after(applied)
            clocks["decide"] = Given(applied, None, limit, 100, 20, False, ladder)
        dates = f"{contact_on} | {applied or ''} | {applied or ''}"
        home = "Mrs Ashby | 14 Hill Road | CV22 5AA | owner | level_access_shower"
        return f"Y-{number:05d} | {authority} | {home} | {urgency} | {dates}", clocks

    # ---- steps open and end

    def _work(self, conn: Connection, day: date, now: datetime) -> None:
        if day.weekday() > 4:
            return
        for case_id in self._some(0.012):
            case = take(conn, reference=self.references[case_id], now=now)
            open_now = [
                name
                for name, row in case.steps.items()
                if row.status in (StepStatus.READY, StepStatus.WAITING)
            ]
            done = [name for name, row in case.steps.items() if row.status is StepStatus.DONE]
            if done and self.chance.random() < 0.04:
                step = self.chance.choice(done)
                case.reopen(step, reason="it was wrong")
                self._opened(case, (step,), day)
            elif open_now:
                step = self.chance.choice(open_now)
                revision = case.steps[step].revision
                case.move(step, StepStatus.DONE)
                for key in self.oracle.of(case_id):
                    if CLOCKS[key.name].step is step and key.revision == revision:
                        self.oracle.stopped(key)
                self._opened(case, case.open_steps(), day)
            case.put_back()
        for case_id in self._some(0.0004):
            self._decide(conn, case_id, Exit(CaseStatus.REFUSED), now)
            self.at_work.remove(case_id)
            for key in self.oracle.of(case_id):
                self.oracle.stopped(key)
            self.oracle.pauses.pop(case_id, None)

    def _some(self, share: float) -> list[int]:
        number = len(self.at_work) * share
        whole = int(number) + (self.chance.random() < number % 1)
        return self.chance.sample(self.at_work, whole)

    def _opened(self, case: CaseInHand, steps: tuple[StepName, ...], day: date) -> None:
        """Tell the oracle of the clocks of steps that open, and start those that go with them."""
        ladder = dict(LADDERS[case.row.authority])
        for step in steps:
            revision = case.steps[step].revision
            if step in self.targets:
                days, percent, left = self.targets[step]
                own = Given(day, days, None, percent, left, True, ladder)
                self.oracle.started(Key(case.id, step, revision), own)
            part, dated = _PART.get(step), _DATED.get(step)
            if part:
                case.start_clock(part)
                days, percent, left = self.targets[part]
                given = Given(day, days, None, percent, left, True, ladder)
                self.oracle.started(Key(case.id, part, revision), given)
            if dated:
                until = self._working(day + timedelta(days=self.chance.randrange(1, 30)))
                case.start_clock(dated, due_on=until)
                _, percent, left = self.targets[dated]
                given = Given(day, None, until, percent, left, CLOCKS[dated].pauses, ladder)
                self.oracle.started(Key(case.id, dated, revision), given)

    def _working(self, day: date) -> date:
        while day.weekday() > 4 or day in self.oracle.closed:
            day += timedelta(days=1)
        return day

    # ---- pauses

    def _pause(self, conn: Connection, day: date, now: datetime) -> None:
        for case_id in self._some(0.0012):
            self._record(conn, case_id, day, now)
        for case_id in [one for one in self.at_work if self.oracle.pauses.get(one)]:
            if self.chance.random() < 0.015:
                self._change(conn, case_id, day, now)

    def _record(self, conn: Connection, case_id: int, day: date, now: datetime) -> None:
        started_on = day - timedelta(days=self.chance.choice((0, 0, 1, 4, 12)))
        started_on = max(started_on, self._contact_on(conn, case_id))
        ended_on = None
        if self.chance.random() < 0.4:  # entered late, when it was over
            ended_on = started_on + timedelta(days=self.chance.randrange(10))
            ended_on = min(ended_on, day)
        review_on = None
        if ended_on is None:
            review_on = self._working(day + timedelta(days=self.chance.randrange(1, 20)))
        number = self._next_number(case_id)
        decision = Pause(
            PauseCause.HOSPITAL, started_on, "ward letter", ended_on, review_on=review_on
        )
        self._decide(conn, case_id, decision, now)
        self.oracle.paused(case_id, number, (started_on, ended_on))
        if review_on is not None:
            _, percent, left = self.targets["review_pause"]
            ladder = dict(LADDERS[_authority_of(self.references[case_id])])
            given = Given(day, None, review_on, percent, left, False, ladder)
            self.oracle.started(Key(case_id, "review_pause", 0, str(number)), given)

    def _change(self, conn: Connection, case_id: int, day: date, now: datetime) -> None:
        """End a pause, move one of its days, or withdraw it."""
        number, (start, end) = self.chance.choice(list(self.oracle.pauses[case_id].items()))
        review = Key(case_id, "review_pause", 0, str(number))
        what = self.chance.random()
        if what < 0.1:
            self._decide(conn, case_id, CorrectPause(number, withdrawn=True), now)
            self.oracle.paused(case_id, number, None)
            self.oracle.stopped(review)
        elif end is None:
            ended_on = max(start, day - timedelta(days=self.chance.randrange(4)))
            self._decide(conn, case_id, EndPause(ended_on, number), now)
            self.oracle.paused(case_id, number, (start, ended_on))
            self.oracle.stopped(review)
        elif what < 0.4 and end < day:
            longer = min(day, end + timedelta(days=self.chance.randrange(1, 6)))
            self._decide(conn, case_id, CorrectPause(number, ended_on=longer), now)
            self.oracle.paused(case_id, number, (start, longer))

    def _contact_on(self, conn: Connection, case_id: int) -> date:
        query = select(Case.contact_on).where(Case.id == case_id)
        return conn.execute(query).scalar_one()

    def _next_number(self, case_id: int) -> int:
        self._numbers[case_id] = self._numbers.get(case_id, 0) + 1
        return self._numbers[case_id]

    def _decide(
        self, conn: Connection, case_id: int, decision: BaseDecision, now: datetime
    ) -> None:
        reference = self.references[case_id]
        by = TESS if _authority_of(reference) == "RBC" else WENDY
        record_decision(
            conn, reference=reference, decision=decision, by=by, reason="as told", now=now
        )


def _authority(number: int) -> str:
    return "WDC" if number % 3 == 0 else "RBC"


def _authority_of(reference: str) -> str:
    return _authority(int(reference.removeprefix("Y-")))


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)
