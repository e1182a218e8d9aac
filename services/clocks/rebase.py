"""The decision to re-base: running clocks of a case are given the targets in force today.

A clock keeps the target it opened with, whatever becomes of the target, until an officer decides
otherwise for the case and says why. What it opened on stays; only how long it is given changes.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import bindparam, select

from models.base import AnyRow
from models.tables.clocks import Clock
from rules.clocks.clock_names import CLOCKS
from rules.clocks.pause_words import notice_words
from rules.clocks.target_words import in_working_days
from rules.clocks.workdays import in_words
from rules.decisions import BaseDecision, Facts, day_words, decided, from_to, particular
from rules.errors import InvalidDecisionError
from rules.imports.clock_kinds import clock_called, why_no_target
from rules.people import OFFICERS, Role
from rules.sentences import named
from services.cases import Context, Effect, applies
from services.cases.clocks import retime

_RUNNING: Final = (
    select(
        Clock.id,
        Clock.name,
        Clock.subject,
        Clock.target_days,
        Clock.warn_percent,
        Clock.warn_days,
        Clock.promised_on,
        Clock.due_on,
    )
    .where(Clock.case_id == bindparam("case_id"), Clock.stopped_on.is_(None))
    .order_by(Clock.id)
)


def read_clock(text: str) -> str:
    """Return a clock's name, as it is typed in any case and with spaces."""
    return clock_called(text) or text


@decided("rebase", at=None, by=OFFICERS | {Role.MANAGER}, any_time=True)
class Rebase(BaseDecision):
    """Clocks that run are given the targets in force today, and their due dates move."""

    clocks: tuple[str, ...] = particular(
        "A clock that runs; every one if left out.",
        "--clock",
        default=(),
        entry="NAME",
        reads=read_clock,
        label="Clocks",
        hint="Every one that has a target if none is ticked.",
        offers="clocks",
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        given = [
            f"{CLOCKS[one['clock']].title}, working days "
            f"{from_to(one['from_days'], one['to_days'])}"
            + (
                f", due {from_to(day_words(one['from_due'] or ''), day_words(one['to_due'] or ''))}"
                if one["from_due"] != one["to_due"]
                else ""
            )
            for one in facts["targets"] or ()
            if one["clock"] in CLOCKS
        ]
        return f"Clocks are given the targets in force: {'; '.join(given)}."


@applies(Rebase)
def rebase(context: Context, decision: Rebase) -> Effect:
    """Give the clocks named, or all that run, the targets in force today."""
    case = context.case
    case.put_back()  # steps that open now have their clocks before they are looked at
    before = _running(context)
    names = decision.clocks or tuple(_with_targets(before.values()))
    _check(case.reference, names, before.values())
    retime.rebase(context.conn, case_id=case.id, clocks=case.clocks, names=names, now=context.now)
    after = _running(context)
    changed = [
        (old, after[old.id]) for old in before.values() if _terms(old) != _terms(after[old.id])
    ]
    if not changed:
        raise InvalidDecisionError(
            f"{_clocks_of(names)} of {case.reference} {'has' if len(names) == 1 else 'have'} the "
            "targets in force today already.",
            next_step=f"Nothing was changed. `handrail targets show {names[0]} --case "
            f"{case.reference}` shows which.",
        )
    return Effect(
        to=None, facts={"targets": [_fact(*pair) for pair in changed]}, notice=_notice(changed)
    )


def _running(context: Context) -> dict[int, AnyRow]:
    found = context.conn.execute(_RUNNING, {"case_id": context.case.id})
    return {row.id: row for row in found}


def _with_targets(running: Iterable[AnyRow]) -> dict[str, None]:
    return dict.fromkeys(row.name for row in running if row.target_days is not None)


def _check(reference: str, names: tuple[str, ...], running: Iterable[AnyRow]) -> None:
    """Refuse names of no clock, of none that runs here, and of one that has no target; at once."""
    held = {row.name: row for row in running}
    problems = [words for name in names if (words := _problem(name, held.get(name)))]
    possible = [*_with_targets(held.values())]
    if not names:
        problems = [f"No clock with a target runs on {reference}."]
    if problems:
        raise InvalidDecisionError(
            " ".join(problems),
            why=f"Those that may be re-based on {reference}: {', '.join(possible)}."
            if possible and names
            else "",
            next_step="Nothing was changed.",
        )


def _problem(name: str, running: AnyRow | None) -> str:
    if name not in CLOCKS:
        return f"There is no clock {name}."
    if why := why_no_target(name):
        return f"{name}: {why}."
    if running is None:
        return f"{name} does not run on this case now."
    if running.target_days is None:
        return f"{name} runs to {in_words(running.promised_on)}, a date that was given."
    return ""


def _terms(row: AnyRow) -> tuple[Any, ...]:
    return (row.target_days, row.warn_percent, row.warn_days, row.due_on)


def _fact(old: AnyRow, new: AnyRow) -> dict[str, Any]:
    return {
        "clock": old.name,
        "subject": old.subject,
        "from_days": old.target_days,
        "to_days": new.target_days,
        "from_due": old.due_on.isoformat() if old.due_on else None,
        "to_due": new.due_on.isoformat() if new.due_on else None,
    }


def _notice(changed: list[tuple[AnyRow, AnyRow]]) -> str:
    """Return which due dates moved, and which clocks were given other terms with none."""
    moved = [(old, new) for old, new in changed if old.due_on != new.due_on]
    others = [
        f"{CLOCKS[old.name].title} {_given(old, new)}"
        for old, new in changed
        if old.due_on == new.due_on
    ]
    said = notice_words([(CLOCKS[old.name].title, old.due_on, new.due_on) for old, new in moved])
    return f"{said} Changed as well: {named(others)}." if others else said


def _given(old: AnyRow, new: AnyRow) -> str:
    if old.target_days == new.target_days:
        return "is warned of at another time"
    days = in_working_days(new.target_days)
    return f"stands still, and is given {days} instead of {old.target_days}"


def _clocks_of(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else "The clocks"
