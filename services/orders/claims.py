"""What is asked of whoever claims a variation of an order, or takes it back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.numbers import plain
from rules.people import OFFICERS, Role
from rules.pricing.works import MAX_QUANTITY, MAX_RATE
from rules.rates.terms import PLACES
from rules.sentences import spoken

_LONDON: Final = ZoneInfo("Europe/London")
_MOST_PENCE: Final = int(MAX_RATE * 100)
_LONGEST_ROOM: Final = 100
_BY: Final = OFFICERS | {Role.CONTRACTOR}


def instant_typed(text: str) -> datetime:
    """Return a day and time in London, typed as ``2026-06-01 14:30``.

    Raises:
        ValueError: It is none.
    """
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=_LONDON)
    except ValueError as error:
        raise ValueError(
            f"“{text[:40]}” is no day and time; write it as 2026-06-01 14:30."
        ) from error


@decided("claim-variation", at=None, by=_BY, any_time=True)
class ClaimVariation(BaseDecision):
    """More, less or other work is needed than the order says: each line, and why."""

    omit: tuple[int, ...] = particular(
        "A line that is not to be done.",
        default=(),
        entry="LINE",
        label="Lines to leave out",
        offers="lines",
    )
    quantities: Mapping[int, Decimal] = particular(
        "A line whose quantity is another; the whole quantity.",
        "--quantity",
        default_factory=dict,
        entry="LINE=QUANTITY",
        label="Lines with another quantity",
        hint="The whole quantity that is needed, only of lines where it is another.",
        offers="lines",
    )
    sums: Mapping[int, int] = particular(
        "The new net sum of such a line that was quoted, in pounds.",
        "--sum",
        default_factory=dict,
        unit="pounds",
        entry="LINE=POUNDS",
        label="New sum of a quoted line",
        hint="Net pounds for the whole line, where it was quoted and not priced by the schedule.",
        offers="quoted_lines",
        seldom=True,
    )
    added: Mapping[str, Decimal] = particular(
        "Work of the schedule that is to be added.",
        "--add",
        default_factory=dict,
        entry="CODE=QUANTITY",
        example="GRAB-300=2",
        label="Work of the schedule to add",
        hint="Its code and the quantity; it is priced on the terms of the order.",
    )
    out_of_hours: tuple[str, ...] = particular(
        "Of the codes added, one that is done out of hours.",
        default=(),
        entry="CODE",
        label="Codes added that are done out of hours",
        seldom=True,
    )
    bespoke: Mapping[str, int] = particular(
        "Other work that is to be added, with the net sum quoted for it.",
        default_factory=dict,
        unit="pounds",
        entry="WORK=POUNDS",
        example="3 m of half-height screen=240.00",
        label="Other work to add",
        hint="What it is, how much of it, and the net sum quoted.",
    )
    locations: Mapping[str, str] = particular(
        "Where in the home work that is added goes.",
        "--location",
        default_factory=dict,
        entry="WORK=ROOM",
        example="GRAB-300=Bathroom",
        label="Where the work to add goes",
        hint="Its code, or its words as they stand above, and the room.",
    )
    evidence: str = particular(
        "What shows that it is needed: the quote, photographs.",
        default="",
        long=True,
        evidence=True,
        label="Quote and photographs",
    )
    by_telephone: str = particular(
        "For urgent safety, an officer said it by telephone: day and time.",
        default="",
        entry="DAY TIME",
        example="2026-06-01 14:30",
        label="Said by telephone, for urgent safety",
        hint="When it was said, as 2026-06-01 14:30; recorded within a working day.",
        seldom=True,
        by=OFFICERS,
    )

    def problems(self) -> tuple[str, ...]:
        """Return quantities and sums that nothing can be made of, and what is said twice."""
        found = []
        if not (self.omit or self.quantities or self.added or self.bespoke):
            found.append("Say which line is to change, and how.")
        for what, quantity in (*self.quantities.items(), *self.added.items()):
            called = f"Line {what}" if isinstance(what, int) else str(what)[:40]
            if not (plain(quantity, MAX_QUANTITY, PLACES) and quantity > 0):
                found.append(
                    f"{called}: a quantity is above zero and at most {MAX_QUANTITY:,}, with at "
                    f"most {PLACES} decimal places, not {str(quantity)[:40]}. What is not wanted "
                    "at all is omitted."
                )
        sums: list[tuple[object, int]] = [*self.sums.items(), *self.bespoke.items()]
        for name, pence in sums:
            if not 0 < pence <= _MOST_PENCE:
                found.append(f"{str(name)[:60]}: a sum is above zero and at most £{MAX_RATE:,}.")
        found += [
            f"Line {line} is either left out or has another quantity."
            for line in self.omit
            if line in self.quantities
        ]
        if stray := sorted(set(self.sums) - set(self.quantities)):
            numbers = spoken([str(one) for one in stray])
            found.append(f"Give the new quantity of line {numbers} with its sum.")
        if late := sorted(set(self.out_of_hours) - set(self.added)):
            found.append(f"{spoken(late)} is not among the codes added.")
        found += self._placed_badly()
        if (self.bespoke or self.sums) and not self.evidence.strip():
            found.append("Say what shows the sum quoted, such as the contractor's quote.")
        return (*found, *self._said_badly())

    def _placed_badly(self) -> Iterator[str]:
        for what, room in self.locations.items():
            if what not in {*self.added, *self.bespoke}:
                yield f"“{what[:40]}” is not among the work added, so it goes nowhere."
            if len(room) > _LONGEST_ROOM:
                yield f"A room is said in at most {_LONGEST_ROOM} characters."

    def _said_badly(self) -> tuple[str, ...]:
        try:
            if self.by_telephone.strip():
                instant_typed(self.by_telephone)
        except ValueError as error:
            return (str(error),)
        return ()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        what = known(" {}", facts["variation"])
        of = known(" of {}", facts["order"])
        sum_ = known(": {} with VAT", facts.pounds("claimed_pence"))
        lines = known(" for {}", spoken(facts["lines"] or []))
        said = known("; said by telephone at {}", facts["by_telephone"])
        return f"Variation{what}{of} is claimed{lines}{sum_}{said}."


@decided("withdraw-variation", at=None, by=_BY, any_time=True)
class WithdrawVariation(BaseDecision):
    """A variation that was claimed and is not decided is taken back; the order stands as it is."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        what, of = known(" {}", facts["variation"]), known(" of {}", facts["order"])
        return f"Variation{what}{of} is withdrawn."
