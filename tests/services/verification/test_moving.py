"""What moves in a case and was edited is told for good: lawful work takes over only what it set."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy import Connection

from adapters import clock
from models import covering
from models.base import Instant
from models.covering import said
from models.database import reading, writing
from models.evidence import kinds
from models.people import actor_for
from models.recorded import columns_of
from rules.people import Actor
from services.cases.absences import end_absence, record_absence
from services.imports.hand_in import check, hand_in
from services.payments.accounts import look_at_account
from services.personal import erase
from services.personal.holds import Ground, hold_back, lift_hold
from services.verification.ledger import recorded, uncovered_rows
from tests.factories import act, case_at, decide
from tests.personal import accepted, closed_long_ago, erased, proposed
from tests.services.payments.test_runs import account, run
from tests.services.payments.test_runs import said as bank_said
from tests.services.verification.lawful_changes import CHANGES, Change
from tests.small_service import ADAM, AVON, FAY, MIA, NOW, REFERENCE, TESS, TOBY

TODAY: Final = NOW.date()


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.table)
def test_an_edited_column_is_told_also_after_lawful_work_on_its_table(
    sqlite_service: str, change: Change
) -> None:
    url = sqlite_service
    reference = case_at(url, change.at, **change.options) if change.at else REFERENCE
    for one in change.first:
        one(url, reference) if callable(one) else act(url, reference, one)
    assert left_of(url, change.table)
    with edited_as_it_is_read(change.table):
        decide(url, reference, change.lawful)
    assert untold(url, change.table, set(change.sets.split())) == []


def test_an_edited_absence_is_told_also_after_another_one_ended(sqlite_service: str) -> None:
    with writing(sqlite_service) as conn:
        for days in (1, 9):
            record_absence(
                conn,
                officer=TESS,
                covered_by=TOBY,
                first_day=TODAY + timedelta(days=days),
                last_day=TODAY + timedelta(days=days + 5),
                by=ADAM,
                reason="annual leave",
                now=clock.now(),
            )
    with edited_as_it_is_read("absence"), writing(sqlite_service) as conn:
        last = TODAY + timedelta(days=2)
        end_absence(conn, number=1, last_day=last, by=ADAM, reason="back early", now=clock.now())
    assert untold(sqlite_service, "absence", {"last_day"}) == []


def test_an_edited_document_handed_in_is_told_also_after_another_was_checked(
    sqlite_service: str,
) -> None:
    held = io.BytesIO()
    Image.new("RGB", (8, 8)).save(held, "PNG")
    cells = {"document": "ssip", "reference": "", "cover": "", "valid_to": "2029-12-31"}
    for day in ("2028-01-01", "2029-01-01"):
        given = cells | {"valid_from": day}
        hand_in(contractor=AVON, cells=given, data=held.getvalue(), name="ssip.png", by=AVON)
    with edited_as_it_is_read("handed_document"), writing(sqlite_service) as conn:
        check(conn, number=1, by=MIA, reason="as the file says", now=clock.now())
    sets = {"state", "looked_by", "looked_at", "why"}
    assert untold(sqlite_service, "handed_document", sets) == []


def test_edited_bank_details_and_sendings_are_told_also_after_another_was_looked_at(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    for one in ("DFG-1", "DFG-2"):
        case_at(url, "aftercare", reference=one)
    account(url)
    run(url)
    number = account(url, number="87654321", confirm=False)
    by: Any = {"by": FAY, "reason": "called back", "now": clock.now()}
    with edited_as_it_is_read("bank_account"), writing(url) as conn:
        look_at_account(conn, number=number, confirm=True, **by)
    assert untold(url, "bank_account", {"state", "looked_by", "looked_at"}) == []
    with edited_as_it_is_read("sent_payment"):
        bank_said(url, "payment,result,reason\nP1-1,bounced,closed\n")
    assert untold(url, "sent_payment", {"state", "said_by", "said_on", "why"}) == []


def test_edited_holds_and_erasures_are_told_also_after_lawful_ones(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, held = sqlite_service, closed_long_ago(sqlite_service)
    by: Any = {"by": person(url, MIA), "reason": "as the file says", "now": clock.now()}
    number = proposed()
    accepted(url, number)
    for lifted in (True, False):
        with writing(url) as conn:
            hold_back(conn, reference=held, ground=Ground.CLAIM, **by)
        if lifted:
            with writing(url) as conn:
                lift_hold(conn, reference=held, **by)
    monkeypatch.setattr(erase, "remove_files", lambda *_, paths: None)  # the edit names none
    with edited_as_it_is_read("retention_case"):
        erased(number)  # it is held back
    assert untold(url, "retention_case", {"outcome", "detail", "files"}) == []
    with edited_as_it_is_read("legal_hold"), writing(url) as conn:
        lift_hold(conn, reference=held, **by)
    assert untold(url, "legal_hold", {"lifted_by", "lifted_at", "lifted_reason"}) == []
    another = proposed()
    assert another != number
    with edited_as_it_is_read("retention_proposal"):
        accepted(url, another)
    sets = {"status", "decided_by", "decided_at", "reason"}
    assert untold(url, "retention_proposal", sets) == []


def test_every_table_with_columns_that_move_is_tried() -> None:
    alone = {"absence", "handed_document", "legal_hold", "retention_case", "retention_proposal"}
    alone |= {"bank_account", "sent_payment"}
    tried = {change.table for change in CHANGES} | alone
    assert tried == {name for name, kind in kinds().items() if kind.moving}


def person(url: str, email: str) -> Actor:
    with reading(url) as conn:
        return actor_for(conn, identity=email)


def untold(url: str, table: str, sets: set[str]) -> list[object]:
    """Return what is not told of the rows of a table that were edited.

    Everything that moves is to be told of every row, but what was lawfully set, of one.
    """
    moving = set(kinds()[table].moving)
    wrong = left_of(url, table)
    others: list[object] = [one for one in wrong if one != moving]
    with reading(url) as conn:
        sentences = " ".join(one.sentence for one in uncovered_rows(conn))
    silent = (f"{table.replace('_', ' ').capitalize()} " in sentences) is not any(wrong)
    return (others if others != [moving - sets] else []) + [sentences] * silent


def left_of(url: str, table: str) -> list[set[str]]:
    """Return, by row, which columns that move are not as they are recorded."""
    with reading(url) as conn:
        rows = [row for row in said(conn, (table,), None) if row[0] == table]
        held = recorded(conn, sorted({row[1] for row in rows}))
    found = []
    for _, scope, key, _, moving in rows:
        known, now = held[scope][table].get(key), columns_of(moving)
        if known is not None:
            names = kinds()[table].moving
            found.append({one for one in names if known.get(one, "") != now.get(one, "")})
    return found


@contextmanager
def edited_as_it_is_read(table: str) -> Iterator[None]:
    """Let all that moves of a table be edited, just before a transaction reads it back."""
    edits = [f'"{name}" = {_other(kinds()[table].table.c[name])}' for name in kinds()[table].moving]
    read = covering._read
    left = [f'UPDATE "{table}" SET {", ".join(edits)}']  # noqa: S608 - our own tables' names

    def edit_and_read(conn: Connection, *asked: Any) -> Any:
        if left:
            conn.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
            conn.exec_driver_sql(left.pop())
        return read(conn, *asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(covering, "_read", edit_and_read)
        yield
    assert not left


def _other(column: sa.Column[Any]) -> str:
    """Return what a column holds after an edit, as SQL."""
    held = f'"{column.name}"'
    for key in column.foreign_keys:
        name, there = key.column.name, key.column.table.name
        return f'(SELECT max("{name}") FROM "{there}" WHERE "{name}" IS NOT {held})'  # noqa: S608 - our own tables' names
    if isinstance(column.type, sa.Boolean):
        return "FALSE" if column.name == "current" else f"NOT {held}"  # one opening is current
    if isinstance(column.type, sa.Integer):
        return f"coalesce({held}, 0) + 1"
    if isinstance(column.type, Instant):
        return "'2020-01-01 00:00:00.000000'"
    if isinstance(column.type, sa.Date):
        return "'2020-01-01'"
    return "'[7]'" if isinstance(column.type, sa.JSON) else f"coalesce({held}, '') || 'x'"
