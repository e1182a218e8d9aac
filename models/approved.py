"""When a case was approved, and from when the twelve months for its works run."""

from datetime import date
from typing import Final

from sqlalchemy import Connection

from models.asked import one
from models.base import AnyRow, rows_by
from models.case_queries import must_be
from models.tables.works import Approval

FIRST: Final = (
    rows_by(Approval, "case_id")
    .where(Approval.limb.is_(None))
    .order_by(Approval.step_revision.desc())
    .limit(1)
)


def approved_on(conn: Connection, *, case_id: int) -> date:
    """Return the day of the approval: works may begin from it (s.29), and end in a year (s.37(1)).

    A grant redetermined as the works were varied (s.34(5)) changes neither.
    """
    first = must_be(one(conn, FIRST, case_id=case_id), "approval", case_id)
    found: date = first.decided_on
    return found


def time_runs_from(approval: AnyRow) -> date:
    """Return the day from which the twelve months of s.37 run: the notified payment date, if any.

    Source: ss.36 and 37(1) to (2).
    """
    found: date = approval.pay_from or approval.decided_on
    return found


def finish_from(conn: Connection, *, case_id: int) -> date:
    """Return the same of the approval of a case; a redetermination does not move it."""
    return time_runs_from(must_be(one(conn, FIRST, case_id=case_id), "approval", case_id))
