"""What every section of the statutory board is made with: its date, its cases, who holds them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.works import Approval
from rules.reports.statutory_board import HEADINGS, Entry, Matter
from services.reports.holders import Held, day_over, held_by_case


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board's date, today's, and the authority it is for, if it is for one."""

    conn: Connection
    at: date
    today: date
    authority: str

    def cases(self, *more: ColumnElement[bool]) -> list[ColumnElement[bool]]:
        """Return the conditions on cases that are still on the pathway on the date."""
        left = or_(Case.ended_at.is_(None), Case.ended_at >= day_over(self.at))
        whose = [Case.authority == self.authority] if self.authority else []
        return [left, *whose, *more]

    def held(self, of_cases: Select[Any]) -> dict[int, Held]:
        """Return who holds some cases on the date."""
        return held_by_case(self.conn, of_cases=of_cases, at=self.at, today=self.today)

    @property
    def not_decided(self) -> ColumnElement[bool]:
        """The condition that a case's application had no decision yet on the date."""
        return ~exists().where(Approval.case_id == Case.id, Approval.decided_on <= self.at)


def entry_of(
    view: BoardView,
    *,
    matter: Matter,
    case: AnyRow,
    on: date,
    what: str,
    held: Held | None,
    todo: str,
    section: str = "",
) -> Entry:
    """Return a case's line on the board.

    Args:
        view: The board.
        matter: The section of the board.
        on: The day that decides.
        what: What is so.
        held: Who holds the case.
        todo: What to do.
        section: Section of the Act, where it is not the heading's.
    """
    return Entry(
        matter=matter,
        subject=case.reference,
        authority=case.authority,
        section=section or HEADINGS[matter].section,
        on=on,
        over=on < view.at,
        what=what,
        held_by=held.owner if held else "",
        since=held.since if held else None,
        todo=todo,
        held_at=held.step if held else "",
        other_steps=held.others if held else 0,
    )
