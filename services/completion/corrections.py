"""Corrections at sign-off: what was found on a line, and a completion certificate.

Where the works were signed off on what is corrected, sign-off is opened again: nothing is paid
before somebody certifies once more (s.37(4)).
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from models.base import AnyRow
from models.case_queries import inspected, order_in_force
from models.findings import snags_on
from models.tables.works import CompletionCertificate
from rules.decisions import BaseDecision, Facts, changed, decided, particular
from rules.errors import InvalidDecisionError
from rules.pathway import OVER, StepName, StepStatus
from rules.people import OFFICERS
from rules.snags import SnagState, open_snags
from services.cases import Context, Effect, applies
from services.cases.clocks.case_level import sync_case_clocks
from services.cases.corrections import before_and_after
from services.completion.completion import HoldCertificate
from services.completion.findings import Found, keep_findings, say_of_snag
from services.completion.inspecting import InspectLines, several
from services.grants.proportions import pay_as_approved
from services.orders.works import change_order

_HELD: Final = select(CompletionCertificate.reference).where(
    CompletionCertificate.order_id == bindparam("order_id"),
    CompletionCertificate.kind == bindparam("kind"),
)
_THIS: Final = (
    CompletionCertificate.order_id == bindparam("of_order"),
    CompletionCertificate.kind == bindparam("of_kind"),
)
_REFERENCE: Final = update(CompletionCertificate).where(*_THIS)
_TAKE_AWAY: Final = delete(CompletionCertificate).where(*_THIS)
_PAID: Final = {
    "release": "The works are paid on it. Write what is right to the client and the contractor, "
    "and file it with the case; a fault found now is a defect for the contractor to put right."
}


@decided(
    "correct-inspection",
    at=StepName.SIGN_OFF,
    by=OFFICERS,
    corrects=InspectLines,
    rests=_PAID,
    sealed=frozenset({"snags"}),
)
class CorrectInspection(BaseDecision):
    """What was recorded as found on a line was wrong: it passes, or has a snag, after all."""

    passed: tuple[int, ...] = particular(
        "A line that passes.", default=(), entry="LINE", label="Lines that pass", offers="lines"
    )
    snags: Mapping[int, str] = particular(
        "A snag on a line.",
        "--snag",
        default_factory=dict,
        entry="LINE=WORDS",
        label="Snags",
        hint="What is wrong, beside its line.",
        offers="lines",
    )

    def problems(self) -> tuple[str, ...]:
        """Return contradictions and snags without words."""
        return InspectLines(passed=self.passed, snags=self.snags).problems()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"What was found is corrected: line {changed(facts)}."


@decided(
    "correct-certificate", at=StepName.SIGN_OFF, by=OFFICERS, corrects=HoldCertificate, rests=_PAID
)
class CorrectCertificate(BaseDecision):
    """The reference of a completion certificate was recorded wrongly, or none was received."""

    certificate: str = particular(
        "Which certificate, such as electrical.", offers="certificates_held"
    )
    certificate_reference: str = particular(
        "Its reference.", "--reference", default="", evidence=True
    )
    withdrawn: bool = particular(
        "No such certificate was received; it is awaited again.", "--withdraw", default=False
    )

    def problems(self) -> tuple[str, ...]:
        """Return a correction that says nothing, or two things at once."""
        if self.withdrawn:
            given = bool(self.certificate_reference)
            return ("It has a reference or is withdrawn, not both.",) if given else ()
        return HoldCertificate(self.certificate, self.certificate_reference).problems()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The {facts.words('certificate')} certificate is corrected: {changed(facts)}."


@applies(CorrectInspection)
def correct_inspection(context: Context, decision: CorrectInspection) -> Effect:
    """Keep what is right as the newest finding of each line; a snag is passed on anew."""
    order = order_in_force(context.conn, case_id=context.case.id)
    held = inspected(context.conn, order=order)
    after = dict.fromkeys(decision.passed, "") | {
        line: "; ".join(several(words)) for line, words in decision.snags.items()
    }
    if unknown := sorted(after.keys() - held.results.keys()):
        raise InvalidDecisionError(
            f"Nothing is recorded as found on line {', '.join(map(str, unknown))}.",
            next_step="Record what was found with `decide … sign-off`.",
        )
    stood = {line: held.snags.get(line, "") for line in after}
    changed = [
        line
        for line in sorted(after)
        if stood[line] != after[line] or held.results[line] == "not_looked_at"
    ]
    facts = before_and_after(
        {str(line): _words(stood[line], held.results[line]) for line in after},
        {
            str(line): _words(after[line], again=stood[line] not in ("", after[line]))
            for line in sorted(after)
        },
        what=f"The inspection of {order.number}",
    )
    _withdraw(context, order, changed)
    found = [
        one
        for line in changed
        for one in [Found(line, "snag", words) for words in several(after[line])]
        or [Found(line, "pass")]
    ]
    keep_findings(context, order=order, found=found)
    return _looked_at_again(context, order, facts)


def _withdraw(context: Context, order: AnyRow, lines: Collection[int]) -> None:
    """Say of the open snags of lines that they were recorded by mistake."""
    for one in open_snags(snags_on(context.conn, order_id=order.id)):
        if one.line in lines:
            say_of_snag(context, one, SnagState.WITHDRAWN)


@applies(CorrectCertificate)
def correct_certificate(context: Context, decision: CorrectCertificate) -> Effect:
    """Put the reference right, or take it off; what names it is then written anew."""
    order = order_in_force(context.conn, case_id=context.case.id)
    asked = {"order_id": order.id, "kind": decision.certificate}
    held = context.conn.execute(_HELD, asked).one_or_none()
    if held is None:
        kinds = ", ".join(sorted(inspected(context.conn, order=order).certificates_held))
        raise InvalidDecisionError(
            f"No {decision.certificate} certificate of {order.number} is held.",
            next_step=f"Held are: {kinds or 'none'}.",
        )
    facts = before_and_after(
        {"reference": held.reference},
        {"reference": None if decision.withdrawn else decision.certificate_reference.strip()},
        what=f"The {decision.certificate} certificate of {order.number}",
    )
    values = {"of_order": order.id, "of_kind": decision.certificate}
    if decision.withdrawn:
        context.conn.execute(_TAKE_AWAY, values)
    else:
        context.conn.execute(_REFERENCE, values | {"reference": facts["after"]["reference"]})
    return _looked_at_again(context, order, facts)


def _words(snags: str, result: str = "", *, again: bool = False) -> str:
    """Return what a line was found to be, without the words of its snags."""
    if not snags:
        return "not looked at" if result == "not_looked_at" else "pass"
    return "a snag, as it is now described" if again else "a snag"


def _looked_at_again(context: Context, order: AnyRow, facts: dict[str, Any]) -> Effect:
    """Let the run look at what is outstanding; sign-off that is over is opened again."""
    case = context.case
    if case.step_status(StepName.SIGN_OFF) not in OVER:
        return Effect(to=StepStatus.READY, facts=facts)
    case.reopen(StepName.SIGN_OFF, reason=f"what {order.number} was signed off on is corrected")
    change_order(
        context.conn, order_id=order.id, status="complete", certified_on=None, defects_until=None
    )
    sync_case_clocks(context.conn, case_ids=[case.id], now=context.now)
    pay_as_approved(context.conn, case=case.row, now=context.now)
    return Effect(
        to=None,
        facts=facts | {"signed_off": str(order.certified_on)},
        notice="Sign-off is open again: certify the works once more; nothing is paid before.",
    )
