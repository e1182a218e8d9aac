"""What a client is given of their works: the schedule of them with each order, and the asking.

The Ombudsman found clients who were never given the schedule of works: here no order leaves without
it, in the same transaction.
"""

from collections.abc import Sequence
from typing import Any

from models.base import AnyRow
from models.case_queries import approval_in_force, price_by_id
from models.contacts import client_of, contractor_of
from rules.numbers import written
from rules.people import Role
from services.assignment.order_works import lines_printed
from services.cases import CaseInHand, tell
from services.links.links import make_case_link


def tell_ordered(case: CaseInHand, *, order: AnyRow) -> None:
    """Send the client the schedule of works with the order: what, where, by whom, at what cost."""
    firm = contractor_of(case.conn, code=order.contractor)
    tell(
        case,
        kind="order_to_client",
        once_for=f"{order.number}:{order.version}",
        to=client_of(case.row),
        context={
            "order_number": order.number,
            "contractor_name": firm.name,
            "contractor_phone": firm.phone,
            "contractor_email": firm.email,
            "start_by": order.start_by,
            "complete_by": order.complete_by,
            **_works(case, order),
        },
    )


def tell_varied(case: CaseInHand, *, order: AnyRow, changed: Sequence[str]) -> None:
    """Send the client what changed, and the schedule of works as it stands with it."""
    tell(
        case,
        kind="order_varied_to_client",
        once_for=f"{order.number}:{order.version}",
        to=client_of(case.row),
        context={"changed": list(changed), "complete_by": order.complete_by, **_works(case, order)},
    )


def ask_view(case: CaseInHand, *, order: AnyRow) -> None:
    """Ask the client what they think of works that are said to be complete."""
    tell(
        case,
        kind="complete_to_client",
        once_for=f"{order.number}:{order.completed_on}",
        to=client_of(case.row),
        context={
            "contractor_name": contractor_of(case.conn, code=order.contractor).name,
            "completed_on": order.completed_on,
            "page": _page(case),
        },
    )


def _works(case: CaseInHand, order: AnyRow) -> dict[str, Any]:
    """Return the works as a schedule, what they cost and who pays it, and the client's page."""
    approval = approval_in_force(case.conn, case_id=case.id)
    price = price_by_id(case.conn, price_id=order.price_id)
    return {
        "works": [
            {
                "line": line.line,
                "what": line.description,
                "quantity": written(line.quantity),
                "unit": line.unit,
                "where": line.location,
            }
            for line in lines_printed(case.conn, case=case.row, order=order)
        ],
        "sums": {
            "total_pence": price.total_pence,
            "grant_pence": approval.grant_pence,
            "contribution_pence": approval.contribution_pence,
        },
        "page": _page(case),
    }


def _page(case: CaseInHand) -> str:
    return make_case_link(case.conn, case_id=case.id, role=Role.CLIENT, now=case.now)
