"""No works begin on a landlord's consent that has lapsed."""

from datetime import date
from typing import Final

from models.asked import one
from models.base import rows_by
from models.case_queries import consent_of
from models.tables.works import Consent
from rules.clocks.workdays import in_words
from rules.errors import StatuteError
from services.cases.in_hand import CaseInHand

_IN_FORCE: Final = (
    rows_by(Consent, "case_id")
    .where(Consent.basis.in_(("granted", "treated_as_given")))
    .order_by(Consent.step_revision.desc())
    .limit(1)
)


def check_consent_in_force(case: CaseInHand, *, on: date) -> None:
    """Refuse works that would begin after the landlord's consent has lapsed.

    Raises:
        StatuteError: It lapses before that day, and no fresh one is on record.
    """
    given = one(case.conn, _IN_FORCE, case_id=case.id)
    if given is None or given.valid_to is None or given.valid_to >= on:
        return
    newest = consent_of(case.conn, case_id=case.id)
    if newest is not None and newest.basis == "pre_permission":
        return
    raise StatuteError(
        f"The landlord’s consent on {case.reference} lapses on {in_words(given.valid_to)}, before "
        f"the works begin on {in_words(on)}.",
        why="Works are done on a consent that is in force; it is asked for anew.",
        section="the consent’s own term",
        next_step="Record the landlord’s fresh answer at the consent step.",
    )
