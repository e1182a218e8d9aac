"""The record and the steps broken on purpose: the SQL that does it, and what must be said of it.

The cases are those of ``test_verify``: CLOSED to the end, ORDERED with its works on site,
 OFFERED after quotes, LEFT after its order, AGAIN back at approval for a dearer contractor,
PAID in its defects period, ENDED paid for what was done of it, VARIED in its second version,
and REPLACED with its first contractor paid and the next one asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.verification.verify import Severity
from tests.small_service import ADA, TESS

CLOSED, ORDERED, OFFERED = "DFG-1", "DFG-2", "DFG-3"
LEFT, AGAIN, PAID, ENDED, REPLACED = "DFG-4", "DFG-5", "DFG-6", "DFG-7", "DFG-8"
VARIED = "DFG-9"


@dataclass(frozen=True, slots=True)
class Break:
    """One invariant broken.

    Args:
        where: Where the finding must be; its case is the one that ``$case`` stands for.
        sentence: What it must say; ``$number`` stands for the order's number.
        sql: What breaks it. ``$case``, ``$order``, ``$offer``, ``$award``, ``$invoice`` and
            ``$tender`` stand for the rows of tables that hang on those of the case, ``$last``
            for the last row of its audit chain, and ``$ends_there`` says that on the case.
        severity: How the finding must be ranked.
    """

    where: str
    sentence: str
    sql: str
    severity: Severity = Severity.ERROR


def statement(sql: str, *, reference: str, number: str) -> str:
    """Return the SQL, or a sentence, with what its tokens stand for."""
    for token, meaning in _TOKENS:
        sql = sql.replace(token, meaning)
    return sql.replace("$number", number).replace("$reference", f"'{reference}'")


_TOKENS: Final = (
    (
        "$ends_there",
        (
            'UPDATE "case" SET audit_sequence = (SELECT sequence FROM audit WHERE $last), '
            "audit_hash = (SELECT hash FROM audit WHERE $last) WHERE reference = $reference"
        ),
    ),
    (
        "$last",
        (
            "chain = $reference AND sequence = "
            "(SELECT max(sequence) FROM audit WHERE chain = $reference)"
        ),
    ),
    ("$invoice", "invoice_id IN (SELECT id FROM invoice WHERE $order)"),
    ("$order", "order_id IN (SELECT id FROM work_order WHERE $case)"),
    ("$offer", "offer_id IN (SELECT id FROM offer WHERE $case)"),
    ("$award", "award_id IN (SELECT id FROM award WHERE $case)"),
    ("$tender", "price_id IN (SELECT id FROM price WHERE $case AND kind = 'tender')"),
    ("$case", 'case_id = (SELECT id FROM "case" WHERE reference = $reference)'),
)

EVENTS: Final = (
    Break(
        ORDERED,
        "Event job-1-start of BRIAR’s own system is put beside a decision that is not its own.",
        "INSERT INTO order_event (id, case_id, contractor, event, digest, decision_id, "
        "received_at, answer) SELECT 1, case_id, 'BRIAR', 'job-1-start', '', min(id), "
        "min(decided_at), '{}' FROM decision WHERE $case GROUP BY case_id",
    ),
)

CONSENTS: Final = (
    Break(
        OFFERED,
        "The landlord was asked on 2026-06-01, and the tenant had not applied by then.",
        "DELETE FROM tenant_authority WHERE $case",
    ),
    Break(
        OFFERED,
        "The consent is treated as given, and nobody decided it.",
        "UPDATE consent SET basis = 'treated_as_given' WHERE $case; "
        "DELETE FROM decision WHERE $case AND kind = 'answer-consent'",
    ),
    Break(
        OFFERED,
        "The landlord’s answer 1 is to no request on record.",
        "UPDATE landlord_answer SET step_revision = 9 WHERE $case",
    ),
)

RECORD: Final = (
    Break(
        "audit",
        "Audit chain DFG-1, row 2: its content was changed after it was written.",
        "UPDATE audit SET reason = 'another' WHERE chain = 'DFG-1' AND sequence = 2",
    ),
    Break(
        "audit",
        "Audit chain DFG-1, row 4: row 3 is missing.",
        "DELETE FROM audit WHERE chain = 'DFG-1' AND sequence = 3",
    ),
    Break(
        "audit",
        "Audit chain DFG-1, row 4: it does not follow the row before it.",
        "DELETE FROM audit WHERE chain = 'DFG-1' AND sequence = 3",
    ),
    Break(
        CLOSED,
        "The audit chain does not end where the case says it ends.",
        "DELETE FROM audit WHERE chain = 'DFG-1' AND action = 'aftercare: close'",
    ),
    Break(
        CLOSED,
        "The audit chain does not end where the case says it ends.",
        "UPDATE \"case\" SET audit_hash = 'another' WHERE reference = $reference",
    ),
    Break(
        CLOSED,
        "There is an audit chain and no case of that reference.",
        "UPDATE \"case\" SET reference = 'DFG-9' WHERE reference = $reference",
    ),
    Break(
        CLOSED,
        f"“specify: specify” by {TESS} is recorded 0 times as a decision and 1 times in the audit "
        "chain, with the same instant and reason.",
        "DELETE FROM decision WHERE $case AND kind = 'specify'",
    ),
    Break(
        CLOSED,
        f"“approve: approve” by {ADA} is recorded 1 times as a decision and 0 times in the audit "
        "chain, with the same instant and reason.",
        "UPDATE decision SET reason = 'another' WHERE $case AND kind = 'approve'",
    ),
    Break(
        CLOSED,
        f"The particulars of “approve: approve” by {ADA} are not those in the audit chain.",
        "UPDATE decision SET facts = '{}' WHERE $case AND kind = 'approve'",
    ),
    Break(
        CLOSED,
        f"The particulars of “tender: direct” by {TESS} are not those in the audit chain.",
        "UPDATE decision SET plan = NULL WHERE $case AND kind = 'direct'",
    ),
    Break(
        ORDERED,
        "The run that was last asked for, DFG-2:advance:12, is not in the outbox.",
        "DELETE FROM outbox WHERE key = 'DFG-2:advance:12'",
    ),
    Break(
        ORDERED,
        "Decision “specify” at step “specify” has no request for a run after it.",
        "DELETE FROM outbox WHERE kind = 'run' AND $case",
    ),
    Break(
        "outbox",
        "DFG-2:advance:1 is in the outbox 2 times.",
        "INSERT INTO outbox SELECT * FROM outbox WHERE key = 'DFG-2:advance:1'",
    ),
    Break(
        "outbox",
        "Messages not sent, given up after too many attempts: 1. See `handrail outbox list --dead` "
        "and, once the cause is mended, `handrail outbox retry`.",
        "UPDATE outbox SET status = 'dead' WHERE key = 'DFG-1:survey_to_client:$number'",
        Severity.WARNING,
    ),
    Break(
        "outbox",
        "Runs not started, given up after too many attempts: 1. See `handrail outbox list --dead` "
        "and, once the cause is mended, `handrail outbox retry`.",
        "UPDATE outbox SET status = 'dead' WHERE key = 'DFG-2:advance:1'",
        Severity.WARNING,
    ),
    Break(
        "work_order",
        "1 rows of work_order name a contractor that is not there (contractor).",
        "DELETE FROM contractor WHERE code = 'CEDAR'",
    ),
)

STEPS: Final = (
    Break(
        ORDERED,
        "“gossip” is no step of the pathway.",
        "UPDATE case_step SET step = 'gossip' WHERE $case AND step = 'order'",
    ),
    Break(
        ORDERED,
        "Step “works” has 2 openings in force; one is right.",
        "INSERT INTO case_step SELECT * FROM case_step WHERE $case AND step = 'works'",
    ),
    Break(
        ORDERED,
        "Step “works” has 0 openings in force; one is right.",
        "UPDATE case_step SET current = false WHERE $case AND step = 'works'",
    ),
    Break(
        ORDERED,
        "The openings of step “works” are not numbered from 1 to the one in force.",
        "UPDATE case_step SET revision = 3 WHERE $case AND step = 'works'",
    ),
    Break(
        AGAIN,
        "The openings of step “approve” are not numbered from 1 to the one in force.",
        "UPDATE case_step SET current = (revision = 1) WHERE $case AND step = 'approve'",
    ),
    Break(
        ORDERED,
        "Step “specify” is done, and whether it has a closing time says otherwise.",
        "UPDATE case_step SET closed_at = NULL WHERE $case AND step = 'specify'",
    ),
    Break(
        AGAIN,
        "Step “approve” was opened again, and its opening 1 was not over.",
        "UPDATE case_step SET status = 'ready' WHERE $case AND step = 'approve' AND revision = 1",
    ),
    Break(
        ORDERED,
        "Step “approve” was opened and step “consent”, which comes before it, was never over.",
        "DELETE FROM case_step WHERE $case AND step = 'consent'",
    ),
    Break(
        ORDERED,
        "Step “assign” was opened and step “approve”, which comes before it, was never over.",
        "UPDATE case_step SET status = 'waiting' WHERE $case AND step = 'approve'",
    ),
    Break(
        ORDERED,
        "Step “approve” is done, and nobody's decision closed it.",
        "UPDATE decision SET closes = false WHERE $case AND kind = 'approve'",
    ),
    Break(
        OFFERED,
        "Step “consent” is done, and nobody's decision closed it.",
        "DELETE FROM decision WHERE $case AND kind = 'answer-consent'",
    ),
    Break(
        ORDERED,
        "Step “specify” is decided, and it still waits.",
        "UPDATE case_step SET status = 'waiting' WHERE $case AND step = 'specify'",
    ),
    Break(
        ORDERED,
        "Decision “approve” closed step “approve”, which was never opened.",
        "UPDATE decision SET step_revision = 9 WHERE $case AND kind = 'approve'",
    ),
    Break(
        ORDERED,
        "“lost” is no status of a case.",
        "UPDATE \"case\" SET status = 'lost' WHERE reference = $reference",
    ),
    Break(
        LEFT,
        "The case has ended (withdrawn), and step “works” is open.",
        "UPDATE case_step SET status = 'waiting' WHERE $case AND step = 'works'",
    ),
    Break(
        CLOSED,
        "The case is closed, and whether it has an end says otherwise.",
        'UPDATE "case" SET ended_at = NULL WHERE reference = $reference',
    ),
    Break(
        LEFT,
        "The case has ended (withdrawn) without its stage and reason.",
        'UPDATE "case" SET ended_reason = NULL WHERE reference = $reference',
    ),
    Break(
        PAID,
        "The case is paid, and step “pay” was not released.",
        "UPDATE case_step SET status = 'waiting', outcome = '' WHERE $case AND step = 'pay'",
    ),
    Break(
        PAID,
        "Step “pay” is done, and the case is open.",
        "UPDATE \"case\" SET status = 'open' WHERE reference = $reference",
    ),
    Break(
        PAID,
        "The case is closed, and step “aftercare” says otherwise.",
        "UPDATE \"case\" SET status = 'closed' WHERE reference = $reference",
    ),
    Break(
        OFFERED,
        "Nothing is open on the case and no run is asked for: `handrail case advance DFG-3`.",
        "UPDATE outbox SET status = 'sent' WHERE $case; "
        "UPDATE case_step SET closed_at = opened_at WHERE $case AND step = 'assign'",
        Severity.WARNING,
    ),
)
