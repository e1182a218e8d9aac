"""Rows edited by raw SQL, and how `handrail verify` must begin what it says of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.services.verification.breaks import CLOSED, LEFT, OFFERED, ORDERED, PAID
from tests.small_service import ADA, TESS


@dataclass(frozen=True, slots=True)
class Tampering:
    """One edit.

    Args:
        where: Where the finding must be.
        said: How its sentence begins.
        sql: The edit, with the tokens of ``breaks``.
    """

    where: str
    said: str
    sql: str


def _case(said: str, sql: str, where: str = CLOSED) -> Tampering:
    return Tampering(where, said, sql)


def _service(said: str, sql: str) -> Tampering:
    return Tampering("service", said, sql)


TAMPERED: Final = (
    _case("Payment ", "UPDATE payment SET released_by = 'ada@rbc.example' WHERE $invoice"),
    _case("Payment ", "UPDATE payment SET released_on = '2026-01-02' WHERE $invoice"),
    _case("Payment ", "UPDATE payment SET amount_pence = amount_pence + 1 WHERE $invoice"),
    _case("Payment ", "DELETE FROM payment WHERE $invoice"),
    _case("Invoice ", "UPDATE invoice SET number = 'INV-X' WHERE $order"),
    _case("Invoice ", "UPDATE invoice SET lines = '{\"1\": 1}' WHERE $order"),
    _case("Invoice ", "UPDATE invoice SET recorded_by = 'toby@rbc.example' WHERE $order"),
    _case("Invoice ", "UPDATE invoice SET dated = '2026-01-02' WHERE $order"),
    _case("Approval ", "UPDATE approval SET reason = 'another' WHERE $case"),
    _case("Approval ", "UPDATE approval SET decided_by = 'finn@rbc.example' WHERE $case"),
    _case("Approval ", "UPDATE approval SET decided_on = '2026-01-02' WHERE $case"),
    _case("Inspection ", "UPDATE inspection SET result = 'snag' WHERE $order"),
    _case("Inspection ", "UPDATE inspection SET inspected_by = 'somebody' WHERE $order"),
    _case(
        "Completion certificate ",
        "INSERT INTO completion_certificate VALUES "
        "(99, (SELECT max(id) FROM work_order WHERE $case), 'gas', 'C-9', '2026-05-05')",
    ),
    _case("Grant certificate ", "UPDATE grant_certificate SET dated = '2026-01-02' WHERE $case"),
    _case("Consent ", "UPDATE consent SET conditions = 'none' WHERE $case", ORDERED),
    _case("Award ", "UPDATE award SET direction = 'another' WHERE $case"),
    _case("Award ", "UPDATE award SET reasons = '[]' WHERE $case"),
    _case("Decision ", "UPDATE decision SET actor_role = 'manager' WHERE $case"),
    _case("Decision ", "UPDATE decision SET decided_at = '2026-01-02 00:00:00' WHERE $case"),
    _case("Document ", "DELETE FROM document WHERE $case AND kind = 'work_order'"),
    _case("Document ", "UPDATE document SET sha256 = html_sha256 WHERE $case"),
    _case("Outbox ", "DELETE FROM outbox WHERE $case AND kind = 'message'"),
    _case("Outbox ", "UPDATE outbox SET payload = '{}' WHERE $case AND kind = 'message'"),
    _case("Price line ", "UPDATE price_line SET vat_reason = 'another' WHERE $tender"),
    _case("Price ", "UPDATE price SET priced_at = '2026-01-02 00:00:00' WHERE $case"),
    _case("Turn ", "DELETE FROM turn WHERE $offer"),
    _case("Offer ", "UPDATE offer SET reason = 'another' WHERE $case"),
    _case("Work order ", "UPDATE work_order SET started_on = '2026-01-02' WHERE $case"),
    _case("Work order ", "UPDATE work_order SET complete_by = '2026-01-02' WHERE $case", PAID),
    _case("Works line ", "UPDATE works_line SET quantity = '9' WHERE $case"),
    _case("Case step ", "UPDATE case_step SET opened_at = '2026-01-02 00:00:00' WHERE $case"),
    _case("Quote ", "UPDATE quote SET recorded_by = 'toby@rbc.example' WHERE $award", OFFERED),
    _case("Case DFG-1 ", "UPDATE \"case\" SET client_name = 'Mr X' WHERE reference = $reference"),
    _case("Case DFG-1 ", 'UPDATE "case" SET contribution_pence = 5 WHERE reference = $reference'),
    _case(
        "Case DFG-4 ", "UPDATE \"case\" SET ended_reason = 'x' WHERE reference = $reference", LEFT
    ),
    _case(
        "The case was removed ",
        "DELETE FROM audit WHERE chain = $reference; "
        'DELETE FROM "case" WHERE reference = $reference',
    ),
    _service(
        f"Officer {ADA} ",
        "UPDATE officer SET approval_limit_pence = 1 WHERE email='ada@rbc.example'",
    ),
    _service(
        f"Officer {TESS} ", "UPDATE officer SET role = 'manager' WHERE email = 'tess@rbc.example'"
    ),
    _service(
        "Officer eve ",
        "INSERT INTO officer (email, name, role, authorities, approval_limit_pence) "
        "SELECT 'eve', name, role, authorities, approval_limit_pence FROM officer "
        "WHERE email = 'ada@rbc.example'",
    ),
    _service("Schedule item ", "UPDATE schedule_item SET rate = '1' WHERE code = 'TRAY'"),
    _service("Budget ", "UPDATE budget SET amount_pence = amount_pence + 1 WHERE year = 2026"),
    _service("Lot contractor ", "UPDATE lot_contractor SET percentage = '50' WHERE rank = 2"),
    _service("Package price ", "UPDATE package_price SET price_pence = 1 WHERE lot = 'SHOWERS'"),
    _service("Permission ", "DELETE FROM permission WHERE provider = 'OAK'"),
    _service("Contractor AVON ", "UPDATE contractor SET email = 'x@x.example' WHERE code = 'AVON'"),
    _service("Closed day ", "DELETE FROM closed_day WHERE day = '2026-12-25'"),
    _service(
        "The audit chain has ",
        "DELETE FROM audit WHERE chain = 'service' "
        "AND sequence = (SELECT max(sequence) FROM audit WHERE chain = 'service')",
    ),
    _service("The audit chain is gone: ", "DELETE FROM audit WHERE chain = 'service'"),
    _service(
        "The audit chain has ",
        "INSERT INTO audit SELECT 99999, chain, sequence + 1, at, actor, action, reason, "
        "detail, hash, 'x', covers FROM audit WHERE chain = 'service' AND sequence = "
        "(SELECT max(sequence) FROM audit WHERE chain = 'service')",
    ),
    _case(
        "The audit chain has ",
        "DELETE FROM audit WHERE $last; $ends_there",
    ),
    _case(
        "The audit chain is gone: ",
        "DELETE FROM audit WHERE chain = $reference; "
        'DELETE FROM covered WHERE scope = (SELECT id FROM "case" WHERE reference = $reference); '
        'DELETE FROM "case" WHERE reference = $reference',
    ),
    _case(
        "The audit chain has ",
        "INSERT INTO audit SELECT 99999, chain, sequence + 1, at, actor, action, reason, "
        "detail, hash, 'x', covers FROM audit WHERE $last; $ends_there",
    ),
    _case("The audit chain has ", "DELETE FROM chain WHERE name = $reference"),
    _case(
        "The last row of the audit chain is not the one that was written.",
        "UPDATE audit SET reason = 'another', hash = 'x' WHERE $last; $ends_there",
    ),
    Tampering(
        "counter",
        "The counter of work orders of 2026 stands at ",
        "UPDATE counter SET value = value - 1 WHERE name = 'work_order:2026'",
    ),
    _case(
        "Decision “approve” is dated 2 January 2099, ",
        "UPDATE decision SET decided_at = '2099-01-02 00:00:00' WHERE $case AND kind = 'approve'",
    ),
    _case(
        "The audit chain does not end where the case says it ends.",
        'UPDATE "case" SET audit_sequence = 1 WHERE reference = $reference',
    ),
)
"""Each of them was unseen, or seen by chance."""
