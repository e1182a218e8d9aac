"""Completion broken on purpose: snags that do not follow, files that are not there."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import CLOSED, Break

_VIEW: Final = "UPDATE client_view SET {} WHERE $case"
COMPLETION: Final = (
    Break(
        CLOSED,
        "The client's view 9 follows 0 others.",
        _VIEW.format("number = 9"),
    ),
    Break(
        CLOSED,
        "The client's view 1 is of WO-2026-00001, which is another case's.",
        _VIEW.format("order_id = 1"),
    ),
    Break(
        CLOSED,
        "What is said of a finding on line 1 of $number does not follow: “put_right”.",
        "INSERT INTO finding_entry (id, inspection_id, said, words, documents, by, at) "
        "SELECT 999, min(id), 'put_right', '', '', 'AVON', '2026-06-01 09:00:00' "
        "FROM inspection WHERE line = 1 AND $order",
    ),
    Break(
        CLOSED,
        "$number is signed off with an open snag on line 1 (s.37(4)).",
        "UPDATE inspection SET result = 'snag' WHERE line = 1 AND $order",
    ),
    Break(
        CLOSED,
        "Document 98, handed in of $number, is refused, and nobody decided it.",
        "INSERT INTO claim_document (id, order_id, shows, document, handed_in_at, refused_at, "
        "refused_by, refused_why) SELECT 998, min(id), 'before', 98, '2026-06-01 09:00:00', "
        "'2026-06-01 09:00:00', 'tess@rbc.example', 'x' FROM work_order WHERE $case",
    ),
    Break(
        CLOSED,
        "Document 99 was handed in of $number, and the case does not hold it.",
        "INSERT INTO claim_document (id, order_id, shows, document, handed_in_at) "
        "SELECT 999, min(id), 'before', 99, '2026-06-01 09:00:00' FROM work_order WHERE $case",
    ),
)
