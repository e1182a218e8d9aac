"""Awards: each is worked out again from the inputs that were frozen with it, figure by figure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.prices import Award, Price
from rules.errors import HandrailError
from rules.money import pounds
from rules.tenders.routes import Route
from rules.tenders.tendering import Tendered, TenderInputs, from_plain, tender
from services.verification.checks import Finding, Severity

_BATCH: Final = 500
_AWARDS: Final = (
    select(
        Case.reference,
        Award.version,
        Award.route,
        Award.lot,
        Award.package,
        Award.rule,
        Award.contractor,
        Award.placings,
        Award.inputs,
        Price.net_pence,
        Price.total_pence,
    )
    .join(Case, Case.id == Award.case_id)
    .outerjoin(Price, Price.id == Award.price_id)
    .where(Award.route != Route.QUOTES)
    .order_by(Award.id)
    .execution_options(yield_per=_BATCH)
)
_FIGURES: Final = ("place", "total_pence", "net_pence", "saving_pence", "above_lowest_pence")


def replayed_awards(conn: Connection) -> Iterator[Finding]:
    """Yield what differs between an award and what comes of its frozen inputs again.

    A mini-competition rests on its quotes and marks, and is checked elsewhere; an award of a
    version of Handrail that froze no inputs cannot be worked out again.
    """
    for row in conn.execute(_AWARDS):
        if row.inputs:
            for words in _differences(row):
                where = f"Award {row.version}"
                yield Finding(Severity.ERROR, row.reference, f"{where} {words}")


def _differences(row: AnyRow) -> Iterator[str]:
    """Yield what does not hold of one award, each as the rest of a sentence."""
    try:
        inputs = from_plain(row.inputs)
        found = tender(inputs)
    except (HandrailError, ValueError, ArithmeticError, LookupError, TypeError) as error:
        yield f"cannot be worked out again from its inputs: {error}"
        return
    yield from _columns(row, inputs)
    yield from _placings(row, found)
    priced = found.prices.priced.get(row.contractor)
    asked = (priced.net_pence, priced.total_pence) if priced else None
    if asked != (row.net_pence, row.total_pence):
        yield f"is not at the price of {row.contractor} that its inputs give."


def _columns(row: AnyRow, inputs: TenderInputs) -> Iterator[str]:
    """Yield what the award says of itself otherwise than its inputs do."""
    package = inputs.package.code if inputs.package else None
    said = {
        "route": (row.route, inputs.route),
        "lot": (row.lot, inputs.lot),
        "rule": (row.rule, inputs.rule),
        "package": (row.package, package),
    }
    for name, (column, frozen) in said.items():
        if column != frozen:
            yield f"names the {name} {column}, and was made on {frozen}."


def _placings(row: AnyRow, found: Tendered) -> Iterator[str]:
    """Yield each contractor whose placing is not what comes of the inputs."""
    stored: dict[str, Mapping[str, Any]] = {one["contractor"]: one for one in row.placings}
    again = {placing.contractor: placing for placing in found.award.placings}
    if len(stored) != len(row.placings) or stored.keys() != again.keys():
        yield f"has placings of {_listed(stored)}, and was made on those of {_listed(again)}."
        return
    for code, placing in again.items():
        for name in _FIGURES:
            kept, right = stored[code].get(name), getattr(placing, name)
            if kept != right:
                label = name.removesuffix("_pence").replace("_", " ")
                yield (
                    f"keeps for {code} the {label} {_shown(name, kept)}, and its inputs give "
                    f"{_shown(name, right)}."
                )
        if bool(stored[code].get("reasons")) != bool(placing.reasons):
            yield f"says otherwise than its inputs whether {code} could be offered the works."


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "none"
    return pounds(value) if name.endswith("_pence") and isinstance(value, int) else str(value)


def _listed(codes: Mapping[str, object]) -> str:
    return ", ".join(sorted(codes)) or "nobody"
