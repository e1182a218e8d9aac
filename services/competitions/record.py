"""A mini-competition as the award record prints it: its terms, every answer, points and marks."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.engine import Connection

from models.base import AnyRow
from rules.clocks.dates import LONDON
from rules.competitions.competition import in_words_of
from rules.pricing.price_papers import CompetitionRecord, Mark, QuoteRow
from rules.tenders.routes import Route
from services.competitions.competitions import answers, competition_of, invited, marks
from services.tenders.award_facts import contractor_names

_ANSWERS: Final = {
    "opened": "Quoted on {at}.",
    "sealed": "Quoted on {at}; sealed.",
    "late": "Late: received on {at}, and not considered.",
    "withdrawn": "Answered on {at}, and withdrew it.",
    "declined": "Declined to quote on {at}.",
}


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
        said.setdefault(row.contractor, []).append(
            _ANSWERS[row.status].format(at=_at(row.received_at))
        )
    return tuple(
        QuoteRow(
            contractor=names.get(place["contractor"], place["contractor"]),
            answer=" ".join(said.get(place["contractor"], ["Did not answer."])),
            net_pence=place["net_pence"],
            marks=tuple(
                Mark(criterion=name, figure=mark)
                for name, mark in given.get(place["contractor"], {}).items()
            ),
            price_points=_points(place, "price_points"),
            quality_points=_points(place, "quality_points"),
            points=_points(place, "points"),
        )
        for place in made.placings
        if place["contractor"] in asked
    )


def _points(place: dict[str, Any], name: str) -> Decimal | None:
    return Decimal(place[name]) if place.get(name) is not None else None


def _at(instant: datetime) -> str:
    there = instant.astimezone(LONDON)
    return f"{there:%-d %B %Y at %H:%M}"
