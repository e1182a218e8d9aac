"""What became of the client's well-being, recorded with the client: Care Act 2014, s.1(2)."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, insert

from models.asked import rows
from models.base import rows_by
from models.tables.aftercare import CareOutcome
from rules.aftercare.outcomes import WELL_BEING, Outcome
from rules.decisions import BaseDecision, Facts, decided, particular
from rules.errors import AlreadyDecidedError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from rules.sentences import spoken
from services.cases import Context, Effect, applies

_KEEP: Final = insert(CareOutcome)
HELD: Final = rows_by(CareOutcome, "case_id").order_by(CareOutcome.id)
"""What was recorded of a case's outcomes, oldest first."""


@decided(
    "record-outcomes",
    at=StepName.AFTERCARE,
    by=OFFICERS | {Role.ASSESSOR, Role.CLIENT},
    usual_reason="as the client says",
)
class RecordOutcomes(BaseDecision):
    """How far what the client wanted was achieved, by the domains of well-being of the Care Act.

    What nobody asked about stays not recorded; what was recorded wrongly is recorded again.
    """

    outcomes: Mapping[str, Outcome] = particular(
        "How far a domain of well-being was achieved: achieved, partly or not_achieved.",
        "--outcome",
        entry="DOMAIN=RESULT",
        example="control=achieved",
        label="Has it got better for you?",
        hint="Leave out what does not matter to the client, or was not asked.",
        offers="domains",
    )

    def problems(self) -> tuple[str, ...]:
        """Return domains that the Act does not know, and a record that says nothing."""
        known = ", ".join(WELL_BEING)
        found = [
            f"“{one}” is no domain of well-being; they are {known}."
            for one in self.outcomes
            if one not in WELL_BEING
        ]
        return tuple(found) if self.outcomes else ("Give at least one outcome.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was recorded, domain by domain."""
        told = [
            f"{WELL_BEING.get(one, one).lower()}: {Outcome(result).words}"
            for one, result in (facts["outcomes"] or {}).items()
        ]
        return f"Outcomes recorded with the client: {spoken(told)}."


@applies(RecordOutcomes)
def record_outcomes(context: Context, decision: RecordOutcomes) -> Effect:
    """Keep what is new or changed; nothing else of it is touched."""
    held = outcomes_on(context.conn, case_id=context.case.id)
    changed = {one: result for one, result in decision.outcomes.items() if held.get(one) != result}
    if not changed:
        raise AlreadyDecidedError(
            "These outcomes are recorded already.", next_step="Nothing was changed."
        )
    by = {"recorded_by": context.actor.identity, "recorded_at": context.now}
    context.conn.execute(
        _KEEP,
        [
            {"case_id": context.case.id, "domain": one, "result": result.value, **by}
            for one, result in changed.items()
        ],
    )
    before = {one: held[one].value for one in changed if one in held}
    return Effect(to=StepStatus.READY, facts={"before": before} if before else {})


def outcomes_on(conn: Connection, *, case_id: int) -> dict[str, Outcome]:
    """Return what is recorded of each domain, as it counts now; what is not, is left out."""
    return {row.domain: Outcome(row.result) for row in rows(conn, HELD, case_id=case_id)}
