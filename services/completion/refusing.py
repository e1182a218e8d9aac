"""A document that the contractor handed in does not count: why, and the contractor hears of it.

What it was to show is wanted again: of works said to be complete, sign-off waits for it.
"""

from models.base import AnyRow
from models.case_queries import inspected, live_order
from models.contacts import contractor_of
from models.findings import handed_on, shown_words
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from rules.sentences import spoken
from services.cases import Context, Effect, applies, tell
from services.orders.handed import keep_refused
from services.orders.handing_in import OPEN


@decided("refuse-handed-in", at=None, by=OFFICERS, any_time=True)
class RefuseHandedIn(BaseDecision):
    """A document that the contractor handed in does not count; the reason is told to it."""

    documents: tuple[int, ...] = particular(
        "The number of a document.",
        "--document",
        label="Which documents do not count",
        hint="The contractor is told your reason, by e-mail and on its page: write it for them.",
        offers="handed_in",
    )

    def problems(self) -> tuple[str, ...]:
        """Return a refusal of nothing."""
        return () if self.documents else ("Say which documents do not count.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what does not count, and of which order."""
        what = "; ".join(facts["shows"] or ()) or "a document"
        return f"Handed in{known(' of {}', facts['order'])} and refused: {what}."


def check_refuse(context: Context) -> AnyRow:
    """Return the order of which something is handed in that an officer may refuse."""
    order = live_order(context.conn, case_id=context.case.id)
    if order is None or order.status not in OPEN:
        raise StepNotOpenError(
            f"No order of {context.case.reference} is under way.",
            why="What was handed in is refused before the works are signed off.",
            next_step="A fault found afterwards is a defect: `handrail decide "
            f"{context.case.reference} report-defect`.",
        )
    if not handed_on(context.conn, order_id=order.id):
        raise StepNotOpenError(
            f"Nothing is handed in of {order.number} that counts.", next_step="Nothing was changed."
        )
    return order


@applies(RefuseHandedIn, check=check_refuse)
def refuse_handed_in(context: Context, decision: RefuseHandedIn, order: AnyRow) -> Effect:
    """Keep that they do not count, tell the contractor, and let sign-off wait for them."""
    found = _found(context, order, set(decision.documents))
    keep_refused(context, found)
    shows = [f"{shown_words(row)} (document {row.document})" for row in found]
    _tell(context, order, shows=shows, numbers=sorted({row.document for row in found}))
    if context.case.step_status(StepName.SIGN_OFF) is StepStatus.WAITING:
        context.case.move(StepName.SIGN_OFF, StepStatus.READY)
    return Effect(to=None, facts={"order": order.number, "shows": shows})


def _found(context: Context, order: AnyRow, numbers: set[int]) -> list[AnyRow]:
    """Return what the documents are handed in to show.

    Raises:
        InvalidDecisionError: One is not handed in, or is a certificate that was checked and held.
    """
    found = [r for r in handed_on(context.conn, order_id=order.id) if r.document in numbers]
    problems = []
    if odd := sorted(numbers - {row.document for row in found}):
        named = spoken(list(map(str, odd)))
        problems.append(f"Document {named} is not handed in of {order.number}, or refused already.")
    held = inspected(context.conn, order=order).certificates_held
    problems += [
        f"{shown_words(row)[:1].upper()}{shown_words(row)[1:]} is held: an officer checked it."
        for row in found
        if row.certificate in held
    ]
    if problems:
        raise InvalidDecisionError(
            " ".join(problems),
            next_step="A certificate that is held is taken back with `handrail decide "
            f"{context.case.reference} correct-certificate`. Nothing was recorded.",
        )
    return found


def _tell(context: Context, order: AnyRow, *, shows: list[str], numbers: list[int]) -> None:
    tell(
        context.case,
        kind="handed_in_refused_to_contractor",
        once_for=f"{order.number}:{','.join(map(str, numbers))}",
        to=contractor_of(context.conn, code=order.contractor),
        context={"order_number": order.number, "refused": shows, "why": context.reason},
    )
