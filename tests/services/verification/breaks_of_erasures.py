"""Erasures broken on purpose: the SQL that makes each of their checks speak."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import ORDERED, Break

_OF_CASE = ' FROM "case" WHERE reference = $reference'

ERASED: Final = (
    Break(
        ORDERED,
        "Personal data was erased by retention proposal 1, which nobody had accepted.",
        "INSERT INTO retention_proposal (id, authority, status, years, proposed_at, reason) "
        "SELECT 1, authority, 'proposed', '{}', opened_at, ''" + _OF_CASE + "; "
        "INSERT INTO retention_case (proposal_id, case_id, going, staying, outcome, detail, "
        "erased, erased_at, files) SELECT 1, id, '{}', '{}', 'erased', '', '{}', opened_at, "
        "'[1]'" + _OF_CASE + "; "
        "INSERT INTO legal_hold (id, case_id, ground, reason, placed_by, placed_at, "
        "lifted_reason) SELECT 1, id, 'ombudsman', 'x', 'mia@rbc.example', opened_at, ''"
        + _OF_CASE,
    ),
    Break(
        ORDERED,
        "The document 1 that was sent has no file, and no erasure is on record.",
        "UPDATE document SET path = '' WHERE $case",
    ),
)
