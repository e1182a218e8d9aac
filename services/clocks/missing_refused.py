"""The clock of what was handed in and refused, while nothing makes up for it."""

from typing import Final

from sqlalchemy import and_, exists, func
from sqlalchemy.orm import aliased

from models.tables.completion import ClaimDocument
from models.tables.works import CompletionCertificate, WorkOrder
from rules.pathway import StepName
from services.clocks.open_steps import NO_DATE, of_open_step

OF_REFUSED: Final = of_open_step(
    StepName.SIGN_OFF, ClaimDocument.refused_at, NO_DATE, ClaimDocument.document
)
"""The question for it, before its order and what was refused of that are joined."""

_SINCE: Final = aliased(ClaimDocument)
REFUSED: Final = and_(
    ClaimDocument.order_id == WorkOrder.id,
    ClaimDocument.refused_at.is_not(None),
    ~exists().where(
        _SINCE.order_id == ClaimDocument.order_id,
        _SINCE.refused_at.is_(None),
        _SINCE.shows == ClaimDocument.shows,
        func.coalesce(_SINCE.line, 0) == func.coalesce(ClaimDocument.line, 0),
        func.coalesce(_SINCE.certificate, "") == func.coalesce(ClaimDocument.certificate, ""),
    ),
    ~exists().where(
        CompletionCertificate.order_id == ClaimDocument.order_id,
        CompletionCertificate.kind == ClaimDocument.certificate,
    ),
)
"""A document that was refused and nothing makes up for, as ``refused_on`` says it."""
