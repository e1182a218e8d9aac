"""Pauses, and who held what, broken on purpose: the SQL that does it, and what must be said."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import CLOSED, ORDERED, PAID, Break

_PAUSE = (
    "INSERT INTO pause (case_id, number, cause, owner, evidence, reason, started_on, withdrawn, "
    "recorded_by, recorded_at) SELECT id, {number}, 'away', 'client', 'note', 'away', "
    "'2026-05-04', false, 'tess@rbc.example', opened_at FROM \"case\" WHERE reference = $reference"
)

PAUSES: Final = (
    Break(
        ORDERED,
        "The case says that it is paused since 2026-05-04; its pauses under way begin None.",
        "UPDATE \"case\" SET paused_on = '2026-05-04' WHERE reference = $reference",
    ),
    Break(
        ORDERED,
        "The case says that it is paused since None; its pauses under way begin 2026-05-04.",
        _PAUSE.format(number=1),
    ),
    Break(CLOSED, "Pause 1 is under way on a case that is closed.", _PAUSE.format(number=1)),
    Break(PAID, "Pause 1 is under way on a case that is paid.", _PAUSE.format(number=1)),
    Break(ORDERED, "Its pauses are numbered to 2, and there are 1.", _PAUSE.format(number=2)),
    Break(
        ORDERED,
        "Pause 1 is under way, and no clock says when it is looked at again.",
        _PAUSE.format(number=1),
    ),
    Break(
        ORDERED,
        "A clock runs for the review of pause 7, which is not under way.",
        "UPDATE clock SET name = 'review_pause', step = '', subject = '7' "
        "WHERE $case AND name = 'works'",
    ),
)
"""How pauses, their reviews and their cases agree."""

HOLDINGS: Final = (
    Break(
        ORDERED,
        "“works” came to landlord at another instant than somebody gave it away.",
        "INSERT INTO holding (case_id, step, step_revision, owner, held_from, held_to) "
        "SELECT case_id, step, revision, 'landlord', '2026-01-01 00:00:00', opened_at "
        "FROM case_step WHERE $case AND step = 'works'",
    ),
    Break(
        ORDERED,
        "“works” is held by contractor since another instant than somebody gave it away.",
        "UPDATE case_step SET held_since = '2026-01-01 00:00:00' WHERE $case AND step = 'works'",
    ),
)
"""How the times agree in which each owner held a step."""
