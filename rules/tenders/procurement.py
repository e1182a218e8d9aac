"""What the Procurement Act 2023 asks of a council that tenders, or calls off, in its own name."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Final, NamedTuple

from rules.money import pounds

COUNCIL: Final = "council"
"""The contracting party for whom the Act's Part 6 holds: the council commissions for itself."""

SMALL_WORKS_PENCE: Final = 21_347_700
"""Below this, with VAT, s.85 holds for works, 2026-27."""

STANDSTILL_DAYS: Final = 8
"""Working days, of which the day that the bidders are told on is the first."""


class Thresholds(NamedTuple):
    """From which sums with VAT a contract is a public one, from a day on."""

    since: date
    works_pence: int
    goods_and_services_pence: int


THRESHOLDS: Final = (Thresholds(date(2026, 1, 1), 519_300_000, 20_772_000),)
"""The newest first; those of 2026 and 2027 stand until others are known."""


def threshold_pence(*, goods: bool, on: date) -> int:
    """Return the sum with VAT from which a contract made on a day is a public one."""
    held = next((one for one in THRESHOLDS if one.since <= on), THRESHOLDS[-1])
    return held.goods_and_services_pence if goods else held.works_pence


def standstill_ends(
    *,
    party: str,
    framework: bool,
    goods: bool,
    total_pence: int,
    told_on: date,
    add: Callable[[date, int], date],
) -> date | None:
    """Return the last day on which the council may not enter a contract yet; None for none.

    Args:
        party: Who contracts, as for ``restriction_warning``.
        framework: Whether the works are called off under a framework, which has no standstill.
        goods: Whether goods and services are bought, such as lifts, and no works.
        total_pence: What the contract comes to with VAT.
        told_on: The bidders were told how it is awarded.
        add: What adds working days to a day.

    Source: Procurement Act 2023 s.51.
    """
    if party != COUNCIL or framework or total_pence < threshold_pence(goods=goods, on=told_on):
        return None
    return add(told_on, STANDSTILL_DAYS - 1)


def restriction_warning(
    *, party: str, framework: bool, total_pence: int | None, left_out: int
) -> str:
    """Return the warning that a tender was restricted where s.85 forbids it, or an empty string.

    Args:
        party: Who contracts: ``client``, ``council_for_client``, ``council`` or ``landlord``.
        framework: Whether the works are called off under a framework, which s.85 exempts.
        total_pence: What the works come to with VAT at the lowest price, or None if not known.
        left_out: How many contractors were left out for their documents or trades.
    """
    small = total_pence is None or total_pence < SMALL_WORKS_PENCE
    if party != COUNCIL or framework or not small or not left_out:
        return ""
    most = pounds(SMALL_WORKS_PENCE)
    sum_ = (
        f"works below {most} with VAT"
        if total_pence is None
        else f"works of {pounds(total_pence)}, below {most} with VAT"
    )
    firms = "1 contractor was" if left_out == 1 else f"{left_out} contractors were"
    return (
        f"Warning: the lot is no framework, and for {sum_}, s.85 of the Procurement Act 2023 "
        f"forbids a council to restrict who tenders by an assessment of suitability. {firms} left "
        "out here for documents or trades: let them tender, or call the works off under a "
        "framework."
    )


def call_off_warning(
    *,
    party: str,
    authority: str,
    core_terms: str,
    entitled: Collection[str],
    competition: bool,
) -> str:
    """Return the warning that a framework may not carry a call-off, or an empty string.

    Without competition it rests on the framework's core terms and an objective mechanism, which
    the lot's award rule is.

    Args:
        party: Who contracts, as for ``restriction_warning``.
        authority: Who calls off.
        core_terms: The framework's core terms, as they are cited.
        entitled: Who may call off; everybody whose works the lot covers where it is empty.
        competition: Whether contractors are asked to quote.

    Source: Procurement Act 2023 s.45.
    """
    if party != COUNCIL:
        return ""
    wrong = []
    if not competition and not core_terms:
        wrong.append(
            "a call-off without competition needs the framework’s core terms, and the lot’s terms "
            "cite none"
        )
    if entitled and authority not in entitled:
        wrong.append(
            f"the framework entitles {', '.join(entitled)} to call off, and not {authority}"
        )
    if not wrong:
        return ""
    return (
        f"Warning: by s.45 of the Procurement Act 2023 {'; and '.join(wrong)}. Correct the terms "
        "of the lot, or ask for quotes."
    )
