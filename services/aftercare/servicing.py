"""Servicing of what was installed: by whom, and reminders to the client by the authority's policy.

Reminders go on once a case is closed, for as long as the policy says; they are what time alone
brings, and nobody waits for them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, literal_column, select

from models.asked import one, reference_rows
from models.base import AnyRow, rows_by
from models.case_queries import live_order, price_lines
from models.contacts import client_of
from models.tables.aftercare import Servicing
from models.tables.record import Decision
from rules.aftercare.servicing import Interval, remind_on, service_dates
from rules.decisions import BaseDecision, Facts, decided, particular
from rules.errors import AlreadyDecidedError, StepNotOpenError
from rules.pathway import StepName
from rules.people import OFFICERS, Role
from services.cases import CaseInHand, Context, Effect, applies, tell

POLICY: Final = rows_by(Servicing, "authority").order_by(Servicing.works, Servicing.valid_from)
SAID: Final = (
    select(Decision.facts)
    .where(
        Decision.case_id == bindparam("case_id"), Decision.kind == literal_column("'set-servicing'")
    )
    .order_by(Decision.id.desc())
    .limit(1)
)
"""What was said last of who services what was installed on a case."""


@decided("set-servicing", at=StepName.AFTERCARE, by=OFFICERS | {Role.MANAGER}, after_end=True)
class SetServicing(BaseDecision):
    """Whether the client is reminded of servicing, or sees to it without."""

    reminders: bool = particular(
        "Whether reminders of servicing go to the client.",
        "--remind/--client-services-it",
        label="Reminders of servicing",
        answers=("The client is reminded", "The client services it themselves"),
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say who sees to it."""
        if facts["reminders"]:
            return "The client is reminded of servicing."
        return "The client services it themselves and is not reminded."


@dataclass(frozen=True, slots=True)
class Serviced:
    """Something of a case that is serviced by policy.

    Args:
        works: The type of works, or the schedule item, that the policy names.
        what: What it is, as the client reads it.
        by: Who services it, as the client reads it.
        dates: The days on which it is due, for as long as reminders go out.
    """

    works: str
    what: str
    by: str
    interval: Interval
    dates: tuple[date, ...]

    def due_on(self, on: date) -> date | None:
        """Return the next day on which it is due, that day included; None when all are past."""
        return next((day for day in self.dates if day >= on), None)


def serviced_on(conn: Connection, *, case: AnyRow) -> list[Serviced]:
    """Return what of a case is serviced, by the policy of the day on which it was certified."""
    order = live_order(conn, case_id=case.id)
    if order is None or order.certified_on is None:
        return []
    policy = reference_rows(conn, POLICY, authority=case.authority)
    installed = _installed(conn, case, order) if policy else set()
    return [
        Serviced(
            row.works,
            row.what,
            row.by,
            interval := Interval(row.every_months, row.for_years),
            service_dates(certified_on=order.certified_on, interval=interval),
        )
        for row in policy
        if row.valid_from <= order.certified_on <= row.valid_to and row.works in installed
    ]


def _installed(conn: Connection, case: AnyRow, order: AnyRow) -> set[str]:
    codes = {row.code for row in price_lines(conn, price_id=order.price_id) if row.code}
    return {case.work_type, *codes}


def reminded(conn: Connection, *, case_id: int) -> bool:
    """Say whether the client of a case is to be reminded."""
    said = one(conn, SAID, case_id=case_id)
    return said is None or bool(said.facts["reminders"])


def remind(case: CaseInHand, *, on: date) -> None:
    """Remind the client of each service whose day has come near, once."""
    if not reminded(case.conn, case_id=case.id):
        return
    for held in serviced_on(case.conn, case=case.row):
        due_on = held.due_on(on)
        if due_on is not None and remind_on(due_on) <= on:
            tell(
                case,
                kind="service_due_to_client",
                once_for=f"{held.works}:{due_on}",
                to=client_of(case.row),
                context={"what": held.what, "serviced_by": held.by, "due_on": due_on},
            )


def next_reminder(conn: Connection, *, case: AnyRow, on: date) -> date | None:
    """Return the next day after this one on which there is something to remind of, or None."""
    if not reminded(conn, case_id=case.id):
        return None
    days = (remind_on(day) for held in serviced_on(conn, case=case) for day in held.dates)
    return min((day for day in days if day > on), default=None)


def check_servicing(context: Context) -> None:
    """Refuse where nothing of the case is serviced by policy."""
    after = StepName.AFTERCARE in context.case.steps
    if not after or not serviced_on(context.conn, case=context.case.row):
        raise StepNotOpenError(
            f"Nothing on {context.case.reference} is serviced by the authority's policy.",
            why="Servicing in private homes is policy, not law (LOLER does not apply directly).",
            next_step="Bring the policy in with `handrail import servicing FILE`.",
        )


@applies(SetServicing, check=check_servicing)
def set_servicing(context: Context, decision: SetServicing, _: None) -> Effect:
    """Put on record who sees to servicing."""
    if reminded(context.conn, case_id=context.case.id) is decision.reminders:
        raise AlreadyDecidedError("That is so already.", next_step="Nothing was changed.")
    return Effect(to=None)
