"""A mini-competition as it is shown: who answered, and once opened how the quotes compare.

While quotes are sealed nothing here can show their money: it is not read.
"""

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.case_queries import case_row
from rules.clocks.dates import instant
from rules.competitions.competition import in_words_of
from rules.competitions.evaluation import shown
from rules.errors import UnknownReferenceError
from services.competitions.competitions import answers, competition_of, invited
from services.competitions.evaluations import Evaluation, evaluation_of
from services.tenders.award_facts import contractor_names


def competition_view(conn: Connection, *, reference: str, today: date) -> dict[str, Any]:
    """Return the newest mini-competition of a case as plain values; money in pence, once opened.

    Args:
        today: Today's date in London, for the VAT of opened quotes.

    Raises:
        UnknownReferenceError: There is no such case, or it never went to quotes.
    """
    case = case_row(conn, reference=reference)
    competition = competition_of(conn, case_id=case.id)
    if competition is None:
        raise UnknownReferenceError(
            f"{reference} has no mini-competition.",
            next_step="Contractors are invited once the price is confirmed, where the works go to "
            "quotes.",
        )
    said = answers(conn, award_id=competition.award_id)
    found = None
    if competition.status in {"opened", "awarded"}:
        found = evaluation_of(conn, case=case, competition=competition, on=_day(competition, today))
    codes = {place["contractor"] for place in competition.placings}
    names = contractor_names(conn, codes=codes)
    return {
        "reference": reference,
        "status": competition.status,
        "lot": competition.lot,
        "invited_at": instant(competition.invited_at),
        "deadline": instant(competition.deadline),
        "deadline_words": in_words_of(competition.deadline),
        "opened_at": instant(competition.opened_at) if competition.opened_at else None,
        "price_weight": competition.price_weight,
        "quality_weights": competition.quality_weights,
        "direction": competition.direction,
        "awarded_to": competition.contractor,
        "contractors": [
            _contractor(code, names=names, competition=competition, said=said)
            for code in sorted(codes)
        ],
        "evaluation": _evaluation(competition, found) if found else [],
    }


def _day(competition: AnyRow, today: date) -> date:
    """Return the day of the award once there is one: its evaluation stays as it was."""
    if competition.status == "awarded" and competition.inputs:
        return date.fromisoformat(competition.inputs["on"])
    return today


def _contractor(
    code: str, *, names: dict[str, str], competition: AnyRow, said: list[AnyRow]
) -> dict[str, Any]:
    asked = code in invited(competition)
    own = [row for row in said if row.contractor == code]
    place = next(place for place in competition.placings if place["contractor"] == code)
    return {
        "contractor": code,
        "name": names.get(code, code),
        "invited": asked,
        "why_not": [] if asked else place["reasons"],
        "answers": [
            {
                "status": row.status,
                "received_at": instant(row.received_at),
                "recorded_by": row.recorded_by,
            }
            for row in own
        ],
    }


def _evaluation(competition: AnyRow, found: Evaluation) -> list[dict[str, Any]]:
    """Return the opened quotes: the best first, or by code while a mark is missing."""
    ranked = {quote.contractor: quote for quote in found.ranked}
    rows = []
    for code in [*ranked, *sorted(set(found.priced) - set(ranked))]:
        priced, quote = found.priced[code], ranked.get(code)
        rows.append(
            {
                "contractor": code,
                "place": quote.place if quote else None,
                "net_pence": priced.net_pence,
                "total_pence": priced.total_pence,
                "marks": {name: f"{mark:f}" for name, mark in found.marks.get(code, {}).items()},
                "marks_missing": list(found.missing.get(code, ())),
                "price_score": shown(quote.price_score) if quote else None,
                "price_points": shown(quote.price_points) if quote else None,
                "quality_points": shown(quote.quality_points) if quote else None,
                "points": shown(quote.points) if quote else None,
                "explanation": quote.explanation if quote else "",
                "awarded": code == competition.contractor,
            }
        )
    return rows
