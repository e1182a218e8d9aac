"""Working a batch award out: the cases that wait, the cheapest assignment, and the rule beside it.

Looking, working out and keeping are apart, so that nobody waits for the solver. What changes
meanwhile is seen when the batch is accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters import clock
from adapters.assignment import Found, assign
from models.base import AnyRow
from models.people import actor_for
from rules.batches.one_by_one import one_by_one
from rules.batches.words import compare, explanations, finding
from rules.clocks.dates import london_date
from rules.plain import shown
from services.batches.batches import batch_award_of, keep_proposal
from services.batches.problem import Problem, problem_of
from services.session import reading, writing

NOBODY_WAITS = "No case of the lot waits for its direction any more."


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a batch award came out.

    Args:
        status: ``proposed``, ``impossible``, or what it was decided to be meanwhile.
        finding: In sentences.
        cases: How many cases it proposes for.
    """

    status: str
    finding: str
    cases: int


def propose_batch(batch_id: int) -> Proposal:
    """Work a batch award out and keep it; one that is worked out already stays as it is.

    Raises:
        UnknownReferenceError: There is none.
    """
    with reading() as conn:
        row = batch_award_of(conn, batch_id=batch_id)
        if row.status == "asked":
            actor = actor_for(conn, identity=row.asked_by)
            on, theirs = london_date(clock.now()), actor.authorities
            problem = problem_of(conn, lot=row.lot, authorities=theirs, shares=row.bounds, on=on)
    if row.status == "asked":
        outcome, cases = _worked_out(row, problem)
        with writing() as conn:
            keep_proposal(conn, batch_id=batch_id, outcome=outcome, cases=cases, now=clock.now())
            row = batch_award_of(conn, batch_id=batch_id)
    return Proposal(row.status, row.finding, row.cases)


def _worked_out(row: AnyRow, problem: Problem) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the columns of the batch award and of its cases."""
    batch = problem.batch
    room = {code: shown(limit, "orders", "value_pence") for code, limit in batch.limits.items()}
    bounds = {**row.bounds, "room": room}  # what was counted on, by contractor
    by_rule = one_by_one(batch)
    found = assign(batch, by_rule=by_rule) if batch.cases else Found(None, "", NOBODY_WAITS)
    if found.assignment is None:
        why = {"status": "impossible", "method": found.method, "finding": found.why}
        return why | {"bounds": bounds, "rule_pence": None, "batch_pence": None}, []
    compared = compare(batch, assignment=found.assignment, by_rule=by_rule)
    outcome = {
        "status": "proposed",
        "bounds": bounds,
        "method": found.method,
        "finding": finding(compared),
        **shown(compared, "rule_pence", "batch_pence"),
    }
    return outcome, _cases(problem, found.assignment, by_rule)


def _cases(
    problem: Problem, assignment: Mapping[str, str], by_rule: Mapping[str, str | None]
) -> list[dict[str, Any]]:
    why = explanations(problem.batch, assignment=assignment, by_rule=by_rule)
    rows = []
    for case in problem.batch.cases:
        award, rule = problem.awards[case.reference], by_rule[case.reference]
        rows.append(
            {
                "case_id": award.case_id,
                "award_id": award.id,
                "rule_contractor": rule,
                "rule_pence": case.choice(rule).total_pence if rule else None,
                "contractor": assignment[case.reference],
                "total_pence": case.choice(assignment[case.reference]).total_pence,
                "explanation": why[case.reference],
            }
        )
    return rows
