"""What an earlier version took for two and is one by its spelling is told by `handrail verify`."""

from __future__ import annotations

import sqlalchemy as sa

from models.database import engine_for, reading
from services.verification.checks import Severity
from services.verification.references import spelt_twice
from tests.factories import case_at

PAID_AGAIN = """UPDATE invoice SET number = 'inv\u2013dfg\u20131', number_key = 'inv-dfg-1 2',
    contractor = (SELECT contractor FROM invoice WHERE id = 1) WHERE id = 2"""
SECOND_PROVIDER = """INSERT INTO provider (code, name, email, address)
    SELECT 'oak', name, email, address FROM provider WHERE code = 'OAK'"""


def test_two_spellings_are_named_and_are_an_error_where_both_were_paid(sqlite_service: str) -> None:
    for reference in ("DFG-1", "DFG-2"):
        case_at(sqlite_service, "aftercare", reference=reference)
    with reading(sqlite_service) as conn:
        assert list(spelt_twice(conn)) == []
    with engine_for(sqlite_service).begin() as conn:
        conn.execute(sa.text(PAID_AGAIN))
        conn.execute(sa.text(SECOND_PROVIDER))
    with reading(sqlite_service) as conn:
        provider, invoice = spelt_twice(conn)
    assert (provider.severity, provider.sentence) == (
        Severity.WARNING,
        "The provider oak differs from OAK in case, blanks or dashes only.",
    )
    assert invoice.severity is Severity.ERROR
    assert invoice.sentence == (
        "Invoice inv\u2013dfg\u20131 differs from INV-DFG-1 in case, blanks or dashes only, "
        "and both are paid."
    )
