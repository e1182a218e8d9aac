"""Data of an earlier version taken along: what was there stays, and what is new has its meaning."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from models.database import dispose, engine_for
from models.migrate import alembic_config
from tests.small_service import NOW

FOUNDATION = "0002"
EARLIER: list[tuple[str, dict[str, Any]]] = [
    ("authority", {"code": "RBC", "name": "Rugby"}),
    ("contractor", {"code": "AVON", "name": "Avon", "email": "a@avon.example"}),
    ("case", {"reference": "DFG-1", "authority": "RBC", "tenure": "owner"}),
    ("case_step", {"case_id": 1, "step": "specify", "status": "waiting"}),
    ("works_line", {"line": 1, "quantity": "2.5", "case_id": 1}),
    ("award", {"case_id": 1, "version": 1, "route": "quotes", "rule": "mini_competition"}),
    (
        "quote",
        {"award_id": 1, "contractor": "AVON", "net_pence": 500, "line_net_pence": {"1": 500}},
    ),
    ("price", {"case_id": 1, "kind": "estimate", "version": 1, "net_pence": 0, "vat_pence": 0}),
    ("price_line", {"price_id": 1, "line": 1, "quantity": "2.5"}),
    ("officer", {"email": "o@rbc.example", "role": "finance"}),
    (
        "offer",
        {"case_id": 1, "award_id": 1, "contractor": "AVON", "price_id": 1, "status": "offered"},
    ),
    ("approval", {"case_id": 1, "outcome": "approved", "decided_by": "o@rbc.example"}),
    (
        "work_order",
        {
            "case_id": 1,
            "contractor": "AVON",
            "offer_id": 1,
            "approval_id": 1,
            "price_id": 1,
            "status": "sent",
        },
    ),
    *(
        ("invoice", {"order_id": 1, "contractor": "AVON", "number": number, "status": "queried"})
        for number in ("V-1", "v\u20131", "V-2")
    ),
]
"""A case whose quotes came in the open, and three invoices of which two are one, table by table.

What is not given is filled plainly.
"""


@pytest.fixture
def upgraded(database_url: str) -> str:
    """Make a database of version 0.1.0 with a case in it, and bring it up to date."""
    command.downgrade(alembic_config(database_url), FOUNDATION)
    _fill(database_url, EARLIER)
    command.upgrade(alembic_config(database_url), "head")
    return database_url


def _fill(url: str, held: list[tuple[str, dict[str, Any]]]) -> None:
    engine = engine_for(url)
    tables = sa.MetaData()
    with engine.begin() as conn:
        for name, values in held:
            table = sa.Table(name, tables, autoload_with=conn)
            conn.execute(sa.insert(table), {**_plain_values(table), **values})
    dispose()


def _plain_values(table: sa.Table) -> dict[str, Any]:
    """Return a plain value for every column that must have one."""
    plain: dict[type, Any] = {
        sa.Integer: 0,
        sa.BigInteger: 0,
        sa.Boolean: False,
        sa.Date: NOW.date(),
        sa.DateTime: NOW,
        sa.JSON: [],
        sa.Text: "simple",
        sa.String: "0",
    }
    return {
        column.name: next(plain[kind] for kind in plain if isinstance(column.type, kind))
        for column in table.columns
        if not column.nullable and not column.primary_key
    } | ({"status": "open"} if "status" in table.columns else {})


def _row(url: str, table: str) -> dict[str, Any]:
    with engine_for(url).connect() as conn:
        (row,) = conn.execute(sa.text(f'SELECT * FROM "{table}"')).mappings()  # noqa: S608 - our own tables' names
        return dict(row)


def test_a_quote_given_in_the_open_stays_what_it_was(upgraded: str) -> None:
    quote = _row(upgraded, "quote")
    assert (quote["status"], quote["net_pence"], quote["contractor"]) == ("opened", 500, "AVON")
    competition = _row(upgraded, "competition")
    assert (competition["status"], competition["price_weight"]) == ("opened", 100)
    assert _row(upgraded, "award")["inputs"] in ({}, "{}")


def test_two_spellings_of_one_invoice_number_are_both_taken_along(upgraded: str) -> None:
    with engine_for(upgraded).connect() as conn:
        found = conn.execute(sa.text("SELECT number, number_key, entry FROM invoice ORDER BY id"))
        assert [tuple(row) for row in found] == [
            ("V-1", "v-1", 1),
            ("v\u20131", "v-1 2", 1),
            ("V-2", "v-2", 1),
        ]


def test_works_and_prices_count_as_before(upgraded: str) -> None:
    line = _row(upgraded, "works_line")
    assert (line["relief_percent"], bool(line["out_of_hours"])) == ("100", False)
    assert _row(upgraded, "price_line")["relief_percent"] == "100"
    case = _row(upgraded, "case")
    assert (case["route"], case["package"], case["vat_declared_on"]) == ("", "", None)


def test_a_step_is_held_since_it_opened_as_far_as_is_known(upgraded: str) -> None:
    step = _row(upgraded, "case_step")
    assert step["held_since"] == step["opened_at"]
    assert _row(upgraded, "case")["paused_on"] is None


OPEN: list[tuple[str, dict[str, Any]]] = [
    *EARLIER[:2],
    ("case", {"reference": "DFG-1", "authority": "RBC", "tenure": "owner", "route": ""}),
    ("package", {"code": "LAS", "work_type": "shower"}),
    ("works_line", {"case_id": 1, "line": 1, "code": "TRAY", "quantity": "1"}),
    ("works_line", {"case_id": 1, "line": 2, "code": "TILE", "quantity": "9.5"}),
    ("works_line", {"case_id": 1, "line": 3, "code": "RAIL", "quantity": "2"}),
    ("price", {"case_id": 1, "kind": "tender", "version": 1, "net_pence": 0, "vat_pence": 0}),
    ("price_line", {"price_id": 1, "line": 1, "code": "LAS", "quantity": "1"}),
    ("price_line", {"price_id": 1, "line": 2, "code": "TILE", "quantity": "1.5"}),
    ("price_line", {"price_id": 1, "line": 3, "code": "RAIL", "quantity": "2"}),
    ("price_line", {"price_id": 1, "line": 4, "code": "LAMP", "quantity": "-1"}),
    (
        "award",
        {
            "case_id": 1,
            "version": 1,
            "route": "pre_priced",
            "rule": "rotation",
            "package": "LAS",
            "price_id": 1,
            "inputs": {"package": {"basket": {"TRAY": "1", "TILE": "8", "LAMP": "1"}}},
        },
    ),
]
"""A case of 0.3.0 awarded at a package's price, which no order rests on yet."""
ORDERED: list[tuple[str, dict[str, Any]]] = [
    ("officer", {"email": "ada@rbc.example"}),
    ("approval", {"case_id": 1, "outcome": "approved", "decided_by": "ada@rbc.example"}),
    (
        "offer",
        {"case_id": 1, "award_id": 1, "price_id": 1, "contractor": "AVON", "status": "offered"},
    ),
    (
        "work_order",
        {
            "case_id": 1,
            "contractor": "AVON",
            "offer_id": 1,
            "approval_id": 1,
            "price_id": 1,
            "status": "sent",
        },
    ),
]


def _of_package(url: str, *, held: list[tuple[str, dict[str, Any]]]) -> list[str | None]:
    """Return what the items of a package's price cover once its home is of this version."""
    command.downgrade(alembic_config(url), "0006")
    _fill(url, held)
    command.upgrade(alembic_config(url), "head")
    query = sa.text("SELECT covers FROM price_line ORDER BY line")
    with engine_for(url).connect() as conn:
        return list(conn.execute(query).scalars())


def test_a_package_s_price_that_is_still_to_be_ordered_says_what_it_covers(
    database_url: str,
) -> None:
    assert _of_package(database_url, held=OPEN) == ["1;2", "2", "3", ""]


def test_an_order_keeps_the_numbers_it_was_printed_with(database_url: str) -> None:
    assert _of_package(database_url, held=[*OPEN, *ORDERED]) == [None] * 4


def test_the_tables_are_then_those_of_the_program_and_can_be_taken_back(upgraded: str) -> None:
    command.check(alembic_config(upgraded))
    command.downgrade(alembic_config(upgraded), FOUNDATION)
    assert _row(upgraded, "quote")["net_pence"] == 500
    command.upgrade(alembic_config(upgraded), "head")
