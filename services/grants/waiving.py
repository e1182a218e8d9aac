"""The means test, waived under a rule of the authority: its declaration and what applies it."""

from typing import Final

from sqlalchemy import bindparam, delete, insert

from models.base import AnyRow
from models.tables.funding import Waiver
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import AlreadyDecidedError, InvalidDecisionError
from rules.grants.waivers import WaiverTerms, above_cap, reasons_against
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies
from services.grants.funding import recorded
from services.grants.fundings import child_on, price_to_reckon, waiver_of, waiver_rules

NO_TEST_FOR_A_CHILD: Final = (
    "There is no means test to waive: the disabled person was under 18 at the application "
    "(Housing Renewal Grants Regulations 1996, regulation 5)."
)

_WAIVE: Final = insert(Waiver)
_END_WAIVER: Final = delete(Waiver).where(Waiver.case_id == bindparam("of_case"))


@decided(
    "waive-means-test",
    at=None,
    by=OFFICERS | {Role.MANAGER},
    command="means-test",
    plan="A waiver is discretionary.",
    before_approval=True,
)
class WaiveMeansTest(BaseDecision):
    """The means test is waived under one of the authority's rules, or the waiver is ended."""

    rule: str = particular(
        "The rule that the waiver rests on.",
        Option("--waive-under", "Waive it under this rule."),
        Option("--end-waiver", "End the waiver under this rule.", fills={"ended": True}),
        asks=True,
        offers="waiver_rules",
    )
    ended: bool = particular(
        "The waiver under this rule no longer holds, and the contribution counts again.",
        default=False,
        typed=False,
    )

    def problems(self) -> tuple[str, ...]:
        """Return a missing rule."""
        return () if self.rule.strip() else ("Name the rule that the waiver rests on.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        rule = f"{facts['rule']}{known(' ({})', facts['title'])}"
        if facts["ended"]:
            return f"The waiver of the means test under {rule} is ended."
        before = known("; before, under {}", facts.before("rule"))
        return f"The means test is waived under {rule}{before}."


@applies(WaiveMeansTest)
def waive_means_test(context: Context, decision: WaiveMeansTest) -> Effect:
    """Waive the means test under a rule that covers the case today, or end such a waiver."""
    name = decision.rule.strip()
    held = waiver_of(context.conn, case_id=context.case.id)
    if decision.ended:
        _check_ends(context, held, name)
        context.conn.execute(_END_WAIVER, {"of_case": context.case.id})
        return recorded(context, {})
    if held is not None and held.rule == name:
        raise AlreadyDecidedError(
            f"The means test on {context.case.reference} is waived under {name} already.",
            next_step="Nothing was changed.",
        )
    terms = _rule(context, name)
    cost = _cost(context)
    _check_waivable(context, terms, cost)
    if held is not None:
        context.conn.execute(_END_WAIVER, {"of_case": context.case.id})
    context.conn.execute(
        _WAIVE,
        {
            "case_id": context.case.id,
            "rule": terms.rule,
            "title": terms.title,
            "waived_by": context.actor.identity,
            "waived_on": context.today,
        },
    )
    before = {"before": {"rule": held.rule}} if held is not None else {}
    return recorded(context, {"title": terms.title, "cost_pence": cost} | before)


def check_waiver_holds(context: Context, *, cost_pence: int) -> None:
    """Refuse to rest a grant on a waiver whose rule the works have outgrown.

    Args:
        context: What the approval is recorded in.
        cost_pence: What the works cost with VAT.

    Raises:
        InvalidDecisionError: They cost more than the rule covers.
    """
    held = waiver_of(context.conn, case_id=context.case.id)
    if held is None:
        return
    terms = waiver_rules(context.conn, authority=context.case.row.authority).get(held.rule)
    against = above_cap(terms, cost_pence=cost_pence) if terms is not None else ()
    if against:
        raise InvalidDecisionError(
            f"The waiver of the means test on {context.case.reference} no longer holds.",
            why=" ".join(against),
            next_step="Have it waived under a rule that covers the works, or have the waiver "
            f"ended: `handrail decide {context.case.reference} means-test`.",
        )


def _check_ends(context: Context, held: AnyRow | None, name: str) -> None:
    if held is None or held.rule != name:
        stands = f"It is waived under {held.rule}." if held else "It is not waived."
        raise InvalidDecisionError(
            f"The means test on {context.case.reference} is not waived under {name}.",
            why=stands,
            next_step="Nothing was changed.",
        )


def _rule(context: Context, name: str) -> WaiverTerms:
    rules = waiver_rules(context.conn, authority=context.case.row.authority)
    if name not in rules:
        raise InvalidDecisionError(
            f"{context.case.row.authority} has no rule “{name}” for waiving the means test.",
            why=f"Its rules are {', '.join(rules)}." if rules else "It has none.",
            next_step="Name one of its rules, or import its policy: "
            "`handrail import waiver_rules FILE`.",
        )
    return rules[name]


def _check_waivable(context: Context, terms: WaiverTerms, cost: int | None) -> None:
    row, today = context.case.row, context.today
    against = reasons_against(terms, work_type=row.work_type, cost_pence=cost, on=today)
    if child_on(row, today=today):
        against = (*against, NO_TEST_FOR_A_CHILD)
    if against:
        raise InvalidDecisionError(
            f"The means test on {context.case.reference} cannot be waived under {terms.rule}.",
            why=" ".join(against),
            next_step="Nothing was waived.",
        )


def _cost(context: Context) -> int | None:
    price = price_to_reckon(context.conn, case_id=context.case.id)
    return None if price is None else int(price.total_pence)
