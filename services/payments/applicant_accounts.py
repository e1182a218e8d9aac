"""Bank details of an applicant who is paid: recorded by one person, confirmed by another."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from models.asked import one
from models.base import AnyRow, Instant, rows_by
from models.case_queries import decided_on
from models.contacts import client_of
from models.people import name_of
from models.tables.payments import ApplicantAccount
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import AlreadyDecidedError, InvalidTermsError, NotPermittedError, StepNotOpenError
from rules.payment_runs import Account, account_of
from rules.people import Role
from services.cases import CaseInHand, Context, Effect, applies, tell
from services.payments.accounts import closed, opened
from services.payments.payee import PayApplicant

_OF: Final = rows_by(ApplicantAccount, "case_id").order_by(ApplicantAccount.id.desc())
_WAITS: Final = _OF.where(ApplicantAccount.state == "waiting")
_IN_FORCE: Final = _OF.where(ApplicantAccount.state == "confirmed").limit(1)
_LOOK: Final = update(ApplicantAccount).where(ApplicantAccount.id == bindparam("row_id"))
_ERASE: Final = update(ApplicantAccount).where(
    ApplicantAccount.case_id == bindparam("of_case"),
    ApplicantAccount.changed_at > bindparam("since", type_=Instant),
)
PIECES: Final = select(ApplicantAccount.case_id, ApplicantAccount.changed_at.label("at"))
"""Whose bank details there are, and since when."""

_FINANCE: Final = frozenset({Role.FINANCE})


@decided(
    "applicant-account",
    at=None,
    by=_FINANCE,
    any_time=True,
    after_end=True,
    moves_money=True,
    sealed=frozenset({"name", "sort_code", "number"}),
)
class RecordApplicantAccount(BaseDecision):
    """Bank details of the applicant; nothing is paid to them before another confirms them."""

    name: str = particular(
        "Whose account it is, as the bank knows it.", label="Name of the account"
    )
    sort_code: str = particular("Its sort code, such as 20-00-00.", label="Sort code")
    number: str = particular("Its number: eight digits.", label="Account number")

    def problems(self) -> tuple[str, ...]:
        """Return why these can be no bank details."""
        try:
            account_of(name=self.name, sort_code=self.sort_code, number=self.number)
        except InvalidTermsError as error:
            return (error.why,)
        return ()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say that there are new ones, by their ending alone."""
        return (
            f"Bank details of the applicant{known(', ending {},', facts['ending'])} are recorded."
        )


@decided(
    "look-at-applicant-account",
    at=None,
    by=_FINANCE,
    any_time=True,
    after_end=True,
    moves_money=True,
)
class LookAtApplicantAccount(BaseDecision):
    """A second person confirms or refuses the applicant's bank details."""

    confirmed: bool = particular(
        "What was found, after a call on a number that was on file before.",
        "--confirm/--refuse",
        asks=True,
        label="What you found",
        answers=(
            "The applicant confirmed them on a number that we held before",
            "They are refused",
        ),
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was found."""
        found = "confirmed" if facts["confirmed"] else "refused"
        return f"Bank details of the applicant{known(', ending {},', facts['ending'])} are {found}."


def applicant_in_force(
    conn: Connection, *, case_id: int, reference: str
) -> tuple[int, Account] | None:
    """Return the bank details that were confirmed last with their number, or None.

    Raises:
        BrokenStateError: They were sealed with another key.
    """
    row = one(conn, _IN_FORCE, case_id=case_id)
    return (row.id, opened(row.details, about=reference)) if row else None


def check_none_waits(context: Context) -> None:
    """Refuse bank details that nothing is paid to, and new ones while others wait."""
    made = {row.kind for row in decided_on(context.conn, case_id=context.case.id)}
    if PayApplicant.kind not in made:
        raise StepNotOpenError(
            f"Nobody decided that the applicant of {context.case.reference} is paid.",
            why="The contractor is paid directly, or nothing is paid yet (s.39).",
            next_step="An officer or a manager decides it first: "
            f"`handrail decide {context.case.reference} pay-applicant`.",
        )
    waits = one(context.conn, _WAITS, case_id=context.case.id)
    if waits is not None:
        raise AlreadyDecidedError(
            f"Bank details ending {waits.ending} wait already to be confirmed.",
            next_step="Confirm or refuse those first.",
        )


@applies(RecordApplicantAccount, check=check_none_waits)
def record_account(context: Context, decision: RecordApplicantAccount, _: None) -> Effect:
    """Keep them sealed, and tell the applicant at the address on file."""
    account = account_of(name=decision.name, sort_code=decision.sort_code, number=decision.number)
    context.conn.execute(
        insert(ApplicantAccount),
        {
            "case_id": context.case.id,
            "details": closed(account, about=context.case.reference),
            "ending": account.ending,
            "state": "waiting",
            "changed_by": context.actor.identity,
            "changed_at": context.now,
        },
    )
    _tell(context, account.ending, "changed")
    return Effect(to=None, facts={"ending": account.ending})


def check_look(context: Context) -> AnyRow:
    """Return the bank details that wait, for somebody other than who recorded them."""
    row = one(context.conn, _WAITS, case_id=context.case.id)
    if row is None:
        raise StepNotOpenError(
            f"No bank details of the applicant of {context.case.reference} wait.",
            next_step="Nothing was changed.",
        )
    if context.actor.identity == row.changed_by:
        raise NotPermittedError(
            f"{name_of(context.conn, row.changed_by)} recorded these bank details and may not look "
            "at them as well.",
            why="Two people see them, so that no single letter or call diverts a payment.",
            next_step="Ask another officer of finance, who calls the applicant on a number that "
            "was on file before.",
        )
    return row


@applies(LookAtApplicantAccount, check=check_look)
def look_at_account(context: Context, decision: LookAtApplicantAccount, row: AnyRow) -> Effect:
    """Put them in force, or refuse them; the applicant is told."""
    found = "confirmed" if decision.confirmed else "refused"
    by = {"looked_by": context.actor.identity, "looked_at": context.now}
    context.conn.execute(_LOOK, {"row_id": row.id, "state": found, **by})
    _tell(context, row.ending, found)
    return Effect(to=None, facts={"ending": row.ending})


def _tell(context: Context, ending: str, what: str) -> None:
    tell(
        context.case,
        kind="bank_details_to_applicant",
        once_for=f"{context.now.isoformat()}:{what}",
        to=client_of(context.case.row),
        context={"ending": ending, "what": what},
    )


def erase_accounts(case: CaseInHand, *, since: datetime, said: str) -> int:
    """Erase an applicant's bank details; return how many."""
    values = {"of_case": case.id, "since": since, "details": said, "ending": ""}
    return case.conn.execute(_ERASE, values).rowcount
