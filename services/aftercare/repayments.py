"""Money of a grant demanded back: on a disposal, considered first; waived in part, received."""

from collections import Counter
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, update

from models.asked import rows
from models.base import AnyRow, Instant, rows_by
from models.case_queries import live_order
from models.contacts import client_of
from models.tables.aftercare import Repayment
from rules.aftercare.repayment import CONSIDERATIONS, Account, repayable_pence
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.decisions.particulars import unwritable
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StatuteError, StepNotOpenError
from rules.money import pounds
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.people import Role
from services.aftercare.charges import charge_due
from services.cases import Context, Effect, applies, tell

LONGEST: Final = 4_000
"""Characters of one consideration."""

_SECTION: Final = "2008 General Consent"
_KEEP: Final = insert(Repayment)
HELD: Final = rows_by(Repayment, "case_id").order_by(Repayment.id)
"""What was demanded back, waived and received on a case, oldest first."""

_ERASE: Final = (
    update(Repayment)
    .where(
        Repayment.case_id == bindparam("of_case"),
        Repayment.disposed_on.is_not(None),
        Repayment.recorded_at > bindparam("since", type_=Instant),
    )
    .values({name: bindparam("said") for name in CONSIDERATIONS})
)
_BY: Final = frozenset({Role.MANAGER, Role.APPROVING_OFFICER})
_CONSIDERED: Final = "What was considered of it, and what it comes to."


@decided(
    "demand-repayment",
    at=StepName.AFTERCARE,
    by=_BY,
    after_end=True,
    sealed=frozenset(CONSIDERATIONS),
    plan="Always: the authority has a choice whether to demand it, and how much.",
    moves_money=True,
)
class DemandRepayment(BaseDecision):
    """The home is disposed of within ten years: what of the grant is demanded back, if anything.

    Four things are considered and recorded first. A demand of nothing waives it whole.
    """

    disposed_on: date = particular("The day of the disposal.", label="Day of the disposal")
    amount_pence: int = particular(
        "What is demanded; nothing waives it whole.",
        "--amount",
        unit="pounds",
        label="What is demanded",
        hint="Up to the charge; 0 waives it whole.",
    )
    hardship: str = particular(
        _CONSIDERED, label="The hardship that repayment would cause", long=True
    )
    job: str = particular(_CONSIDERED, label="Whether it is to move for a job", long=True)
    health: str = particular(
        _CONSIDERED, label="Whether it is for the health or well-being of somebody there", long=True
    )
    care: str = particular(_CONSIDERED, label="Whether it is to give or receive care", long=True)

    def problems(self) -> tuple[str, ...]:
        """Return each consideration that says nothing, or too much."""
        said = {name: str(getattr(self, name)) for name in CONSIDERATIONS}
        found = [
            f"Say what was considered of {what} ({name}); “none was told” is an answer."
            for name, what in CONSIDERATIONS.items()
            if not said[name].strip()
        ]
        found += [
            f"{name}: give it in {LONGEST:,} characters at most."
            for name, words in said.items()
            if len(words) > LONGEST
        ]
        if self.amount_pence < 0:
            found.append("What is demanded is not below zero.")
        return (*found, *unwritable("".join(said.values())))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what is demanded back of how much."""
        of = known(" of the {} that might be", facts.pounds("charge_pence"))
        day = f"for the disposal on {facts.day('disposed_on')}"
        if not facts["amount_pence"]:
            return f"Nothing is demanded back{of}, {day}: it is waived whole."
        return f"{facts.pounds('amount_pence')} is demanded back{of}, {day}."


@decided("waive-repayment", at=None, by=_BY, after_end=True, moves_money=True)
class WaiveRepayment(BaseDecision):
    """Part of what was demanded back is waived after all, or all that is left of it."""

    amount_pence: int = particular(
        "What is waived.", "--amount", unit="pounds", label="What is waived"
    )

    def problems(self) -> tuple[str, ...]:
        """Return a sum that waives nothing."""
        return () if self.amount_pence > 0 else ("Give a sum above zero.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say how much is waived, and what is left."""
        return f"{facts.pounds('amount_pence')} of it is waived; {_left(facts)}."


@decided("receive-repayment", at=None, by=frozenset({Role.FINANCE}), after_end=True)
class ReceiveRepayment(BaseDecision):
    """Money that was demanded back has come in."""

    amount_pence: int = particular("What came in.", "--amount", unit="pounds", label="What came in")
    received_on: date = particular("The day on which it came in.", label="Day on which it came in")

    def problems(self) -> tuple[str, ...]:
        """Return a sum that is none."""
        return () if self.amount_pence > 0 else ("Give a sum above zero.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say how much came in when, and what is left."""
        day = facts.day("received_on")
        return f"{facts.pounds('amount_pence')} was repaid on {day}; {_left(facts)}."


def _left(facts: Facts) -> str:
    return f"{facts.pounds('left_pence')} is left" if facts["left_pence"] else "nothing is left"


def account_on(conn: Connection, *, case_id: int) -> Account:
    """Return what was demanded back on a case, waived since and received."""
    sums = Counter[str]()
    for row in repayments_on(conn, case_id=case_id):
        sums[f"{row.kind}_pence"] += row.amount_pence
    return Account(**sums)


def repayments_on(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return what was demanded back, waived and received on a case, oldest first."""
    return list(rows(conn, HELD, case_id=case_id))


def recovered_on(conn: Connection, *, case_id: int) -> int:
    """Return what was demanded back on a case on a ground of s.42."""
    return sum(row.amount_pence for row in repayments_on(conn, case_id=case_id) if row.ground)


def check_demand(context: Context) -> AnyRow:
    """Return the order whose certified date begins the ten years; money is demanded once."""
    case = context.case
    order = live_order(context.conn, case_id=case.id)
    ended = case.status in (CaseStatus.PAID, CaseStatus.CLOSED)
    if order is None or order.certified_on is None or not ended:
        raise StepNotOpenError(
            f"The works of {case.reference} are not signed off and paid.",
            next_step="Nothing can be demanded back before.",
        )
    if charge_due(context.conn, case_id=case.id, tenure=case.row.tenure) == 0:
        raise StatuteError(
            f"Nothing of the grant on {case.reference} may be demanded back.",
            why="Only owners' grants above £5,000 are charged.",
            section=_SECTION,
            next_step="Nothing was recorded.",
        )
    demands = [row for row in repayments_on(context.conn, case_id=case.id) if row.disposed_on]
    if demands:
        raise AlreadyDecidedError(
            f"What is demanded back on {case.reference} is decided.",
            next_step="Waive part of it, or record what came in.",
        )
    return order


@applies(DemandRepayment, check=check_demand)
def demand(context: Context, decision: DemandRepayment, order: AnyRow) -> Effect:
    """Keep what was considered and is demanded, and write to the client."""
    case = context.case
    charge = charge_due(context.conn, case_id=case.id, tenure=case.row.tenure)
    most = repayable_pence(
        charge_pence=charge, certified_on=order.certified_on, disposed_on=decision.disposed_on
    )
    if decision.disposed_on > context.today:
        raise InvalidDecisionError(
            "The disposal is still to come.", next_step="Record it once it has happened."
        )
    if decision.amount_pence > most:
        raise StatuteError(
            f"{pounds(decision.amount_pence)} is more than may be demanded back.",
            why=f"For a disposal on {decision.disposed_on:%-d %B %Y} that is at most "
            f"{pounds(most)}: the works were certified on {order.certified_on:%-d %B %Y}, and "
            "the charge runs ten years from then.",
            section=_SECTION,
            next_step="Give no more than that.",
        )
    considered = {name: str(getattr(decision, name)).strip() for name in CONSIDERATIONS}
    keep(
        context,
        kind="demanded",
        amount_pence=decision.amount_pence,
        day=context.today,
        charge_pence=charge,
        disposed_on=decision.disposed_on,
        **considered,
    )
    tell(
        case,
        kind="repayment_to_client",
        once_for=order.number,
        to=client_of(case.row),
        context={
            "disposed_on": decision.disposed_on,
            "charge_pence": charge,
            "demanded_pence": decision.amount_pence,
            "certified_on": order.certified_on,
        },
    )
    facts = {"charge_pence": charge, "considered": sorted(CONSIDERATIONS)}
    return Effect(to=_onward(context), facts=facts)


def check_open(context: Context) -> Account:
    """Return the account of a case on which something is still to be repaid."""
    account = account_on(context.conn, case_id=context.case.id)
    if account.open_pence <= 0:
        raise StepNotOpenError(
            f"Nothing is to be repaid on {context.case.reference}.",
            next_step="Nothing was changed.",
        )
    return account


@applies(WaiveRepayment, check=check_open)
def waive(context: Context, decision: WaiveRepayment, account: Account) -> Effect:
    """Keep what is waived, no more than is left, and write to the client."""
    left = _take_off(account, decision.amount_pence, "waived")
    keep(context, kind="waived", amount_pence=decision.amount_pence, day=context.today)
    tell(
        context.case,
        kind="repayment_waived_to_client",
        once_for=context.now.isoformat(),
        to=client_of(context.case.row),
        context={"waived_pence": decision.amount_pence, "left_pence": left},
    )
    return Effect(to=_onward(context), facts={"left_pence": left})


@applies(ReceiveRepayment, check=check_open)
def receive(context: Context, decision: ReceiveRepayment, account: Account) -> Effect:
    """Keep what came in, no more than is left."""
    if decision.received_on > context.today:
        raise InvalidDecisionError(
            "The day on which it came in is still to come.", next_step="Check the day."
        )
    left = _take_off(account, decision.amount_pence, "repaid")
    keep(context, kind="received", amount_pence=decision.amount_pence, day=decision.received_on)
    return Effect(to=_onward(context), facts={"left_pence": left})


def _take_off(account: Account, pence: int, what: str) -> int:
    if pence > account.open_pence:
        raise InvalidDecisionError(
            f"{pounds(pence)} cannot be {what}: {pounds(account.open_pence)} is left.",
            next_step="Give no more than that.",
        )
    return account.open_pence - pence


def _onward(context: Context) -> StepStatus | None:
    """Let the run look at what a case waits for, where it is not closed yet."""
    return StepStatus.READY if context.case.status is CaseStatus.PAID else None


def keep(context: Context, **values: Any) -> None:
    """Keep what was demanded, waived or received, in the name of whoever says it."""
    empty = dict.fromkeys(("charge_pence", "disposed_on", *CONSIDERATIONS, "ground"))
    by = {"recorded_by": context.actor.identity, "recorded_at": context.now}
    context.conn.execute(_KEEP, {"case_id": context.case.id, **empty, **values, **by})


def erase_considered(conn: Connection, *, case_id: int, since: datetime, said: str) -> int:
    """Erase what was considered before money was demanded back; return of how many demands."""
    return conn.execute(_ERASE, {"of_case": case_id, "since": since, "said": said}).rowcount
