"""The preview of a repricing: what it would do to each case, and the limits it would pass.

It reads one consistent view of the database and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, select

from models.base import AnyRow
from models.case_queries import consent_of, newest_price, price_by_id
from models.remembered import remembering
from models.tables.reference import Officer
from rules.clocks.dates import london_date
from rules.errors import HandrailError
from rules.grants.budgets import year_words
from rules.grants.grant import MAXIMUM_PENCE
from rules.people import Role
from rules.pricing.repricing import Foreseen, Outcome, Selection
from rules.pricing.repricing_limits import Claim, Limits, limits_passed
from rules.pricing.works import Priced
from services.cases import CaseInHand
from services.cases.take import take
from services.grants.budgets import budget_left
from services.grants.fundings import reckoned, waiver_of, waiver_rules
from services.pricing.new_prices import NewPrices, cost_now, new_prices
from services.pricing.scope import Bearing, as_meant, bearings

_APPROVERS: Final = select(Officer.authorities, Officer.approval_limit_pence).where(
    Officer.role == Role.APPROVING_OFFICER, Officer.approval_limit_pence.is_not(None)
)


def preview(conn: Connection, *, selection: Selection, now: datetime) -> list[Foreseen]:
    """Return what a repricing would do to each case that it bears on.

    Args:
        selection: Which cases, and the codes to put right.

    Raises:
        UnknownReferenceError: Something that the selection names is unknown.
        InvalidDecisionError: A case that is named does not go with the rest of the selection.
    """
    selection = as_meant(conn, selection)
    found = bearings(conn, selection=selection)
    today = london_date(now)
    limits = {code: _limits(conn, code, today) for code in {one.authority for one in found}}
    with remembering():
        return [
            _foreseen(conn, one, limits[one.authority], selection.replaced, now) for one in found
        ]


def _foreseen(
    conn: Connection, bearing: Bearing, limits: Limits, replaced: Mapping[str, str], now: datetime
) -> Foreseen:
    named = (bearing.reference, bearing.authority)
    if bearing.left:
        return Foreseen(*named, Outcome.LEFT, why=bearing.left)
    case = take(conn, reference=bearing.reference, now=now, to_change=False)
    try:
        new = new_prices(case, replaced=replaced)
    except HandrailError as error:
        return Foreseen(*named, Outcome.TROUBLE, before=cost_now(case), why=error.text())
    outcome = Outcome.REPRICED if new.changed else Outcome.UNCHANGED
    return Foreseen(*named, outcome, new.before, new.after, _passes(case, new, limits))


def _limits(conn: Connection, authority: str, today: date) -> Limits:
    """Return the limits that bear on every case of an authority."""
    held = [
        row.approval_limit_pence
        for row in conn.execute(_APPROVERS)
        if not row.authorities or authority in row.authorities
    ]
    budget = budget_left(conn, authority=authority, on=today)
    return Limits(
        authority=authority,
        maximum_pence=MAXIMUM_PENCE,
        delegated_pence=max(held, default=None),
        headroom_pence=budget.left_pence if budget else None,
        budget=f"the budget for {year_words(budget.year)}" if budget else "",
    )


def _passes(case: CaseInHand, new: NewPrices, limits: Limits) -> tuple[str, ...]:
    """Return the limits that a case would pass, once all of its works have a price."""
    if new.tendered is not None and new.after.contractor is not None and new.made is not None:
        priced = new.tendered.prices.priced[new.after.contractor]
        held: AnyRow | None = price_by_id(case.conn, price_id=new.made.price_id)
    elif new.estimate is not None and not new.estimate.unpriced:
        priced = new.estimate.priced
        held = newest_price(case.conn, case_id=case.id, kind="estimate")
    else:
        return ()
    return limits_passed(
        before=_claim(case, held) if held is not None else None,
        after=_claim(case, priced),
        limits=_limits_of(case, limits),
    )


def _claim(case: CaseInHand, price: AnyRow | Priced) -> Claim:
    today = london_date(case.now)
    grant = reckoned(case.conn, case=case.row, price=price, today=today).grant
    return Claim(price.net_pence, price.total_pence, grant.expense_pence, grant.grant_pence)


def _limits_of(case: CaseInHand, limits: Limits) -> Limits:
    """Return the limits of the authority with those of the case's own consent and waiver."""
    consent = consent_of(case.conn, case_id=case.id)
    if consent is not None and consent.basis == "pre_permission":
        limits = replace(limits, permitted_pence=consent.value_cap_pence)
    if waiver := waiver_of(case.conn, case_id=case.id):
        rule = waiver_rules(case.conn, authority=case.row.authority).get(waiver.rule)
        limits = replace(limits, waived_pence=rule.cost_cap_pence if rule else None)
    return limits
