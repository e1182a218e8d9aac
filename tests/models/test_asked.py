"""What is asked once: in a transaction, and of reference data until it changes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, event, insert, select, update

from models import schema
from models.asked import REFERENCE, lasting, one, reference_row, rows
from models.audit import note_service
from models.base import Base, rows_by
from models.database import dispose, engine_for, reading, writing
from models.tables.cases import WorksLine
from models.tables.reference import Officer
from services.cases.take import take
from tests.factories import case_at, new_case
from tests.small_service import NOW, TESS

LINES = rows_by(WorksLine, "case_id").order_by(WorksLine.line)
OFFICER = rows_by(Officer, "email")
NAMED = update(Officer).where(Officer.email == TESS)


class Asked(list[str]):
    """The statements sent to a database, its transactions' beginnings apart."""

    def __init__(self, url: str) -> None:
        super().__init__()
        event.listen(engine_for(url), "before_cursor_execute", self._ask)

    def _ask(self, _conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "ROLLBACK")):
            self.append(statement)


def name_of(conn: Connection) -> str:
    found = reference_row(conn, OFFICER, email=TESS)
    assert found is not None
    return str(found.name)


def noted(conn: Connection) -> None:
    note_service(conn, now=NOW, actor="x", action="renamed", reason="z", detail={})


def test_the_tables_of_reference_data_are_those_that_are_imported_as_such() -> None:
    assert schema
    modules = ("contractors", "reference", "schedules", "terms")
    found = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__ in {f"models.tables.{name}" for name in modules}
    }
    elsewhere = {"target", "escalation", "waiver_rule", "means_test_terms", "servicing"}
    elsewhere |= {"grant_terms", "simple_works", "succession", "carried_plan", "printed_cell"}
    elsewhere |= {"arrangement"}
    elsewhere |= {f"partnership_{of}" for of in ("budget", "capital", "terms")}
    assert found | elsewhere == REFERENCE


def test_rows_are_read_once_until_somebody_writes_their_table(url: str) -> None:
    case_at(url, "specify")
    with writing(url) as conn:
        asked = Asked(url)
        first = rows(conn, LINES, case_id=1)
        assert rows(conn, LINES, case_id=1) is first
        assert len(asked) == 1
        conn.execute(update(WorksLine).values(location="upstairs"))
        assert {row.location for row in rows(conn, LINES, case_id=1)} == {"upstairs"}
    with writing(url) as conn:
        assert rows(conn, LINES, case_id=1) is not first
        assert one(conn, LINES, case_id=404) is None


def test_what_a_savepoint_undid_is_read_again(url: str) -> None:
    case_at(url, "specify")
    with writing(url) as conn:
        savepoint = conn.begin_nested()
        conn.execute(update(WorksLine).values(location="upstairs"))
        assert rows(conn, LINES, case_id=1)[0].location == "upstairs"
        savepoint.rollback()
        assert rows(conn, LINES, case_id=1)[0].location != "upstairs"


def moved_to(url: str, reference: str, place: str, *, noted: str = "", commit: bool = True) -> None:
    """Write to a case's works lines; where no audit row holds them, an entry in the ledger does."""
    with writing(url) as conn:
        case = take(conn, reference=reference, now=NOW)
        conn.execute(update(WorksLine).values(location=place))
        rows(conn, LINES, case_id=1)
        if noted:
            case.note(actor=TESS, action=noted, reason="z")
            case.put_back()
        if not commit:
            conn.rollback()


def elsewhere(url: str) -> str:
    """Return the same database by a name that shares nothing with ours, as another process."""
    here = sa.make_url(url)
    named = {"timeout": "20"} if here.get_backend_name() == "sqlite" else {"application_name": "x"}
    return here.update_query_dict(named).render_as_string(hide_password=False)


def places(url: str, reference: str) -> tuple[set[str], int]:
    """Return where the works of a case are, and how many statements it took once it was taken."""
    with writing(url) as conn:
        take(conn, reference=reference, now=NOW)
        asked = Asked(url)
        return {row.location for row in rows(conn, LINES, case_id=1)}, len(asked)


def test_what_was_read_of_a_case_holds_while_it_stands_as_it_was_left(url: str) -> None:
    reference = case_at(url, "specify")
    before, _ = places(url, reference)
    assert places(url, reference) == (before, 0)
    with writing(url) as conn:
        take(conn, reference=reference, now=NOW).request_advance()  # its end is not put back
    assert places(url, reference) == (before, 0)


@pytest.mark.parametrize("noted", ["", "moved"])
def test_what_another_process_wrote_to_a_case_is_read_again(url: str, noted: str) -> None:
    reference = case_at(url, "specify")
    places(url, reference)
    moved_to(elsewhere(url), reference, "upstairs", noted=noted)
    assert places(url, reference) == ({"upstairs"}, 1)
    assert places(url, reference) == ({"upstairs"}, 0)
    dispose()


def test_what_another_process_did_not_write_to_a_case_still_holds(url: str) -> None:
    reference = case_at(url, "specify")
    before, _ = places(url, reference)
    with writing(elsewhere(url)) as conn:
        case = take(conn, reference=reference, now=NOW)
        case.note(actor=TESS, action="called", reason="z")
        case.request_advance()
        case.put_back()
    assert places(url, reference) == (before, 0)
    dispose()


def test_what_was_written_and_read_again_is_kept_only_if_it_was_committed(url: str) -> None:
    reference = case_at(url, "specify")
    before, _ = places(url, reference)
    moved_to(url, reference, "upstairs", commit=False)
    assert places(url, reference)[0] == before
    moved_to(url, reference, "upstairs")
    assert places(url, reference)[0] == {"upstairs"}


def test_what_a_page_read_of_a_case_is_kept_for_the_next_one(url: str) -> None:
    reference = case_at(url, "specify")
    dispose()  # as in a process that has never carried the case on
    for asks in (1, 0):
        with reading(url) as conn:
            case = take(conn, reference=reference, now=NOW, to_change=False)
            asked = Asked(url)
            assert rows(conn, LINES, case_id=case.row.id)
            assert len(asked) == asks


def test_what_was_read_with_two_cases_in_hand_is_kept_for_neither(url: str) -> None:
    reference = case_at(url, "specify")
    other = new_case(url, reference="DFG-2026-0002")
    with writing(url) as conn:
        take(conn, reference=other, now=NOW)
        take(conn, reference=reference, now=NOW)
        rows(conn, LINES, case_id=1)
    assert places(url, reference)[1] == 1


def test_reference_data_is_read_once_for_each_state_of_it(url: str) -> None:
    with writing(url) as conn:
        before = name_of(conn)
    with reading(url) as conn:
        asked = Asked(url)
        assert name_of(conn) == before
        assert len(asked) == 1  # its state alone
    with writing(url) as conn:
        conn.execute(NAMED.values(name="Tess Other"))
        noted(conn)
    with reading(url) as conn:
        assert name_of(conn) == "Tess Other"


def test_another_process_that_changed_it_is_seen_by_its_row_in_the_chain(url: str) -> None:
    with reading(url) as conn:
        before = name_of(conn)
    with engine_for(url).begin() as conn:  # past our listeners, as another process does
        conn.exec_driver_sql("UPDATE officer SET name = 'Tess Other'")
    with reading(url) as conn:
        assert name_of(conn) == before
    with writing(url) as conn:
        noted(conn)
    with reading(url) as conn:
        assert name_of(conn) == "Tess Other"


def test_what_is_rolled_back_is_remembered_by_nobody(url: str) -> None:
    with reading(url) as conn:
        before = name_of(conn)
    with writing(url) as conn:
        conn.execute(NAMED.values(name="Never"))
        noted(conn)
        assert name_of(conn) == "Never"
        conn.rollback()
    with reading(url) as conn:
        assert name_of(conn) == before


def test_only_reference_data_is_kept_beyond_a_transaction(url: str) -> None:
    with reading(url) as conn, pytest.raises(ValueError, match="works_line"):
        reference_row(conn, LINES, case_id=1)
    with writing(url) as conn:
        assert lasting(conn, ("a", "key"), lambda: 1) == lasting(conn, ("a", "key"), lambda: 2)
        conn.execute(insert(Officer), [{"email": "n@x.uk", "name": "N", "role": "manager"}])
        assert lasting(conn, ("a", "key"), lambda: 3) == 3
        conn.execute(select(Officer.email)).all()
