"""The two findings of s.24(3): necessary and appropriate, and reasonable and practicable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.engine import Connection

from models.asked import rows
from models.base import AnyRow, rows_by
from models.tables.record import Decision
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.decisions.particulars import unwritable
from rules.errors import HandrailError, InvalidDecisionError, StatuteError
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies
from services.cases.in_hand import CaseInHand
from services.grants.consulting import Consult, View
from services.grants.terms import consulted_on_works

LONGEST: Final = 120
"""Characters of whose finding it is."""


def _but() -> Any:
    """Return the particular of works lines that are not so, of works that otherwise are."""
    return particular(
        "A line that is not; it is left out of the grant. The reasons say why.",
        "--but-not",
        default=(),
        entry="LINE",
        label="But not these lines",
        hint="They are left out of the grant; your reasons say why.",
        offers="lines",
        seldom=True,
    )


def _none_but(lines: tuple[int, ...], *, yes: bool) -> list[str]:
    return ["Name lines only where the others are."] if lines and not yes else []


@decided("find-necessary", at=None, by=OFFICERS | {Role.ASSESSOR}, before_approval=True)
class FindNecessary(BaseDecision):
    """The works are necessary and appropriate for the disabled person, or not (s.24(3)(a))."""

    necessary: bool = particular(
        "Whether they are: the assessor's finding.",
        "--necessary/--not-necessary",
        label="What the assessor finds",
        answers=("Necessary and appropriate", "Not necessary and appropriate"),
    )
    found_by: str = particular(
        "The assessor whose finding it is; left out where the assessor records it.",
        default="",
        label="Whose finding it is",
        hint="The assessor’s name, where an officer records it.",
    )

    but: tuple[int, ...] = _but()

    def problems(self) -> tuple[str, ...]:
        """Return a name that is none, and lines named where none is what it takes."""
        long = [f"A name has {LONGEST} characters at most."] * (len(self.found_by) > LONGEST)
        return (*unwritable(self.found_by), *long, *_none_but(self.but, yes=self.necessary))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was found, and by whom."""
        by = known(" by {}", facts["found_by"])
        return f"The works are found{by} {_found(facts['necessary'])}necessary and appropriate."


class Stood(StrEnum):
    """How far works stood before the grant was decided (s.29)."""

    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    COMPLETED = "completed"


@decided("find-practicable", at=None, by=OFFICERS, before_approval=True)
class FindPracticable(BaseDecision):
    """The works are reasonable and practicable in this home, or they are not (s.24(3)(b))."""

    practicable: bool = particular(
        "Whether they are, having regard to the age and condition of the home.",
        "--practicable/--not-practicable",
        label="What you find, by the age and condition of the home",
        answers=("Reasonable and practicable", "Not reasonable and practicable"),
    )

    but: tuple[int, ...] = _but()
    works: Stood = particular(
        "How far such works stood already when you looked (s.29).",
        "--works",
        choices={one.value: one for one in Stood},
        default=Stood.NOT_BEGUN,
        label="How far such works stood already (s.29)",
        seldom=True,
    )
    good_reason: str = particular(
        "Where they had begun: the good reason for it (s.29(1)).",
        default="",
        label="The good reason, where they had begun",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return works that had begun without the reason, and a reason of those that had not."""
        found = list(unwritable(self.good_reason))
        if self.works is Stood.BEGUN and self.practicable and not self.good_reason.strip():
            found.append("Works that had begun are approved for a good reason only (s.29): say it.")
        if self.works is not Stood.BEGUN and self.good_reason.strip():
            found.append("A good reason is given of works that had begun and are not complete.")
        return (*found, *_none_but(self.but, yes=self.practicable))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was found."""
        stood = known(
            "; they were {} (s.29)", facts["works"] != "not_begun" and facts.words("works")
        )
        found = _found(facts["practicable"])
        return f"The works are found {found}reasonable and practicable{stood}."


def _found(yes: object) -> str:
    return "" if yes else "not to be "


@applies(FindNecessary)
def find_necessary(context: Context, decision: FindNecessary) -> Effect:
    """Record the assessor's finding with its reasons; the newest is what the decision rests on.

    Where another authority is consulted on the works, its view is the finding.
    """
    whom = consulted_on_works(context.conn, authority=context.case.row.authority, on=context.today)
    if whom:
        raise InvalidDecisionError(
            f"{whom} is consulted on whether the works are necessary and appropriate.",
            why="Their view is the finding of s.24(3)(a).",
            next_step=f"Record it: `handrail decide {context.case.reference} consult`.",
        )
    if context.actor.role is not Role.ASSESSOR and not decision.found_by.strip():
        raise InvalidDecisionError(
            "Whether the works are necessary and appropriate is for the assessor to find.",
            why="It is recorded with the name of whose finding it is (s.24(3)(a)).",
            next_step="Give the assessor’s name: `--found-by`.",
        )
    return Effect(to=None)


@applies(FindPracticable)
def find_practicable(_: Context, __: FindPracticable) -> Effect:
    """Record the officer's finding with its reasons; the newest is what the decision rests on."""
    return Effect(to=None)


# ---- as they stand


@dataclass(frozen=True, slots=True)
class Finding:
    """One of the findings, as it stands: whose it is, who recorded it when, and why.

    Args:
        id: The decision that recorded it.
    """

    id: int
    words: str
    yes: bool
    found_by: str
    recorded_by: str
    recorded_on: date
    reason: str
    but: tuple[int, ...] = ()
    works: str = Stood.NOT_BEGUN


@dataclass(frozen=True, slots=True)
class Findings:
    """Both findings of a case; None for one that nobody made, or not of the works as they are."""

    necessary: Finding | None
    practicable: Finding | None


_SAID: Final[dict[str, tuple[str, Any]]] = {
    FindNecessary.kind: ("necessary", True),
    Consult.kind: ("view", View.NECESSARY_AND_APPROPRIATE.value),
    FindPracticable.kind: ("practicable", True),
}
"""Of each kind of decision that is a finding: its particular, and what it is where it is met."""

RECORDED: Final = (
    rows_by(Decision, "case_id")
    .where(Decision.kind.in_((*_SAID, "specify-again")))
    .order_by(Decision.id)
)
"""What was found on a case, and where its works were specified again: the works are others then."""


def findings_of(conn: Connection, *, case: AnyRow, today: date) -> Findings:
    """Return what is found of the works of a case as they are specified now."""
    whom = consulted_on_works(conn, authority=case.authority, on=today)
    found: dict[str, AnyRow] = {}
    for row in rows(conn, RECORDED, case_id=case.id):
        found = {} if row.kind not in _SAID else found | {row.kind: row}
    asked = Consult.kind if whom else FindNecessary.kind
    return Findings(
        _finding(found.get(asked), "necessary and appropriate", by=whom),
        _finding(found.get(FindPracticable.kind), "reasonable and practicable"),
    )


def _finding(row: AnyRow | None, words: str, *, by: str = "") -> Finding | None:
    if row is None:
        return None
    name, met = _SAID[row.kind]
    return Finding(
        id=row.id,
        words=words,
        yes=row.facts[name] == met,
        found_by=row.facts.get("found_by") or by or row.actor,
        recorded_by=row.actor,
        recorded_on=london_date(row.decided_at),
        reason=row.reason,
        but=tuple(row.facts.get("but") or ()),
        works=row.facts.get("works", Stood.NOT_BEGUN),
    )


def is_met(kind: str | None, facts: Mapping[str, Any], column: str) -> bool:
    """Say whether a decision finds what the column of an approval says that it does."""
    name, met = _SAID.get(kind or "", ("", True))
    of_officer = kind == FindPracticable.kind
    return facts.get(name) == met and of_officer is (column == "practicable_id")


def against_findings(case: CaseInHand, *, but_necessary: bool = False) -> Iterator[HandrailError]:
    """Yield what of the two findings holds an approval up: one that is not made, or is negative.

    Args:
        but_necessary: The first was said already to be missing.
    """
    today = london_date(case.now)
    whom = consulted_on_works(case.conn, authority=case.row.authority, on=today)
    found = findings_of(case.conn, case=case.row, today=today)
    asked = Consult.kind if whom else FindNecessary.kind
    for finding, section, words, kind in (
        (found.necessary, "s.24(3)(a)", "necessary and appropriate", asked),
        (found.practicable, "s.24(3)(b)", "reasonable and practicable", FindPracticable.kind),
    ):
        how = f"`handrail decide {case.reference} {kind}`"
        if finding is None and but_necessary and kind == asked:
            continue
        what = f"Nobody has found that the works on {case.reference} are {words}."
        why = "It is found of the works as they are specified now, by whom, with reasons."
        clears = f"Record the finding: {how}."
        if finding is not None:
            on = f"{finding.found_by} found on {in_words(finding.recorded_on)}"
            what = f"{on} that the works on {case.reference} are not {words}."
            why = "Such works are refused, or fewer are specified; they are not approved."
            clears = f"Refuse the grant, or specify the works again and find anew: {how}."
        if finding is None or not finding.yes:
            yield StatuteError(what, why=why, section=section, next_step=clears)
    if found.practicable is not None and found.practicable.works == Stood.COMPLETED:
        yield StatuteError(
            f"The works on {case.reference} were complete before the grant was decided.",
            why="No grant is approved for works that were completed before.",
            section="s.29",
            next_step=f"Refuse it: `handrail decide {case.reference} approve --refuse`.",
        )
