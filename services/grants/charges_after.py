"""Fees and charges that are paid after a case has ended, where the authority thinks fit."""

from typing import Any, Final

from sqlalchemy import bindparam, insert, select
from sqlalchemy.engine import Connection

from models.asked import rows
from models.base import AnyRow, rows_by
from models.case_queries import approval_of, ending_of, orders_on
from models.contacts import client_of
from models.people import who_decided
from models.tables.funding import ChargePayment, FundingLine
from models.tables.record import Decision
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.decisions.particulars import unwritable
from rules.errors import InvalidDecisionError, StatuteError, StepNotOpenError
from rules.grants.funding import FundingKind
from rules.grants.grant import MAXIMUM_PENCE
from rules.money import pounds
from rules.orders import GROUNDS, Ground
from rules.pathway import CaseStatus
from rules.people import Role, check_second_person
from services.cases.effect import Context, Effect, applies
from services.cases.messages import tell
from services.grants.approve import check_limit
from services.grants.budgets import commit_charge
from services.grants.budgets_handed import draw_back
from services.grants.fundings import funding_lines

PAID: Final = (
    select(*ChargePayment.__table__.c, FundingLine.description)
    .join(FundingLine, FundingLine.id == ChargePayment.line_id)
    .where(ChargePayment.case_id == bindparam("case_id"))
    .order_by(ChargePayment.id)
)
"""The charges of a case that were paid after it had ended, by ``case_id``."""

_KEEP: Final = insert(ChargePayment)
_LEFT: Final = rows_by(Decision, "case_id").where(Decision.kind == "exit").order_by(Decision.id)
TO_APPLICANT: Final = "the applicant or their estate"
LONGEST: Final = 200
"""Characters of an invoice's number and of who is paid."""
_CHARGES: Final = (FundingKind.FEE, FundingKind.ANCILLARY)


@decided(
    "pay-charges",
    at=None,
    by=frozenset({Role.APPROVING_OFFICER}),
    plan="Whether charges are paid after the case has ended is discretionary (ss.41, 56).",
    after_end=True,
    moves_money=True,
)
class PayCharges(BaseDecision):
    """A fee or charge that the applicant was liable for is paid after the case has ended."""

    what: str = particular(
        "The fee or charge, as it is recorded.",
        "--what",
        label="Which fee or charge",
        offers="charges_unpaid",
    )
    invoice: str = particular(
        "The number of the invoice or receipt that shows it.", label="Invoice or receipt"
    )
    supplier: str = particular(
        "Who is paid, such as an agency; the applicant or their estate if left out.",
        "--to",
        default="",
        label="Who is paid",
        hint="The agency or firm on the invoice. Empty where the applicant paid it already: then "
        "they or their estate are paid.",
    )
    amount_pence: int | None = particular(
        "How much of it; all where left out.",
        "--amount",
        unit="pounds",
        default=None,
        label="How much of it",
        hint="Pounds; empty for all of it.",
    )

    def problems(self) -> tuple[str, ...]:
        """Return an amount that is not above zero, and an invoice or payee that cannot be."""
        words = f"{self.invoice}{self.supplier}"
        found = list(unwritable(words))
        if self.amount_pence is not None and self.amount_pence <= 0:
            found.append("An amount is above zero.")
        if not self.invoice.strip() or len(words) > LONGEST:
            found.append(
                f"Name the invoice or receipt; with who is paid in {LONGEST} characters at most."
            )
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was paid, and on what ground."""
        paid, ground = facts.pounds("paid_pence"), GROUNDS.get(facts["ground"] or "")
        why = f", because {ground.words} ({ground.section})" if ground else ""
        on = known(" on {}", facts["invoice"])
        whom = f" to {facts['supplier'] or TO_APPLICANT}" if facts["invoice"] else ""
        return f"Paid after the end: {known('{} of ', paid)}“{facts['what']}”{whom}{on}{why}."


def check_pay_charges(context: Context) -> tuple[str, Ground]:
    """Return the ground on which a case ended, where the Act lets the authority pay charges."""
    case = context.case
    name = _ground_of(context.conn, case_id=case.id) if case.status_is_exit() else None
    ground = GROUNDS.get(name or "")
    if name is None or ground is None or not ground.grant_pays:
        what = (
            f"Where {ground.words}, nothing is paid."
            if ground
            else f"{case.reference} has not ended on a ground of the Act."
        )
        raise StepNotOpenError(
            what,
            why="Charges are paid after a death, a move, or where the need has ceased.",
            next_step="The ground is recorded as the case ends.",
        )
    if not unpaid_charges(context.conn, case_id=case.id):
        raise StepNotOpenError(
            f"No fee or charge of {case.reference} is unpaid.", next_step="Nothing was changed."
        )
    check_second_person(
        actor=context.actor,
        earlier=who_decided(context.conn, case_id=case.id, kinds=("exit", "end-order")),
        act="pay its charges",
    )
    return name, ground


def _ground_of(conn: Connection, *, case_id: int) -> str | None:
    left = rows(conn, _LEFT, case_id=case_id)
    if left:
        return left[-1].facts.get("ground") or None
    ended = [ending_of(conn, order_id=order.id) for order in orders_on(conn, case_id=case_id)]
    return next((one.ground for one in reversed(ended) if one is not None), None)


@applies(PayCharges, check=check_pay_charges)
def pay_charges(context: Context, decision: PayCharges, found: tuple[str, Ground]) -> Effect:
    """Pay a charge once, within what is recorded of it, the grant, the limit and the budget."""
    name, ground = found
    line = _line(context, decision)
    amount = line.amount_pence if decision.amount_pence is None else decision.amount_pence
    _check_within(context, line, amount, section=ground.section)
    check_limit(context, grant_pence=amount)
    draw_back(context.conn, case=context.case.row, pence=amount, on=context.today)
    commit_charge(context.conn, case=context.case.row, pence=amount)
    context.conn.execute(
        _KEEP,
        {
            "case_id": context.case.id,
            "line_id": line.id,
            "ground": name,
            "amount_pence": amount,
            "paid_on": context.today,
            "decided_by": context.actor.identity,
            "supplier": decision.supplier.strip(),
            "invoice": decision.invoice.strip(),
        },
    )
    facts = {"what": line.description, "paid_pence": amount, "ground": name}
    whom = decision.supplier.strip() or TO_APPLICANT
    notice = f"No payment run takes it: finance pays {pounds(amount)} to {whom}."
    return Effect(to=None, facts=facts, notice=f"{notice}{_tell(context, decision, line, facts)}")


def _tell(context: Context, decision: PayCharges, line: AnyRow, facts: dict[str, Any]) -> str:
    """Write to the client once; after a death nobody is written to, and the officer calls."""
    case, ground = context.case, GROUNDS[facts["ground"]]
    if case.status is CaseStatus.DIED:
        return " No letter goes to the home after a death: tell whoever acts for the estate."
    tell(
        case,
        kind="charge_paid_to_client",
        once_for=str(line.id),
        to=client_of(case.row),
        context={
            "what": line.description,
            "paid_pence": facts["paid_pence"],
            "supplier": decision.supplier.strip(),
            "invoice": decision.invoice.strip(),
            "ground": ground.words,
            "section": ground.section,
        },
    )
    return ""


def unpaid_charges(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the fees and charges of a case that nobody has paid since it ended."""
    paid = {row.line_id for row in rows(conn, PAID, case_id=case_id)}
    lines = funding_lines(conn, case_id=case_id)
    return [row for row in lines if row.kind in _CHARGES and row.id not in paid]


def charges_paid(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the charges of a case that were paid after it had ended."""
    return list(rows(conn, PAID, case_id=case_id))


def _line(context: Context, decision: PayCharges) -> Any:
    wanted = " ".join(decision.what.split()).casefold()
    unpaid = unpaid_charges(context.conn, case_id=context.case.id)
    for row in unpaid:
        if row.description.casefold() == wanted:
            return row
    names = "; ".join(row.description for row in unpaid) or "none"
    raise InvalidDecisionError(
        f"“{decision.what}” is no unpaid fee or charge of {context.case.reference}.",
        why=f"Unpaid are: {names}.",
        next_step="Nothing was recorded.",
    )


def _check_within(context: Context, line: AnyRow, amount: int, *, section: str) -> None:
    conn, case_id = context.conn, context.case.id
    approval = approval_of(conn, case_id=case_id)
    granted = approval is not None and approval.outcome == "approved"
    most = approval.grant_pence if granted and approval is not None else MAXIMUM_PENCE
    ended = [ending_of(conn, order_id=order.id) for order in orders_on(conn, case_id=case_id)]
    works = sum(one.grant_pence for one in ended if one is not None)
    before = sum(row.amount_pence for row in charges_paid(conn, case_id=case_id))
    if amount > line.amount_pence or works + before + amount > most:
        raise StatuteError(
            f"{pounds(amount)} cannot be paid of “{line.description}”.",
            why=f"It is recorded at {pounds(line.amount_pence)}, and of at most {pounds(most)} "
            f"{pounds(works + before)} is paid or payable already.",
            section=section,
            next_step="Pay less; nothing was recorded.",
        )
