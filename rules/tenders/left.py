"""What a contractor that was replaced left to do, as it is tendered: these lines, without it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from rules.pricing.works import WorksLine
from rules.tenders.routes import Route
from rules.tenders.tendering import Tenderer, TenderInputs


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to do, and who is not to do it.

    Args:
        lines: Works line to the quantity that is left.
        barred: Contractors that were replaced on the case, each with why, as a clause.
        why: Why it is tendered, as a sentence.
    """

    lines: Mapping[int, Decimal]
    barred: Mapping[str, str]
    why: str

    def of(self, works: Iterable[WorksLine]) -> tuple[WorksLine, ...]:
        """Return what is left of works."""
        return tuple(
            replace(line, quantity=self.lines[line.line])
            for line in works
            if line.line in self.lines
        )

    def against(self, tenderer: Tenderer) -> Tenderer:
        """Return a contractor with why it is not to do what it left, if it was replaced."""
        why = self.barred.get(tenderer.contractor)
        return replace(tenderer, reasons=(*tenderer.reasons, why)) if why else tenderer


def only_left(inputs: TenderInputs, left: Left) -> TenderInputs:
    """Return what a tender rested on, for what is left of its works.

    A package's price is for the whole of it. What is left of one is priced line by line, at the
    rates and on the terms that were frozen with it.
    """
    return replace(
        inputs,
        route=Route.CALL_OFF if inputs.package else inputs.route,
        package=None,
        lines=left.of(inputs.lines),
        tenderers=tuple(left.against(one) for one in inputs.tenderers),
    )
