"""What a case's grant is reckoned from: fees, other funders, the means test and its waiver."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.asked import one, reference_rows, rows
from models.base import AnyRow, columns_of, rows_by
from models.case_queries import newest_award, newest_price, price_by_id
from models.replaced import done_before
from models.tables.funding import FundingLine, Waiver, WaiverRule
from rules.grants.funding import FundingKind
from rules.grants.grant import is_child
from rules.grants.waivers import WaiverTerms
from rules.grants.waterfall import FundingItem, MeansTest, Waterfall, reckon
from rules.pricing.works import Priced
from services.grants.terms import arithmetic_for

LINES: Final = (
    rows_by(FundingLine, "case_id").where(FundingLine.removed_at.is_(None)).order_by(FundingLine.id)
)
"""The fees, charges and funders that hold on a case, by ``case_id``."""

WAIVER: Final = rows_by(Waiver, "case_id")
"""The waiver of the means test on a case, by ``case_id``."""

_RULES: Final = (
    select(*columns_of(WaiverRule, WaiverTerms))
    .where(WaiverRule.authority == bindparam("authority"))
    .order_by(WaiverRule.rule)
)


def funding_lines(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the fees, charges and funders that hold on a case, in the order recorded."""
    return list(rows(conn, LINES, case_id=case_id))


def waiver_of(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the waiver of the means test on a case, or None."""
    return one(conn, WAIVER, case_id=case_id)


def waiver_rules(conn: Connection, *, authority: str) -> dict[str, WaiverTerms]:
    """Return an authority's rules for waiving the means test, whatever their dates."""
    rules = reference_rows(conn, _RULES, authority=authority)
    return {row.rule: WaiverTerms(**row._mapping) for row in rules}


def with_done_before(conn: Connection, *, case_id: int, price: AnyRow | Priced) -> AnyRow | Priced:
    """Return a price with what contractors that were replaced did: the works whole."""
    done = done_before(conn, case_id=case_id)
    if not done.total_pence:
        return price
    net, vat = price.net_pence + done.net_pence, price.vat_pence + done.vat_pence
    return Priced((), net, vat, net + vat)


def price_to_reckon(conn: Connection, *, case_id: int) -> AnyRow | Priced | None:
    """Return the price a grant is reckoned at: as awarded, else the newest; None if not full."""
    made = newest_award(conn, case_id=case_id)
    if made is not None and made.price_id is not None:
        awarded = price_by_id(conn, price_id=made.price_id)
        return with_done_before(conn, case_id=case_id, price=awarded)
    price = newest_price(conn, case_id=case_id)
    return None if price is None or price.basis.get("unpriced_lines") else price


def child_on(case: AnyRow, *, today: date) -> bool:
    """Say whether the disabled person was under 18 at the application; before one, whether is."""
    return is_child(born=case.date_of_birth, on=case.applied_on or today)


def reckoned(
    conn: Connection,
    *,
    case: AnyRow,
    price: AnyRow | Priced,
    today: date,
    contribution_pence: int | None = None,
    not_eligible_pence: int = 0,
) -> Waterfall:
    """Return the grant of a case at a price, with what is recorded on it now.

    Args:
        price: The price, kept or only worked out.
        contribution_pence: What is being recorded; as the case has it where left out.
        not_eligible_pence: Of the price with VAT, the lines that are left out.
    """
    waiver = waiver_of(conn, case_id=case.id)
    return reckon(
        net_pence=price.net_pence,
        vat_pence=price.vat_pence,
        items=[
            FundingItem(FundingKind(row.kind), row.description, row.amount_pence)
            for row in funding_lines(conn, case_id=case.id)
        ],
        means=MeansTest(
            contribution_pence=case.contribution_pence
            if contribution_pence is None
            else contribution_pence,
            waiver=f"{waiver.title} (rule {waiver.rule})" if waiver else "",
            child=child_on(case, today=today),
        ),
        arithmetic=arithmetic_for(conn, case=case, today=today),
        not_eligible_pence=not_eligible_pence,
    )
