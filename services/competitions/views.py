"""A mini-competition as it is shown, and as the award record prints it once it is decided.

While quotes are sealed nothing here can show their money: it is not read.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import case_row
from rules.clocks.dates import LONDON
from rules.competitions import evaluation
from rules.competitions.competition import in_words_of
from rules.errors import UnknownReferenceError
from rules.plain import shown
from rules.pricing.award_record import CompetitionRecord, Mark, QuoteRow
from rules.tenders.routes import Route
from services.competitions.competitions import answers, competition_of, invited, marks
from services.competitions.evaluations import Evaluation, evaluation_of
from services.tenders.award_facts import contractor_names

_POINTS: Final = ("price_points", "quality_points", "points")
_ANSWERS: Final = {
    "opened": "Quoted on {at}.",
    "sealed": "Quoted on {at}; sealed.",
    "late": "Late: received on {at}, and not considered.",
    "withdrawn": "Answered on {at}, and withdrew it.",
    "declined": "Declined to quote on {at}.",
}


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
            f"{case.reference} has no mini-competition.",
            next_step="Contractors are invited once the price is confirmed, where the works go to "
            "quotes.",
        )
    said = answers(conn, award_id=competition.award_id)
    found = None
    if competition.status in {"opened", "awarded"}:
        # Once there is an award its evaluation stays as it was on that day.
        over = competition.status == "awarded" and competition.inputs
        on = date.fromisoformat(competition.inputs["on"]) if over else today
        found = evaluation_of(conn, case=case, competition=competition, on=on)
    codes = {place["contractor"] for place in competition.placings}
    names = contractor_names(conn, codes=codes)
    return {
        "reference": case.reference,
        **shown(competition, "status", "lot", "invited_at", "deadline"),
        "deadline_words": in_words_of(competition.deadline),
        **shown(competition, "opened_at", "price_weight", "quality_weights", "direction"),
        "awarded_to": competition.contractor,
        "contractors": [
            _contractor(code, names=names, competition=competition, said=said)
            for code in sorted(codes)
        ],
        "evaluation": _evaluation(competition, found) if found else [],
    }


def _contractor(
    code: str, *, names: dict[str, str], competition: AnyRow, said: list[AnyRow]
) -> dict[str, Any]:
    asked = code in invited(competition)
    place = next(place for place in competition.placings if place["contractor"] == code)
    return {
        "contractor": code,
        "name": names.get(code, code),
        "invited": asked,
        "why_not": [] if asked else place["reasons"],
        "answers": [
            shown(row, "status", "received_at", "recorded_by")
            for row in said
            if row.contractor == code
        ],
    }


def _evaluation(competition: AnyRow, found: Evaluation) -> list[dict[str, Any]]:
    """Return the opened quotes: the best first, or by code while a mark is missing."""
    ranked = {quote.contractor: quote for quote in found.ranked}
    rows = []
    for code in [*ranked, *sorted(set(found.priced) - set(ranked))]:
        quote = ranked.get(code)
        rows.append(
            {
                "contractor": code,
                "place": quote.place if quote else None,
                **shown(found.priced[code], "net_pence", "total_pence"),
                "marks": {name: f"{mark:f}" for name, mark in found.marks.get(code, {}).items()},
                "marks_missing": list(found.missing.get(code, ())),
                **{
                    name: evaluation.shown(getattr(quote, name)) if quote else None
                    for name in ("price_score", *_POINTS)
                },
                "explanation": quote.explanation if quote else "",
                "awarded": code == competition.contractor,
            }
        )
    return rows


def competition_record(conn: Connection, *, case: AnyRow, made: AnyRow) -> CompetitionRecord | None:
    """Return the mini-competition that an award rests on, or None on the other routes.

    Args:
        made: The award, decided.
    """
    if made.route != Route.QUOTES:
        return None
    held = competition_of(conn, case_id=case.id, version=made.version)
    if held is None:
        return None
    weights = {"price": held.price_weight} | dict(sorted(held.quality_weights.items()))
    return CompetitionRecord(
        invited=f"on {_at(held.invited_at)}",
        deadline=in_words_of(held.deadline),
        opened=f"on {_at(held.opened_at)}",
        weights=tuple(
            Mark(criterion=name, figure=Decimal(weight)) for name, weight in weights.items()
        ),
        quotes=_quotes(conn, held=held, made=made),
    )


def _quotes(conn: Connection, *, held: AnyRow, made: AnyRow) -> tuple[QuoteRow, ...]:
    """Return a row for everybody invited: those placed first, the others by code."""
    asked = invited(held)
    names = contractor_names(conn, codes=set(asked))
    given = marks(conn, award_id=held.award_id)
    said: dict[str, list[str]] = {}
    for row in answers(conn, award_id=held.award_id):
        words = _ANSWERS[row.status].format(at=_at(row.received_at))
        said.setdefault(row.contractor, []).append(words)
    return tuple(
        QuoteRow(
            contractor=names.get(place["contractor"], place["contractor"]),
            answer=" ".join(said.get(place["contractor"], ["Did not answer."])),
            net_pence=place["net_pence"],
            marks=tuple(
                Mark(criterion=name, figure=mark)
                for name, mark in given.get(place["contractor"], {}).items()
            ),
            **{name: _points(place, name) for name in _POINTS},
        )
        for place in made.placings
        if place["contractor"] in asked
    )


def _points(place: dict[str, Any], name: str) -> Decimal | None:
    return Decimal(place[name]) if place.get(name) is not None else None


def _at(instant: datetime) -> str:
    there = instant.astimezone(LONDON)
    return f"{there:%-d %B %Y at %H:%M}"
