"""Versions of orders: numbered without a gap, and each at the price that its variation agreed."""

from typing import Any, Final

from sqlalchemy import Select, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from models.tables.cases import Case
from models.tables.prices import Price
from models.tables.record import Decision
from models.tables.variations import OrderVersion, Variation, VariationLine
from models.tables.works import Approval, WorkOrder
from services.grants.approve import PRICING
from services.orders.variations import CLAIMING
from services.verification.checks import Check, of_case

_before: Final = aliased(OrderVersion)
_price, _earlier = aliased(Price), aliased(Price)
_LAST: Final = func.max(OrderVersion.version)
_earliest: Final = aliased(OrderVersion)
_FIRST: Final = (
    select(func.min(_earliest.version))
    .where(_earliest.order_id == WorkOrder.id)
    .correlate(WorkOrder)
    .scalar_subquery()
)
"""The versions of a case's orders count on, one order after the other."""


def _of_orders(*columns: Any) -> Select[*tuple[Any, ...]]:
    return of_case(WorkOrder, WorkOrder.number, *columns)


def _of_versions(*columns: Any) -> Select[*tuple[Any, ...]]:
    query = _of_orders(OrderVersion.version, *columns)
    return query.join(OrderVersion, OrderVersion.order_id == WorkOrder.id)


def _of_variations(*columns: Any) -> Select[*tuple[Any, ...]]:
    query = _of_orders(Variation.number.label("variation"), *columns)
    return query.join(Variation, Variation.order_id == WorkOrder.id)


_OF_LINES: Final = (
    select(VariationLine.variation_id)
    .add_columns(
        *(
            func.sum(case((VariationLine.taken.is_(True), column), else_=0)).label(column.key)
            for column in (VariationLine.agreed_net_pence, VariationLine.agreed_vat_pence)
        )
    )
    .group_by(VariationLine.variation_id)
    .subquery()
)

VERSIONS: Final = (
    Check(
        _of_orders(func.count(OrderVersion.version).label("held"), WorkOrder.version)
        .outerjoin(OrderVersion, OrderVersion.order_id == WorkOrder.id)
        .group_by(Case.reference, WorkOrder.id, WorkOrder.number, WorkOrder.version)
        .having(
            or_(
                and_(func.count(OrderVersion.version) == 0, WorkOrder.version != 1),
                and_(
                    func.count(OrderVersion.version) > 0,
                    or_(
                        WorkOrder.version != _LAST,
                        func.count() != _LAST - func.min(OrderVersion.version) + 1,
                        func.count(OrderVersion.variation_id) == func.count(),
                    ),
                ),
            )
        ),
        "{number} is in version {version}, and {held} versions of it are kept.",
    ),
    Check(
        _of_versions().where(
            OrderVersion.version == WorkOrder.version,
            or_(
                OrderVersion.price_id != WorkOrder.price_id,
                OrderVersion.approval_id != WorkOrder.approval_id,
            ),
        ),
        "{number} is not at the price, or the approval, of its newest version, {version}.",
    ),
    Check(
        _of_versions(Price.total_pence, Approval.works_pence)
        .join(Price, Price.id == OrderVersion.price_id)
        .join(Approval, Approval.id == OrderVersion.approval_id)
        .where(or_(Price.total_pence > Approval.works_pence, Approval.outcome != "approved")),
        "Version {version} of {number} orders works for {total_pence}; {works_pence} were approved "
        "(s.34(5)).",
    ),
    Check(
        _of_versions()
        .outerjoin(Variation, Variation.id == OrderVersion.variation_id)
        .where(
            OrderVersion.version > _FIRST,
            func.coalesce(Variation.version, 0) != OrderVersion.version,
        ),
        "Version {version} of {number} comes of no approved variation.",
    ),
    Check(
        _of_variations()
        .outerjoin(OrderVersion, OrderVersion.variation_id == Variation.id)
        .where(Variation.status == "approved", OrderVersion.version.is_(None)),
        "Variation {variation} of {number} is approved, and no version of the order comes of it.",
    ),
    Check(
        _of_variations(OrderVersion.version, Variation.agreed_net_pence)
        .join(OrderVersion, OrderVersion.variation_id == Variation.id)
        .join(
            _before,
            and_(
                _before.order_id == OrderVersion.order_id,
                _before.version == OrderVersion.version - 1,
            ),
        )
        .join(_price, _price.id == OrderVersion.price_id)
        .join(_earlier, _earlier.id == _before.price_id)
        .where(
            or_(
                _price.net_pence - _earlier.net_pence != Variation.agreed_net_pence,
                _price.vat_pence - _earlier.vat_pence != Variation.agreed_vat_pence,
            )
        ),
        "Version {version} of {number} does not differ from the one before by the "
        "{agreed_net_pence} net, and its VAT, of variation {variation}.",
    ),
    Check(
        _of_variations(Variation.agreed_net_pence)
        .outerjoin(_OF_LINES, _OF_LINES.c.variation_id == Variation.id)
        .where(
            Variation.agreed_net_pence.is_not(None),
            or_(
                func.coalesce(_OF_LINES.c.agreed_net_pence, 0) != Variation.agreed_net_pence,
                func.coalesce(_OF_LINES.c.agreed_vat_pence, 0) != Variation.agreed_vat_pence,
            ),
        ),
        "The sum agreed for variation {variation} of {number}, {agreed_net_pence} net, is not that "
        "of its lines.",
    ),
    Check(
        _of_variations(Variation.ended_by, Decision.kind)
        .join(
            Decision,
            and_(
                Decision.case_id == Case.id,
                Decision.actor == Variation.ended_by,
                Decision.kind.in_((*PRICING, *CLAIMING)),
            ),
        )
        .where(Variation.status == "approved")
        .distinct(),
        "{ended_by} approved variation {variation} of {number} after “{kind}” on the same case; "
        "two people are needed.",
    ),
    Check(
        of_case(Approval, Approval.limb).where(
            Approval.limb.is_not(None),
            not_(exists().where(OrderVersion.approval_id == Approval.id)),
        ),
        "The grant was redetermined (s.34(5), {limb}), and no version of an order rests on it.",
    ),
)
"""An order of an earlier release has no version on record before it is varied: it is version 1."""
