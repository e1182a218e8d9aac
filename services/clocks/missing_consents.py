"""The clocks of consents that ought to run at the open steps."""

from typing import Any, Final

from sqlalchemy import Select, and_, func, select

from models.consent_queries import AS_IT_STANDS
from models.tables.cases import CaseStep
from models.tables.works import Consent
from rules.pathway import StepName, StepStatus
from services.clocks.open_steps import NO_DATE, NO_SUBJECT, of_open_step

_NEWEST_CONSENT: Final = and_(
    Consent.case_id == CaseStep.case_id,
    Consent.step_revision
    == select(func.max(Consent.step_revision))
    .where(Consent.case_id == CaseStep.case_id)
    .correlate(CaseStep)
    .scalar_subquery(),
)


def _of_consents() -> dict[str, Select[*tuple[Any, ...]]]:
    asked = and_(Consent.case_id == CaseStep.case_id, Consent.step_revision == CaseStep.revision)
    opened, unnamed = CaseStep.opened_at, NO_SUBJECT
    waits = CaseStep.status == StepStatus.WAITING
    return {
        "answer_consent": of_open_step(
            StepName.CONSENT,
            AS_IT_STANDS["asked_on"],
            func.coalesce(Consent.reply_by, CaseStep.due_on),
            unnamed,
        )
        .join(Consent, asked)
        .where(
            Consent.basis == "requested",
            AS_IT_STANDS["asked_on"].is_not(None),
            Consent.undelivered_on.is_(None),
            CaseStep.due_on.is_not(None),
        ),
        "give_authority": of_open_step(StepName.CONSENT, opened, NO_DATE, unnamed)
        .join(Consent, asked)
        .where(waits, Consent.basis == "requested", AS_IT_STANDS["asked_on"].is_(None)),
        "consent_lapses": of_open_step(StepName.APPROVE, opened, Consent.valid_to, unnamed)
        .join(Consent, _NEWEST_CONSENT)
        .where(Consent.valid_to.is_not(None), CaseStep.outcome == ""),
    }


OF_CONSENTS: Final = _of_consents()
"""Each with its question, by name."""
