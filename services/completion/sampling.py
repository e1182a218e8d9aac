"""A sample of small repeat works is looked at: which lines are not, by a recorded decision."""

from models.base import AnyRow
from models.case_queries import inspected, order_in_force, price_by_id, price_lines
from rules.completion import line_words
from rules.decisions import BaseDecision, Facts, decided, known, lines_words, particular
from rules.errors import InvalidDecisionError
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from services.cases import Context, Effect, applies
from services.completion.findings import Found, keep_findings
from services.orders.handed import claim_terms


@decided(
    "sample",
    at=StepName.SIGN_OFF,
    by=OFFICERS,
    plan="always: lines are accepted that nobody looked at (s.37(4))",
)
class SampleLines(BaseDecision):
    """Lines of small repeat works are not looked at: a sample of such works is inspected."""

    lines: tuple[int, ...] = particular(
        "A line that is not looked at.",
        "--line",
        label="Lines that are not looked at",
        hint="The reason says of which works a sample is inspected, and what it showed.",
        offers="lines",
    )

    def problems(self) -> tuple[str, ...]:
        """Return a decision on no line."""
        return () if self.lines else ("Say which lines are not looked at.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say which lines nobody looks at."""
        works = known(" of {}", facts["order"])
        return f"A sample is inspected: {lines_words(facts['lines'] or ())}{works} not looked at."


@applies(SampleLines)
def sample(context: Context, decision: SampleLines) -> Effect:
    """Keep which lines are not looked at: of a small order, and none that needs a certificate."""
    order = order_in_force(context.conn, case_id=context.case.id)
    problems = [*_too_large(context, order), *_of_lines(context, decision, order)]
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Inspect those lines.")
    found = [Found(line, "not_looked_at") for line in sorted(set(decision.lines))]
    keep_findings(context, order=order, found=found)
    return Effect(to=StepStatus.READY, facts={"order": order.number})


def _too_large(context: Context, order: AnyRow) -> list[str]:
    total = price_by_id(context.conn, price_id=order.price_id).total_pence
    terms = claim_terms(context.conn, authority=context.case.row.authority, on=context.today)
    most = terms.sample_up_to_pence
    if total <= most:
        return []
    words = f"a sample is inspected of works up to {pounds(most)} an order." if most else ""
    return [f"{order.number} comes to {pounds(total)}; {words or 'every line is inspected here.'}"]


def _of_lines(context: Context, decision: SampleLines, order: AnyRow) -> list[str]:
    known = inspected(context.conn, order=order)
    asked = set(decision.lines)
    certified = {
        line
        for row in price_lines(context.conn, price_id=order.price_id)
        if row.certificates
        for line in (row.covers or (row.line,))
    }
    said = (
        (asked - known.lines, "{} is not on the order."),
        (asked & known.results.keys(), "Something is recorded as found on {} already."),
        (asked & certified, "{} ends with a certificate, so it is looked at."),
    )
    return [
        words[:1].upper() + words[1:]
        for lines, sentence in said
        if lines and (words := sentence.format(line_words(tuple(sorted(lines)))))
    ]
