"""What was told and found after sign-off, for the client who asks what is held on them."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection

from models.asked import rows
from models.base import AnyRow
from services.aftercare import outcomes, survey
from services.aftercare.conditions import breaches_on
from services.aftercare.held import defects_on
from services.aftercare.repayments import repayments_on

_OF_DEFECT: Final = ("number", "line", "words", "urgent", "noticed_on", "reported_by")
_OF_STEP: Final = ("state", "day", "words")


def told_after(conn: Connection, *, case_id: int) -> dict[str, Any]:
    """Return the defects, answers, outcomes, repayments and breaches of a case, in sections."""
    return {
        "defects": [
            {
                **{name: getattr(one, name) for name in _OF_DEFECT},
                "steps": [{name: getattr(step, name) for name in _OF_STEP} for step in one.steps],
            }
            for one in defects_on(conn, case_id=case_id)
        ],
        "survey": _plain(rows(conn, survey.ANSWERS, case_id=case_id)),
        "outcomes": _plain(rows(conn, outcomes.HELD, case_id=case_id)),
        "repayments": _plain(repayments_on(conn, case_id=case_id)),
        "conditions": _plain(breaches_on(conn, case_id=case_id)),
    }


def _plain(held: Iterable[AnyRow]) -> list[dict[str, Any]]:
    return [{name: one for name, one in row._mapping.items() if name != "id"} for row in held]
