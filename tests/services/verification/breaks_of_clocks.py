"""Clocks broken on purpose: the SQL that does it, and what must be said of it."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import CLOSED, LEFT, ORDERED, PAID, Break

_RESTARTED = "UPDATE clock SET stopped_on = NULL, stopped_why = '' WHERE $case AND name = "

CLOCKS: Final = (
    Break(
        ORDERED,
        "“gossip” is no clock that Handrail knows.",
        "UPDATE clock SET name = 'gossip' WHERE $case AND name = 'works'",
    ),
    Break(
        CLOSED,
        "The case has ended (closed), and clock “decide” runs.",
        f"{_RESTARTED}'decide'",
    ),
    Break(
        LEFT,
        "The case has ended (withdrawn), and clock “works” runs.",
        f"{_RESTARTED}'works'",
    ),
    Break(
        PAID,
        "Clock “pay” runs, and that opening of step “pay” is over.",
        f"{_RESTARTED}'pay'",
    ),
    Break(
        ORDERED,
        "Clock “works” runs, and that opening of step “works” is over.",
        "UPDATE clock SET step_revision = 2 WHERE $case AND name = 'works'",
    ),
    Break(
        ORDERED,
        "Step “works” is open, and its clock does not run.",
        "UPDATE clock SET stopped_on = opened_on, stopped_why = 'lost' "
        "WHERE $case AND name = 'works'",
    ),
    Break(
        ORDERED,
        "Step “works” is not due when the earliest of its clocks is.",
        "UPDATE case_step SET due_on = '2027-01-04' WHERE $case AND step = 'works'",
    ),
    Break(
        ORDERED,
        "Step “works” is not due when the earliest of its clocks is.",
        "UPDATE clock SET stopped_on = opened_on, stopped_why = 'lost' "
        "WHERE $case AND name = 'start_works'",
    ),
    Break(
        ORDERED,
        "Clock “start_works” is due on 4 January 2027; reckoned again it is due on 15 June 2026.",
        "UPDATE clock SET due_on = '2027-01-04' WHERE $case AND name = 'start_works'",
    ),
    Break(
        ORDERED,
        "Clock “finish” is due on no day, being paused; reckoned again it is due on 1 June 2027.",
        "UPDATE clock SET paused = true, due_on = NULL, next_on = NULL "
        "WHERE $case AND name = 'finish'",
    ),
    Break(
        ORDERED,
        "Clock “finish” is not as it is reckoned again: next_on.",
        "UPDATE clock SET next_on = '2027-01-04' WHERE $case AND name = 'finish'",
    ),
    Break(
        ORDERED,
        "Clock “finish” is not as it is reckoned again: escalate_on.",
        "UPDATE clock SET escalate_on = '2028-01-04' WHERE $case AND name = 'finish'",
    ),
    Break(
        ORDERED,
        "The clocks of the case as a whole are not those that its dates call for.",
        "UPDATE \"case\" SET applied_on = '2026-03-02' WHERE reference = $reference",
    ),
    Break(
        PAID,
        "The clocks of the case as a whole are not those that its dates call for.",
        f"{_RESTARTED}'finish'",
    ),
    Break(
        ORDERED,
        "The clocks of the case as a whole are not those that its dates call for.",
        "DELETE FROM clock WHERE $case AND name = 'decide'",
    ),
)
