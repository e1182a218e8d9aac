"""What a batch award means, in words: why each case goes where it goes, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from rules.batches.problem import (
    EVERYTHING,
    Assignment,
    Batch,
    Choice,
    Load,
    WaitingCase,
    breaks,
    cost,
    loads,
)
from rules.money import pounds
from rules.numbers import percent
from rules.tenders import awards

_BY = {awards.ROTATION: "rotation", awards.LOWEST_PRICE: "lowest price", awards.RANKED: "rank"}
_TENTH = Decimal("0.1")
_TOLD = 3  # cheaper contractors, or cases, that are named; of others, how many


@dataclass(frozen=True, slots=True)
class Share:
    """A contractor's share of the net value in per cent: by the rule, and by the batch."""

    contractor: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """A proposal beside what the rule would have given one by one.

    Args:
        cases: How many cases there are.
        rule_pence: What those that the rule places cost by the rule, with VAT.
        same_pence: What the same cases cost by the proposal.
        batch_pence: What all the cases cost by the proposal.
        left_waiting: The cases for which the rule finds nobody with room.
        moved: How many of the others go to another contractor than by the rule.
        shares: Each contractor's share of the value, before and after.
    """

    cases: int
    rule_pence: int
    same_pence: int
    batch_pence: int
    left_waiting: tuple[str, ...]
    moved: int
    shares: tuple[Share, ...]


def compare(
    batch: Batch, *, assignment: Assignment, by_rule: Mapping[str, str | None]
) -> Comparison:
    """Return a proposal beside the rule.

    Args:
        assignment: Who has each case by the proposal.
        by_rule: Who has it by the rule, one by one; None for nobody.
    """
    placed = {ref: code if by_rule[ref] else None for ref, code in assignment.items()}
    before, after = _shares(batch, by_rule), _shares(batch, assignment)
    return Comparison(
        cases=len(batch.cases),
        rule_pence=cost(batch, by_rule),
        same_pence=cost(batch, placed),
        batch_pence=cost(batch, assignment),
        left_waiting=tuple(c.reference for c in batch.cases if by_rule[c.reference] is None),
        moved=sum(by_rule[ref] not in (None, code) for ref, code in assignment.items()),
        shares=tuple(Share(code, before[code], after[code]) for code in batch.limits),
    )


def _shares(batch: Batch, given: Mapping[str, str | None]) -> dict[str, Decimal]:
    found = loads(batch, given)
    total = sum(load.net_pence for load in found.values())
    share = {code: EVERYTHING * load.net_pence / (total or 1) for code, load in found.items()}
    return {code: part.quantize(_TENTH, ROUND_HALF_UP) for code, part in share.items()}


def finding(found: Comparison) -> str:
    """Return what a proposal comes to against the rule, as sentences."""
    go = "goes" if found.moved == 1 else "go"
    shares = "; ".join(
        f"{share.contractor} {percent(share.before)} → {percent(share.after)}"
        for share in found.shares
    )
    return (
        f"{_against_the_rule(found)} {found.moved} of {found.cases} cases {go} to another "
        f"contractor than by the rule. Shares of the value, by the rule → by the batch: {shares}."
    )


def _against_the_rule(found: Comparison) -> str:
    """Return what is saved, over the cases that the rule places; and which it does not."""
    saving, by_rule = found.rule_pence - found.same_pence, pounds(found.rule_pence)
    share = Decimal(100 * abs(saving)) / found.rule_pence if found.rule_pence else Decimal(0)
    if saving > 0:
        says = f"Saves {pounds(saving)} of {by_rule} ({_tenth(share)}) against the rule"
    elif saving < 0:
        says = f"Costs {pounds(-saving)} ({_tenth(share)}) more than the {by_rule} of the rule"
    else:
        says = f"Costs {pounds(found.same_pence)}, as by the rule"
    left = len(found.left_waiting)
    if not left:
        return f"{says}."
    named = ", ".join(found.left_waiting[:_TOLD]) + (f" and {left - _TOLD} more" * (left > _TOLD))
    return (
        f"{says}, over the {found.cases - left} of {found.cases} cases that the rule places; "
        f"{named} would wait for room, and the batch places all for {pounds(found.batch_pence)}."
    )


def _tenth(share: Decimal) -> str:
    return percent(share.quantize(_TENTH, ROUND_HALF_UP))


# ---- why each case goes where it goes


def explanations(
    batch: Batch, *, assignment: Assignment, by_rule: Mapping[str, str | None]
) -> dict[str, str]:
    """Return, for each case, why it goes to its contractor and not to the rule's or a cheaper one.

    Args:
        assignment: Who has each case by the proposal.
        by_rule: Who has it by the rule, one by one; None for nobody.
    """
    held = loads(batch, assignment)
    found = {}
    for case in batch.cases:
        chosen = case.choice(assignment[case.reference])
        cheaper = [
            choice
            for choice in sorted(case.choices, key=lambda one: (one.total_pence, one.contractor))
            if choice.total_pence < chosen.total_pence
        ]
        parts = [_instead(case, chosen, by_rule[case.reference])]
        parts += [_why_not(batch, held, chosen, choice) for choice in cheaper[:_TOLD]]
        if len(cheaper) > _TOLD:
            parts.append(f"{len(cheaper) - _TOLD} more are cheaper, and so bound too")
        found[case.reference] = f"{'; '.join(parts)}."
    return found


def _instead(case: WaitingCase, chosen: Choice, by_rule: str | None) -> str:
    says = f"{chosen.contractor} at {pounds(chosen.total_pence)}"
    rule = _BY[case.rule]
    if by_rule is None:
        return f"{says}; by {rule}, one by one, nobody would have had room"
    if by_rule == chosen.contractor:
        return f"{says}, as by {rule}"
    asked = case.choice(by_rule).total_pence
    difference = asked - chosen.total_pence
    if difference == 0:
        compared = "the same price"
    else:
        compared = f"{pounds(abs(difference))} {'less' if difference > 0 else 'more'}"
    return f"{says} instead of {by_rule} at {pounds(asked)} by {rule}: {compared}"


def _why_not(batch: Batch, held: Mapping[str, Load], chosen: Choice, other: Choice) -> str:
    """Return why a cheaper contractor does not have a case: what its having it would break."""
    less = held[chosen.contractor]
    after = dict(held)
    after[chosen.contractor] = Load(less.orders - 1, less.net_pence - chosen.net_pence)
    after[other.contractor] = held[other.contractor].with_works(other.net_pence)
    total = sum(load.net_pence for load in after.values())
    why = _bound(batch, after, total, other.contractor, held[other.contractor])
    return f"{other.contractor} is cheaper ({pounds(other.total_pence)}){why}"


def _bound(batch: Batch, after: Mapping[str, Load], total: int, other: str, had: Load) -> str:
    """Return what stands against a contractor's having one case more, as a clause."""
    limit, load = batch.limits[other], after[other]
    beside = f" beside its {had.orders} of this batch" if had.orders else ""
    if limit.orders is not None and load.orders > limit.orders:
        return f" but has no room for a further order{beside}"
    if limit.value_pence is not None and load.net_pence > limit.value_pence:
        return f" but has no room for works of that value{beside}"
    if load.net_pence * EVERYTHING > limit.most_percent * total:
        return f" but would have more than its most share of {percent(limit.most_percent)}"
    short = [code for code in batch.shared if breaks(code, batch.limits[code], after[code], total)]
    if short:
        return f" but {', '.join(short)} would be outside the fair shares"
    return ""
