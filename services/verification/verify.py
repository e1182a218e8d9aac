"""Everything that must hold in the database, checked from the outside: `handrail verify`.

The constraints of the tables keep most of it as rows are written; here it is asked again of what
is stored, so that a repaired row, a restored backup or a lost file shows.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from models.covered_from import begun_at
from services.verification import (
    aftercare,
    awards,
    clocks,
    completion,
    consents,
    delivery,
    ended,
    erasures,
    events,
    grants,
    ledger,
    money,
    orders,
    payers,
    payments,
    record,
    references,
    replaced,
    runs,
    steps,
    versions,
    views,
)
from services.verification.checks import Finding, Severity, run_checks
from services.verification.since import Cases

CHECKS: Final = (
    *references.REFERENCES,
    *record.RECORD,
    *steps.OPENINGS,
    *steps.GATES,
    *steps.CASES,
    *money.PRICES,
    *money.OFFERS,
    *awards.COMPETITIONS,
    *awards.HANDED_DOCUMENTS,
    *grants.APPROVALS,
    *grants.BUDGETS,
    *delivery.SUCCESSIONS,
    *money.LIMITS,
    *orders.ORDERS,
    *completion.COMPLETION,
    *views.VIEWS,
    *payments.PAYMENTS,
    *payers.PAYERS,
    *runs.RUNS,
    *ended.ENDED_ORDERS,
    *versions.VERSIONS,
    *replaced.REPLACEMENTS,
    *clocks.CLOCKS_AND_STEPS,
    *clocks.PAUSES,
    *clocks.HOLDINGS,
    *consents.CONSENTS,
    *aftercare.AFTERCARE,
    *erasures.ERASURES,
    *events.EVENTS,
    *record.OUTBOX,
)
"""Every invariant that one query can ask."""


def findings(
    conn: Connection,
    sha256_of: Callable[[str], str | None],
    *,
    now: datetime | None = None,
    cases: Cases | None = None,
) -> Iterator[Finding]:
    """Yield everything that does not hold, a sentence each; nothing where all is well.

    Args:
        sha256_of: Returns the SHA-256 of a stored document by its path below the documents
            folder, or None where there is no such file.
        now: What lies after it lies in the future.
        cases: The cases whose chains, rows, decisions, awards, grants and documents are read, as
            of ``moved_since``; what one query asks of all rows is asked of all. None for all.
    """
    ids = None if cases is None else [int(row.id) for row in conn.execute(cases)]
    yield from record.broken_chains(conn, cases=cases)
    yield from ledger.out_of_step(conn)
    yield from ledger.uncovered_rows(conn, case_ids=ids)
    if now is not None:
        yield from record.in_the_future(conn, now=now)
    yield from orders.counters_out_of_step(conn)
    yield from run_checks(conn, CHECKS)
    yield from record.changed_decisions(conn, cases=cases)
    yield from money.vat_of_lines(conn)
    yield from money.reliefs_without_declaration(conn)
    yield from awards.replayed_awards(conn, cases=cases)
    yield from awards.replayed_competitions(conn, cases=cases)
    yield from awards.offered_as_found(conn, cases=cases)
    yield from grants.waterfalls(conn, cases=cases)
    yield from grants.findings(conn, cases=cases)
    yield from grants.means_tests(conn, cases=cases)
    yield from delivery.findings(conn)
    yield from aftercare.lives(conn, cases=cases)
    yield from aftercare.dates(conn, cases=cases)
    yield from clocks.reckoned_again(conn)
    yield from clocks.cases_without_their_clocks(conn)
    yield from orders.orders_before_approval(conn)
    yield from completion.signed_off_over_a_snag(conn)
    yield from views.paid_unanswered(conn)
    yield from payments.accounts_out_of_step(conn)
    yield from payments.grants_beyond_proportion(conn)
    yield from replaced.beyond_what_was_left(conn)
    yield from references.spelt_twice(conn)
    yield from orders.changed_documents(conn, sha256_of=sha256_of, cases=cases)
    yield from awards.changed_files(conn, sha256_of=sha256_of)


def covered_since(conn: Connection) -> str:
    """Say since when rows of an earlier version are covered; nothing where there were none."""
    begun = begun_at(conn)
    if begun is None:
        return ""
    return f"Rows from before {begun:%-d %B %Y} are held to what they were on that day."


__all__ = ["CHECKS", "Finding", "Severity", "covered_since", "findings"]
