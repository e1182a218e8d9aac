"""Everything that must hold in the database, checked from the outside: `handrail verify`.

The constraints of the tables keep most of it as rows are written; here it is asked again of what
is stored, so that a repaired row, a restored backup or a lost file shows.
"""

from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy.engine import Connection

from services.verification import (
    awards,
    clocks,
    ended,
    grants,
    money,
    orders,
    pauses,
    payers,
    record,
    spellings,
    steps,
)
from services.verification.checks import Finding, Severity, run_checks
from services.verification.references import REFERENCES

CHECKS: Final = (
    *REFERENCES,
    *record.RECORD,
    *steps.OPENINGS,
    *steps.GATES,
    *steps.CASES,
    *money.PRICES,
    *money.OFFERS,
    *awards.COMPETITIONS,
    *grants.APPROVALS,
    *grants.BUDGETS,
    *money.LIMITS,
    *orders.ORDERS,
    *orders.PAYMENTS,
    *payers.PAYERS,
    *ended.ENDED_ORDERS,
    *clocks.CLOCKS_AND_STEPS,
    *pauses.PAUSES,
    *pauses.HOLDINGS,
    *record.OUTBOX,
)
"""Every invariant that one query can ask."""


def findings(conn: Connection, sha256_of: Callable[[str], str | None]) -> Iterator[Finding]:
    """Yield everything that does not hold, a sentence each; nothing where all is well.

    Args:
        sha256_of: Returns the SHA-256 of a stored document by its path below the documents
            folder, or None where there is no such file.
    """
    yield from record.broken_chains(conn)
    yield from run_checks(conn, CHECKS)
    yield from record.changed_decisions(conn)
    yield from money.vat_of_lines(conn)
    yield from money.reliefs_without_declaration(conn)
    yield from awards.replayed_awards(conn)
    yield from awards.replayed_competitions(conn)
    yield from grants.waterfalls(conn)
    yield from clocks.reckoned_again(conn)
    yield from clocks.cases_without_their_clocks(conn)
    yield from orders.orders_before_approval(conn)
    yield from orders.payments_beside_orders(conn)
    yield from spellings.spelt_twice(conn)
    yield from orders.changed_documents(conn, sha256_of=sha256_of)


__all__ = ["CHECKS", "Finding", "Severity", "findings"]
