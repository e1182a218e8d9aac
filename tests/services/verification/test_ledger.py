"""The ledger: begun where an earlier version lived, and never taught by whoever edits beside it."""

from __future__ import annotations

from models.database import engine_for, reading
from rules.pathway import StepName
from services.ready import prepare
from services.verification.ledger import uncovered_rows
from services.verification.verify import covered_since
from tests.factories import case_at, pass_step


def said(url: str) -> list[str]:
    with reading(url) as conn:
        return [finding.sentence for finding in uncovered_rows(conn)]


def test_rows_of_an_earlier_version_are_covered_from_the_upgrade_on(url: str) -> None:
    case_at(url, StepName.WORKS)
    trigger = "DROP TRIGGER audit_refuses_update"
    with engine_for(url).begin() as conn:
        sqlite = url.startswith("sqlite")
        conn.exec_driver_sql(trigger if sqlite else "ALTER TABLE audit DISABLE TRIGGER USER")
        conn.exec_driver_sql("UPDATE audit SET covers = NULL")
        conn.exec_driver_sql("DELETE FROM covered")
    assert said(url)
    prepare(url)
    assert said(url) == []
    with reading(url) as conn:
        assert covered_since(conn).startswith("Rows from before 1 June 2026 ")
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql("DELETE FROM covered")
    prepare(url)  # a ledger that was emptied is not begun again
    assert said(url)


def test_lawful_work_afterwards_does_not_hide_an_edit(url: str) -> None:
    case = case_at(url, StepName.WORKS)
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql("UPDATE \"case\" SET client_name = 'Mr X'")
        conn.exec_driver_sql("UPDATE decision SET actor_role = 'manager' WHERE kind = 'approve'")
        conn.exec_driver_sql("UPDATE work_order SET number = 'WO-2026-00009'")
    for step in (StepName.WORKS, StepName.SIGN_OFF, StepName.PAY):
        pass_step(url, case, step)
    told = said(url)
    assert [words.split()[0] for words in told] == ["Case", "Decision", "Work"]
    assert all("was changed by something other than Handrail." in words for words in told)
