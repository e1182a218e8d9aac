"""Advancing a case: every step that can be done without a person is done, side by side.

Triggered by: every recorded decision, through the outbox; the sweep; an officer from Prefect's UI
or CLI.
Needs: a case reference.
Leaves behind: the case waiting at its next gates, or ended and everyone told; its messages sent.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from prefect.client.schemas.objects import State

from flows.assign_contractor import assign
from flows.begin_aftercare import follow
from flows.endings import CaseRef, carry_out, named_end, ours
from flows.give_notice import approve
from flows.issue_work_order import order
from flows.pay import reconcile
from flows.price_works import price
from flows.request_certificates import certificates
from flows.run_tender import tender
from flows.seek_consent import consent
from flows.sign_off import inspect
from rules.pathway import StepName
from services.cases.advance import Standing
from tasks.cases import carry, open_steps, tell_everyone
from tasks.documents import deliver_for_case

PROCEDURES: Final[Mapping[StepName, Callable[[str], None]]] = MappingProxyType(
    {
        StepName.PRICE: price,
        StepName.TENDER: tender,
        StepName.CONSENT: consent,
        StepName.CERTIFICATES: certificates,
        StepName.APPROVE: approve,
        StepName.ASSIGN: assign,
        StepName.ORDER: order,
        StepName.SIGN_OFF: inspect,
        StepName.PAY: reconcile,
        StepName.AFTERCARE: follow,
    }
)
"""The procedure of each step that has automatic work."""

GOES = 3
"""How often one run tries a step: a later step may open an earlier one again."""


def advance(case_ref: str) -> Standing:
    """Carry a case to its next gates and return where it stands; its messages are sent."""
    standing = carry(case_ref, _to_its_gates)
    deliver_for_case(case_ref)
    return standing


def _to_its_gates(case_ref: str) -> Standing:
    tried: Counter[StepName] = Counter()
    standing = open_steps(case_ref)
    while step := _next(standing, tried):
        tried[step] += 1
        carry_out(step, PROCEDURES[step], case_ref)
        standing = open_steps(case_ref)
    if standing.ended:
        tell_everyone(case_ref)
    return standing


def _next(standing: Standing, tried: Counter[StepName]) -> StepName | None:
    in_trouble = {step for step, _ in standing.trouble if tried[step]}
    left = (step for step in standing.ready if step not in in_trouble and tried[step] < GOES)
    return next(left, None)


@ours("advance-case", flow_run_name="{case_ref} · advance")
def advance_case(case_ref: CaseRef) -> State[Any]:
    """Carry a case as far as it goes without a person: to its next gates.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    return named_end(advance(case_ref))
