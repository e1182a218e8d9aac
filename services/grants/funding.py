"""Decisions on who pays: fees and other funders, and the waiver of the means test."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.funding import FundingLine
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StatuteError
from rules.grants.funding import FundingKind
from rules.grants.waterfall import CHARGES
from rules.money import pounds
from rules.people import OFFICERS, Role
from rules.typed import read_named_sum
from services.cases.effect import Context, Effect, applies
from services.grants.fundings import funding_lines, price_to_reckon, reckoned

LONGEST: Final = 120
"""Characters of a description; it is one line of a letter."""

_KEEP: Final = insert(FundingLine)
_REMOVE: Final = (
    update(FundingLine)
    .where(FundingLine.id == bindparam("line_id"))
    .values(removed_at=bindparam("at"))
)


class Liable(StrEnum):
    """Who is liable for a charge beside the works."""

    APPLICANT = "applicant"
    OTHERS = "others"


def _named(name: str, help: str, kind: FundingKind, **fills: Liable) -> Option:  # noqa: A002 - as in Option
    fills_too = {"funding": kind, **fills}
    return Option(name, help, fills=fills_too, splits=_named_sum, entry="WHAT=POUNDS")


def _named_sum(text: str) -> dict[str, Any]:
    what, pence = read_named_sum(text)
    return {"description": what, "amount_pence": pence}


@decided("funding", at=None, by=OFFICERS | {Role.FINANCE}, before_approval=True, several=True)
class RecordFunding(BaseDecision):
    """Fees and charges, what others put in, and what no longer holds; several at once or none."""

    funding: FundingKind | None = particular(
        "What it is; of a line taken out, only where two are called alike.",
        typed=False,
        otherwise=None,
    )
    description: str = particular(
        "For whom or from whom, as printed.",
        Option("--remove", "Take out the line of this name.", fills={"removed": True}),
        _named("--fee", "A fee: survey, design, agency.", FundingKind.FEE),
        _named(
            "--ancillary",
            "Another charge that the applicant is liable for, such as building control.",
            FundingKind.ANCILLARY,
            liable=Liable.APPLICANT,
        ),
        _named("--provider", "What the registered provider puts in.", FundingKind.PROVIDER),
        _named("--other-funder", "What somebody else puts in.", FundingKind.OTHER_FUNDER),
        _named(
            "--top-up", "Discretionary help with what is above the maximum.", FundingKind.TOP_UP
        ),
        _named(
            "--contribution-top-up",
            "Discretionary help with the client's contribution.",
            FundingKind.CONTRIBUTION_TOP_UP,
        ),
        _named(
            "--charge-of-others",
            "A charge that somebody else is liable for: not one of the grant’s.",
            FundingKind.ANCILLARY,
            liable=Liable.OTHERS,
        ),
        entry="WHAT",
        repeat=True,
    )
    amount_pence: int = particular("How much, above zero.", unit="pounds", default=0, typed=False)
    removed: bool = particular("This line no longer holds.", default=False, typed=False)
    liable: Liable | None = particular(
        "Who is liable for a charge beside the works.", default=None, typed=False
    )

    def problems(self) -> tuple[str, ...]:
        """Return a missing description and an amount that is not above zero."""
        found = [] if self.description.strip() else ["Say what it is for, or who pays it."]
        if not self.removed and self.funding is None:
            found.append("Say what kind of line it is.")
        if self.funding is FundingKind.ANCILLARY and not self.removed and self.liable is None:
            found.append("Say who is liable for the charge.")
        if not self.removed and self.amount_pence <= 0:
            found.append("An amount is above zero.")
        if self.removed and self.amount_pence:
            found.append("To take a line out, give no amount.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        kind, what = facts.words("funding").capitalize() or "Funding", facts["description"]
        verb = "taken out" if facts["removed"] else "recorded"
        sum_ = known(" of {}", facts["amount_pence"] and facts.pounds("amount_pence"))
        return f"{kind} “{what}”{sum_} {verb}."


@applies(RecordFunding)
def record_funding(context: Context, decision: RecordFunding) -> Effect:
    """Add a fee, a charge or a funder to the case, or take one out; none is ever deleted."""
    description = " ".join(decision.description.split())
    if len(description) > LONGEST:
        raise InvalidDecisionError(
            f"A description has at most {LONGEST} characters, not {len(description)}.",
            why="It is printed as one line of the letter.",
            next_step="Shorten it; nothing was recorded.",
        )
    held = funding_lines(context.conn, case_id=context.case.id)
    if decision.removed:
        line = _to_take_out(context, held, kind=decision.funding, description=description)
        _removed(context.conn, line=line, now=context.now)
        facts = {"funding": line.kind, "description": line.description}
        return recorded(context, facts | {"amount_pence": line.amount_pence})
    if decision.liable is Liable.OTHERS:
        raise StatuteError(
            f"The applicant is not liable for “{description}”.",
            why="Of services and charges beside the works, a grant pays those alone for which the "
            "applicant is liable.",
            section="s.2(3); SI 1996/2889",
            next_step="Whoever is liable pays it; nothing was recorded.",
        )
    kind = decision.funding or FundingKind.FEE  # ``problems`` refuses a line of no kind
    same = _same(held, kind=kind, description=description)
    if same is not None:
        raise AlreadyDecidedError(
            f"“{same.description}” is recorded on {context.case.reference} already, at "
            f"{pounds(same.amount_pence)}.",
            next_step=f'Take it out first: `--remove "{same.description}"`, in the same command '
            "if you like.",
        )
    _add(context, kind=kind, description=description, amount_pence=decision.amount_pence)
    return recorded(context, {"description": description})


def recorded(
    context: Context, facts: dict[str, Any], *, contribution_pence: int | None = None
) -> Effect:
    """Return the effect, which tells whoever decides what the grant now comes to.

    Args:
        contribution_pence: What is being recorded; as the case has it where left out.
    """
    price = price_to_reckon(context.conn, case_id=context.case.id)
    if price is None:
        return Effect(to=None, facts=facts, notice="The works are not priced in full yet.")
    row, today = context.case.row, context.today
    grant = reckoned(
        context.conn, case=row, price=price, today=today, contribution_pence=contribution_pence
    ).grant
    left = grant.own_contribution_pence + grant.uncovered_pence
    notice = (
        f"The grant would be {pounds(grant.grant_pence)} of a cost of "
        f"{pounds(grant.expense_pence)}; {pounds(left)} is left to the client."
    )
    return Effect(to=None, facts=facts, notice=notice)


def keep_fee(context: Context, *, amount_pence: int) -> None:
    """Keep the charges given with an approval as a fee, instead of those given with an earlier one.

    Args:
        context: What the approval is recorded in.
        amount_pence: The charges, in pence; nothing leaves what is recorded as it is.
    """
    if not amount_pence:
        return
    held = funding_lines(context.conn, case_id=context.case.id)
    earlier = _same(held, kind=FundingKind.FEE, description=CHARGES)
    if earlier is not None:
        _removed(context.conn, line=earlier, now=context.now)
    _add(context, kind=FundingKind.FEE, description=CHARGES, amount_pence=amount_pence)


def _add(context: Context, *, kind: FundingKind, description: str, amount_pence: int) -> None:
    context.conn.execute(
        _KEEP,
        {
            "case_id": context.case.id,
            "kind": kind.value,
            "description": description,
            "amount_pence": amount_pence,
            "recorded_by": context.actor.identity,
            "recorded_at": context.now,
        },
    )


def _same(held: list[AnyRow], *, kind: FundingKind, description: str) -> AnyRow | None:
    words = description.casefold()
    return next(
        (row for row in held if row.kind == kind.value and row.description.casefold() == words),
        None,
    )


def _to_take_out(
    context: Context, held: list[AnyRow], *, kind: FundingKind | None, description: str
) -> AnyRow:
    """Return the one line of that name; “kind: name” tells two that are called alike apart."""
    wanted = description.casefold()
    named = {f"{row.kind.replace('_', ' ')}: {row.description}": row for row in held}
    alike = [
        row
        for words, row in named.items()
        if kind in (None, row.kind) and wanted in (row.description.casefold(), words.casefold())
    ]
    if len(alike) == 1:
        return alike[0]
    if kind is not None:
        raise InvalidDecisionError(
            f"No {kind.value.replace('_', ' ')} called “{description}” is recorded on "
            f"{context.case.reference}.",
            why=f"Recorded are: {'; '.join(named)}." if named else "None is.",
            next_step="Nothing was taken out.",
        )
    lines = ", ".join(f"“{words}”" for words in named)
    raise InvalidDecisionError(
        f"“{description}” is not one line of the funding of {context.case.reference}.",
        why=f"Recorded are {lines}." if lines else "None is recorded.",
        next_step="Name one of them; nothing was recorded.",
    )


def _removed(conn: Connection, *, line: AnyRow, now: datetime) -> None:
    conn.execute(_REMOVE, {"line_id": line.id, "at": now})


# ---- the means test
