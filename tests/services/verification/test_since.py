"""`handrail verify --since`: what moved is read in full, what did not move is not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from adapters import clock
from desk.verification.commands import note, verify_all
from models.database import engine_for, reading, writing
from models.tables.cases import Case
from models.tables.clocks import WatchMark
from rules.pathway import StepName
from services.verification.checks import Finding
from services.verification.since import last_seen, moved_since, seen_now
from tests.factories import case_at, pass_step
from tests.models.test_audit import without_triggers

STILL, MOVED = "DFG-1", "DFG-2"


def verified(url: str) -> None:
    """Verify everything soundly, and keep that."""
    with reading(url) as conn:
        assert verify_all(conn) == []
        seen = seen_now(conn, now=clock.now(), after=None)
    assert note(seen) == ""


def found_since(conn: Connection) -> list[Finding]:
    seen, why = last_seen(conn)
    assert seen is not None, why
    return verify_all(conn, cases=moved_since(seen))


def test_a_moved_case_is_read_in_full_and_one_that_did_not_move_is_left(url: str) -> None:
    for reference in (STILL, MOVED):
        case_at(url, StepName.APPROVE, reference=reference)
    verified(url)
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql("UPDATE decision SET actor_role = 'manager'")
    with reading(url) as conn:
        assert found_since(conn) == []
    pass_step(url, MOVED, StepName.APPROVE)
    with reading(url) as conn:
        assert {one.where for one in found_since(conn)} == {MOVED}
        assert {one.where for one in verify_all(conn)} == {STILL, MOVED}


def test_a_case_put_in_beside_handrail_has_moved(url: str) -> None:
    case_at(url, StepName.APPROVE, reference=STILL)
    verified(url)
    other = {"id": 99, "reference": MOVED, "audit_sequence": 0, "audit_hash": ""}
    with engine_for(url).begin() as conn:
        held = conn.execute(sa.select(Case.__table__)).mappings().one()
        conn.execute(sa.insert(Case), {**held, **other})
    with reading(url) as conn:
        said = [one.sentence for one in found_since(conn) if one.where == MOVED]
    assert any("was put in by something other than Handrail" in words for words in said), said


@pytest.mark.parametrize(
    "cut", ["DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)", "DELETE FROM covered"]
)
def test_a_record_that_was_cut_is_verified_anew(url: str, cut: str) -> None:
    case_at(url, StepName.APPROVE, reference=STILL)
    verified(url)
    with without_triggers(url) as conn:
        conn.exec_driver_sql(cut)
        seen, why = last_seen(conn)
    assert seen is None
    assert why.endswith("is not what was verified then, so everything was verified anew.")


def test_nothing_verified_yet_is_said_and_another_version_too(url: str) -> None:
    case_at(url, StepName.APPROVE, reference=STILL)
    with reading(url) as conn:
        assert last_seen(conn)[1].startswith("No sound verification is on record")
    verified(url)
    with writing(url) as conn:
        later = sa.func.replace(WatchMark.detail, '"version": "', '"version": "0.')
        conn.execute(sa.update(WatchMark).values(detail=later))
    with reading(url) as conn:
        assert "verified last, so everything was verified anew" in last_seen(conn)[1]
