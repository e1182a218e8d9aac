"""Mini-competitions: quotes sealed as long as they must be, and each award worked out again."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.competition import Competition, Quote
from models.tables.prices import Award, Price
from rules.competitions.evaluation import shown
from rules.errors import HandrailError
from rules.tenders.routes import Route
from rules.tenders.tendering import from_plain
from services.competitions.competitions import competition_of
from services.competitions.evaluations import compared_on
from services.verification.checks import Check, Finding, Severity

COMPETITIONS: Final = (
    Check(
        select(
            Case.reference.label("place"),
            Quote.contractor,
            Quote.status,
            Competition.status.label("stands"),
        )
        .join(Award, Award.case_id == Case.id)
        .join(Competition, Competition.award_id == Award.id)
        .join(Quote, Quote.award_id == Award.id)
        .where(
            or_(
                and_(Quote.status == "sealed", Competition.status != "open"),
                and_(Quote.status == "opened", Competition.status == "open"),
            )
        ),
        "The quote of {contractor} is {status}, and its competition is {stands}.",
    ),
)
"""A quote is sealed while its competition is open, and opened with all the others."""

_AWARDS: Final = (
    select(
        Case.reference,
        Award.case_id,
        Award.version,
        Award.contractor,
        Award.placings,
        Award.inputs,
        Price.net_pence,
        Price.total_pence,
    )
    .join(Case, Case.id == Award.case_id)
    .join(Price, Price.id == Award.price_id)
    .where(Award.route == Route.QUOTES)
    .order_by(Award.id)
)


def replayed_competitions(conn: Connection) -> Iterator[Finding]:
    """Yield what differs between an award and what comes of its quotes, marks and inputs again.

    An award of a version of Handrail that froze no inputs cannot be worked out again.
    """
    for row in conn.execute(_AWARDS).all():
        if row.inputs:
            for words in _differences(conn, row):
                yield Finding(Severity.ERROR, row.reference, f"Award {row.version} {words}")


def _differences(conn: Connection, row: AnyRow) -> Iterator[str]:
    """Yield what does not hold of one award, each as the rest of a sentence."""
    competition = competition_of(conn, case_id=row.case_id, version=row.version)
    if competition is None:
        yield "rests on quotes, and nobody was invited."
        return
    try:
        found = compared_on(conn, competition=competition, inputs=from_plain(row.inputs))
    except (HandrailError, ValueError, ArithmeticError, LookupError, TypeError) as error:
        yield f"cannot be worked out again from its quotes: {error}"
        return
    stored = {place["contractor"]: place for place in row.placings if place["place"] is not None}
    again = {
        quote.contractor: {
            "place": quote.place,
            "total_pence": quote.total_pence,
            "net_pence": quote.net_pence,
            "points": shown(quote.points),
        }
        for quote in found.ranked
    }
    yield from _placings(stored, again)
    priced = found.priced.get(row.contractor)
    asked = (priced.net_pence, priced.total_pence) if priced else None
    if asked != (row.net_pence, row.total_pence):
        yield f"is not at the quote of {row.contractor}."


def _placings(
    stored: Mapping[str, Mapping[str, Any]], again: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for code in sorted(stored.keys() | again.keys()):
        kept, right = stored.get(code), again.get(code)
        if kept is None or right is None:
            yield f"says otherwise than its quotes whether {code} has a place."
        elif any(kept.get(name) != value for name, value in right.items()):
            yield f"places {code} otherwise than its quotes and marks do."
