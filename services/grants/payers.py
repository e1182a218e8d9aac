"""Who pays what the grant does not: counted against the cost, waited for, and told."""

from dataclasses import replace
from typing import Final

from sqlalchemy.engine import Connection

from models.asked import rows
from models.base import AnyRow, rows_by
from models.case_queries import price_by_id
from models.contacts import client_of, contractor_of
from models.replaced import done_before
from models.tables.funding import PayerShare
from rules.clocks.dates import london_date
from rules.grants.payers import Cover, PayerHow, Share
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell
from services.grants.proportions import Recalculated, recalculated

AGREE_DAYS: Final = 10
"""Working days in which the client is asked to say how their part is paid; not verified."""

SHARES: Final = (
    rows_by(PayerShare, "case_id").where(PayerShare.ended_at.is_(None)).order_by(PayerShare.id)
)
"""What others pay on a case now."""


def shares_of(conn: Connection, *, case_id: int) -> tuple[Share, ...]:
    """Return what others pay on a case, in the order recorded."""
    found = rows(conn, SHARES, case_id=case_id)
    return tuple(Share(row.payer, PayerHow(row.how), row.amount_pence) for row in found)


def cover_of(conn: Connection, *, approval: AnyRow, works_pence: int | None = None) -> Cover:
    """Return an approval's cost beside everybody who pays for it.

    Args:
        works_pence: The works with VAT, where they are ordered for less than was approved.
    """
    works = approval.works_pence if works_pence is None else works_pence
    cover = Cover(
        cost_pence=works + approval.fees_pence,
        grant_pence=approval.grant_pence,
        top_up_pence=approval.top_up_pence,
        shares=shares_of(conn, case_id=approval.case_id),
    )
    found = recalculated(conn, approval=approval)
    return _in_proportion(conn, cover, found) if found and found.reduced else cover


def _in_proportion(conn: Connection, cover: Cover, found: Recalculated) -> Cover:
    """Return the cover of a grant that was reduced; who pays what was recorded since, as it is."""
    held = zip(rows(conn, SHARES, case_id=found.case_id), cover.shares, strict=True)
    newer = {n for n, (row, _) in enumerate(held) if row.recorded_at > found.decided_at}
    named = list(enumerate(cover.shares))
    before = tuple(one for n, one in named if n not in newer)
    since = tuple(one for n, one in named if n in newer)
    scaled = replace(cover, shares=before).in_proportion(found.proportion)
    return replace(scaled, shares=(*scaled.shares, *since))


def cover_left(conn: Connection, *, approval: AnyRow, works_pence: int) -> Cover:
    """Return the cover that is left to an order, after those that it takes the place of.

    Args:
        works_pence: That order with VAT.
    """
    before = done_before(conn, case_id=approval.case_id)
    cover = cover_of(conn, approval=approval, works_pence=before.total_pence + works_pence)
    return cover.less(
        total_pence=before.total_pence,
        direct_pence=before.direct_pence,
        grant_pence=before.grant_pence,
    )


def open_words(cover: Cover, *, reference: str) -> str:
    """Return how much is covered by nobody, and what clears it, to end a sentence."""
    return (
        f"{pounds(cover.open_pence)} of the cost of {pounds(cover.cost_pence)} is covered by "
        f"nobody yet: record who pays it, `handrail decide {reference} payers`"
    )


def await_payers(case: CaseInHand, *, approval: AnyRow, cover: Cover) -> None:
    """Let the order wait until every penny has a payer, and ask the client how theirs is paid.

    Source: ss.30 and 33: the grant pays neither the contribution nor what is above the maximum.
    """
    opened_on = london_date(case.steps[StepName.ORDER].opened_at)
    reply_by = case.calendar.add(opened_on, AGREE_DAYS)
    tell(
        case,
        kind="cost_share_to_client",
        once_for=str(approval.id),
        to=client_of(case.row),
        context={
            "cost_pence": cover.cost_pence,
            "grant_pence": cover.grant_pence,
            "open_pence": cover.open_pence,
            "reply_by": reply_by,
        },
    )
    case.move(
        StepName.ORDER,
        StepStatus.WAITING,
        owner="client",
        waiting_for=f"{open_words(cover, reference=case.reference)} (s.30, s.33)",
    )
    why = "the client has until then to say how their part is paid"
    case.date_step(StepName.ORDER, until=reply_by, why=why)


def tell_paid_directly(case: CaseInHand, *, order: AnyRow, changed: bool = False) -> None:
    """Tell the contractor what others pay it directly; where nothing is, only if that changed."""
    shares = shares_of(case.conn, case_id=case.id)
    direct = [share for share in shares if share.how is PayerHow.DIRECT]
    before = done_before(case.conn, case_id=case.id).direct_pence
    less = [f"less {pounds(before)} for what another contractor did before you"] if before else []
    if not direct and not changed:
        return
    tell(
        case,
        kind="paid_directly_to_contractor",
        once_for=f"{order.number}:{sum(share.amount_pence for share in direct)}",
        to=contractor_of(case.conn, code=order.contractor),
        context={
            "order_number": order.number,
            "total_pence": price_by_id(case.conn, price_id=order.price_id).total_pence,
            "paid_directly": [f"{pounds(one.amount_pence)} by {one.payer}" for one in direct]
            + less,
        },
    )
