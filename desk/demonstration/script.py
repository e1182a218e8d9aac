"""What becomes of each sample case: how far it gets, who is slow, what goes wrong on the way."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.pathway import CaseStatus, StepName

FIRST_DAY: Final = date(2026, 3, 30)
LAST_DAY: Final = date(2026, 11, 20)

DAYS: Final[Mapping[StepName, tuple[int, int]]] = {
    StepName.SPECIFY: (6, 0),
    StepName.PRICE: (2, 6),
    StepName.TENDER: (2, 8),
    StepName.CONSENT: (10, 6),
    StepName.CERTIFICATES: (7, 6),
    StepName.APPROVE: (4, 16),
    StepName.ASSIGN: (1, 20),
    StepName.ORDER: (3, 21),
    StepName.WORKS: (9, 21),
    StepName.SIGN_OFF: (2, 41),
    StepName.PAY: (4, 49),
    StepName.AFTERCARE: (8, 57),
}
"""Working days people usually take at each gate, before chance has its say, and the working days
that lie before it on an ordinary case: what a late case is stretched over."""


@dataclass(frozen=True, slots=True)
class Story:
    """What the script has in store for a case.

    Args:
        stops_at: The gate it is still waiting at when the demo ends, or None.
        leaves_at: The step it leaves the pathway from, or None.
        leaves_as: How it leaves.
        refused: The grant is refused.
        declined: The first contractor declines.
        lapses: The first contractor never answers.
        snag: A snag is found at the inspection.
        invoice_wrong: The first invoice does not agree with the order.
        landlord_refuses: The landlord refuses, and the officer decides under s.190.
        remeasured: Quantities are re-measured when the price is confirmed: one more, one less.
        declared_late: The VAT declaration comes when the works are tendered already.
        called_off: The officer takes a call-off in place of the package that the rule chose.
        provider_pays: The registered provider puts something in.
        waived_under: The rule under which the means test is waived, or empty.
        batched: It is awarded in a batch with the others of its kind.
    """

    stops_at: StepName | None = None
    leaves_at: StepName | None = None
    leaves_as: CaseStatus | None = None
    refused: bool = False
    declined: bool = False
    lapses: bool = False
    snag: bool = False
    invoice_wrong: bool = False
    landlord_refuses: bool = False
    remeasured: bool = False
    declared_late: bool = False
    called_off: bool = False
    provider_pays: bool = False
    waived_under: str = ""
    batched: bool = False


STORIES: Final[Mapping[str, Story]] = {
    "DFG-2026-0004": Story(declined=True),
    "DFG-2026-0005": Story(snag=True),
    "DFG-2026-0006": Story(leaves_at=StepName.APPROVE, leaves_as=CaseStatus.WITHDRAWN),
    "DFG-2026-0008": Story(lapses=True),
    "DFG-2026-0009": Story(provider_pays=True, batched=True),
    "DFG-2026-0010": Story(invoice_wrong=True, batched=True),
    "DFG-2026-0011": Story(leaves_at=StepName.WORKS, leaves_as=CaseStatus.DIED),
    "DFG-2026-0012": Story(snag=True),
    "DFG-2026-0014": Story(leaves_at=StepName.CERTIFICATES, leaves_as=CaseStatus.MOVED),
    "DFG-2026-0015": Story(landlord_refuses=True),
    "DFG-2026-0016": Story(called_off=True),
    "DFG-2026-0017": Story(refused=True),
    "DFG-2026-0018": Story(batched=True),
    "DFG-2026-0019": Story(leaves_at=StepName.TENDER, leaves_as=CaseStatus.ALTERNATIVE_FOUND),
    "DFG-2026-0020": Story(waived_under="END-OF-LIFE"),
    "DFG-2026-0021": Story(stops_at=StepName.PAY, declared_late=True),
    "DFG-2026-0022": Story(stops_at=StepName.SIGN_OFF, snag=True),
    "DFG-2026-0023": Story(stops_at=StepName.WORKS),
    "DFG-2026-0025": Story(remeasured=True),
    "DFG-2026-0026": Story(stops_at=StepName.WORKS),
    "DFG-2026-0028": Story(stops_at=StepName.PAY),
    "DFG-2026-0029": Story(stops_at=StepName.ASSIGN),
    "DFG-2026-0030": Story(stops_at=StepName.APPROVE),
    "DFG-2026-0031": Story(stops_at=StepName.SIGN_OFF),
    "DFG-2026-0032": Story(stops_at=StepName.CONSENT),
    "DFG-2026-0033": Story(leaves_at=StepName.PRICE, leaves_as=CaseStatus.WITHDRAWN),
    "DFG-2026-0034": Story(stops_at=StepName.APPROVE),
    "DFG-2026-0035": Story(stops_at=StepName.CERTIFICATES),
    "DFG-2026-0036": Story(stops_at=StepName.ASSIGN, declined=True),
    "DFG-2026-0037": Story(stops_at=StepName.TENDER),
    "DFG-2026-0038": Story(stops_at=StepName.TENDER),
    "DFG-2026-0039": Story(stops_at=StepName.PRICE),
    "DFG-2026-0040": Story(stops_at=StepName.SPECIFY),
}
"""Cases with a story of their own; every other goes through to payment."""

ORDINARY: Final = Story()
LEFT_OPEN: Final = 8
"""Working days a gate has been open, more or less, when the demo ends."""

HELD_TO_THE_LAST: Final = 2
"""Working days before the end at which a case is approved that is to end with an offer out."""


def story_of(reference: str) -> Story:
    """Return what is in store for a case."""
    return STORIES.get(reference, ORDINARY)


def days_taken(*, seed: int, reference: str, step: StepName, turn: int, days_to_end: int) -> int:
    """Return how many working days people take over a decision.

    A case that is to be waiting at a gate when the demo ends takes its time on the way there.

    Args:
        seed: The demo's seed.
        turn: How many decisions the step has had already.
        days_to_end: Working days from the case's application to the end of the demo.
    """
    chance = random.Random(f"{seed}:{reference}:{step}:{turn}")  # noqa: S311 - a demo, no secret
    longest = 1 if step is StepName.CONSENT else 0  # the tenant's authority comes by return
    usual = DAYS[step][0] if turn == longest or step is StepName.WORKS else 1
    days = usual * chance.uniform(0.6, 1.4)
    goal = story_of(reference).stops_at
    before = DAYS[goal][1] if goal else 0
    if before:
        days *= max(1.0, (days_to_end - LEFT_OPEN) / before)
    return round(days)
