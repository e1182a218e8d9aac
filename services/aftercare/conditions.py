"""The grant conditions: until when they run (s.44), and what was said to break one."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, update

from models.asked import rows
from models.base import AnyRow, Instant, rows_by
from models.case_queries import live_order
from models.contacts import client_of
from models.tables.aftercare import ConditionBreach
from rules.aftercare.repayment import Breach, conditions_until
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StatuteError, StepNotOpenError
from rules.pathway import StepName
from rules.people import OFFICERS, Role
from services.aftercare.defects import words_problems
from services.cases import Context, Effect, applies, tell

_KEEP: Final = insert(ConditionBreach)
HELD: Final = rows_by(ConditionBreach, "case_id").order_by(ConditionBreach.id)
"""What was said to break a condition of a case's grant, oldest first."""

_ERASE: Final = update(ConditionBreach).where(
    ConditionBreach.case_id == bindparam("of_case"),
    ConditionBreach.recorded_at > bindparam("since", type_=Instant),
)


@decided(
    "record-breach",
    at=StepName.AFTERCARE,
    by=OFFICERS | {Role.MANAGER, Role.FINANCE},
    after_end=True,
    sealed=frozenset({"words"}),
)
class RecordBreach(BaseDecision):
    """A condition of the grant is broken within its five years: the client is given notice (s.44).

    What follows, such as repayment, is a decision of its own.
    """

    what: Breach = particular("What happened.", label="What happened")
    happened_on: date = particular("When.", "--on", label="When")
    words: str = particular(
        "How it is known.", long=True, label="How it is known", hint="It stays on the file."
    )

    def problems(self) -> tuple[str, ...]:
        """Return words that say nothing, or too much."""
        return words_problems(self.words, "how it is known")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what broke which condition when."""
        what = Breach(facts["what"]).words if facts["what"] else ""
        how = known(": {} on {}", what, facts.day("happened_on"))
        return f"A condition of the grant is broken{how}."


def breaches_on(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return what was said to break a condition of a case's grant, oldest first."""
    return list(rows(conn, HELD, case_id=case_id))


def check_breach(context: Context) -> AnyRow:
    """Return the order whose certified date begins the five years."""
    order = live_order(context.conn, case_id=context.case.id)
    after = StepName.AFTERCARE in context.case.steps
    if order is None or order.certified_on is None or not after:
        raise StepNotOpenError(
            f"The works of {context.case.reference} are not signed off and paid.",
            why="The conditions of a grant run from the certified date (s.44).",
            next_step="Nothing was recorded.",
        )
    return order


@applies(RecordBreach, check=check_breach)
def breach(context: Context, decision: RecordBreach, order: AnyRow) -> Effect:
    """Keep it, once, and give the client notice."""
    until = conditions_until(certified_on=order.certified_on)
    if not order.certified_on <= decision.happened_on <= until:
        raise StatuteError(
            f"No condition of the grant ran on {decision.happened_on:%-d %B %Y}.",
            why=f"They run from {order.certified_on:%-d %B %Y} to {until:%-d %B %Y}.",
            section="s.44",
            next_step="A disposal after that is a matter of the charge alone, where there is one.",
        )
    if decision.happened_on > context.today:
        raise InvalidDecisionError("That is still to come.", next_step="Check the day.")
    held = breaches_on(context.conn, case_id=context.case.id)
    same = (decision.what.value, decision.happened_on)
    if any((row.what, row.happened_on) == same for row in held):
        raise AlreadyDecidedError("That is recorded already.", next_step="Nothing was changed.")
    context.conn.execute(
        _KEEP,
        {
            "case_id": context.case.id,
            "what": decision.what.value,
            "happened_on": decision.happened_on,
            "words": decision.words.strip(),
            "recorded_by": context.actor.identity,
            "recorded_at": context.now,
        },
    )
    tell(
        context.case,
        kind="breach_to_client",
        once_for=f"{decision.what}:{decision.happened_on}",
        to=client_of(context.case.row),
        context={
            "breach": decision.what.words,
            "happened_on": decision.happened_on,
            "conditions_until": until,
        },
    )
    return Effect(to=None, facts={"until": until.isoformat()})


def erase_breaches(conn: Connection, *, case_id: int, since: datetime, said: str) -> int:
    """Erase how breaches are known; return of how many."""
    values = {"of_case": case_id, "since": since, "words": said}
    return conn.execute(_ERASE, values).rowcount
