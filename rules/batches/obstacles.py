"""Why a batch cannot be given out: what alone forbids it, and which bound would have to give."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from rules.batches.problem import EVERYTHING, Batch, Limits, Load, further_orders, takes
from rules.money import pounds
from rules.numbers import percent


def obstacles(batch: Batch) -> tuple[str, ...]:
    """Return what alone makes every assignment impossible, in words; empty if nothing does."""
    return (*_no_room(batch), *_no_fair_share(batch))


def _no_room(batch: Batch) -> Iterator[str]:
    cases, limits = batch.cases, batch.limits
    for case in cases:
        if not any(takes(limits[one.contractor], Load(1, one.net_pence)) for one in case.choices):
            firms = ", ".join(one.contractor for one in case.choices)
            has = f"that may do the works of {case.reference} has room ({firms})"
            yield f"Nobody {has if firms else f'may do the works of {case.reference} today'}."
    orders = {code: limit.orders for code, limit in limits.items()}
    known = {code: room for code, room in orders.items() if room is not None}
    if limits and len(known) == len(orders) and sum(known.values()) < len(cases):
        rooms = ", ".join(f"{code} {room}" for code, room in known.items())
        wait = "1 case waits" if len(cases) == 1 else f"{len(cases)} cases wait"
        yield f"{wait}, and there is room for {further_orders(sum(known.values()))}: {rooms}."
    values = {code: limit.value_pence for code, limit in limits.items()}
    held = {code: room for code, room in values.items() if room is not None}
    least = sum(min((one.net_pence for one in case.choices), default=0) for case in cases)
    if len(held) == len(values) and sum(held.values()) < least:
        rooms = ", ".join(f"{code} {pounds(room)}" for code, room in held.items())
        yield (
            f"The works come to at least {pounds(least)} without VAT, and there is room for "
            f"{pounds(sum(held.values()))}: {rooms}."
        )


def _no_fair_share(batch: Batch) -> Iterator[str]:
    limits = batch.limits.values()
    least = sum((limit.least_percent for limit in limits), Decimal(0))
    if least > EVERYTHING:
        yield f"The least shares come to {percent(least)} together."
    most = sum((limit.most_percent for limit in limits), Decimal(0))
    if limits and most < EVERYTHING:
        yield f"The most shares come to {percent(most)} together: too few to give everything out."
    highest = sum(max((one.net_pence for one in case.choices), default=0) for case in batch.cases)
    for case in batch.cases:
        others = highest - max((one.net_pence for one in case.choices), default=0)
        if case.choices and all(
            one.net_pence * EVERYTHING
            > batch.limits[one.contractor].most_percent * (one.net_pence + others)
            for one in case.choices
        ):
            yield f"{case.reference} alone is more than the most share of whoever has it."


def relaxations(batch: Batch) -> Iterator[tuple[str, Batch]]:
    """Yield each bound in words with the batch as it would be without it; then many together."""
    limits = batch.limits
    for code, limit in limits.items():
        if limit.orders is not None:
            words = f"{code} had room for more than {further_orders(limit.orders)}"
            yield words, _with(batch, {code: replace(limit, orders=None)})
        if limit.value_pence is not None:
            words = f"{code} had room for works of more than {pounds(limit.value_pence)}"
            yield words, _with(batch, {code: replace(limit, value_pence=None)})
        if limit.least_percent:
            words = f"{code} could have less than {percent(limit.least_percent)}"
            yield words, _with(batch, {code: replace(limit, least_percent=Decimal(0))})
        if limit.most_percent < EVERYTHING:
            words = f"{code} could have more than {percent(limit.most_percent)}"
            yield words, _with(batch, {code: replace(limit, most_percent=EVERYTHING)})
    free = {code: Limits(limit.orders, limit.value_pence) for code, limit in limits.items()}
    yield "there were no fair shares", _with(batch, free)
    shares = {code: replace(limit, orders=None, value_pence=None) for code, limit in limits.items()}
    yield "everybody had room", _with(batch, shares)


def _with(batch: Batch, limits: Mapping[str, Limits]) -> Batch:
    return replace(batch, limits={**batch.limits, **limits})
