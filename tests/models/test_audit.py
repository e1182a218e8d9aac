"""The audit: rows that nobody can change, in chains where every change shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from models.audit import SERVICE, as_hashed, audit_row, broken_links, hash_of, note_service
from models.database import engine_for, reading, writing
from models.tables.ledger import Chain
from models.tables.record import Audit
from services.decisions.specification import Specify
from services.verification.verify import findings
from tests.factories import act, case_at
from tests.looking import case, contents, rows, trail
from tests.small_service import NOW, TESS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text("aé😀 \n\"\\\u202e<>'"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.é"), inner, max_size=3),
    max_leaves=8,
)
TAMPERING = [
    ("UPDATE audit SET reason = 'another'", ["its content was changed"]),
    ("UPDATE audit SET actor = 'nobody@rbc.example'", ["its content was changed"]),
    ("UPDATE audit SET detail = '{\"a\": 1}'", ["its content was changed"]),
    ("UPDATE audit SET at = '2026-06-02 09:00:00.000000'", ["its content was changed"]),
    ("UPDATE audit SET previous_hash = ''", ["does not follow", "its content was changed"]),
    ("DELETE FROM audit", ["row 3 is missing", "does not follow"]),
    ("UPDATE audit SET sequence = 99", ["row 3 is missing", "content was changed"]),
]
REFUSED = {
    "UPDATE audit SET reason = 'another' WHERE id = 1",
    "UPDATE audit SET reason = 'another'",
    "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)",
    "DELETE FROM audit",
}


def broken(url: str) -> list[str]:
    with reading(url) as conn:
        return list(broken_links(conn))


@contextmanager
def without_triggers(url: str) -> Iterator[sa.Connection]:
    """Open the audit as somebody with the keys to the database could; nothing of it is kept."""
    names = ["audit_refuses_update", "audit_refuses_delete"]
    if url.startswith("postgresql"):
        names = ["audit_refuses_change ON audit", "audit_refuses_truncate ON audit"]
    with engine_for(url).connect() as conn:
        for name in names:
            conn.exec_driver_sql(f"DROP TRIGGER {name}")
        yield conn
        conn.rollback()


@pytest.mark.parametrize("held", [10**25, 1e16, "\ud800", {"b": 1, "a": {"é": 2}}])
def test_a_row_is_held_to_its_hash_whatever_its_detail_holds(held: Any) -> None:
    """Reading it the quick way agrees with our own hash, or is not relied on."""
    row = audit_row(
        chain="DFG-1",
        sequence=1,
        previous_hash="",
        at=NOW,
        actor=TESS,
        action="specify: specify",
        reason="as agreed",
        detail={"held": held},
    )
    told = ("chain", "sequence", "at", "actor", "action", "reason")
    stored = [row[name] for name in told] + [json.dumps(row["detail"]), None, "", row["hash"]]
    assert as_hashed(stored)
    assert not as_hashed([*stored[:5], "another", *stored[6:]])


# ---- the database refuses


def test_the_database_refuses_every_change_of_an_audit_row(url: str) -> None:
    case_at(url, "specify")
    before = contents(url)
    statements = REFUSED if url.startswith("sqlite") else REFUSED | {"TRUNCATE audit"}
    for statement in sorted(statements):
        refusal = pytest.raises(DBAPIError, match="audit rows are never changed or removed")
        with refusal, writing(url) as conn:
            conn.exec_driver_sql(statement)
    assert contents(url) == before


def test_an_audit_row_cannot_be_replaced_by_writing_over_it(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    before = contents(sqlite_service)
    columns = [column.name for column in Audit.__table__.columns]
    chosen = ", ".join("'another'" if name == "reason" else name for name in columns)
    statement = (
        f"INSERT OR REPLACE INTO audit ({', '.join(columns)}) "  # noqa: S608 - our own column names
        f"SELECT {chosen} FROM audit WHERE id = 1"
    )
    refusal = pytest.raises(DBAPIError, match="audit rows are never changed or removed")
    with refusal, writing(sqlite_service) as conn:
        conn.exec_driver_sql(statement)
    assert contents(sqlite_service) == before


def test_two_rows_never_take_the_same_place_in_a_chain(url: str) -> None:
    row = rows(url, Audit)[0]
    with pytest.raises(DBAPIError), writing(url) as conn:
        conn.execute(sa.insert(Audit), {**row, "id": 99_999})


# ---- the chain


def test_a_case_s_chain_runs_from_its_import_to_where_the_case_says_it_ends(url: str) -> None:
    reference = case_at(url, "price")
    chain = [row for row in rows(url, Audit) if row["chain"] == reference]
    assert [row["sequence"] for row in chain] == list(range(1, len(chain) + 1))
    assert chain[0]["previous_hash"] == ""
    for before, after in pairwise(chain):
        assert after["previous_hash"] == before["hash"]
    assert all(row["hash"] == hash_of(row) for row in chain)
    standing = case(url, reference)
    assert (standing.audit_sequence, standing.audit_hash) == (len(chain), chain[-1]["hash"])
    assert trail(url, reference)[:5] == [
        "case: opened",
        "works: lines imported",
        "specify: opened",
        "specify: specify",
        "price: opened",
    ]


def test_the_whole_record_of_a_paid_case_holds(url: str) -> None:
    case_at(url, "aftercare", tenure="rp_tenant", route="call_off")
    assert broken(url) == []


def test_a_row_that_was_changed_or_removed_shows(url: str) -> None:
    reference = case_at(url, "price")
    assert broken(url) == []
    third = f"WHERE chain = '{reference}' AND sequence = 3"
    for statement, said in TAMPERING:
        with without_triggers(url) as conn:
            conn.exec_driver_sql(f"{statement} {third}")
            found = list(broken_links(conn))
        assert all(sentence.startswith(f"Audit chain {reference}, row ") for sentence in found)
        for words in said:
            assert any(words in sentence for sentence in found), (statement, found)
    assert broken(url) == []


def test_a_row_put_in_later_shows_even_with_a_sound_hash_of_its_own(url: str) -> None:
    reference = case_at(url, "price")
    chain = [row for row in rows(url, Audit) if row["chain"] == reference]
    forged = audit_row(
        chain=reference,
        sequence=len(chain) + 1,
        previous_hash=chain[0]["hash"],
        at=NOW,
        actor=TESS,
        action="approve: approve",
        reason="nobody will see",
        detail={},
    )
    with writing(url) as conn:
        conn.execute(sa.insert(Audit), forged)
    assert broken(url) == [
        f"Audit chain {reference}, row {forged['sequence']}: it does not follow the row before it."
    ]


def test_a_chain_that_was_cut_short_shows(url: str) -> None:
    reference = case_at(url, "price")
    last = [row["id"] for row in rows(url, Audit) if row["chain"] == reference][-1]
    with without_triggers(url) as conn:
        conn.execute(sa.delete(Audit).where(Audit.id == last))
        found = [(one.where, one.sentence) for one in findings(conn, lambda _path: None)]
    assert (reference, "The audit chain does not end where the case says it ends.") in found


def test_the_service_has_a_chain_of_its_own(database_url: str) -> None:
    for number in (1, 2, 3):
        with writing(database_url) as conn:
            note_service(
                conn, now=NOW, actor=TESS, action="test", reason=f"number {number}", detail={}
            )
    chain = rows(database_url, Audit)
    assert [(row["chain"], row["sequence"]) for row in chain] == [(SERVICE, n) for n in (1, 2, 3)]
    assert broken(database_url) == []


def test_a_reason_in_any_writing_keeps_its_hash(url: str) -> None:
    reference = case_at(url, "specify")
    hostile = "<script>{{ 7*7 }}</script> =CMD()\r\n\t😀 שלום \u202e Ünïcödé '; DROP TABLE audit"
    act(url, reference, Specify(), reason=hostile)
    assert broken(url) == []
    assert hostile in [row["reason"] for row in rows(url, Audit)]


@settings(max_examples=20)
@given(details=st.lists(st.dictionaries(st.text("abé"), JSON, max_size=3), min_size=1, max_size=5))
def test_whatever_the_details_a_stored_row_still_has_its_hash(details: list[Any]) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as conn:
        for table in (Audit, Chain):
            table.__table__.create(conn)  # type: ignore[attr-defined]  # a Table, said too widely
        for detail in details:
            note_service(
                conn,
                now=datetime(2026, 6, 1, 9, 0, 0, 5, tzinfo=UTC),
                actor=TESS,
                action="test",
                reason="",
                detail=detail,
            )
        assert list(broken_links(conn)) == []
    engine.dispose()


def test_two_who_change_the_service_at_once_do_not_fork_its_chain(database_url: str) -> None:
    def change(number: int) -> None:
        with writing(database_url) as conn:
            note_service(conn, now=NOW, actor=TESS, action=f"change {number}", reason="", detail={})

    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(change, range(12)))
    chain = rows(database_url, Audit)
    assert sorted(row["sequence"] for row in chain) == list(range(1, 13))
    assert broken(database_url) == []
