"""Opened quotes, priced with VAT and compared on what the competition was announced with.

The works and the ledger of turns are those frozen with the invitation; the client's VAT is as it
stands on the day, and is frozen with the award in its turn.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from models.base import AnyRow
from rules.competitions.competition import quoted_lines
from rules.competitions.evaluation import Bid, Ranked, evaluate, marks_missing, shown
from rules.plain import made_of
from rules.pricing.rates import price
from rules.pricing.works import Priced
from rules.rates.terms import Terms
from rules.tenders.awards import Placing, turn_key
from rules.tenders.tendering import TenderInputs, from_plain, to_plain
from services.competitions.competitions import answers, invited, marks, standing
from services.rates import pricing
from services.tenders.awards import change_award
from services.tenders.baskets import basket_of
from services.tenders.lot_terms import contracting_party_of

_ANSWERED: Final = {
    "late": "its quote came after the deadline",
    "withdrawn": "it withdrew its quote",
    "declined": "it declined to quote",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The opened quotes of a competition, compared.

    Args:
        inputs: What the comparison rests on.
        priced: Each quote with its VAT, by contractor.
        missing: Criteria not marked yet, by contractor.
        ranked: The quotes, the best first; empty while a mark is missing.
        marks: The marks, by contractor and criterion.
    """

    inputs: TenderInputs
    priced: Mapping[str, Priced]
    missing: Mapping[str, tuple[str, ...]]
    ranked: tuple[Ranked, ...]
    marks: Mapping[str, Mapping[str, Decimal]]


def inputs_of(conn: Connection, *, case: AnyRow, competition: AnyRow, on: date) -> TenderInputs:
    """Return what a competition rests on, as it was frozen.

    Args:
        on: The day, for a competition of an earlier version, which froze nothing.
    """
    if competition.inputs:
        return from_plain(competition.inputs)
    return basket_of(conn, case=case, on=on).inputs


def evaluation_of(conn: Connection, *, case: AnyRow, competition: AnyRow, on: date) -> Evaluation:
    """Compare the opened quotes of a competition with the client's VAT as it stands.

    Args:
        competition: The competition; while it is sealed, nothing is opened and so compared.
    """
    frozen = inputs_of(conn, case=case, competition=competition, on=on)
    lot_says = contracting_party_of(conn, lot=frozen.lot)
    inputs = replace(frozen, on=on, client=pricing.vat_client(case, lot_says=lot_says))
    return compared_on(conn, competition=competition, inputs=inputs)


def compared_on(conn: Connection, *, competition: AnyRow, inputs: TenderInputs) -> Evaluation:
    """Compare the opened quotes of a competition on given inputs.

    Args:
        inputs: What the comparison rests on, such as those frozen with an award.
    """
    priced = priced_quotes(conn, competition=competition, inputs=inputs)
    given = marks(conn, award_id=competition.award_id)
    turns = sorted(priced, key=lambda code: turn_key(inputs.ledger, code))
    bids = [
        Bid(code, quote.net_pence, quote.total_pence, given.get(code, {}), turns.index(code) + 1)
        for code, quote in priced.items()
    ]
    weights: dict[str, int] = competition.quality_weights
    missing = marks_missing(bids=bids, quality_weights=weights)
    ranked: tuple[Ranked, ...] = ()
    if not missing:
        ranked = evaluate(bids=bids, price_weight=competition.price_weight, quality_weights=weights)
    return Evaluation(inputs, priced, missing, ranked, given)


def priced_quotes(
    conn: Connection, *, competition: AnyRow, inputs: TenderInputs
) -> dict[str, Priced]:
    """Return the opened quotes of a competition with their VAT, by contractor.

    Args:
        inputs: What the prices rest on: works, or what is left of those quoted for; client, day.
    """
    found = {}
    quoted = from_plain(competition.inputs).lines if competition.inputs else ()
    announced = {line.line: line.quantity for line in quoted}
    for code, row in sorted(standing(conn, award_id=competition.award_id).items()):
        if row.status == "opened":
            lines = quoted_lines(
                lines=inputs.lines,
                line_net_pence=row.line_net_pence,
                contractor=code,
                announced=announced,
            )
            found[code] = price(
                lines=lines, terms=Terms(), client=inputs.client, supplied_on=inputs.on
            )
    return found


def freeze(
    conn: Connection,
    *,
    award_id: int,
    competition: AnyRow,
    found: Evaluation,
    winner: str,
    note: str = "",
) -> None:
    """Freeze an evaluation with an award: who won, every placing, and what they rest on.

    Args:
        note: Why it is not the first, as a sentence; empty to leave what was noted before.
    """
    notes = {place["contractor"]: place.get("note", "") for place in competition.placings}
    notes |= {winner: note} if note else {}
    placings = _placings(conn, competition, found, notes)
    inputs = to_plain(found.inputs)
    change_award(conn, award_id=award_id, contractor=winner, placings=placings, inputs=inputs)


def _placings(
    conn: Connection, competition: AnyRow, found: Evaluation, notes: Mapping[str, str]
) -> list[dict[str, Any]]:
    placings = [
        _with_quote(quote, found=found, note=notes.get(quote.contractor, ""))
        for quote in found.ranked
    ]
    asked = invited(competition)
    said = {row.contractor: row.status for row in answers(conn, award_id=competition.award_id)}
    placed = {quote.contractor for quote in found.ranked}
    return placings + [
        _without_quote(place, said, was_asked=place["contractor"] in asked)
        for place in sorted(competition.placings, key=lambda place: str(place["contractor"]))
        if place["contractor"] not in placed
    ]


def _with_quote(quote: Ranked, *, found: Evaluation, note: str) -> dict[str, Any]:
    """Return the placing of a contractor whose quote was opened, with its points."""
    highest = max(other.total_pence for other in found.ranked)
    placing = made_of(
        Placing,
        quote,
        reasons=(),
        explanation=f"{quote.explanation} {note}".strip(),
        saving_pence=highest - quote.total_pence,
    )
    names = ("price_points", "quality_points", "points")
    points = {name: shown(getattr(quote, name)) for name in names}
    return asdict(placing) | points | {"invited": True, "note": note}


def _without_quote(
    place: Mapping[str, Any], said: Mapping[str, str], *, was_asked: bool
) -> dict[str, Any]:
    """Return the placing of a contractor without an opened quote: not invited, or why none."""
    if not was_asked:
        return dict(place) | {"invited": False}
    reason = _ANSWERED.get(said.get(place["contractor"], ""), "it did not quote")
    words = {"reasons": [reason], "explanation": f"Invited, and not placed: {reason}."}
    return dict(place) | words | {"place": None, "invited": True}
