"""Works that are reasonably foreseeable, done with those that are needed now: marked with why."""

from collections.abc import Mapping

from sqlalchemy import bindparam, update

from models.case_queries import works_lines
from models.tables.cases import WorksLine
from rules.decisions import BaseDecision, Facts, decided, particular
from rules.decisions.particulars import unwritable
from rules.errors import AlreadyDecidedError, InvalidDecisionError
from rules.people import OFFICERS, Role
from rules.sentences import named
from services.cases import Context, Effect, applies

LONGEST = 500
_MARK = update(WorksLine).where(
    WorksLine.case_id == bindparam("of_case"), WorksLine.line == bindparam("of_line")
)


@decided("mark-preventive", at=None, by=OFFICERS | {Role.ASSESSOR}, before_approval=True)
class MarkPreventive(BaseDecision):
    """Works lines are for a need that is reasonably foreseeable, done with those needed now.

    Each says why. The notice of approval names them, and the board counts them apart.
    """

    because: Mapping[int, str] = particular(
        "Why a line is for a foreseeable need; “no” takes the mark off.",
        entry="LINE=WHY",
        example="2=her sight is failing",
        label="Why each line is for a foreseeable need",
        hint="Only beside those that are. “no” takes a mark off.",
        offers="lines",
    )

    def problems(self) -> tuple[str, ...]:
        """Return nothing marked, and reasons that say nothing or too much."""
        found = [] if self.because else ["Say which lines, and why."]
        for line, why in self.because.items():
            if not why.strip():
                found.append(f"Line {line}: say why, or “no”.")
            if len(why) > LONGEST:
                found.append(f"Line {line}: say it in {LONGEST} characters at most.")
        return (*found, *unwritable("".join(self.because.values())))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say which lines are marked, and of which the mark is taken off."""
        marks = facts["because"] or {}
        off = [line for line, why in marks.items() if why == "no"]
        on = [f"{line} ({why})" for line, why in marks.items() if why != "no"]
        words = [f"marked as foreseeable: {named(on)}"] if on else []
        words += [f"no longer: {named(off)}"] if off else []
        return f"Works lines {'; '.join(words)}."


@applies(MarkPreventive)
def mark(context: Context, decision: MarkPreventive) -> Effect:
    """Mark each line that differs; of lines that there are not, nothing is marked."""
    held = {row.line: row for row in works_lines(context.conn, case_id=context.case.id)}
    if missing := sorted(set(decision.because) - set(held)):
        raise InvalidDecisionError(
            f"{context.case.reference} has no line {named(list(map(str, missing)))}.",
            next_step=f"Its lines are {named([str(line) for line in held])}.",
        )
    wanted = {
        line: None if why.strip().lower() == "no" else why.strip()
        for line, why in decision.because.items()
    }
    changed = {n: why for n, why in wanted.items() if held[n].preventive_because != why}
    if not changed:
        raise AlreadyDecidedError("That is on record already.", next_step="Nothing was changed.")
    context.conn.execute(
        _MARK.values(preventive_because=bindparam("why")),
        [{"of_line": n, "of_case": context.case.id, "why": why} for n, why in changed.items()],
    )
    return Effect(to=None, facts={"because": {str(n): why or "no" for n, why in changed.items()}})
