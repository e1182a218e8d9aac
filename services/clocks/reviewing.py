"""The decision that looks at a case's priority again, before its works are ordered."""

from typing import Any, Final

from models.case_queries import live_order
from models.contacts import client_of
from rules.cases import Complexity
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.decisions.particulars import unwritable
from rules.errors import StepNotOpenError
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies, tell

LONGEST: Final = 2_000
"""Characters of the reason that the client reads."""


@decided(
    "review-priority",
    at=None,
    by=OFFICERS | {Role.MANAGER, Role.ASSESSOR},
    any_time=True,
    sealed=frozenset({"why"}),
    plan="Always: how urgent a case is, against the others, is for the authority to judge.",
)
class ReviewPriority(BaseDecision):
    """The case's priority is looked at again while its works are not ordered: kept, or changed."""

    urgent: bool = particular(
        "Whether the case is urgent from now on.",
        "--urgent/--not-urgent",
        label="Is it urgent?",
        answers=("Urgent", "Not urgent"),
    )
    why: str = particular("Why, as the client reads it.", long=True, label="Why, for the client")
    complexity: Complexity | None = particular(
        "How complex the case is; as it was if left out.",
        default=None,
        hint="As it was if left out.",
        choices={one.value: one for one in Complexity},
    )

    def problems(self) -> tuple[str, ...]:
        """Return a reason that nobody could read."""
        found = list(unwritable(self.why))
        if not self.why.strip():
            found.append("Say why, as the client reads it.")
        if len(self.why) > LONGEST:
            found.append(f"Give the reason in {LONGEST:,} characters at most.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what the priority is, what it was, and that the client is told."""
        after, before = facts["priority"], facts.before("priority")
        kept = known(" and is kept as {}", after)
        if after != before:
            kept = known(" and is changed from {} to {}", before, after)
        return f"The priority was looked at again{kept}; the client is told."


def check_review(context: Context) -> None:
    """Refuse once the works are ordered: from then on the order's dates count."""
    order = live_order(context.conn, case_id=context.case.id)
    if order is not None:
        raise StepNotOpenError(
            f"The works of {context.case.reference} are ordered: {order.number}.",
            why="A priority says who comes first while works wait to be ordered.",
            next_step="Agree an earlier date with the contractor where it is urgent.",
        )


@applies(ReviewPriority, check=check_review)
def review(context: Context, decision: ReviewPriority, _: None) -> Effect:
    """Keep or change the priority, give the stages that run its targets, and tell the client."""
    case = context.case
    after = {
        "urgent": decision.urgent,
        "complexity": (decision.complexity or Complexity(case.row.complexity)).value,
    }
    before = {name: getattr(case.row, name) for name in after}
    case.set(**after)
    words = {"before": {"priority": _words(**before)}, "priority": _words(**after)}
    tell(
        case,
        kind="priority_reviewed_to_client",
        once_for=context.now.isoformat(),
        to=client_of(case.row),
        context={
            "urgent": decision.urgent,
            "changed": after != before,
            "why": decision.why.strip(),
        },
    )
    return Effect(to=None, facts=words)


def _words(*, urgent: Any, complexity: Any) -> str:
    return f"{'urgent' if urgent else 'not urgent'}, {complexity}"
