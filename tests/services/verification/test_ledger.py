"""The ledger: begun where an earlier version lived, and never taught by whoever edits beside it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import command

from models import covering
from models.database import dispose, engine_for, reading
from models.evidence import kinds
from models.migrate import alembic_config, migrate
from models.recorded import digest, parts
from models.tables.ledger import Covered
from rules.pathway import StepName
from services.ready import prepare
from services.verification.ledger import out_of_step, uncovered_rows
from services.verification.verify import covered_since
from tests.factories import bring, case_at, pass_step


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


def test_views_that_an_upgrade_brought_over_are_covered_once(url: str) -> None:
    case_at(url, StepName.SIGN_OFF)
    brought_over(url, number=1)
    assert [words.split()[:2] for words in said(url)] == [["Client", "view"]]
    prepare(url)
    assert said(url) == []
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql("UPDATE client_view SET other = 'it drips'")
    assert said(url)
    brought_over(url, number=2)
    prepare(url)
    assert len(said(url)) == 2  # what somebody else puts in or changes stays what it is


def brought_over(url: str, *, number: int) -> None:
    """Put a view in as the upgrade does, past our listeners."""
    held = (
        "1, $number, 1, true, 'not_recorded', '2026-06-01', '', '{}', '', '', "
        "'2026-06-01 09:00:00', 'tess@rbc.example', ''"
    )
    columns = (
        "case_id, number, order_id, agrees, how, said_on, spoken_by, lines, other, signed, "
        "recorded_at, recorded_by, answer"
    )
    held = held.replace("$number", str(number))
    edit(url, f"INSERT INTO client_view ({columns}) VALUES ({held})")  # noqa: S608 - our own words


def test_what_moves_is_taken_over_from_an_earlier_version_but_not_what_was_edited(url: str) -> None:
    case = case_at(url, StepName.WORKS)
    as_held_by_row(url)
    assert said(url) == []
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql("UPDATE \"case\" SET route = 'quotes'")
    edited = said(url)
    assert [words.split()[0] for words in edited] == ["Case"]
    for _ in range(2):  # the second time nothing is taken over
        prepare(url)
        assert said(url) == edited
    for step in (StepName.WORKS, StepName.SIGN_OFF, StepName.PAY):
        pass_step(url, case, step)
    assert said(url) == edited


def as_held_by_row(url: str) -> None:
    """Let the ledger hold everything as an earlier version did: what moves of a row as one."""
    with reading(url) as conn:
        rows = list(covering.said(conn, tuple(kinds()), None))
    entries: dict[int, dict[str, list[Any]]] = {}
    for kind, scope, key, fixed, moving in rows:
        if kind in kinds():
            table = entries.setdefault(scope, {}).setdefault(kind, ["a", {}])
            table[1][key] = parts(fixed, moving)
    trigger = "DROP TRIGGER audit_refuses_update"
    sqlite = url.startswith("sqlite")
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql(trigger if sqlite else "ALTER TABLE audit DISABLE TRIGGER USER")
        conn.exec_driver_sql("UPDATE audit SET covers = NULL")
        conn.exec_driver_sql("DELETE FROM covered")
        ends = {scope: int(key) for kind, scope, key, _, _ in rows if kind == "#"}
        for scope, entry in entries.items():
            values = {"scope": scope, "after": ends.get(scope, 0), "covers": entry}
            conn.execute(sa.insert(Covered), values)


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


CUT = "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit WHERE chain = '{chain}')"


def ends(url: str) -> list[tuple[str, str]]:
    with reading(url) as conn:
        return [(finding.where, finding.sentence) for finding in out_of_step(conn)]


def edit(url: str, *statements: str) -> None:
    """Edit as somebody does who knows how to switch off what guards the audit table."""
    sqlite = url.startswith("sqlite")
    with engine_for(url).begin() as conn:
        trigger = "DROP TRIGGER IF EXISTS audit_refuses_delete"
        conn.exec_driver_sql(trigger if sqlite else "ALTER TABLE audit DISABLE TRIGGER USER")
        for statement in statements:
            conn.exec_driver_sql(statement)


def test_lawful_work_afterwards_does_not_hide_that_a_chain_was_cut(url: str) -> None:
    case = case_at(url, StepName.WORKS)
    assert ends(url) == []
    end = f"FROM audit WHERE chain = '{case}' ORDER BY sequence DESC LIMIT 1"
    edit(
        url,
        CUT.format(chain=case),
        f'UPDATE "case" SET audit_sequence = (SELECT sequence {end}), '  # noqa: S608 - our own words
        f"audit_hash = (SELECT hash {end})",
        CUT.format(chain="service"),
    )
    pass_step(url, case, StepName.WORKS)
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 1000")
    told = ends(url)
    assert [where for where, _ in told] == [case, "service"]
    assert all(words.endswith(" were written to it.") for _, words in told)


def test_the_ends_of_an_earlier_version_are_taken_along_and_so_is_what_was_cut(url: str) -> None:
    case = case_at(url, StepName.ASSIGN)
    with engine_for(url).connect() as conn:
        count, head = conn.exec_driver_sql(
            "SELECT sequence, hash FROM audit WHERE chain = 'service' "
            "ORDER BY sequence DESC LIMIT 1"
        ).one()
    covers = json.dumps({"audit": [f"a{count}", {str(count): f"{digest(head)}."}]})
    back(url)
    edit(url, f"INSERT INTO covered (scope, after, covers) VALUES (0, 0, '{covers}')")  # noqa: S608 - our own words
    migrate(url)
    assert ends(url) == []
    assert [words for words in said(url) if "chain" in words] == []  # going back lost its officer
    pass_step(url, case, StepName.ASSIGN)
    assert ends(url) == []
    back(url)
    edit(url, CUT.format(chain="service"), CUT.format(chain=case))
    migrate(url)
    assert ends(url)[-1] == (
        "service",
        f"The audit chain has {count - 1} rows, and {count} were written to it.",
    )
    assert ends(url)[0][0] == case


def back(url: str) -> None:
    """Take a database back to the version before the ledger of chains."""
    dispose()
    command.downgrade(alembic_config(url), "0013")
    dispose()
